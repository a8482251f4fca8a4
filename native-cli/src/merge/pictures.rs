//! Rows of a shard ([`MergedRow`]), and whether the merged root holds their pictures.

use rusqlite::types::Value;
use store::{Root, Store};

use crate::{
    check::{Checker, Depth, Reason},
    error::Error,
    rows::{Known, Status},
};

/// Where columns stand in [`crate::schema::columns_of_images`].
pub const SYMBOL: usize = 0;
pub const INTERVAL: usize = 1;
pub const END: usize = 2;
pub const WINDOW: usize = 4;
pub const VERSION: usize = 5;
pub const PATH: usize = 6;
const SHA256: usize = 7;
pub const WIDTH: usize = 8;
pub const HEIGHT: usize = 9;
pub const CREATED: usize = 10;
pub const STATUS: usize = 11;
pub const TAG: usize = 12;
pub const SPEC: usize = 13;
const SIZE: usize = 15;
pub const REASON: usize = 17;

/// What became of the rows of a shard.
#[derive(Debug, Default)]
pub struct Counts {
    pub rows: u64,
    /// Rows that were not there yet.
    pub new: u64,
    /// Pictures that are not what their rows say.
    pub faulty: u64,
    /// The first of them, with what is wrong.
    pub named: Vec<(String, Reason)>,
}

/// As many faulty pictures are named, at most; a whole folder may be gone.
const MOST_NAMED: usize = 1000;

/// A row that is to be merged.
pub struct MergedRow {
    pub values: Vec<Value>,
    /// Whether this row, or the merged one of the same file, says that the picture is not `ok`.
    pub is_doubted: bool,
    /// Whether a close look has shown that the picture is what the row records.
    pub is_proven: bool,
}

impl MergedRow {
    pub fn new(values: Vec<Value>) -> Self {
        let is_doubted = text(&values[STATUS]) == Some("corrupt");
        Self { values, is_doubted, is_proven: false }
    }

    pub fn path(&self) -> &str {
        text(&self.values[PATH]).unwrap_or_default()
    }

    /// Whether there should be a picture. What was once found to be corrupt may be mended by now.
    fn has_picture(&self) -> bool {
        matches!(text(&self.values[STATUS]), Some("ok" | "corrupt"))
    }

    /// Writes into the row what a look at the picture has shown.
    fn set(&mut self, fault: Option<Reason>, counts: &mut Counts) {
        let (status, reason) = match fault {
            None => ("ok", Value::Null),
            Some(why) => {
                counts.faulty += 1;
                if counts.named.len() < MOST_NAMED {
                    counts.named.push((self.path().to_owned(), why.clone()));
                }
                ("corrupt", Value::Text(why.into_owned()))
            }
        };
        self.values[STATUS] = Value::Text(status.to_owned());
        self.values[REASON] = reason;
    }

    /// The row, as far as a look at its file needs it.
    fn known(&self) -> Known {
        let sha256 = text(&self.values[SHA256]).and_then(|text| text.parse().ok());
        // Without a SHA-256 there is no picture to believe in, whatever its size.
        let size = match self.values[SIZE] {
            Value::Integer(size) if sha256.is_some() => u64::try_from(size).ok(),
            _ => None,
        };
        Known {
            end: 0,
            status: Status::Ok,
            input: None,
            size,
            reason: None,
            path: Some(self.path().to_owned()),
            sha256,
            is_foreign: false,
            other_spec: false,
            tag: None,
        }
    }
}

/// Looks at the pictures of a batch in the merged root: at all whether they are there, and at those
/// closely that a row doubts. So the better one of two rows stands if it is true.
pub fn look(
    batch: &mut [MergedRow],
    store: &dyn Store,
    root: &Root,
    counts: &mut Counts,
) -> Result<(), Error> {
    let refuse = |why: String| Error::Root { root: root.to_string(), why };
    let mut are_mended = false;
    for (depth, is_doubted) in [(Depth::Quick, false), (Depth::Hash, true)] {
        let mut checker = Checker::new(store, depth);
        let is_asked = |row: &&mut MergedRow| row.has_picture() && row.is_doubted == is_doubted;
        let rows: Vec<&mut MergedRow> = batch.iter_mut().filter(is_asked).collect();
        let known: Vec<Known> = rows.iter().map(|row| row.known()).collect();
        checker.will_judge(&known);
        for (row, known) in rows.into_iter().zip(&known) {
            let path = row.path();
            let fault = checker.fault(path, known).map_err(|why| refuse(format!("{path} {why}")))?;
            row.is_proven = is_doubted && fault.is_none();
            are_mended |= row.is_proven;
            row.set(fault, counts);
        }
    }
    if are_mended {
        // Who mended them may not have waited for the disk.
        store.sync().map_err(|error| refuse(format!("cannot be synced: {error}")))?;
    }
    Ok(())
}

/// A value that is a text.
pub fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}
