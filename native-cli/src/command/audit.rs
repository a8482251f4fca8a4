//! `verify` and `repair`: every entry of the index is judged, and every orphan found.

use cache::{AuditRequest, AuditSummary, Run, Shard};

use super::{Ending, own};
use crate::{
    advice::Context,
    clock,
    config::{Audit, AuditSettings},
    console::Console,
    error::Error,
    interrupt::Interrupt,
    print::{Printer, audit::Findings},
};

/// Does what `settings` say.
pub fn run(settings: &AuditSettings) -> Result<Ending, Error> {
    let AuditSettings { base, request, own, task, max_seconds } = settings;
    let (interrupt, mut console) = (Interrupt::install(*max_seconds)?, Console::new(base.output));
    let context = Shard::named_by(&base.index).map_or(Context::Usual, Context::Shard);
    let fault = |error| Error::cache(error, context);
    let cache = base.cache().map_err(fault)?;
    let own = own::read(own, interrupt.flag(), &mut console)?;
    let request = &AuditRequest { own, ..request.clone() };
    let is_rebuilt = matches!(task, Audit::Repair(options) if options.rebuild_index.is_some());
    if !is_rebuilt {
        cache.must_exist().map_err(fault)?;
    }
    let mut printer = Printer::<Findings>::new(settings, &cache, &mut console);
    let mut run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut printer };
    let market = || base.market(interrupt.flag());
    let summary = match task {
        Audit::Repair(options) => cache.repair(&mut market()?, request, options, &mut run),
        Audit::Verify { options, files_only: true } => cache.verify(None, request, options, &mut run),
        Audit::Verify { options, .. } => cache.verify(Some(&mut market()?), request, options, &mut run),
    };
    let mut summary = summary.map_err(fault)?;
    printer.finish(settings, &summary);
    console.finish()?;
    match summary.failure.take() {
        Some(error) => Err(fault(error)),
        None => Ok(ending(&summary)),
    }
}

fn ending(summary: &AuditSummary) -> Ending {
    match (summary.is_clean(), summary.failed() + summary.not_given() + summary.refused() as u64) {
        _ if summary.cancelled => Ending::Interrupted,
        (false, _) => Ending::Unclean,
        (true, 0) => Ending::Done,
        (true, _) => Ending::Incomplete,
    }
}
