//! The series that a market database lists.

use std::{collections::HashMap, sync::Arc};

use candles::{Interval, Symbol};
use rusqlite::{Row, params, types::ValueRef};

use crate::{
    database::Market,
    error::{Error, SeriesError},
    filter::Filter,
};

const LIST: &str = "
    SELECT s.id, sy.symbol, it.code, it.ms
    FROM series s JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id
    ORDER BY sy.symbol, it.ms, it.code, s.id";

/// One symbol and interval of the database.
#[derive(Debug)]
pub struct Series {
    /// What is traded.
    pub symbol: Symbol,
    /// The length of its candles.
    pub interval: Interval,
    pub(crate) id: i64,
}

/// A series as the database lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The symbol, which may make no sense.
    pub symbol: String,
    /// The interval's code, which may make no sense.
    pub interval: String,
    /// The series, or why it cannot be used.
    pub series: Result<Arc<Series>, SeriesError>,
}

impl Market {
    /// All series, sorted by symbol and length of interval.
    ///
    /// # Errors
    /// [`Error::Database`] where the database cannot be read.
    pub fn all(&self) -> Result<Vec<Listed>, Error> {
        let read = || -> rusqlite::Result<Vec<Listed>> {
            self.connection.prepare(LIST)?.query_map([], |row| Ok(listed(row)))?.collect()
        };
        let mut all = read().map_err(|error| self.refuse(error))?;
        refuse_twins(&mut all);
        Ok(all)
    }

    /// The series that `filter` lets through, sorted by symbol and length of interval.
    ///
    /// # Errors
    /// [`Error::Database`] where the database cannot be read, and as [`Filter::check`].
    pub fn series(&self, filter: &Filter) -> Result<Vec<Listed>, Error> {
        let mut all = self.all()?;
        let names = all.iter().map(|listed| (listed.symbol.as_str(), listed.interval.as_str()));
        filter.check(&self.file.to_string_lossy(), names)?;
        all.retain(|listed| filter.admits(&listed.symbol, &listed.interval));
        Ok(all)
    }

    /// About how many ends of a series the filter lets through, those in gaps as well: enough for a progress bar.
    #[must_use]
    pub fn count(&self, series: &Series, filter: &Filter) -> u64 {
        // Each of the two is one look into the database's index, where there is one.
        let sql = "SELECT
            (SELECT min(open_time) FROM candles WHERE series_id = ?1 AND open_time >= ?2 AND open_time < ?3),
            (SELECT max(open_time) FROM candles WHERE series_id = ?1 AND open_time >= ?2 AND open_time < ?3)";
        let found = self.connection.query_row(sql, params![series.id, filter.start, filter.end], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        });
        found.map_or(0, |(first, last)| {
            let steps = last.abs_diff(first) / series.interval.ms().unsigned_abs();
            steps.saturating_add(1) / u64::from(filter.stride)
        })
    }
}

fn listed(row: &Row<'_>) -> Listed {
    let text = |column, what| match row.get_ref(column) {
        Ok(ValueRef::Text(bytes)) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => Err(SeriesError::NotA(what, "text")),
    };
    let integer = |column, what| row.get::<_, i64>(column).map_err(|_| SeriesError::NotA(what, "an integer"));
    let (symbol, interval) = (text(1, "symbol"), text(2, "interval's code"));
    let series = || {
        let (symbol, code) = (symbol.clone()?, interval.clone()?);
        let (ms, id) = (integer(3, "interval's length in ms")?, integer(0, "id")?);
        // A symbol that could lead out of a picture's folder is refused here, before anything is made.
        let (interval, symbol) = (Interval::new(&code, ms)?, Symbol::new(symbol)?);
        Ok(Arc::new(Series { symbol, interval, id }))
    };
    let series = series();
    let or_stand_in = |name: Result<String, _>| name.unwrap_or_else(|_| "(no text)".to_owned());
    Listed { symbol: or_stand_in(symbol), interval: or_stand_in(interval), series }
}

/// Two series of one name would write to the same files.
fn refuse_twins(all: &mut [Listed]) {
    let mut times: HashMap<(String, String), u32> = HashMap::new();
    let name = |listed: &Listed| (listed.symbol.clone(), listed.interval.clone());
    for listed in all.iter() {
        *times.entry(name(listed)).or_default() += 1;
    }
    for listed in all.iter_mut().filter(|listed| listed.series.is_ok() && times[&name(listed)] > 1) {
        listed.series = Err(SeriesError::Twice);
    }
}
