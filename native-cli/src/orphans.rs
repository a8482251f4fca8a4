//! Pictures under the root that no row has.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use market::Filter;
use render_core::{Interval, PicturePath};
use store::{EntryKind, Store};

use crate::{
    config::Narrowing,
    error::Error,
    feed::Which,
    index::Reader,
    interrupt::Interrupt,
    key::Group,
    rows::{KEY, key},
};

/// How deep pictures lie: symbol, interval, year, month.
const DEPTH: usize = 4;

/// Which pictures are looked for, and where.
pub struct Search<'a> {
    pub store: &'a dyn Store,
    pub reader: &'a Reader,
    pub filter: &'a Filter,
    pub narrowing: &'a Narrowing,
    /// The groups of the index that the narrowing admits.
    pub admitted: BTreeSet<Group>,
    /// The lengths of intervals, by their codes, as far as they are known.
    pub intervals: BTreeMap<String, Interval>,
    pub which: Which,
    pub interrupt: &'a Interrupt,
}

/// What was seen besides orphans.
#[derive(Debug, Default)]
pub struct Seen {
    /// Folders that could not be read, with the reason why.
    pub unreadable: Vec<(String, String)>,
    /// A temporary of another index, which may own what this one does not know.
    pub of_another_index: Option<String>,
}

impl Search<'_> {
    /// Tells of each orphan, folder by folder in the order of their names.
    pub fn run(&self, found: &mut dyn FnMut(&str, i64)) -> Result<Seen, Error> {
        let mut seen = Seen::default();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            if self.interrupt.is_set() {
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

    /// The folders and the pictures of a folder that are asked for.
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
                && (self.narrowing.is_open() || self.admitted.contains(&Group::from(&parsed)))
                && self.which.includes(path)
        })
    }

    /// Tells of those of a folder's pictures that no row has.
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
    /// The files that rows of these ends have. A `missing` row only says where its picture would be.
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
        read().map_err(|error| self.refuse(&error))
    }
}
