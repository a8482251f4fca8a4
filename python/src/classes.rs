//! The classes of the module, one a file.

pub mod cache;
pub mod market;
pub mod own;
pub mod picture;
pub mod reading;
pub mod series;
pub mod spec;
