//! Tables of one's own for JavaScript: the values of series, and marks, read as the command line reads their files, as the
//! JSON that the module that draws takes. Numbers are texts in it, which are read to the last bit.

use std::sync::atomic::AtomicBool;

use candles::Interval;
use readers::{
    MarkColumns, ReadOptions, SeriesValues, Source, Table, own_name, read_table, read_table_of_some_times,
};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::Error;

/// A text with rows by time that are no candles.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OwnTable {
    source: Source,
    table: Table,
    file: String,
}

#[wasm_bindgen]
impl OwnTable {
    /// Reads the bytes of the text of a file.
    ///
    /// # Errors
    /// Throws where it is no table, and for its first row that is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>, file: String) -> Result<Self, JsError> {
        Ok(Self::read(bytes, file)?)
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.table.rows.len()
    }

    /// Whether it holds marks: `yes` where columns say so that nothing else has, `maybe`, or an empty text.
    #[must_use]
    pub fn marks_say(&self) -> String {
        let is_sure = self.table.column("kind").or(self.table.column("entry_time")).is_some();
        let say = match MarkColumns::of(&self.table) {
            Ok(_) if is_sure => "yes",
            Ok(_) => "maybe",
            Err(_) => "",
        };
        say.to_owned()
    }

    /// The columns of numbers, whose values series may have.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let columns = SeriesValues::columns_of(&self.table).into_iter();
        columns.map(|place| self.table.columns[place].clone()).collect()
    }

    /// What a series is called by the file; an empty text where that makes no name.
    #[must_use]
    pub fn name(&self) -> String {
        own_name(&self.file).unwrap_or_default()
    }

    /// The values of a series for the candles of a symbol and an interval.
    ///
    /// # Errors
    /// Throws where it has no such series, and for the first row that is wrong.
    pub fn series(&self, name: &str, is_band: bool, symbol: &str, interval: &str) -> Result<String, JsError> {
        Ok(self.values(name, is_band, symbol, interval)?)
    }

    /// The marks for the candles of a symbol and an interval, or `all` of them.
    ///
    /// # Errors
    /// Throws where nothing says what it marks, and for the first cell that is wrong.
    pub fn marks(&self, symbol: &str, interval: &str, all: bool) -> Result<String, JsError> {
        Ok(self.marks_of(symbol, interval, all)?)
    }
}

impl OwnTable {
    fn read(bytes: Vec<u8>, file: String) -> Result<Self, Error> {
        let source = Source::text(bytes);
        let table = read_table_of_some_times(&source, &ReadOptions::default(), &AtomicBool::new(false))?;
        Ok(Self { source, table, file })
    }

    fn values(&self, name: &str, is_band: bool, symbol: &str, interval: &str) -> Result<String, Error> {
        if !self.table.rows.iter().all(readers::TableRow::has_time) {
            // A value without a time is a fault of its row.
            read_table(&self.source, &ReadOptions::default(), &AtomicBool::new(false))?;
        }
        let values = SeriesValues::of(name, &self.table)?;
        let rows = values.of_series(values.values(is_band)?, symbol, &Interval::name_of(interval))?;
        let mut json = Json::new();
        for row in rows {
            json.next();
            json.time("time", Some(row.time));
            json.number("low", row.value.map(|(low, _)| low));
            json.number("high", row.value.map(|(_, high)| high));
        }
        Ok(json.end())
    }

    fn marks_of(&self, symbol: &str, interval: &str, all: bool) -> Result<String, Error> {
        let (columns, interval) = (MarkColumns::of(&self.table)?, Interval::name_of(interval));
        let unit = self.table.format().unit();
        let mut json = Json::new();
        for (at, about) in self.table.rows.iter().enumerate() {
            let row = columns.row(&self.table, at)?;
            if !all && !columns.scope(&self.table, at).fits(symbol, &interval) {
                continue;
            }
            json.next();
            json.time("time", row.time);
            json.time("time2", row.time2);
            json.number("price", row.price);
            json.number("price2", row.price2);
            for (name, text) in
                [("kind", row.kind), ("side", row.side), ("color", row.color), ("text", row.text)]
            {
                json.put(name, text, true);
            }
            json.put("place", &format!("{}: {unit} {}", self.file, about.line), true);
        }
        Ok(json.end())
    }
}

/// A list of objects.
struct Json(String);

impl Json {
    fn new() -> Self {
        Self(String::from("["))
    }

    /// Begins an object.
    fn next(&mut self) {
        self.0.push_str(if self.0.len() > 1 { "},{" } else { "{" });
    }

    /// Adds a field to it.
    fn put(&mut self, name: &str, value: &str, is_text: bool) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        if !is_text {
            self.0.push_str(value);
            return;
        }
        self.0.push('"');
        for letter in value.chars() {
            match letter {
                '"' | '\\' => self.0.extend(['\\', letter]),
                // What is refused later is to get there as it is.
                '\0'..=' ' if letter != ' ' => {
                    let digits = "0123456789abcdef".as_bytes();
                    let [high, low] =
                        [letter as usize >> 4, letter as usize & 15].map(|at| digits[at] as char);
                    self.0.extend(['\\', 'u', '0', '0', high, low]);
                }
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
    }

    fn time(&mut self, name: &str, time: Option<i64>) {
        if let Some(time) = time {
            self.put(name, &time.to_string(), false);
        }
    }

    fn number(&mut self, name: &str, number: Option<f64>) {
        if let Some(number) = number {
            self.put(name, &number.to_string(), true);
        }
    }

    /// Ends the list.
    fn end(mut self) -> String {
        self.0.push_str(if self.0.len() > 1 { "}]" } else { "]" });
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(file: &str, text: &str) -> OwnTable {
        OwnTable::read(text.as_bytes().to_vec(), file.to_owned()).expect("a table")
    }

    #[test]
    fn values_and_marks_become_json_with_numbers_to_the_last_bit_and_the_place_of_each_mark() {
        let values = table("Fair value.csv", "time,value\n2023-01-01,0.30000000000000004\n2023-01-02,\n");
        assert_eq!(
            (values.name().as_str(), values.columns(), values.marks_say().as_str()),
            ("fair_value", vec!["value".to_owned()], "")
        );
        let json = values.values("fair_value", false, "X", "1h").expect("values");
        let expected = r#"[{"time":1672531200000,"low":"0.30000000000000004","high":"0.30000000000000004"},{"time":1672617600000}]"#;
        assert_eq!(json, expected);

        let marks =
            table("a.csv", "kind,time,price,text,symbol\nbuy,2023-01-01,,\"a\"\"\\b\",X\nhline,,5,,Y\n");
        assert_eq!(marks.marks_say(), "yes");
        let json = marks.marks_of("X", "1h", false).expect("marks");
        let expected = r#"[{"time":1672531200000,"kind":"buy","side":"","color":"","text":"a\"\\b","place":"a.csv: line 2"}]"#;
        assert_eq!(json, expected);
        assert!(marks.marks_of("X", "1h", true).expect("all").ends_with(r#""place":"a.csv: line 3"}]"#));
        assert_eq!(marks.marks_of("Z", "1h", false).expect("none"), "[]");
    }

    #[test]
    fn a_value_without_a_time_is_a_fault_of_its_row() {
        let table = table("a.csv", "time,value\n2023-01-01,1\n,2\n");
        let why = table.values("a", false, "X", "1h").expect_err("no time").to_string();
        assert!(why.starts_with("line 3: column \"time\""), "{why}");
        let type_alone =
            OwnTable::read(b"time,type,a\n2023-01-01,x,1\n".to_vec(), String::new()).expect("a table");
        assert_eq!(type_alone.marks_say(), "maybe");
    }
}
