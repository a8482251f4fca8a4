//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use cache::{RenderRequest, RenderSummary, Run};
use market::Source;

use super::{Ending, own};
use crate::{
    advice::Context,
    clock,
    config::RenderSettings,
    console::Console,
    error::Error,
    interrupt::Interrupt,
    print::{Printer, render::Failures},
};

/// Does what `settings` say.
pub fn run(settings: &RenderSettings) -> Result<Ending, Error> {
    let RenderSettings { base, request, own, max_seconds, .. } = settings;
    let (interrupt, mut console) = (Interrupt::install(*max_seconds)?, Console::new(base.output));
    console.warn_of_style(&request.spec);
    let context = request.shard.map_or(Context::Usual, Context::Shard);
    let fault = |error| Error::cache(error, context);
    if let Some(geometry) = &request.geometry {
        check_geometry(geometry, settings)?;
    }
    let own = own::read(own, interrupt.flag(), &mut console)?;
    let cache = base.cache().map_err(fault)?;
    let mut market = base.market(interrupt.flag())?;
    let mut request = RenderRequest { own, ..request.clone() };
    request.count_first = console.shows_progress() || max_seconds.is_some();
    let mut printer = Printer::<Failures>::new(&mut console, &cache.root);
    let mut run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut printer };
    let mut summary = cache.render(&mut market, &request, &mut run).map_err(fault)?;
    printer.finish(settings, &summary, &interrupt);
    console.finish()?;
    // The pictures are made and told of, whatever failed after them.
    if let Some(error) = summary.failure.take() {
        return Err(fault(error));
    }
    match (max_seconds, &summary.shard) {
        // As an interrupt it would be run again, for ever.
        (Some(limit), Some(shard)) if shard.plan.is_none() && interrupt.has_timed_out() => {
            Err(Error::PlanningTime(*limit))
        }
        _ => Ok(ending(&summary, request.dry_run)),
    }
}

fn ending(summary: &RenderSummary, dry_run: bool) -> Ending {
    // An engine waits for status 0, and a shard that is finished needs no other run.
    let is_whole = dry_run || summary.shard.as_ref().is_none_or(|shard| shard.finished);
    match summary.is_well() && is_whole {
        _ if summary.cancelled => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    }
}

/// The geometry's file replaces what was there, which must not be what the run works with.
fn check_geometry(geometry: &Path, settings: &RenderSettings) -> Result<(), Error> {
    let RenderSettings { base, config, .. } = settings;
    let refuse = |why: String| Err(Error::Usage(format!("--geometry {}: {why}", geometry.display())));
    if geometry.file_name().is_none() || geometry.is_dir() {
        return refuse("is no file's name; give a file such as boxes.jsonl".to_owned());
    }
    // A file that is not there yet has a folder that is.
    let real = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
        })
    };
    let same = |other: &Path| {
        let places = [geometry, other].map(real);
        geometry == other || (places[0].is_some() && places[0] == places[1])
    };
    let db = match &base.source {
        Source::Database(db) => db.as_path(),
        Source::Sample => Path::new(""),
    };
    // Where no file is read, its name is empty.
    let others = [("--db", db), ("--index", base.index.as_path()), ("--config", config.as_path())];
    for (flag, other) in others.into_iter().filter(|(_, other)| *other != Path::new("")) {
        if same(other) {
            return refuse(format!("is the file of {flag}; give another one"));
        }
        // SQLite and the lock keep what a database needs in files beside it.
        let beside =
            |end| PathBuf::from([other.as_os_str(), OsStr::new(end)].into_iter().collect::<OsString>());
        if ["-wal", "-shm", "-journal", ".lock"].map(beside).iter().any(|path| same(path)) {
            return refuse(format!("belongs to the file of {flag}; give another one"));
        }
    }
    // Pictures are the cache's own.
    if geometry.extension().is_some_and(|end| end.eq_ignore_ascii_case("png")) {
        return refuse("is named like a picture; give a file such as boxes.jsonl".to_owned());
    }
    Ok(())
}
