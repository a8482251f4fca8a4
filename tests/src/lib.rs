//! What the cross-target tests and `cargo xtask` share: the golden [`cases`](cases::cases),
//! their committed [hashes](golden), and how the page is [served](serve) to a
//! [browser]. This crate's README says how hashes are updated.
#![forbid(unsafe_code)]

pub mod browser;
pub mod cases;
pub mod difference;
pub mod golden;
pub mod request;
pub mod runner;
pub mod serve;

use std::path::{Path, PathBuf};

/// The repository.
#[must_use]
pub fn root() -> &'static Path {
    // This crate lies one folder below the root.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"))
}

/// The folder with the page, as `cargo xtask web` builds it.
#[must_use]
pub fn dist() -> PathBuf {
    root().join("web/dist")
}

/// The wasm module that the page draws with.
#[must_use]
pub fn module() -> PathBuf {
    dist().join("image_cache_bg.wasm")
}

/// The wasm module that the page loads with the first picture.
#[must_use]
pub fn pictures_module() -> PathBuf {
    dist().join("image_cache_pictures_bg.wasm")
}

/// The wasm module that the page loads with the first text.
#[must_use]
pub fn readers_module() -> PathBuf {
    dist().join("image_cache_readers_bg.wasm")
}
