//! One picture: its file, its pixels, and where everything stands in it.

use std::{path::PathBuf, sync::Arc};

use numpy::{PyArray1, PyArray3, PyArrayMethods};
use pyo3::{prelude::*, types::PyBytes};
use render_core::{Png, Renderer, Window, fallbacks, geometry};

use super::{
    own::Own,
    series::Candles,
    spec::{self, Spec},
};
use crate::error;

/// A picture that was drawn.
#[pyclass(frozen, module = "image_cache._native")]
pub struct Picture {
    pub png: Png,
    pub spec: Spec,
    pub candles: Arc<Candles>,
    /// The first candle, warm-up included, and one past the last.
    pub range: (usize, usize),
    pub own: Option<Own>,
}

impl Picture {
    fn window(&self) -> PyResult<Window<'_>> {
        self.candles.window(self.range.1 - 1, &self.spec.0, self.own.as_ref())
    }
}

#[pymethods]
impl Picture {
    /// The bytes of the PNG file.
    #[getter]
    fn png<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.png.as_bytes())
    }

    /// SHA-256 over the file.
    #[getter]
    fn sha256(&self) -> String {
        self.png.digest().to_string()
    }

    /// SHA-256 over the RGB rows that the file decodes to.
    #[getter]
    fn pixel_sha256(&self) -> PyResult<String> {
        Ok(render_core::frame(&self.window()?, &self.spec.0).digest().to_string())
    }

    /// Where candles, lines, marks, ticks and labels stand, as JSON.
    #[getter]
    fn geometry_json(&self) -> PyResult<String> {
        serde_json::to_string(&geometry(&self.window()?, &self.spec.0)).map_err(error::value)
    }

    /// What the spec asks for and these candles do not allow, in words.
    #[getter]
    fn fallbacks(&self) -> PyResult<Vec<String>> {
        Ok(fallbacks(&self.window()?, &self.spec.0).iter().map(ToString::to_string).collect())
    }

    #[getter]
    fn spec(&self) -> Spec {
        self.spec.clone()
    }

    #[getter]
    fn symbol(&self) -> &str {
        self.candles.symbol.as_str()
    }

    #[getter]
    fn interval(&self) -> &str {
        self.candles.interval.code()
    }

    /// Open times of the first candle and the last one, in ms.
    #[getter]
    fn times(&self) -> PyResult<(i64, i64)> {
        let window = self.window()?;
        Ok((window.candles()[0].open_time, window.end()))
    }

    /// The pixels: height, width, channels.
    fn pixels<'py>(&self, py: Python<'py>, channels: &str) -> PyResult<Bound<'py, PyArray3<u8>>> {
        let (spec, format) = (&self.spec.0, spec::format(channels)?);
        let mut pixels = vec![0; format.size(spec)];
        let window = self.window()?;
        py.detach(|| Renderer::new().frame_into(&window, spec, format, &mut pixels)).map_err(error::value)?;
        let shape = [spec.height() as usize, spec.width() as usize, format.count()];
        PyArray1::from_vec(py, pixels).reshape(shape)
    }

    /// Writes the file, whole or not at all.
    fn save(&self, file: PathBuf) -> PyResult<()> {
        let written = store::write_atomically(&file, |out| {
            let fault = |source| store::Error::CannotWrite { file: file.clone(), source };
            out.write_all(self.png.as_bytes()).map(Some).map_err(fault)
        });
        written.map(drop).map_err(|error| match &error {
            store::Error::CannotWrite { file, source } => error::system(&file.display().to_string(), source),
            other => error::value(other),
        })
    }
}
