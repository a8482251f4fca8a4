//! Which column of a row is what.

use candles::Candle;
use csv::ByteRecord;

use crate::{
    RowFault,
    value::{number, time},
};

/// The usual spellings of each column, the ones to prefer first, as [`plain`] writes them.
const TIME: &[&str] = &[
    "open_time",
    "opentime",
    "open_timestamp",
    "timeopen",
    "time_open",
    "timestamp",
    "unix",
    "unix_timestamp",
    "ts",
    "datetime",
    "date_time",
    "time",
    "date",
    "start",
    "t",
];
const OPEN: &[&str] = &["open", "open_price", "opening", "o"];
const HIGH: &[&str] = &["high", "high_price", "highest", "max", "h"];
const LOW: &[&str] = &["low", "low_price", "lowest", "min", "l"];
const CLOSE: &[&str] = &["close", "close_price", "closing", "last", "c"];
const VOLUME: &[&str] = &["volume", "vol", "base_volume", "volume_base", "tick_volume", "tickvol", "v"];

/// The columns of a kline, in the order of all exchanges' files.
const BY_ORDER: [usize; 6] = [0, 1, 2, 3, 4, 5];
/// How many columns a file without a header may have.
const COUNTS: [usize; 3] = [6, 7, 12];

/// Positions of a row's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    time: usize,
    /// A column with the time of day, where `time` is a date.
    time_of_day: Option<usize>,
    prices: [usize; 4],
    volume: Option<usize>,
    /// How many there are.
    count: usize,
    /// What the header calls them, as [`plain`] writes it; none without a header.
    names: Vec<String>,
}

impl Columns {
    /// The columns of a file without a header, where `first`, its first row, is one of numbers.
    pub fn by_order(first: &ByteRecord) -> Option<Self> {
        let value = |field: &[u8]| std::str::from_utf8(field).is_ok_and(is_value);
        let numbers = first.iter().take(6).filter(|field| value(field)).count();
        // A header has none; a row with a bad value or two is still a row.
        if !COUNTS.contains(&first.len()) || numbers < 3 {
            return None;
        }
        let [time, open, high, low, close, volume] = BY_ORDER;
        let prices = [open, high, low, close];
        Some(Self {
            time,
            time_of_day: None,
            prices,
            volume: Some(volume),
            count: first.len(),
            names: Vec::new(),
        })
    }

    /// The columns that a header's names tell.
    pub fn by_name<N: AsRef<str>>(names: impl Iterator<Item = N>) -> Result<Self, RowFault> {
        let names: Vec<String> = names.map(|name| plain(name.as_ref())).collect();
        let find = |spellings: &[&'static str]| {
            let Some(spelling) = spellings.iter().find(|s| names.iter().any(|name| name == *s)) else {
                return Ok(None);
            };
            let mut places = names.iter().enumerate().filter(|(_, name)| name == spelling);
            match (places.next(), places.next()) {
                (Some((place, _)), None) => Ok(Some(place)),
                _ => Err(RowFault::SameName(spelling)),
            }
        };
        let need = |wanted: &'static str, spellings: &[&'static str]| {
            find(spellings)?.ok_or_else(|| {
                if names.iter().any(|name| is_value(name)) {
                    RowFault::NoHeader(names.len())
                } else {
                    RowFault::NoColumn { wanted, names: names.clone() }
                }
            })
        };
        let prices = [need("open", OPEN)?, need("high", HIGH)?, need("low", LOW)?, need("close", CLOSE)?];
        let time = need("time", TIME)?;
        let volume = match find(VOLUME)? {
            Some(place) => Some(place),
            // As in `Volume BTC`, which stands before `Volume USDT`.
            None => names.iter().position(|name| name.starts_with("volume_")),
        };
        // Two columns `date` and `time` are one time together.
        let date = names.iter().position(|name| name == "date");
        let (time, time_of_day) = match date {
            Some(date) if names[time] == "time" => (date, Some(time)),
            _ => (time, None),
        };
        Ok(Self { time, time_of_day, prices, volume, count: names.len(), names })
    }

    pub fn has_volume(&self) -> bool {
        self.volume.is_some()
    }

    /// What a header calls the columns; none without one.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of quote volumes where, as in `Volume BTC,Volume USDT`, it is told by standing second.
    pub fn second_volume(&self) -> Option<usize> {
        let is_one = |place: &usize| self.names[*place].starts_with("volume_");
        let first = self.volume.filter(is_one)?;
        (first + 1..self.names.len()).find(is_one)
    }

    /// The names that a header has for these columns: time, open, high, low, close, volume.
    pub fn places(&self) -> ([usize; 5], Option<usize>) {
        let [open, high, low, close] = self.prices;
        ([self.time, open, high, low, close], self.volume)
    }

    /// The candle of a row, or what is wrong with it.
    pub fn candle(&self, record: &ByteRecord) -> Result<Candle, RowFault> {
        if record.len() != self.count {
            return Err(RowFault::Columns { found: record.len(), expected: self.count });
        }
        let field =
            |place: usize| std::str::from_utf8(&record[place]).map_err(|_| RowFault::NotUtf8(place + 1));
        let open_time = match self.time_of_day {
            Some(place) => time(&format!("{} {}", field(self.time)?.trim(), field(place)?.trim())),
            None => time(field(self.time)?),
        }?;
        let [open, high, low, close] = self.prices;
        let volume = self.volume.map_or(Ok("0"), field)?;
        candle(open_time, [field(open)?, field(high)?, field(low)?, field(close)?, volume])
    }
}

/// A checked candle of open, high, low, close and volume.
pub(crate) fn candle(open_time: i64, values: [&str; 5]) -> Result<Candle, RowFault> {
    let [open, high, low, close, volume] = values;
    let candle = Candle {
        open_time,
        open: number("open", open)?,
        high: number("high", high)?,
        low: number("low", low)?,
        close: number("close", close)?,
        volume: number("volume", volume)?,
    };
    candle.check().map_err(RowFault::Candle)?;
    Ok(candle)
}

/// Whether a field is a number or a time, and so no name of a column.
fn is_value(field: &str) -> bool {
    field.trim().parse::<f64>().is_ok() || time(field).is_ok()
}

/// A column's name in small letters, with `_` between its words and nothing around it.
pub(crate) fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    // `Date (UTC)` is the usual name of what is UTC anyway.
    name.strip_suffix("_utc").map(str::to_owned).unwrap_or(name)
}
