//! Real candles built into the binary, so that a first run needs nothing else.
//!
//! They are loaded into a database of the market's form, so that there is one
//! way from candles to pictures. `sample/README.md` names source and licence.

use std::path::Path;

use candles::{Candle, Interval, Symbol};
use rusqlite::{Connection, params};

use crate::error::{DatabaseError, Error};

/// Symbol, interval's code and length in ms, and the candles as CSV.
const SERIES: [(&str, &str, i64, &str); 2] = [
    ("BTCUSDT", "1h", 3_600_000, include_str!("../sample/BTCUSDT-1h.csv")),
    ("ETHUSD", "4h", 14_400_000, include_str!("../sample/ETHUSD-4h.csv")),
];

const SCHEMA: &str = "
    CREATE TABLE symbols(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL UNIQUE);
    CREATE TABLE intervals(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, ms INTEGER NOT NULL);
    CREATE TABLE series(id INTEGER PRIMARY KEY, symbol_id INTEGER NOT NULL, interval_id INTEGER NOT NULL);
    CREATE TABLE candles(series_id INTEGER NOT NULL, open_time INTEGER NOT NULL, open REAL NOT NULL,
        high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL, volume REAL NOT NULL,
        PRIMARY KEY(series_id, open_time)) WITHOUT ROWID;";

/// What stands for the sample's file in messages.
pub(crate) const NAME: &str = "(built-in sample)";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Symbol, interval and candles of the sample's first series, which need no database.
///
/// # Errors
/// Fails only where the build put other files in.
pub fn first() -> Result<(Symbol, Interval, Vec<Candle>), Error> {
    let (symbol, code, ms, text) = SERIES[0];
    let read = || -> Result<_, Failure> {
        Ok((Symbol::new(symbol)?, Interval::new(code, ms)?, candles(text).collect::<Result<_, _>>()?))
    };
    read().map_err(refuse)
}

/// The sample as a market database in memory.
pub(crate) fn database() -> Result<Connection, Error> {
    load().map_err(refuse)
}

fn refuse(error: Failure) -> Error {
    DatabaseError::Sample(error).of(Path::new(NAME))
}

fn load() -> Result<Connection, Failure> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    let transaction = connection.transaction()?;
    for (id, (symbol, code, ms, text)) in (1_i64..).zip(SERIES) {
        transaction.execute("INSERT INTO symbols VALUES(?1, ?2)", params![id, symbol])?;
        transaction.execute("INSERT INTO intervals VALUES(?1, ?2, ?3)", params![id, code, ms])?;
        transaction.execute("INSERT INTO series VALUES(?1, ?1, ?1)", params![id])?;
        let mut insert = transaction.prepare("INSERT INTO candles VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for candle in candles(text) {
            let Candle { open_time, open, high, low, close, volume } = candle?;
            insert.execute(params![id, open_time, open, high, low, close, volume])?;
        }
    }
    transaction.commit()?;
    Ok(connection)
}

fn candles(text: &'static str) -> impl Iterator<Item = csv::Result<Candle>> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(|row| {
        let (open_time, open, high, low, close, volume) = row?;
        Ok(Candle { open_time, open, high, low, close, volume })
    })
}
