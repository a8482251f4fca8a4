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
    Error, Note, SpecFilter,
    index::{
        Reader,
        rows::{KEY, key},
    },
    key::Group,
    pipeline::Stop,
    recorder::Recorder,
    shard::marker,
    subset::SubsetFilter,
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
    /// Intervals by their codes, as far as they are known.
    pub intervals: BTreeMap<String, Interval>,
    pub subset: SubsetFilter,
    pub stop: &'a Stop<'a>,
}

/// What was seen besides orphans.
#[derive(Debug, Default)]
struct Seen {
    /// Folders that could not be read, with the reason why.
    pub unreadable: Vec<(String, String)>,
    /// A temporary file of another index, which may own pictures that this index does not know.
    pub of_another_index: Option<String>,
}

/// What is wrong with an orphan.
const NO_ROW: &str = "no row of this index has it";

impl Search<'_> {
    /// Tells the recorder of orphans. With `deletes`, it deletes those that are safe to delete. Nobody knows whether
    /// an index that was `rebuilt` lacks rows of pictures that are still of use.
    pub fn find(&self, deletes: bool, rebuilt: bool, recorder: &mut Recorder<'_>) -> Result<(), Error> {
        let forbidden = marker::forbids_deletion(self.store, self.reader.shard_state()?.merged_plan());
        let (mut kept, marker_error) = match forbidden {
            Ok(kept) => (kept, None),
            Err(error) => (Some("whether shards have pictures there cannot be told".to_owned()), Some(error)),
        };
        let is_of_shards = kept.is_some();
        let mut orphans = Vec::new();
        let known = self.reader.all_groups()?;
        let seen = self.run(&mut |path, end| {
            // If several indexes share a root, most of them differ in series or spec.
            if !PicturePath::parse(path).is_some_and(|named| known.contains(&Group::from(&named))) {
                let reason = format!("{NO_ROW}, nor any of its series and spec: another index may own it");
                recorder.orphan(path, end, &reason, false, false);
            } else if is_of_shards {
                let reason = format!("{NO_ROW}: a shard that is not merged yet may own it");
                recorder.orphan(path, end, &reason, false, false);
            } else if deletes {
                // Nothing is deleted before the entire root has been looked at.
                orphans.push((path.to_owned(), end));
            } else {
                recorder.orphan(path, end, NO_ROW, !rebuilt, false);
            }
        })?;
        for (folder, why) in &seen.unreadable {
            recorder.unreadable_folder(folder, why);
        }
        // If another folder could not be read either, the recorder has been told enough.
        if let Some(error) = marker_error.filter(|_| seen.unreadable.is_empty()) {
            recorder.unreadable_folder("", &error.to_string());
        }
        if let Some(temporary) = &seen.of_another_index {
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
            match deleted.next() {
                None => recorder.orphan(path, end, NO_ROW, !rebuilt, false),
                Some(Ok(())) => recorder.orphan(path, end, NO_ROW, true, true),
                Some(Err(error)) => {
                    recorder.orphan(path, end, &format!("cannot be deleted: {error}"), !rebuilt, false);
                }
            }
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

    /// Tells of each orphan, folder by folder in the order of their names.
    fn run(&self, found: &mut dyn FnMut(&str, i64)) -> Result<Seen, Error> {
        let mut seen = Seen::default();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            if self.stop.is_set() {
                break;
            }
            match self.read(&folder, &mut seen) {
                Ok((mut below, files)) => {
                    self.compare(&files, found)?;
                    self.store.will_list(&below);
                    below.sort_unstable_by(|a, b| b.cmp(a));
                    folders.append(&mut below);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => seen.unreadable.push((folder, error.to_string())),
            }
        }
        Ok(seen)
    }

    /// The folders and the pictures in a folder that are asked for.
    fn read(&self, folder: &str, seen: &mut Seen) -> io::Result<(Vec<String>, Vec<String>)> {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        let depth = if folder.is_empty() { 0 } else { folder.split('/').count() };
        for (name, kind) in self.store.entries(folder)? {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if kind == EntryKind::Folder && depth < DEPTH && !name.starts_with('.') {
                let asked = match depth {
                    0 => self.filter.symbols.is_empty() || self.filter.symbols.contains(&name),
                    1 => self.filter.intervals.is_empty() || self.filter.intervals.contains(&name),
                    _ => true,
                };
                folders.extend(Some(path).filter(|_| asked));
            } else if kind == EntryKind::File && depth == DEPTH {
                if self.store.is_temporary_of_another(&name) {
                    seen.of_another_index.get_or_insert_with(|| path.clone());
                }
                files.extend(Some(path).filter(|path| self.asks_for(path)));
            }
        }
        Ok((folders, files))
    }

    fn asks_for(&self, path: &str) -> bool {
        PicturePath::parse(path).is_some_and(|parsed| {
            self.filter.admits(parsed.symbol, parsed.interval)
                && self.filter.selects(parsed.end, self.intervals.get(parsed.interval))
                && (self.specs.is_open() || self.admitted.contains(&Group::from(&parsed)))
                && self.subset.includes(path)
        })
    }

    /// Tells of the pictures of a folder that no row has.
    fn compare(&self, files: &[String], found: &mut dyn FnMut(&str, i64)) -> Result<(), Error> {
        let mut groups: BTreeMap<Group, BTreeMap<i64, Vec<&str>>> = BTreeMap::new();
        for path in files {
            if let Some(parsed) = PicturePath::parse(path) {
                groups.entry(Group::from(&parsed)).or_default().entry(parsed.end).or_default().push(path);
            }
        }
        for (group, ends) in &groups {
            let (Some((&first, _)), Some((&last, _))) = (ends.first_key_value(), ends.last_key_value())
            else {
                continue;
            };
            let named = self.reader.pictures(group, first, last)?;
            for (&end, path) in
                ends.iter().flat_map(|(end, paths)| paths.iter().map(move |path| (end, *path)))
            {
                if !named.contains(path) {
                    found(path, end);
                }
            }
        }
        Ok(())
    }
}

impl Reader {
    /// The pictures that rows of these ends have. A `missing` row only says where its picture would be.
    fn pictures(&self, group: &Group, first: i64, last: i64) -> Result<BTreeSet<String>, Error> {
        let sql = format!(
            "SELECT file_path FROM images WHERE {KEY} AND end_open_time_ms BETWEEN ?7 AND ?8
             AND status <> 'missing' AND typeof(file_path) = 'text'"
        );
        let read = || -> rusqlite::Result<BTreeSet<String>> {
            let mut select = self.connection.prepare(&sql)?;
            let paths = select.query_map(key(group, [first.into(), last.into()]), |row| {
                Ok(row.get_ref(0)?.as_str().map(str::to_owned).unwrap_or_default())
            })?;
            paths.collect()
        };
        read().map_err(|error| self.fault(error))
    }
}
