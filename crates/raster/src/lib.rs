//! Draws scenes of charts: shapes in whole pixels in, pixels or PNG bytes out.
//!
//! ```text
//! Scene ──raster──► rows ──┬─encode──► Png
//!                          └─frame───► pixels
//! ```
//!
//! The same scene gives the same bytes on every target. This crate knows no spec,
//! window or candle, and no file, clock, thread or environment. It is a crate of
//! its own because a browser's module builds it for speed, and all else for size;
//! so what is generic stays inside, where it is built like the rest.
//!
//! ```
//! use raster::{Color, Encoder, Raster, Rect, Scene, Weights};
//!
//! let mut scene = Scene { width: 16, height: 8, ..Scene::default() };
//! scene.fill(Rect::new(2, 2, 3, 4), Color::rgb(255, 0, 0));
//! let mut encoder = Encoder::new(&Weights::default(), 16, 8, None);
//! let png = Raster::default().png(&scene, &mut encoder, None).expect("RGB has all colours");
//! assert_eq!(&png.as_bytes()[1..4], b"PNG");
//! ```
#![forbid(unsafe_code)]

mod container;
mod coverage;
mod deflate;
mod digest;
mod encode;
mod error;
mod frame;
mod huffman;
mod origin;
mod palette;
mod raster;
mod scene;
#[doc(hidden)]
pub mod stages;
mod stream;
#[cfg(test)]
mod testing;
pub mod text;

pub use deflate::{DISTANCES, LONGEST, SHORTEST, SYMBOLS, Weights};
pub use digest::{Digest, DigestWriter};
pub use encode::{Encoder, Png};
pub use error::Error;
pub use frame::{Channels, Frame, gray};
pub use origin::{embedded_input, is_foreign};
pub use palette::Palette;
pub use raster::Raster;
pub use scene::{Color, Rect, SUBPIXELS, Scene, Shape};
