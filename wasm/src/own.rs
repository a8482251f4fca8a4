//! Series of one's own and marks: from JavaScript by [`OwnParts`], and as JSON.
//!
//! ```text
//! {"series": {"equity": [{"time": 0, "value": 1.5}, {"time": 60000, "value": null}],
//!             "cone": [{"time": 0, "low": 1, "high": 2}]},
//!  "marks": [{"kind": "buy", "time": 0, "text": "in"}]}
//! ```
//!
//! A mark has `kind`, and of `time`, `price`, `time2`, `price2`, `side`, `color` and `text` what its kind needs. Times are
//! in ms.

use std::collections::BTreeMap;

use render_core::{Color, MAX_MARKS, Mark, MarkKind, MarkSide, Own, OwnSeries, OwnValue};
use serde::Deserialize;
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

/// All that a user brings besides candles.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OwnRows {
    series: BTreeMap<String, Vec<ValueRow>>,
    marks: Vec<MarkRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueRow {
    time: i64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkRow {
    kind: String,
    time: Option<i64>,
    price: Option<f64>,
    time2: Option<i64>,
    price2: Option<f64>,
    side: Option<String>,
    color: Option<Color>,
    #[serde(default)]
    text: String,
}

impl OwnRows {
    /// The series and marks, checked.
    pub fn own(self) -> Result<Own, render_core::Error> {
        let series = self.series.into_iter().map(|(name, rows)| {
            let value = |row: ValueRow| OwnValue {
                time: row.time,
                value: row.low.zip(row.high).or(row.value.map(|value| (value, value))),
            };
            OwnSeries::new(name, rows.into_iter().map(value).collect())
        });
        let marks = self.marks.into_iter().enumerate().map(|(index, row)| {
            let wrong = |why: String| render_core::Error::Mark { index, why };
            let kind = MarkKind::read(&row.kind).map_err(wrong)?;
            let side = MarkSide::read(row.side.as_deref().unwrap_or_default()).map_err(wrong)?;
            let MarkRow { time, price, time2, price2, color, text, .. } = row;
            Ok::<_, render_core::Error>(Mark { kind, time, price, time2, price2, side, color, text })
        });
        Own::new(series.collect::<Result<_, _>>()?, marks.collect::<Result<_, _>>()?)
    }
}

/// Series of one's own and marks, gathered for a [`Series`](crate::Series).
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct OwnParts {
    series: Vec<OwnSeries>,
    marks: Vec<Mark>,
}

#[wasm_bindgen]
impl OwnParts {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a series: rows of three numbers, the time in ms and the value twice, or a band's lower and upper one; NaN where
    /// there is none.
    ///
    /// # Errors
    /// Throws the core's message about its name or a value.
    pub fn add_series(&mut self, name: &str, rows: &[f64]) -> Result<(), JsError> {
        let value = |&[time, low, high]: &[f64; 3]| {
            let value = if low.is_nan() { None } else { Some((low, high)) };
            OwnValue { time: time as i64, value }
        };
        let values = rows.as_chunks().0.iter().map(value).collect();
        self.series.push(OwnSeries::new(name, values)?);
        Ok(())
    }

    /// Adds a mark: NaN stands for a time or price that it does not have, and an empty text for what it does not say.
    ///
    /// # Errors
    /// Throws in the core's words what is wrong with it.
    #[expect(clippy::too_many_arguments, reason = "numbers and texts cross cheaply one by one")]
    pub fn add_mark(
        &mut self,
        kind: &str,
        time: f64,
        price: f64,
        time2: f64,
        price2: f64,
        side: &str,
        color: &str,
        text: String,
    ) -> Result<(), JsError> {
        let number = |value: f64| Some(value).filter(|value| !value.is_nan());
        let time_of = |value: f64| number(value).map(|value| value as i64);
        let color = if color.is_empty() { None } else { Some(color.parse()?) };
        let wrong = |why: String| JsError::new(&why);
        let mark = Mark {
            kind: MarkKind::read(kind).map_err(wrong)?,
            time: time_of(time),
            price: number(price),
            time2: time_of(time2),
            price2: number(price2),
            side: MarkSide::read(side).map_err(wrong)?,
            color,
            text,
        };
        mark.check().map_err(wrong)?;
        if self.marks.len() == MAX_MARKS {
            return Err(wrong(format!("there are more than {MAX_MARKS} marks")));
        }
        self.marks.push(mark);
        Ok(())
    }
}

/// Whether that names a kind of mark.
#[wasm_bindgen]
#[must_use]
pub fn is_mark(kind: &str) -> bool {
    MarkKind::read(kind).is_ok()
}

impl OwnParts {
    /// All of them, in their one order.
    pub(crate) fn own(self) -> Result<Own, render_core::Error> {
        Own::new(self.series, self.marks)
    }
}
