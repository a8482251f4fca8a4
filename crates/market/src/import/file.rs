//! Reads the one series of a file into memory, as an import would store it.

use std::{collections::VecDeque, path::PathBuf, sync::atomic::AtomicBool};

use candles::{Candle, Interval, Symbol, Weekday};
use readers::ReadOptions;

use super::{
    ImportFile, ImportObserver, ImportOptions, Name, Naming, OnConflict, Run,
    destination::Memory,
    files::{Opener, Text, Texts},
    understood::{Understood, groups},
};
use crate::error::{Error, Refusal};

/// What decides how one file is read.
#[derive(Debug, Clone)]
pub struct FileOptions {
    /// The symbol: which of several in the file, or what the only one is called.
    pub symbol: Naming,
    /// The code of the interval.
    pub interval: Naming,
    /// What the rows leave open. A candle that is not over at its `now` is left out.
    pub read: ReadOptions,
    /// Whether a file without times of closing is taken where its candles usually lie several intervals apart.
    pub sparse: bool,
    /// Which of two candles of one time is taken that contradict each other; by default the file is refused.
    pub on_conflict: Option<OnConflict>,
    /// The day that weeks begin on, where the rows leave that open.
    pub week_start: Option<Weekday>,
    /// No candle that opens later than this, in ms, is taken.
    pub until: i64,
    /// How many candles are held, the last ones.
    pub most: usize,
}

/// What came of reading a file.
#[derive(Debug)]
pub enum FileRead {
    /// Its series.
    Series(FileSeries),
    /// It holds these series: no row was read of any.
    Several(Vec<(Symbol, Interval)>),
    /// Nothing of it is taken, and the observer has been told why.
    Nothing,
    /// Reading was cancelled.
    Cancelled,
}

/// A series of a file.
#[derive(Debug)]
pub struct FileSeries {
    /// The symbol.
    pub symbol: Symbol,
    /// The interval.
    pub interval: Interval,
    /// The last candles up to the time that was asked for, oldest first, each of them valid.
    pub candles: Vec<Candle>,
    /// How many candles there are up to that time.
    pub count: u64,
    /// The open times of the file's first candle and its last one, whatever was asked for.
    pub ends: (i64, i64),
    /// The open time of the first candle that is not over yet and thus left out.
    pub unfinished: Option<i64>,
    /// Whether no row and no part of the file was refused.
    pub is_clean: bool,
}

/// Reads the series of a file: what [`super::import()`] would store, in memory that the file's length does not count in.
/// What is refused is told to the observer, and all else is taken.
///
/// # Errors
/// [`Error::Refused`] where rows cannot be buffered. What is wrong with the file is no error, but
/// [`FileRead::Nothing`].
pub fn read_file(
    file: &ImportFile,
    options: &FileOptions,
    cancel: &AtomicBool,
    observer: &mut ImportObserver<'_>,
) -> Result<FileRead, Error> {
    let FileOptions { symbol, interval, read, sparse, on_conflict, week_start, until, most } =
        options.clone();
    let now = read.now;
    let options = ImportOptions {
        db: PathBuf::new(),
        symbol,
        interval,
        read,
        sparse,
        on_conflict,
        week_start,
        resample: Vec::new(),
        calendar: None,
        dry_run: true,
    };
    let kept = VecDeque::new();
    let mut run = Run {
        files: std::slice::from_ref(file),
        options: &options,
        cancel,
        observer,
        database: Memory { until, now, most, kept, count: 0, ends: None, unfinished: None },
        opener: Opener::default(),
        series: Vec::new(),
        refused_files: 0,
    };
    let texts = run.understand(asked_for);
    let mut names = distinct(&texts);
    if names.len() > 1 {
        return Ok(FileRead::Several(names.into_iter().map(|name| (name.symbol, name.interval)).collect()));
    }
    for group in groups(&texts) {
        run.group(&texts, &group)?;
    }
    if run.is_cancelled() {
        return Ok(FileRead::Cancelled);
    }
    let is_clean = run.refused_files == 0 && run.series.iter().all(|(_, series)| series.refused == 0);
    let Memory { kept, count, ends, unfinished, .. } = run.database;
    let (Some(Name { symbol, interval }), Some(ends)) = (names.pop(), ends) else {
        return Ok(FileRead::Nothing);
    };
    Ok(FileRead::Series(FileSeries {
        symbol,
        interval,
        candles: kept.into(),
        count,
        ends,
        unfinished,
        is_clean,
    }))
}

/// The series of texts, each once, in their order.
fn distinct(texts: &[Understood]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for (name, _) in texts.iter().flat_map(|text| &text.series) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Of several texts those whose names tell the symbol and the interval that are asked for. Where names tell none, the
/// rows decide.
fn asked_for(texts: Texts, options: &ImportOptions) -> Result<Texts, Refusal> {
    let mut texts = texts;
    if texts.len() < 2 {
        return Ok(texts);
    }
    if let Naming::Always(asked) = &options.symbol {
        let told = |text: &Text| text.named.symbol.clone();
        let mut found: Vec<String> = texts.iter().flatten().filter_map(told).collect();
        found.sort_unstable();
        found.dedup();
        if found.iter().any(|own| own == asked) {
            texts.retain(|text| text.as_ref().is_ok_and(|text| text.named.symbol.as_ref() == Some(asked)));
        } else if found.len() > 1 {
            // One name for all of them would make one series of several.
            return Err(Refusal::NoSuchSymbol { asked: asked.clone(), found });
        }
    }
    if let Naming::Always(asked) = &options.interval {
        let is_asked = |text: &Text| text.named.interval.as_ref() == Some(asked);
        if texts.iter().flatten().any(is_asked) {
            texts.retain(|text| text.as_ref().is_ok_and(is_asked));
        }
    }
    Ok(texts)
}
