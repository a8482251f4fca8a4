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
        let symbols: BTreeSet<&str> = series.clone().map(|(symbol, _)| symbol).collect();
        let codes: BTreeSet<&str> = series.clone().map(|(_, code)| code).collect();
        for (what, asked, known) in [("symbol", &self.symbols, symbols), ("interval", &self.intervals, codes)]
        {
            if let Some(name) = asked.iter().find(|name| !known.contains(name.as_str())) {
                let (name, known) = (name.clone(), known.into_iter().map(str::to_owned).collect());
                return Err(Error::NoSuchName { what, name, place: place.to_owned(), known });
            }
        }
        if series.clone().next().is_none() || series.clone().any(|(symbol, code)| self.admits(symbol, code)) {
            return Ok(());
        }
        let known = series.map(|(symbol, code)| format!("{symbol} {code}")).collect();
        Err(Error::NoSuchSeries { place: place.to_owned(), known })
    }
}
