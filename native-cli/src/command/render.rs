//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::path::{Path, PathBuf};

use cache::{RenderSummary, Run};
use market::Source;

use super::Ending;
use crate::{
    advice::Context, clock, config::RenderSettings, console::Console, error::Error, interrupt::Interrupt,
    print::render::RenderPrinter,
};

/// Does what `settings` say.
pub fn run(settings: &RenderSettings, interrupt: &Interrupt, mut console: Console) -> Result<Ending, Error> {
    let RenderSettings { base, request, max_seconds, .. } = settings;
    let context = request.shard.map_or(Context::Usual, Context::Shard);
    let fault = |error| Error::cache(error, context);
    if let Some(geometry) = &request.geometry {
        check_geometry(geometry, settings)?;
    }
    let cache = base.cache().map_err(fault)?;
    let mut market = base.market(interrupt.flag())?;
    let mut request = request.clone();
    request.count_first = console.shows_progress() || max_seconds.is_some();
    let mut printer = RenderPrinter::new(&mut console, &cache.root);
    let mut run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut printer };
    let mut summary = cache.render(&mut market, &request, &mut run).map_err(fault)?;
    printer.finish(settings, &summary, interrupt);
    console.finish()?;
    // The pictures are made and told of, whatever failed after them.
    if let Some(error) = summary.failure.take() {
        return Err(fault(error));
    }
    match (max_seconds, &summary.shard) {
        // As an interrupt it would be run again, for ever.
        (Some(limit), Some(shard)) if shard.plan.is_none() && interrupt.has_timed_out() => {
            Err(Error::PlanningTime(limit.get()))
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

