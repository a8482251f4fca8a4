//! The threads of a run, and the queues between them.
//!
//! ```text
//! market, index ──feeder──► units ──workers──► events ──sink──► files, then rows
//! ```
//!
//! The feeder reads candles and rows and cuts them into [units](Unit). Each worker turns units into
//! events. The sink takes all events in, on the thread that started the run. A `Pass` serves `render`, `verify`
//! and `repair`, with the committer as its sink. [`run_in_order`] serves what is written in the order of the
//! candles: data sets and geometry.

mod committer;
mod event;
mod feeder;
mod pass;
mod threads;
mod unit;
mod worker;

pub(crate) use committer::Committer;
pub(crate) use event::{Counts, Event};
pub(crate) use feeder::{Feeder, Job};
pub(crate) use pass::Pass;
pub use threads::{Stop, Units, run_in_order};
pub use unit::{End, Place, Subject, Unit, need};
pub(crate) use worker::{Shared, Task};
pub use worker::{missing, window};
