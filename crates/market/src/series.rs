//! The series that a market database lists.

use std::{collections::HashMap, sync::Arc};

use candles::{Calendar, Interval, Symbol};
use rusqlite::{Row, params, types::ValueRef};

use crate::{
    calendars::{self, Stored},
    database::Market,
    ends::Ends,
    error::{DatabaseError, Error, SeriesError},
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
    /// Which candles it is expected to have.
    pub calendar: Calendar,
    pub(crate) id: i64,
}

impl Series {
    /// The ends that `filter` selects at the time `now`: an end whose interval is not over by then is none.
    #[must_use]
    pub fn ends(&self, filter: &Filter, now: i64) -> Ends<'_> {
        Ends::new(&self.interval, filter, now).with_calendar(self.calendar)
    }
}

/// A series as the database lists it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The symbol, which may make no sense.
    pub symbol: String,
    /// The interval's name, which may make no sense.
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
        let read = || -> Result<Vec<Listed>, DatabaseError> {
            let snapshot = self.connection.unchecked_transaction()?;
            let stored = calendars::read(&snapshot)?;
            let calendar_of = |symbol: &str, interval: &Interval| {
                let key = (symbol.to_owned(), interval.name().to_owned());
                stored.get(&key).unwrap_or(&Stored::default()).understand(self.calendar)
            };
            let mut select = snapshot.prepare(LIST)?;
            let all = select.query_map([], |row| Ok(listed(row, calendar_of)))?;
            Ok(all.collect::<Result<_, _>>()?)
        };
        let mut all = read().map_err(|error| error.of(&self.file))?;
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
        if series.calendar != Calendar::Always {
            return self.count_all(series, filter).unwrap_or(0);
        }
        // Each of the two is one look into the database's index, where there is one.
        let sql = "SELECT
            (SELECT min(open_time) FROM candles WHERE series_id = ?1 AND open_time >= ?2 AND open_time < ?3),
            (SELECT max(open_time) FROM candles WHERE series_id = ?1 AND open_time >= ?2 AND open_time < ?3)";
        let found = self.connection.query_row(sql, params![series.id, filter.start, filter.end], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        });
        found.map_or(0, |(first, last)| {
            let steps = match series.interval.months() {
                None => last.abs_diff(first) / series.interval.ms().unsigned_abs(),
                Some(_) => series.interval.steps_to(first, last).unsigned_abs(),
            };
            steps.saturating_add(1) / u64::from(filter.stride)
        })
    }

    /// Counts the ends of a series one by one: how many a calendar expects, only its candles can tell.
    fn count_all(&self, series: &Series, filter: &Filter) -> rusqlite::Result<u64> {
        let sql = "SELECT open_time FROM candles WHERE series_id = ?1 AND open_time >= ?2 AND open_time < ?3
            ORDER BY open_time";
        let mut select = self.connection.prepare(sql)?;
        let times = select.query_map(params![series.id, filter.start, filter.end], |row| row.get(0))?;
        let (ends, mut count, mut before) = (series.ends(filter, i64::MAX), 0, None);
        for at in times {
            let at: i64 = at?;
            if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
                // Absurdly long ones are refused when the series is read.
                count += if filter.stride == 1 { gap.count } else { ends.selected_in(gap).count() as u64 };
            }
            count += u64::from(ends.selects(at));
            before = Some(at);
        }
        Ok(count)
    }
}

fn listed(
    row: &Row<'_>,
    calendar_of: impl Fn(&str, &Interval) -> Result<(Calendar, candles::Weekday), SeriesError>,
) -> Listed {
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
        let (calendar, week_start) = calendar_of(symbol.as_str(), &interval)?;
        Ok(Arc::new(Series { symbol, interval: interval.with_week_start(week_start), calendar, id }))
    };
    let series = series();
    let or_stand_in = |name: Result<String, _>| name.unwrap_or_else(|_| "(no text)".to_owned());
    let interval = interval.map(|code| Interval::name_of(&code).into_owned());
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
