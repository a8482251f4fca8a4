//! Errors of the library crates as Python's.

use std::{fmt::Display, io};

use pyo3::{
    PyErr,
    exceptions::{PyFileNotFoundError, PyKeyError, PyOSError, PyTypeError, PyValueError},
};
use render_core::SpecError;

/// What is wrong with a value.
pub fn value(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What is wrong with the values of knobs.
pub fn spec(error: &SpecError) -> PyErr {
    match error {
        SpecError::UnknownKnob { .. } => PyTypeError::new_err(error.to_string().replace('-', "_")),
        // Python says `volume=False` where the command line says `--no-volume`.
        SpecError::Value { knob, why } if knob.starts_with("no-") => {
            value(why.replace(knob, &knob.trim_start_matches("no-").replace('-', "_")))
        }
        SpecError::Value { knob, why } => value(format!("{}: {why}", knob.replace('-', "_"))),
        SpecError::Contradiction { .. } | SpecError::Json(_) => value(error),
    }
}

/// What is wrong with a market database, or with what is asked of it.
pub fn market(error: &market::Error) -> PyErr {
    use market::{DatabaseError::Absent, Error::*};
    match error {
        Database { source: Absent, .. } => PyFileNotFoundError::new_err(error.to_string()),
        NoSuchName { .. } | NoSuchSeries { .. } => PyKeyError::new_err(error.to_string()),
        error => PyOSError::new_err(error.to_string()),
    }
}

/// What is wrong with a cache.
pub fn cache(error: &cache::Error) -> PyErr {
    match error {
        cache::Error::Market(error) => market(error),
        error => PyOSError::new_err(error.to_string()),
    }
}

/// What the system says of a file.
pub fn system(file: &str, error: &io::Error) -> PyErr {
    let text = format!("{file}: {error}");
    match error.kind() {
        io::ErrorKind::NotFound => PyFileNotFoundError::new_err(text),
        _ => PyOSError::new_err(text),
    }
}
