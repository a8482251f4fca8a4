//! Any rows as an index: every one is judged, and nothing outside the root is looked at.
#![no_main]

use cache::fuzzing::{COLUMNS, index};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use rusqlite::types::Value;

#[derive(Debug, Arbitrary)]
enum Cell {
    Null,
    Integer(i64),
    Small(u8),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    Word(u8),
}

#[derive(Debug, Arbitrary)]
struct Input {
    rows: Vec<[Cell; COLUMNS]>,
    specs: Vec<[Cell; 2]>,
}

/// Texts that an index really holds, which chance would take long to find.
const WORDS: [&str; 6] = [
    "BTCUSDT",
    "1h",
    "ok",
    "missing",
    "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png",
    "../../../etc/passwd",
];

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::Integer(*number),
        Cell::Small(number) => Value::Integer(i64::from(*number) * 10),
        Cell::Real(number) => Value::Real(*number),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Blob(bytes) => Value::Blob(bytes.clone()),
        Cell::Word(word) => Value::Text(WORDS[usize::from(*word) % WORDS.len()].to_owned()),
    }
}

fuzz_target!(|input: Input| {
    let rows: Vec<_> = input.rows.iter().take(8).map(|row| row.each_ref().map(value)).collect();
    let specs: Vec<_> = input.specs.iter().take(4).map(|spec| spec.each_ref().map(value)).collect();
    index(&rows, &specs);
});
