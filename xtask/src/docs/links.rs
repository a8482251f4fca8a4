//! Links, anchors and pictures of the HTML: each must lead somewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path},
};

use anyhow::{Result, bail, ensure};

use super::Kit;
use crate::{process::root, web::files_below};

/// What a file of HTML holds: its anchors, and where it leads.
struct Html {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

/// Checks every link of every file, and names the page and line of those that are broken. Of links to other servers
/// only the form is looked at, so that the guide's checks hang on nobody else.
pub fn check(kit: &Kit) -> Result<()> {
    let book = kit.book();
    let mut files = BTreeMap::new();
    for path in files_below(&book)? {
        let name = path.strip_prefix(&book)?.to_string_lossy().replace('\\', "/");
        let html = name.ends_with(".html").then(|| fs::read_to_string(&path)).transpose()?;
        files.insert(name, html.map(|text| read(&text)));
    }
    let (mut count, mut broken) = (0, BTreeSet::new());
    for (name, html) in &files {
        for link in html.iter().flat_map(|html| &html.links) {
            count += 1;
            if let Some(why) = wrong(name, link, &files) {
                broken.insert(format!("{}: {link}: {why}", place(name, link)));
            }
        }
    }
    println!("{count} links and pictures of {} files", files.len());
    ensure!(count > 0, "the HTML has no links");
    if !broken.is_empty() {
        bail!("broken links\n{}", broken.into_iter().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

/// What is wrong with a link of the file `from`.
fn wrong(from: &str, link: &str, files: &BTreeMap<String, Option<Html>>) -> Option<String> {
    if let Some((scheme, rest)) = link.split_once(':').filter(|(scheme, _)| !scheme.contains(['/', '#', '.']))
    {
        let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
        let is_well = match scheme {
            "http" | "https" => rest.starts_with("//") && host.contains('.') && !link.contains(' '),
            "mailto" => rest.contains('@'),
            "data" => true,
            _ => false,
        };
        return (!is_well).then(|| "is no link".to_owned());
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let path = path.split('?').next().unwrap_or_default();
    let to = if path.is_empty() { Some(from.to_owned()) } else { beside(from, path) };
    let Some(file) = to.as_ref().and_then(|to| files.get(to)) else {
        return Some("there is no such file".to_owned());
    };
    match (anchor.filter(|anchor| !anchor.is_empty()), file) {
        (Some(anchor), Some(html)) if !html.ids.contains(anchor) => {
            Some("there is no such anchor".to_owned())
        }
        _ => None,
    }
}

/// The path of what lies at `path` beside the file `from`, unless it leads out of the book.
fn beside(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<String> = Path::new(from)
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()?),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    if path.ends_with('/') {
        parts.push("index.html".to_owned());
    }
    Some(parts.join("/"))
}

/// The page and line of a link, as far as they can be told: of what is generated, the page alone.
fn place(name: &str, link: &str) -> String {
    let page = format!("docs/src/{}", name.replace(".html", ".md"));
    let Ok(text) = fs::read_to_string(root().join(&page)) else {
        return page;
    };
    let written = link.replace(".html", ".md");
    let line = text.lines().position(|line| line.contains(&written) || line.contains(link));
    line.map_or(page.clone(), |line| format!("{page}:{}", line + 1))
}

/// Anchors and links of HTML.
fn read(text: &str) -> Html {
    let mut shown = String::new();
    for (index, part) in text.split("<script").enumerate() {
        // The script's own tag may name a file, its text may not.
        let (script, rest) = part.split_once("</script>").filter(|_| index > 0).unwrap_or(("", part));
        shown += script.split_once('>').map_or(script, |(tag, _)| tag);
        shown += rest;
    }
    let values = |attribute: &str| {
        let begin = format!(" {attribute}=\"");
        let found = shown.split(&begin).skip(1);
        found.filter_map(|rest| rest.split('"').next().map(unescaped)).collect::<Vec<_>>()
    };
    let links = values("href").into_iter().chain(values("src")).filter(|link| !link.is_empty()).collect();
    Html { ids: values("id").into_iter().collect(), links }
}

fn unescaped(text: &str) -> String {
    text.replace("&amp;", "&").replace("%20", " ").replace("&#39;", "'").replace("&quot;", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_anchors_pictures_and_links_that_are_none_are_told() {
        let page = read("<h2 id=\"one\">One</h2><script src=\"a.js\">\" href=\"no\"</script>");
        assert_eq!(page.links, ["a.js"]);
        let files = BTreeMap::from([
            ("index.html".to_owned(), Some(page)),
            ("in/deep.html".to_owned(), Some(read("<a href=\"../index.html#one\">"))),
            ("a.png".to_owned(), None),
        ]);
        for (from, link, is_well) in [
            ("index.html", "#one", true),
            ("index.html", "#two", false),
            ("in/deep.html", "../index.html#one", true),
            ("in/deep.html", "../index.html#two", false),
            ("in/deep.html", "../../index.html", false),
            ("in/deep.html", "a.png", false),
            ("in/deep.html", "../a.png", true),
            ("index.html", "in/other.html", false),
            ("index.html", "https://example.org/a", true),
            ("index.html", "https:example", false),
            ("index.html", "htp://example.org", false),
            ("index.html", "/a.png", false),
        ] {
            assert_eq!(wrong(from, link, &files).is_none(), is_well, "{from} {link}");
        }
    }
}
