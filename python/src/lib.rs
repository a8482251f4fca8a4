//! `image_cache._native`: what the Python package takes from the library crates. It binds and decides nothing;
//! columns of data frames become arrays in `python/image_cache`.

#![expect(clippy::needless_pass_by_value, reason = "PyO3 hands arguments over")]

mod cache_;
mod dataset_;
mod draw;
mod error;
mod market_;
mod own;
mod picture;
mod series;
mod spec;

use pyo3::prelude::*;

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
    module.add_class::<market_::Market>()?;
    module.add_class::<cache_::Cache>()?;
    module.add_function(wrap_pyfunction!(spec::knobs, module)?)?;
    module.add_function(wrap_pyfunction!(dataset_::dataset_items, module)?)?;
    module.add_function(wrap_pyfunction!(market_::import_files, module)?)?;
    module.add_function(wrap_pyfunction!(series::frames_into, module)?)?;
    module.add_function(wrap_pyfunction!(main, module)?)
}
