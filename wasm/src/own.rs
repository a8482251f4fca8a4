//! Series of one's own and marks, as JSON.
//!
//! ```text
//! {"series": {"equity": [{"time": 0, "value": 1.5}, {"time": 60000, "value": null}],
//!             "cone": [{"time": 0, "low": 1, "high": 2}]},
//!  "marks": [{"kind": "buy", "time": 0, "text": "in"}]}
//! ```
//!
//! A mark has `kind`, and of `time`, `price`, `time2`, `price2`, `side`, `color` and `text` what its kind needs. Times are
//! in ms. Values and prices can be texts, which are read to the last bit as numbers of JSON are not.

use std::collections::BTreeMap;

use render_core::{Color, Mark, MarkKind, MarkSide, Own, OwnSeries, OwnValue};
use serde::Deserialize;

use crate::number::Number;

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
    value: Option<Number>,
    low: Option<Number>,
    high: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkRow {
    kind: String,
    time: Option<i64>,
    price: Option<Number>,
    time2: Option<i64>,
    price2: Option<Number>,
    side: Option<String>,
    color: Option<Color>,
    #[serde(default)]
    text: String,
}

impl OwnRows {
    /// The series and marks, checked.
    pub fn own(self) -> Result<Own, render_core::Error> {
        let series = self.series.into_iter().map(|(name, rows)| {
            let value = |row: ValueRow| {
                let ends = row.low.zip(row.high).or(row.value.map(|value| (value, value)));
                OwnValue { time: row.time, value: ends.map(|(low, high)| (low.0, high.0)) }
            };
            OwnSeries::new(name, rows.into_iter().map(value).collect())
        });
        let marks = self.marks.into_iter().enumerate().map(|(index, row)| {
            let wrong = |why: String| render_core::Error::Mark { index, why };
            let kind = MarkKind::named(&row.kind)
                .ok_or_else(|| wrong(format!("there is no kind of mark {:?}", row.kind)))?;
            let side = match row.side.as_deref() {
                None | Some("long") => MarkSide::Long,
                Some("short") => MarkSide::Short,
                Some(side) => return Err(wrong(format!("side {side:?} is neither long nor short"))),
            };
            let MarkRow { time, price, time2, price2, color, text, .. } = row;
            let [price, price2] = [price, price2].map(|price| price.map(|price| price.0));
            Ok(Mark { kind, time, price, time2, price2, side, color, text })
        });
        Own::new(series.collect::<Result<_, _>>()?, marks.collect::<Result<_, _>>()?)
    }
}
