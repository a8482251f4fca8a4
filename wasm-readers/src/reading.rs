//! Texts of candles for JavaScript: understood, read and named as `import` does it.

use std::sync::atomic::AtomicBool;

use candles::{Candle, Interval};
use js_sys::Function;
use readers::{
    Encoding, Format, IntervalDoubt, Placement, ReadOptions, RowCounts, SeriesFacts, SeriesRow, Source,
    clean_symbol, may_be_same_symbol, series_name, survey, understand,
};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};

use crate::Error;

/// As many bad rows of a text are told.
const MOST_ERRORS: usize = 20;
/// Rows between two reports of progress.
const ROWS_PER_REPORT: usize = 10_000;
/// The length of a candle where there is only one, and nothing tells it.
const MINUTE: i64 = 60_000;

/// A text of candles, which is understood first and then read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reading {
    source: Source,
    format: Format,
    rises: Option<bool>,
    series: Vec<Part>,
    counts: RowCounts,
    rows: usize,
    errors: Vec<String>,
    bad: usize,
    doubts: Vec<String>,
}

/// One of the series of a text.
#[derive(Debug)]
struct Part {
    /// What rows say is traded.
    told: Option<String>,
    symbol: String,
    interval: Interval,
    /// Whether the rows agree that this is the interval.
    is_sure: bool,
    placement: Placement,
    rows: Vec<SeriesRow>,
}

#[wasm_bindgen]
impl Reading {
    /// Finds out how the bytes of the file of that name are to be read, and which series are in it. `now` is the time
    /// in ms: candles of years ahead are refused.
    ///
    /// # Errors
    /// Throws where it holds no candles in a form that is understood.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>, file: &str, now: f64) -> Result<Self, JsError> {
        Ok(Self::understand(bytes, file, now as i64)?)
    }

    /// Reads all rows, and calls `progress` with the number of those read so far.
    ///
    /// # Errors
    /// Throws where the text cannot be read on, and what `progress` throws.
    pub fn read(&mut self, progress: &Function) -> Result<(), JsValue> {
        let mut thrown = None;
        let told = |rows: usize| match progress.call1(&JsValue::NULL, &JsValue::from(rows)) {
            Ok(_) => true,
            Err(error) => {
                thrown = Some(error);
                false
            }
        };
        self.read_rows(told).map_err(JsError::from)?;
        thrown.map_or(Ok(()), Err)
    }

    /// Rows read so far, bad ones too.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Rows that are no candles.
    #[must_use]
    pub fn bad(&self) -> usize {
        self.bad
    }

    /// The first bad rows, each with its line.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        self.errors.clone()
    }

    /// What the name of the file and its rows do not agree on, and what neither tells.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        self.doubts.clone()
    }

    /// What the text turned out to be, in words.
    #[must_use]
    pub fn form(&self) -> String {
        let Format { time, numbers, .. } = &self.format;
        let encoding = self.format.encoding().map_or("", Encoding::name);
        format!("{}, {encoding}; times: {time}, UTC; numbers: {numbers}", self.format.form())
    }

    /// Whether the text has volumes.
    #[must_use]
    pub fn has_volume(&self) -> bool {
        self.format.has_volume()
    }

    /// Rows without any price, which are no candles.
    #[must_use]
    pub fn empty(&self) -> f64 {
        self.counts.empty as f64
    }

    /// Highs and lows that missed a price by rounding.
    #[must_use]
    pub fn widened(&self) -> f64 {
        self.counts.widened as f64
    }

    /// How many series the rows are of.
    #[must_use]
    pub fn count(&self) -> usize {
        self.series.len()
    }

    /// What is traded in the series of that number; an empty text where nothing tells it.
    #[must_use]
    pub fn symbol(&self, at: usize) -> String {
        self.series.get(at).map(|part| part.symbol.clone()).unwrap_or_default()
    }

    /// The code of the interval of the series of that number.
    #[must_use]
    pub fn interval(&self, at: usize) -> String {
        self.series.get(at).map(|part| part.interval.code().to_owned()).unwrap_or_default()
    }

    /// The length of that interval in ms; that of months is nominal.
    #[must_use]
    pub fn interval_ms(&self, at: usize) -> f64 {
        self.series.get(at).map_or(0.0, |part| part.interval.ms() as f64)
    }

    /// The candles of the series of that number; its rows are gone here.
    ///
    /// # Errors
    /// Throws where there is none, or two rows contradict each other.
    pub fn take(&mut self, at: usize) -> Result<Taken, JsError> {
        Ok(self.take_rows(at)?)
    }
}

impl Reading {
    fn understand(bytes: Vec<u8>, file: &str, now: i64) -> Result<Self, Error> {
        let named = series_name(file);
        let told = named.interval.as_deref().and_then(|code| Interval::parse(code).ok());
        let (symbol, length) = (named.symbol.clone(), told.as_ref().map(Interval::ms));
        let options = ReadOptions { now, symbol, interval: length, ..ReadOptions::default() };
        let source = Source::text(bytes);
        let format = understand(&source, &options)?;
        let found = survey(&source, &format, &AtomicBool::new(false))?;
        let rises = found.rises();
        let mut reading = Self {
            source,
            format,
            rises,
            series: Vec::new(),
            counts: RowCounts::default(),
            rows: 0,
            errors: Vec::new(),
            bad: 0,
            doubts: Vec::new(),
        };
        // What rows say of the interval counts where the name does not tell it.
        let of_rows = || found.interval.as_deref().and_then(|code| Interval::parse(code).ok());
        let told = told.or_else(of_rows);
        for facts in &found.series {
            let (interval, doubt) = interval(told.as_ref(), facts)?;
            let placement =
                Placement::of(facts, interval.code(), interval.ms(), None).map_err(readers::Error::from)?;
            let symbol = match &found.series[..] {
                [_] => reading.symbol_of_one(named.symbol.as_deref(), facts),
                _ => facts.symbol.as_deref().and_then(clean_symbol).or_else(|| facts.symbol.clone()),
            };
            let is_sure = doubt.is_none();
            reading.doubts.extend(doubt.filter(|doubt| !reading.doubts.contains(doubt)));
            reading.series.push(Part {
                told: facts.symbol.clone(),
                symbol: symbol.unwrap_or_default(),
                interval,
                is_sure,
                placement,
                rows: Vec::new(),
            });
        }
        Ok(reading)
    }

    /// The symbol of a text with one series: what its name tells, unless its rows tell another one.
    fn symbol_of_one(&mut self, named: Option<&str>, facts: &SeriesFacts) -> Option<String> {
        let beside = facts.symbol.as_deref().or(self.format.symbol.as_deref());
        let of_rows = beside.and_then(clean_symbol);
        if let (Some(named), Some(told)) = (named, &of_rows)
            && !may_be_same_symbol(named, told)
        {
            self.doubts.push(format!("its name tells the symbol {named}, and its rows {told}"));
            return of_rows;
        }
        named.map(str::to_owned).or(of_rows)
    }

    /// Reads all rows until `told`, which is called with their number now and then, says no.
    fn read_rows(&mut self, mut told: impl FnMut(usize) -> bool) -> Result<(), Error> {
        let mut rows = readers::read(&self.source, &self.format, self.rises)?;
        let is_one = self.series.len() == 1;
        // The series of each symbol, in the order in which the rows tell them.
        let mut parts: Vec<Option<usize>> = Vec::new();
        while let Some(row) = rows.next() {
            self.rows += 1;
            if self.rows.is_multiple_of(ROWS_PER_REPORT) && !told(self.rows) {
                break;
            }
            let row = match row {
                Ok(row) => row,
                Err(error @ readers::Error::Row { .. }) => {
                    bad(&mut self.bad, &mut self.errors, &error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let at = match row.symbol {
                Some(symbol) if !is_one => {
                    for name in &rows.symbols()[parts.len()..] {
                        parts.push(self.series.iter().position(|part| part.told.as_deref() == Some(name)));
                    }
                    parts[symbol]
                }
                _ => Some(0),
            };
            let Some(part) = at.and_then(|at| self.series.get_mut(at)) else { continue };
            match row.closes_with(&part.interval) {
                Ok(_) => part.rows.push(SeriesRow::new(&row, 0, part.placement.place(&row))),
                Err(fault) => {
                    let error = readers::Error::Row { unit: self.format.unit(), line: row.line, fault };
                    bad(&mut self.bad, &mut self.errors, &error);
                }
            }
        }
        self.counts = rows.counts();
        Ok(())
    }

    fn take_rows(&mut self, at: usize) -> Result<Taken, Error> {
        let part = self.series.get_mut(at).ok_or(Error::NoSeries(at))?;
        let interval = Some(&part.interval).filter(|_| part.is_sure);
        let made = readers::Series::new(std::mem::take(&mut part.rows), interval, self.format.unit())?;
        Ok(Taken(made))
    }
}

/// The candles of a series.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Taken(readers::Series);

#[wasm_bindgen]
impl Taken {
    /// Rows of six numbers, the oldest first.
    #[must_use]
    pub fn rows(&self) -> Vec<f64> {
        let row = |c: &Candle| [c.open_time as f64, c.open, c.high, c.low, c.close, c.volume];
        self.0.candles.iter().flat_map(row).collect()
    }

    /// Whether the rows stood in another order.
    #[must_use]
    pub fn sorted(&self) -> bool {
        self.0.sorted
    }

    /// Rows that said again what another one had said.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.0.repeated
    }

    /// Rows that were read before their candles were over, which another row completes.
    #[must_use]
    pub fn completed(&self) -> usize {
        self.0.completed
    }
}

fn bad(count: &mut usize, errors: &mut Vec<String>, error: &readers::Error) {
    *count += 1;
    if errors.len() < MOST_ERRORS {
        errors.push(error.to_string());
    }
}

/// The interval that is told, if the candles agree, else that of the candles, with what is doubtful about it.
fn interval(told: Option<&Interval>, facts: &SeriesFacts) -> Result<(Interval, Option<String>), Error> {
    let of_candles = || Interval::parse(&facts.interval().ok()?).ok();
    match told {
        Some(told) => match facts.check(told.code(), told.ms(), false) {
            Ok(()) => Ok((told.clone(), None)),
            // Two kinds of candles make no picture.
            Err(doubt @ IntervalDoubt::Mixed { .. }) => Err(readers::Error::from(doubt).into()),
            Err(doubt) => Ok((of_candles().unwrap_or_else(|| told.clone()), Some(doubt.to_string()))),
        },
        None => match facts.interval() {
            Ok(code) => Ok((Interval::parse(&code)?, None)),
            Err(doubt @ IntervalDoubt::Mixed { .. }) => Err(readers::Error::from(doubt).into()),
            // That there is no more than one is told anyway.
            Err(IntervalDoubt::OneCandle) => Ok((Interval::new("1m", MINUTE)?, None)),
            Err(doubt) => {
                let ms = facts.usual_step().filter(|ms| *ms > 0).unwrap_or(MINUTE);
                Ok((Interval::new(&readers::interval_code(ms), ms)?, Some(doubt.to_string())))
            }
        },
    }
}

#[cfg(test)]
mod tests;
