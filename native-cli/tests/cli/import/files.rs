//! Every kind of file that candles come in.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use super::{Stored, expected, kline, klines, place};
use crate::common::{HOUR, Place, Ran, START, sha256_of};
use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

/// Writes a ZIP file of these members.
pub fn zip(file: &Path, members: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(File::create(file).expect("created"));
    for (name, bytes) in members {
        zip.start_file(
            *name,
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated),
        )
        .expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

/// What a place holds after this text is imported as BTCUSDT 1h.
fn import(text: &str) -> Vec<Stored> {
    let place = Place::new();
    place.write("candles", text);
    place.import_well(&["candles", "--symbol", "BTCUSDT", "--interval", "1h"]);
    place.stored("BTCUSDT", "1h")
}

/// Candles as rows of their columns.
fn fields(count: i64) -> Vec<Vec<String>> {
    (0..count).map(|step| kline(step, HOUR).0.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn times_are_seconds_milliseconds_or_microseconds() {
    for (unit, close) in [("", "000"), ("000", "999"), ("000000", "999999")] {
        let text: String = fields(9)
            .iter()
            .map(|row| {
                let second = |at: &str| at[..10].to_owned();
                let closes = if unit.is_empty() { second(&row[6]) } else { second(&row[6]) + close };
                format!("{}{unit},{},{closes},{}\n", second(&row[0]), row[1..6].join(","), row[7..].join(","))
            })
            .collect();
        assert_eq!(import(&text), expected(0..9, HOUR), "{text}");
    }
}

#[test]
fn a_header_may_name_the_columns_in_the_usual_spellings_and_in_any_order() {
    for header in [
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore",
        "Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,Taker buy base asset volume,Taker buy quote asset volume,Ignore",
        "timestamp,open,high,low,close,volume,closeTime,quote_asset_volume,trades,taker_buy_base_volume,taker_buy_quote_volume,x",
        "t,o,h,l,c,v,close_time,qav,num_trades,taker_base_vol,taker_quote_vol,is_best_match",
    ] {
        let rows: Vec<String> = fields(5).iter().map(|row| row.join(",")).collect();
        assert_eq!(import(&format!("{header}\n{}", rows.join("\n"))), expected(0..5, HOUR), "{header}");
        // Turned round, with another separator and another end of lines.
        let turn = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(";");
        let rows: Vec<String> = rows.iter().map(|row| turn(row)).collect();
        assert_eq!(import(&format!("{}\r\n{}\r\n", turn(header), rows.join("\r\n"))), expected(0..5, HOUR));
    }
    let rows: String = fields(3)
        .iter()
        .map(|row| format!("{},BTC/USDT,{},{}\n", row[0], row[1..6].join(","), row[7]))
        .collect();
    let read = import(&format!(
        "https://www.example.org\nUnix,Symbol,Open,High,Low,Close,Volume X,Volume USD\n{rows}"
    ));
    let quotes = |rows: &[Stored]| rows.iter().map(|(_, values, _)| values[5]).collect::<Vec<_>>();
    assert_eq!(quotes(&read), quotes(&expected(0..3, HOUR)));
}

#[test]
fn json_may_hold_arrays_of_numbers_or_strings_or_objects() {
    let quoted = |row: &Vec<String>| format!("[{},\"{}\"]", row[0], row[1..].join("\",\""));
    let names = [
        "openTime",
        "open",
        "high",
        "low",
        "close",
        "volume",
        "closeTime",
        "quoteVolume",
        "trades",
        "takerBuyBaseAssetVolume",
        "takerBuyQuoteAssetVolume",
        "ignore",
    ];
    let object = |row: &Vec<String>| {
        let fields: Vec<String> =
            names.iter().zip(row).map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", fields.join(", "))
    };
    let bare = |row: &Vec<String>| format!("[{}]", row.join(", "));
    for write in [&bare as &dyn Fn(&Vec<String>) -> String, &quoted, &object] {
        let rows: Vec<String> = fields(7).iter().map(write).collect();
        let text = format!("[\n{}\n]\n", rows.join(",\n"));
        assert_eq!(import(&text), expected(0..7, HOUR), "{text}");
    }
}

#[test]
fn empty_fields_beside_the_candle_count_as_0() {
    let text = format!("time,open,high,low,close,volume,trades,quote_volume\n{START},1,2,1,2,5,,NaN\n");
    assert_eq!(import(&text), [(START, [1.0, 2.0, 1.0, 2.0, 5.0, 0.0, 0.0, 0.0], 0)]);
}

#[test]
fn gzip_is_unpacked() {
    let place = Place::new();
    place.write("BTCUSDT-1h.csv.gz", gzip(klines(0..200, HOUR).as_bytes()));
    // Two packed files, one after the other, are one.
    let two = [gzip(klines(0..5, HOUR).as_bytes()), gzip(klines(5..9, HOUR).as_bytes())].concat();
    place.write("ETHUSDT-1h.csv.gz", two);
    place.import_well(&["BTCUSDT-1h.csv.gz", "ETHUSDT-1h.csv.gz"]);
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..200, HOUR));
    assert_eq!(place.stored("ETHUSDT", "1h"), expected(0..9, HOUR));
}

#[test]
fn zip_files_may_hold_one_series_or_several() {
    let place = Place::new();
    let (hours, days) = (klines(0..60, HOUR), klines(0..4, 24 * HOUR));
    zip(&place.path("BTCUSDT-1h-2023-01.zip"), &[("BTCUSDT-1h-2023-01.csv", hours.as_bytes())]);
    zip(
        &place.path("all.zip"),
        &[
            ("data/", b""),
            ("data/ETHUSDT-1d-2023.csv", days.as_bytes()),
            ("data/LTCUSDT-1h.json", format!("[[{}]]", kline(0, HOUR).0).as_bytes()),
            ("__MACOSX/._ETHUSDT-1d-2023.csv", b"\0\0"),
        ],
    );
    // A member whose own name tells nothing goes by that of its archive.
    zip(&place.path("SOLUSDT_1h.zip"), &[("klines.csv", hours.as_bytes())]);
    place.import_well(&["BTCUSDT-1h-2023-01.zip", "all.zip", "SOLUSDT_1h.zip"]);
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..60, HOUR));
    assert_eq!(place.stored("ETHUSDT", "1d"), expected(0..4, 24 * HOUR));
    assert_eq!(place.stored("LTCUSDT", "1h"), expected(0..1, HOUR));
    assert_eq!(place.stored("SOLUSDT", "1h"), expected(0..60, HOUR));
    // Nothing is left unpacked anywhere.
    let names: Vec<_> = fs::read_dir(place.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("one").file_name())
        .collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

/// What the line of a file says of its checksum.
fn checksum(ran: &Ran) -> serde_json::Value {
    let line = ran.json().into_iter().find(|line| line["type"] == "input").expect("a line");
    line["checksum"].clone()
}

#[test]
fn a_published_file_is_compared_with_the_checksum_beside_it() {
    let place = Place::new();
    let (file, sums) = ("BTCUSDT-1h-2023-01.zip", "BTCUSDT-1h-2023-01.zip.CHECKSUM");
    zip(&place.path(file), &[("BTCUSDT-1h-2023-01.csv", klines(0..20, HOUR).as_bytes())]);
    let sum = sha256_of(&fs::read(place.path(file)).expect("a file"));
    place.write(sums, format!("{sum}  {file}\n"));
    // As `*` would name both.
    let ran = place.import(&[file, sums, "--format", "json"]);
    assert_eq!((ran.status, &checksum(&ran)), (0, &true.into()));

    for (text, why) in [
        (format!("{}  {file}\n", sha256_of(b"another")), "is not that of BTCUSDT-1h-2023-01.zip.CHECKSUM"),
        ("<html>not found</html>".to_owned(), "holds no SHA-256"),
        (format!("{sum}  other.zip\n"), "holds no SHA-256 of BTCUSDT-1h-2023-01.zip, only that of other.zip"),
        (
            format!("{}  {file}\n{sum}  other.zip\n", sha256_of(b"another")),
            "is not that of BTCUSDT-1h-2023-01.zip.CHECKSUM",
        ),
    ] {
        let other = Place::new();
        fs::copy(place.path(file), other.path(file)).expect("copied");
        other.write(sums, text);
        other.import(&[file]).refuses(1, &[file, why]);
        assert!(!other.db().exists());
    }
}

#[test]
fn checksums_are_understood_as_the_usual_tools_write_them() {
    let place = place(20);
    let file = "BTCUSDT-1h-2023-01.csv";
    let sum = sha256_of(&fs::read(place.path(file)).expect("a file"));
    for list in [
        format!("SHA256 ({file}) = {sum}\n"),
        format!("\u{feff}{}  other.csv\r\n{sum} *data/{file}\r\n", sha256_of(b"another")),
        format!("\\{sum}  {file}\n"),
        sum.to_uppercase(),
    ] {
        place.write(&format!("{file}.CHECKSUM"), &list);
        let ran = place.import(&[file, "--format", "json"]);
        assert_eq!((ran.status, &checksum(&ran)), (0, &true.into()), "{list:?}");
    }
}

#[test]
fn rows_may_stand_in_any_order_and_be_there_twice() {
    let place = place(0);
    let turned: Vec<i64> = (0..40).rev().chain(5..9).collect();
    place.write("BTCUSDT-1h-2023-01.csv", klines(turned, HOUR));
    let summary = place.import_well(&["BTCUSDT-1h-2023-01.csv"]);
    assert_eq!((&summary["new"], &summary["repeated"]), (&40.into(), &4.into()));
    assert_eq!(place.stored("BTCUSDT", "1h"), expected(0..40, HOUR));
}

#[test]
fn candles_that_all_open_as_long_after_the_hour_are_a_series_too() {
    let place = Place::new();
    let text: String = (0..9).map(|step| format!("{},1,2,1,2,5\n", START + step * HOUR + HOUR / 2)).collect();
    place.write("AAPL-1h.csv", format!("time,open,high,low,close,volume\n{text}"));
    let ran = place.import(&["AAPL-1h.csv"]);
    assert!(ran.stdout.contains("candles open 1800 s after the multiples of 1h"), "{}", ran.stdout);
    place.render_well(&["--window", "5"]);
    // Those on the hour are of another series.
    place.write("AAPL-1h.csv", klines(20..40, HOUR));
    place
        .import(&["AAPL-1h.csv"])
        .refuses(1, &["open 0 s after a multiple of 1h, and those that are stored 1800 s"]);
}
