//! `import`: writes candles from files to a market database, and builds coarser series from finer ones.

mod checksum;
mod input;
mod judge;
mod market;
mod pair;
mod report;
mod resample;
mod row;
mod upsert;

use std::{io::Write, path::Path};

use candles::text::{one_line, shown};
use readers::{Member, SeriesName, Text, interval_ms, series_name};
use render_core::{Interval, Spec, picture_path};

use self::market::{Market, Stop};
use crate::{config::ImportSettings, console::Console, error::Error, interrupt::Interrupt, render::Ending};
use input::Content;
use judge::judge;
use report::Report;

/// The symbol and interval that rows belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub symbol: String,
    pub interval: Interval,
}

impl Name {
    /// Checked as `render` would.
    fn new(symbol: String, code: &str) -> Result<Self, String> {
        let ms = interval_ms(code)
            .ok_or_else(|| format!("interval {code:?} has no fixed length; write 15m, 4h, 1d or 1w"))?;
        let check = || {
            let interval = Interval::new(code, ms)?;
            picture_path(&symbol, &interval, 0, &Spec::default())?;
            Ok(interval)
        };
        check()
            .map(|interval| Self { symbol, interval })
            .map_err(|error: render_core::Error| error.to_string())
    }
}

/// Does what `settings` say; says on `stderr` what goes wrong.
pub fn run(
    settings: &ImportSettings,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let mut run = Run {
        settings,
        interrupt,
        market: Market::open(&settings.db, settings.dry_run, interrupt)?,
        report: Report::new(settings, Console::new(settings.output, stderr)),
    };
    let done = run.files().and_then(|()| run.resample()).and_then(|()| run.gaps());
    let interrupted = interrupt.is_set();
    // What is stored is told of, whatever came after it; an interrupt ends a query in its middle.
    let clean = match &done {
        Err(_) if !interrupted && !run.report.has_counts() => true,
        _ => run.report.finish(interrupted, run.market.is_there())?,
    };
    if !interrupted {
        done?;
    }
    Ok(match clean {
        _ if interrupted => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    })
}

struct Run<'a> {
    settings: &'a ImportSettings,
    interrupt: &'a Interrupt,
    market: Market<'a>,
    report: Report,
}

impl Run<'_> {
    fn files(&mut self) -> Result<(), Error> {
        for file in &self.settings.files {
            if self.interrupt.is_set() {
                break;
            }
            if checksum::is_checksum(file) {
                self.report.console().log(|| {
                    format!("{}: says the SHA-256 of another file", one_line(&file.to_string_lossy()))
                });
                continue;
            }
            self.file(file)?;
        }
        Ok(())
    }

    /// Imports what is in a file. What is wrong with the file is reported, and is no error here.
    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let (place, series) = (place(path), series_name(&path.to_string_lossy()));
        match input::open(path) {
            Err(why) => self.report.refused(&place, None, &why),
            Ok((Content::Text(text), checked)) => self.text(&place, series, checked, Ok(text))?,
            Ok((Content::Archive(mut archive), checked)) => {
                while let Some(member) = archive.next_member() {
                    match member {
                        Ok(Member { name, text }) => {
                            let own = series_name(&name);
                            let series = SeriesName {
                                symbol: own.symbol.or_else(|| series.symbol.clone()),
                                interval: own.interval.or_else(|| series.interval.clone()),
                            };
                            self.text(&format!("{place}: {}", shown(&name)), series, checked, text)?;
                        }
                        Err(error) => self.report.refused(&place, None, &error.to_string()),
                    }
                }
            }
        }
        Ok(())
    }

    fn text(
        &mut self,
        place: &str,
        series: SeriesName,
        checked: bool,
        text: Result<Text<'_>, readers::Error>,
    ) -> Result<(), Error> {
        let text = text.map_err(|error| Stop::Refused(error.to_string()));
        match text.and_then(|text| self.store(place, series, checked, text)) {
            Err(Stop::Refused(why)) => self.report.refused(place, None, &why),
            Err(Stop::Failed(error)) => return Err(error),
            Ok(()) => {}
        }
        Ok(())
    }

    /// Builds the coarser series of those that were imported, or of the one that is named.
    fn resample(&mut self) -> Result<(), Error> {
        let mut finer = self.report.series();
        if self.settings.files.is_empty() {
            let name = || -> Result<Name, String> {
                let missing = |_| "--resample without files takes a --symbol and an --interval".to_owned();
                let symbol = self.settings.symbol.settle(None).map_err(missing)?;
                Name::new(symbol, &self.settings.interval.settle(None).map_err(missing)?)
            };
            finer.push(name().map_err(Error::Usage)?);
        }
        // What is built may complete what is coarser still.
        finer.sort_by_key(|name| name.interval.ms());
        let mut targets: Vec<&Interval> = self.settings.resample.iter().collect();
        targets.sort_by_key(|interval| interval.ms());
        targets.dedup();
        for (at, first) in finer.iter().enumerate() {
            let symbol = &first.symbol;
            if finer[..at].iter().any(|other| other.symbol == *symbol) {
                continue;
            }
            let own = || finer[at..].iter().filter(|other| other.symbol == *symbol);
            for interval in &targets {
                if self.interrupt.is_set() {
                    return Ok(());
                }
                let coarser = Name { symbol: symbol.clone(), interval: (*interval).clone() };
                let is_imported = !self.settings.files.is_empty() && own().any(|name| *name == coarser);
                let finest = own().find(|name| resample::check(&name.interval, interval).is_ok());
                let finest = match finest {
                    Some(finest) => finest,
                    None if is_imported => continue,
                    None => first,
                };
                match resample::resample(&mut self.market, finest, &coarser, is_imported) {
                    Ok(built) => self.report.built(&coarser, built),
                    Err(Stop::Refused(why)) => {
                        let what = format!("{symbol} {} from {}", interval.code(), finest.interval.code());
                        self.report.refused(&what, None, &why);
                    }
                    Err(Stop::Failed(error)) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Looks for gaps in every series that was written to.
    fn gaps(&mut self) -> Result<(), Error> {
        for name in self.report.all() {
            if self.interrupt.is_set() {
                break;
            }
            if let Some(extent) = self.market.extent(&name)? {
                self.report.extent(&name, extent);
            }
        }
        Ok(())
    }

    fn store(&mut self, place: &str, series: SeriesName, checked: bool, text: Text<'_>) -> Result<(), Stop> {
        let (settings, unit) = (self.settings, text.unit());
        let symbol = settings.symbol.settle(series.symbol).map_err(Stop::Refused)?;
        let code = settings.interval.settle(series.interval).map_err(Stop::Refused)?;
        let name = Name::new(symbol, &code).map_err(Stop::Refused)?;
        self.market.accepts(&name)?;
        let mut refuse = |line: u64, why: &str| self.report.refused_row(&name, place, unit, line, why);
        let mut read =
            row::read(text, checked, &name.interval, self.interrupt, &mut refuse).map_err(Stop::Refused)?;
        if read.rows.is_empty() && !self.report.has_refused_here() && !self.interrupt.is_set() {
            return Err(Stop::Refused("there are no rows".to_owned()));
        }
        let mut refuse = |line: u64, why: &str| self.report.refused_row(&name, place, unit, line, why);
        let judged = judge(&mut read, settings.sparse, &name.interval, &mut refuse).map_err(Stop::Refused)?;
        if self.interrupt.is_set() {
            return Ok(());
        }
        self.market.fits(&name, judged.offset)?;
        let counts = self.market.store(&name, &read.rows, row::Values::same)?;
        self.report.stored(&name, place, &read, judged, counts);
        Ok(())
    }
}

/// A file as messages name it.
fn place(file: &Path) -> String {
    file.display().to_string()
}
