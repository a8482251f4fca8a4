//! [`Example`]: a picture of the guide with the command and the Python line that draw it, which are both run.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use render_core::{Knob, Takes};

use super::Kit;

/// What every small picture is drawn of, unless its own settings say otherwise.
const SMALL: [(&str, &str); 2] = [("size", "440x330"), ("window", "60")];

/// A picture and what decides it.
pub struct Example {
    /// Of its file, without an ending, and of its anchor.
    pub name: String,
    /// What stands below it.
    pub title: String,
    /// Knobs with their texts, and `preset` or `end`.
    settings: Vec<(String, String)>,
    /// Flags and Python's words beyond that.
    more: Option<(String, String)>,
    /// The width at which it is shown, if not its own.
    zoomed: Option<u32>,
}

impl Example {
    /// A small picture with these settings.
    pub fn small(name: &str, title: &str, settings: &[(&str, &str)]) -> Self {
        let is_open = |name: &str| settings.iter().all(|(other, _)| *other != name);
        let small = SMALL.into_iter().filter(|(name, _)| is_open(name));
        Self::new(name, title, &small.chain(settings.iter().copied()).collect::<Vec<_>>())
    }

    /// A picture with these settings alone.
    pub fn new(name: &str, title: &str, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Self { name: name.to_owned(), title: title.to_owned(), settings, more: None, zoomed: None }
    }

    /// With flags and Python's words for something that is no knob.
    pub fn with(mut self, flags: &str, python: &str) -> Self {
        self.more = Some((flags.to_owned(), python.to_owned()));
        self
    }

    /// Shown as wide as this, a multiple of its own width.
    pub fn shown_as_wide_as(mut self, width: u32) -> Self {
        self.zoomed = Some(width);
        self
    }

    /// The command that draws it, without its output.
    pub fn command(&self) -> String {
        let mut command = "image-cache draw BTCUSDT-1h.csv".to_owned();
        for (name, text) in &self.settings {
            command += &match Knob::named(name).map(|knob| knob.takes) {
                Some(Takes::YesNo) if text == "true" => format!(" --{name}"),
                Some(Takes::YesNo) => format!(" --{name}={text}"),
                Some(Takes::List { .. }) => {
                    text.split(' ').map(|item| format!(" --{name} {item}")).collect::<String>()
                }
                _ => format!(" --{name} {text}"),
            };
        }
        command + &self.more.iter().map(|(flags, _)| format!(" {flags}")).collect::<String>()
    }

    /// The line of Python that draws it.
    pub fn python(&self) -> String {
        let mut words = vec!["\"BTCUSDT-1h.csv\"".to_owned()];
        for (name, text) in &self.settings {
            let (keyword, is_denied) = keyword(name);
            words.push(match Knob::named(name).map(|knob| knob.takes) {
                Some(Takes::YesNo) => {
                    let is_true = (text == "true") != is_denied;
                    format!("{keyword}={}", if is_true { "True" } else { "False" })
                }
                Some(Takes::Number { .. }) if text.parse::<u32>().is_ok() => format!("{keyword}={text}"),
                Some(Takes::List { .. }) => {
                    let items: Vec<_> = text.split(' ').map(|item| format!("\"{item}\"")).collect();
                    format!("{keyword}=[{}]", items.join(", "))
                }
                _ => format!("{keyword}=\"{text}\""),
            });
        }
        words.extend(self.more.iter().map(|(_, python)| python.clone()));
        format!("ic.draw({})", words.join(", "))
    }

    /// The picture, as it stands in a page, with the two lines under it.
    fn card(&self, folder: &str) -> String {
        let Self { name, title, .. } = self;
        // Small pictures are shown several times as large, in whole pixels.
        let width = self.zoomed.map_or_else(String::new, |width| format!(" width=\"{width}\""));
        format!(
            "<figure class=\"card\" id=\"{name}\"><img src=\"made/{folder}/{name}.png\" alt=\"{}\"{width}>\
             <figcaption>{}</figcaption><pre><code class=\"language-sh\">{}</code></pre>\
             <pre><code class=\"language-python\">{}</code></pre></figure>",
            escaped(title),
            escaped(title),
            escaped(&wrapped(&self.command(), " --", " \\\n    --")),
            escaped(&wrapped(&self.python(), ", ", ",\n    "))
        )
    }
}

/// Columns of code that have room under a picture.
const COLUMNS: usize = 54;

/// A line of code in several ones, broken where `at` stands, by `into`.
fn wrapped(code: &str, at: &str, into: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for (index, part) in code.split(at).enumerate() {
        let is_new = index > 0 && column + at.len() + part.len() > COLUMNS;
        let between = match index {
            0 => "",
            _ if is_new => into,
            _ => at,
        };
        // The break takes four columns, and `into` may end with more than a break.
        column = if is_new { 4 + part.len() } else { column + between.len() + part.len() };
        text += between;
        text += part;
    }
    text
}

/// The name of a knob as a keyword of Python, and whether that says the opposite.
pub fn keyword(name: &str) -> (String, bool) {
    let (rest, is_denied) = name.strip_prefix("no-").map_or((name, false), |rest| (rest, true));
    (rest.replace('-', "_"), is_denied)
}

/// Pictures side by side.
pub fn cards<'a>(folder: &str, examples: impl IntoIterator<Item = &'a Example>) -> String {
    let cards: String = examples.into_iter().map(|example| example.card(folder) + "\n").collect();
    format!("<div class=\"cards\">\n{cards}</div>\n")
}

/// Draws all by their commands in an empty folder, after `prepare`, a text of Python; then by their Python lines, which
/// must give the same files.
pub fn draw_all(kit: &Kit, folder: &str, prepare: &str, examples: &[Example]) -> Result<()> {
    let place = kit.empty(folder)?;
    run_python(kit, &place, prepare)?;
    let pictures = kit.pages().join("made").join(folder);
    fs::create_dir_all(&pictures)?;
    let (mut names, mut failures) = (BTreeSet::new(), Vec::new());
    let mut script = format!("import image_cache as ic\n{prepare}\nwrong = []\n");
    for example in examples {
        ensure!(names.insert(&example.name), "two pictures of {folder} are named {}", example.name);
        let file = format!("{}.png", example.name);
        let command = format!("{} --quiet -o {file}", example.command());
        let ran = kit.command("bash", &place).args(["-eu", "-c", &command]).output()?;
        if !ran.status.success() {
            failures.push(format!("`{command}`: {}", String::from_utf8_lossy(&ran.stderr)));
            continue;
        }
        fs::copy(place.join(&file), pictures.join(&file)).with_context(|| file.clone())?;
        let line = example.python();
        script +=
            &format!("if {line}.png != open(\"{file}\", \"rb\").read():\n    wrong.append(r'''{line}''')\n");
    }
    if !failures.is_empty() {
        bail!("{folder}: {}", failures.join("\n"));
    }
    script += "assert not wrong, 'not what the command draws: ' + '; '.join(wrong)\n";
    run_python(kit, &place, &script)?;
    println!("{folder}: {} pictures, the same from the command line and from Python", examples.len());
    Ok(())
}

fn run_python(kit: &Kit, folder: &Path, script: &str) -> Result<()> {
    let ran = kit.command("python", folder).args(["-c", script]).output()?;
    if !ran.status.success() {
        bail!("{}", String::from_utf8_lossy(&ran.stderr));
    }
    Ok(())
}

/// A text in HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_and_the_line_of_python_say_the_same_settings() {
        let settings = [
            ("style", "yahoo"),
            ("no-volume", "true"),
            ("title", "true"),
            ("overlay", "sma:20 ema:50"),
            ("right-margin", "6"),
            ("window", "30"),
        ];
        let example = Example::small("a", "A", &settings).with("--marks m.csv", "marks=[]");
        assert_eq!(
            example.command(),
            "image-cache draw BTCUSDT-1h.csv --size 440x330 --style yahoo --no-volume --title --overlay sma:20 \
             --overlay ema:50 --right-margin 6 --window 30 --marks m.csv"
        );
        assert_eq!(
            example.python(),
            "ic.draw(\"BTCUSDT-1h.csv\", size=\"440x330\", style=\"yahoo\", volume=False, title=True, \
             overlay=[\"sma:20\", \"ema:50\"], right_margin=6, window=30, marks=[])"
        );
    }
}
