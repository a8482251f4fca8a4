//! Market databases to render from: the real candles of the sample, and long random walks.

use std::{fs, io, path::Path};

use rusqlite::{Connection, Transaction, params};

use crate::Result;

const SERIES: [(&str, &str, i64, &str); 2] = [
    ("BTCUSDT", "1h", 3_600_000, include_str!("../../../crates/market/sample/BTCUSDT-1h.csv")),
    ("ETHUSD", "4h", 14_400_000, include_str!("../../../crates/market/sample/ETHUSD-4h.csv")),
];

const SCHEMA: &str = "
    CREATE TABLE symbols(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL UNIQUE);
    CREATE TABLE intervals(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, ms INTEGER NOT NULL);
    CREATE TABLE series(id INTEGER PRIMARY KEY, symbol_id INTEGER NOT NULL, interval_id INTEGER NOT NULL);
    CREATE TABLE candles(id INTEGER PRIMARY KEY AUTOINCREMENT, series_id INTEGER NOT NULL,
        open_time INTEGER NOT NULL, open REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL,
        close REAL NOT NULL, volume REAL NOT NULL, UNIQUE(series_id, open_time));";

const MINUTE: i64 = 60_000;
/// 2020-01-01T00:00:00Z.
const START: i64 = 1_577_836_800_000;

/// Open time, open, high, low, close and volume.
type Candle = (i64, f64, f64, f64, f64, f64);

/// All candles of the sample: enough for some seven thousand default pictures.
pub fn sample(file: &Path) -> Result<()> {
    fill(file, |transaction| {
        for (id, (symbol, code, ms, text)) in (1..).zip(SERIES) {
            let candles = csv::Reader::from_reader(text.as_bytes())
                .into_deserialize()
                .collect::<std::result::Result<Vec<Candle>, _>>()?;
            put(transaction, id, (symbol, code, ms), candles.into_iter())?;
        }
        Ok(())
    })
}

/// A series of `count` minutes that is the same on every machine.
pub fn walk(file: &Path, count: u64) -> Result<()> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The upper 53 bits, as a number from 0 to 1.
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut close = 100.0;
    let candles = (0..count).zip((0..).map(|n| START + n * MINUTE)).map(move |(_, at)| {
        let open = close;
        close = open * (1.0 + (random() - 0.5) / 500.0);
        let high = open.max(close) * (1.0 + random() / 2000.0);
        let low = open.min(close) * (1.0 - random() / 2000.0);
        (at, open, high, low, close, 1000.0 * random())
    });
    fill(file, |transaction| put(transaction, 1, ("WALK", "1m", MINUTE), candles))
}

fn fill(file: &Path, work: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    work(&transaction)?;
    Ok(transaction.commit()?)
}

fn put(
    transaction: &Transaction<'_>,
    id: i64,
    (symbol, code, ms): (&str, &str, i64),
    candles: impl Iterator<Item = Candle>,
) -> Result<()> {
    transaction.execute("INSERT INTO symbols VALUES(?1, ?2)", params![id, symbol])?;
    transaction.execute("INSERT INTO intervals VALUES(?1, ?2, ?3)", params![id, code, ms])?;
    transaction.execute("INSERT INTO series VALUES(?1, ?1, ?1)", params![id])?;
    let mut insert = transaction.prepare(
        "INSERT INTO candles(series_id, open_time, open, high, low, close, volume) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (open_time, open, high, low, close, volume) in candles {
        insert.execute(params![id, open_time, open, high, low, close, volume])?;
    }
    Ok(())
}
