//! The configuration file.

use std::{
    any::TypeId,
    collections::BTreeMap,
    error::Error as _,
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, Command, error::ContextKind};
use render_core::{Knob, StyleOverrides, similar_names};
use serde::{Deserialize, de::IgnoredAny};
use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

use crate::{
    args::{OWN_KNOBS, did_you_mean, settings},
    error::Error,
};

/// The file that is read where `--config` names none.
const DEFAULT_FILE: &str = "image-cache.toml";
/// No configuration is longer, so a wrong file given by mistake is not read to its end.
const LONGEST_FILE: u64 = 1 << 20;

/// Styles by their names.
type Tables = BTreeMap<String, StyleOverrides>;

/// What the file says of styles: tables, which are no settings, below either key. One of them may choose a style instead.
#[derive(Deserialize)]
struct StyleKeys<S> {
    style: Option<S>,
    #[serde(default)]
    styles: Tables,
}

/// A configuration file that was read, or the lack of one.
#[derive(Debug, Default)]
pub struct File {
    pub path: PathBuf,
    /// Those below `style` and those below `styles`.
    tables: [Tables; 2],
    /// The texts of the settings, whose keys are named like the flags.
    texts: BTreeMap<String, Vec<String>>,
    text: String,
}

impl File {
    /// Reads `named`, or the default file where there is one.
    pub fn read(named: Option<&Path>, command: &Command) -> Result<Self, Error> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE)).to_owned();
        let refuse = |why: String| Err(Error::Config { file: path.clone(), why });
        let mut text = String::new();
        let result =
            fs::File::open(&path).and_then(|file| file.take(LONGEST_FILE + 1).read_to_string(&mut text));
        match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(error) => refuse(format!("cannot read the configuration: {error}")),
            Ok(length) if length as u64 > LONGEST_FILE => refuse("too long to be a configuration".to_owned()),
            Ok(_) => Self::parse(path, text, command),
        }
    }

    /// Reads the text of a file. Each value is checked as that of the flag of `command` is.
    pub fn parse(path: PathBuf, text: String, command: &Command) -> Result<Self, Error> {
        let refuse = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let (line, hint) = (line_at(&text, start), hint(&text, start));
            Error::Config { file: path.clone(), why: format!("line {line}: {}{hint}", error.message()) }
        };
        let table: Table = toml::from_str(&text).map_err(refuse)?;
        let is_chosen = table.get("style").is_some_and(|style| !style.is_table());
        let tables = match is_chosen {
            true => toml::from_str(&text).map(|keys: StyleKeys<IgnoredAny>| [Tables::new(), keys.styles]),
            false => toml::from_str(&text)
                .map(|keys: StyleKeys<Tables>| [keys.style.unwrap_or_default(), keys.styles]),
        };
        let tables = tables.map_err(refuse)?;
        let (mut file, settings) = (Self { path, tables, texts: BTreeMap::new(), text }, settings(command));
        for (key, value) in &table {
            if key == "styles" || (key == "style" && !is_chosen) {
                continue;
            }
            // A file cannot say where it is itself.
            let Some(flag) = settings.get(key.as_str()).filter(|_| key != "config") else {
                let hint = did_you_mean(&similar_names(
                    key,
                    settings.keys().copied().filter(|key| *key != "config"),
                ));
                return Err(file.refuse(&[key], format!("there is no key {key:?}{hint}")));
            };
            let texts = file.texts_of(key, flag, value)?;
            file.texts.insert(key.clone(), texts);
        }
        Ok(file)
    }

    /// The tables of styles, with the keys that they are below.
    pub fn styles(&self) -> impl Iterator<Item = (&'static str, &String, &StyleOverrides)> {
        let below = |(key, tables)| BTreeMap::iter(tables).map(move |(name, style)| (key, name, style));
        ["style", "styles"].into_iter().zip(&self.tables).flat_map(below)
    }

    /// Whether the file gives a setting.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// A flag whose default is what the file says.
    pub fn as_default(&self, flag: Arg) -> Arg {
        match flag.get_long().and_then(|name| self.texts.get(name)) {
            Some(texts) => flag.default_values(texts.clone()),
            None => flag,
        }
    }

    /// The texts of a value, which is written as its flag's is, or as TOML writes such values.
    fn texts_of(&self, key: &str, flag: &Arg, value: &Value) -> Result<Vec<String>, Error> {
        let is_switch = flag.get_num_args().is_some_and(|number| number.min_values() == 0);
        let is_list = matches!(flag.get_action(), ArgAction::Append);
        let is_name = !flag.get_possible_values().is_empty()
            || flag.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        let (expected, text) = match value {
            Value::Boolean(yes) if is_switch => return Ok(vec![yes.to_string()]),
            _ if is_switch => ("a boolean", None),
            Value::Array(parts) if is_list => return self.list_of(key, flag, parts),
            Value::String(text) => ("", Some(text.clone())),
            _ if is_list => ("a string or a list of strings", None),
            _ if key == "style" => ("the name of a style, or tables [style.NAME]", None),
            _ if is_name => ("a string", None),
            Value::Integer(number) => ("", Some(number.to_string())),
            Value::Datetime(time) => ("", Some(time.to_string())),
            _ => ("a string or a whole number", None),
        };
        let why = || format!("{key}: expected {expected}, not {}", value.type_str());
        let text = text.ok_or_else(|| self.refuse(&[key], why()))?;
        self.check(&[key], flag, &text)?;
        Ok(vec![text])
    }

    /// The texts of a list, each of its strings checked, so that an error can name its line.
    fn list_of(&self, key: &str, flag: &Arg, parts: &[Value]) -> Result<Vec<String>, Error> {
        let mut texts = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let place = [key, &at.to_string()];
            let Value::String(text) = part else {
                let kind = part.type_str();
                return Err(self.refuse(&place, format!("{key}: expected strings, not {kind}")));
            };
            // Spaces would part one of a knob's into several.
            let is_knob = Knob::named(key).is_some() && !OWN_KNOBS.contains(&key);
            texts.push(if is_knob { text.split_whitespace().collect() } else { text.clone() });
            self.check(&place, flag, &texts[at])?;
        }
        Ok(texts)
    }

    /// Whether a flag takes a text.
    fn check(&self, place: &[&str], flag: &Arg, text: &str) -> Result<(), Error> {
        let key = place[0].to_owned();
        let alone = Arg::new(key.clone()).long(key).value_parser(flag.get_value_parser().clone());
        let word = format!("--{}={text}", place[0]);
        let Err(error) = Command::new("").arg(alone).try_get_matches_from(["", &word]) else {
            return Ok(());
        };
        let why = match (error.source(), error.get(ContextKind::ValidValue)) {
            (Some(why), _) => why.to_string(),
            _ if text.is_empty() => format!("{}: there must be a value", place[0]),
            (None, names) => {
                let names = names.map(ToString::to_string).unwrap_or_default();
                format!("{}: expected one of {names}, not {text:?}", place[0])
            }
        };
        Err(self.refuse(place, why))
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
