//! The market database and the series that it lists; `read.rs` reads them.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use candles::{Interval, Symbol};
use rusqlite::{Connection, Row, params, types::ValueRef};

use crate::{
    config::Source,
    connect::{check_tables, connect},
    error::Error,
    filter::Filter,
    interrupt::Interrupt,
    sample,
    sqlite::explain,
    value::shorten,
};

/// Steps of SQLite's machine between two looks at whether the user wants to stop: less than a millisecond.
const STEPS_PER_LOOK: i32 = 20_000;

const LIST: &str = "
    SELECT s.id, sy.symbol, it.code, it.ms
    FROM series s JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id
    ORDER BY sy.symbol, it.ms, it.code, s.id";

/// An open market database.
#[derive(Debug)]
pub struct Market {
    file: PathBuf,
    pub(crate) connection: Connection,
}

/// One symbol and interval of the database.
#[derive(Debug)]
pub struct Series {
    pub symbol: String,
    pub interval: Interval,
    pub(crate) id: i64,
}

/// A series as the database lists it, with the reason why it cannot be used.
#[derive(Debug, Clone)]
pub struct Listed {
    pub symbol: String,
    pub code: String,
    pub series: Result<Arc<Series>, String>,
}

impl Market {
    /// The market that is asked for.
    pub fn of(source: &Source) -> Result<Self, Error> {
        match source {
            Source::Database(file) => Self::open(file),
            Source::Sample => Self::sample(),
        }
    }

    /// Lets an interrupt end its queries.
    ///
    /// They look themselves whether it is set: told from outside, one that begins a moment later would not know.
    pub fn interruptible(mut self, interrupt: &Interrupt) -> Self {
        let interrupt = interrupt.clone();
        // Fails only for a connection that is not this process's own.
        let _ = self.connection.progress_handler(STEPS_PER_LOOK, Some(move || interrupt.is_set()));
        self
    }

    /// The database at `file`.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let refuse = |why: String| Error::Market { file: file.to_owned(), why };
        let about = fs::metadata(file).map_err(|error| {
            refuse(match error.kind() {
                io::ErrorKind::NotFound => "does not exist; name yours with --db, or try --sample".to_owned(),
                _ => format!("cannot be opened: {error}"),
            })
        })?;
        if about.is_dir() {
            return Err(refuse("is a directory; --db takes the database file in it".to_owned()));
        }
        if !about.is_file() {
            return Err(refuse("is not a regular file".to_owned()));
        }
        // Told apart from a database that SQLite cannot open for its own reasons.
        fs::File::open(file).map_err(|error| refuse(format!("cannot be opened: {error}")))?;
        let connection = connect(file).map_err(refuse)?;
        check_tables(&connection).map_err(refuse)?;
        Ok(Self { file: file.to_owned(), connection })
    }

    /// The built-in sample.
    pub fn sample() -> Result<Self, Error> {
        let file = PathBuf::from("(built-in sample)");
        match sample::database() {
            Ok(connection) => Ok(Self { file, connection }),
            Err(why) => Err(Error::Market { file, why }),
        }
    }

    /// All series, sorted by symbol and length of interval.
    pub fn all(&self) -> Result<Vec<Listed>, Error> {
        let refuse = |error: &rusqlite::Error| Error::Market { file: self.file.clone(), why: explain(error) };
        let mut statement = self.connection.prepare(LIST).map_err(|error| refuse(&error))?;
        let rows = statement.query_map([], |row| Ok(listed(row))).map_err(|error| refuse(&error))?;
        let mut all = rows.collect::<Result<Vec<Listed>, _>>().map_err(|error| refuse(&error))?;
        refuse_twins(&mut all);
        Ok(all)
    }

    /// The series that `filter` lets through, sorted by symbol and length of interval.
    pub fn series(&self, filter: &Filter) -> Result<Vec<Listed>, Error> {
        let all = self.all()?;
        let names = all.iter().map(|listed| (listed.symbol.as_str(), listed.code.as_str()));
        let place = self.file.display().to_string();
        filter.check(&place, names)?;
        Ok(all.into_iter().filter(|listed| filter.admits(&listed.symbol, &listed.code)).collect())
    }

    /// Another number whenever another process has changed the database since this one opened it.
    pub fn version(&self) -> Result<i64, Error> {
        self.connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .map_err(|error| Error::Market { file: self.file.clone(), why: explain(&error) })
    }

    /// About how many ends of a series the filter lets through, those in gaps as well: enough for a progress bar.
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
    let text = |column: usize| match row.get_ref(column) {
        Ok(ValueRef::Text(bytes)) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => Err("(no text)".to_owned()),
    };
    let (symbol, code) = (text(1), text(2));
    let series = match (&symbol, &code, row.get(0), row.get(3)) {
        (Err(_), ..) => Err("its symbol is not text".to_owned()),
        (_, Err(_), ..) => Err("its interval's code is not text".to_owned()),
        (.., Err(_)) => Err("its interval's length in ms is not an integer".to_owned()),
        (_, _, Err(_), _) => Err("its id is not an integer".to_owned()),
        (Ok(symbol), Ok(code), Ok(id), Ok(ms)) => Interval::new(code, ms)
            .and_then(|interval| {
                // Refuses symbols that could lead out of the root before anything is made.
                Symbol::check(symbol)?;
                Ok(Arc::new(Series { symbol: symbol.clone(), interval, id }))
            })
            .map_err(|error| shorten(&error.to_string())),
    };
    let either = |name: Result<String, String>| name.unwrap_or_else(|stand_in| stand_in);
    Listed { symbol: either(symbol), code: either(code), series }
}

/// Two series of one name would write to the same files.
fn refuse_twins(all: &mut [Listed]) {
    let mut times: HashMap<(String, String), u32> = HashMap::new();
    let name = |listed: &Listed| (listed.symbol.clone(), listed.code.clone());
    for listed in all.iter() {
        *times.entry(name(listed)).or_default() += 1;
    }
    for listed in all.iter_mut().filter(|listed| listed.series.is_ok() && times[&name(listed)] > 1) {
        listed.series = Err("the database has two series of this symbol and interval".to_owned());
    }
}
