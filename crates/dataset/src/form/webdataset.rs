//! `SPLIT-000000.tar` and so on: of each picture a `.cls` with its class's number, a `.json` and a `.png`.
//!
//! Nothing in a shard depends on the machine, the user or the clock: owners and times are 0, members are sorted.

use std::{
    fs::File,
    io::{self, BufWriter},
};

use tar::{Builder, EntryType, Header};

use super::{Form, Object, Set, class, file_name, key};
use crate::{error::Error, export::make::Sample};

/// Bytes of a block of tar; contents are padded to a multiple, and a header takes one.
const BLOCK: u64 = 512;
/// Blocks of zeros at the end of a shard.
const END: u64 = 2 * BLOCK;

pub struct Webdataset {
    set: Set,
    /// Of each split.
    shards: Vec<Shard>,
}

/// The shard of a split that is being filled.
#[derive(Default)]
struct Shard {
    number: u32,
    name: String,
    size: u64,
    tar: Option<Builder<BufWriter<File>>>,
}

impl Webdataset {
    pub fn start(set: Set) -> Self {
        let shards = set.splits.iter().map(|_| Shard::default()).collect();
        Self { set, shards }
    }
}

impl Form for Webdataset {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let Self { set, shards } = self;
        let shard = &mut shards[sample.split];
        let key = key(file_name(sample));
        let class = class(sample).map(|class| class.to_string());
        let columns = serde_json::to_vec(&Object(&set.columns(sample))).unwrap_or_default();
        let members = [
            class.as_ref().map(|class| ("cls", class.as_bytes())),
            Some(("json", columns.as_slice())),
            Some(("png", sample.png.as_slice())),
        ];
        let members = members.into_iter().flatten();
        let size: u64 =
            members.clone().map(|(_, bytes)| BLOCK + (bytes.len() as u64).next_multiple_of(BLOCK)).sum();
        if shard.size > 0 && shard.size + size + END > set.shard_size {
            shard.finish(set)?;
        }
        let tar = match &mut shard.tar {
            Some(tar) => tar,
            none => {
                shard.name = format!("{}-{:06}.tar", set.splits[sample.split], shard.number);
                none.insert(Builder::new(set.create(&shard.name)?))
            }
        };
        for (kind, bytes) in members {
            append(tar, &format!("{key}.{kind}"), bytes).map_err(set.refuse(&shard.name))?;
        }
        shard.size += size;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.shards.iter_mut().try_for_each(|shard| shard.finish(&self.set))
    }
}

impl Shard {
    /// Completes the shard, if one has begun, and lets the next one begin.
    fn finish(&mut self, set: &Set) -> Result<(), Error> {
        let Some(tar) = self.tar.take() else {
            return Ok(());
        };
        let flushed =
            tar.into_inner().and_then(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
        flushed.map_err(set.refuse(&self.name))?;
        *self = Self { number: self.number + 1, ..Self::default() };
        Ok(())
    }
}

fn append(tar: &mut Builder<BufWriter<File>>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, name, bytes)
}
