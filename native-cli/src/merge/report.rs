//! What a merge says: what became of each shard, which overlap, and which are missing.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use candles::text::shown;
use serde::Serialize;

use super::{
    pictures::Counts,
    shards::{MergedPlan, ShardIndex},
};
use store::Root;

use crate::{
    audit::MOST_SHOWN, config::MergeSettings, console::Console, error::Error, plan::short, shard::Shards,
};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line {
    /// Two indexes of one shard; their rows are the same, or the merge would fail.
    Overlap {
        shard: String,
        indexes: [String; 2],
    },
    Unfinished {
        shard: String,
        index: String,
    },
    Shard {
        shard: String,
        index: String,
        rows: u64,
        new: u64,
        faulty: u64,
    },
    /// A picture that is not what its row says; a thousand are told of each shard, at most.
    Faulty {
        shard: String,
        index: String,
        path: String,
        reason: String,
    },
    /// An index that could not be merged, or not all of it.
    LeftOut {
        reason: String,
    },
    Summary {
        plan: String,
        /// Those that are in.
        shards: String,
        /// Those that are not; null where all are in.
        missing_shards: Option<String>,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        index: String,
        root: String,
        interrupted: bool,
    },
}

/// Everything that is printed.
pub struct Report {
    console: Console,
    plan: String,
    index: PathBuf,
    root: Root,
}

impl Report {
    pub fn new(settings: &MergeSettings, plan: &MergedPlan, root: &Root, console: Console) -> Self {
        Self { console, plan: plan.plan.clone(), index: settings.into.clone(), root: root.clone() }
    }

    /// Tells of indexes of one shard.
    pub fn overlaps(&mut self, shards: &[ShardIndex]) {
        let mut seen: BTreeMap<u32, &Path> = BTreeMap::new();
        for shard in shards.iter().filter(|shard| shard.is_finished) {
            for &index in &shard.shards.indexes {
                let Some(before) = seen.insert(index, &shard.file) else {
                    continue;
                };
                let name = format!("{index}/{}", shard.shards.of);
                if self.console.is_json() {
                    let indexes = [place(before), place(&shard.file)];
                    self.console.print_json(&Line::Overlap { shard: name, indexes });
                } else {
                    let (before, file) = (before.display(), shard.file.display());
                    self.console.warn(&format!("shard {name} is in {before} and in {file}"));
                }
            }
        }
    }

    pub fn unfinished(&mut self, shard: &ShardIndex) {
        let name = shard.shards.to_string();
        if self.console.is_json() {
            self.console.print_json(&Line::Unfinished { shard: name, index: place(&shard.file) });
        } else {
            let file = shard.file.display();
            self.console.complain(&format!(
                "{file}: shard {name} is not finished, and was left out; run the `render --shard {name}` that made it again"
            ));
        }
    }

    pub fn left_out(&mut self, error: &Error) {
        if self.console.is_json() {
            self.console.print_json(&Line::LeftOut { reason: error.to_string() });
        } else {
            self.console.complain(&format!("{error}; it was left out"));
        }
    }

    pub fn merged(&mut self, shard: &ShardIndex, counts: &Counts) {
        let &Counts { rows, new, faulty, ref named } = counts;
        let name = shard.shards.to_string();
        if self.console.is_json() {
            for (path, reason) in named {
                let (shard, index) = (name.clone(), place(&shard.file));
                let (path, reason) = (path.clone(), reason.clone().into_owned());
                self.console.print_json(&Line::Faulty { shard, index, path, reason });
            }
            let index = place(&shard.file);
            self.console.print_json(&Line::Shard { shard: name, index, rows, new, faulty });
            return;
        }
        if faulty > 0 {
            let file = shard.file.display();
            self.console.complain(&format!(
                "{file}: {faulty} pictures are absent or not what their rows say; run `render --shard` of {name} \
                 and merge again, or mend them by `image-cache repair --index {}`:",
                self.index.display()
            ));
            for (path, reason) in named.iter().take(MOST_SHOWN) {
                self.console.complain(&format!("  {}: {reason}", shown(path)));
            }
            if faulty > MOST_SHOWN as u64 {
                self.console.complain(&format!("  and {} more", faulty - MOST_SHOWN as u64));
            }
        }
        if !self.console.is_quiet() {
            self.console.print(&format!("Shard {name}: {rows} rows, {new} new"));
        }
    }

    /// Prints the summary; gives whether all shards are in, and whether their pictures are what they should be.
    pub fn finish(
        mut self,
        merged: &Shards,
        statuses: &BTreeMap<String, u64>,
        interrupted: bool,
    ) -> Result<(bool, bool), Error> {
        let count = |status: &str| statuses.get(status).copied().unwrap_or(0);
        let [ok, corrupt, stale, missing] = ["ok", "corrupt", "stale", "missing"].map(count);
        let is_complete = merged.is_complete();
        if self.console.is_json() {
            self.console.print_json(&Line::Summary {
                plan: self.plan,
                shards: merged.to_string(),
                missing_shards: (!is_complete).then(|| merged.missing().to_string()),
                ok,
                corrupt,
                stale,
                missing,
                index: place(&self.index),
                root: self.root.to_string(),
                interrupted,
            });
        } else {
            if !is_complete && !interrupted {
                self.console.warn(&format!("shards that are not in yet: {}", merged.missing()));
            }
            if !self.console.is_quiet() {
                self.console.print(&format!(
                    "Total: {ok} ok, {corrupt} corrupt, {stale} stale, {missing} missing; shards {merged} of plan {}",
                    short(&self.plan)
                ));
                if interrupted {
                    self.console.print("Interrupted: the same command goes on from here.");
                }
                self.console.print(&format!("Pictures: {}", self.root));
                self.console.print(&format!("Index: {}", self.index.display()));
            }
        }
        self.console.finish()?;
        Ok((is_complete, corrupt + stale == 0))
    }
}

fn place(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
