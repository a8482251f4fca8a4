//! `import`: candles from files to a market database.

mod conflicts;
mod crash;
mod files;
mod forms;
#[cfg(feature = "parquet")]
mod parquet;
mod refusals;
mod resample;
mod sparse;
mod stored;

use std::{fs, path::Path};

use crate::common::{HOUR, Place, Ran, START};
use rusqlite::Connection;

/// What is stored of a candle: open time, open, high, low, close, volume, quote volume, trades, taker volumes.
pub type Stored = (i64, [f64; 8], i64);

/// Real files, where they are present.
pub fn shared(name: &str) -> Option<std::path::PathBuf> {
    Some(Path::new("/work/shared/data").join(name)).filter(|path| path.exists())
}

/// A file of the repository's own real candles.
pub fn sample(name: &str) -> String {
    format!("{}/../crates/market/sample/{name}", env!("CARGO_MANIFEST_DIR"))
}

impl Place {
    pub fn import(&self, flags: &[&str]) -> Ran {
        self.run("import", flags)
    }

    /// [`Self::import`], which must end well; gives its summary.
    #[track_caller]
    pub fn import_well(&self, flags: &[&str]) -> serde_json::Value {
        let ran = self.import(&[flags, &["--format", "json"]].concat());
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        ran.summary()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("written");
    }

    /// All candles of a series.
    pub fn stored(&self, symbol: &str, interval: &str) -> Vec<Stored> {
        stored(&self.db(), symbol, interval)
    }
}

/// All candles of a series of a database.
pub fn stored(db: &Path, symbol: &str, interval: &str) -> Vec<Stored> {
    let market = Connection::open(db).expect("a database");
    let mut select = market
        .prepare(
            "SELECT open_time, open, high, low, close, volume, quote_asset_volume, taker_buy_base_volume,
                taker_buy_quote_volume, trades
             FROM candles c JOIN series s ON s.id = c.series_id JOIN symbols sy ON sy.id = s.symbol_id
                JOIN intervals it ON it.id = s.interval_id
             WHERE sy.symbol = ?1 AND it.code = ?2 ORDER BY open_time",
        )
        .expect("the pipeline's tables");
    let rows = select.query_map([symbol, interval], |row| {
        let mut values = [0.0; 8];
        for (column, value) in values.iter_mut().enumerate() {
            *value = row.get(column + 1)?;
        }
        Ok((row.get(0)?, values, row.get(9)?))
    });
    rows.expect("rows").collect::<Result<_, _>>().expect("numbers")
}

/// The candle number `step` of an interval as exchanges publish it, and as it is stored.
pub fn kline(step: i64, ms: i64) -> (String, Stored) {
    let at = START + step * ms;
    let (open, close) = (100.25 + (step % 17) as f64, 100.25 + ((step + 1) % 17) as f64);
    let (high, low, volume) = (open.max(close) + 1.5, open.min(close) - 1.5, 5.0 + step as f64 / 8.0);
    let (quote, taker, taker_quote, trades) = (volume * 100.5, volume / 2.0, volume * 50.5, step + 3);
    let text = format!(
        "{at},{open:.8},{high:.8},{low:.8},{close:.8},{volume:.8},{},{quote:.8},{trades},{taker:.8},{taker_quote:.8},0",
        at + ms - 1
    );
    (text, (at, [open, high, low, close, volume, quote, taker, taker_quote], trades))
}

/// The file of these candles.
pub fn klines(steps: impl IntoIterator<Item = i64>, ms: i64) -> String {
    steps.into_iter().map(|step| kline(step, ms).0 + "\n").collect()
}

/// These candles as they are stored.
pub fn expected(steps: impl IntoIterator<Item = i64>, ms: i64) -> Vec<Stored> {
    steps.into_iter().map(|step| kline(step, ms).1).collect()
}

/// A place with a file of `count` hourly candles.
pub fn place(count: i64) -> Place {
    let place = Place::new();
    place.write("BTCUSDT-1h-2023-01.csv", klines(0..count, HOUR));
    place
}
