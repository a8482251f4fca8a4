//! `merge`: joins the indexes of shards into one.

use cache::{Outcome, Run};

use super::Ending;
use crate::{
    advice::Context, clock, config::MergeSettings, console::Console, error::Error, interrupt::Interrupt,
    print,
};

/// Does what `settings` say.
pub fn run(settings: &MergeSettings) -> Result<Ending, Error> {
    let MergeSettings { request, partial, output } = settings;
    let (interrupt, mut console) = (Interrupt::install(None)?, Console::new(*output));
    let fault = |error: cache::Error| {
        let is_target = matches!(&error,
            cache::Error::Index { file, .. } | cache::Error::Locked { file, .. } if *file == request.into);
        Error::cache(error, if is_target { Context::MergeInto } else { Context::MergeFrom })
    };
    let mut run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut () };
    let mut summary = cache::merge(request, &mut run).map_err(fault)?;
    print::merge::print(&mut console, &request.into, &summary);
    console.finish()?;
    if let Some(error) = summary.failure.take() {
        return Err(fault(error));
    }
    let are_bad = summary.outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::LeftOut(_)));
    let count = |status: &str| summary.statuses.get(status).copied().unwrap_or(0);
    Ok(match ((summary.shards.is_complete() || *partial) && !are_bad, count("corrupt") + count("stale")) {
        _ if summary.cancelled => Ending::Interrupted,
        (false, _) => Ending::Incomplete,
        (true, 0) => Ending::Done,
        (true, _) => Ending::Unclean,
    })
}
