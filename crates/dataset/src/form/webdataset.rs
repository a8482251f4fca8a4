//! `SPLIT-000000.tar` and so on: of each picture a `.cls` with its class's number, a `.json` and a `.png`.
//!
//! Nothing in a shard depends on the machine, the user or the clock: owners and times are 0, members are sorted.

use std::{
    fs::File,
    io::{self, BufWriter},
};

use tar::{Builder, EntryType, Header};

use super::FormWriter;
use crate::{
    DatasetPlan, Error,
    folder::Folder,
    sample::{Sample, key},
};

/// Bytes of a block of tar; contents are padded to a multiple, and a header takes one.
const BLOCK: u64 = 512;
/// Blocks of zeros at the end of a shard.
const END: u64 = 2 * BLOCK;

pub struct Webdataset<'a> {
    plan: &'a DatasetPlan<'a>,
    folder: &'a Folder,
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

impl<'a> Webdataset<'a> {
    pub fn start(plan: &'a DatasetPlan<'a>, folder: &'a Folder) -> Self {
        Self { plan, folder, shards: plan.splits.iter().map(|_| Shard::default()).collect() }
    }
}

impl FormWriter for Webdataset<'_> {
    fn add(&mut self, sample: Sample) -> Result<(), Error> {
        let Self { plan, folder, shards } = self;
        let shard = &mut shards[sample.split];
        let key = key(sample.file_name());
        let class = sample.class.map(|class| ("cls", class.to_string().into_bytes()));
        let columns = serde_json::to_vec(&sample).unwrap_or_default();
        let members: Vec<_> = class.into_iter().chain([("json", columns), ("png", sample.png)]).collect();
        let padded = |(_, bytes): &(_, Vec<u8>)| BLOCK + (bytes.len() as u64).next_multiple_of(BLOCK);
        let size: u64 = members.iter().map(padded).sum();
        if shard.size > 0 && shard.size + size + END > plan.options.shard_size() {
            shard.finish(folder)?;
        }
        let tar = match &mut shard.tar {
            Some(tar) => tar,
            none => {
                shard.name = format!("{}-{:06}.tar", plan.splits[sample.split].name, shard.number);
                none.insert(Builder::new(folder.create_file(&shard.name)?))
            }
        };
        for (kind, bytes) in members {
            append(tar, &format!("{key}.{kind}"), &bytes).map_err(folder.cannot_write(&shard.name))?;
        }
        shard.size += size;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.shards.iter_mut().try_for_each(|shard| shard.finish(self.folder))
    }
}

impl Shard {
    /// Completes the shard, if one has begun, and lets the next one begin.
    fn finish(&mut self, folder: &Folder) -> Result<(), Error> {
        let Some(tar) = self.tar.take() else {
            return Ok(());
        };
        tar.into_inner()
            .and_then(|file| file.into_inner().map_err(io::IntoInnerError::into_error))
            .map_err(folder.cannot_write(&self.name))?;
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
