//! Specs from keywords.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::Arc,
};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyDict, PyList, PyString, PyTuple},
};
use render_core::{Color, FrameFormat, KNOBS, Knob, STYLES, Style, StyleOverrides, Takes};
use serde_json::Value;

use crate::error;

/// How pictures look: a value for each knob that is not at its default.
#[pyclass(frozen, module = "image_cache._native", from_py_object)]
#[derive(Clone)]
pub struct Spec(pub Arc<render_core::Spec>);

#[pymethods]
impl Spec {
    #[new]
    #[pyo3(signature = (**knobs))]
    fn new(knobs: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let own = knobs.map(own_style).transpose()?.flatten();
        let mut texts = texts(knobs)?;
        texts.extend(own.as_ref().map(|own| ("style".to_owned(), own.name.clone())));
        let find = |name: &str| own.clone().map_or_else(|| Style::named(name), Ok);
        let spec =
            render_core::Spec::from_texts_and_styles(&texts, find).map_err(|error| error::spec(&error))?;
        Ok(Self(Arc::new(spec)))
    }

    /// The spec of a text that `json` gave.
    #[staticmethod]
    fn from_json(json: &str) -> PyResult<Self> {
        let spec = render_core::Spec::from_json(json).map_err(|error| error::spec(&error))?;
        Ok(Self(Arc::new(spec)))
    }

    /// All values, those of defaults included.
    #[getter]
    fn json(&self) -> &str {
        self.0.to_json()
    }

    /// SHA-256 over what differs from the default spec.
    #[getter]
    fn hash(&self) -> String {
        self.0.hash().to_string()
    }

    #[getter]
    fn width(&self) -> u32 {
        self.0.width()
    }

    #[getter]
    fn height(&self) -> u32 {
        self.0.height()
    }

    /// Candles in a picture.
    #[getter]
    fn window(&self) -> u32 {
        self.0.window()
    }

    /// Candles before a window that overlays and indicators start from.
    #[getter]
    fn warmup(&self) -> u32 {
        self.0.warmup()
    }

    /// The colours of `channels="index"` as (red, green, blue); None where pictures have too many.
    #[getter]
    fn palette(&self) -> Option<Vec<(u8, u8, u8)>> {
        let palette = self.0.palette()?;
        Some(palette.into_iter().map(|Color { r, g, b }| (r, g, b)).collect())
    }

    fn __repr__(&self) -> String {
        let options = self.0.options();
        let knobs = KNOBS.iter().map(|knob| (knob, knob.text(options)));
        let told = knobs.filter(|(knob, text)| *text != knob.default());
        let words: Vec<String> =
            told.map(|(knob, text)| format!("{}={}", keyword(knob), literal(knob, &text))).collect();
        format!("Spec({})", words.join(", "))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash().as_bytes().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((py.get_type::<Self>().getattr("from_json")?, (self.0.to_json().to_owned(),)))
    }
}

/// The style that a dict tells of, with the keys of the configuration file and its name under `name`; None where `style` is
/// no dict.
fn own_style(knobs: &Bound<'_, PyDict>) -> PyResult<Option<Style>> {
    let Some(Ok(told)) = knobs.get_item("style")?.map(Bound::cast_into::<PyDict>) else {
        return Ok(None);
    };
    let json = told.py().import("json")?.call_method1("dumps", (told,))?.extract::<String>()?;
    let told: Value = serde_json::from_str(&json).map_err(|error| error::value(format!("style: {error}")))?;
    let mut told = with_hyphens(told);
    let name = told.as_object_mut().and_then(|keys| keys.remove("name"));
    let name = match &name {
        None => "own",
        Some(Value::String(name)) => name,
        Some(other) => return Err(error::value(format!("style: name: {other} is no text"))),
    };
    let refuse = |why: String| error::value(format!("style: {}", why.replace('-', "_")));
    let overrides: StyleOverrides =
        serde_json::from_value(told).map_err(|error| refuse(error.to_string()))?;
    if STYLES.contains(&name) {
        return Err(error::value(format!(
            "style: {name:?} is a built-in style; give yours another name, and say \"base\": {name:?} in it"
        )));
    }
    overrides.style(name).map(Some).map_err(|error| refuse(error.to_string()))
}

/// Keys with hyphens where Python has underscores.
fn with_hyphens(value: Value) -> Value {
    match value {
        Value::Object(keys) => {
            keys.into_iter().map(|(key, value)| (key.replace('_', "-"), with_hyphens(value))).collect()
        }
        other => other,
    }
}

/// The format that `channels` names.
pub fn format(channels: &str) -> PyResult<FrameFormat> {
    match channels {
        "rgb" => Ok(FrameFormat::Rgb),
        "gray" => Ok(FrameFormat::Gray),
        "index" => Ok(FrameFormat::Index),
        other => Err(error::value(format!("channels {other:?} is none of rgb, gray, index"))),
    }
}

/// The texts of keywords, by the names of their knobs.
pub fn texts(knobs: Option<&Bound<'_, PyDict>>) -> PyResult<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for (key, value) in knobs.into_iter().flat_map(PyDictMethods::iter) {
        let name = key.extract::<String>()?.replace('_', "-");
        let turned = format!("no-{name}");
        let (name, is_turned) = match Knob::named(&name) {
            None if Knob::named(&turned).is_some() => (turned, true),
            _ => (name, false),
        };
        let known = Knob::named(&name);
        if known.is_none() && name != "preset" {
            // Also where its value is None.
            texts.insert(name, String::new());
            continue;
        }
        if name == "style" && value.is_instance_of::<PyDict>() {
            continue;
        }
        let is_list = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
        let takes_list = known.is_some_and(|knob| matches!(knob.takes, Takes::List { .. })) || name == "size";
        if is_list && !takes_list {
            let key = key.extract::<String>()?;
            return Err(PyTypeError::new_err(format!(
                "{key} takes one value, not a {}",
                value.get_type().name()?
            )));
        }
        let Some(text) = text(&name, &value)? else { continue };
        texts.insert(name, if is_turned { turn(&text) } else { text });
    }
    Ok(texts)
}

/// `true` of `false`, and the other way round; what is neither is refused later.
fn turn(text: &str) -> String {
    match text {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        other => other.to_owned(),
    }
}

/// The text of a value; None of None, which is the default.
fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Some(text.to_string()));
    }
    let is_bool = value.is_instance_of::<PyBool>() || value.get_type().name()?.to_string_lossy() == "bool_";
    if is_bool || value.get_type().name()?.to_string_lossy() == "bool" {
        return Ok(Some(value.is_truthy()?.to_string()));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let all: Vec<String> = value
            .try_iter()?
            .filter_map(|item| item.and_then(|item| text(name, &item)).transpose())
            .collect::<PyResult<_>>()?;
        return Ok(Some(all.join(if name == "size" { "x" } else { " " })));
    }
    match value.extract::<i64>() {
        Ok(number) => Ok(Some(number.to_string())),
        // An enum's or a path's own text.
        Err(_) => Ok(Some(value.str()?.to_string())),
    }
}

fn keyword(knob: &Knob) -> String {
    knob.name.strip_prefix("no-").unwrap_or(knob.name).replace('-', "_")
}

/// A value as Python writes it.
fn literal(knob: &Knob, text: &str) -> String {
    match knob.takes {
        Takes::YesNo if (text == "true") != knob.name.starts_with("no-") => "True".to_owned(),
        Takes::YesNo => "False".to_owned(),
        Takes::Number { .. } if text.parse::<i64>().is_ok() => text.to_owned(),
        Takes::List { .. } => {
            let words: Vec<String> = text.split_whitespace().map(|word| format!("{word:?}")).collect();
            format!("[{}]", words.join(", "))
        }
        _ => format!("{text:?}"),
    }
}

/// All knobs: keyword, what it takes, default and help.
#[pyfunction]
pub fn knobs(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let table = |knob: &Knob| {
        let row = PyDict::new(py);
        let default = if knob.auto.is_some() { "auto".to_owned() } else { knob.default() };
        row.set_item("name", keyword(knob))?;
        row.set_item("default", literal(knob, &default))?;
        // The command line says how to leave out what is usually drawn.
        let help = match knob.name.strip_prefix("no-") {
            Some(name) => format!("Whether the {name} is drawn"),
            None => knob.help(),
        };
        row.set_item("help", help)?;
        let values: Vec<&str> = match knob.takes {
            Takes::YesNo => vec!["True", "False"],
            Takes::OneOf { names } => names.to_vec(),
            Takes::Style => STYLES.to_vec(),
            Takes::Text { examples } | Takes::List { examples, .. } => examples.to_vec(),
            Takes::Number { .. } => Vec::new(),
        };
        row.set_item("values", values)?;
        Ok(row)
    };
    KNOBS.iter().map(table).collect()
}
