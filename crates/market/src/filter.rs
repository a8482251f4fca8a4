//! Which series and which of their ends are asked for.

use std::{borrow::Cow, collections::BTreeSet};

use candles::Interval;

use crate::error::Error;

/// Which ends are asked for; by default all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Empty for all.
    pub symbols: Vec<String>,
    /// Empty for all.
    pub intervals: Vec<String>,
    /// No end lies before this time, ms.
    pub start: i64,
    /// Ends lie before this time, ms.
    pub end: i64,
    /// Every how many ends of the interval's grid one is asked for.
    pub stride: u32,
}

impl Default for Filter {
    fn default() -> Self {
        Self { symbols: Vec::new(), intervals: Vec::new(), start: i64::MIN, end: i64::MAX, stride: 1 }
    }
}

impl Filter {
    /// Whether a series is asked for.
    #[must_use]
    pub fn admits(&self, symbol: &str, interval: &str) -> bool {
        self.asks_for_interval(interval)
            && (self.symbols.is_empty() || self.symbols.iter().any(|asked| asked == symbol))
    }

    /// Whether series of an interval are asked for. `1M` and `1mo` are the same.
    #[must_use]
    pub fn asks_for_interval(&self, interval: &str) -> bool {
        let name = Interval::name_of(interval);
        self.intervals.is_empty() || self.intervals.iter().any(|asked| Interval::name_of(asked) == name)
    }

    /// Whether an end of an interval is asked for, as far as the interval is known.
    #[must_use]
    pub fn selects(&self, end: i64, interval: Option<&Interval>) -> bool {
        let on_grid = |interval: &Interval| interval.grid_index(end).rem_euclid(i64::from(self.stride)) == 0;
        (self.start..self.end).contains(&end) && interval.is_none_or(on_grid)
    }

    /// Refuses names that none of these series has, and filters that let no series through.
    ///
    /// # Errors
    /// [`Error::NoSuchName`] or [`Error::NoSuchSeries`], with `place` as the place that was looked at.
    pub fn check<'a>(
        &self,
        place: &str,
        series: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<(), Error> {
        let symbols = series.clone().map(|(symbol, _)| Cow::Borrowed(symbol)).collect();
        let intervals = series.clone().map(|(_, code)| Interval::name_of(code)).collect();
        check_names("symbol", &self.symbols, &symbols, place, |name| Cow::Borrowed(name))?;
        check_names("interval", &self.intervals, &intervals, place, Interval::name_of)?;
        if series.clone().next().is_none() || series.clone().any(|(symbol, code)| self.admits(symbol, code)) {
            return Ok(());
        }
        let known = series.map(|(symbol, code)| format!("{symbol} {code}")).collect();
        Err(Error::NoSuchSeries { place: place.to_owned(), known })
    }
}

/// Refuses a name that is not among the `known` ones, by what it is called there.
fn check_names(
    what: &'static str,
    asked: &[String],
    known: &BTreeSet<Cow<'_, str>>,
    place: &str,
    name_of: fn(&str) -> Cow<'_, str>,
) -> Result<(), Error> {
    let Some(name) = asked.iter().find(|name| !known.contains(&name_of(name))) else {
        return Ok(());
    };
    let known = known.iter().map(|name| name.clone().into_owned()).collect();
    Err(Error::NoSuchName { what, name: name.clone(), place: place.to_owned(), known })
}
