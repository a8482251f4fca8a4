//! Market databases.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use market::{Filter, ImportFile, ImportNotice, ImportOptions, Listed, Naming, Wanted};
use pyo3::{
    exceptions::{PyKeyError, PyOSError},
    prelude::*,
};
use readers::ReadOptions;
use render_core::{Candle, CheckedCandles, similar_names};

use super::series::{Candles, Series};
use crate::{draw, error};

/// A market database, opened anew for each call, so that it can be pickled and forked.
#[pyclass(frozen, module = "image_cache._native", from_py_object)]
#[derive(Clone)]
pub struct Market {
    /// None of the built-in sample.
    pub file: Option<PathBuf>,
}

impl Market {
    pub fn open(&self) -> PyResult<market::Market> {
        let opened = match &self.file {
            Some(file) => market::Market::open(file),
            None => market::Market::sample(),
        };
        opened.map_err(|error| error::market(&error))
    }
}

#[pymethods]
impl Market {
    #[new]
    fn new(file: Option<PathBuf>) -> PyResult<Self> {
        let market = Self { file };
        market.open().map(|_| market)
    }

    /// Symbol and interval of all series.
    fn series(&self) -> PyResult<Vec<(String, String)>> {
        let market = self.open()?;
        Ok(listed(&market)?.into_iter().map(|listed| (listed.symbol, listed.interval)).collect())
    }

    /// All candles of a series whose interval is over.
    fn read(&self, py: Python<'_>, symbol: &str, interval: &str) -> PyResult<Series> {
        let market = self.open()?;
        let all = listed(&market)?;
        let found = all.iter().find(|listed| listed.symbol == symbol && listed.interval == interval);
        let Some(listed) = found else {
            let names: Vec<String> =
                all.iter().map(|listed| format!("{} {}", listed.symbol, listed.interval)).collect();
            let similar = similar_names(&format!("{symbol} {interval}"), names.iter().map(String::as_str));
            let near = if similar.is_empty() { names.into_iter().take(5).collect() } else { similar };
            return Err(PyKeyError::new_err(format!(
                "there is no series {symbol} {interval}; there is {}",
                near.join(", ")
            )));
        };
        let series = listed.series.as_ref().map_err(error::value)?;
        let filter = Filter::default();
        let ends = series.ends(&filter, draw::now());
        let cancel = AtomicBool::new(false);
        let wanted =
            Wanted { filter: &filter, ends: &ends, need: 1, after: 0, cancel: &cancel, planned: false };
        let mut candles = CheckedCandles::new();
        let read = market.read(series, &wanted).map_err(|error| PyOSError::new_err(error.to_string()))?;
        for record in read.into_iter().flat_map(|(_, records)| records) {
            let record = record.map_err(|error| PyOSError::new_err(error.to_string()))?;
            // What is no number in the database makes an invalid candle, which no window may hold.
            let close = if record.fault().is_some() { f64::NAN } else { record.candle.close };
            candles.push(Candle { close, ..record.candle });
        }
        py.check_signals()?;
        Candles::new(symbol, series.interval.clone(), candles).map(|candles| Series(Arc::new(candles)))
    }
}

/// All series of a database.
fn listed(market: &market::Market) -> PyResult<Vec<Listed>> {
    market.all().map_err(|error| error::market(&error))
}

/// Imports files into a market database. Returns the summary as JSON, with what was refused.
#[pyfunction]
#[pyo3(signature = (files, database, symbol, interval, dry_run))]
pub fn import_files(
    py: Python<'_>,
    files: Vec<PathBuf>,
    database: PathBuf,
    symbol: Option<String>,
    interval: Option<String>,
    dry_run: bool,
) -> PyResult<String> {
    let name = |name: Option<String>| name.map_or(Naming::ByFile(None), Naming::Always);
    let options = ImportOptions {
        db: database,
        symbol: name(symbol),
        interval: name(interval),
        read: ReadOptions { now: draw::now(), ..ReadOptions::default() },
        resample: Vec::new(),
        sparse: false,
        on_conflict: None,
        calendar: None,
        week_start: None,
        dry_run,
    };
    let files: Vec<ImportFile> = files.into_iter().map(ImportFile::from).collect();
    let mut refused = Vec::new();
    let cancel = Arc::new(AtomicBool::new(false));
    let mut observe = |notice: ImportNotice<'_>| match notice {
        ImportNotice::Refused { place, refusal } => refused.push(format!("{place}: {refusal}")),
        ImportNotice::RowRefused { file, unit, line, fault } => {
            refused.push(format!("{file}: {unit} {line}: {fault}"));
        }
        _ => {}
    };
    let summary = py
        .detach(|| market::import(&files, &options, &cancel, &mut observe))
        .map_err(|error| error::market(&error))?;
    if let Some(failure) = &summary.failure {
        return Err(error::market(failure));
    }
    let mut json = serde_json::to_value(&summary).map_err(error::value)?;
    json["refused"] = refused.into();
    Ok(json.to_string())
}
