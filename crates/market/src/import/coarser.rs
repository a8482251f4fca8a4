//! What follows the rows of files in a database: coarser series, and what each series holds now.

use std::sync::atomic::Ordering;

use candles::{Calendar, Interval};

use super::{Counts, Name, Run, database::Database, resample, understood};
use crate::error::Error;

impl Run<'_, Database<'_>> {
    /// Builds the coarser series of those that were imported, or of the one that is named.
    pub(super) fn resample(&mut self) -> Result<(), Error> {
        if self.options.resample.is_empty() {
            return Ok(());
        }
        let mut finer: Vec<Name> = if self.files.is_empty() {
            vec![understood::named(self.options)?]
        } else {
            let stored = self.series.iter().filter(|(_, series)| series.counts != Counts::default());
            stored.map(|(name, _)| name.clone()).collect()
        };
        // What is built may complete what is coarser still.
        finer.sort_by_key(|name| name.interval.ms());
        let mut targets: Vec<&Interval> = self.options.resample.iter().collect();
        targets.sort_by_key(|interval| interval.ms());
        targets.dedup();
        while let Some(Name { symbol, .. }) = finer.first().cloned() {
            let own: Vec<Name> = finer.extract_if(.., |name| name.symbol == symbol).collect();
            for &interval in &targets {
                if self.is_cancelled() {
                    return Ok(());
                }
                let coarser = Name { symbol: symbol.clone(), interval: interval.clone() };
                let is_imported = !self.files.is_empty() && own.contains(&coarser);
                let finest =
                    own.iter().find(|name| resample::check_divides(&name.interval, interval).is_ok());
                if finest.is_none() && is_imported {
                    continue;
                }
                // Where none divides it, what is said of the first one tells why.
                let finest = finest.unwrap_or(&own[0]);
                let place = format!("{symbol} {} from {}", interval.code(), finest.interval.code());
                match self.build(finest, &coarser, is_imported) {
                    Err(Error::Refused(refusal)) => self.refuse(&place, &refusal),
                    done => done?,
                }
            }
        }
        Ok(())
    }

    fn build(&mut self, finest: &Name, coarser: &Name, only_absent: bool) -> Result<(), Error> {
        let built = resample::resample(&mut self.database, finest, coarser, only_absent)?;
        let series = self.series(coarser);
        if !series.is_imported {
            series.from_interval = Some(finest.interval.code().to_owned());
        }
        series.counts.add(built.counts);
        (series.from_intervals, series.incomplete) = (built.from_intervals, built.incomplete);
        Ok(())
    }

    /// Counts the candles and gaps of every series that was written to.
    pub(super) fn measure(&mut self) -> Result<(), Error> {
        for (name, series) in &mut self.series {
            if self.cancel.load(Ordering::Relaxed) {
                break;
            }
            let stored = self.database.calendar(name)?;
            series.extent = self.database.extent(name, stored.unwrap_or_default())?;
            if stored.is_none() {
                series.proposed_calendar =
                    series.extent.proposed_calendar(&name.interval).map(Calendar::name);
            }
        }
        Ok(())
    }
}
