//! A limit on what a file may grow to while it is read.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

/// No row is near as long; a quote that is never closed would make one of the whole file.
const LONGEST_ROW: u64 = 1 << 20;
/// JSON is held in memory whole.
const LONGEST_JSON: u64 = 1 << 30;
/// Packed files grow up to this size whatever their own,
const ALWAYS_ALLOWED: u64 = 64 << 20;
/// by so much where they are larger (klines grow to about four times the size),
const MOST_GROWTH: u64 = 200;
/// and never beyond this.
const MOST_UNPACKED: u64 = 64 << 30;

/// How many bytes a file may still unpack to, all of its members together.
#[derive(Debug, Clone)]
pub struct Budget(Rc<Cell<u64>>);

impl Budget {
    /// For a file that is not packed.
    pub fn endless() -> Self {
        Self(Rc::new(Cell::new(u64::MAX)))
    }

    /// For a packed file of so many bytes.
    pub fn packed(bytes: u64) -> Self {
        let most = bytes.saturating_mul(MOST_GROWTH).clamp(ALWAYS_ALLOWED, MOST_UNPACKED);
        Self(Rc::new(Cell::new(most)))
    }
}

/// Bytes that a row may still have.
#[derive(Debug, Clone)]
pub struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    /// Another row begins.
    pub fn renew(&self) {
        self.0.set(LONGEST_ROW);
    }
}

/// A text that is read within its limits.
pub struct Bounded<'a> {
    source: Box<dyn Read + 'a>,
    budget: Budget,
    row: Allowance,
    is_json: bool,
}

impl<'a> Bounded<'a> {
    pub fn new(source: Box<dyn Read + 'a>, is_json: bool, budget: Budget) -> Self {
        let first = if is_json { LONGEST_JSON } else { LONGEST_ROW };
        Self { source, budget, row: Allowance(Rc::new(Cell::new(first))), is_json }
    }

    /// To be renewed before each row, once the text's form is known.
    pub fn allowance(&self) -> Allowance {
        self.row.clone()
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room)?;
        let bytes = count as u64;
        let Some(left) = self.row.0.get().checked_sub(bytes) else {
            return Err(io::Error::other(if self.is_json {
                format!("JSON of more than {} MiB; split it, or use CSV", LONGEST_JSON >> 20)
            } else {
                format!("a row of more than {} KiB; is a quote left open?", LONGEST_ROW >> 10)
            }));
        };
        self.row.0.set(left);
        let Some(left) = self.budget.0.get().checked_sub(bytes) else {
            return Err(io::Error::other(format!(
                "it unpacks to more than {MOST_GROWTH} times its size, as no file of candles does; unpack it yourself if you trust it"
            )));
        };
        self.budget.0.set(left);
        Ok(count)
    }
}
