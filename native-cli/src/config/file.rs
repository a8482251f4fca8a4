//! The configuration file.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use render_core::{Knob, SpecOptions, Takes};
use serde::Deserialize;
use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

use super::{
    styles::{Named, Tables},
    written::{Jobs, Names, Seconds, Stride},
};
use crate::{
    args::{ShardRequest, hint_for_setting},
    error::Error,
    value::{Format, Instant, Progress, Subset},
};

/// The file that is read where `--config` names none.
const DEFAULT_FILE: &str = "image-cache.toml";
/// No configuration is longer, so a wrong file given by mistake is not read to its end.
const LONGEST_FILE: u64 = 1 << 20;

/// The settings of the file; its keys are named like the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Keys {
    pub db: Option<PathBuf>,
    pub sample: Option<bool>,
    pub root: Option<PathBuf>,
    pub index: Option<PathBuf>,
    pub geometry: Option<PathBuf>,
    pub symbol: Option<Names>,
    pub interval: Option<Names>,
    pub resample: Option<Names>,
    pub start: Option<Instant>,
    pub end: Option<Instant>,
    pub stride: Option<Stride>,
    pub preset: Option<String>,
    /// The style's name, or tables of styles.
    pub style: Option<Named>,
    /// Tables of styles that may stand beside the style's name.
    pub styles: Tables,
    pub jobs: Option<Jobs>,
    #[cfg(feature = "object-store")]
    pub requests: Option<super::written::Requests>,
    pub format: Option<Format>,
    pub progress: Option<Progress>,
    pub quiet: Option<bool>,
    pub verbose: Option<bool>,
    pub dry_run: Option<bool>,
    pub shard: Option<ShardRequest>,
    pub plan: Option<String>,
    pub max_seconds: Option<Seconds>,
    pub quick: Option<bool>,
    pub rerender: Option<bool>,
    pub subset: Option<Subset>,
    pub no_record: Option<bool>,
    pub files_only: Option<bool>,
    /// Knobs of a spec, and what is no key at all.
    #[serde(flatten)]
    rest: Table,
}

/// A configuration file that was read, or the lack of one.
#[derive(Debug, Default)]
pub struct File {
    pub path: PathBuf,
    pub keys: Keys,
    /// The texts of the knobs that the file sets.
    knobs: BTreeMap<&'static str, String>,
    text: String,
}

impl File {
    /// Reads `named`, or the default file where there is one.
    pub fn read(named: Option<&Path>) -> Result<Self, Error> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE)).to_owned();
        let refuse = |why: String| Err(Error::Config { file: path.clone(), why });
        let mut text = String::new();
        let result =
            fs::File::open(&path).and_then(|file| file.take(LONGEST_FILE + 1).read_to_string(&mut text));
        match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
                return Ok(Self::default());
            }
            Err(error) => return refuse(format!("cannot read the configuration: {error}")),
            Ok(length) if length as u64 > LONGEST_FILE => {
                return refuse("too long to be a configuration".to_owned());
            }
            Ok(_) => {}
        }
        Self::parse(path, text)
    }

    /// Reads the text of a file.
    pub fn parse(path: PathBuf, text: String) -> Result<Self, Error> {
        let keys = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let (line, hint) = (line_at(&text, start), hint(&text, start));
            Error::Config { file: path.clone(), why: format!("line {line}: {}{hint}", error.message()) }
        })?;
        let mut file = Self { path, keys, knobs: BTreeMap::new(), text };
        for (key, value) in &file.keys.rest {
            let Some(knob) = Knob::named(key) else {
                return Err(file.refuse(&[key], format!("there is no key {key:?}{}", hint_for_setting(key))));
            };
            file.knobs.insert(knob.name, file.text_of(knob, value)?);
        }
        if let Some(Named::Name(name)) = &file.keys.style {
            file.knobs.insert("style", name.clone());
        }
        Ok(file)
    }

    /// The text of a knob.
    pub fn knob(&self, knob: &Knob) -> Option<&str> {
        self.knobs.get(knob.name).map(String::as_str)
    }

    /// Whether the file gives a knob or a preset.
    pub fn has(&self, key: &str) -> bool {
        self.knobs.contains_key(key) || (key == "preset" && self.keys.preset.is_some())
    }

    /// The text of a knob's value, which is written as its flag's is, or as TOML writes such values.
    fn text_of(&self, knob: &Knob, value: &Value) -> Result<String, Error> {
        let expected = match (knob.takes, value) {
            (Takes::YesNo, Value::Boolean(yes)) => return Ok(yes.to_string()),
            (Takes::YesNo, _) => "a boolean",
            (_, Value::String(text)) => return self.checked(knob, &[knob.name], text),
            (Takes::Number { .. } | Takes::Text { .. }, Value::Integer(number)) => {
                return self.checked(knob, &[knob.name], &number.to_string());
            }
            (Takes::List { .. }, Value::Array(parts)) => return self.list_of(knob, parts),
            (Takes::List { .. }, _) => "a string or a list of strings",
            (Takes::Number { .. } | Takes::Text { .. }, _) => "a string or a whole number",
            (Takes::OneOf { .. } | Takes::Style, _) => "a string",
        };
        let name = knob.name;
        Err(self.refuse(&[name], format!("{name}: expected {expected}, not {}", value.type_str())))
    }

    /// The text of a list, each of its strings checked, so that an error can name its line.
    fn list_of(&self, knob: &Knob, parts: &[Value]) -> Result<String, Error> {
        let mut texts = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let place = [knob.name, &at.to_string()];
            let Value::String(text) = part else {
                let kind = part.type_str();
                return Err(self.refuse(&place, format!("{}: expected strings, not {kind}", knob.name)));
            };
            // Spaces would part it into several.
            let text: String = text.split_whitespace().collect();
            texts.push(self.checked(knob, &place, &text)?);
        }
        self.checked(knob, &[knob.name], &texts.join(" "))
    }

    fn checked(&self, knob: &Knob, place: &[&str], text: &str) -> Result<String, Error> {
        let set = knob.set(&mut SpecOptions::default(), text);
        set.map(|()| text.to_owned()).map_err(|error| self.refuse(place, error))
    }

    /// The line of a key, such as `["style", "mine", "base"]`, or of the innermost table or list there is.
    pub fn line(&self, key: &[&str]) -> usize {
        let Ok(parsed) = DeTable::parse(&self.text) else {
            return 1;
        };
        let (mut value, mut start) = (&DeValue::Table(parsed.into_inner()), 0);
        for part in key {
            let found = match value {
                DeValue::Table(table) => {
                    let entry = table.iter().find(|(name, _)| name.get_ref() == part);
                    entry.map(|(name, inner)| (name.span(), inner))
                }
                DeValue::Array(list) => {
                    part.parse().ok().and_then(|at: usize| list.get(at)).map(|inner| (inner.span(), inner))
                }
                _ => None,
            };
            let Some((span, inner)) = found else {
                break;
            };
            (value, start) = (inner.get_ref(), span.start);
        }
        line_at(&self.text, start)
    }

    /// An error about the value of a key.
    pub fn refuse(&self, key: &[&str], why: impl fmt::Display) -> Error {
        Error::Config { file: self.path.clone(), why: format!("line {}: {why}", self.line(key)) }
    }
}

fn line_at(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count()
}

/// A key is a value or a table, never both: what to write where a file needs both of `style`.
fn hint(text: &str, at: usize) -> &'static str {
    let line = text.get(..at).and_then(|before| text.get(before.rfind('\n').map_or(0, |end| end + 1)..));
    let line = line.unwrap_or_default().trim_start();
    let chosen = text.lines().any(|line| {
        line.trim_start().strip_prefix("style").is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    if chosen && (line.starts_with("[style.") || line.starts_with("style.")) {
        "; beside a line `style = ...`, write tables of styles as [styles.NAME]"
    } else {
        ""
    }
}
