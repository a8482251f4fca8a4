//! Which pictures a command is about.

use std::fmt::Write;

use render_core::{Interval, PicturePath, near};

use crate::{error::Error, value::shown};

/// Names that a message lists before it gives up.
const MOST_NAMES: usize = 20;

/// Which ends are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Empty for all.
    pub symbols: Vec<String>,
    /// Empty for all.
    pub intervals: Vec<String>,
    /// First end, ms.
    pub start: i64,
    /// Before this time, ms.
    pub end: i64,
    pub stride: u32,
}

impl Filter {
    /// Whether a series is asked for.
    pub fn admits(&self, symbol: &str, interval: &str) -> bool {
        let asked =
            |names: &[String], name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
        asked(&self.symbols, symbol) && asked(&self.intervals, interval)
    }

    /// Whether an end of an interval is asked for, as far as the interval is known.
    pub fn selects(&self, end: i64, interval: Option<&Interval>) -> bool {
        let on_grid = |interval: &Interval| interval.grid_index(end).rem_euclid(i64::from(self.stride)) == 0;
        (self.start..self.end).contains(&end) && interval.is_none_or(on_grid)
    }

    /// Whether a picture is asked for.
    pub fn admits_picture(&self, path: &PicturePath<'_>, interval: Option<&Interval>) -> bool {
        self.admits(path.symbol, path.interval) && self.selects(path.end, interval)
    }

    /// Refuses names that none of these series has, and filters that let no series through.
    pub fn check<'a>(
        &self,
        place: &str,
        series: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<(), Error> {
        check_names("symbol", &self.symbols, place, series.clone().map(|(symbol, _)| symbol))?;
        check_names("interval", &self.intervals, place, series.clone().map(|(_, code)| code))?;
        if series.clone().next().is_none() || series.clone().any(|(symbol, code)| self.admits(symbol, code)) {
            return Ok(());
        }
        let names: Vec<String> = series.map(|(symbol, code)| format!("{symbol} {code}")).collect();
        Err(Error::NoSuchSeries(format!(
            "no series of {place} has both the symbol and the interval that are asked for; it has {}",
            list(names.iter().map(String::as_str))
        )))
    }
}

fn check_names<'a>(
    what: &str,
    asked: &[String],
    place: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Error> {
    for name in asked {
        if known.clone().any(|known| known == name) {
            continue;
        }
        let mut names: Vec<&str> = known.collect();
        names.sort_unstable();
        names.dedup();
        let near = near(name, names.iter().copied());
        let hint = match (near.is_empty(), names.is_empty()) {
            (false, _) => {
                let near: Vec<String> = near.iter().map(|near| shown(near)).collect();
                format!("did you mean {}?", near.join(" or "))
            }
            (true, false) => format!("it has {}", list(names.into_iter())),
            (true, true) => "it holds no series at all".to_owned(),
        };
        return Err(Error::NoSuchSeries(format!("there is no {what} {name:?} in {place}; {hint}")));
    }
    Ok(())
}

fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let mut text = names.take(MOST_NAMES).map(shown).collect::<Vec<_>>().join(", ");
    if more > 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, " and {more} more");
    }
    text
}
