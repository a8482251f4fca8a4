//! Series of one's own and marks.

use std::sync::Arc;

use numpy::PyReadonlyArray1;
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyDict};
use render_core::{Color, Mark, MarkKind, MarkSide, OwnSeries, OwnValue};

use crate::error;

/// Series of one's own and marks, checked.
#[pyclass(frozen, module = "image_cache._native", from_py_object)]
#[derive(Clone)]
pub struct Own(pub Arc<render_core::Own>);

/// A name, times in ms, and values; of a band a low and a high one each.
type Values<'py> =
    (String, PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, f64>, Option<PyReadonlyArray1<'py, f64>>);

#[pymethods]
impl Own {
    #[new]
    fn new(series: Vec<Values<'_>>, marks: Vec<Bound<'_, PyDict>>) -> PyResult<Self> {
        let series = series.into_iter().map(own_series).collect::<PyResult<_>>()?;
        let marks = marks.iter().enumerate().map(|(index, mark)| {
            self::mark(mark)
                .map_err(|error| error::value(format!("mark {index}: {}", error.value(mark.py()))))
        });
        let own = render_core::Own::new(series, marks.collect::<PyResult<_>>()?).map_err(error::value)?;
        Ok(Self(Arc::new(own)))
    }
}

fn own_series((name, times, values, highs): Values<'_>) -> PyResult<OwnSeries> {
    let (times, values) = (times.as_array(), values.as_array());
    let highs = highs.as_ref().map(PyReadonlyArray1::as_array);
    let count = highs.as_ref().map_or(values.len(), numpy::ndarray::ArrayBase::len);
    if times.len() != values.len() || values.len() != count {
        let (times, values) = (times.len(), values.len());
        return Err(error::value(format!("series {name:?} has {times} times and {values} values")));
    }
    let value = |at: usize| match &highs {
        Some(highs) if values[at].is_nan() || highs[at].is_nan() => OwnValue::new(times[at], None),
        Some(highs) => OwnValue::band(times[at], values[at], highs[at]),
        // NaN is a gap.
        None => OwnValue::new(times[at], Some(values[at]).filter(|value| !value.is_nan())),
    };
    OwnSeries::new(name, (0..values.len()).map(value).collect()).map_err(error::value)
}

fn mark(fields: &Bound<'_, PyDict>) -> PyResult<Mark> {
    let kind: String = fields
        .get_item("kind")?
        .ok_or_else(|| PyTypeError::new_err("a mark needs a kind, such as buy, sell, hline or text"))?
        .extract()?;
    let kind = MarkKind::named(&kind).ok_or_else(|| {
        let names: Vec<&str> = MarkKind::names().collect();
        error::value(format!("kind {kind:?} is none of {}", names.join(", ")))
    })?;
    let mut mark = Mark::new(kind);
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_none()) {
        match key.extract::<String>()?.as_str() {
            "kind" => {}
            "time" => mark.time = Some(value.extract()?),
            "time2" => mark.time2 = Some(value.extract()?),
            "price" => mark.price = Some(value.extract()?),
            "price2" => mark.price2 = Some(value.extract()?),
            "text" => mark.text = value.extract()?,
            "color" => mark.color = Some(value.extract::<String>()?.parse::<Color>().map_err(error::value)?),
            "side" => {
                mark.side = match value.extract::<String>()?.as_str() {
                    "long" => MarkSide::Long,
                    "short" => MarkSide::Short,
                    other => return Err(error::value(format!("side {other:?} is neither long nor short"))),
                }
            }
            other => return Err(error::value(format!("a mark has no {other:?}"))),
        }
    }
    Ok(mark)
}
