//! Files and rows that are not taken, and what is taken all the same.

use std::fs;

use super::{
    expected,
    files::{gzip, zip},
    klines, place,
};
use crate::common::{HOUR, Place, START, ran};
use rusqlite::Connection;

const FILE: &str = "BTCUSDT-1h-2023-01.csv";
const QUARTER: i64 = HOUR / 4;

/// Imports a text as BTCUSDT 1h; expects these words in what is said, and so many candles stored.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, words: &[&str], left: usize) {
    let place = Place::new();
    place.write(FILE, text);
    let ran = place.import(&[FILE]);
    ran.refuses(1, words);
    assert_eq!(place.db().exists(), left > 0);
    if left > 0 {
        assert_eq!(place.stored("BTCUSDT", "1h").len(), left, "{}", ran.stderr);
    }
}

/// The same candles without times of closing.
pub fn with_header(klines: &str) -> String {
    let rows: Vec<String> =
        klines.lines().map(|line| line.split(',').take(6).collect::<Vec<_>>().join(",")).collect();
    format!("open_time,open,high,low,close,volume\n{}\n", rows.join("\n"))
}

#[test]
fn bad_rows_are_told_with_their_lines_and_all_others_are_taken() {
    let mut lines: Vec<String> = klines(0..10, HOUR).lines().map(str::to_owned).collect();
    lines[2] = "1,2,3".to_owned();
    lines[4] = lines[4].replacen(",10", ",x10", 1);
    lines[6] = lines[6].replacen(",10", ",-10", 1);
    let mut fields: Vec<&str> = lines[8].split(',').collect();
    fields[8] = "1.5";
    lines[8] = fields.join(",");
    let place = Place::new();
    place.write(FILE, lines.join("\n"));
    let ran = place.import(&[FILE, "--format", "json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let told: Vec<(i64, String)> = ran
        .json()
        .iter()
        .filter(|line| line["type"] == "refused")
        .map(|line| {
            assert_eq!(line["file"], FILE);
            (line["line"].as_i64().expect("a line"), line["reason"].as_str().expect("a reason").to_owned())
        })
        .collect();
    let why = |line: i64| told.iter().find(|told| told.0 == line).map_or("", |told| &told.1);
    assert_eq!(told.len(), 4);
    assert_eq!(why(3), "3 columns instead of 12");
    assert!(why(5).ends_with("is not a number"), "{}", why(5));
    assert_eq!(why(7), "low is above open or close");
    assert_eq!(why(9), "number of trades 1.5 is no whole number");
    assert_eq!(ran.summary()["refused"], 4);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 6);
    place.import(&[FILE]).refuses(1, &["BTCUSDT-1h-2023-01.csv: line 3: 3 columns instead of 12"]);
}

#[test]
fn of_many_bad_rows_the_first_are_told_and_the_rest_counted() {
    let text = format!("{}{}", klines(0..5, HOUR), "1,bad\n".repeat(50));
    let place = Place::new();
    place.write(FILE, text);
    let ran = place.import(&[FILE]);
    assert_eq!(ran.stderr.lines().count(), 21, "{}", ran.stderr);
    ran.refuses(1, &["line 6: 2 columns instead of 12", "and 30 rows more"]);
    assert!(ran.stdout.contains("5 new, 0 changed, 0 unchanged, 50 rows refused"), "{}", ran.stdout);
}

#[test]
fn rows_that_contradict_each_other_are_named_both_and_their_file_is_refused() {
    let twice = klines(0..20, HOUR) + &klines([7], HOUR).replacen(",10", ",11", 2);
    let words = "BTCUSDT 1h: lines 8 and 21 are two different candles of 2023-01-01T07:00:00Z; nothing of it is stored";
    refused(&twice, &[words, "--on-conflict last or --on-conflict first decides"], 0);
    for (which, row) in [("first", 7), ("last", 20)] {
        let place = Place::new();
        place.write(FILE, &twice);
        let summary = place.import_well(&[FILE, "--on-conflict", which]);
        assert_eq!(summary["new"], 20);
        let open: f64 =
            twice.lines().nth(row).and_then(|row| row.split(',').nth(1)).expect("open").parse().expect("one");
        assert_eq!(place.stored("BTCUSDT", "1h")[7].1[0], open, "{which}");
    }
}

#[test]
fn candles_of_a_finer_interval_are_refused_line_by_line() {
    let mixed = klines(0..20, HOUR) + &klines(80..84, QUARTER);
    let words = ["line 21: closes 15m after it opens, so it is no candle of 1h", "line 24: closes 15m"];
    refused(&mixed, &words, 20);
    refused(
        with_header(&mixed),
        &["some of its candles are 15m apart, as others are 1h; part them into two files"],
        0,
    );
}

#[test]
fn candles_of_a_coarser_interval_are_refused_line_by_line() {
    let mixed = klines(0..200, HOUR) + &klines(50..70, 4 * HOUR);
    refused(&mixed, &["line 201: closes 4h after it opens, so it is no candle of 1h", "line 220: "], 200);
}

#[test]
fn gaps_of_any_length_are_no_other_interval() {
    let place = Place::new();
    // Steps of 1, 2, 3 and 4 hours in turn, as of something that is hardly traded.
    let steps: Vec<i64> = (0..400)
        .scan(0, |at, step| {
            *at += 1 + (step * step + step / 3) % 4;
            Some(*at)
        })
        .collect();
    place.write(FILE, with_header(&klines(steps.iter().copied(), HOUR)));
    place.import_well(&[FILE]);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 400);
}

#[test]
fn a_candle_that_an_outage_cut_short_is_a_candle() {
    let text = klines(0..9, HOUR)
        .replace(&(START + 5 * HOUR - 1).to_string(), &(START + 4 * HOUR + 1_981_646).to_string());
    let place = Place::new();
    place.write(FILE, text);
    place.import_well(&[FILE]);
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..9, HOUR));
}

#[test]
fn a_file_of_another_interval_is_refused_whole() {
    for (text, apart) in [(klines(0..20, QUARTER), "15m"), (klines(0..20, 4 * HOUR), "4h")] {
        refused(
            with_header(&text),
            &[&format!("its candles are {apart} apart, not 1h; give their interval")],
            0,
        );
        refused(&text, &[&format!("its candles are {apart} apart, not 1h")], 0);
    }
}

#[test]
fn names_that_render_would_refuse_are_refused() {
    let place = place(5);
    for symbol in ["../x", "", ".hidden", "a b", "é"] {
        place.import(&[FILE, "--symbol", symbol]).refuses(1, &["cannot name a file"]);
    }
    for interval in ["hour", "0h", "../1h"] {
        place.import(&[FILE, "--interval", interval]).refuses(1, &[&format!("{interval:?}")]);
    }
    place.import(&[FILE, "--interval", "1M"]).refuses(1, &["its candles are 1h apart, not 1M"]);
    assert!(!place.db().exists());
}

#[test]
fn what_holds_no_candles_is_refused_and_the_next_file_is_read() {
    let place = place(5);
    fs::create_dir(place.path("folder")).expect("a folder");
    place.write("ETHUSD-1h.csv", "hello\nworld\n");
    place.write("empty-1h.csv", "");
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    place.write("picture-1h.csv", png);
    place.write("XRPUSD-1h.json", "[[1,2");
    place.write("packed.csv.xz", b"\xfd7zXZ\0\0");
    let files = [
        "folder",
        "ETHUSD-1h.csv",
        "empty-1h.csv",
        "picture-1h.csv",
        "XRPUSD-1h.json",
        "packed.csv.xz",
        "absent.csv",
    ];
    let ran = place.import(&[&files, &[FILE, "--symbol", "BTCUSDT"][..]].concat());
    ran.refuses(
        1,
        &[
            "folder: is a directory",
            "ETHUSD-1h.csv: there are no columns",
            "empty-1h.csv: there are no rows",
            "picture-1h.csv: is a picture (PNG)",
            "XRPUSD-1h.json: element 1: is no JSON: it breaks off",
            "packed.csv.xz: cannot read on: it is an xz file that is damaged or cut off",
            "absent.csv: cannot be read: No such file",
        ],
    );
    assert!(
        ran.stdout.contains("5 new, 0 changed, 0 unchanged, 0 rows refused, 7 files or series refused"),
        "{}",
        ran.stdout
    );
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 5);
}

#[test]
fn files_without_rows_are_refused_alike() {
    for text in ["", "\n\n", "open_time,open,high,low,close,volume\n", "[]"] {
        let place = Place::new();
        place.write(FILE, text);
        let ran = place.import(&[FILE]);
        ran.refuses(1, &["BTCUSDT-1h-2023-01.csv: there are no rows"]);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        assert!(
            ran.stdout.contains("0 new, 0 changed, 0 unchanged, 0 rows refused, 1 file"),
            "{}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("Market database"), "{}", ran.stdout);
        assert!(!place.db().exists());
    }
    // Where a database was there before, it is named.
    let place = place(5);
    place.import_well(&[FILE]);
    place.write(FILE, "");
    let ran = place.import(&[FILE]);
    assert!(ran.stdout.contains("Market database: market.sqlite"), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn names_cannot_steer_the_terminal() {
    let place = Place::new();
    place.write("a\nb\u{1b}[2J\u{202e}-1h.csv", "");
    let name = "a\nb\u{1b}[2J\u{202e}-1h.csv";
    let ran = place.import(&[name, "--symbol", "X"]);
    ran.refuses(1, &["error: a\\nb\\u{1b}[2J\\u{202e}-1h.csv: there are no rows"]);
    assert_eq!(ran.stderr.lines().count(), 1);
    let ran = place.import(&[name, "--symbol", "X", "--format", "json"]);
    assert_eq!(ran.json()[0]["file"], name);
    let db = ["x.csv", "--db", "no\nwhere/new.sqlite"];
    place.import(&db).refuses(1, &["market database no\\nwhere/new.sqlite: there is no folder no\\nwhere;"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let place = place(5);
    let pipe = |name: &str| {
        let made = std::process::Command::new("mkfifo").arg(place.path(name)).status();
        assert!(made.is_ok_and(|status| status.success()));
    };
    pipe("ETHUSD-1h.csv");
    place.import(&["ETHUSD-1h.csv"]).refuses(1, &["ETHUSD-1h.csv: is not a regular file; write what comes"]);
    pipe("BTCUSDT-1h-2023-01.csv.CHECKSUM");
    place.import(&[FILE]).refuses(1, &["BTCUSDT-1h-2023-01.csv.CHECKSUM is not a regular file"]);
    assert!(!place.db().exists());
}

#[test]
fn a_file_that_breaks_off_brings_nothing_in() {
    let whole = klines(0..2000, HOUR);
    let packed = gzip(whole.as_bytes());
    refused(&packed[..packed.len() / 2], &["cannot read on"], 0);
    let mut flipped = packed.clone();
    let sum = packed.len() - 6;
    flipped[sum] ^= 1;
    refused(&flipped, &["cannot read on"], 0);

    let place = Place::new();
    zip(
        &place.path("BTCUSDT-1h.zip"),
        &[("BTCUSDT-1h.csv", whole.as_bytes()), ("ETHUSDT-1h.csv", whole.as_bytes())],
    );
    let mut bytes = fs::read(place.path("BTCUSDT-1h.zip")).expect("a file");
    bytes[20_000] ^= 0x55;
    place.write("BTCUSDT-1h.zip", &bytes);
    place.import(&["BTCUSDT-1h.zip"]).refuses(1, &["BTCUSDT-1h.zip: BTCUSDT-1h.csv: cannot read on"]);
    // The other member is whole.
    assert!(place.stored("BTCUSDT", "1h").is_empty());
    assert_eq!(place.stored("ETHUSDT", "1h").len(), 2000);
    place.write("BTCUSDT-1h.zip", &bytes[..bytes.len() / 2]);
    place.import(&["BTCUSDT-1h.zip"]).refuses(1, &["is no ZIP file that can be read"]);
}

#[test]
fn what_unpacks_without_end_is_refused() {
    let row = klines([0], HOUR);
    let bomb = row.repeat((70 << 20) / row.len());
    let why = "unpacks to more than 200 times its size";
    refused(gzip(bomb.as_bytes()), &[why], 0);
    let place = Place::new();
    zip(&place.path("BTCUSDT-1h.zip"), &[("BTCUSDT-1h.csv", bomb.as_bytes())]);
    place.import(&["BTCUSDT-1h.zip"]).refuses(1, &[why]);
    // Members count together.
    let half = bomb.len() / 2 / row.len() * row.len();
    let (a, b) = (&bomb.as_bytes()[..half], &bomb.as_bytes()[half..]);
    zip(&place.path("BTCUSDT-1h.zip"), &[("BTCUSDT-1h.csv", a), ("ETHUSDT-1h.csv", b)]);
    place.import(&["BTCUSDT-1h.zip"]).refuses(1, &["ETHUSDT-1h.csv", why]);
    assert_eq!(place.stored("BTCUSDT", "1h").len(), 1);
}

#[test]
fn a_row_without_an_end_is_refused() {
    let open_quote = klines(0..5, HOUR) + "\"" + &klines(5..20_000, HOUR);
    refused(open_quote, &["a row or value of more than 1024 KiB; is a quote left open?"], 0);
    let bomb = gzip("\n".repeat(80 << 20).as_bytes());
    refused(bomb, &["BTCUSDT-1h-2023-01.csv: "], 0);
}

#[test]
fn archives_in_archives_and_encrypted_members_are_refused() {
    let place = Place::new();
    let good = klines(0..5, HOUR);
    zip(&place.path("inner.zip"), &[("BTCUSDT-1h.csv", good.as_bytes())]);
    let inner = fs::read(place.path("inner.zip")).expect("a file");
    zip(
        &place.path("all.zip"),
        &[
            ("BTCUSDT-1h.zip", &inner),
            ("ETHUSDT-1h.csv.gz", &gzip(good.as_bytes())),
            ("LTCUSDT-1h.csv", good.as_bytes()),
        ],
    );
    let words = ["all.zip: BTCUSDT-1h.zip: is a ZIP file within a ZIP file; unpack it first"];
    place.import(&["all.zip"]).refuses(1, &words);
    assert_eq!(place.stored("LTCUSDT", "1h").len(), 5);
    place.write("twice.csv.gz", gzip(&gzip(good.as_bytes())));
    place.import(&["twice.csv.gz"]).refuses(1, &["is a gzip file within a gzip file; unpack it first"]);
    // The flag of encryption, in the member's header and in the archive's list.
    let mut bytes = inner.clone();
    bytes[6] |= 1;
    let list = bytes.windows(4).position(|four| four == b"PK\x01\x02").expect("a list");
    bytes[list + 8] |= 1;
    place.write("secret.zip", bytes);
    place.import(&["secret.zip"]).refuses(1, &["secret.zip: BTCUSDT-1h.csv: is encrypted"]);
    zip(&place.path("none.zip"), &[]);
    place.import(&["none.zip"]).refuses(1, &["holds no files"]);
}

#[test]
fn what_is_no_market_database_is_refused_and_untouched() {
    let place = place(5);
    let make = |name: &str, sql: &str| {
        let other = Connection::open(place.path(name)).expect("a database");
        other.execute_batch(sql).expect(sql);
        drop(other);
        fs::read(place.path(name)).expect("a file")
    };
    let market = include_str!("../../../../crates/market/src/import/schema.sql");
    let cases = [
        ("notes.sqlite", "CREATE TABLE notes(x)".to_owned(), "so it is not a market database"),
        ("wal.sqlite", "PRAGMA journal_mode = WAL; CREATE TABLE notes(x)".to_owned(), "no table \"symbols\""),
        ("less.sqlite", market.replace("    trades INTEGER NOT NULL,\n", ""), "has no column \"trades\""),
        (
            "keyless.sqlite",
            market.replace("    PRIMARY KEY(series_id, open_time),\n", ""),
            "cannot be replaced one by one",
        ),
    ];
    for (name, sql, why) in cases {
        let before = make(name, &sql);
        for dry in [&[][..], &["--dry-run"]] {
            place.import(&[&[FILE, "--db", name], dry].concat()).refuses(1, &[name, why]);
        }
        assert_eq!(fs::read(place.path(name)).expect("a file"), before, "{name}");
    }
    place.write("text.sqlite", "open,high\n".repeat(500));
    place.import(&[FILE, "--db", "text.sqlite"]).refuses(1, &["text.sqlite", "is not an SQLite database"]);
    assert_eq!(fs::read(place.path("text.sqlite")).expect("a file"), "open,high\n".repeat(500).as_bytes());
    place.import(&[FILE, "--db", "."]).refuses(1, &["is a directory"]);
    place
        .import(&[FILE, "--db", "absent/market.sqlite"])
        .refuses(1, &["absent/market.sqlite: there is no folder absent; make it first"]);
}

#[test]
fn an_interval_that_the_database_has_another_length_of_is_refused() {
    let place = place(5);
    place.import_well(&[FILE]);
    Connection::open(place.db())
        .expect("a database")
        .execute("UPDATE intervals SET ms = 60000", [])
        .expect("changed");
    place.import(&[FILE]).refuses(1, &["in the database 1h has a length of 60000 ms, not 3600000"]);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let place = place(5);
    let mut command = place.command_as_nobody(&["import", FILE, "--db", "market.sqlite"]);
    ran(&mut command).refuses(1, &["market database market.sqlite: "]);
    assert!(!place.db().exists());
}

#[cfg(not(feature = "parquet"))]
#[test]
fn parquet_says_how_it_can_be_had() {
    let place = Place::new();
    place.write("BTCUSDT-1h.parquet", b"PAR1\x15\x04\0\0PAR1");
    place.import(&["BTCUSDT-1h.parquet"]).refuses(
        1,
        &["is a Parquet file, which this build does not read", "cargo build --release --all-features"],
    );
}
