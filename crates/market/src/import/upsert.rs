//! Rows into the tables of a market database, one transaction at a time.

use std::collections::BTreeMap;

use candles::Candle;
use rusqlite::{Connection, OptionalExtension, Row as Record, TransactionBehavior, params};

use super::{options::Name, rows::Row, summary::Counts};
use crate::sqlite::as_number;

/// As the pipeline makes them; the texts are kept in the database.
pub const SCHEMA: &str = include_str!("schema.sql");
/// What a candle is, in the order of [`stored`].
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

/// Assets that others are quoted in, the longest names first, so that `USDT` is not taken for what ends in `T`.
const QUOTES: [&str; 19] = [
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "USDD", "USD", "EUR", "GBP", "JPY", "TRY", "BRL", "AUD",
    "KRW", "DAI", "BTC", "ETH", "BNB",
];
/// Names of assets are rarely shorter: `BNBUSD` is BNB in USD, not BN in BUSD.
const USUAL_LENGTH: usize = 3;

/// The id of a series, which is made where there is none.
pub fn ensure(connection: &Connection, name: &Name) -> rusqlite::Result<i64> {
    let (symbol, code) = (name.symbol.as_str(), name.interval.code());
    if let Some(id) = connection.query_row(SERIES, [symbol, code], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let (base, quote) = assets(symbol);
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

/// Stores rows, sorted by time, in one transaction. Those that are stored already, up to `rounding` as in
/// [`Row::same`], are not written, and with `keep` nothing that is stored is changed. Counts by the rows' texts.
pub fn store(
    connection: &mut Connection,
    name: &Name,
    rows: &[Row],
    rounding: u64,
    keep: bool,
) -> rusqlite::Result<BTreeMap<u32, Counts>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let id = ensure(&transaction, name)?;
    let mut counts = BTreeMap::<u32, Counts>::new();
    let mut upsert = transaction.prepare(UPSERT)?;
    let mut differing = Vec::new();
    compare(&transaction, id, rows, rounding, |row, complete, stored| {
        let counts = counts.entry(row.text).or_default();
        match stored {
            Stored::Nothing => counts.new += 1,
            Stored::Same => counts.unchanged += 1,
            Stored::Other if keep => counts.unchanged += 1,
            Stored::Other | Stored::Invalid => counts.changed += 1,
        }
        let stays = stored == Stored::Same || (keep && stored == Stored::Other);
        if !stays {
            differing.push(complete);
        }
    })?;
    for Row { candle, amounts: [quote, taker, paid], trades, .. } in differing {
        let Candle { open_time, open, high, low, close, volume } = candle;
        upsert.execute(params![id, open_time, open, high, low, close, volume, quote, trades, taker, paid])?;
    }
    drop(upsert);
    transaction.commit()?;
    Ok(counts)
}

/// What is stored at a row's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Nothing,
    /// What the row says.
    Same,
    Other,
    /// Values that are no numbers, or no candle.
    Invalid,
}

/// Compares rows, sorted by time, with what is stored of a series. Hands on each row, the same with what is stored in
/// place of what it does not say, and how they compare.
pub fn compare(
    connection: &Connection,
    id: i64,
    rows: &[Row],
    rounding: u64,
    mut take: impl FnMut(&Row, Row, Stored),
) -> rusqlite::Result<()> {
    let [first, last] = [rows.first(), rows.last()].map(|row| row.map(|row| row.candle.open_time));
    let sql = format!(
        "SELECT {COLUMNS} FROM candles WHERE series_id = ?1 AND open_time BETWEEN ?2 AND ?3 ORDER BY open_time"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut candles = statement.query_map(params![id, first, last], stored)?.peekable();
    for row in rows {
        let at = row.candle.open_time;
        let mut there = None;
        // An error is taken as well, and ends this.
        while let Some(next) = candles.next_if(|next| !next.as_ref().is_ok_and(|(next, _)| *next > at)) {
            there = Some(next?).filter(|(next, _)| *next == at);
        }
        let there = there.map(|(_, row)| row);
        // What the source does not say stays as it is stored.
        let complete = row.over(there.flatten());
        let kind = match there {
            None => Stored::Nothing,
            Some(Some(stored)) if stored.same(&complete, rounding) => Stored::Same,
            Some(Some(stored)) if stored.candle.check().is_ok() => Stored::Other,
            Some(_) => Stored::Invalid,
        };
        take(row, complete, kind);
    }
    Ok(())
}

/// The time of a stored candle, and the candle if all its values are numbers.
pub fn stored(row: &Record<'_>) -> rusqlite::Result<(i64, Option<Row>)> {
    let open_time = row.get(0)?;
    let number = |column: usize| as_number(row.get_ref(column).ok()?);
    let read = || {
        let [open, high, low, close, volume] = [number(1)?, number(2)?, number(3)?, number(4)?, number(5)?];
        let candle = Candle { open_time, open, high, low, close, volume };
        let trades = row.get_ref(7).ok()?.as_i64().ok()?;
        Some(Row::of(candle, [number(6)?, number(8)?, number(9)?], trades))
    };
    Ok((open_time, read()))
}

/// Base and quote asset: `BTC` and `USDT` of `BTCUSDT`. A symbol that is no pair has no quote.
fn assets(symbol: &str) -> (&str, &str) {
    let parts = symbol.split_once(['-', '_', '/']);
    if let Some(parts) = parts.filter(|(base, quote)| !base.is_empty() && !quote.is_empty()) {
        return parts;
    }
    let split = |shortest: usize| {
        let quote =
            QUOTES.iter().find(|quote| symbol.len() >= quote.len() + shortest && symbol.ends_with(*quote))?;
        Some(symbol.split_at(symbol.len() - quote.len()))
    };
    split(USUAL_LENGTH).or_else(|| split(1)).unwrap_or((symbol, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_the_quote_that_is_known() {
        for (symbol, base, quote) in [
            ("BTCUSDT", "BTC", "USDT"),
            ("ETHUSD", "ETH", "USD"),
            ("BNBUSD", "BNB", "USD"),
            ("ARUSDT", "AR", "USDT"),
            ("ETHBTC", "ETH", "BTC"),
            ("BTC-USD", "BTC", "USD"),
            ("USDT", "USDT", ""),
            ("AAPL", "AAPL", ""),
        ] {
            assert_eq!(assets(symbol), (base, quote), "{symbol}");
        }
    }
}
