//! `plan`: says what a run would make, and what each shard of it would.

use cache::{Plan, Run};

use super::Ending;
use crate::{clock, config::PlanSettings, console::Console, error::Error, interrupt::Interrupt, print};

/// Does what `settings` say.
pub fn run(settings: &PlanSettings) -> Result<Ending, Error> {
    let PlanSettings { base, spec, .. } = settings;
    let (interrupt, mut console) = (Interrupt::install(None)?, Console::new(base.output));
    let market = base.market(interrupt.flag())?;
    let run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut () };
    let plan = Plan::new(&market, spec, &base.filter, &run, true)?;
    print::plan::print(&mut console, &plan, settings, &interrupt);
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    console.finish()?;
    Ok(if plan.refused() > 0 { Ending::Incomplete } else { Ending::Done })
}
