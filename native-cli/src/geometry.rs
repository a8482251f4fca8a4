//! `--geometry`: one line of JSON for each picture, of where everything in it is.
//!
//! After the run, its series are read once more, in one thread and in order. So no line
//! waits in memory for its turn, and what is written are facts of the index: a line for each
//! `ok` row, whether this run rendered its picture or an earlier one did.

use std::{io::Write, path::Path, thread};

use candles::text::shown;
use crossbeam_channel::{Receiver, bounded, unbounded};
use market::Market;
use render_core::{Geometry, Spec, geometry, input_digest, picture_path};
use serde::Serialize;
use store::write_atomically;

use crate::{
    config::Settings,
    error::Error,
    event::Event,
    feed::{Feeder, Subject, Unit},
    index::Reader,
    interrupt::Interrupt,
    part::Part,
    render::{Target, jobs, targets},
    report::Report,
    rows::Status,
    work::window,
};

/// Units that wait for the writer.
const UNITS: usize = 2;

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

/// Writes the file that is asked for from the rows of `index`; gives the number of lines, `None` where no file is
/// asked for or the user interrupted.
pub fn write(
    market: &mut Market,
    settings: &Settings,
    now: i64,
    index: &Path,
    interrupt: &Interrupt,
    report: &Report,
    part: Option<&Part>,
) -> Result<Option<u64>, Error> {
    let filter = &settings.base.filter;
    let Some(file) = settings.geometry.as_deref() else {
        return Ok(None);
    };
    let targets = targets(part, market, settings)?;
    let names: Vec<(String, String)> = targets.iter().map(Target::name).collect();
    let reader = Reader::existing(index)?;
    let jobs = jobs(targets, settings);
    write_atomically(file, |out| {
        let (units, fed) = bounded(UNITS);
        let (events, happened) = unbounded();
        let count = thread::scope(|scope| {
            let feed = move || {
                let (market, index, units, events) = (Some(&*market), reader.as_ref(), &units, &events);
                Feeder { market, index, filter, now, interrupt, units, events }.feed(jobs);
            };
            thread::Builder::new()
                .name("feeder".to_owned())
                .spawn_scoped(scope, feed)
                .map_err(|error| Error::System { what: "cannot start a thread", why: error.to_string() })?;
            write_lines(fed, &settings.spec, out)
                .map_err(|error| Error::file(file, format!("cannot be written: {error}")))
        })?;
        for event in happened {
            match event {
                Event::Broken(error) => return Err(error),
                // One that the run refused as well has been reported.
                Event::Refused { number, reason } => {
                    let (symbol, code) = &names[number];
                    if !report.has_refused(symbol, code) {
                        let name = format!("{} {}", shown(symbol), shown(code));
                        return Err(Error::file(
                            file,
                            format!("series {name} cannot be read again: {reason}"),
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(if interrupt.is_set() { None } else { Some(count) })
    })
}

fn write_lines(units: Receiver<Unit>, spec: &Spec, out: &mut dyn Write) -> std::io::Result<u64> {
    let mut count = 0;
    for unit in units {
        let mut known = unit.known.iter().peekable();
        for end in &unit.ends {
            while known.next_if(|row| row.end < end.at).is_some() {}
            let Some(row) = known.next_if(|row| row.end == end.at && row.status == Status::Ok) else {
                continue;
            };
            let Subject::Known(series, _) = &unit.subject else {
                continue;
            };
            let symbol = series.symbol.as_str();
            let (Ok(window), Ok(path)) =
                (window(&unit, end, spec), picture_path(symbol, &series.interval, end.at, spec))
            else {
                continue;
            };
            // Candles that have changed since are not those of the picture.
            if row.input != Some(input_digest(&window, spec)) {
                continue;
            }
            let geometry = geometry(&window, spec);
            let interval = series.interval.code();
            serde_json::to_writer(&mut *out, &Line { path: &path, symbol, interval, end: end.at, geometry })?;
            out.write_all(b"\n")?;
            count += 1;
        }
    }
    Ok(count)
}
