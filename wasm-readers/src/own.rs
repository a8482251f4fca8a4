//! Tables of one's own for JavaScript: the values of series, and marks, read as the command line reads their files.

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
}

#[wasm_bindgen]
impl OwnTable {
    /// Reads the bytes of a text.
    ///
    /// # Errors
    /// Throws where it is no table, and for its first row that is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>) -> Result<Self, JsError> {
        Ok(Self::read(bytes)?)
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.table.rows.len()
    }

    /// What rows are counted in: `line` or `element`.
    #[must_use]
    pub fn unit(&self) -> String {
        self.table.format().unit().to_owned()
    }

    /// Whether a column says what its rows mark, or all of them are trades.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        MarkColumns::of(&self.table).is_ok()
    }

    /// What the first row marks, as it is written there; an empty text where nothing says it.
    #[must_use]
    pub fn first_kind(&self) -> String {
        let columns = MarkColumns::of(&self.table).ok();
        let row = columns.as_ref().and_then(|columns| columns.row(&self.table, 0).ok());
        row.map(|row| row.kind.to_owned()).unwrap_or_default()
    }

    /// The names of the series that it holds, as a spec has them; those of a band end in `:band`. `file` is the name of the
    /// file: what has one column of values alone is called by it.
    #[must_use]
    pub fn series_names(&self, file: &str) -> Vec<String> {
        let (table, times) = (&self.table, self.table.time_columns());
        let is_free = |column: usize| !times.contains(&column);
        let scopes = [table.symbol_column(is_free), table.interval_column(is_free)];
        let is_value = |column: &usize| is_free(*column) && !scopes.contains(&Some(*column));
        let places: Vec<usize> = (0..table.columns.len()).filter(is_value).collect();
        let names: Vec<String> = places.iter().map(|place| table.columns[*place].to_lowercase()).collect();
        if times.is_empty() || !places.iter().any(|place| table.is_of_numbers(*place)) {
            return Vec::new();
        }
        let own = own_name(file).unwrap_or_else(|| "own".to_owned());
        match &names[..] {
            [_] => return vec![own],
            [low, high] if matches!((&**low, &**high), ("low", "high") | ("lower", "upper")) => {
                return vec![format!("{own}:band")];
            }
            _ => {}
        }
        let has = |name: String| names.contains(&name);
        let mut found = Vec::new();
        for (place, name) in places.iter().zip(&names).filter(|(place, _)| table.is_of_numbers(**place)) {
            let band = [("_low", "_high"), ("_lower", "_upper")].into_iter().find_map(|(low, high)| {
                let stem = name.strip_suffix(low)?;
                has(format!("{stem}{high}")).then_some(stem)
            });
            let is_end = ["_high", "_upper"]
                .iter()
                .zip(["_low", "_lower"])
                .any(|(high, low)| name.strip_suffix(high).is_some_and(|stem| has(format!("{stem}{low}"))));
            match band {
                Some(stem) if is_name(stem) => found.push(format!("{stem}:band")),
                None if !is_end && is_name(&table.columns[*place].to_lowercase()) => found.push(name.clone()),
                _ => {}
            }
        }
        found
    }

    /// The values of a series for the candles of a symbol and an interval: rows of three numbers, the time in ms and the
    /// value twice, or a band's lower and upper one; NaN where there is none.
    ///
    /// # Errors
    /// Throws where it has no such series, and for the first row that is wrong.
    pub fn series(
        &self,
        name: &str,
        is_band: bool,
        symbol: &str,
        interval: &str,
    ) -> Result<Vec<f64>, JsError> {
        Ok(self.values(name, is_band, symbol, interval)?)
    }

    /// The marks for the candles of a symbol and an interval.
    ///
    /// # Errors
    /// Throws where nothing says what it marks, and for the first row that is wrong.
    pub fn marks(&self, symbol: &str, interval: &str) -> Result<OwnMarks, JsError> {
        Ok(self.marks_of(symbol, interval)?)
    }

    /// The columns that mean nothing, where it holds this series or, without a name, marks.
    ///
    /// # Errors
    /// Throws what [`series`](Self::series) and [`marks`](Self::marks) throw.
    pub fn idle(&self, series: Option<String>) -> Result<Vec<String>, JsError> {
        let taken = match series {
            Some(name) => SeriesValues::of(&name, &self.table).map_err(Error::from)?.taken().to_vec(),
            None => MarkColumns::of(&self.table).map_err(Error::from)?.taken().to_vec(),
        };
        let is_index = |name: &str| name.is_empty() || name.eq_ignore_ascii_case("index");
        let idle = self.table.columns.iter().enumerate();
        let idle = idle.filter(|(at, name)| !taken.contains(at) && !is_index(name));
        Ok(idle.map(|(_, name)| name.clone()).collect())
    }
}

/// Whether a series can have that name.
fn is_name(name: &str) -> bool {
    own_name(name).is_some_and(|own| own == name)
}

impl OwnTable {
    fn read(bytes: Vec<u8>) -> Result<Self, Error> {
        let source = Source::text(bytes);
        let table = read_table_of_some_times(&source, &ReadOptions::default(), &AtomicBool::new(false))?;
        Ok(Self { source, table })
    }

    fn values(&self, name: &str, is_band: bool, symbol: &str, interval: &str) -> Result<Vec<f64>, Error> {
        // A value without a time is a fault of its row.
        let strict = match self.table.rows.iter().all(readers::TableRow::has_time) {
            true => None,
            false => Some(read_table(&self.source, &ReadOptions::default(), &AtomicBool::new(false))?),
        };
        let values = SeriesValues::of(name, strict.as_ref().unwrap_or(&self.table))?;
        let rows = values.of_series(values.values(is_band)?, symbol, &Interval::name_of(interval))?;
        let numbers = |row: readers::ValueRow| {
            let (low, high) = row.value.unwrap_or((f64::NAN, f64::NAN));
            [row.time as f64, low, high]
        };
        Ok(rows.into_iter().flat_map(numbers).collect())
    }

    fn marks_of(&self, symbol: &str, interval: &str) -> Result<OwnMarks, Error> {
        let (columns, interval) = (MarkColumns::of(&self.table)?, Interval::name_of(interval));
        let mut marks = OwnMarks::default();
        for (at, about) in self.table.rows.iter().enumerate() {
            // What is of another series must be right as well.
            let row = columns.row(&self.table, at)?;
            let is_of = columns.scope(&self.table, at).fits(symbol, &interval);
            let time = |time: Option<i64>| time.map_or(f64::NAN, |time| time as f64);
            let price = |price: Option<f64>| price.unwrap_or(f64::NAN);
            let place = [about.line as f64, f64::from(u8::from(is_of))];
            marks.numbers.extend(place);
            marks.numbers.extend([time(row.time), price(row.price), time(row.time2), price(row.price2)]);
            marks.texts.extend([row.kind, row.side, row.color, row.text].map(str::to_owned));
        }
        Ok(marks)
    }
}

/// The marks of a table.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct OwnMarks {
    numbers: Vec<f64>,
    texts: Vec<String>,
}

#[wasm_bindgen]
impl OwnMarks {
    /// Six numbers a mark: its line, 1 if it is of the symbol and the interval and else 0, time, price, and time and price
    /// of its end; NaN where there is none.
    #[must_use]
    pub fn numbers(&self) -> Vec<f64> {
        self.numbers.clone()
    }

    /// Four texts a mark: kind, side, colour, and what stands beside it.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.texts.clone()
    }
}
