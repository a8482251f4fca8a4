//! [`Search`]: finds pictures under the root that no row has, and deletes them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use candles::{Interval, text::shown};
use market::Filter;
use render_core::PicturePath;
use store::{EntryKind, LARGEST, LookupCache, Store};

use crate::{
    Error, Group, Note, Reader, Recorder, SpecFilter, Stop, SubsetFilter,
    index::rows::{KEY, key},
    shard::marker,
};

/// How deep pictures lie: symbol, interval, year, month.
const DEPTH: usize = 4;

/// Which pictures are looked for, and where.
pub(crate) struct Search<'a> {
    pub store: &'a dyn Store,
    pub reader: &'a Reader,
    pub filter: &'a Filter,
    pub specs: &'a SpecFilter,
    /// The groups of the index that the filter of specs admits.
    pub admitted: BTreeSet<Group>,
    /// Intervals by the symbols and their own names, as far as they are known.
    pub intervals: BTreeMap<(&'a str, &'a str), &'a Interval>,
    pub subset: SubsetFilter,
    pub stop: &'a Stop<'a>,
}

/// A folder, and why it could not be read.
type Unreadable = (String, String);

/// What is wrong with an orphan.
const NO_ROW: &str = "no row of this index has it";

impl Search<'_> {
    /// Tells the recorder of orphans. With `deletes`, it deletes those that are safe to delete. Nobody knows whether
    /// an index that was `rebuilt` lacks rows of pictures that are still of use.
    pub fn find(&self, deletes: bool, rebuilt: bool, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        let forbidden = marker::forbids_deletion(self.store, self.reader.shard_state()?.merged_plan());
        let is_of_shards = !matches!(forbidden, Ok(None));
        let mut orphans = Vec::new();
        let known = self.reader.all_groups()?;
        let (mut unreadable, of_another) = self.look(&mut |path, end| {
            // If several indexes share a root, most of them differ in series or spec.
            let is_known = PicturePath::parse(&path).is_some_and(|it| known.contains(&Group::from(&it)));
            let (owner, mendable) = match (is_known, is_of_shards) {
                // Nothing is deleted before the entire root has been looked at.
                (true, false) if deletes => return orphans.push((path, end)),
                (true, false) => ("", !rebuilt),
                (true, true) => (": a shard that is not merged yet may own it", false),
                (false, _) => (", nor any of its series and spec: another index may own it", false),
            };
            recorder.orphan(&path, end, &format!("{NO_ROW}{owner}"), mendable, false);
        })?;
        let mut kept = forbidden.unwrap_or_else(|error| {
            // If another folder could not be read either, the recorder has been told enough.
            if unreadable.is_empty() {
                unreadable.push((String::new(), error.to_string()));
            }
            Some("whether shards have pictures there cannot be told".to_owned())
        });
        for (folder, why) in &unreadable {
            recorder.unreadable_folder(folder, why);
        }
        if let Some(temporary) = &of_another {
            kept.get_or_insert_with(|| {
                format!("another index writes to this root, or was killed; {} is its", shown(temporary))
            });
        }
        if kept.is_none() {
            self.keep_foreign(&mut orphans, rebuilt, recorder);
        }
        let (paths, ends): (Vec<String>, Vec<i64>) = orphans.into_iter().unzip();
        let mut deleted = if kept.is_none() { self.store.delete(&paths) } else { Vec::new() }.into_iter();
        for (path, end) in paths.iter().zip(ends) {
            let (reason, is_deleted) = match deleted.next() {
                Some(Err(error)) => (format!("cannot be deleted: {error}"), false),
                done => (NO_ROW.to_owned(), done.is_some()),
            };
            recorder.orphan(path, end, &reason, is_deleted || !rebuilt, is_deleted);
        }
        let is_left = recorder.series.iter().chain([&recorder.others]).any(|series| series.orphaned > 0);
        if let Some(why) = kept.filter(|_| deletes && is_left) {
            recorder.note(&Note::OrphansKept(why));
        }
        Ok(())
    }

    /// Takes those out of the orphans that another tool may have made, and tells of them. They are never deleted.
    fn keep_foreign(&self, orphans: &mut Vec<(String, i64)>, rebuilt: bool, recorder: &mut Recorder<'_>) {
        let mut cache = LookupCache::default();
        let paths = orphans.iter().map(|(path, _)| (path.clone(), LARGEST)).collect();
        self.store.will_open(paths, &mut cache);
        orphans.retain(|(path, end)| {
            let (reason, mendable) = match self.store.may_hold_foreign(path, &mut cache) {
                Ok(false) => return true,
                Ok(true) => {
                    (format!("{NO_ROW}, and another tool may have made it: move it away or delete it"), false)
                }
                Err(error) => (format!("cannot be deleted: {error}"), !rebuilt),
            };
            recorder.orphan(path, *end, &reason, mendable, false);
            false
        });
    }

    /// Tells of each orphan, folder by folder in the order of their names. Returns the folders that could not be read, with
    /// the reasons why, and a temporary file of another index, which may own pictures that this index does not know.
    fn look(&self, found: &mut dyn FnMut(String, i64)) -> Result<(Vec<Unreadable>, Option<String>), Error> {
        let (mut unreadable, mut of_another) = (Vec::new(), None);
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop().filter(|_| !self.stop.is_set()) {
            let entries = match self.store.entries(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    unreadable.push((folder, error.to_string()));
                    continue;
                }
            };
            let (mut below, mut groups) = (Vec::new(), BTreeMap::<Group, BTreeSet<(i64, String)>>::new());
            let depth = if folder.is_empty() { 0 } else { folder.split('/').count() };
            for (name, kind) in entries {
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                if kind == EntryKind::Folder && depth < DEPTH && !name.starts_with('.') {
                    let asked = match depth {
                        0 => self.filter.symbols.is_empty() || self.filter.symbols.contains(&name),
                        1 => self.filter.asks_for_interval(&name),
                        _ => true,
                    };
                    below.extend(Some(path).filter(|_| asked));
                } else if kind == EntryKind::File && depth == DEPTH {
                    if self.store.is_temporary_of_another(&name) {
                        of_another.get_or_insert_with(|| path.clone());
                    }
                    if let Some(named) = PicturePath::parse(&path).filter(|it| self.asks_for(&path, it)) {
                        groups.entry(Group::from(&named)).or_default().insert((named.end, path));
                    }
                }
            }
            for (group, pictures) in groups {
                if let (Some(&(first, _)), Some(&(last, _))) = (pictures.first(), pictures.last()) {
                    let rows = self.reader.pictures(&group, first, last)?;
                    let orphans = pictures.into_iter().filter(|(_, path)| !rows.contains(path));
                    orphans.for_each(|(end, path)| found(path, end));
                }
            }
            self.store.will_list(&below);
            below.sort_unstable_by(|a, b| b.cmp(a));
            folders.append(&mut below);
        }
        Ok((unreadable, of_another))
    }

    fn asks_for(&self, path: &str, named: &PicturePath<'_>) -> bool {
        self.filter.admits(named.symbol, named.interval)
            && self.filter.selects(named.end, self.intervals.get(&(named.symbol, named.interval)).copied())
            && (self.specs.is_open() || self.admitted.contains(&Group::from(named)))
            && self.subset.includes(path)
    }
}

impl Reader {
    /// The pictures that rows of these ends have. A `missing` row only says where its picture would be.
    fn pictures(&self, group: &Group, first: i64, last: i64) -> Result<BTreeSet<String>, Error> {
        let sql = format!(
            "SELECT file_path FROM images WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8
             AND status <> 'missing' AND typeof(file_path) = 'text'"
        );
        self.ask(|connection| {
            connection
                .prepare(&sql)?
                .query_map(&*key(group, &[&first, &last]), |row| {
                    Ok(row.get_ref(0)?.as_str().map(str::to_owned).unwrap_or_default())
                })?
                .collect()
        })
    }
}
