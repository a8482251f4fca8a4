//! The least that a cache of the same bytes can cost: no candles, no rendering, no threads.
//!
//! Files and rows of a finished cache are read into memory. The loop then does
//! what `commit.rs` does: temporaries of a batch, one sync, rows of the batch
//! before, names.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params_from_iter, types::Value};

use crate::Result;

/// Pictures in a batch, as in `commit.rs`.
const PICTURES: usize = 512;

/// A cache in memory.
pub struct Cache {
    pictures: Vec<(String, Vec<u8>)>,
    /// Rows of the pictures, in the same order.
    rows: Vec<Vec<Value>>,
    /// Rows without pictures.
    others: Vec<Vec<Value>>,
    schema: Vec<String>,
}

impl Cache {
    pub fn load(root: &Path, index: &Path) -> Result<Self> {
        let index = Connection::open(index)?;
        let schema =
            "SELECT sql FROM sqlite_schema WHERE tbl_name = 'images' AND sql IS NOT NULL ORDER BY rowid";
        let schema =
            index.prepare(schema)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        // In the order of their making, which is that of the index's pages.
        let mut select = index.prepare("SELECT * FROM images ORDER BY rowid")?;
        let column = |name: &str| select.column_index(name);
        let (path, status) = (column("file_path")?, column("status")?);
        let width = select.column_count();
        let mut cache = Self { pictures: Vec::new(), rows: Vec::new(), others: Vec::new(), schema };
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let values =
                (0..width).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Value>>>()?;
            if row.get::<_, String>(status)? != "ok" {
                cache.others.push(values);
                continue;
            }
            let path: String = row.get(path)?;
            let bytes = fs::read(root.join(&path))?;
            cache.pictures.push((path, bytes));
            cache.rows.push(values);
        }
        Ok(cache)
    }

    pub fn bytes(&self) -> usize {
        self.pictures.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Writes the cache to places where nothing is yet; gives the time it took.
    pub fn write(&self, root: &Path, index: &Path) -> Result<Duration> {
        let start = Instant::now();
        fs::create_dir(root)?;
        let mut index = Connection::open(index)?;
        index.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        index.pragma_update(None, "synchronous", "NORMAL")?;
        self.schema.iter().try_for_each(|sql| index.execute_batch(sql))?;
        let mut folder = PathBuf::new();
        let mut placed: &[Vec<Value>] = &self.others;
        for (pictures, rows) in self.pictures.chunks(PICTURES).zip(self.rows.chunks(PICTURES)) {
            let mut temporaries = Vec::with_capacity(PICTURES);
            for (path, bytes) in pictures {
                let path = root.join(path);
                let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                    continue;
                };
                if parent != folder {
                    fs::create_dir_all(parent)?;
                    parent.clone_into(&mut folder);
                }
                let temporary = parent.join(format!(".{}.01234567.tmp", name.display()));
                File::options().write(true).create_new(true).open(&temporary)?.write_all(bytes)?;
                temporaries.push((temporary, path));
            }
            sync(root)?;
            insert(&mut index, placed)?;
            for (temporary, path) in temporaries {
                fs::rename(temporary, path)?;
            }
            placed = rows;
        }
        sync(root)?;
        insert(&mut index, placed)?;
        drop(index);
        Ok(start.elapsed())
    }
}

fn insert(index: &mut Connection, rows: &[Vec<Value>]) -> Result<()> {
    let Some(width) = rows.first().map(Vec::len) else {
        return Ok(());
    };
    let transaction = index.transaction()?;
    let places = vec!["?"; width].join(", ");
    let mut insert = transaction.prepare(&format!("INSERT INTO images VALUES({places})"))?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    drop(insert);
    Ok(transaction.commit()?)
}

/// Makes everything below `root` durable, as `store.rs` does.
#[cfg(target_os = "linux")]
pub fn sync(root: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(root)?)?)
}

/// Elsewhere there is no such call, and this loop is quicker than it should be.
#[cfg(not(target_os = "linux"))]
pub fn sync(_root: &Path) -> io::Result<()> {
    Ok(())
}
