//! What the fuzz target calls: hostile rows must end in a result, whatever it is. This is no part of the API.

use std::{
    io::{self, Read},
    path::Path,
};

use market::Filter;
use render_core::PicturePath;
use rusqlite::{Connection, params_from_iter, types::Value};
use store::{EntryKind, Files, OpenFolder, Root};

use crate::{Checker, Depth, Reader, SpecFilter, Today, index::schema::CREATE_IMAGES};

/// How many columns the index has.
pub const COLUMNS: usize = 18;

/// Judges every row of an index that holds these rows and specs.
pub fn index(rows: &[[Value; COLUMNS]], specs: &[[Value; 2]]) {
    let Some(reader) = filled(rows, specs) else {
        return;
    };
    let everything = Filter::default();
    let Ok(groups) = reader.groups(&everything, &SpecFilter::default()) else {
        return;
    };
    let root = Root::Folder("root".into());
    let Ok(store) = root.open("00000000", &Nothing, &Default::default(), crate::index::ownership(false))
    else {
        return;
    };
    for rows in groups.rows {
        for depth in [Depth::Quick, Depth::Hash] {
            let mut checker = Checker::new(&*store, depth);
            let range = (everything.start, everything.end);
            let known = reader.entries(&rows.group, Some(rows.spec_hash.as_deref()), range, 100);
            for row in known.unwrap_or_default() {
                if let Some(path) = row.path.as_deref().and_then(PicturePath::parse) {
                    assert!(!path.to_string().contains(".."), "{path}");
                }
                let _ = checker.judge(&rows.group, &row, &Today::NotAsked, || None);
            }
        }
    }
}

fn filled(rows: &[[Value; COLUMNS]], specs: &[[Value; 2]]) -> Option<Reader> {
    let connection = Connection::open_in_memory().ok()?;
    connection.execute_batch(CREATE_IMAGES).ok()?;
    connection
        .execute_batch("CREATE TABLE specs(spec_hash, spec_json); CREATE TABLE meta(key, value)")
        .ok()?;
    for row in rows {
        let places = vec!["?"; COLUMNS].join(", ");
        // Whatever the table's own constraints refuse cannot be in an index.
        let _ = connection.execute(&format!("INSERT INTO images VALUES({places})"), params_from_iter(row));
    }
    for spec in specs {
        let _ = connection.execute("INSERT INTO specs VALUES(?, ?)", params_from_iter(spec));
    }
    Some(Reader::of(connection))
}

/// A disk on which every path is a folder or a file of no bytes.
struct Nothing;

impl Files for Nothing {
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder> {
        Ok(OpenFolder::named(path.to_owned()))
    }

    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder> {
        Ok(OpenFolder::named(above.path().join(name)))
    }

    fn entry(&self, _: &OpenFolder, _: &str) -> io::Result<(EntryKind, u64)> {
        Ok((EntryKind::File, 0))
    }

    fn open(&self, folder: &OpenFolder, name: &str) -> io::Result<(Box<dyn Read>, u64)> {
        let path = folder.path().join(name);
        assert!(path.starts_with("root"), "{}", path.display());
        Ok((Box::new(io::empty()), 0))
    }

    fn create_folder(&self, _: &OpenFolder, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn write_new(&self, _: &OpenFolder, _: &str, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, _: &OpenFolder, _: &str, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn rename_new(&self, _: &OpenFolder, _: &str, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, _: &OpenFolder, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use render_core::Spec;

    use super::*;

    /// Any value, and often one that is nearly right.
    fn value() -> impl Strategy<Value = Value> {
        let near = [
            "BTCUSDT",
            "1h",
            "ok",
            "missing",
            "corrupt",
            "../..",
            "mike-log",
            "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png",
        ];
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            prop::sample::select(vec![0_i64, 1, 8, 150, 1280, -1]).prop_map(Value::Integer),
            any::<f64>().prop_map(Value::Real),
            any::<String>().prop_map(Value::Text),
            prop::sample::select(near.to_vec()).prop_map(|text| Value::Text(text.to_owned())),
            Just(Value::Text(Spec::default().hash().to_string())),
            vec(any::<u8>(), 0..9).prop_map(Value::Blob),
        ]
    }

    fn row<const N: usize>() -> impl Strategy<Value = [Value; N]> {
        vec(value(), N).prop_map(|values| values.try_into().unwrap_or_else(|_| unreachable!("N values")))
    }

    proptest! {
        #[test]
        fn any_rows_of_an_index_are_judged_without_a_panic(
            rows in vec(row::<COLUMNS>(), 0..4),
            specs in vec(row::<2>(), 0..3),
        ) {
            index(&rows, &specs);
        }
    }
}
