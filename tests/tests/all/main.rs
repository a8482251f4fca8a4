//! What crosses crates: pictures and their committed hashes, the page's module, and the page.
#![forbid(unsafe_code)]

mod golden;
mod host;
mod house;
mod module;
mod page;
mod png;
mod wasm;
