//! render-core as one wasm module with two doors: the class [`Chart`] for the
//! page, with what else the page needs beside it, and the raw C ABI of [`capi`] for any other wasm host.
//!
//! Both doors only carry data in and out. What a picture looks like, and which
//! input is refused with which words, is decided in render-core alone.
#![deny(unsafe_code)]

pub mod capi;
mod chart;
mod compare;
mod error;
mod number;
mod own;
mod page;
mod request;
mod selftest;
mod series;

use std::{cell::RefCell, rc::Rc};

use render_core::{Png, Renderer, Scene, Spec, SpecError, Window};

pub use chart::Chart;
pub use compare::Comparison;
pub use error::Error;
pub use page::{
    format_time, interval_ms, interval_name, knobs, measures, paint, parse_time, picture_path, presets,
    sha256, spec_of_texts, styles, usual_texts,
};
pub use selftest::selftest;
pub use series::Series;

thread_local! {
    /// Keeps the scratch space from picture to picture. The bytes never depend on it.
    static RENDERER: RefCell<Renderer> = RefCell::new(Renderer::new());
    /// The text of the last spec, and what it says: most pictures have the spec of the one before.
    static SPEC: RefCell<Option<(String, Rc<Spec>)>> = const { RefCell::new(None) };
}

fn spec(text: &str) -> Result<Rc<Spec>, SpecError> {
    SPEC.with_borrow_mut(|known| match known {
        Some((last, spec)) if last == text => Ok(Rc::clone(spec)),
        _ => {
            let spec = Rc::new(Spec::from_json(text)?);
            *known = Some((text.to_owned(), Rc::clone(&spec)));
            Ok(spec)
        }
    })
}

fn render(window: &Window<'_>, spec: &Spec) -> Png {
    RENDERER.with_borrow_mut(|renderer| renderer.render(window, spec))
}

fn rgba(scene: &Scene) -> Vec<u8> {
    RENDERER.with_borrow_mut(|renderer| renderer.raster_rgba(scene))
}
