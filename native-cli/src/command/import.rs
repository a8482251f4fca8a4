//! `import`: writes candles from files to a market database, and builds coarser series from finer ones.

use std::path::PathBuf;

use market::ImportOptions;

use super::{Ending, input};
use crate::{
    config::Output, console::Console, error::Error, interrupt::Interrupt, print::import::ImportPrinter,
};

/// Does what `options` say.
pub fn run(files: &[PathBuf], options: &ImportOptions, output: Output) -> Result<Ending, Error> {
    let (interrupt, mut console) = (Interrupt::install(None)?, Console::new(output));
    let (files, _spool) = input::files(files)?;
    let mut printer = ImportPrinter::new(&mut console, options.dry_run);
    let mut summary =
        market::import(&files, options, interrupt.flag(), &mut |notice| printer.notice(notice))?;
    printer.finish(options, &summary);
    console.finish()?;
    // What is stored is told of, whatever came after it.
    if let Some(error) = summary.failure.take() {
        return Err(error.into());
    }
    Ok(match summary.is_clean() {
        _ if summary.cancelled => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    })
}
