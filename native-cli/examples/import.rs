//! Measures how fast candles are read and imported, and prints a table: `cargo xtask bench --import`.
//!
//! Reading, importing and the bare inserts of the same rows take turns, so that a slow moment of the machine meets all
//! alike; what counts are their ratios.
#![forbid(unsafe_code)]

use std::{
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use market::{ImportOptions, Naming, import};
use readers::{ReadOptions, Source, read, survey, understand};
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROUNDS: usize = 5;
/// Rows that a transaction of the bare loop holds, as many as one of `import`.
const CHUNK: usize = 50_000;
const MINUTE: i64 = 60_000;
/// 2020-01-01T00:00:00Z.
const START: i64 = 1_577_836_800_000;
const SCHEMA: &str = include_str!("../../crates/market/src/import/schema.sql");

/// What the bare loop writes of a candle: its numbers as the readers give them.
type Row = (i64, [f64; 5], [f64; 3], i64);

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(scratch), Some(rows)) = (args.next(), args.next()) else {
        return Err("usage: import SCRATCH ROWS".into());
    };
    let rows: usize = rows.to_string_lossy().parse()?;
    fs::create_dir_all(&scratch)?;
    let text = klines(rows);
    let file = scratch.join("WALKUSDT-1m-2020-01.csv");
    fs::write(&file, &text)?;
    let candles = candles(&text)?;
    let mut seconds: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let turns: [&dyn Fn() -> Result<()>; 3] =
            [&|| self::candles(&text).map(drop), &|| bare(&scratch.join("bare.sqlite"), &candles), &|| {
                whole(&scratch.join("market.sqlite"), &file)
            }];
        for (seconds, turn) in seconds.iter_mut().zip(turns) {
            let started = Instant::now();
            turn()?;
            seconds.push(started.elapsed().as_secs_f64());
        }
    }
    let [read, bare, whole] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    });
    let rate = |seconds: f64| format!("{:.0} rows/s", rows as f64 / seconds);
    println!("| {rows} klines of a minute, {:.0} MB of CSV | median of {ROUNDS} |", text.len() as f64 / 1e6);
    println!("| --- | --- |");
    println!("| read in two passes, one thread | {} |", rate(read));
    println!("| bare inserts into the same schema | {} |", rate(bare));
    println!("| `import` | {} |", rate(whole));
    println!("| `import` / bare inserts | {:.2} |", bare / whole);
    Ok(fs::remove_dir_all(&scratch)?)
}

/// Klines as an exchange publishes them, a random walk.
fn klines(count: usize) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut close, mut text) = (16_541.77, String::new());
    for step in 0..count {
        let at = START + step as i64 * MINUTE;
        let open = close;
        close = open * (1.0 + (random() - 0.5) / 500.0);
        let high = open.max(close) * (1.0 + random() / 2000.0);
        let low = open.min(close) * (1.0 - random() / 2000.0);
        let (volume, trades) = (100.0 * random(), (1000.0 * random()) as i64);
        let quote = volume * (high + low) / 2.0;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{at},{open:.8},{high:.8},{low:.8},{close:.8},{volume:.8},{},{quote:.8},{trades},{:.8},{:.8},0",
            at + MINUTE - 1,
            volume / 2.0,
            quote / 2.0,
        );
    }
    text
}

/// Reads a text as `import` does: what it is, which series it holds, and its rows.
fn candles(text: &str) -> Result<Vec<Row>> {
    let source = Source::text(text.to_owned());
    let format = understand(&source, &ReadOptions::default())?;
    survey(&source, &format, &AtomicBool::new(false))?;
    let row = |row: readers::Row| {
        let candle = row.candle;
        let amounts = [row.quote_volume, row.taker_base, row.taker_quote].map(Option::unwrap_or_default);
        let prices = [candle.open, candle.high, candle.low, candle.close, candle.volume];
        (candle.open_time, prices, amounts, row.trades.unwrap_or_default())
    };
    Ok(read(&source, &format, Some(true))?
        .map(|read| read.map(row))
        .collect::<std::result::Result<_, _>>()?)
}

fn bare(file: &Path, rows: &[Row]) -> Result<()> {
    remove(file)?;
    let mut connection = Connection::open(file)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.execute_batch(SCHEMA)?;
    for chunk in rows.chunks(CHUNK) {
        let transaction = connection.transaction()?;
        let mut insert =
            transaction.prepare("INSERT INTO candles VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
        for (at, [open, high, low, close, volume], [quote, taker, paid], trades) in chunk {
            insert.execute(params![at, open, high, low, close, volume, quote, trades, taker, paid])?;
        }
        drop(insert);
        transaction.commit()?;
    }
    Ok(())
}

fn whole(file: &Path, klines: &Path) -> Result<()> {
    remove(file)?;
    let options = ImportOptions {
        db: file.to_owned(),
        symbol: Naming::ByFile(None),
        interval: Naming::ByFile(None),
        read: ReadOptions::default(),
        resample: Vec::new(),
        sparse: false,
        on_conflict: None,
        calendar: None,
        week_start: None,
        dry_run: false,
    };
    let files = [klines.to_owned().into()];
    import(&files, &options, &Arc::new(AtomicBool::new(false)), &mut |_| {})?;
    Ok(())
}

fn remove(file: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let file =
            file.with_file_name(format!("{}{end}", file.file_name().unwrap_or_default().to_string_lossy()));
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}
