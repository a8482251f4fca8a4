//! Real candles built into the binary, so that a first run needs nothing else.
//!
//! They are loaded into a database of the market's form, so that there is one
//! way from candles to pictures. `sample/README.md` names source and licence.

use std::path::Path;

use candles::{Candle, Interval, Symbol};
use readers::{ReadOptions, Source, read, understand};
use rusqlite::Connection;

use crate::{
    error::{DatabaseError, Error, Refusal},
    import::{Name, Row, SCHEMA, store},
};

/// Symbol, interval's code and length in ms, and the candles as CSV.
const SERIES: [(&str, &str, i64, &str); 2] = [
    ("BTCUSDT", "1h", 3_600_000, include_str!("../sample/BTCUSDT-1h.csv")),
    ("ETHUSD", "4h", 14_400_000, include_str!("../sample/ETHUSD-4h.csv")),
];

/// What stands for the sample's file in messages.
pub(crate) const NAME: &str = "(built-in sample)";

/// Symbol, interval and candles of the sample's first series, which need no database.
///
/// # Errors
/// Fails only where the build put other files in.
pub fn first() -> Result<(Symbol, Interval, Vec<Candle>), Error> {
    let read = || {
        let (Name { symbol, interval }, rows) = series(SERIES[0])?;
        Ok((symbol, interval, rows.iter().map(|row| row.candle).collect()))
    };
    read().map_err(refuse)
}

/// The sample as a market database in memory.
pub(crate) fn database() -> Result<Connection, Error> {
    let load = || {
        let mut connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        for sample in SERIES {
            let (name, rows) = series(sample)?;
            store(&mut connection, &name, &rows, 0, false)?;
        }
        Ok(connection)
    };
    load().map_err(refuse)
}

fn refuse(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    DatabaseError::Sample(error).of(Path::new(NAME))
}

fn series((symbol, code, ms, text): (&str, &str, i64, &'static str)) -> Result<(Name, Vec<Row>), Refusal> {
    let source = Source::text(text);
    let format = understand(&source, &ReadOptions::default())?;
    let row = |row: readers::Row| Row::of(row.candle, [0.0; 3], 0);
    let rows = read(&source, &format, None)?.map(|read| read.map(row)).collect::<Result<_, _>>()?;
    Ok((Name { symbol: Symbol::new(symbol)?, interval: Interval::new(code, ms)? }, rows))
}
