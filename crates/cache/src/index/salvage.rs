//! Copies the rows of a damaged index as they are. Whoever judges them afterwards believes none of them.

use render_core::Spec;
use rusqlite::{Connection, Row, params, params_from_iter, types::Value};

use super::{
    Index,
    schema::{COLUMN_COUNT, COLUMNS, places},
};
use crate::Error;

/// Rows are read in stretches of this many row numbers, so that damage costs no more than one stretch.
const STRETCH: i64 = 256;
/// After this many stretches that cannot be read, the rest is given up.
const MOST_PASSED_OVER: u32 = 100_000;

impl Index {
    /// Copies the specs, and all rows of a wreck that can be read. Returns the number of rows.
    pub(crate) fn copy_rows(&self, wreck: &Connection, specs: &[Spec]) -> Result<u64, Error> {
        let select = format!(
            "SELECT {COLUMNS} FROM images WHERE rowid BETWEEN ?1 AND ?2 AND typeof(symbol) = 'text'
             AND typeof(interval) = 'text' AND typeof(end_open_time_ms) = 'integer'
             AND typeof(width_px) = 'integer' AND typeof(height_px) = 'integer'
             AND typeof(window_len) = 'integer' AND typeof(spec_tag) = 'text'"
        );
        let next = |last: i64| -> rusqlite::Result<Option<i64>> {
            wreck.query_row("SELECT min(rowid) FROM images WHERE rowid > ?1", [last], |row| row.get(0))
        };
        self.write(|transaction| {
            let mut insert_spec = transaction.prepare("INSERT OR IGNORE INTO specs VALUES(?1, ?2)")?;
            for spec in specs {
                insert_spec.execute(params![spec.hash().to_string(), spec.to_json()])?;
            }
            let insert = format!("INSERT OR IGNORE INTO images ({COLUMNS}) VALUES ({})", places());
            let mut insert = transaction.prepare(&insert)?;
            let (mut last, mut copied, mut passed_over) = (i64::MIN, 0, 0);
            while let Some(first) = match next(last) {
                Err(_) if last > i64::MIN && passed_over < MOST_PASSED_OVER => {
                    passed_over += 1;
                    last.checked_add(1)
                }
                found => found.ok().flatten(),
            } {
                last = first.saturating_add(STRETCH - 1);
                let Ok(mut select) = wreck.prepare(&select) else {
                    continue;
                };
                let values = |row: &Row<'_>| {
                    let values = (0..COLUMN_COUNT).map(|column| row.get(column));
                    Ok(values.collect::<rusqlite::Result<Vec<Value>>>().ok())
                };
                // Stops at the first row that cannot be read.
                let rows = select.query_map([first, last], values).into_iter().flatten();
                for values in rows.map_while(Result::ok).flatten() {
                    // The table itself refuses what no index has, such as an unknown status.
                    copied += insert.execute(params_from_iter(values)).unwrap_or(0) as u64;
                }
            }
            Ok(copied)
        })
    }
}
