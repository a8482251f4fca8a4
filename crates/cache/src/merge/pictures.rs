//! [`MergedRow`]: a row of a shard, and whether the root holds its picture.

use rusqlite::types::Value;
use store::{Root, Store};

use super::MergeCounts;
use crate::{Checker, Depth, Error, Known, Reason, Status};

/// How many columns the key of a picture has. They come first in [`crate::index::schema::COLUMNS`].
pub const KEY: usize = 7;
/// Where others stand there.
pub const VERSION: usize = 8;
pub const PATH: usize = 9;
const SHA256: usize = 10;
const STATUS: usize = 11;
pub const SPEC: usize = 12;
const SIZE: usize = 14;
pub const REASON: usize = 16;
pub const CREATED: usize = 17;

/// The most faulty pictures that are named, since an entire folder may be gone.
const MOST_NAMED: usize = 1000;

/// A row that is to be merged.
pub struct MergedRow {
    pub values: Vec<Value>,
    /// Whether this row, or the merged row of the same file, says that the picture is not `ok`.
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

    /// Whether there should be a picture. A picture that was found to be corrupt may have been mended since.
    fn has_picture(&self) -> bool {
        matches!(text(&self.values[STATUS]), Some("ok" | "corrupt"))
    }

    /// Writes into the row what a look at the picture has shown.
    fn set(&mut self, fault: Option<Reason>, counts: &mut MergeCounts) {
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

    /// The row in the form that the checker takes.
    fn known(&self) -> Known {
        let sha256 = text(&self.values[SHA256]).and_then(|text| text.parse().ok());
        // Without a SHA-256, the size of a picture proves nothing.
        let size = match self.values[SIZE] {
            Value::Integer(size) if sha256.is_some() => u64::try_from(size).ok(),
            _ => None,
        };
        let path = Some(self.path().to_owned());
        Known { status: Status::Ok, path, size, sha256, ..Known::default() }
    }
}

/// Looks at the pictures of a batch in the root: whether each is there with its size and, if a row doubts it, at its
/// bytes. So if two rows disagree, the better one stands if it is true.
pub fn look(
    batch: &mut [MergedRow],
    store: &dyn Store,
    root: &Root,
    counts: &mut MergeCounts,
) -> Result<(), Error> {
    let mut are_mended = false;
    for (depth, is_doubted) in [(Depth::Quick, false), (Depth::Hash, true)] {
        let mut checker = Checker::new(store, depth);
        let is_asked = |row: &&mut MergedRow| row.has_picture() && row.is_doubted == is_doubted;
        let rows: Vec<&mut MergedRow> = batch.iter_mut().filter(is_asked).collect();
        let known: Vec<Known> = rows.iter().map(|row| row.known()).collect();
        checker.will_judge(&known);
        for (row, known) in rows.into_iter().zip(&known) {
            let path = row.path();
            let looked = checker.file(path, known);
            let fault =
                looked.map_err(|error| Error::picture(root, format!("{path} cannot be read"), error))?.err();
            row.is_proven = is_doubted && fault.is_none();
            are_mended |= row.is_proven;
            row.set(fault, counts);
        }
    }
    if are_mended {
        // Nobody knows whether the mended pictures are durable.
        store.sync().map_err(|error| Error::picture(root, "cannot be synced", error))?;
    }
    Ok(())
}

/// The text of a value, if it is one.
pub fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}
