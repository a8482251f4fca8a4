//! Series of one's own and marks, from a user's files to the windows that draw them.
//!
//! [`OwnSources::read`] reads the files once. A spec says which of the series are drawn, and whether marks are; what it
//! draws of one series of candles is an [`OwnOfSeries`], which every window of that series gets.

mod digest;
mod error;
mod marks;
mod table;
mod values;

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use market::Series;
use readers::{ReadOptions, ValueRow, read_table, read_table_of_some_times};
use render_core::{Digest, Own, OwnSeries, OwnValue, SeriesDrawing, SeriesForm, Spec, Window};
use serde::Serialize;

use crate::Error;
use marks::MarksSource;
use values::SeriesSource;

pub use error::OwnError;

/// What a user brings: files that were not looked at yet.
#[derive(Debug, Clone, Default)]
pub struct OwnFiles {
    /// The files of series.
    pub series: Vec<SeriesFile>,
    /// The files of marks.
    pub marks: Vec<PathBuf>,
    /// What is said of times and numbers that the rows of all these files leave open. It decides values, and nothing else.
    pub read: ReadOptions,
    /// Whether the time of each value must be a candle's open time.
    pub exact: bool,
    /// Whether marks that no picture draws are let be.
    pub marks_may_be_idle: bool,
}

/// A file with the values of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesFile {
    /// The series, and how it is drawn.
    pub drawing: SeriesDrawing,
    /// The file.
    pub path: PathBuf,
    /// Whether it is let be that no picture draws it, as where a configuration is for other runs, too.
    pub may_be_idle: bool,
}

impl OwnFiles {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.marks.is_empty()
    }
}

/// Something that a spec can draw and a user has to bring.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnPart {
    /// The series of that name.
    Series(String),
    /// Marks.
    Marks,
}

impl OwnPart {
    /// All that a spec draws.
    pub fn drawn(spec: &Spec) -> impl Iterator<Item = Self> {
        let options = spec.options();
        let series = options.series.iter().map(|drawing| Self::Series(drawing.name.clone()));
        series.chain(options.marks.then_some(Self::Marks))
    }
}

impl fmt::Display for OwnPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Series(name) => write!(f, "series {name}"),
            Self::Marks => f.write_str("marks"),
        }
    }
}

/// The file that something was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    /// As it was named.
    pub name: String,
    /// Over its bytes.
    pub sha256: Digest,
}

/// A character that the font lacks, so that a box stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxedCharacter {
    /// The file of the mark.
    pub file: String,
    /// What the file's rows are counted in.
    pub unit: &'static str,
    /// Its line, or its row in a table.
    pub line: u64,
    /// The character.
    pub character: char,
}

/// Columns of a file that mean nothing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleColumns {
    /// Whether the file is one of marks, and not of series.
    pub is_of_marks: bool,
    /// The file.
    pub file: String,
    /// The columns.
    pub columns: Vec<String>,
    /// Those that such a file may have and that resemble them.
    pub similar: Vec<String>,
}

/// Values and marks from a user's files, for all symbols and intervals.
#[derive(Debug)]
pub struct OwnSources {
    series: Vec<SeriesSource>,
    marks: Vec<MarksSource>,
    exact: bool,
    /// What must be drawn.
    busy: Vec<OwnPart>,
}

impl OwnSources {
    /// Reads files.
    ///
    /// # Errors
    /// The first file that cannot be read, or its first row that is wrong.
    pub fn read(files: &OwnFiles, cancel: &AtomicBool) -> Result<Self, Error> {
        let series = files.series.iter().map(|SeriesFile { drawing, path, .. }| {
            let table = table::read(path, read_table, &files.read, cancel)?;
            SeriesSource::of(&drawing.name, &table)
        });
        let series = series.collect::<Result<_, Error>>()?;
        // A level across all windows needs no time.
        let read = |path| table::read(path, read_table_of_some_times, &files.read, cancel);
        let marks = files.marks.iter().map(|path| MarksSource::of(&read(path)?));
        let marks = marks.collect::<Result<_, Error>>()?;
        let busy = files.series.iter().filter(|file| !file.may_be_idle);
        let mut busy: Vec<_> = busy.map(|file| OwnPart::Series(file.drawing.name.clone())).collect();
        busy.extend((!files.marks.is_empty() && !files.marks_may_be_idle).then_some(OwnPart::Marks));
        Ok(Self { series, marks, exact: files.exact, busy })
    }

    /// Whether that is among these.
    #[must_use]
    pub fn has(&self, part: &OwnPart) -> bool {
        match part {
            OwnPart::Series(name) => self.series.iter().any(|series| series.name == *name),
            OwnPart::Marks => !self.marks.is_empty(),
        }
    }

    /// The files of something.
    pub fn files(&self, part: &OwnPart) -> impl Iterator<Item = &OwnFile> {
        let named = |series: &&SeriesSource| matches!(part, OwnPart::Series(name) if series.name == *name);
        let series = self.series.iter().filter(named).map(|series| &series.file);
        let marks = self.marks.iter().filter(|_| *part == OwnPart::Marks).map(|marks| &marks.file);
        series.chain(marks)
    }

    /// The first character of a mark's text that the font lacks.
    #[must_use]
    pub fn boxed_character(&self) -> Option<&BoxedCharacter> {
        self.marks.iter().find_map(|marks| marks.boxed.as_ref())
    }

    /// The columns that mean nothing, file by file.
    #[must_use]
    pub fn idle_columns(&self) -> Vec<IdleColumns> {
        let mut found: Vec<IdleColumns> = Vec::new();
        for source in &self.series {
            match found.iter_mut().find(|before| before.file == source.idle.file) {
                // What is idle for one series may be a text of another one's.
                Some(before) => before.columns.retain(|column| source.idle.columns.contains(column)),
                None => found.push(source.idle.clone()),
            }
        }
        found.extend(self.marks.iter().map(|source| source.idle.clone()));
        found.retain(|idle| !idle.columns.is_empty());
        found
    }

    /// What these bring of a spec to a series of candles; `None` where the spec draws nothing of the kind.
    ///
    /// # Errors
    /// Where a file has no column for what the spec draws, or one time has two values.
    pub fn of_series(
        &self,
        spec: &Spec,
        symbol: &str,
        interval: &str,
    ) -> Result<Option<Arc<OwnOfSeries>>, Error> {
        let options = spec.options();
        if options.series.is_empty() && !options.marks {
            return Ok(None);
        }
        let (mut series, mut exact) = (Vec::new(), Vec::new());
        for drawing in &options.series {
            if let Some(source) = self.series.iter().find(|source| source.name == drawing.name) {
                let lines = source.of_series(drawing.form, symbol, interval)?;
                let value = |row: &ValueRow| OwnValue { time: row.time, value: row.value };
                let values: Vec<OwnValue> = lines.iter().map(value).collect();
                series.push(OwnSeries::new(&drawing.name, values)?);
                if self.exact {
                    exact.push(ExactSeries::of(source, lines));
                }
            }
        }
        let marks = self.marks.iter().filter(|_| options.marks).flat_map(|it| it.marks.of(symbol, interval));
        let own = Own::new(series, marks.collect())?;
        Ok(Some(Arc::new(OwnOfSeries { own, exact })))
    }

    /// The files of which no value and no mark lies in the times of any of these pictures: of each series of candles its symbol,
    /// interval, and the time from the first window on, up to which the last one goes. None where there is no picture.
    pub fn outside(&self, spec: &Spec, shown: &[(&str, &str, i64, i64)]) -> Vec<(OwnPart, &OwnFile)> {
        let (options, mut found) = (spec.options(), Vec::new());
        if shown.is_empty() {
            return found;
        }
        for SeriesDrawing { name, form, .. } in &options.series {
            let source = self.series.iter().find(|source| source.name == *name);
            let Some((source, Ok(values))) = source.map(|source| (source, source.values(*form))) else {
                continue;
            };
            let is_shown = shown.iter().any(|&(symbol, interval, from, until)| {
                // A step goes on until the next one.
                let from = if *form == SeriesForm::Step { i64::MIN } else { from };
                let mut values = values.of(symbol, interval).filter(|row| row.value.is_some());
                values.any(|value| (from..until).contains(&value.time))
            });
            if !is_shown {
                found.push((OwnPart::Series(name.clone()), &source.file));
            }
        }
        for source in self.marks.iter().filter(|_| options.marks) {
            let is_shown = shown.iter().any(|&(symbol, interval, from, until)| {
                source.marks.of(symbol, interval).any(|mark| marks::may_show(&mark, from, until))
            });
            if !is_shown {
                found.push((OwnPart::Marks, &source.file));
            }
        }
        found
    }

    /// Refuses what none of these specs draws.
    pub(crate) fn check_drawn<'a>(&self, specs: impl Iterator<Item = &'a Spec>) -> Result<(), Error> {
        let drawn: Vec<OwnPart> = specs.flat_map(OwnPart::drawn).collect();
        match self.busy.iter().find(|part| !drawn.contains(part)) {
            Some(part) => Err(Error::OwnNotDrawn { part: part.clone() }),
            None => Ok(()),
        }
    }
}

/// The symbol and interval of a series, and the times that its pictures from one end to another one show.
pub(crate) fn shown<'a>(
    series: &'a Series,
    spec: &Spec,
    first: i64,
    last: i64,
) -> (&'a str, &'a str, i64, i64) {
    // The first window may begin later, where candles are missing.
    let length = series.interval.longest_ms().saturating_mul(spec.window().into());
    let names = (series.symbol.as_str(), series.interval.name());
    (names.0, names.1, first.saturating_sub(length), series.interval.end(last))
}

/// What a spec draws that is not given.
pub fn not_given(spec: &Spec, own: Option<&OwnSources>) -> Vec<OwnPart> {
    OwnPart::drawn(spec).filter(|part| !own.is_some_and(|own| own.has(part))).collect()
}

/// Refuses a spec that draws what is not given or has no column of its own, and files that it does not draw.
///
/// # Errors
/// The first of these.
pub fn check(spec: &Spec, own: Option<&OwnSources>) -> Result<(), Error> {
    if let Some(part) = not_given(spec, own).into_iter().next() {
        return Err(Error::OwnNotGiven { part });
    }
    let Some(own) = own else { return Ok(()) };
    own.check_drawn([spec].into_iter())?;
    let drawn = |drawing: &SeriesDrawing| own.series.iter().find(|source| source.name == drawing.name);
    let mut forms = spec.options().series.iter().filter_map(|it| Some((it.form, drawn(it)?)));
    forms.try_for_each(|(form, source)| source.values(form).map(drop))
}

/// What a spec draws on one series of candles besides them.
#[derive(Debug)]
pub struct OwnOfSeries {
    own: Own,
    /// The series whose times must be those of candles.
    exact: Vec<ExactSeries>,
}

/// A series whose times must be those of candles, and where they stand in its file.
#[derive(Debug)]
pub(crate) struct ExactSeries {
    name: String,
    file: String,
    unit: &'static str,
    /// Times and lines, by time.
    pub lines: Vec<(i64, u64)>,
}

impl ExactSeries {
    fn of(source: &SeriesSource, lines: Vec<ValueRow>) -> Self {
        let lines = lines.into_iter().map(|row| (row.time, row.line)).collect();
        Self { name: source.name.clone(), file: source.file.name.clone(), unit: source.unit(), lines }
    }

    /// The error that a row stands at a time that is no candle's.
    pub fn between(&self, time: i64, symbol: &str, interval: &str) -> Error {
        let at = self.lines.binary_search_by_key(&time, |(time, _)| *time);
        let line = at.map_or(0, |at| self.lines[at].1);
        let (file, name, series) = (self.file.clone(), self.name.clone(), format!("{symbol} {interval}"));
        Error::OwnBetween { file, unit: self.unit, line, name, time, series }
    }
}

impl OwnOfSeries {
    /// The series and marks themselves.
    #[must_use]
    pub fn own(&self) -> &Own {
        &self.own
    }

    /// The series whose times must be those of candles.
    pub(crate) fn exact(&self) -> &[ExactSeries] {
        &self.exact
    }

    /// A digest of all that a spec draws of these and that is dated before a time.
    pub(crate) fn digest(&self, spec: &Spec, until: i64) -> Digest {
        digest::of(&self.own, spec, until)
    }

    /// Refuses a window in which a value stands at a time that is no candle's, where that is asked for.
    ///
    /// # Errors
    /// [`Error::OwnBetween`].
    pub fn check(&self, window: &Window<'_>) -> Result<(), Error> {
        for exact in &self.exact {
            let series = self.own.series(&exact.name);
            if let Some(time) = series.and_then(|series| series.time_between_candles(window)) {
                return Err(exact.between(time, window.symbol(), window.interval().name()));
            }
        }
        Ok(())
    }
}
