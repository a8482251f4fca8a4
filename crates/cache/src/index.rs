//! The index: one row for each picture, in an SQLite database of its own.
//!
//! `Index` writes rows, [`Reader`] looks them up. [`rows`] has what is in a row, `groups` what the rows of one series
//! and spec say together, and `schema` how the tables are made and recognised.

mod connection;
mod etags;
pub(crate) mod groups;
mod own_sources;
pub mod rows;
mod salvage;
pub(crate) mod schema;

pub use connection::Reader;
pub(crate) use connection::{Index, create_folder, follow, must_be_ours, must_exist, ownership};
pub(crate) use own_sources::own_sources;
pub(crate) use rows::{Known, Mark, Picture, Row, Status};
