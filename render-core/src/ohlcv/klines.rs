//! Rows with what exchanges publish beside a candle. Pictures need none of it, so [`Rows`] never looks at it.

use std::io::Read;

use super::{Form, Row, Rows, Source, value};
use crate::{Candle, Error};

/// The usual spellings of each column, as those of [`super::columns`].
const CLOSE_TIME: &[&str] = &["close_time", "closetime", "time_close", "timeclose", "close_timestamp"];
const QUOTE_VOLUME: &[&str] = &[
    "quote_asset_volume",
    "quote_volume",
    "quotevolume",
    "quoteassetvolume",
    "volume_quote",
    "quote_vol",
    "quotevol",
    "qav",
    "turnover",
    "q",
];
const TRADES: &[&str] = &[
    "trades",
    "number_of_trades",
    "num_trades",
    "no_of_trades",
    "trade_count",
    "tradecount",
    "trades_count",
    "numberoftrades",
    "numtrades",
    "count",
    "n",
];
const TAKER_BASE: &[&str] = &[
    "taker_buy_base_volume",
    "taker_buy_base_asset_volume",
    "taker_buy_volume",
    "taker_buy_base",
    "taker_base_volume",
    "taker_base_vol",
    "taker_buy_vol",
    "takerbuybaseassetvolume",
    "takerbuybasevolume",
    "tb_base_av",
    "tbbav",
];
const TAKER_QUOTE: &[&str] = &[
    "taker_buy_quote_volume",
    "taker_buy_quote_asset_volume",
    "taker_buy_quote",
    "taker_quote_volume",
    "taker_quote_vol",
    "takerbuyquoteassetvolume",
    "takerbuyquotevolume",
    "tb_quote_av",
    "tbqav",
];
const SPELLINGS: [&[&str]; 5] = [CLOSE_TIME, QUOTE_VOLUME, TRADES, TAKER_BASE, TAKER_QUOTE];
/// Where they are in a kline of 12 columns, in the order of [`SPELLINGS`].
const BY_ORDER: [usize; 5] = [6, 7, 8, 9, 10];

/// A candle and what else its row says; `None` where the text has no such column, or nothing in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kline {
    /// Line of the text, counted from 1.
    pub line: u64,
    /// The candle, checked.
    pub candle: Candle,
    /// When the candle closes, in ms; exchanges give its last millisecond.
    pub close_time: Option<i64>,
    /// Traded amount in units of the quote asset.
    pub quote_volume: Option<f64>,
    /// Number of trades.
    pub trades: Option<i64>,
    /// What takers bought, in units of the base asset.
    pub taker_base: Option<f64>,
    /// What takers bought, in units of the quote asset.
    pub taker_quote: Option<f64>,
}

/// The rows of a text as [`Kline`]s, one after the other.
#[derive(Debug)]
pub struct Klines<R> {
    rows: Rows<R>,
    places: Places,
}

/// Where a text has the values of [`SPELLINGS`].
#[derive(Debug)]
enum Places {
    Columns([Option<usize>; 5]),
    /// Elements of an array, where it is long enough.
    Elements,
    /// Fields of an object.
    Fields([Option<String>; 5]),
}

impl<R: Read> Klines<R> {
    /// Looks at the beginning of a text.
    ///
    /// # Errors
    /// As [`Rows::new`], and where two columns have one name.
    pub fn new(source: R) -> Result<Self, Error> {
        let rows = Rows::new(source)?;
        let twice = |(line, what)| Error::Row { line, what };
        let places = match (&rows.source, rows.form) {
            (Source::Csv(_), Form::Klines { columns }) => {
                Places::Columns(BY_ORDER.map(|place| (place < columns).then_some(place)))
            }
            (Source::Csv(csv), _) => {
                let line = super::line_of(&csv.reader, &csv.record);
                let names: Vec<&str> = csv.columns.names().iter().map(String::as_str).collect();
                let mut places = places(&names).map_err(|what| twice((line, what)))?;
                if places[1].is_none() {
                    places[1] = csv.columns.second_volume();
                }
                Places::Columns(places)
            }
            (Source::Json(json), _) => match json.field_names() {
                None => Places::Elements,
                Some(names) => {
                    let plain: Vec<String> = names.iter().map(|name| super::columns::plain(name)).collect();
                    let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
                    let places = places(&plain).map_err(|what| twice((1, what)))?;
                    Places::Fields(places.map(|place| place.map(|place| names[place].clone())))
                }
            },
            (Source::Ended, _) => Places::Elements,
        };
        Ok(Self { rows, places })
    }

    /// What the text turned out to be.
    #[must_use]
    pub fn form(&self) -> Form {
        self.rows.form()
    }

    /// Whether there is a column of volumes; where there is none, all are 0.
    #[must_use]
    pub fn has_volume(&self) -> bool {
        self.rows.has_volume()
    }

    fn kline(&self, Row { line, candle }: Row) -> Result<Kline, String> {
        let mut kline = Kline {
            line,
            candle,
            close_time: None,
            quote_volume: None,
            trades: None,
            taker_base: None,
            taker_quote: None,
        };
        match (&self.rows.source, &self.places) {
            (Source::Csv(csv), Places::Columns(places)) => {
                let field =
                    |place: usize| csv.record.get(place).and_then(|bytes| std::str::from_utf8(bytes).ok());
                kline.fill(places.map(|place| place.and_then(field)))?;
            }
            (Source::Json(json), Places::Elements) => {
                let fields = json.elements(BY_ORDER);
                kline.fill(fields.each_ref().map(Option::as_deref))?;
            }
            (Source::Json(json), Places::Fields(names)) => {
                let fields = json.fields(names.each_ref().map(Option::as_deref));
                kline.fill(fields.each_ref().map(Option::as_deref))?;
            }
            _ => {}
        }
        Ok(kline)
    }
}

impl<R: Read> Iterator for Klines<R> {
    type Item = Result<Kline, Error>;

    /// As that of [`Rows`].
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.and_then(|row| self.kline(row).map_err(|what| Error::Row { line: row.line, what })))
    }
}

impl Kline {
    fn fill(&mut self, fields: [Option<&str>; 5]) -> Result<(), String> {
        let [close_time, quote_volume, trades, taker_base, taker_quote] = fields;
        // It only serves to check the interval, so one that says nothing spoils no row.
        self.close_time = close_time.and_then(closing);
        self.quote_volume = amount("quote volume", quote_volume)?;
        self.trades = match amount("number of trades", trades)? {
            Some(count) if count.fract() != 0.0 || count > 9e15 => {
                return Err(format!("number of trades {count} is no whole number"));
            }
            count => count.map(|count| count as i64),
        };
        self.taker_base = amount("taker buy base volume", taker_base)?;
        self.taker_quote = amount("taker buy quote volume", taker_quote)?;
        Ok(())
    }
}

fn places(names: &[&str]) -> Result<[Option<usize>; 5], String> {
    let mut places = [None; 5];
    for (place, spellings) in places.iter_mut().zip(SPELLINGS) {
        let Some(spelling) = spellings.iter().find(|spelling| names.contains(*spelling)) else {
            continue;
        };
        let mut found = names.iter().enumerate().filter(|(_, name)| name == &spelling);
        *place = found.next().map(|(place, _)| place);
        if found.next().is_some() {
            return Err(format!("two columns are named {spelling:?}"));
        }
    }
    Ok(places)
}

/// A number of 0 or more; `nan` is how some tools write that there is none.
fn amount(what: &str, field: Option<&str>) -> Result<Option<f64>, String> {
    let Some(field) = field.filter(|field| !field.trim().is_empty()) else {
        return Ok(None);
    };
    match value::number(what, field)? {
        number if number.is_nan() => Ok(None),
        number if number < 0.0 => Err(format!("{what} is below 0")),
        number if number.is_infinite() => Err(format!("{what} is not a finite number")),
        number => Ok(Some(number)),
    }
}

/// A time of closing, which may lie a µs or ns before the next candle.
fn closing(field: &str) -> Option<i64> {
    let field = field.trim();
    let digits = field.bytes().all(|byte| byte.is_ascii_digit());
    let until = if digits && matches!(field.len(), 16 | 19) { 13 } else { field.len() };
    value::time(&field[..until]).ok()
}
