//! What a market database says of the calendars of its series: a table of ours, which other tools ignore.

use std::collections::HashMap;

use candles::{Calendar, Interval, Weekday};
use rusqlite::{Connection, OptionalExtension, params, types::ValueRef};

use crate::{
    error::{DatabaseError, SeriesError},
    sqlite::columns,
};

/// The table's name.
const TABLE: &str = "image_cache_series";
const COLUMNS: [&str; 4] = ["symbol", "interval", "calendar", "week_start"];

/// What the table says of one series, not understood yet: `None` stands for NULL.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    calendar: Option<String>,
    week_start: Option<String>,
}

impl Stored {
    /// The calendar of the series, where no other one is `told`, and the day that its weeks begin on.
    pub fn understand(&self, told: Option<Calendar>) -> Result<(Calendar, Weekday), SeriesError> {
        let calendar = match (told, &self.calendar) {
            (Some(told), _) => told,
            (None, None) => Calendar::default(),
            (None, Some(name)) => Calendar::named(name).ok_or_else(|| SeriesError::Calendar(name.clone()))?,
        };
        let day = |name: &String| Weekday::named(name).ok_or_else(|| SeriesError::WeekStart(name.clone()));
        Ok((calendar, self.week_start.as_ref().map(day).transpose()?.unwrap_or_default()))
    }
}

/// What the database says of each series, by its symbol and the name of its interval. Without the table it is nothing.
pub(crate) fn read(connection: &Connection) -> Result<HashMap<(String, String), Stored>, DatabaseError> {
    let found = columns(connection, TABLE)?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let is_found = |column: &str| found.iter().any(|found| found.eq_ignore_ascii_case(column));
    if let Some(&column) = COLUMNS.iter().find(|column| !is_found(column)) {
        return Err(DatabaseError::NoColumn(TABLE, column, ""));
    }
    let sql = format!("SELECT {} FROM {TABLE} ORDER BY symbol, interval", COLUMNS.join(", "));
    let mut select = connection.prepare(&sql)?;
    let (mut rows, mut all) = (select.query([])?, HashMap::new());
    while let Some(row) = rows.next()? {
        // A name that is no text is none of a series.
        if let (Some(symbol), Some(code)) = (text(row.get_ref(0)?), text(row.get_ref(1)?)) {
            let stored = Stored { calendar: text(row.get_ref(2)?), week_start: text(row.get_ref(3)?) };
            all.insert((symbol, Interval::name_of(&code).into_owned()), stored);
        }
    }
    Ok(all)
}

/// A value as a text; `None` for NULL. What is no text is shown as one, so that it can be told.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Blob(_) => Some("a blob".to_owned()),
    }
}

/// Sets the calendar of a series, and the day that its weeks begin on: Monday, if that is none. The table is made if it
/// is not there.
pub(crate) fn set_calendar(
    connection: &Connection,
    symbol: &str,
    interval: &str,
    calendar: Calendar,
    week_start: Option<Weekday>,
) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (symbol TEXT, interval TEXT, calendar TEXT, week_start TEXT,
             PRIMARY KEY (symbol, interval))"
    ))?;
    let day = week_start.map(Weekday::name);
    let values = params![symbol, Interval::name_of(interval), calendar.name(), day];
    connection.execute(&format!("INSERT OR REPLACE INTO {TABLE} VALUES (?1, ?2, ?3, ?4)"), values).map(drop)
}

/// What the database says of one series; `None` if it says nothing. What is not understood there is the default here,
/// and an error where the series is listed.
pub(crate) fn calendar_of(
    connection: &Connection,
    symbol: &str,
    interval: &str,
) -> rusqlite::Result<Option<(Calendar, Weekday)>> {
    if columns(connection, TABLE)?.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT calendar, week_start FROM {TABLE} WHERE symbol = ?1 AND interval IN (?2, ?3)
        ORDER BY interval DESC LIMIT 1"
    );
    let stored = |row: &rusqlite::Row<'_>| {
        Ok(Stored { calendar: text(row.get_ref(0)?), week_start: text(row.get_ref(1)?) })
    };
    let names = params![symbol, Interval::name_of(interval), interval];
    let stored = connection.query_row(&sql, names, stored).optional()?;
    Ok(stored.map(|stored| stored.understand(None).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_found_again_by_either_name_of_a_month() {
        let connection = Connection::open_in_memory().expect("memory");
        assert_eq!(calendar_of(&connection, "A", "1d").expect("read"), None);
        assert!(read(&connection).expect("read").is_empty());
        let (observed, sunday) = (Calendar::Observed, Weekday::Sunday);
        set_calendar(&connection, "A", "1M", Calendar::Weekdays, None).expect("set");
        set_calendar(&connection, "A", "1M", observed, None).expect("set again");
        set_calendar(&connection, "A", "1w", Calendar::Always, Some(sunday)).expect("set");
        for code in ["1M", "1mo"] {
            let found = calendar_of(&connection, "A", code).expect("read");
            assert_eq!(found, Some((observed, Weekday::Monday)), "{code}");
        }
        assert_eq!(calendar_of(&connection, "A", "1m").expect("read"), None);
        assert_eq!(calendar_of(&connection, "A", "1w").expect("read"), Some((Calendar::Always, sunday)));
        let all = read(&connection).expect("read");
        let found = all[&("A".to_owned(), "1mo".to_owned())].understand(None);
        assert_eq!((all.len(), found), (2, Ok((observed, Weekday::Monday))));
    }

    #[test]
    fn what_nobody_understands_is_an_error_unless_it_is_told_otherwise() {
        let [calendar, week_start] = ["sundays", "someday"].map(|name| Some(name.to_owned()));
        let (bad, odd) = (Stored { calendar, week_start: None }, Stored { calendar: None, week_start });
        assert_eq!(bad.understand(None), Err(SeriesError::Calendar("sundays".to_owned())));
        assert_eq!(bad.understand(Some(Calendar::Observed)), Ok((Calendar::Observed, Weekday::Monday)));
        assert_eq!(odd.understand(None), Err(SeriesError::WeekStart("someday".to_owned())));
        assert_eq!(Stored::default().understand(None), Ok((Calendar::Always, Weekday::Monday)));
    }
}
