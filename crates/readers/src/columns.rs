//! Which column of a row is what.

use candles::Candle;
use csv::ByteRecord;

use crate::{
    RowFault,
    value::{number, time},
};

/// The usual spellings of each column, the ones to prefer first, as [`plain`] writes them.
const TIME: &str = "open_time opentime open_timestamp timeopen time_open timestamp unix unix_timestamp ts \
                    datetime date_time time date start t";
const PRICES: [(&str, &str); 4] = [
    ("open", "open open_price opening o"),
    ("high", "high high_price highest max h"),
    ("low", "low low_price lowest min l"),
    ("close", "close close_price closing last c"),
];
const VOLUME: &str = "volume vol base_volume volume_base tick_volume tickvol v";
/// How many columns a file without a header may have.
pub(crate) const COUNTS: [usize; 3] = [6, 7, 12];

/// Positions of a row's values.
#[derive(Debug)]
pub(crate) struct Columns {
    time: usize,
    /// A column with the time of day, where `time` is a date.
    pub time_of_day: Option<usize>,
    /// Open, high, low, close.
    prices: [usize; 4],
    pub volume: Option<usize>,
    /// What the header calls the columns, as [`plain`] writes it; none without a header.
    pub names: Vec<String>,
}

impl Columns {
    /// The columns of a kline, in the order of all exchanges' files.
    pub fn by_order() -> Self {
        Self { time: 0, time_of_day: None, prices: [1, 2, 3, 4], volume: Some(5), names: Vec::new() }
    }

    /// The columns that a header's names tell.
    pub fn by_name<N: AsRef<str>>(names: impl Iterator<Item = N>) -> Result<Self, RowFault> {
        let names: Vec<String> = names.map(|name| plain(name.as_ref())).collect();
        let need = |wanted: &'static str, spellings| match find(&names, spellings)? {
            Some(place) => Ok(place),
            None if names.iter().any(|name| is_value(name)) => Err(RowFault::NoHeader(names.len())),
            None => Err(RowFault::NoColumn { wanted, names: names.clone() }),
        };
        let mut prices = [0; 4];
        for (place, (wanted, spellings)) in prices.iter_mut().zip(PRICES) {
            *place = need(wanted, spellings)?;
        }
        let time = need("time", TIME)?;
        // As in `Volume BTC`, which stands before `Volume USDT`.
        let volume = find(&names, VOLUME)?.or_else(|| names.iter().position(|name| is_volume(name)));
        // Two columns `date` and `time` are one time together.
        let date = names.iter().position(|name| name == "date").filter(|_| names[time] == "time");
        let (time, time_of_day) = date.map_or((time, None), |date| (date, Some(time)));
        Ok(Self { time, time_of_day, prices, volume, names })
    }

    /// The column of quote volumes where, as in `Volume BTC,Volume USDT`, it is told by standing second.
    pub fn second_volume(&self) -> Option<usize> {
        let is_one = |place: &usize| is_volume(&self.names[*place]);
        let first = self.volume.filter(is_one)?;
        (first + 1..self.names.len()).find(is_one)
    }

    /// Whether a candle is read from this column.
    pub fn needs(&self, place: usize) -> bool {
        place == self.time || self.prices.contains(&place) || self.volume == Some(place)
    }

    /// The checked candle of a row that has all columns, or what is wrong with it.
    pub fn candle(&self, record: &ByteRecord) -> Result<Candle, RowFault> {
        let field =
            |place: usize| std::str::from_utf8(&record[place]).map_err(|_| RowFault::NotUtf8(place + 1));
        let open_time = match self.time_of_day {
            Some(place) => time(&format!("{} {}", field(self.time)?.trim(), field(place)?.trim())),
            None => time(field(self.time)?),
        }?;
        let mut prices = [0.0; 4];
        for ((price, place), (what, _)) in prices.iter_mut().zip(self.prices).zip(PRICES) {
            *price = number(what, field(place)?)?;
        }
        let [open, high, low, close] = prices;
        let volume = self.volume.map_or(Ok(0.0), |place| number("volume", field(place)?))?;
        let candle = Candle { open_time, open, high, low, close, volume };
        candle.check()?;
        Ok(candle)
    }
}

/// Whether a file's first row is one of numbers, and as long as a kline.
pub(crate) fn is_kline(first: &ByteRecord) -> bool {
    let value = |field: &&[u8]| std::str::from_utf8(field).is_ok_and(is_value);
    // A header has none; a row with a bad value or two is still a row.
    COUNTS.contains(&first.len()) && first.iter().take(6).filter(value).count() >= 3
}

/// The column that has the first of these spellings that any has.
pub(crate) fn find(names: &[String], spellings: &'static str) -> Result<Option<usize>, RowFault> {
    let is_there = |spelling: &&str| names.iter().any(|name| name == spelling);
    let Some(spelling) = spellings.split(' ').find(is_there) else { return Ok(None) };
    let mut places = (0..names.len()).filter(|&place| names[place] == spelling);
    let place = places.next();
    if places.next().is_some() { Err(RowFault::SameName(spelling)) } else { Ok(place) }
}

fn is_volume(name: &str) -> bool {
    name.starts_with("volume_")
}

/// Whether a field is a number or a time, and so no name of a column.
fn is_value(field: &str) -> bool {
    field.trim().parse::<f64>().is_ok() || time(field).is_ok()
}

/// A column's name in small letters, with `_` between its words and nothing around it.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    // `Date (UTC)` is the usual name of what is UTC anyway.
    name.strip_suffix("_utc").map(str::to_owned).unwrap_or(name)
}
