//! What the page takes in.

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use super::{
    candles::{hours, json as as_json, klines, newest_first, spreadsheet},
    native::obey,
    on_page,
};

/// As many candles as these tests use.
const COUNT: usize = 200;

#[test]
fn every_form_of_the_same_candles_gives_the_same_picture() {
    on_page(async |page| {
        let candles = &hours()[..COUNT];
        let forms = [
            ("klines in seconds", klines(candles, 1)),
            ("klines in ms", klines(candles, 1000)),
            ("klines in µs", klines(candles, 1_000_000)),
            ("a spreadsheet's CSV", spreadsheet(candles)),
            ("tabs, newest first", newest_first(candles)),
            ("klines as JSON", as_json(candles)),
        ];
        page.open("").await?;
        let mut hashes = Vec::new();
        for (what, text) in &forms {
            for how in ["drop", "paste", "choose"] {
                page.forget_digest().await?;
                match how {
                    "choose" => page.choose_candles(&[&page.file("BTCUSDT-1h-2023-01.csv", text)]).await?,
                    _ => page.hand_over(how, "BTCUSDT-1h-2023-01.csv", text).await?,
                }
                page.settle().await?;
                if how == "paste" {
                    // A pasted text has no name that could tell its symbol.
                    page.forget_digest().await?;
                    page.set("symbol", "BTCUSDT").await?;
                    page.settle().await?;
                }
                assert_eq!(page.text("position").await?, "200 / 200", "{what}, {how}");
                assert_eq!(page.value("interval").await?, "1h", "{what}, {how}");
                hashes.push((page.text("sha256").await?, *what, how));
            }
        }
        let first = &hashes[0].0;
        assert_eq!(first.len(), 64);
        let others: Vec<_> = hashes.iter().filter(|(hash, ..)| hash != first).collect();
        assert!(others.is_empty(), "{others:?}");
        Ok(())
    });
}

/// A market database of two series, the newest candles of which are only in its `-wal`.
pub fn market(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("market.sqlite")).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0;
            CREATE TABLE symbols(id INTEGER PRIMARY KEY, symbol TEXT NOT NULL UNIQUE);
            CREATE TABLE intervals(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, ms INTEGER NOT NULL);
            CREATE TABLE series(id INTEGER PRIMARY KEY, symbol_id INTEGER NOT NULL, interval_id INTEGER NOT NULL);
            CREATE TABLE candles(series_id INTEGER NOT NULL, open_time INTEGER NOT NULL, open REAL, high REAL,
                low REAL, close REAL, volume REAL, PRIMARY KEY(series_id, open_time));
            INSERT INTO symbols VALUES(1, 'BTCUSDT'), (2, 'EMPTY'), (3, 'HOLES');
            INSERT INTO intervals VALUES(1, '1h', 3600000);
            INSERT INTO series VALUES(7, 1, 1), (8, 2, 1), (9, 3, 1);",
        )
        .expect("tables");
    insert(&connection, 7, 0, 180);
    insert(&connection, 9, 0, 180);
    connection
        .execute(
            "UPDATE candles SET close = NULL WHERE series_id = 9 AND open_time = ?",
            [hours()[170].open_time],
        )
        .expect("a hole");
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
    insert(&connection, 7, 180, COUNT);
    connection
}

fn insert(connection: &Connection, series: i64, from: usize, until: usize) {
    let mut insert = connection.prepare("INSERT INTO candles VALUES(?, ?, ?, ?, ?, ?, ?)").expect("a table");
    for c in &hours()[from..until] {
        insert.execute((series, c.open_time, c.open, c.high, c.low, c.close, c.volume)).expect("a row");
    }
}

#[test]
fn a_market_database_is_read_with_its_wal_and_gives_the_native_pictures() {
    on_page(async |page| {
        let folder = page.folder.path();
        let writer = market(folder);
        page.open("").await?;
        let (main, wal) = (folder.join("market.sqlite"), folder.join("market.sqlite-wal"));
        page.choose_candles(&[&main, &wal]).await?;
        page.settle().await?;
        let options = page.eval("[...document.getElementById('series').options].map(o => o.text)").await?;
        assert_eq!(options, json!(["BTCUSDT 1h", "HOLES 1h"]));
        assert_eq!(page.text("position").await?, "200 / 200");
        assert_eq!(page.text("messages").await?, "");
        let written = obey(&page.text("command").await?, folder);
        assert_eq!(page.text("sha256").await?, written.sha256());

        page.choose_candles(&[&main]).await?;
        page.settle().await?;
        assert_eq!(page.text("position").await?, "180 / 180");
        assert!(page.text("messages").await?.contains("market.sqlite-wal"), "newer candles may be missing");
        // What was opened before is given back, with its memory.
        let held = "void imageCache.held().then(held => (window.held = JSON.stringify(held)))";
        page.eval(held).await?;
        page.wait("window.held !== undefined").await?;
        assert_eq!(page.text("position").await?, "180 / 180");
        assert_eq!(page.eval("window.held").await?, r#"{"series":2,"databases":1,"indexes":0}"#);
        page.choose(&[&wal]).await?;
        page.wait("document.querySelector('.error')?.textContent.includes('drop the database itself')")
            .await?;
        drop(writer);
        Ok(())
    });
}

#[test]
fn a_window_with_an_invalid_candle_is_told_as_the_cache_would() {
    on_page(async |page| {
        let folder = page.folder.path();
        let writer = market(folder);
        page.open("").await?;
        page.choose_candles(&[&folder.join("market.sqlite"), &folder.join("market.sqlite-wal")]).await?;
        page.settle().await?;
        page.set("series", "1").await?;
        page.wait("document.querySelector('.error')?.textContent.includes('close is not a finite number')")
            .await?;
        // The picture before it must not be taken for this window's.
        assert_eq!(page.eval("document.getElementById('picture').hidden").await?, json!(true));
        assert_eq!(page.text("sha256").await?, "");
        page.set("end", "2023-01-08 01:00").await?;
        page.settle().await?;
        assert_eq!(page.eval("document.getElementById('picture').hidden").await?, json!(false));
        drop(writer);
        Ok(())
    });
}

#[test]
fn what_cannot_be_read_is_told_with_its_lines_and_leaves_the_picture_alone() {
    on_page(async |page| {
        page.open_sample("").await?;
        let before = page.text("sha256").await?;
        let good = "time,open,high,low,close,volume\n1672531200,2,3,1,2,5\n";
        for (name, text, message) in [
            (
                "a.csv",
                format!("{good}1672534800,2,3,1,x,5\n1672538400,2,3\n"),
                "line 3: close \"x\" is not a number",
            ),
            ("b.csv", format!("{good}1672534800,2,1,3,2,5\n"), "line 3: high is below open, close or low"),
            ("c.csv", "when,what\n1,2\n".to_owned(), "line 1: the header names no column \"open\""),
            (
                "d.csv",
                format!("{good}1672531200,2.5,3,1,2.5,5\n"),
                "line 3: another candle of 2023-01-01T00:00:00Z",
            ),
            ("e.txt", String::new(), "e.txt: there are no rows"),
            ("f.json", "[[1,2".to_owned(), "f.json: element 1: is no JSON: it breaks off"),
            ("g.bin", "\0\u{1}\u{2}".to_owned(), "g.bin: is not text"),
        ] {
            page.hand_over("drop", name, &text).await?;
            page.wait("document.querySelector('.error') !== null").await?;
            let said = page.text("messages").await?;
            assert!(said.contains(message), "{name}: {said}");
            assert_eq!(page.text("sha256").await?, before);
            if name == "a.csv" {
                assert!(
                    said.contains("2 of its 3 rows are no candles")
                        && said.contains("line 4: 3 columns instead of 6")
                );
                page.screenshot("error").await?;
            }
            page.eval("document.querySelector('.error button').click()").await?;
        }
        Ok(())
    });
}

#[test]
fn a_short_series_gets_a_short_window_and_says_so() {
    on_page(async |page| {
        page.open("").await?;
        page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&hours()[..40], 1000)).await?;
        page.settle().await?;
        assert_eq!(page.value("knob-window").await?, "40");
        assert!(page.text("messages").await?.contains("40 candles, fewer than a window of 150"));
        Ok(())
    });
}
