//! Rows of a JSON array.

use std::{borrow::Cow, fmt};

use candles::Candle;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    Error, Row, RowFault,
    columns::{Columns, candle},
    value::time,
};

/// Lengths of an array that is a kline.
const LENGTHS: [usize; 3] = [6, 7, 12];

/// Where each row stands in a text.
#[derive(Debug)]
pub(crate) struct Rows {
    text: String,
    /// First and last byte of each row, in order.
    rows: std::vec::IntoIter<(usize, usize)>,
    names: Option<Names>,
    /// The last row's first byte and its line.
    at: (usize, u64),
    /// One past the last row's last byte.
    end: usize,
}

/// What an object calls its values.
#[derive(Debug)]
struct Names {
    values: [String; 5],
    volume: Option<String>,
}

/// An object's fields, in order.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

impl Rows {
    pub fn new(bytes: Vec<u8>) -> Result<Self, Error> {
        let text = String::from_utf8(bytes).map_err(|_| Error::NotUtf8)?;
        let raw: Vec<&RawValue> = serde_json::from_str(&text).map_err(Error::Json)?;
        let place = |row: &&RawValue| {
            let start = start_of(row, &text);
            (start, start + row.get().len())
        };
        let rows: Vec<_> = raw.iter().map(place).collect();
        let Some(first) = raw.first() else { return Err(Error::NoRows) };
        let names = if first.get().starts_with('{') { Some(names(first, &text)?) } else { None };
        Ok(Self { rows: rows.into_iter(), names, at: (0, 1), end: 0, text })
    }

    pub fn has_volume(&self) -> bool {
        self.names.as_ref().is_none_or(|names| names.volume.is_some())
    }

    pub fn next(&mut self) -> Option<Result<Row, Error>> {
        let (start, end) = self.rows.next()?;
        let (before, line) = self.at;
        let line = line + line_ends(&self.text[before..start]);
        (self.at, self.end) = ((start, line), end);
        let row = &self.text[start..end];
        let candle = match &self.names {
            Some(names) => from_object(row, names),
            None => from_array(row),
        };
        Some(candle.map(|candle| Row { line, candle }).map_err(|fault| fault.at(line)))
    }
}

/// What else a row has, for [`crate::Klines`].
impl Rows {
    /// What the first row calls its fields, where rows are objects.
    pub fn field_names(&self) -> Option<Vec<String>> {
        self.names.as_ref()?;
        let &(start, end) = self.rows.as_slice().first()?;
        let Object(fields) = serde_json::from_str(&self.text[start..end]).ok()?;
        Some(fields.into_iter().map(|(name, _)| name.into_owned()).collect())
    }

    /// Elements of the row that came last, where it is a kline that has them.
    pub fn elements<const N: usize>(&self, places: [usize; N]) -> [Option<Cow<'_, str>>; N] {
        let row = &self.text[self.at.0..self.end];
        let values: Vec<&RawValue> = serde_json::from_str(row).unwrap_or_default();
        places.map(|place| values.get(place).and_then(|value| field(value).ok()))
    }

    /// Fields of the row that came last, where it has them.
    pub fn fields<const N: usize>(&self, names: [Option<&str>; N]) -> [Option<Cow<'_, str>>; N] {
        let row = &self.text[self.at.0..self.end];
        let Object(fields) = serde_json::from_str(row).unwrap_or(Object(Vec::new()));
        names.map(|name| field(fields.iter().find(|(key, _)| Some(&**key) == name)?.1).ok())
    }
}

/// Where a row begins in the text that it was read from.
fn start_of(row: &RawValue, text: &str) -> usize {
    row.get().as_ptr() as usize - text.as_ptr() as usize
}

fn line_ends(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}

fn names(first: &RawValue, text: &str) -> Result<Names, Error> {
    let line = 1 + line_ends(&text[..start_of(first, text)]);
    let Object(fields) = serde_json::from_str(first.get()).map_err(|error| RowFault::Json(error).at(line))?;
    let columns = Columns::by_name(fields.iter().map(|(name, _)| name)).map_err(|fault| fault.at(line))?;
    let (places, volume) = columns.places();
    let name = |place: usize| fields[place].0.to_string();
    Ok(Names { values: places.map(name), volume: volume.map(name) })
}

fn from_object(row: &str, names: &Names) -> Result<Candle, RowFault> {
    let Object(fields) = serde_json::from_str(row).map_err(|_| RowFault::NotObject)?;
    let field = |name: &String| {
        let value = fields.iter().find(|(key, _)| key == name);
        field(value.ok_or_else(|| RowFault::NoField(name.clone()))?.1)
    };
    let [at, open, high, low, close] = &names.values;
    let volume = names.volume.as_ref().map_or(Ok("0".into()), field)?;
    candle(time(&field(at)?)?, [&field(open)?, &field(high)?, &field(low)?, &field(close)?, &volume])
}

fn from_array(row: &str) -> Result<Candle, RowFault> {
    let values: Vec<&RawValue> = serde_json::from_str(row).map_err(|_| RowFault::NotArray)?;
    if !LENGTHS.contains(&values.len()) {
        return Err(RowFault::Values(values.len()));
    }
    let field = |index: usize| field(values[index]);
    candle(time(&field(0)?)?, [&field(1)?, &field(2)?, &field(3)?, &field(4)?, &field(5)?])
}

/// A number as it is written, or what a string holds; nothing for `null`.
fn field(value: &RawValue) -> Result<Cow<'_, str>, RowFault> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => Ok(serde_json::from_str(text)?),
        Some(b'n') => Ok("".into()),
        _ => Ok(text.into()),
    }
}
