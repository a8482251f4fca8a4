//! The geometry of pictures: one line of JSON for each, of where everything in it is.
//!
//! After the run its series are read once more, and the lines are written in the order of the candles. What
//! is written are facts of the index: a line for each `ok` row whose input is that of the candles, whether
//! this run rendered its picture or an earlier one did.

use std::{cell::RefCell, path::Path};

use candles::text::shown;
use market::Market;
use render_core::{Geometry, geometry, input_digest, picture_path};
use serde::Serialize;
use store::write_atomically;

use crate::{
    Error, Run,
    index::{Reader, rows::Status},
    observer::SeriesSummary,
    pipeline::{
        Stop, Units,
        event::Event,
        feeder::{Feeder, Unit},
        run_in_order,
        worker::window,
    },
    render::{RenderRequest, Target, jobs},
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

/// Writes `file` from the rows of `index`; gives the number of lines, `None` where the run was cancelled.
#[expect(clippy::too_many_arguments, reason = "the parts of one run, which are used nowhere else")]
pub(crate) fn write(
    threads: usize,
    market: &mut Market,
    request: &RenderRequest,
    targets: Vec<Target>,
    file: &Path,
    index: &Path,
    series: &[SeriesSummary],
    run: &mut Run<'_>,
) -> Result<Option<u64>, Error> {
    let names: Vec<_> =
        targets.iter().map(|it| (it.listed.symbol.clone(), it.listed.interval.clone())).collect();
    let reader = Reader::existing(index)?;
    let jobs = jobs(targets, request);
    let (stop, now) = (&Stop::new(run.cancel), run.now);
    write_atomically(file, |out| {
        let feed = move |units: &Units| {
            let failed = RefCell::new(None);
            let (market, index, filter) = (Some(&*market), reader.as_ref(), &request.filter);
            let tell = &|event| {
                match event {
                    Event::Broken(error) => *failed.borrow_mut() = Some(error),
                    // A series that the run refused as well has been told of.
                    Event::Refused { number, reason } if series[number].refused.is_none() => {
                        let (symbol, interval) = &names[number];
                        let series = format!("{} {}", shown(symbol), shown(interval));
                        let reason = format!("series {series} cannot be read again: {reason}");
                        *failed.borrow_mut() = Some(Error::File { file: file.to_owned(), reason });
                    }
                    _ => {}
                }
                Ok(())
            };
            Feeder { market, index, filter, now, stop, units, tell }.feed(jobs);
            failed.into_inner().map_or(Ok(()), Err)
        };
        let mut count = 0;
        run_in_order(
            threads,
            stop,
            run.observer,
            feed,
            || |unit: &Unit| Ok(lines(unit)),
            |made, _| {
                let (lines, text): (u64, Vec<u8>) = made;
                count += lines;
                out.write_all(&text)
                    .map_err(|source| store::Error::CannotWrite { file: file.to_owned(), source }.into())
            },
        )?;
        Ok(if stop.is_set() { None } else { Some(count) })
    })
}

/// The lines of a unit, and their number.
fn lines(unit: &Unit) -> (u64, Vec<u8>) {
    let (mut count, mut text) = (0, Vec::new());
    let mut known = unit.known.iter().peekable();
    let Some((series, spec)) = unit.subject.known() else {
        return (0, text);
    };
    let symbol = series.symbol.as_str();
    for end in &unit.ends {
        while known.next_if(|row| row.end < end.at).is_some() {}
        let Some(row) = known.next_if(|row| row.end == end.at && row.status == Status::Ok) else {
            continue;
        };
        let (Ok(window), Ok(path)) =
            (window(unit, end, spec), picture_path(symbol, &series.interval, end.at, spec))
        else {
            continue;
        };
        // Candles that have changed since are not those of the picture.
        if row.input != Some(input_digest(&window, spec)) {
            continue;
        }
        let (geometry, interval) = (geometry(&window, spec), series.interval.code());
        let line = Line { path: &path, symbol, interval, end: end.at, geometry };
        // Text and numbers always serialise, and memory takes all of them.
        if serde_json::to_writer(&mut text, &line).is_ok() {
            text.push(b'\n');
            count += 1;
        }
    }
    (count, text)
}
