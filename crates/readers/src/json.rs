//! Rows of a JSON array.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    Row,
    columns::{Columns, candle},
    text,
    value::time,
};
use crate::{Candle, Error};

/// Lengths of an array that is a kline.
const LENGTHS: [usize; 3] = [6, 7, 12];

/// Where each row stands in a text.
#[derive(Debug)]
pub(super) struct Rows {
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
        let whole = String::from_utf8(bytes).map_err(|_| text("the text is not UTF-8"))?;
        let wrong = |error: serde_json::Error| Error::Text(format!("JSON: {error}"));
        let raw: Vec<&RawValue> = serde_json::from_str(&whole).map_err(wrong)?;
        let place = |row: &&RawValue| {
            let start = row.get().as_ptr() as usize - whole.as_ptr() as usize;
            (start, start + row.get().len())
        };
        let rows: Vec<_> = raw.iter().map(place).collect();
        let Some(first) = raw.first() else { return Err(text("there are no rows")) };
        let names = if first.get().starts_with('{') { Some(names(first, &whole)?) } else { None };
        Ok(Self { rows: rows.into_iter(), names, at: (0, 1), end: 0, text: whole })
    }

    pub fn has_volume(&self) -> bool {
        self.names.as_ref().is_none_or(|names| names.volume.is_some())
    }

    pub fn next(&mut self) -> Option<Result<Row, Error>> {
        let (start, end) = self.rows.next()?;
        let (before, line) = self.at;
        let line =
            line + self.text.as_bytes()[before..start].iter().filter(|&&byte| byte == b'\n').count() as u64;
        (self.at, self.end) = ((start, line), end);
        let row = &self.text[start..end];
        let candle = match &self.names {
            Some(names) => from_object(row, names),
            None => from_array(row),
        };
        Some(candle.map(|candle| Row { line, candle }).map_err(|what| Error::Row { line, what }))
    }
}

/// What else a row has, for [`super::Klines`].
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

fn names(first: &RawValue, whole: &str) -> Result<Names, Error> {
    let before = first.get().as_ptr() as usize - whole.as_ptr() as usize;
    let line = 1 + whole.as_bytes()[..before].iter().filter(|&&byte| byte == b'\n').count() as u64;
    let wrong = |what| Error::Row { line, what };
    let Object(fields) = serde_json::from_str(first.get()).map_err(|error| wrong(error.to_string()))?;
    let (places, volume) = Columns::by_name(fields.iter().map(|(name, _)| name)).map_err(wrong)?.places();
    let name = |place: usize| fields[place].0.to_string();
    Ok(Names { values: places.map(name), volume: volume.map(name) })
}

fn from_object(row: &str, names: &Names) -> Result<Candle, String> {
    let Object(fields) =
        serde_json::from_str(row).map_err(|_| "not an object as the first row is".to_owned())?;
    let field = |name: &String| {
        let value = fields.iter().find(|(key, _)| key == name);
        field(value.ok_or_else(|| format!("there is no {name:?}"))?.1)
    };
    let [at, open, high, low, close] = &names.values;
    let volume = names.volume.as_ref().map_or(Ok("0".into()), field)?;
    candle(time(&field(at)?)?, [&field(open)?, &field(high)?, &field(low)?, &field(close)?, &volume])
}

fn from_array(row: &str) -> Result<Candle, String> {
    let values: Vec<&RawValue> =
        serde_json::from_str(row).map_err(|_| "not an array of values".to_owned())?;
    if !LENGTHS.contains(&values.len()) {
        return Err(format!("{} values; a kline has 6, 7 or 12", values.len()));
    }
    let field = |index: usize| field(values[index]);
    candle(time(&field(0)?)?, [&field(1)?, &field(2)?, &field(3)?, &field(4)?, &field(5)?])
}

/// A number as it is written, or what a string holds; nothing for `null`.
fn field(value: &RawValue) -> Result<Cow<'_, str>, String> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_err(|error| error.to_string()),
        Some(b'n') => Ok("".into()),
        _ => Ok(text.into()),
    }
}
