//! What comes to stand in the database, and what `render` makes of it.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::{expected, klines, place, sample, shared, stored};
use crate::common::{HOUR, Place, START, ran, sha256_of};
use rusqlite::{Connection, types::Value};

const FILE: &str = "BTCUSDT-1h-2023-01.csv";

/// The pictures of a run, by their names.
fn pictures(place: &Place) -> BTreeMap<PathBuf, String> {
    place.tree().into_iter().map(|(path, bytes)| (path, sha256_of(&bytes))).collect()
}

/// Everything that a database holds, as statements.
fn dump(place: &Place, tables: &[&str]) -> Vec<String> {
    let market = Connection::open(place.db()).expect("a database");
    let mut lines = Vec::new();
    for table in tables {
        let mut select = market.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns = select.column_count();
        let mut rows = select.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let values: Vec<_> = (0..columns)
                .map(|column| format!("{:?}", row.get::<_, Value>(column).expect("a value")))
                .collect();
            lines.push(format!("{table}: {}", values.join(", ")));
        }
    }
    lines
}

#[test]
fn klines_are_stored_value_for_value() {
    let place = place(100);
    let summary = place.import_well(&[FILE]);
    assert_eq!((&summary["new"], &summary["changed"], &summary["gaps"]), (&100.into(), &0.into(), &0.into()));
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..100, HOUR));
}

#[test]
fn the_tables_are_those_of_the_pipeline() {
    let place = place(3);
    place.import_well(&[FILE]);
    let market = Connection::open(place.db()).expect("a database");
    let mode: String = market.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "wal");
    let table = |name: &str| -> Vec<String> {
        let mut select = market
            .prepare("SELECT name || ' ' || type || iif(\"notnull\", ' NOT NULL', '') || iif(pk, ' KEY' || pk, '') FROM pragma_table_xinfo(?1)")
            .expect("a table");
        let rows = select.query_map([name], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("columns")
    };
    assert_eq!(
        table("symbols"),
        ["id INTEGER KEY1", "symbol TEXT NOT NULL", "base_asset TEXT NOT NULL", "quote_asset TEXT NOT NULL"]
    );
    assert_eq!(table("intervals"), ["id INTEGER KEY1", "code TEXT NOT NULL", "ms INTEGER NOT NULL"]);
    assert_eq!(
        table("series"),
        ["id INTEGER KEY1", "symbol_id INTEGER NOT NULL", "interval_id INTEGER NOT NULL"]
    );
    assert_eq!(
        table("candles"),
        [
            "series_id INTEGER NOT NULL KEY1",
            "open_time INTEGER NOT NULL KEY2",
            "open REAL NOT NULL",
            "high REAL NOT NULL",
            "low REAL NOT NULL",
            "close REAL NOT NULL",
            "volume REAL NOT NULL",
            "quote_asset_volume REAL NOT NULL",
            "trades INTEGER NOT NULL",
            "taker_buy_base_volume REAL NOT NULL",
            "taker_buy_quote_volume REAL NOT NULL",
        ]
    );
    assert_eq!(table("indicators").len(), 16);
    assert_eq!(table("series_state").len(), 3);
    assert_eq!(table("known_gaps").len(), 3);
    assert_eq!(
        dump(&place, &["symbols", "intervals", "series", "series_state", "known_gaps", "indicators"]),
        [
            r#"symbols: Integer(1), Text("BTCUSDT"), Text("BTC"), Text("USDT")"#,
            r#"intervals: Integer(1), Text("1h"), Integer(3600000)"#,
            "series: Integer(1), Integer(1), Integer(1)",
        ]
    );
}

#[test]
fn the_schema_is_letter_for_letter_that_of_a_real_market() {
    let Some(real) = shared("market.sqlite") else { return };
    let place = place(3);
    place.import_well(&[FILE]);
    // Read from a copy: the original is never opened for writing.
    fs::copy(real, place.path("real.sqlite")).expect("copied");
    let schema = |name: &str| -> Vec<(String, Option<String>)> {
        let market = Connection::open(place.path(name)).expect("a database");
        let mut select =
            market.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").expect("a schema");
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.collect::<Result<_, _>>().expect("texts")
    };
    assert_eq!(schema("market.sqlite"), schema("real.sqlite"));
}

#[test]
fn a_second_import_changes_nothing_and_says_so() {
    let place = place(100);
    place.import_well(&[FILE]);
    let before = fs::read(place.db()).expect("a database");
    let summary = place.import_well(&[FILE]);
    assert_eq!(
        (&summary["new"], &summary["changed"], &summary["unchanged"]),
        (&0.into(), &0.into(), &100.into())
    );
    assert_eq!(fs::read(place.db()).expect("a database"), before);
}

#[test]
fn what_differs_is_replaced_and_everything_else_is_left_alone() {
    let place = place(50);
    place.import_well(&[FILE]);
    let market = Connection::open(place.db()).expect("a database");
    market
        .execute_batch(
            "ALTER TABLE candles ADD COLUMN note TEXT;
             UPDATE candles SET note = 'kept';
             UPDATE candles SET close = close + 0.5 WHERE rowid IN (3, 7);
             INSERT INTO indicators(series_id, open_time, rsi14) VALUES(1, 5, 50);
             INSERT INTO series_state VALUES(1, 6, 7);
             INSERT INTO known_gaps VALUES(1, 8, 9);
             UPDATE symbols SET base_asset = 'Bitcoin';
             CREATE TABLE mine(x); INSERT INTO mine VALUES(1);",
        )
        .expect("changed");
    drop(market);
    let others = ["symbols", "intervals", "series", "indicators", "series_state", "known_gaps", "mine"];
    let before = dump(&place, &others);
    place.write(FILE, klines(0..60, HOUR));
    let told = "would change 2 candles that are stored: 2023-01-01T02:00:00Z, 2023-01-01T06:00:00Z";
    place.import(&[FILE]).refuses(1, &[told, "--on-conflict last"]);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 50);
    let summary = place.import_well(&[FILE, "--on-conflict", "last"]);
    assert_eq!(
        (&summary["new"], &summary["changed"], &summary["unchanged"]),
        (&10.into(), &2.into(), &48.into())
    );
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..60, HOUR));
    assert_eq!(dump(&place, &others), before);
    let market = Connection::open(place.db()).expect("a database");
    let kept: i64 = market
        .query_row("SELECT count(*) FROM candles WHERE note = 'kept'", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(kept, 50);
}

#[test]
fn what_a_file_does_not_say_is_kept_where_a_candle_is_stored_and_0_where_it_is_new() {
    let place = place(5);
    place.import_well(&[FILE]);
    let rows: String = expected(3..7, HOUR)
        .iter()
        .map(|(at, v, _)| format!("{at},{},{},{},{}\n", v[0], v[1], v[2], v[3]))
        .collect();
    place.write("prices.csv", format!("time,open,high,low,close\n{rows}"));
    let summary = place.import_well(&["prices.csv", "--symbol", "BTCUSDT", "--interval", "1h"]);
    assert_eq!((&summary["new"], &summary["unchanged"]), (&2.into(), &2.into()));
    let mut all = expected(0..7, HOUR);
    for (_, values, trades) in &mut all[5..] {
        values[4..].fill(0.0);
        *trades = 0;
    }
    assert_eq!(place.stored("BTCUSDT", "1h"), all);
}

#[test]
fn pictures_of_imported_candles_are_those_of_the_built_in_sample() {
    let place = Place::new();
    place.import_well(&[&sample("BTCUSDT-1h.csv"), &sample("ETHUSD-4h.csv")]);
    place.render_well(&["--stride", "48"]);
    let other = Place::new();
    other.render_well(&[
        "--sample",
        "--stride",
        "48",
        "--root",
        "image-cache",
        "--index",
        "image_cache.sqlite",
    ]);
    assert!(pictures(&place).len() > 100);
    assert_eq!(pictures(&place), pictures(&other));
}

#[test]
fn pictures_of_imported_files_are_those_of_a_real_market() {
    let names = ["BTCUSDT-1h-2023-01_2023-05.csv", "ETHUSD-4h-2024-03_2025-10.csv"];
    let [Some(btc), Some(eth)] = names.map(shared) else { return };
    let Some(real) = shared("market.sqlite") else { return };
    let (place, other) = (Place::new(), Place::new());
    place.import_well(&[&btc.to_string_lossy(), &eth.to_string_lossy()]);
    fs::copy(&real, other.db()).expect("copied");
    for (symbol, interval) in [("BTCUSDT", "1h"), ("ETHUSD", "4h")] {
        let mut ours = place.stored(symbol, interval);
        assert_eq!(ours, other.stored(symbol, interval));
        ours.dedup();
        assert!(ours.len() > 3600);
        for place in [&place, &other] {
            place.render_well(&["--symbol", symbol, "--interval", interval, "--stride", "12"]);
        }
    }
    assert!(pictures(&place).len() > 500);
    assert_eq!(pictures(&place), pictures(&other));
}

#[test]
fn pictures_follow_the_candles_that_an_import_changes() {
    let place = place(30);
    place.import_well(&[FILE]);
    place.render_well(&[]);
    assert_eq!(place.count("ok"), 21);
    let mut lines: Vec<String> = klines(0..40, HOUR).lines().map(str::to_owned).collect();
    let at = START + 25 * HOUR;
    lines[25] = format!("{at},100,110,90,105,7,{},0,0,0,0,0", at + HOUR - 1);
    place.write(FILE, lines.join("\n"));
    place.import_well(&[FILE, "--on-conflict", "last"]);
    let ran = place.render_well(&["--format", "json"]);
    assert_eq!((&ran.summary()["rendered"], &ran.summary()["unchanged"]), (&15.into(), &16.into()));
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let place = place(50);
    let flags = ["--dry-run", "--resample", "4h"];
    let summary = place.import_well(&[&[FILE], &flags[..]].concat());
    assert_eq!((&summary["new"], &summary["dry_run"]), (&62.into(), &true.into()));
    assert!(!place.db().exists());
    place.import_well(&[FILE]);
    let before = fs::read(place.db()).expect("a database");
    place.write(FILE, klines(10..70, HOUR));
    // The second file says again what the first one would have stored.
    place.write("BTCUSDT-1h-2023-02.csv", klines(60..80, HOUR));
    let both = [FILE, "BTCUSDT-1h-2023-02.csv"];
    let dry = place.import_well(&[&both, &flags[..]].concat());
    assert_eq!((&dry["new"], &dry["unchanged"], &dry["repeated"]), (&50.into(), &40.into(), &10.into()));
    assert_eq!(fs::read(place.db()).expect("a database"), before);
    let mut wet = place.import_well(&[&both, &flags[1..]].concat());
    for key in ["seconds", "rows_per_second", "dry_run"] {
        wet[key] = dry[key].clone();
    }
    assert_eq!(wet, dry);
}

#[test]
fn symbol_and_interval_come_from_flags_then_from_names_and_then_from_settings() {
    let place = place(5);
    place.write("candles.csv", klines(0..5, HOUR));
    place
        .import(&["candles.csv"])
        .refuses(1, &["candles.csv: its name tells no symbol, and its rows tell none; give --symbol"]);
    assert!(!place.db().exists());
    // The interval is found from the candles.
    place.import_well(&["candles.csv", "--symbol", "ETHUSD"]);
    assert_eq!(place.stored("ETHUSD", "1h").len(), 5);
    place.import_well(&[FILE, "--symbol", "ETH-USD"]);
    assert_eq!(place.stored("ETH-USD", "1h").len(), 5);
    place.write(
        "image-cache.toml",
        "symbol = \"SOLUSDT\"\ninterval = \"1h\"\ndb = \"other.sqlite\"\nresample = \"2h\"",
    );
    place.import_well(&["candles.csv"]);
    assert_eq!(stored(&place.path("other.sqlite"), "SOLUSDT", "2h").len(), 2);
    // Settings may be meant for other commands, so they overrule no name.
    place.import(&[FILE]).refuses(1, &["tells the symbol BTCUSDT, but settings say SOLUSDT; give --symbol"]);
    let mut command = place.command(&["import", "candles.csv", "--db", "third.sqlite"]);
    assert_eq!(ran(command.env("IMAGE_CACHE_SYMBOL", "XRPUSDT")).status, 0);
    assert_eq!(stored(&place.path("third.sqlite"), "XRPUSDT", "1h").len(), 5);
    place.import(&["candles.csv", "--symbol", "A,B"]).refuses(2, &["import takes one --symbol"]);
}

#[test]
fn the_report_tells_gaps_and_a_quiet_run_nothing() {
    let place = Place::new();
    place.write(FILE, klines((0..50).filter(|step| ![7, 20, 21, 22].contains(step)), HOUR));
    let ran = place.import(&[FILE]);
    assert_eq!(ran.status, 0);
    for line in [
        "BTCUSDT 1h: 46 new, 0 changed, 0 unchanged\n",
        "holds 46 candles, 2023-01-01T00:00:00Z to 2023-01-03T01:00:00Z\n",
        "2 gaps, 4 candles missing: 2023-01-01T07:00:00Z, 2023-01-01T20:00:00Z to 2023-01-01T22:00:00Z\n",
        "Market database: market.sqlite\n",
    ] {
        assert!(ran.stdout.contains(line), "{line:?} is not in {}", ran.stdout);
    }
    let quiet = place.import(&[FILE, "-q"]);
    assert_eq!((quiet.status, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""));
    let ran = place.import(&[FILE, "--format", "json"]);
    let series = ran.json().into_iter().find(|line| line["type"] == "series").expect("a series");
    assert_eq!(series["first_gaps"][1]["candles"], 3);
    assert_eq!(series["first_gaps"][0]["first"], "2023-01-01T07:00:00Z");
}

#[test]
fn a_candle_that_is_not_over_yet_is_stored_and_rewritten_later() {
    let place = place(3);
    // A Monday.
    let first = START - 6 * 24 * HOUR;
    place.write("a.csv", format!("time,open,high,low,close,volume\n{first},1,2,1,2,3\n"));
    place.import_well(&["a.csv", "--symbol", "X", "--interval", "1w"]);
    place.write("a.csv", format!("time,open,high,low,close,volume\n{first},1,9,1,2,5\n"));
    let summary = place.import_well(&["a.csv", "--symbol", "X", "--interval", "1w"]);
    assert_eq!(summary["changed"], 1);
    assert_eq!(place.stored("X", "1w"), [(first, [1.0, 9.0, 1.0, 2.0, 5.0, 0.0, 0.0, 0.0], 0)]);
}
