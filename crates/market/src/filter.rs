//! Which series and which of their ends are asked for.

use std::collections::BTreeSet;

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
        let asked =
            |names: &[String], name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
        asked(&self.symbols, symbol) && asked(&self.intervals, interval)
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
        check_names("symbol", &self.symbols, place, series.clone().map(|(symbol, _)| symbol))?;
        check_names("interval", &self.intervals, place, series.clone().map(|(_, code)| code))?;
        if series.clone().next().is_none() || series.clone().any(|(symbol, code)| self.admits(symbol, code)) {
            return Ok(());
        }
        let known = series.map(|(symbol, code)| format!("{symbol} {code}")).collect();
        Err(Error::NoSuchSeries { place: place.to_owned(), known })
    }
}

fn check_names<'a>(
    what: &'static str,
    asked: &[String],
    place: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Error> {
    let Some(name) = asked.iter().find(|name| !known.clone().any(|known| known == **name)) else {
        return Ok(());
    };
    let known = known.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect();
    Err(Error::NoSuchName { what, name: name.clone(), place: place.to_owned(), known })
}
