//! Series of one's own and marks, as JSON.
//!
//! ```text
//! {"series": {"equity": [{"time": 0, "value": 1.5}, {"time": 60000, "value": null}],
//!             "cone": [{"time": 0, "low": 1, "high": 2}]},
//!  "marks": [{"kind": "buy", "time": 0, "text": "in"}]}
//! ```
//!
//! A mark has `kind`, and of `time`, `price`, `time2`, `price2`, `side`, `color` and `text` what its kind needs. Times are
//! in ms. Values and prices can be texts, which are read to the last bit as numbers of JSON are not. A mark's `place`, such
//! as `trades.csv: line 3`, is what messages about it begin with.

use std::{collections::BTreeMap, str::FromStr};

use render_core::{Color, Mark, MarkKind, MarkSide, Own, OwnSeries, OwnValue};
use serde::Deserialize;

use crate::{Error, number::Number};

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
    #[serde(default)]
    side: String,
    #[serde(default)]
    color: String,
    #[serde(default)]
    text: String,
    /// Where it was found, for messages.
    place: Option<String>,
}

impl OwnRows {
    /// The series and marks, checked.
    pub fn own(self) -> Result<Own, Error> {
        let series = self.series.into_iter().map(|(name, rows)| {
            let value = |row: ValueRow| {
                let ends = row.low.zip(row.high).or(row.value.map(|value| (value, value)));
                OwnValue { time: row.time, value: ends.map(|(low, high)| (low.0, high.0)) }
            };
            OwnSeries::new(name, rows.into_iter().map(value).collect())
        });
        let marks = self.marks.into_iter().enumerate().map(|(index, mut row)| {
            let place = row.place.take();
            row.mark().map_err(|why| {
                let place = place.unwrap_or_else(|| format!("mark {index}"));
                Error::Mark { place, why }
            })
        });
        let series = series.collect::<Result<_, render_core::Error>>()?;
        Ok(Own::new(series, marks.collect::<Result<_, Error>>()?)?)
    }
}

impl MarkRow {
    /// The mark, or what is wrong with it.
    fn mark(self) -> Result<Mark, String> {
        let Self { time, price, time2, price2, color, text, .. } = self;
        let [price, price2] = [price, price2].map(|price| price.map(|price| price.0));
        let mark = Mark {
            kind: MarkKind::read(&self.kind)?,
            time,
            price,
            time2,
            price2,
            side: MarkSide::read(&self.side)?,
            color: if color.is_empty() {
                None
            } else {
                Some(color.parse().map_err(|error: <Color as FromStr>::Err| error.to_string())?)
            },
            text,
        };
        mark.check()?;
        Ok(mark)
    }
}
