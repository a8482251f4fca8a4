//! Rows of a JSON array, as records of their fields.

use std::{borrow::Cow, fmt, ops::Range};

use csv::ByteRecord;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    Error, RowFault,
    columns::{COUNTS, Columns},
    limits::MOST_FIELDS,
    source::Source,
};

/// Where each row stands in a text.
#[derive(Debug)]
pub(crate) struct Json {
    text: String,
    rows: std::vec::IntoIter<Range<usize>>,
    /// What the first row calls its fields, where rows are objects; none where they are arrays.
    names: Vec<String>,
    /// The first byte of the row that came last, and its line.
    at: (usize, u64),
}

/// An object's fields, in order.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Object<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(field) = map.next_entry()? {
            self.0.push(field);
        }
        Ok(self)
    }
}

impl Json {
    pub fn new(bytes: Vec<u8>) -> Result<(Self, Columns), Error> {
        let text = String::from_utf8(bytes).map_err(|_| Error::Unfit("the text is not UTF-8"))?;
        let rows: Vec<&RawValue> = serde_json::from_str(&text).map_err(broken)?;
        let first = rows.first().ok_or(Error::NoRows)?.get();
        let place = |row: &&RawValue| {
            let start = row.get().as_ptr() as usize - text.as_ptr() as usize;
            start..start + row.get().len()
        };
        let rows: Vec<_> = rows.iter().map(place).collect();
        let (mut names, mut columns) = (Vec::new(), Columns::by_order());
        if first.starts_with('{') {
            let Object(fields) = serde_json::from_str(first).map_err(broken)?;
            names = fields.into_iter().take(MOST_FIELDS).map(|(name, _)| name.into_owned()).collect();
            let line = 1 + line_ends(&text[..rows[0].start]);
            columns = Columns::by_name(names.iter()).map_err(|fault| fault.at(line))?;
            columns.time_of_day = None;
        }
        Ok((Self { rows: rows.into_iter(), names, at: (0, 1), text }, columns))
    }

    /// The fields of an object in the order of the first one, empty where it lacks one that no candle needs.
    fn fields(&self, row: &str, record: &mut ByteRecord, columns: &Columns) -> Result<(), RowFault> {
        let not_an_object = |_| RowFault::Other("an object as the first row is");
        let Object(fields) = serde_json::from_str(row).map_err(not_an_object)?;
        for (place, name) in self.names.iter().enumerate() {
            match fields.iter().find(|(key, _)| key == name) {
                Some((_, value)) => record.push_field(field(value).as_bytes()),
                None if columns.needs(place) => return Err(RowFault::NoField(name.clone())),
                None => record.push_field(b""),
            }
        }
        Ok(())
    }
}

impl Source for Json {
    fn read(&mut self, record: &mut ByteRecord, columns: &Columns) -> Result<Option<u64>, Error> {
        let Some(row) = self.rows.next() else { return Ok(None) };
        let (before, line) = self.at;
        let line = line + line_ends(&self.text[before..row.start]);
        self.at = (row.start, line);
        record.clear();
        let row = &self.text[row];
        let done =
            if self.names.is_empty() { elements(row, record) } else { self.fields(row, record, columns) };
        done.map(|()| Some(line)).map_err(|fault| fault.at(line))
    }
}

fn elements(row: &str, record: &mut ByteRecord) -> Result<(), RowFault> {
    let not_an_array = |_| RowFault::Other("an array of values");
    let values: Vec<&RawValue> = serde_json::from_str(row).map_err(not_an_array)?;
    if !COUNTS.contains(&values.len()) {
        return Err(RowFault::Values(values.len()));
    }
    values.iter().for_each(|value| record.push_field(field(value).as_bytes()));
    Ok(())
}

/// A number as it is written, or what a string holds; nothing for `null`.
fn field(value: &RawValue) -> Cow<'_, str> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).unwrap_or(text.into()),
        Some(b'n') => "".into(),
        _ => text.into(),
    }
}

fn broken(error: serde_json::Error) -> Error {
    Error::Read("JSON", error.into())
}

fn line_ends(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}
