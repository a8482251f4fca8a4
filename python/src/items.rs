//! Data sets whose pictures are drawn as they are asked for.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use dataset::{DatasetOptions, Form, Items, Label, LabelOptions, LabelRule, Labelling, Splits};
use numpy::PyArray1;
use pyo3::{prelude::*, types::PyDict};

use crate::{
    classes::{
        cache::{Which, filter},
        market::Market,
        spec::Spec,
    },
    draw, error,
};

/// The pictures of a data set: of each the number of its series, its end in ms, and its label; with the names of series
/// and classes, and a summary as JSON.
#[pyfunction]
#[pyo3(signature = (market, spec, which, label, splits, which_split, embargo, max_gap))]
#[expect(clippy::too_many_arguments, reason = "keywords of Python")]
pub fn dataset_items<'py>(
    py: Python<'py>,
    market: &Market,
    spec: &Spec,
    which: Which,
    label: &Bound<'py, PyDict>,
    splits: Vec<String>,
    which_split: Option<&str>,
    embargo: Option<u32>,
    max_gap: Option<u64>,
) -> PyResult<Bound<'py, PyDict>> {
    let labelling = labels(label)?.check().map_err(error::value)?;
    let classes = labelling.as_ref().map(Labelling::classes).unwrap_or_default();
    let options = DatasetOptions {
        filter: filter(which),
        max_gap,
        labelling,
        splits: Splits::parse(&splits).map_err(error::value)?,
        embargo,
        // Neither a folder nor a form counts: nothing is written.
        ..DatasetOptions::new(PathBuf::new(), Form::Webdataset, spec.0.clone())
    };
    let market = market.open()?;
    let cancel = Arc::new(AtomicBool::new(false));
    let found = py.detach(move || {
        let mut run = cache::Run { now: draw::now(), cancel: &cancel, observer: &mut () };
        Items::new(&market, &options, &mut run).map_err(|error| match &error {
            dataset::Error::Market(error) => error::market(error),
            error => error::value(error),
        })
    });
    let Items { series, splits, items, summary } = found?;
    let split = match which_split {
        None => None,
        Some(name) => Some(splits.iter().position(|split| split.name == name).ok_or_else(|| {
            let names: Vec<&str> = splits.iter().map(|split| split.name.as_str()).collect();
            error::value(format!("which: {name:?} is none of the splits {}", names.join(", ")))
        })?),
    };
    let items: Vec<_> =
        items.into_iter().filter(|item| split.is_none_or(|split| item.split == split)).collect();
    let dict = PyDict::new(py);
    let names: Vec<(&str, &str)> =
        series.iter().map(|series| (series.symbol.as_str(), series.interval.code())).collect();
    dict.set_item("series", names)?;
    dict.set_item("numbers", PyArray1::from_iter(py, items.iter().map(|item| item.series as i64)))?;
    dict.set_item("ends", PyArray1::from_iter(py, items.iter().map(|item| item.end)))?;
    if items.iter().all(|item| matches!(item.label, Some(Label::Value(_)))) && !items.is_empty() {
        let value = |label: Option<Label>| match label {
            Some(Label::Value(value)) => value,
            _ => f64::NAN,
        };
        dict.set_item("labels", PyArray1::from_iter(py, items.iter().map(|item| value(item.label))))?;
    } else if items.iter().all(|item| item.label.is_some()) && !items.is_empty() {
        let class = |label: Option<Label>| label.and_then(Label::class).map_or(-1, |class| class as i64);
        dict.set_item("labels", PyArray1::from_iter(py, items.iter().map(|item| class(item.label))))?;
    } else {
        dict.set_item("labels", py.None())?;
    }
    dict.set_item("classes", classes)?;
    dict.set_item("summary", serde_json::to_string(&summary).map_err(error::value)?)?;
    Ok(dict)
}

/// The settings of labels: `label`, and what its rule takes. Shares are numbers, or texts such as `2%`.
fn labels(settings: &Bound<'_, PyDict>) -> PyResult<LabelOptions> {
    let share = |name: &str, value: &Bound<'_, PyAny>| -> PyResult<f64> {
        if let Ok(number) = value.extract::<f64>() {
            return Ok(number);
        }
        let text: String = value.extract()?;
        dataset::parse_fraction(&text)
            .ok_or_else(|| error::value(format!("{name}: {text:?} is no share; write 0.02 or \"2%\"")))
    };
    let mut options = LabelOptions::default();
    for (key, value) in settings.iter().filter(|(_, value)| !value.is_none()) {
        match key.extract::<String>()?.as_str() {
            "label" => {
                let name: String = value.extract()?;
                options.rule = Some(LabelRule::named(&name).ok_or_else(|| {
                    let names: Vec<&str> = LabelRule::ALL.iter().map(|rule| rule.name()).collect();
                    error::value(format!("label: {name:?} is none of {}", names.join(", ")))
                })?);
            }
            "horizon" => options.horizon = value.extract()?,
            "threshold" => options.threshold = Some(share("threshold", &value)?),
            "upper" => options.upper = Some(share("upper", &value)?),
            "lower" => options.lower = Some(share("lower", &value)?),
            "bounds" => {
                options.bounds =
                    value.try_iter()?.map(|bound| share("bounds", &bound?)).collect::<PyResult<_>>()?;
            }
            other => return Err(error::value(format!("labels have no setting {other:?}"))),
        }
    }
    Ok(options)
}
