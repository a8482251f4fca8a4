//! Imports candles from files into a market database, and builds coarser series from finer ones.
//!
//! All files are understood before any row is stored. Those that have rows of the same series are read together, so that
//! what contradicts in them, or what is stored already, is seen before it is written. What is wrong with a file or a row
//! is told to the [`ImportObserver`], and all others are taken.

mod coarser;
mod database;
mod destination;
mod file;
mod files;
mod options;
mod resample;
mod resolve;
mod rows;
mod sorter;
mod source;
mod summary;
mod together;
mod understood;
mod upsert;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use readers::{IntervalDoubt, RowFault};

use crate::error::{Conflicting, Error, Refusal};
use database::Database;
use destination::Destination;
pub use file::{FileOptions, FileRead, FileSeries, read_file};
pub use files::ImportFile;
use files::{Opener, Texts};
pub(crate) use options::Name;
pub use options::{ImportOptions, Naming, OnConflict};
use resolve::{MOST_HELD, Resolved, Unresolved, resolve};
pub(crate) use rows::Row;
use sorter::Sorter;
pub use summary::{
    Counts, Extent, FinerInterval, ImportNotice, ImportObserver, ImportSummary, ImportedCandle,
    MissingCandles, SeriesImport, StoredText, UnderstoodText,
};
use understood::{Understood, understand};
pub(crate) use upsert::{SCHEMA, store};

/// Imports `files`, and then builds the coarser series that the options ask for: of the series that were imported, or
/// without files of the one that the options name. It stops between two transactions soon after `cancel` is set.
///
/// # Errors
/// [`Error::Database`] where the database cannot be used, [`Error::Refused`] where there are no files and the options
/// name no series. What fails after rows were stored is [`ImportSummary::failure`].
pub fn import(
    files: &[ImportFile],
    options: &ImportOptions,
    cancel: &Arc<AtomicBool>,
    observer: &mut ImportObserver<'_>,
) -> Result<ImportSummary, Error> {
    let database = Database::open(&options.db, options.dry_run, cancel)?;
    let mut run = Run {
        files,
        options,
        cancel,
        observer,
        database,
        opener: Opener::default(),
        series: Vec::new(),
        refused_files: 0,
    };
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

/// An import into a database, or of one file into memory.
struct Run<'a, D> {
    files: &'a [ImportFile],
    options: &'a ImportOptions,
    cancel: &'a AtomicBool,
    observer: &'a mut ImportObserver<'a>,
    database: D,
    opener: Opener,
    series: Vec<(Name, SeriesImport)>,
    refused_files: u64,
}

/// What was read of one text, in the second pass.
#[derive(Default)]
struct Told {
    refused: u64,
    empty: u64,
    widened: u64,
    counts: Counts,
}

impl<D: Destination> Run<'_, D> {
    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn import(&mut self) -> Result<(), Error> {
        let texts = self.understand(|texts, _| Ok(texts));
        for group in understood::groups(&texts) {
            if self.is_cancelled() {
                break;
            }
            self.group(&texts, &group)?;
        }
        Ok(())
    }

    /// Understands the texts of all files, those that `choose` leaves of each.
    fn understand(&mut self, choose: fn(Texts, &ImportOptions) -> Result<Texts, Refusal>) -> Vec<Understood> {
        let mut texts = Vec::new();
        for file in self.files {
            let place = file.shown();
            if self.is_cancelled() {
                return Vec::new();
            }
            if source::is_checksum(&file.path) {
                (self.observer)(ImportNotice::Checksum(&place));
                continue;
            }
            match self.opener.texts(file).and_then(|found| choose(found, self.options)) {
                Err(refusal) => self.refuse(&place, &refusal),
                Ok(found) => {
                    let is_archive = found.len() > 1;
                    let before = texts.len();
                    let mut doubts = Vec::new();
                    for text in found {
                        let understood = text.and_then(|text| {
                            let place = text.place.clone();
                            understand(text, &mut self.opener, self.options, self.cancel)
                                .map_err(|refusal| Box::new((place, refusal)))
                        });
                        match understood {
                            Ok(text) => texts.push(text),
                            // Archives hold a list or a licence beside what was meant.
                            Err(refused) if is_archive && understood::is_no_data(&refused.0) => {
                                doubts.push(*refused);
                            }
                            Err(refused) => self.refuse(&refused.0, &refused.1),
                        }
                        if self.is_cancelled() {
                            return Vec::new();
                        }
                    }
                    for (place, refusal) in doubts {
                        if texts.len() > before {
                            (self.observer)(ImportNotice::PassedOver(&place));
                        } else {
                            self.refuse(&place, &refusal);
                        }
                    }
                }
            }
        }
        together::place_alike(&mut texts);
        for text in &texts {
            (self.observer)(ImportNotice::Understood(&text.told()));
        }
        texts
    }

    /// Tells that a file, a text or a series to build is refused, which does not end the import.
    fn refuse(&mut self, place: &str, refusal: &Refusal) {
        self.refused_files += 1;
        (self.observer)(ImportNotice::Refused { place, refusal });
    }

    /// Reads and stores the texts of these numbers, which have series in common.
    fn group(&mut self, texts: &[Understood], group: &[u32]) -> Result<(), Error> {
        let mut sorters: Vec<(Name, Sorter, BTreeMap<u32, i64>)> = Vec::new();
        let (mut told, mut broken): (BTreeMap<u32, Told>, BTreeSet<u32>) = Default::default();
        for &number in group {
            let text = &texts[number as usize];
            let read = self.read(text, number, &mut sorters);
            if self.is_cancelled() {
                // Only some of the rows were read, so that nothing follows from what they lack.
                return Ok(());
            }
            match read {
                Ok(own) => _ = told.insert(number, own),
                // Rows before the place where a text breaks off are not taken either.
                Err(refusal) => {
                    self.refuse(&text.text.place, &refusal);
                    broken.insert(number);
                }
            }
        }
        for (name, mut sorter, mut ends) in sorters {
            ends.retain(|text, _| !broken.contains(text));
            let done = self.store(texts, &name, &mut sorter, &ends, &mut told);
            match done {
                Ok(()) => {}
                Err(Error::Refused(refusal)) => {
                    let place = match ends.keys().next() {
                        Some(first) if ends.len() == 1 => texts[*first as usize].text.place.clone(),
                        _ => format!("{} {}", name.symbol, name.interval.code()),
                    };
                    let refusal = match refusal {
                        Refusal::WouldChange { count, first, .. } => {
                            Refusal::WouldChange { series: series_text(&name, &ends), count, first }
                        }
                        refusal => refusal,
                    };
                    self.refuse(&place, &refusal);
                }
                Err(error) => return Err(error),
            }
        }
        for (number, told) in told {
            let text = &texts[number as usize];
            let [(name, _), ..] = &text.series[..] else { continue };
            self.series(name).refused += told.refused;
            let (symbol, interval) = (name.symbol.as_str(), name.interval.code());
            let symbol = if text.series.len() > 1 { "(several)" } else { symbol };
            let stored = StoredText {
                file: &text.text.place,
                symbol,
                interval,
                counts: told.counts,
                refused: told.refused,
                repeated: 0,
                checksum: text.text.is_checked.then_some(true),
                empty: told.empty,
                widened: told.widened,
            };
            if told.counts != Counts::default() || told.refused == 0 {
                (self.observer)(ImportNotice::Stored(stored));
            }
        }
        Ok(())
    }

    /// Reads the rows of a text, and parts them by series.
    fn read(
        &mut self,
        text: &Understood,
        number: u32,
        sorters: &mut Vec<(Name, Sorter, BTreeMap<u32, i64>)>,
    ) -> Result<Told, Refusal> {
        let source = self.opener.source(&text.text)?;
        let mut rows = readers::read(&source, &text.format, text.rises)?;
        let mut told = Told::default();
        // The series of each symbol, by the symbol's number, once it was looked for.
        let mut series_of: Vec<Option<Option<usize>>> = Vec::new();
        let mut places: Vec<Option<usize>> = Vec::new();
        for (name, _) in &text.series {
            let found = sorters.iter().position(|(known, ..)| known == name);
            let at = found.unwrap_or_else(|| {
                sorters.push((name.clone(), Sorter::default(), BTreeMap::new()));
                sorters.len() - 1
            });
            places.push(Some(at));
            self.series(name);
        }
        let unit = text.format.unit();
        let (mut count, file) = (0_u64, &text.text.place);
        while let Some(row) = rows.next() {
            count += 1;
            if count % 4096 == 0 && self.is_cancelled() {
                return Ok(told);
            }
            let row = match row {
                Ok(row) => row,
                Err(readers::Error::Row { line, fault, .. }) => {
                    told.refused += 1;
                    (self.observer)(ImportNotice::RowRefused { file, unit, line, fault: &fault });
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            // Which of the text's series the row is of; rows of other symbols than the one that is asked for are of none.
            let symbol = row.symbol.unwrap_or(0);
            if symbol >= series_of.len() {
                series_of.resize(symbol + 1, None);
            }
            let found = *series_of[symbol].get_or_insert_with(|| text.series_of(row.symbol, rows.symbols()));
            let Some(at) = found else { continue };
            let (name, placement) = &text.series[at];
            if let Err(fault) = row.closes_with(&name.interval) {
                told.refused += 1;
                (self.observer)(ImportNotice::RowRefused { file, unit, line: row.line, fault: &fault });
                continue;
            }
            let Some((_, sorter, ends)) = places[at].and_then(|place| sorters.get_mut(place)) else {
                continue;
            };
            let end = ends.entry(number).or_insert(i64::MIN);
            *end = row.candle.open_time.max(*end);
            sorter.push(Row::new(&row, number, placement.place(&row)));
            if count % 65_536 == 0
                && sorters.iter().map(|(_, sorter, _)| sorter.held()).sum::<usize>() > MOST_HELD
            {
                for (_, sorter, _) in sorters.iter_mut().filter(|(_, sorter, _)| sorter.held() > 0) {
                    sorter.spill().map_err(Refusal::Buffer)?;
                }
            }
        }
        let counts = rows.counts();
        (told.empty, told.widened) = (counts.empty, counts.widened);
        Ok(told)
    }

    /// Stores the rows of a series, if nothing contradicts them.
    fn store(
        &mut self,
        texts: &[Understood],
        name: &Name,
        sorter: &mut Sorter,
        ends: &BTreeMap<u32, i64>,
        told: &mut BTreeMap<u32, Told>,
    ) -> Result<(), Error> {
        together::check_markets(ends.keys().map(|text| texts[*text as usize].text.place.as_str()))?;
        let mut sorted = std::mem::take(sorter).sorted().map_err(Refusal::Buffer)?;
        let mut refuse = |row: &Row, fault: &RowFault| {
            let text = &texts[row.text as usize];
            let told = told.entry(row.text).or_default();
            told.refused += 1;
            let (file, unit, line) = (&text.text.place, text.format.unit(), row.line);
            (self.observer)(ImportNotice::RowRefused { file, unit, line, fault });
        };
        let resolved = resolve(&mut sorted, &name.interval, ends, self.options.on_conflict, &mut refuse);
        drop(sorted);
        let Resolved { mut rows, count, repeated, superseded, offset, ends: first_and_last } =
            resolved.map_err(Refusal::Buffer)?.map_err(|unresolved| {
                let conflict = match unresolved {
                    Unresolved::Conflict(conflict) => conflict,
                    Unresolved::Mixed(apart) => {
                        let interval = name.interval.code().to_owned();
                        return Refusal::Interval(IntervalDoubt::Mixed { apart, interval });
                    }
                };
                let place = |row: &Row| (texts[row.text as usize].text.place.clone(), row.line);
                let [first, second] = &conflict.rows;
                Refusal::Conflict(Box::new(Conflicting {
                    series: series_text(name, ends),
                    open_time: first.candle.open_time,
                    places: [place(first), place(second)],
                    unit: texts[first.text as usize].format.unit(),
                    times: conflict.times,
                }))
            })?;
        let series = self.series(name);
        series.repeated += repeated;
        series.superseded += superseded;
        series.offset = offset;
        if count == 0 {
            return Ok(());
        }
        let week_start = texts.iter().flat_map(|text| text.week_start(name)).next();
        let stored = self.database.take(name, &mut rows, offset, week_start, self.options)?;
        let series = self.series(name);
        series.is_imported = true;
        for (text, counts) in stored {
            series.counts.add(counts);
            told.entry(text).or_default().counts.add(counts);
        }
        series.ends = first_and_last
            .map(|(first, last)| [first, last].map(|row| ImportedCandle::of(&row.over(None).candle)));
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

/// A series as a message calls it that stands at one file; files together are called by their series anyway.
fn series_text(name: &Name, ends: &BTreeMap<u32, i64>) -> String {
    if ends.len() == 1 { format!("{} {}", name.symbol, name.interval.code()) } else { String::new() }
}
