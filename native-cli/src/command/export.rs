//! `export`: pictures with labels that know nothing of the future, in the form that loaders read.

use cache::Run;
use dataset::{DatasetOptions, DatasetPlan};

use super::{Ending, own};
use crate::{
    clock,
    config::ExportSettings,
    console::Console,
    error::Error,
    interrupt::Interrupt,
    print::{Printer, export::Export},
};

/// Does what `settings` say.
pub fn run(settings: &ExportSettings) -> Result<Ending, Error> {
    let ExportSettings { base, options, own } = settings;
    let (interrupt, mut console) = (Interrupt::install(None)?, Console::new(base.output));
    console.warn_of_style(&options.spec);
    let own = own::read(own, interrupt.flag(), &mut console)?;
    let options = &DatasetOptions { own, ..options.clone() };
    let cache = base.cache()?;
    let mut market = base.market(interrupt.flag())?;
    let mut printer = Printer::<Export>::new(&mut console);
    let mut run = Run { now: clock::now(), cancel: interrupt.flag(), observer: &mut printer };
    let plan = DatasetPlan::new(&market, options, Some(&cache), &mut run)?;
    let summary = plan.write(&mut market, &mut run)?;
    printer.finish(options, &summary);
    console.finish()?;
    Ok(Ending::Done)
}
