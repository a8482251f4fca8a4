//! Real candles built into the binary, so that a first run needs nothing else.
//!
//! They are loaded into a database of the market's form, so that there is one
//! way from candles to pictures. `sample/README.md` names source and licence.

use render_core::{Candle, Interval};
use rusqlite::{Connection, params};

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

/// The sample's first series.
pub struct First {
    pub symbol: &'static str,
    pub interval: Interval,
    pub candles: Vec<Candle>,
}

/// The first series by itself, which needs no database.
pub fn first() -> Result<First, String> {
    let (symbol, code, ms, text) = SERIES[0];
    let interval = Interval::new(code, ms).map_err(|error| error.to_string())?;
    let candles = candles(text).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    Ok(First { symbol, interval, candles })
}

/// The sample as a market database in memory.
pub fn database() -> Result<Connection, String> {
    load().map_err(|error| error.to_string())
}

fn load() -> Result<Connection, Box<dyn std::error::Error>> {
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
