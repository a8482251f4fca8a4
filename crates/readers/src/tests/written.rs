//! Candles as many sources write them.

use candles::{Candle, Civil, civil};

use crate::EpochUnit;

use super::walk::decimal;

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Times {
    Epoch(EpochUnit),
    /// `2023-01-31 05:00:00`, with a `T` and `Z` in UTC.
    Iso,
    /// `31.01.2023 05:00`
    DayFirst,
    /// `01/31/2023 05:00`
    MonthFirst,
    /// `20230131 050000`
    Compact,
    /// `44957`
    Spreadsheet,
}

/// What a zone does to times that are written as text.
#[derive(Clone, Copy)]
pub struct Zone {
    pub label: &'static str,
    /// Minutes ahead of UTC at a time of UTC.
    pub offset: fn(i64) -> i64,
    /// Whether each time tells its offset.
    pub is_written: bool,
}

/// Where what a row says of a candle stands, word by word: `T` time, `D` date, `H` time of day, `C` time of closing, `o h l
/// c v` the candle, `q` quote volume, `n` trades, `b` and `Q` what takers bought, `a` adjusted close, `w` average price,
/// `k` ticks, `s` symbol, `i` interval, `x` true, `0` zero, `1` a number of the row, `_` nothing.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    pub label: &'static str,
    pub fields: &'static str,
    /// The names of its fields, parted by bars; none where there is no header.
    pub names: &'static str,
    /// What stands above the header.
    pub above: &'static str,
}

const fn layout(label: &'static str, fields: &'static str, names: &'static str) -> Layout {
    Layout { label, fields, names, above: "" }
}

/// CSV, the headers of sources.
pub const WITH_HEADER: [Layout; 21] = [
    layout("plain", "T o h l c v", "time|open|high|low|close|volume"),
    layout("reversed names", "v c l h o T", "Volume|Close|Low|High|Open|Time"),
    layout(
        "klines",
        "T o h l c v C q n b Q 0",
        "open_time|open|high|low|close|volume|close_time|quote_volume|count|taker_buy_volume|taker_buy_quote_volume|ignore",
    ),
    layout(
        "python-binance",
        "T o h l c v C q n b Q 0",
        "Open time|Open|High|Low|Close|Volume|Close time|Quote asset volume|Number of trades|Taker buy base asset volume|Taker buy quote asset volume|Ignore",
    ),
    layout("Yahoo", "T o h l c a v", "Date|Open|High|Low|Close|Adj Close|Volume"),
    layout("Alpha Vantage", "T o h l c v", "timestamp|open|high|low|close|volume"),
    layout("pandas", "T o h l c v", "|open|high|low|close|volume"),
    layout("pandas, numbered", "1 T o h l c v", "|date|open|high|low|close|volume"),
    Layout {
        label: "CryptoDataDownload",
        fields: "T s o h l c v q n",
        names: "Unix|Symbol|Open|High|Low|Close|Volume BTC|Volume USDT|tradecount",
        above: "https://www.CryptoDataDownload.com\n",
    },
    Layout { label: "yfinance", fields: "T c h l o v", names: "Price|Close|High|Low|Open|Volume", above: "" },
    layout(
        "MetaTrader 5",
        "D H o h l c k v 0",
        "<DATE>|<TIME>|<OPEN>|<HIGH>|<LOW>|<CLOSE>|<TICKVOL>|<VOL>|<SPREAD>",
    ),
    layout(
        "stooq",
        "s i D H o h l c v 0",
        "<TICKER>|<PER>|<DATE>|<TIME>|<OPEN>|<HIGH>|<LOW>|<CLOSE>|<VOL>|<OPENINT>",
    ),
    layout("TradingView", "T o h l c v k", "time|open|high|low|close|Volume|Volume MA"),
    layout("Gemini", "T D s o h l c v", "Unix Timestamp|Date|Symbol|Open|High|Low|Close|Volume"),
    layout("tushare", "s T o h l c a v q", "ts_code|trade_date|open|high|low|close|pre_close|vol|amount"),
    layout("LEAN", "T o h l c v", "datetime|Open|High|Low|Close|Volume"),
    layout(
        "Upbit",
        "T o h l c q v",
        "candle_date_time_utc|opening_price|high_price|low_price|trade_price|candle_acc_trade_price|candle_acc_trade_volume",
    ),
    layout("Kraken", "T o h l c w v n", "time|open|high|low|close|vwap|volume|count"),
    layout("Polygon", "s v o c h l T n", "ticker|volume|open|close|high|low|window_start|transactions"),
    layout("amount", "T o c h l v q", "date|open|close|high|low|volume|amount"),
    layout("no volume", "T o h l c", "Date|Open|High|Low|Close"),
];

/// Rows without names, the orders of sources; CSV and arrays of JSON.
pub const WITHOUT_HEADER: [Layout; 16] = [
    layout("ohlcv", "T o h l c v", ""),
    layout("ohlc", "T o h l c", ""),
    layout("lhocv, Coinbase", "T l h o c v", ""),
    layout("ochlv, Bitfinex", "T o c h l v", ""),
    layout("ochlvq, KuCoin", "T o c h l v q", ""),
    layout("qchlov, Gate", "T q c h l o v x", ""),
    layout("vchlo", "T v c h l o", ""),
    layout("chlov, yfinance", "T c h l o v", ""),
    layout("klines", "T o h l c v C q n b Q 0", ""),
    layout("ohlcvn, Kraken CSV", "T o h l c v n", ""),
    layout("ohlcwvn, Kraken REST", "T o h l c w v n", ""),
    layout("ohlcav, Yahoo", "T o h l c a v", ""),
    layout("ohlcvq, Bybit", "T o h l c v q", ""),
    layout("ohlcvqq, OKX", "T o h l c v q q x", ""),
    layout("symbol first", "s T o h l c v", ""),
    layout("date and time, MetaTrader 4", "D H o h l c v", ""),
];

/// Objects of JSON.
pub const OBJECTS: [Layout; 6] = [
    layout("plain", "T o h l c v", "time|open|high|low|close|volume"),
    layout("Polygon", "v w o c h l T n", "v|vw|o|c|h|l|t|n"),
    layout("Alpaca", "c h l n o T v w", "c|h|l|n|o|t|v|vw"),
    layout("Hyperliquid", "T C s i o c h l v n", "t|T|s|i|o|c|h|l|v|n"),
    layout("stream", "T C s i o c h l v n x q b Q", "t|T|s|i|o|c|h|l|v|n|x|q|V|Q"),
    layout("names out of order", "o v s T l c h", "open|volume|symbol|timestamp|low|close|high"),
];

/// Candles, and how they are to be written.
pub struct Written<'a> {
    pub candles: &'a [Candle],
    /// When each closes: as many as candles.
    pub ends: &'a [i64],
    pub times: Times,
    pub zone: Zone,
    /// Whether dates stand without their time of day, which is 00:00 throughout.
    pub is_date: bool,
    pub interval: &'static str,
}

/// One field: whether it is a number of JSON, and its text.
type Field = (bool, String);

impl Written<'_> {
    pub fn time(&self, ms: i64) -> String {
        if let Times::Epoch(unit) = self.times {
            return match unit {
                EpochUnit::Seconds => (ms.div_euclid(1000)).to_string(),
                EpochUnit::Milliseconds => ms.to_string(),
                EpochUnit::Microseconds => format!("{ms}000"),
                EpochUnit::Nanoseconds => format!("{ms}000000"),
            };
        }
        let (date, of_day) = (self.date(ms), self.of_day(ms));
        let offset = (self.zone.offset)(ms);
        let suffix = match self.times {
            Times::Spreadsheet => return date,
            _ if self.zone.is_written => {
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
            Times::Iso if self.zone.label == "UTC" => "Z".to_owned(),
            _ if self.is_date => return date,
            _ => String::new(),
        };
        let joint = if suffix == "Z" { 'T' } else { ' ' };
        format!("{date}{joint}{of_day}{suffix}")
    }

    fn local(&self, ms: i64) -> Civil {
        civil(ms + (self.zone.offset)(ms) * 60_000)
    }

    pub fn date(&self, ms: i64) -> String {
        let Civil { year, month, day, .. } = self.local(ms);
        match self.times {
            Times::Epoch(_) | Times::Iso => format!("{year:04}-{month:02}-{day:02}"),
            Times::DayFirst => format!("{day:02}.{month:02}.{year:04}"),
            Times::MonthFirst => format!("{month:02}/{day:02}/{year:04}"),
            Times::Compact => format!("{year:04}{month:02}{day:02}"),
            Times::Spreadsheet => {
                let local = ms + (self.zone.offset)(ms) * 60_000;
                let days = local.div_euclid(86_400_000) + 25_569;
                match local.rem_euclid(86_400_000) {
                    0 => days.to_string(),
                    of_day => format!("{:.10}", days as f64 + of_day as f64 / 86_400_000.0),
                }
            }
        }
    }

    pub fn of_day(&self, ms: i64) -> String {
        let Civil { hour, minute, second, .. } = self.local(ms);
        match self.times {
            Times::Compact => format!("{hour:02}{minute:02}{second:02}"),
            Times::DayFirst | Times::MonthFirst => format!("{hour:02}:{minute:02}"),
            _ => format!("{hour:02}:{minute:02}:{second:02}"),
        }
    }

    fn field(&self, at: usize, word: &str) -> Field {
        let candle = &self.candles[at];
        let ms = candle.open_time;
        let number = |number: f64| (true, number.to_string());
        let is_number = matches!(self.times, Times::Epoch(_) | Times::Spreadsheet);
        // Eight digits, as the sum of trades has more of them than either factor.
        let quote = |volume: f64| {
            let text = format!("{:.8e}", volume * f64::midpoint(candle.high, candle.low));
            number(text.parse().unwrap_or(0.0))
        };
        let trades = (candle.volume * 1e3) as i64 % 9973 + 1;
        match word {
            "T" => (is_number, self.time(ms)),
            "D" => (false, self.date(ms)),
            "H" => (false, self.of_day(ms)),
            "C" => match self.times {
                // The last of its units.
                Times::Epoch(unit) => {
                    let next: i64 = self.time(self.ends[at]).parse().unwrap_or(0);
                    let _ = unit;
                    (true, (next - 1).to_string())
                }
                _ => (is_number, self.time(self.ends[at])),
            },
            "o" => number(candle.open),
            "h" => number(candle.high),
            "l" => number(candle.low),
            "c" => number(candle.close),
            "v" => number(candle.volume),
            "a" => number(format!("{:.6e}", candle.close * 0.997).parse().unwrap_or(0.0)),
            "w" => number(
                format!("{:.6e}", (candle.high + candle.low + candle.close) / 3.0).parse().unwrap_or(0.0),
            ),
            "q" => quote(candle.volume),
            "b" => number(format!("{:.6e}", candle.volume * 0.4).parse().unwrap_or(0.0)),
            "Q" => quote(candle.volume * 0.4),
            "n" | "k" => (true, trades.to_string()),
            "s" => (false, "BTCUSDT".to_owned()),
            "i" => (false, self.interval.to_owned()),
            "x" => (false, "true".to_owned()),
            "0" => (true, "0".to_owned()),
            "1" => (true, at.to_string()),
            _ => (true, String::new()),
        }
    }

    fn fields(&self, at: usize, layout: &Layout) -> Vec<Field> {
        layout.fields.split(' ').map(|word| self.field(at, word)).collect()
    }

    /// Rows parted by a delimiter, with a comma before decimals if `comma` says so.
    pub fn delimited(&self, layout: &Layout, delimiter: char, comma: bool) -> String {
        let joint = delimiter.to_string();
        let mut lines = Vec::new();
        if !layout.names.is_empty() {
            lines.push(layout.names.split('|').collect::<Vec<_>>().join(&joint));
        }
        if layout.label == "yfinance" {
            lines.push(format!("Ticker{}", format!("{delimiter}BTC-USD").repeat(5)));
            lines.push(format!("Date{}", joint.repeat(5)));
        }
        for at in 0..self.candles.len() {
            let fields = self.fields(at, layout).into_iter().zip(layout.fields.split(' '));
            let shown = fields.map(|((_, text), word)| {
                let is_decimal = comma && !["T", "D", "H", "C"].contains(&word);
                if is_decimal { text.replace('.', ",") } else { text }
            });
            lines.push(shown.collect::<Vec<_>>().join(&joint));
        }
        format!("{}{}\n", layout.above, lines.join("\n"))
    }

    /// Arrays of JSON, with all values as strings if `strings` says so.
    pub fn arrays(&self, layout: &Layout, strings: bool) -> String {
        let row = |at| {
            let values: Vec<String> =
                self.fields(at, layout).iter().map(|field| value(field, strings)).collect();
            format!("[{}]", values.join(","))
        };
        format!("[{}]", (0..self.candles.len()).map(row).collect::<Vec<_>>().join(","))
    }

    /// Objects of JSON.
    pub fn objects(&self, layout: &Layout, strings: bool) -> Vec<String> {
        let row = |at| {
            let fields = self.fields(at, layout);
            let fields = fields.iter().zip(layout.names.split('|'));
            let fields: Vec<String> =
                fields.map(|(field, name)| format!("\"{name}\":{}", value(field, strings))).collect();
            format!("{{{}}}", fields.join(","))
        };
        (0..self.candles.len()).map(row).collect()
    }

    /// One array of JSON for each name.
    pub fn columns(&self, names: &[(&str, &str)]) -> String {
        let column = |(name, word): &(&str, &str)| {
            let values: Vec<String> =
                (0..self.candles.len()).map(|at| value(&self.field(at, word), false)).collect();
            format!("\"{name}\":[{}]", values.join(","))
        };
        names.iter().map(column).collect::<Vec<_>>().join(",")
    }

    /// Objects by time, as pandas writes columns: each name has an object of all its values.
    pub fn by_label(&self) -> String {
        let column = |(name, word): (&str, &str)| {
            let values: Vec<String> = (0..self.candles.len())
                .map(|at| {
                    let time = self.time(self.candles[at].open_time);
                    format!("\"{time}\":{}", value(&self.field(at, word), false))
                })
                .collect();
            format!("\"{name}\":{{{}}}", values.join(","))
        };
        let names = [("open", "o"), ("high", "h"), ("low", "l"), ("close", "c"), ("volume", "v")];
        format!("{{{}}}", names.map(column).join(","))
    }

    /// Objects by time, as pandas writes an index: each time has an object of its values.
    pub fn by_index(&self) -> String {
        let layout = layout("", "o h l c v", "open|high|low|close|volume");
        let rows = self.objects(&layout, false);
        let rows =
            rows.iter().zip(self.candles).map(|(row, c)| format!("\"{}\":{row}", self.time(c.open_time)));
        format!("{{{}}}", rows.collect::<Vec<_>>().join(","))
    }

    /// pandas' split: names, times and rows apart.
    pub fn split(&self) -> String {
        let layout = layout("", "o h l c v", "");
        let rows = self.arrays(&layout, false);
        format!(
            "{{\"columns\":[\"open\",\"high\",\"low\",\"close\",\"volume\"],{},\"data\":{rows}}}",
            self.columns(&[("index", "T")])
        )
    }
}

fn value((is_number, text): &Field, strings: bool) -> String {
    match text.as_str() {
        "true" => text.clone(),
        "" => "null".to_owned(),
        _ if *is_number && !strings => text.clone(),
        _ => format!("\"{text}\""),
    }
}

#[test]
fn units_of_ten_are_written_as_they_are() {
    assert_eq!(decimal(12_345, -4).to_string(), "1.2345");
}
