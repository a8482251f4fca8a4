//! Candles of one series between the database and the renderers.
//!
//! A short series stays in memory; a long one goes through a temporary file,
//! so that memory does not grow with it.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use candles::{Candle, CandleFault};
use rusqlite::{Row, types::ValueRef};
use tempfile::SpooledTempFile;

use crate::{
    error::{ReadError, SeriesError},
    sqlite::as_number,
};

/// Series up to this many bytes (about 80,000 candles) need no file.
const IN_MEMORY: usize = 4 << 20;
/// Six numbers of 8 bytes and the fault.
const RECORD: usize = 49;
const COLUMNS: [&str; 5] = ["open", "high", "low", "close", "volume"];
const KINDS: [&str; 3] = ["NULL", "text", "a blob"];

/// A candle, and what is wrong with its values if they are no numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Its values are 0 where they are no numbers.
    pub candle: Candle,
    /// 0 where all values are numbers, else 1 + column + 5 * kind.
    fault: u8,
}

/// Why a candle is invalid.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub enum Fault {
    /// The value of a column is no number, but `NULL`, `text` or `a blob`.
    #[error("{0} is {1}")]
    Kind(&'static str, &'static str),
    /// The numbers make no candle.
    #[error(transparent)]
    Value(#[from] CandleFault),
}

impl Record {
    /// Reads `open_time, open, high, low, close, volume`.
    pub(crate) fn from_row(row: &Row<'_>) -> Result<Self, ReadError> {
        let ValueRef::Integer(open_time) = row.get_ref(0)? else {
            return Err(SeriesError::NoOpenTime.into());
        };
        let (mut values, mut fault) = ([0.0; 5], 0);
        for (column, value) in (0_u8..).zip(&mut values) {
            let found = row.get_ref(1 + usize::from(column))?;
            match (as_number(found), found) {
                (Some(number), _) => *value = number,
                (None, ValueRef::Null) if fault == 0 => fault = 1 + column,
                (None, ValueRef::Text(_)) if fault == 0 => fault = 6 + column,
                (None, _) if fault == 0 => fault = 11 + column,
                _ => {}
            }
        }
        let [open, high, low, close, volume] = values;
        Ok(Self { candle: Candle { open_time, open, high, low, close, volume }, fault })
    }

    /// What is wrong with the candle, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let Some(code) = self.fault.checked_sub(1).map(usize::from) else {
            return self.candle.check().err().map(Fault::Value);
        };
        let kind = KINDS.get(code / 5).copied().unwrap_or_default();
        Some(Fault::Kind(COLUMNS[code % 5], kind))
    }

    /// All of it, the fault included, integers and floats little-endian.
    #[must_use]
    pub fn to_bytes(self) -> [u8; RECORD] {
        let Candle { open_time, open, high, low, close, volume } = self.candle;
        let mut bytes = [0; RECORD];
        let (words, _) = bytes.as_chunks_mut();
        words[0] = open_time.to_le_bytes();
        for (word, value) in words[1..].iter_mut().zip([open, high, low, close, volume]) {
            *word = value.to_le_bytes();
        }
        bytes[RECORD - 1] = self.fault;
        bytes
    }

    fn from_bytes(bytes: &[u8; RECORD]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let [open, high, low, close, volume] = [1, 2, 3, 4, 5].map(|at| f64::from_le_bytes(words[at]));
        let open_time = i64::from_le_bytes(words[0]);
        Self { candle: Candle { open_time, open, high, low, close, volume }, fault: bytes[RECORD - 1] }
    }
}

/// Takes a series' candles in.
#[derive(Debug)]
pub(crate) struct Spool {
    file: BufWriter<SpooledTempFile>,
    count: u64,
}

/// The candles of a series, oldest first. A long series comes from a temporary file.
#[derive(Debug)]
pub struct Candles {
    file: BufReader<SpooledTempFile>,
    count: u64,
    left: u64,
}

impl Candles {
    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Starts again from the first.
    ///
    /// # Errors
    /// [`ReadError::Lost`] where the temporary file cannot be read.
    pub fn rewind(&mut self) -> Result<(), ReadError> {
        self.left = self.count;
        self.file.rewind().map_err(ReadError::Lost)
    }
}

impl Spool {
    pub(crate) fn new() -> Self {
        Self { file: BufWriter::new(tempfile::spooled_tempfile(IN_MEMORY)), count: 0 }
    }

    pub(crate) fn push(&mut self, record: &Record) -> io::Result<()> {
        self.count += 1;
        self.file.write_all(&record.to_bytes())
    }

    pub(crate) fn finish(self) -> io::Result<Candles> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Candles { file: BufReader::with_capacity(64 << 10, file), count: self.count, left: self.count })
    }
}

impl Iterator for Candles {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Result<Record, ReadError>> {
        self.left = self.left.checked_sub(1)?;
        let mut bytes = [0; RECORD];
        let read = self.file.read_exact(&mut bytes).map_err(ReadError::Lost);
        Some(read.map(|()| Record::from_bytes(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candles_come_out_as_they_went_in_from_memory_and_from_a_file() {
        for count in [0, 1, 100_000] {
            let record = |i: i32| Record {
                candle: Candle {
                    open_time: i64::from(i) - 50,
                    open: f64::from(i),
                    high: 1e300,
                    low: -0.0,
                    close: f64::INFINITY,
                    volume: f64::from(i) / 3.0,
                },
                fault: u8::try_from(i % 16).expect("small"),
            };
            let mut spool = Spool::new();
            for i in 0..count {
                spool.push(&record(i)).expect("written");
            }
            let back: Vec<Record> =
                spool.finish().expect("rewound").map(|read| read.expect("read")).collect();
            assert_eq!(back, (0..count).map(record).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_fault_names_the_column_and_what_stands_there() {
        let candle = Candle { open_time: 0, open: 1.0, high: 1.0, low: 1.0, close: 1.0, volume: 0.0 };
        let says = |fault| Record { candle, fault }.fault().map(|fault| fault.to_string());
        assert_eq!(says(0), None);
        assert_eq!(says(1).as_deref(), Some("open is NULL"));
        assert_eq!(says(10).as_deref(), Some("volume is text"));
        assert_eq!(says(15).as_deref(), Some("volume is a blob"));
    }
}
