//! The second pass: a source's candles, row by row.
//!
//! A row that is not a candle is an error of its own, with its line, and the next row is read all the same: the caller
//! decides whether one bad row spoils a file.

use std::{collections::HashMap, fmt};

use crate::record::Record;
use candles::{Candle, Interval};

use crate::{
    Error, Format, Role, RowFault, Source,
    delimited::{DelimitedForm, unquoted},
    format::{Parser, field, join},
    name::interval_code,
    number::is_nothing,
    source::Records,
    time::{AHEAD, Clock},
};

/// What rounding may put a high below an open, or the like, by: this part of the price.
const ROUNDING: f64 = 1e-9;
/// The intervals of up to a week that exchanges publish.
const PUBLISHED: [&str; 15] =
    ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"];
const DAY: i64 = 86_400_000;

/// A candle and what else its row says; `None` where the source has no such column, or nothing in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Its line, from 1; in JSON and tables its number.
    pub line: u64,
    /// The candle, checked; its volume is 0 where the row says none.
    pub candle: Candle,
    /// Whether the row says a volume.
    pub has_volume: bool,
    /// Place of its symbol in [`Rows::symbols`], where rows tell one.
    pub symbol: Option<usize>,
    /// From UTC to the time that the row says, in minutes.
    pub offset: i32,
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
    /// Whether the row says that the candle was not over.
    pub is_unfinished: bool,
}

/// Rows that were read without becoming candles, and candles that were mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows without any price.
    pub empty: u64,
    /// Headers that came again.
    pub headers: u64,
    /// Highs and lows that missed a price by rounding.
    pub widened: u64,
    /// Times of an hour that comes twice where summer time ends, told by the order of the rows.
    pub twice: u64,
}

/// The places of what is read of a row.
#[derive(Debug, Clone, Copy)]
struct Places {
    time: usize,
    of_day: Option<usize>,
    prices: [usize; 4],
    volume: Option<usize>,
    close_time: Option<usize>,
    quote_volume: Option<usize>,
    trades: Option<usize>,
    taker_base: Option<usize>,
    taker_quote: Option<usize>,
    symbol: Option<usize>,
    interval: Option<usize>,
    is_closed: Option<usize>,
}

/// The rows of a source, one after the other.
pub struct Rows<'a> {
    format: &'a Format,
    /// `None` once it cannot be read any more.
    records: Option<Box<dyn Records + 'a>>,
    record: Record,
    places: Places,
    clock: Clock<'a>,
    counts: RowCounts,
    symbols: Vec<String>,
    by_symbol: HashMap<String, usize>,
    /// The interval's code that rows tell.
    interval: Option<String>,
    /// The line of words that came last.
    note: Option<u64>,
    /// Whether values are passed over: only times and symbols are read.
    times_only: bool,
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("format", &self.format).finish_non_exhaustive()
    }
}

/// Reads the rows of a source whose format is known.
///
/// # Errors
/// Where the source cannot be read.
pub fn read<'a>(source: &'a Source, format: &'a Format, rises: Option<bool>) -> Result<Rows<'a>, Error> {
    Rows::new(source, format, rises)
}

impl<'a> Rows<'a> {
    fn new(source: &'a Source, format: &'a Format, rises: Option<bool>) -> Result<Self, Error> {
        let place = |role| format.columns.place(role);
        let need = |role: Role| place(role).ok_or(Error::NotGiven(role.name()));
        let places = Places {
            time: need(Role::Time)?,
            of_day: place(Role::TimeOfDay),
            prices: [need(Role::Open)?, need(Role::High)?, need(Role::Low)?, need(Role::Close)?],
            volume: place(Role::Volume),
            close_time: place(Role::CloseTime),
            quote_volume: place(Role::QuoteVolume),
            trades: place(Role::Trades),
            taker_base: place(Role::TakerBase),
            taker_quote: place(Role::TakerQuote),
            symbol: place(Role::Symbol),
            interval: place(Role::Interval),
            is_closed: place(Role::IsClosed),
        };
        Ok(Self {
            format,
            records: Some(format.parser.records(source)?),
            record: Record::new(),
            places,
            clock: Clock::new(format.time, format.time_zone.as_ref(), format.latest, rises),
            counts: RowCounts::default(),
            symbols: Vec::new(),
            by_symbol: HashMap::new(),
            interval: None,
            note: None,
            times_only: false,
        })
    }

    /// Reads times and symbols alone: the candles' prices are 0.
    pub(crate) fn times_only(mut self) -> Self {
        self.times_only = true;
        self
    }

    /// The symbols that the rows told so far.
    #[must_use]
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    /// The code of the interval that the rows tell.
    #[must_use]
    pub fn interval(&self) -> Option<&str> {
        self.interval.as_deref()
    }

    /// What was passed over and mended so far.
    #[must_use]
    pub fn counts(&self) -> RowCounts {
        RowCounts { twice: self.clock.twice, ..self.counts }
    }

    fn read(&mut self) -> Result<Option<Row>, Error> {
        loop {
            let Some(records) = &mut self.records else { return Ok(None) };
            let Some(line) = records.read(&mut self.record)? else { return Ok(None) };
            let fault = |fault: RowFault| self.format.fault(fault, line);
            if matches!(self.format.parser, Parser::Delimited(_)) && DelimitedForm::is_comment(&self.record) {
                continue;
            }
            if let Parser::Delimited(form) = &self.format.parser
                && !form.has_width(&self.record)
            {
                if self.record.iter().all(|field| field.trim().is_empty()) {
                    self.counts.empty += 1;
                    continue;
                }
                if form.is_note(&self.record) {
                    self.note.get_or_insert(line);
                    continue;
                }
                return Err(fault(RowFault::Columns(self.record.len(), form.width())));
            }
            let is_header =
                matches!(&self.format.parser, Parser::Delimited(form) if form.is_header(&self.record));
            if is_header {
                self.counts.headers += 1;
                continue;
            }
            let is_empty = |place: &usize| {
                // Digits are no word for nothing.
                let field = self.record.field(*place);
                !field.starts_with(|first: char| first.is_ascii_digit())
                    && is_nothing(trimmed(&self.record, *place))
            };
            if self.places.prices.iter().all(is_empty) {
                self.counts.empty += 1;
                continue;
            }
            if let Some(note) = self.note {
                return Err(Error::NoteBetween { note, line });
            }
            return self.row(line).map(Some).map_err(|fault| self.format.fault(fault, line));
        }
    }

    fn row(&mut self, line: u64) -> Result<Row, RowFault> {
        let places = self.places;
        let record = &self.record;
        let time = trimmed(record, places.time);
        if time.is_empty() {
            return Err(RowFault::Value("time", "is empty"));
        }
        let instant = match places.of_day {
            Some(place) => self.clock.read(&join(time, trimmed(record, place), self.format.of_day)),
            None => self.clock.read(time),
        }?;
        let open_time = instant.ms;
        if open_time > self.format.latest.saturating_add(AHEAD) {
            return Err(RowFault::Ahead(open_time));
        }
        let symbol = places.symbol.map(|place| self.symbol(place));
        let record = &self.record;
        if let Some(place) = places.interval
            && self.interval.is_none()
        {
            let code = field(record, place);
            self.interval = (!is_nothing(&code)).then_some(code);
        }
        let mut row = Row {
            line,
            candle: Candle { open_time, open: 0.0, high: 0.0, low: 0.0, close: 0.0, volume: 0.0 },
            has_volume: false,
            symbol,
            offset: instant.offset,
            close_time: None,
            quote_volume: None,
            trades: None,
            taker_base: None,
            taker_quote: None,
            is_unfinished: false,
        };
        // It only serves to check the interval, so one that says nothing spoils no row.
        row.close_time = places.close_time.and_then(|place| close_time(&self.clock, trimmed(record, place)));
        if self.times_only {
            return Ok(row);
        }
        let numbers = self.format.numbers;
        let mut prices = [0.0; 4];
        for ((price, place), what) in
            prices.iter_mut().zip(places.prices).zip(["open", "high", "low", "close"])
        {
            let field = trimmed(record, place);
            if is_nothing(field) {
                return Err(RowFault::Value(what, "is empty"));
            }
            *price = numbers.read(what, field)?;
        }
        let [open, mut high, mut low, close] = prices;
        let (top, bottom) = (open.max(close), open.min(close));
        if (high < top && top - high <= top.abs() * ROUNDING)
            || (low > bottom && low - bottom <= bottom.abs() * ROUNDING)
        {
            (high, low) = (high.max(top), low.min(bottom));
            self.counts.widened += 1;
        }
        let amount = |what, place: Option<usize>| {
            let Some(field) = place.map(|place| trimmed(record, place)).filter(|field| !is_nothing(field))
            else {
                return Ok(None);
            };
            match numbers.read_volume(what, field)? {
                // Terminals write -1 where nothing is known.
                number if number.is_nan() || number == -1.0 => Ok(None),
                number if number < 0.0 => Err(RowFault::Value(what, "is below 0")),
                number if number.is_infinite() => Err(RowFault::Value(what, "is not a finite number")),
                number => Ok(Some(number)),
            }
        };
        let volume = amount("volume", places.volume)?;
        (row.has_volume, row.quote_volume) = (volume.is_some(), amount("quote volume", places.quote_volume)?);
        row.trades = match amount("number of trades", places.trades)? {
            Some(count) if count.fract() != 0.0 || count > 9e15 => return Err(RowFault::Trades(count)),
            count => count.map(|count| count as i64),
        };
        row.taker_base = amount("taker buy base volume", places.taker_base)?;
        row.taker_quote = amount("taker buy quote volume", places.taker_quote)?;
        row.candle = Candle { open_time, open, high, low, close, volume: volume.unwrap_or(0.0) };
        row.candle.check()?;
        row.is_unfinished = places.is_closed.is_some_and(|place| {
            matches!(trimmed(record, place).to_ascii_lowercase().as_str(), "0" | "false")
        });
        Ok(row)
    }

    /// The number of a row's symbol.
    fn symbol(&mut self, place: usize) -> usize {
        let name = trimmed(&self.record, place);
        if let Some(known) = self.by_symbol.get(name) {
            return *known;
        }
        let name = name.to_owned();
        self.symbols.push(name.clone());
        self.by_symbol.insert(name, self.symbols.len() - 1);
        self.symbols.len() - 1
    }
}

/// A field without blanks and quotes around it.
fn trimmed(record: &Record, place: usize) -> &str {
    let field = record.field(place);
    match field.as_bytes() {
        // Most fields have nothing around them.
        [b'0'..=b'9', .., b'0'..=b'9'] => field,
        _ => unquoted(field),
    }
}

/// Reads a time of closing, which may lie a µs or ns before the next candle.
fn close_time(clock: &Clock<'_>, field: &str) -> Option<i64> {
    let is_number = field.bytes().all(|byte| byte.is_ascii_digit());
    let until = if is_number && matches!(field.len(), 16 | 19) { 13 } else { field.len() };
    if until < field.len() {
        return field[..until].parse().ok();
    }
    clock.clone().read(field).ok().map(|instant| instant.ms)
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    /// [`Error::Row`] is about one row; after another error nothing follows.
    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.as_ref().is_err_and(|error| !matches!(error, Error::Row { .. })) {
            self.records = None;
        }
        read.transpose()
    }
}

impl Row {
    /// Whether this candle closes when one of `interval` does; `false` too where its source has no time of closing.
    ///
    /// # Errors
    /// Where it closes when a candle of another published interval does. A candle that an outage cut
    /// short shows that in its time of closing, but none lasts whole days longer.
    pub fn closes_with(&self, interval: &Interval) -> Result<bool, RowFault> {
        let Some(length) = self.length() else {
            return Ok(false);
        };
        let is_longer = length > interval.ms() && length % DAY == 0;
        if length != interval.ms() && (is_longer || is_published(length)) {
            return Err(RowFault::OtherInterval { length, interval: interval.code().to_owned() });
        }
        Ok(length == interval.ms())
    }

    /// From its opening to the next candle's in ms, as its time of closing tells.
    #[must_use]
    pub fn length(&self) -> Option<i64> {
        let length = self.close_time?.saturating_sub(self.candle.open_time);
        // Exchanges give the last millisecond or second, others the next candle's first.
        Some(length.saturating_add(match length.rem_euclid(60_000) {
            59_999 => 1,
            59_000 => 1000,
            _ => i64::from(length.rem_euclid(1000) == 999),
        }))
    }
}

/// Whether candles of so many ms are published: months, quarters and years among them.
fn is_published(length: i64) -> bool {
    let is_of_days = matches!(length / DAY, 14 | 15 | 28..=31 | 90..=92 | 365 | 366);
    length > 0 && (PUBLISHED.contains(&interval_code(length).as_str()) || (length % DAY == 0 && is_of_days))
}
