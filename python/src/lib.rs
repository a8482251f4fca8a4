//! `image_cache._native`: what the Python package takes from the library crates. It binds and decides nothing;
//! columns of data frames become arrays in `python/image_cache`.

#![expect(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over")]

mod classes;
mod draw;
mod error;
mod items;

use pyo3::prelude::*;

use classes::{cache, market, own, picture, series, spec};

/// Runs the command line with these words after the program's name. Returns its exit status.
#[pyfunction]
fn main(py: Python<'_>, words: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| native_cli::run(std::iter::once("image-cache".into()).chain(words)))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("PRESETS", render_core::PRESETS.to_vec())?;
    module.add("STYLES", render_core::STYLES.to_vec())?;
    module.add_class::<spec::Spec>()?;
    module.add_class::<series::Series>()?;
    module.add_class::<own::Own>()?;
    module.add_class::<picture::Picture>()?;
    module.add_class::<market::Market>()?;
    module.add_class::<cache::Cache>()?;
    module.add_function(wrap_pyfunction!(spec::knobs, module)?)?;
    module.add_function(wrap_pyfunction!(items::dataset_items, module)?)?;
    module.add_function(wrap_pyfunction!(market::import_files, module)?)?;
    module.add_function(wrap_pyfunction!(series::frames_into, module)?)?;
    module.add_function(wrap_pyfunction!(main, module)?)
}
