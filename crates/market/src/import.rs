//! Imports candles from files into a market database, and builds coarser series from finer ones.
//!
//! A text is read into memory as rows before any of them is stored, so that a file that breaks off brings nothing in.
//! What is wrong with a file or a row is told to the [`ImportObserver`], and all others are taken.

mod database;
mod options;
mod resample;
mod rows;
mod source;
mod summary;
mod upsert;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use candles::{Interval, text::shown};
use readers::{Form, Member, Rows, SeriesName, series_name};

use crate::error::{Error, Refusal};
use database::Database;
pub(crate) use options::Name;
pub use options::{ImportOptions, Naming};
use rows::Checked;
pub(crate) use rows::Row;
use source::Content;
pub use summary::{
    Counts, Extent, FinerInterval, ImportNotice, ImportObserver, ImportSummary, MissingCandles, SeriesImport,
    StoredText,
};
pub(crate) use upsert::{SCHEMA, store};

/// Imports `files`, and then builds the coarser series that the options ask for: of the series that were imported, or
/// without files of the one that the options name. It stops between two transactions soon after `cancel` is set.
///
/// # Errors
/// [`Error::Database`] where the database cannot be used, [`Error::Refused`] where there are no files and the options
/// name no series. What fails after rows were stored is [`ImportSummary::failure`].
pub fn import(
    files: &[PathBuf],
    options: &ImportOptions,
    cancel: &Arc<AtomicBool>,
    observer: &mut ImportObserver<'_>,
) -> Result<ImportSummary, Error> {
    let database = Database::open(&options.db, options.dry_run, cancel)?;
    let mut run = Run { files, options, cancel, observer, database, series: Vec::new(), refused_files: 0 };
    let done = run.import().and_then(|()| run.resample()).and_then(|()| run.measure());
    let (exists, cancelled, refused_files) = (run.database.exists(), run.is_cancelled(), run.refused_files);
    let series: Vec<SeriesImport> = run.series.into_iter().map(|(_, series)| series).collect();
    // A query that is cancelled ends with an error, but nothing has failed.
    let failure = done.err().filter(|_| !cancelled);
    match failure {
        Some(error) if series.iter().all(|series| series.counts == Counts::default()) => Err(error),
        failure => Ok(ImportSummary { series, refused_files, exists, cancelled, failure }),
    }
}

struct Run<'a> {
    files: &'a [PathBuf],
    options: &'a ImportOptions,
    cancel: &'a AtomicBool,
    observer: &'a mut ImportObserver<'a>,
    database: Database<'a>,
    series: Vec<(Name, SeriesImport)>,
    refused_files: u64,
}

impl Run<'_> {
    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn import(&mut self) -> Result<(), Error> {
        for path in self.files {
            if self.is_cancelled() {
                break;
            }
            let file = path.display().to_string();
            if source::is_checksum(path) {
                (self.observer)(ImportNotice::Checksum(&file));
            } else {
                let done = self.file(path, &file);
                self.settle(&file, done)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, file: &str) -> Result<(), Error> {
        let named = series_name(&path.to_string_lossy());
        let (content, is_checked) = source::open(path)?;
        let mut archive = match content {
            Content::Rows(rows) => return self.store(file, named, is_checked, rows),
            Content::Archive(archive) => archive,
        };
        while !self.is_cancelled()
            && let Some(member) = archive.next_member()
        {
            let (place, stored) = match member {
                Err(error) => (file.to_owned(), Err(Refusal::from(error).into())),
                Ok(Member { name, rows }) => {
                    let (place, mut own) = (format!("{file}: {}", shown(&name)), series_name(&name));
                    own.symbol = own.symbol.or_else(|| named.symbol.clone());
                    own.interval = own.interval.or_else(|| named.interval.clone());
                    let rows = rows.map_err(|error| Refusal::from(error).into());
                    let stored = rows.and_then(|rows| self.store(&place, own, is_checked, rows));
                    (place, stored)
                }
            };
            self.settle(&place, stored)?;
        }
        Ok(())
    }

    /// Tells that a file, a text or a series to build is refused, which does not end the import.
    fn settle(&mut self, place: &str, done: Result<(), Error>) -> Result<(), Error> {
        let Err(Error::Refused(refusal)) = done else { return done };
        self.refused_files += 1;
        (self.observer)(ImportNotice::Refused { place, refusal: &refusal });
        Ok(())
    }

    /// Stores the rows of a text.
    fn store(
        &mut self,
        file: &str,
        named: SeriesName,
        is_checked: bool,
        rows: Rows<'_>,
    ) -> Result<(), Error> {
        let name = self.options.name(named)?;
        let interval = &name.interval;
        self.database.check_length(interval)?;
        let unit = if rows.form() == Form::Table { "row" } else { "line" };
        let mut refused = 0;
        let checked = rows::read(rows, self.options.sparse, interval, self.cancel, &mut |line, fault| {
            refused += 1;
            (self.observer)(ImportNotice::RowRefused { file, unit, line, fault });
        });
        if refused > 0 {
            self.series(&name).refused += refused;
        }
        // Only some of the rows were read, so that nothing follows from what they lack.
        if self.is_cancelled() {
            return Ok(());
        }
        let Checked { rows, repeated, offset } = checked?;
        self.database.check_offset(&name, offset)?;
        let counts = self.database.store(&name, &rows, 0)?;
        let series = self.series(&name);
        series.is_imported = true;
        series.repeated += repeated;
        series.offset = offset;
        series.counts.add(counts);
        let (symbol, interval) = (name.symbol.as_str(), interval.code());
        let checksum = is_checked.then_some(true);
        let stored = StoredText { file, symbol, interval, counts, refused, repeated, checksum };
        (self.observer)(ImportNotice::Stored(stored));
        Ok(())
    }

    /// Builds the coarser series of those that were imported, or of the one that is named.
    fn resample(&mut self) -> Result<(), Error> {
        let mut finer: Vec<Name> = if self.files.is_empty() {
            vec![self.options.name(SeriesName::default())?]
        } else {
            let stored = self.series.iter().filter(|(_, series)| series.counts != Counts::default());
            stored.map(|(name, _)| name.clone()).collect()
        };
        // What is built may complete what is coarser still.
        finer.sort_by_key(|name| name.interval.ms());
        let mut targets: Vec<&Interval> = self.options.resample.iter().collect();
        targets.sort_by_key(|interval| interval.ms());
        targets.dedup();
        while let Some(Name { symbol, .. }) = finer.first().cloned() {
            let own: Vec<Name> = finer.extract_if(.., |name| name.symbol == symbol).collect();
            for &interval in &targets {
                if self.is_cancelled() {
                    return Ok(());
                }
                let coarser = Name { symbol: symbol.clone(), interval: interval.clone() };
                let is_imported = !self.files.is_empty() && own.contains(&coarser);
                let finest =
                    own.iter().find(|name| resample::check_divides(&name.interval, interval).is_ok());
                if finest.is_none() && is_imported {
                    continue;
                }
                // Where none divides it, what is said of the first one tells why.
                let finest = finest.unwrap_or(&own[0]);
                let place = format!("{symbol} {} from {}", interval.code(), finest.interval.code());
                let built = self.build(finest, &coarser, is_imported);
                self.settle(&place, built)?;
            }
        }
        Ok(())
    }

    fn build(&mut self, finest: &Name, coarser: &Name, only_absent: bool) -> Result<(), Error> {
        let built = resample::resample(&mut self.database, finest, coarser, only_absent)?;
        let series = self.series(coarser);
        if !series.is_imported {
            series.from_interval = Some(finest.interval.code().to_owned());
        }
        series.counts.add(built.counts);
        (series.from_intervals, series.incomplete) = (built.from_intervals, built.incomplete);
        Ok(())
    }

    /// Counts the candles and gaps of every series that was written to.
    fn measure(&mut self) -> Result<(), Error> {
        for (name, series) in &mut self.series {
            if self.cancel.load(Ordering::Relaxed) {
                break;
            }
            series.extent = self.database.extent(name)?;
        }
        Ok(())
    }

    fn series(&mut self, name: &Name) -> &mut SeriesImport {
        let found = self.series.iter().position(|(known, _)| known == name);
        let at = found.unwrap_or_else(|| {
            let (symbol, interval) = (name.symbol.to_string(), name.interval.code().to_owned());
            self.series.push((name.clone(), SeriesImport { symbol, interval, ..SeriesImport::default() }));
            self.series.len() - 1
        });
        &mut self.series[at].1
    }
}
