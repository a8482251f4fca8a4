//! Feeds the ends that have rows, in step with the candles of their series.

use std::{iter, sync::Arc};

use candles::Interval;
use market::{Candles, Ends, ReadError, Record, Series, SeriesError};
use render_core::Spec;

use super::{Cutter, End, Feeder, Place, ROWS, Unit, need};
use crate::{Error, Event, Known, OwnPart, Reason, SubsetFilter, Today, check::CHANGED, index::groups};

/// A series and its candles, if there are any; or what is to be said because nothing is known of them.
type Source = Result<(Arc<Series>, Option<Candles>), Today>;

impl Feeder<'_> {
    pub(super) fn feed_entries(
        &self,
        number: usize,
        series: Option<Result<Arc<Series>, SeriesError>>,
        all: &[groups::Rows],
        subset: SubsetFilter,
    ) -> Result<(), Error> {
        // The candles are read once for all specs, so that all see the same ones.
        let mut source = match self.source(number, series, all) {
            // Files can still be compared with the rows.
            Err(Error::Series(fault)) => {
                let why = format!("its series cannot be read: {fault}");
                (self.tell)(Event::Refused { number, fault })?;
                Err(Today::Unknown(why))
            }
            source => source?,
        };
        for entries in all {
            let (mut need, mut interval, mut candles) = (1, None, None);
            let subject = match (&mut source, &entries.spec) {
                // Without what it draws, nobody can tell what the picture should be, whatever is known of its candles.
                (_, Err(today @ Today::NotGiven(_))) => Err(today.clone()),
                (Err(today), _) => Err(today.clone()),
                (Ok(_), Err(today)) => Err(today.clone()),
                (Ok((_, None)), Ok(_)) => Err(Today::Unknown("the source has no candles there".to_owned())),
                (Ok((series, Some(all))), Ok(spec)) => {
                    all.rewind()?;
                    (need, interval, candles) = (super::need(spec), Some(&series.interval), Some(all));
                    Ok((Arc::clone(series), Arc::clone(spec)))
                }
            };
            let mut unit = Unit::new(number, Arc::clone(&entries.group), subject);
            if let Ok((series, spec)) = &unit.subject {
                (unit.own, unit.changed) = (self.own_of(series, spec)?, self.changed(spec)?);
            }
            let rows = self.rows(entries, subset, interval);
            let series = unit.subject.as_ref().ok().map(|(series, _)| Arc::clone(series));
            let ends = series.as_ref().map(|series| series.ends(self.filter, self.now));
            let cutter = Cutter { feeder: self, unit, need, sweep: None };
            cutter.cut_entries(rows, candles.into_iter().flatten(), ends.as_ref())?;
        }
        Ok(())
    }

    /// What is said of a picture of this spec whose input is another one than before.
    fn changed(&self, spec: &Spec) -> Result<Reason, Error> {
        let drawn: Vec<String> = OwnPart::drawn(spec).map(|part| part.to_string()).collect();
        let (Some(index), Some(own), false) = (self.index, self.own, drawn.is_empty()) else {
            return Ok(CHANGED.into());
        };
        let parts: Vec<String> = index.own_changed(spec, own)?.iter().map(ToString::to_string).collect();
        let (drawn, files) = (drawn.join(", "), parts.join(" and "));
        Ok(match parts.len() {
            // The files of the last run may be of other ends than this picture's.
            0 => format!("its candles, {drawn}, spec or style version have changed"),
            1 => format!("the file of {files} has changed; its candles, spec or style version may have, too"),
            _ => {
                format!("the files of {files} have changed; its candles, spec or style version may have, too")
            }
        }
        .into())
    }

    fn source(
        &self,
        number: usize,
        series: Option<Result<Arc<Series>, SeriesError>>,
        all: &[groups::Rows],
    ) -> Result<Source, Error> {
        if self.market.is_none() {
            return Ok(Err(Today::NotAsked));
        }
        let Some(series) = series else {
            return Ok(Err(Today::Unknown("the source has no such series".to_owned())));
        };
        let series = series.map_err(ReadError::from)?;
        let most = all.iter().filter_map(|entries| entries.spec.as_ref().ok()).map(|spec| need(spec)).max();
        let read = self.read(number, &series, self.filter, most.unwrap_or(2), false)?;
        let candles = read.filter(|read| read.has_ends).map(|read| read.candles);
        Ok(Ok((series, candles)))
    }

    /// The rows of one group inside the filter, read piece by piece.
    fn rows<'a>(
        &'a self,
        entries: &'a groups::Rows,
        subset: SubsetFilter,
        interval: Option<&'a Interval>,
    ) -> impl Iterator<Item = Result<Known, Error>> + 'a {
        let Feeder { index, filter, .. } = self;
        let groups::Rows { group, spec_hash, spec, .. } = entries;
        let last = filter.end.saturating_sub(i64::from(filter.end != i64::MAX));
        let spec = spec.as_ref().ok().map(|spec| spec.hash().to_string());
        let other_spec = spec.is_some() && spec_hash.is_some() && spec != *spec_hash;
        let mut next = Some(filter.start);
        let pieces = iter::from_fn(move || {
            let rows = (*index)?.entries(group, Some(spec_hash.as_deref()), (next?, last), ROWS);
            next = match &rows {
                Ok(rows) if rows.len() == ROWS as usize => rows.last().and_then(|row| row.end.checked_add(1)),
                _ => None,
            };
            Some(rows.map_or_else(|error| vec![Err(error)], |rows| rows.into_iter().map(Ok).collect()))
        });
        let asked = move |row: &Known| {
            filter.selects(row.end, interval) && row.path.as_deref().is_none_or(|path| subset.includes(path))
        };
        pieces
            .flatten()
            .filter(move |row| row.as_ref().map_or(true, &asked))
            .map(move |row| Ok(Known { other_spec, ..row? }))
    }
}

impl Cutter<'_> {
    fn cut_entries(
        mut self,
        rows: impl Iterator<Item = Result<Known, Error>>,
        candles: impl Iterator<Item = Result<Record, ReadError>>,
        ends: Option<&Ends<'_>>,
    ) -> Result<(), Error> {
        let (mut rows, mut before) = (rows.peekable(), None);
        for record in candles {
            if rows.peek().is_none() {
                break;
            }
            let record = record?;
            let at = record.candle.open_time;
            while let Some(row) = rows.next_if(|row| row.as_ref().is_ok_and(|row| row.end < at)) {
                let row = row?;
                let place = match (before, ends) {
                    (Some(before), Some(ends)) if ends.is_expected(before, at, row.end) => Place::Gap,
                    (Some(_), _) => Place::Unexpected,
                    (None, _) => Place::Outside,
                };
                self.push_row(row, place)?;
            }
            let missing = before.zip(ends).map_or(0, |(before, ends)| ends.missing(before, at));
            let position = self.push_candle(&record, missing)?;
            if let Some(row) = rows.next_if(|row| row.as_ref().is_ok_and(|row| row.end == at)) {
                self.push_row(row?, Place::Here(position))?;
            }
            before = Some(at);
        }
        for row in rows {
            self.push_row(row?, Place::Outside)?;
        }
        self.send()
    }

    fn push_row(&mut self, row: Known, candle: Place) -> Result<(), Error> {
        let at = row.end;
        self.unit.known.push(row);
        self.push_end(End { at, candle })
    }
}
