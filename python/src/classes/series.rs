//! Series of candles that are checked once, and the pictures of their windows.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use candles::{Interval, Symbol};
use market::{FileOptions, FileRead, ImportFile, ImportNotice, Naming};
use numpy::{PyArray1, PyReadonlyArray1, PyReadwriteArray4, PyUntypedArrayMethods};
use pyo3::prelude::*;
use render_core::{Candle, CheckedCandles, DigestWriter, Renderer, Spec as CoreSpec, Window};

use super::{
    own::Own,
    picture::Picture,
    reading::{Written, hint},
    spec::{self, Spec},
};
use crate::{draw, error};

/// The candles of one symbol and interval.
pub struct Candles {
    pub symbol: Symbol,
    pub interval: Interval,
    pub all: CheckedCandles,
}

impl Candles {
    pub fn new(symbol: &str, interval: Interval, all: CheckedCandles) -> PyResult<Self> {
        let symbol = Symbol::new(symbol).map_err(error::value)?;
        check_order(&all)?;
        Ok(Self { symbol, interval, all })
    }

    /// The window whose last candle is at this position. At the beginning of the series its warm-up is as long as there
    /// are candles, as in a cache.
    pub fn window<'a>(&'a self, last: usize, spec: &CoreSpec, own: Option<&'a Own>) -> PyResult<Window<'a>> {
        let (length, count) = (spec.window() as usize, self.all.len());
        if last >= count {
            return Err(error::value(format!("there is no candle {last}: the series has {count}")));
        }
        let Some(drawn) = (last + 1).checked_sub(length) else {
            return Err(error::value(format!(
                "candle {last} ends no window of {length} candles: the first one that does is candle {}",
                length - 1
            )));
        };
        let first = drawn.saturating_sub(spec.warmup() as usize);
        let window = self.all.window(self.symbol.as_str(), &self.interval, first..last + 1, drawn - first);
        let window = window.map_err(|error| match error {
            render_core::Error::Candle { index, fault } => {
                let at = first + index;
                let time = candles::format_utc(self.all[at].open_time);
                error::value(format!(
                    "candle {at} at {time}: {fault}; leave windows with it out, as Series.ends does"
                ))
            }
            other => error::value(other),
        })?;
        Ok(own.map_or(window, |own| window.with_own(&own.0)))
    }
}

/// Refuses candles whose times do not rise.
fn check_order(all: &[Candle]) -> PyResult<()> {
    if let Some(at) = all.windows(2).position(|pair| pair[1].open_time <= pair[0].open_time) {
        let [one, other] = [at, at + 1].map(|at| candles::format_utc(all[at].open_time));
        return Err(error::value(format!(
            "times must rise: row {} opens at {other}, and the row before it at {one}; sort the rows, and keep one of each time",
            at + 1
        )));
    }
    Ok(())
}

/// Candles, oldest first, with the symbol and interval they are of. Their arrays are looked at once.
#[pyclass(frozen, module = "image_cache._native", from_py_object)]
#[derive(Clone)]
pub struct Series(pub Arc<Candles>);

#[pymethods]
impl Series {
    /// From columns of one length: times in ms since 1970 UTC, and prices and volumes.
    #[new]
    #[pyo3(signature = (time, open, high, low, close, volume, symbol, interval))]
    #[expect(clippy::too_many_arguments, reason = "columns of a table")]
    fn new(
        time: PyReadonlyArray1<'_, i64>,
        open: PyReadonlyArray1<'_, f64>,
        high: PyReadonlyArray1<'_, f64>,
        low: PyReadonlyArray1<'_, f64>,
        close: PyReadonlyArray1<'_, f64>,
        volume: PyReadonlyArray1<'_, f64>,
        symbol: &str,
        interval: Option<&str>,
    ) -> PyResult<Self> {
        let time = time.as_array();
        let columns = [&open, &high, &low, &close, &volume].map(PyReadonlyArray1::as_array);
        for (name, column) in ["open", "high", "low", "close", "volume"].iter().zip(&columns) {
            if column.len() != time.len() {
                let (rows, times) = (column.len(), time.len());
                return Err(error::value(format!("{name} has {rows} rows, and time has {times}")));
            }
        }
        let candle = |at: usize| Candle {
            open_time: time[at],
            open: columns[0][at],
            high: columns[1][at],
            low: columns[2][at],
            close: columns[3][at],
            volume: columns[4][at],
        };
        let all: CheckedCandles = (0..time.len()).map(candle).collect();
        check_order(&all)?;
        if all.is_empty() {
            return Err(error::value("there is no candle"));
        }
        let code = match interval {
            Some(code) => code.to_owned(),
            None => readers::interval_of(all.iter().map(|candle| candle.open_time)).map_err(|doubt| {
                error::value(format!("interval: {doubt}; give interval=, such as \"1h\" or \"1d\""))
            })?,
        };
        let interval = Interval::parse(&code).map_err(error::value)?;
        readers::check_interval(all.iter().map(|candle| candle.open_time), &interval)
            .map_err(|doubt| error::value(format!("interval: {doubt}")))?;
        Candles::new(symbol, interval, all).map(|candles| Self(Arc::new(candles)))
    }

    /// From a file of any form that `image-cache import` reads.
    #[staticmethod]
    #[pyo3(signature = (file, symbol, interval, written))]
    fn from_file(
        py: Python<'_>,
        file: PathBuf,
        symbol: Option<String>,
        interval: Option<String>,
        written: Written,
    ) -> PyResult<Self> {
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().replace(' ', "_")).unwrap_or_default();
        let stand_in = if Symbol::check(&stem).is_ok() { stem } else { "CHART".to_owned() };
        let options = FileOptions {
            symbol: symbol.map_or(Naming::Otherwise(stand_in), Naming::Always),
            interval: interval.map_or(Naming::ByFile(None), Naming::Always),
            read: written.options(draw::now())?,
            sparse: false,
            on_conflict: None,
            week_start: None,
            until: i64::MAX,
            most: usize::MAX,
        };
        if let Err(fault) = std::fs::metadata(&file) {
            return Err(error::system(&file.display().to_string(), &fault));
        }
        let mut refused = Vec::new();
        let read = py.detach(|| {
            let mut observe = |notice: ImportNotice<'_>| match notice {
                ImportNotice::Refused { place, refusal } => {
                    refused.push(format!("{place}: {refusal}{}", hint(refusal)));
                }
                ImportNotice::RowRefused { file, unit, line, fault } => {
                    refused.push(format!("{file}: {unit} {line}: {fault}"));
                }
                _ => {}
            };
            market::read_file(
                &ImportFile::from(file.clone()),
                &options,
                &AtomicBool::new(false),
                &mut observe,
            )
        });
        match read.map_err(|error| error::market(&error))? {
            FileRead::Series(read) if refused.is_empty() => {
                let all = read.candles.into_iter().collect();
                Candles::new(read.symbol.as_str(), read.interval, all).map(|candles| Self(Arc::new(candles)))
            }
            FileRead::Several(series) => {
                let names: Vec<String> = series
                    .iter()
                    .map(|(symbol, interval)| format!("{} {}", symbol.as_str(), interval.code()))
                    .collect();
                Err(error::value(format!(
                    "{}: it holds {}; give symbol= and interval=",
                    file.display(),
                    names.join(", ")
                )))
            }
            _ => Err(error::value(
                refused.first().cloned().unwrap_or_else(|| format!("{}: nothing was read", file.display())),
            )),
        }
    }

    #[getter]
    fn symbol(&self) -> &str {
        self.0.symbol.as_str()
    }

    #[getter]
    fn interval(&self) -> &str {
        self.0.interval.code()
    }

    fn __len__(&self) -> usize {
        self.0.all.len()
    }

    /// Open times in ms, and open, high, low, close and volume.
    fn columns<'py>(&self, py: Python<'py>) -> (Bound<'py, PyArray1<i64>>, [Bound<'py, PyArray1<f64>>; 5]) {
        let all = &self.0.all;
        let column = |value: fn(&Candle) -> f64| PyArray1::from_iter(py, all.iter().map(value));
        let times = PyArray1::from_iter(py, all.iter().map(|candle| candle.open_time));
        let values = [
            column(|candle| candle.open),
            column(|candle| candle.high),
            column(|candle| candle.low),
            column(|candle| candle.close),
            column(|candle| candle.volume),
        ];
        (times, values)
    }

    /// SHA-256 over all candles up to a position, in hexadecimal digits.
    fn digest(&self, last: usize) -> String {
        let mut digest = DigestWriter::default();
        for candle in self.0.all.iter().take(last.saturating_add(1)) {
            digest.update(&candle.open_time.to_le_bytes());
            for value in [candle.open, candle.high, candle.low, candle.close, candle.volume] {
                digest.update(&value.to_bits().to_le_bytes());
            }
        }
        digest.finish().to_string()
    }

    /// The positions of all candles that end a whole window of valid candles, warm-up included.
    fn ends<'py>(&self, py: Python<'py>, spec: &Spec) -> Bound<'py, PyArray1<i64>> {
        let first = spec.0.window() as usize - 1;
        let is_end = |&last: &usize| self.0.window(last, &spec.0, None).is_ok();
        PyArray1::from_iter(py, (first..self.0.all.len()).filter(is_end).map(|last| last as i64))
    }

    /// The picture whose last candle is at position `end`.
    fn draw(&self, py: Python<'_>, end: usize, spec: Spec, own: Option<Own>) -> PyResult<Picture> {
        let window = self.0.window(end, &spec.0, own.as_ref())?;
        let png = py.detach(|| Renderer::new().render(&window, &spec.0));
        let range = (end + 1 - window.all().len(), end + 1);
        Ok(Picture { png, candles: self.0.clone(), range, spec: spec.clone(), own: own.clone() })
    }
}

/// Draws pictures into `out`: pictures, rows, columns, channels. Of each, `numbers` says which of `series` it is of, and
/// `ends` the position of its last candle.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "called by the package alone")]
pub fn frames_into(
    py: Python<'_>,
    series: Vec<Series>,
    numbers: Option<PyReadonlyArray1<'_, i64>>,
    ends: PyReadonlyArray1<'_, i64>,
    spec: &Spec,
    channels: &str,
    mut out: PyReadwriteArray4<'_, u8>,
    threads: usize,
) -> PyResult<()> {
    let format = spec::format(channels)?;
    let shape = [ends.len(), spec.0.height() as usize, spec.0.width() as usize, format.count()];
    if out.shape() != shape {
        return Err(error::value(format!("out has the shape {:?}, not {shape:?}", out.shape())));
    }
    let (ends, numbers) = (ends.as_array(), numbers.as_ref().map(PyReadonlyArray1::as_array));
    let windows = ends.iter().enumerate().map(|(at, &end)| {
        let number = numbers.as_ref().and_then(|numbers| numbers.get(at)).copied().unwrap_or_default();
        let series = usize::try_from(number).ok().and_then(|number| series.get(number));
        let series = series.ok_or_else(|| error::value(format!("there is no series {number}")))?;
        let end = usize::try_from(end).map_err(|_| error::value(format!("there is no candle {end}")))?;
        series.0.window(end, &spec.0, None)
    });
    let windows = windows.collect::<PyResult<Vec<_>>>()?;
    if !out.is_c_contiguous() {
        return Err(error::value(
            "out is not C-contiguous: its pictures, rows and pixels must follow each other",
        ));
    }
    let pixels = out.as_slice_mut().map_err(|_| error::value("out is not contiguous"))?;
    draw::frames(py, &windows, &spec.0, format, pixels, threads)
}
