//! Writes the geometry of pictures: one line of JSON for each picture, with the place of everything in it.
//!
//! After a run, its series are read once more, and the lines are written in the order of the candles. There is a line
//! for each `ok` row whose input is that of the candles, no matter which run has rendered its picture.

use std::{cell::Cell, path::Path};

use candles::text::shown;
use market::Market;
use render_core::{Geometry, geometry, input_digest};
use serde::Serialize;
use store::write_atomically;

use crate::{
    Error, Event, Feeder, Job, PictureCache, Reader, RenderRequest, Run, SeriesSummary, Status, Stop, Unit,
    Units, index::follow, run_in_order, window,
};

/// A line of the file. Field names are stable.
#[derive(Serialize)]
struct Line<'a> {
    /// Relative to the root, as in the index.
    path: &'a str,
    symbol: &'a str,
    interval: &'a str,
    /// The open time of the window's last candle, ms.
    end: i64,
    #[serde(flatten)]
    geometry: Geometry,
}

/// Writes the lines of what a run has just made into `file`: `series` is what became of each of them. Returns the number
/// of lines, or `None` if the run was cancelled.
pub(crate) fn write(
    file: &Path,
    cache: &PictureCache<'_>,
    market: &mut Market,
    request: &RenderRequest,
    work: Vec<Job>,
    series: &[SeriesSummary],
    run: &mut Run<'_>,
) -> Result<Option<u64>, Error> {
    let RenderRequest { filter, own, .. } = request;
    let own = own.as_deref();
    let reader = Reader::existing(&follow(&cache.index)?)?;
    let (stop, now) = (&Stop::new(run.cancel), run.now);
    write_atomically(file, |out| {
        let feed = move |units: &Units<'_>| {
            let failed = Cell::new(None);
            let tell = &|event| {
                failed.set(match event {
                    Event::Broken(error) => Some(error),
                    // The observer has been told of series that the run before has refused.
                    Event::Refused { number, fault } if series[number].refused.is_none() => {
                        let SeriesSummary { symbol, interval, .. } = &series[number];
                        let series = format!("{} {}", shown(symbol), shown(interval));
                        Some(Error::Geometry(file.to_owned(), series, fault))
                    }
                    _ => return Ok(()),
                });
                Err(Error::Cancelled)
            };
            let (market, index) = (Some(&*market), reader.as_ref());
            Feeder { market, index, own, filter, now, stop, units, tell }.feed(work);
            failed.into_inner().map_or(Ok(()), Err)
        };
        let mut count = 0;
        let worker = || |unit: &Unit| Ok(lines(unit));
        run_in_order(cache.jobs, stop, run.observer, feed, worker, |(lines, text): (u64, Vec<u8>), _| {
            count += lines;
            let written = out.write_all(&text);
            written.map_err(|source| store::Error::CannotWrite { file: file.to_owned(), source }.into())
        })?;
        Ok(if stop.is_set() { None } else { Some(count) })
    })
}

/// The number of a unit's lines, and their text.
fn lines(unit: &Unit) -> (u64, Vec<u8>) {
    let (mut count, mut text) = (0, Vec::new());
    let Some((series, spec)) = unit.subject.as_ref().ok() else {
        return (0, text);
    };
    let (symbol, interval) = (series.symbol.as_str(), series.interval.name());
    for (end, row) in unit.rows() {
        let Some(row) = row.filter(|row| row.status == Status::Ok) else {
            continue;
        };
        let (Ok(window), Some(Ok(path))) = (window(unit, end, spec), unit.path(end.at)) else {
            continue;
        };
        // If the candles have changed since, they are not those of the picture.
        if row.input != Some(input_digest(&window, spec)) {
            continue;
        }
        let line = Line { path: &path, symbol, interval, end: end.at, geometry: geometry(&window, spec) };
        // Text and numbers can always be serialised, and memory takes all of them.
        if serde_json::to_writer(&mut text, &line).is_ok() {
            text.push(b'\n');
            count += 1;
        }
    }
    (count, text)
}
