//! Rows that are to be merged, and what is known of their pictures.

use render_core::Digest;
use rusqlite::types::Value;

use super::pictures::{Bringer, Brought};
use crate::{
    check::{Checker, Depth, Reason},
    error::Error,
    rows::{Known, Status},
    store::LastFolder,
};

/// Where columns stand in [`columns_of_images`].
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

/// The columns that a picture is known by.
pub const KEY: [usize; 7] = [SYMBOL, INTERVAL, WIDTH, HEIGHT, WINDOW, TAG, END];

/// What became of the rows of a shard.
#[derive(Debug, Default)]
pub struct Counts {
    pub rows: u64,
    /// Rows that were not there yet.
    pub new: u64,
    /// Pictures that were brought to the merged root.
    pub brought: u64,
    /// Pictures that are not what their rows say.
    pub faulty: u64,
    /// The first of them, with what is wrong.
    pub named: Vec<(String, Reason)>,
}

/// As many faulty pictures are named, at most; a whole folder may be gone.
const MOST_NAMED: usize = 1000;

impl Counts {
    fn fault(&mut self, path: &str, why: &Reason) {
        self.faulty += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push((path.to_owned(), why.clone()));
        }
    }
}

/// A row, and what is known of its picture.
pub struct Coming {
    pub values: Vec<Value>,
    /// Whether a row of the same file is there that does not say `ok`.
    pub is_doubted: bool,
    /// Whether it says so since another's file has its name.
    pub is_barred: bool,
    pub brought: Option<Brought>,
}

impl Coming {
    /// The path, SHA-256 and size of the picture, where the row records them.
    pub fn picture(&self) -> Option<(&str, Digest, u64)> {
        let sha256 = text(&self.values[SHA256])?.parse().ok()?;
        let Value::Integer(size) = self.values[SIZE] else {
            return None;
        };
        Some((text(&self.values[PATH])?, sha256, u64::try_from(size).ok()?))
    }

    fn path(&self) -> &str {
        text(&self.values[PATH]).unwrap_or_default()
    }

    /// Whether there should be a picture. What was once found to be corrupt may be mended by now.
    fn has_picture(&self) -> bool {
        matches!(text(&self.values[STATUS]), Some("ok" | "corrupt"))
    }

    /// Sets down what a look at the picture has shown.
    fn is(&mut self, fault: Option<Reason>, counts: &mut Counts) {
        match fault {
            None => {
                self.values[STATUS] = Value::Text("ok".to_owned());
                self.values[REASON] = Value::Null;
            }
            Some(why) => {
                counts.fault(self.path(), &why);
                self.values[STATUS] = Value::Text("corrupt".to_owned());
                self.values[REASON] = Value::Text(why.into_owned());
            }
        }
    }

    /// The row, as far as a look at its file needs it.
    fn known(&self) -> Known {
        let picture = self.picture();
        Known {
            end: 0,
            status: Status::Ok,
            input: None,
            size: picture.map(|(_, _, size)| size),
            reason: None,
            path: Some(self.path().to_owned()),
            sha256: picture.map(|(_, sha256, _)| sha256),
            is_foreign: false,
            other_spec: false,
            tag: None,
        }
    }
}

/// Looks at the pictures of a batch where they are: at all whether they are there, and at those
/// closely that one of two rows doubts. So of two rows the better one stands, if it is true.
pub fn look(batch: &mut [Coming], bringer: &Bringer<'_>, counts: &mut Counts) -> Result<(), Error> {
    let store = bringer.store();
    let (mut quick, mut close) = (Checker::new(store, Depth::Quick), Checker::new(store, Depth::Hash));
    let is_doubted = |coming: &Coming| coming.is_doubted || text(&coming.values[STATUS]) == Some("corrupt");
    let asked = |is_close: bool| {
        let those = batch.iter().filter(|coming| coming.has_picture() && is_doubted(coming) == is_close);
        those.map(Coming::known).collect::<Vec<_>>()
    };
    quick.will_judge(&asked(false));
    close.will_judge(&asked(true));
    let mut are_mended = false;
    for coming in batch.iter_mut().filter(|coming| coming.has_picture()) {
        let is_doubted = is_doubted(coming);
        let checker = if is_doubted { &mut close } else { &mut quick };
        let known = coming.known();
        let fault =
            checker.fault(coming.path(), &known).map_err(|why| bringer.unread(coming.path(), &why))?;
        if is_doubted && fault.is_none() {
            are_mended = true;
            coming.brought = Some(Brought::There);
        }
        coming.is(fault, counts);
    }
    if are_mended { bringer.sync() } else { Ok(()) }
}

/// Puts the pictures of a batch in place, durably; rows whose picture is not what they say become corrupt.
pub fn bring(
    batch: &mut [Coming],
    bringer: &Bringer<'_>,
    last: &mut LastFolder,
    counts: &mut Counts,
) -> Result<(), Error> {
    for coming in &mut *batch {
        if !coming.has_picture() {
            continue;
        }
        let brought = match coming.picture() {
            Some((path, sha256, size)) => {
                bringer.bring(path, &sha256, size, coming.is_doubted && !coming.is_barred, last)?
            }
            None => Brought::Faulty("its row records no SHA-256 or size"),
        };
        let fault = if let Brought::Faulty(why) = brought { Some(why.into()) } else { None };
        coming.is(fault, counts);
        coming.brought = Some(brought);
    }
    bringer.sync()?;
    for coming in &mut *batch {
        if let (Some(Brought::Staged(staged)), Some(path)) = (&coming.brought, text(&coming.values[PATH])) {
            bringer.place(staged, path)?;
            counts.brought += 1;
            coming.brought = Some(Brought::There);
        }
    }
    bringer.sync()
}

/// A value that is a text.
pub fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
