//! Copies the rows of a damaged index as they are. Whoever judges them afterwards believes none of them.

use render_core::Spec;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};

use super::{Index, schema::columns_of_images};
use crate::Error;

/// Rows are read in stretches of this many row numbers, so that damage costs no more than one stretch.
const STRETCH: i64 = 256;
/// After this many stretches that cannot be read, the rest is given up.
const MOST_PASSED_OVER: u32 = 100_000;

impl Index {
    /// Copies the specs, and all rows of a wreck that can be read. Returns the number of rows.
    pub(crate) fn copy_rows(&mut self, wreck: &Connection, specs: &[Spec]) -> Result<u64, Error> {
        let columns = columns_of_images().join(", ");
        let types = "typeof(symbol) = 'text' AND typeof(interval) = 'text' AND typeof(end_open_time_ms) = 'integer'
            AND typeof(width_px) = 'integer' AND typeof(height_px) = 'integer' AND typeof(window_len) = 'integer'
            AND typeof(spec_tag) = 'text'";
        let select = format!("SELECT {columns} FROM images WHERE rowid >= ?1 AND rowid < ?2 AND {types}");
        let first = "SELECT rowid FROM images ORDER BY rowid LIMIT 1";
        let Ok(first) = wreck.query_row(first, [], |row| row.get::<_, i64>(0)) else {
            return Ok(0);
        };
        let mut copied = 0;
        self.write(|transaction| {
            let mut insert_spec = transaction.prepare("INSERT OR IGNORE INTO specs VALUES(?1, ?2)")?;
            for spec in specs {
                insert_spec.execute(params![spec.hash().to_string(), spec.to_json()])?;
            }
            let places = vec!["?"; columns_of_images().len()].join(", ");
            let mut insert = transaction
                .prepare(&format!("INSERT OR IGNORE INTO images ({columns}) VALUES ({places})"))?;
            let (mut next, mut passed_over) = (Some(first), 0);
            while let Some(at) = next.filter(|_| passed_over < MOST_PASSED_OVER) {
                let until = at.saturating_add(STRETCH);
                // Stops at the first row that cannot be read.
                if let Ok(mut read) = wreck.prepare(&select)
                    && let Ok(mut rows) = read.query([at, until])
                {
                    while let Ok(Some(row)) = rows.next() {
                        let values: rusqlite::Result<Vec<Value>> =
                            (0..columns_of_images().len()).map(|column| row.get(column)).collect();
                        // The table itself refuses what no index has, such as an unknown status.
                        if let Ok(values) = values {
                            copied += insert.execute(params_from_iter(values)).unwrap_or(0) as u64;
                        }
                    }
                }
                next = match after(wreck, until) {
                    Ok(next) => next,
                    Err(_) => {
                        passed_over += 1;
                        Some(until)
                    }
                };
            }
            Ok(())
        })?;
        Ok(copied)
    }
}

/// The first row number that is not below `from`.
fn after(wreck: &Connection, from: i64) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT rowid FROM images WHERE rowid >= ?1 ORDER BY rowid LIMIT 1";
    wreck.query_row(sql, [from], |row| row.get(0)).optional()
}
