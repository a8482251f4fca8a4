//! Series of one's own and marks: what their tests share.

mod columns;
mod files;
mod judged;
mod refusals;

use std::{fmt::Write, fs};

use crate::common::{self, HOUR, Place, START, hourly};

/// The last of 40 candles; windows have 10.
const LAST: i64 = 39;
const EQUITY: [&str; 2] = ["--series", "equity:below=equity.csv"];

/// A time as files write it.
fn at(hour: i64) -> String {
    candles::format_utc(START + hour * HOUR)
}

/// Writes a file of values, one an hour, as `value` gives them.
fn write_values(place: &Place, name: &str, hours: impl Iterator<Item = i64>, value: impl Fn(i64) -> f64) {
    let mut text = "time,equity\n".to_owned();
    hours.for_each(|hour| writeln!(text, "{},{}", at(hour), value(hour)).expect("written"));
    fs::write(place.path(name), text).expect("written");
}

fn usual(hour: i64) -> f64 {
    1000.0 + (hour * hour % 97) as f64
}

/// 40 candles, and a file with a value for each.
fn with_equity() -> Place {
    let place = hourly(LAST + 1);
    write_values(&place, "equity.csv", 0..=LAST, usual);
    place
}

/// All pictures of it, which show the series.
fn rendered() -> Place {
    let place = with_equity();
    place.render_well(&EQUITY);
    place
}

/// Fails unless the index says that the series came from the file as it is now.
fn check_source(place: &Place) {
    let sql = "SELECT name, source, sha256 FROM own_sources JOIN specs USING (spec_hash)";
    let row: (String, String, String) = place
        .open_index()
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("where it came from");
    let bytes = fs::read(place.path("equity.csv")).expect("a file");
    assert_eq!(row, ("equity".to_owned(), "equity.csv".to_owned(), common::sha256_of(&bytes)));
}

fn verify(place: &Place, flags: &[&str]) -> common::Ran {
    place.run("verify", &[&["--format", "json"], flags].concat())
}

fn counted(ran: &common::Ran, key: &str) -> u64 {
    ran.summary()[key].as_u64().expect(key)
}

const MARKS: &str = "\
Kind,time,price,time2,price2,side,Color,text
sell,2023-01-01T22:00:00Z,,,,,,
buy,2023-01-01T12:00:00Z,,,,,,go
trade,2023-01-01T12:00:00Z,104,2023-01-01T22:00:00Z,109,long,,
hline,,110,,,,#ff0000,top
";
