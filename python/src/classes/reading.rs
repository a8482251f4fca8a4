//! How a file of candles is written, as Python's keywords say it.

use market::Refusal;
use pyo3::prelude::*;
use readers::{DateOrder, NumberDoubt, ReadOptions, Role, TimeDoubt, TimeZone};

use crate::error;

/// The keywords of `Series.from_file`, by their names.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Written {
    time_zone: Option<String>,
    date_order: Option<String>,
    decimal: Option<String>,
    thousands: Option<String>,
    columns: Option<Vec<String>>,
}

impl Written {
    /// What they say to a reader; no candle opens later than `now`.
    pub fn options(&self, now: i64) -> PyResult<ReadOptions> {
        let Self { time_zone, date_order, decimal, thousands, columns } = self;
        let order = |name: &String| {
            DateOrder::named(name)
                .ok_or_else(|| error::value(format!("date_order {name:?} is not dmy, mdy or ymd")))
        };
        let decimal = decimal.as_ref().map(|text| mark("decimal", text, |mark| ".,".contains(mark)));
        let thousands =
            thousands.as_ref().map(|text| mark("thousands", text, |mark| !mark.is_alphanumeric()));
        let roles = columns.as_ref().map(|names| names.iter().map(|name| role(name)).collect());
        Ok(ReadOptions {
            now,
            time_zone: time_zone.as_deref().map(TimeZone::named).transpose().map_err(error::value)?,
            date_order: date_order.as_ref().map(order).transpose()?,
            decimal: decimal.transpose()?,
            thousands: thousands.transpose()?,
            columns: roles.transpose()?,
            ..ReadOptions::default()
        })
    }
}

/// The one mark that a text is.
fn mark(keyword: &str, text: &str, may_be: impl Fn(char) -> bool) -> PyResult<char> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(mark), None) if may_be(mark) => Ok(mark),
        _ => Err(error::value(format!("{keyword} {text:?} is no such mark"))),
    }
}

/// What a column of that name is.
fn role(name: &str) -> PyResult<Role> {
    match name {
        "" | "_" => Ok(Role::Other),
        name => Role::of(name).ok_or_else(|| {
            let known: Vec<&str> = Role::names().collect();
            error::value(format!("{name:?} is no column; there are {}", known.join(", ")))
        }),
    }
}

/// Which keyword decides what a file leaves open.
pub fn hint(refusal: &Refusal) -> &'static str {
    let Refusal::Text(text) = refusal else { return "" };
    match text {
        readers::Error::Number(NumberDoubt::Either(_) | NumberDoubt::PointEither(_) | NumberDoubt::Mixed) => {
            "; Series.from_file takes decimal= and thousands="
        }
        readers::Error::Time(TimeDoubt::Order(_)) => "; Series.from_file takes date_order=\"dmy\" or \"mdy\"",
        readers::Error::Order(_) => "; Series.from_file takes columns=[\"time\", \"open\", ...]",
        readers::Error::ZoneOfHeader(_) => "; Series.from_file takes time_zone=",
        _ => "",
    }
}
