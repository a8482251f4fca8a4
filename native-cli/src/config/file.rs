//! The configuration file.

use std::{
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use render_core::{
    Axes, ColorType, Gaps, Indicator, Kind, LineDrawing, Overlay, PriceRange, PriceScale, Side,
};
use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::{
    styles::{Named, Tables},
    written::{Jobs, Names, Seconds, Stride},
};
use crate::{
    error::Error,
    shard::Asked,
    value::{Format, Instant, Length, List, OrAuto, Percent, Progress, Size, Subset, UtcOffset},
};

/// The file that is read where `--config` names none.
const DEFAULT_FILE: &str = "image-cache.toml";
/// No configuration is longer, so a wrong file given by mistake is not read to its end.
const LONGEST_FILE: u64 = 1 << 20;

/// The settings of the file; its keys are named like the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
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
    pub size: Option<Size>,
    pub window: Option<Length>,
    /// The style's name, or tables of styles.
    pub style: Option<Named>,
    /// Tables of styles that may stand beside the style's name.
    pub styles: Tables,
    pub kind: Option<Kind>,
    pub scale: Option<PriceScale>,
    pub range: Option<PriceRange>,
    pub padding: Option<OrAuto<Percent<0, 45>>>,
    pub overlay: Option<List<Overlay>>,
    pub indicator: Option<List<Indicator>>,
    pub axes: Option<Axes>,
    pub price_labels: Option<Side>,
    pub labels: Option<Percent<25, 400>>,
    pub title: Option<bool>,
    pub last_price: Option<bool>,
    pub utc_offset: Option<UtcOffset>,
    pub gaps: Option<Gaps>,
    pub lines: Option<LineDrawing>,
    pub no_volume: Option<bool>,
    pub volume_share: Option<OrAuto<Percent<5, 90>>>,
    pub no_grid: Option<bool>,
    pub color: Option<ColorType>,
    pub jobs: Option<Jobs>,
    #[cfg(feature = "object-store")]
    pub requests: Option<super::written::Requests>,
    pub format: Option<Format>,
    pub progress: Option<Progress>,
    pub quiet: Option<bool>,
    pub verbose: Option<bool>,
    pub dry_run: Option<bool>,
    pub shard: Option<Asked>,
    pub plan: Option<String>,
    pub max_seconds: Option<Seconds>,
    pub quick: Option<bool>,
    pub rerender: Option<bool>,
    pub subset: Option<Subset>,
    pub no_record: Option<bool>,
    pub files_only: Option<bool>,
}

/// A configuration file that was read, or the lack of one.
#[derive(Debug, Default)]
pub struct File {
    pub path: PathBuf,
    pub keys: Keys,
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
        match toml::from_str(&text) {
            Ok(keys) => Ok(Self { path, keys, text }),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let (line, hint) = (line_at(&text, start), hint(&text, start));
                Err(Error::Config { file: path, why: format!("line {line}: {}{hint}", error.message()) })
            }
        }
    }

    /// Whether the file gives a key.
    pub fn has(&self, key: &str) -> bool {
        DeTable::parse(&self.text)
            .is_ok_and(|table| table.get_ref().iter().any(|(name, _)| name.get_ref() == key))
    }

    /// The line of a key, such as `["style", "mine", "base"]`, or of the innermost table there is.
    pub fn line(&self, key: &[&str]) -> usize {
        let Ok(parsed) = DeTable::parse(&self.text) else {
            return 1;
        };
        let (mut table, mut line) = (Some(parsed.get_ref()), 1);
        for part in key {
            let found = table.and_then(|table| table.iter().find(|(name, _)| name.get_ref() == part));
            let Some((name, value)) = found else {
                break;
            };
            line = line_at(&self.text, name.span().start);
            table = match value.get_ref() {
                DeValue::Table(inner) => Some(inner),
                _ => None,
            };
        }
        line
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
