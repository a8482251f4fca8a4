//! `selftest`: renders the built-in pictures and compares their hashes with the built-in ones.

use std::env::consts::{ARCH, OS};

use render_core::{Check, STYLE_VERSION};
use serde_json::{Value, json};

use crate::{command::Ending, config::Output, console::Console, error::Error, value::Format};

/// Renders, compares, and says what came of it.
pub fn run(format: Format) -> Result<Ending, Error> {
    let mut console = Console::new(Output::bare(format));
    let checks: Vec<Check> = render_core::selftest().collect();
    if console.is_json() {
        json(&checks).iter().for_each(|(kind, line)| console.print_json(kind, line));
    } else {
        console.print(text(&checks).trim_end());
    }
    console.finish()?;
    Ok(ending(&checks))
}

fn ending(checks: &[Check]) -> Ending {
    if checks.iter().all(Check::is_same) { Ending::Done } else { Ending::Incomplete }
}

fn same(checks: &[Check]) -> usize {
    checks.iter().filter(|check| check.is_same()).count()
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks.iter().filter(|check| !check.is_same()) {
        let pixels = check.expected.is_some_and(|[_, pixels]| pixels == check.rendered[1]);
        let what = if pixels { "its file, not its pixels" } else { "its pixels" };
        text += &format!("DIFFERENT: {}: {what}\n", check.name);
        let expected = check.expected.map(|expected| expected.map(|digest| digest.to_string()));
        let [file, pixels] = expected.unwrap_or_else(|| ["nothing".to_owned(), "nothing".to_owned()]);
        text += &format!(
            "  file    {}, not {file}\n  pixels  {}, not {pixels}\n",
            check.rendered[0], check.rendered[1]
        );
    }
    let (all, same) = (checks.len(), same(checks));
    let verdict = if same == all {
        "this machine renders the bytes that every other one does"
    } else {
        "this machine does NOT render the bytes that others do; please report it, with these lines"
    };
    text + &format!(
        "{same} of {all} built-in pictures are the same, files and pixels: {verdict}.\n\
         image-cache {}, style version {STYLE_VERSION}, {ARCH}, {OS}\n",
        env!("CARGO_PKG_VERSION"),
    )
}

fn json(checks: &[Check]) -> Vec<(&'static str, Value)> {
    let picture = |check: &Check| {
        let expected = check.expected.map(|expected| expected.map(|digest| digest.to_string()));
        let fields = json!({
            "name": check.name,
            "same": check.is_same(),
            "sha256": check.rendered[0].to_string(),
            "pixel_sha256": check.rendered[1].to_string(),
            "expected_sha256": expected.as_ref().map(|[file, _]| file),
            "expected_pixel_sha256": expected.as_ref().map(|[_, pixels]| pixels),
        });
        ("picture", fields)
    };
    let summary = json!({
        "pictures": checks.len(),
        "same": same(checks),
        "version": env!("CARGO_PKG_VERSION"),
        "style_version": STYLE_VERSION,
        "arch": ARCH,
        "os": OS,
    });
    checks.iter().map(picture).chain([("summary", summary)]).collect()
}

#[cfg(test)]
mod tests {
    use render_core::Digest;

    use super::*;

    fn check(file: &[u8], pixels: &[u8]) -> Check {
        let expected = Some([Digest::of(b"file"), Digest::of(b"pixels")]);
        Check { name: "picture".to_owned(), rendered: [Digest::of(file), Digest::of(pixels)], expected }
    }

    #[test]
    fn a_picture_that_differs_is_named_and_fails_the_test() {
        let good = check(b"file", b"pixels");
        assert!(matches!(ending(std::slice::from_ref(&good)), Ending::Done));
        assert!(text(std::slice::from_ref(&good)).starts_with("1 of 1 built-in pictures are the same"));
        for (bad, what) in [
            (check(b"other", b"pixels"), "DIFFERENT: picture: its file, not its pixels\n"),
            (check(b"other", b"other"), "DIFFERENT: picture: its pixels\n"),
            (Check { expected: None, ..good.clone() }, "DIFFERENT: picture: its pixels\n"),
        ] {
            let checks = [good.clone(), bad];
            assert!(matches!(ending(&checks), Ending::Incomplete));
            let said = text(&checks);
            assert!(said.starts_with(what) && said.contains("\n1 of 2 built-in"), "{said}");
            let lines: Vec<Value> = json(&checks).into_iter().map(|(_, line)| line).collect();
            assert_eq!((&lines[0]["same"], &lines[1]["same"]), (&true.into(), &false.into()));
            assert_eq!((&lines[2]["pictures"], &lines[2]["same"]), (&2.into(), &1.into()));
        }
    }
}
