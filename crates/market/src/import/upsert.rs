//! Rows into the tables of a market database, one transaction at a time.

use rusqlite::{Connection, OptionalExtension, Row as Record, TransactionBehavior, params, types::ValueRef};

use super::{
    Name, pair,
    row::{Row, Values},
};

/// What a candle is, in the order of [`values`].
pub const COLUMNS: &str = "open_time, open, high, low, close, volume, quote_asset_volume, trades,
    taker_buy_base_volume, taker_buy_quote_volume";
/// Writes a candle, over what is stored of it.
pub const UPSERT: &str = "
    INSERT INTO candles(series_id, open_time, open, high, low, close, volume, quote_asset_volume, trades,
        taker_buy_base_volume, taker_buy_quote_volume)
    VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT(series_id, open_time) DO UPDATE SET open = excluded.open, high = excluded.high,
        low = excluded.low, close = excluded.close, volume = excluded.volume,
        quote_asset_volume = excluded.quote_asset_volume, trades = excluded.trades,
        taker_buy_base_volume = excluded.taker_buy_base_volume,
        taker_buy_quote_volume = excluded.taker_buy_quote_volume";
/// Looks up a series.
pub const SERIES: &str = "
    SELECT s.id FROM series s JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id
    WHERE sy.symbol = ?1 AND it.code = ?2";

/// Whether a stored candle may stay as it is.
pub type Same = fn(&Values, &Values) -> bool;

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
}

/// The id of a series, which is made where there is none.
pub fn ensure(connection: &Connection, name: &Name) -> rusqlite::Result<i64> {
    let (symbol, code) = (name.symbol.as_str(), name.interval.code());
    let series = || connection.query_row(SERIES, [symbol, code], |row| row.get(0)).optional();
    if let Some(id) = series()? {
        return Ok(id);
    }
    let (base, quote) = pair::assets(symbol);
    connection.execute(
        "INSERT INTO symbols(symbol, base_asset, quote_asset) SELECT ?1, ?2, ?3
         WHERE NOT EXISTS (SELECT 1 FROM symbols WHERE symbol = ?1)",
        [symbol, base, quote],
    )?;
    connection.execute(
        "INSERT INTO intervals(code, ms) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM intervals WHERE code = ?1)",
        params![code, name.interval.ms()],
    )?;
    connection.execute(
        "INSERT INTO series(symbol_id, interval_id)
         SELECT sy.id, it.id FROM symbols sy, intervals it WHERE sy.symbol = ?1 AND it.code = ?2",
        [symbol, code],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Stores rows in one transaction; those that are there already are not written.
pub fn store(connection: &mut Connection, name: &Name, rows: &[Row], same: Same) -> rusqlite::Result<Counts> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let id = ensure(&transaction, name)?;
    let (counts, differing) = compare(&transaction, id, rows, same)?;
    let mut upsert = transaction.prepare(UPSERT)?;
    for (open_time, Values { prices: [open, high, low, close], volumes, trades }) in differing {
        let [volume, quote, taker_base, taker_quote] = volumes;
        upsert.execute(params![
            id,
            open_time,
            open,
            high,
            low,
            close,
            volume,
            quote,
            trades,
            taker_base,
            taker_quote
        ])?;
    }
    drop(upsert);
    transaction.commit()?;
    Ok(counts)
}

/// The rows that differ from what is stored, whole.
fn compare(
    connection: &Connection,
    id: i64,
    rows: &[Row],
    same: Same,
) -> rusqlite::Result<(Counts, Vec<(i64, Values)>)> {
    let (mut counts, mut differing) = (Counts::default(), Vec::new());
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok((counts, differing));
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM candles WHERE series_id = ?1 AND open_time BETWEEN ?2 AND ?3 ORDER BY open_time"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut stored = statement.query(params![id, first.open_time, last.open_time])?;
    let mut there: Option<(i64, Option<Values>)> = None;
    let mut ended = false;
    for row in rows {
        while !ended && there.as_ref().is_none_or(|(at, _)| *at < row.open_time) {
            there = match stored.next()? {
                Some(record) => Some((record.get(0)?, values(record))),
                None => None,
            };
            ended = there.is_none();
        }
        let stored = there.as_ref().filter(|(at, _)| *at == row.open_time).map(|(_, values)| values);
        let whole = row.values.over(stored.and_then(Option::as_ref));
        match stored {
            None => counts.new += 1,
            Some(Some(stored)) if same(stored, &whole) => {
                counts.unchanged += 1;
                continue;
            }
            Some(_) => counts.changed += 1,
        }
        differing.push((row.open_time, whole));
    }
    Ok((counts, differing))
}

/// The values of a stored candle, if all of them are numbers.
pub fn values(row: &Record<'_>) -> Option<Values> {
    let number = |column: usize| match row.get_ref(column).ok()? {
        ValueRef::Real(number) => Some(number),
        ValueRef::Integer(number) => Some(number as f64),
        _ => None,
    };
    let integer = |column: usize| row.get_ref(column).ok()?.as_i64().ok();
    Some(Values {
        prices: [number(1)?, number(2)?, number(3)?, number(4)?],
        volumes: [number(5)?, number(6)?, number(8)?, number(9)?],
        trades: integer(7)?,
    })
}
