//! `plan`: says what a run would make, and what each shard of it would.

use cache::{Plan, PlanRequest, Run};

use super::{Ending, own};
use crate::{
    advice, clock, config::PlanSettings, console::Console, error::Error, interrupt::Interrupt, print,
};

/// Does what `settings` say.
pub fn run(settings: &PlanSettings) -> Result<Ending, Error> {
    let PlanSettings { base, spec, own, max_gap, .. } = settings;
    let (interrupt, mut console) = (Interrupt::install(None)?, Console::new(base.output));
    console.warn_of_style(spec);
    let own = own::read(own, interrupt.flag(), &mut console)?;
    let own = own.as_deref();
    let market = base.market(interrupt.flag())?;
    let run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut () };
    let request = PlanRequest { spec, own, filter: &base.filter, max_gap: *max_gap, sample: true };
    let plan = Plan::new(&market, &request, &run)?;
    for (part, file) in &plan.outside {
        console.warn(&advice::outside(part, file));
    }
    print::plan::print(&mut console, &plan, settings, &interrupt);
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    console.finish()?;
    Ok(if plan.refused() > 0 { Ending::Incomplete } else { Ending::Done })
}
