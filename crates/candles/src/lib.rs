//! Candles, intervals, calendars, symbols and UTC times: the types that every other crate shares.
//!
//! [`text`] escapes names from outside for messages.
//!
//! This crate is pure. It knows no file, clock, thread, environment or random number.
//!
//! ```
//! use candles::{Candle, Interval, Symbol, format_utc, parse_utc};
//!
//! let symbol = Symbol::new("BTCUSDT")?;
//! let hour = Interval::new("1h", 3_600_000)?;
//! let open_time = parse_utc("2023-01-07T05:00:00Z").expect("a time");
//! let candle = Candle { open_time, open: 10.0, high: 12.0, low: 9.0, close: 11.0, volume: 3.0 };
//! assert_eq!(candle.check(), Ok(()));
//! assert_eq!(format_utc(hour.end(open_time)), "2023-01-07T06:00:00Z");
//! assert!(Symbol::new("../etc").is_err());
//! # let _ = symbol;
//! # Ok::<(), candles::Error>(())
//! ```
#![forbid(unsafe_code)]

mod calendar;
mod candle;
mod error;
mod interval;
mod month;
mod symbol;
pub mod text;
mod time;
mod weekday;

pub use calendar::Calendar;
pub use candle::{Candle, CandleFault};
pub use error::Error;
pub use interval::Interval;
pub use symbol::Symbol;
pub use time::{Civil, civil, format_utc, in_calendar, parse_utc, utc_ms};
pub use weekday::Weekday;
