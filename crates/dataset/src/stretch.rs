//! Reads a series stretch by stretch, each with the candles before its ends and those after them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use cache::{
    Group,
    pipeline::{End, Place, Unit, need},
};
use candles::Candle;
use market::{Market, Series, Wanted};
use render_core::{Digest, DigestWriter};

use crate::{DatasetOptions, Error};

/// Candles whose ends make a stretch: with the default pictures a few megabytes of them.
const CANDLES: usize = 128;

/// Hands each stretch of the series of that number that has ends to `take`; gives a digest of all candles.
///
/// The candles are read at one instant. Those that are not over at `now` are none.
pub fn read(
    market: &Market,
    (number, series): (usize, &Arc<Series>),
    options: &DatasetOptions,
    now: i64,
    cancel: &AtomicBool,
    mut take: impl FnMut(Unit) -> Result<(), Error>,
) -> Result<Digest, Error> {
    let DatasetOptions { filter, spec, own, .. } = options;
    let refuse = |why| Error::Series(name(series), why);
    let (need, horizon) = (need(spec), options.horizon());
    let ends = series.ends(filter, now);
    let wanted = Wanted { filter, ends: &ends, need, after: horizon, cancel, planned: false };
    let read = market.read(series, &wanted).map_err(refuse)?;
    let (_, source) = read.ok_or(Error::Cancelled)?;
    let unfinished = series.interval.first_unfinished(now);
    let mut source = source
        .take_while(|record| record.as_ref().map_or(true, |record| record.candle.open_time < unfinished));

    let own = own.as_ref().map(|own| own.of_series(spec, series.symbol.as_str(), series.interval.name()));
    let own = own.transpose()?.flatten();
    let group = Arc::new(Group::new(series.symbol.as_str(), series.interval.name(), spec));
    let (mut candles, mut faults, mut digest) = (Vec::<Candle>::new(), Vec::new(), DigestWriter::default());
    let mut gaps = Vec::new();
    // The first of the candles that has not been offered as an end.
    let mut next = 0;
    loop {
        let wanted = next + CANDLES + horizon;
        for record in source.by_ref().take(wanted.saturating_sub(candles.len())) {
            let record = record.map_err(refuse)?;
            digest.update(&record.to_bytes());
            faults.extend(record.fault().map(|fault| (candles.len(), fault)));
            let at = record.candle.open_time;
            let missing = candles.last().map_or(0, |before| ends.missing(before.open_time, at));
            gaps.extend((missing > 0).then_some((candles.len(), missing)));
            candles.push(record.candle);
        }
        let is_last = candles.len() < wanted;
        // An end waits until the candles of its horizon are here.
        let until = candles.len() - if is_last { 0 } else { horizon };
        let selected: Vec<End> = (next..until)
            .map(|position| End { at: candles[position].open_time, candle: Place::Here(position) })
            .filter(|end| ends.selects(end.at))
            .collect();
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        if !selected.is_empty() {
            let subject = Ok((Arc::clone(series), Arc::clone(spec)));
            take(Unit {
                own: own.clone(),
                candles: candles.iter().copied().collect(),
                faults: faults.clone(),
                gaps: gaps.clone(),
                ends: selected,
                ..Unit::new(number, Arc::clone(&group), subject)
            })?;
        }
        if is_last {
            return Ok(digest.finish());
        }
        let gone = until.saturating_sub(need - 1);
        candles.drain(..gone);
        faults.retain(|(position, _)| *position >= gone);
        faults.iter_mut().for_each(|(position, _)| *position -= gone);
        gaps.retain(|(position, _)| *position > gone);
        gaps.iter_mut().for_each(|(position, _)| *position -= gone);
        next = until - gone;
    }
}

/// A series as errors name it.
pub fn name(series: &Series) -> String {
    format!("{} {}", series.symbol, series.interval.name())
}
