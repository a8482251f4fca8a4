//! Rows with what exchanges publish beside a candle. Pictures need none of it, so [`Rows`] never looks at it.

use candles::{Candle, Interval};

use crate::{
    Error, Row, RowFault, Rows,
    columns::find,
    name::interval_code,
    value::{number, time},
};

/// The usual spellings of each column, as those of [`crate::columns`], in the order of a kline from its 7th column on.
const SPELLINGS: [&str; 5] = [
    "close_time closetime time_close timeclose close_timestamp",
    "quote_asset_volume quote_volume quotevolume quoteassetvolume volume_quote quote_vol quotevol qav turnover q",
    "trades number_of_trades num_trades no_of_trades trade_count tradecount trades_count numberoftrades \
     numtrades count n",
    "taker_buy_base_volume taker_buy_base_asset_volume taker_buy_volume taker_buy_base taker_base_volume \
     taker_base_vol taker_buy_vol takerbuybaseassetvolume takerbuybasevolume tb_base_av tbbav",
    "taker_buy_quote_volume taker_buy_quote_asset_volume taker_buy_quote taker_quote_volume taker_quote_vol \
     takerbuyquoteassetvolume takerbuyquotevolume tb_quote_av tbqav",
];
/// The intervals of up to a week that exchanges publish.
const PUBLISHED: [&str; 15] =
    ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"];
const DAY: i64 = 86_400_000;

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
pub struct Klines<'a> {
    rows: Rows<'a>,
    /// Where a row has the values of [`SPELLINGS`], if it is that long.
    places: [Option<usize>; 5],
}

impl<'a> Klines<'a> {
    /// Looks for what else rows say.
    ///
    /// # Errors
    /// Where two columns of it have one name.
    pub fn new(rows: Rows<'a>) -> Result<Self, Error> {
        let mut places = [6, 7, 8, 9, 10].map(Some);
        if !rows.columns.names.is_empty() {
            for (place, spellings) in places.iter_mut().zip(SPELLINGS) {
                *place = find(&rows.columns.names, spellings).map_err(|fault| fault.at(rows.line))?;
            }
            places[1] = places[1].or_else(|| rows.columns.second_volume());
        }
        Ok(Self { rows, places })
    }

    fn kline(&self, Row { line, candle }: Row) -> Result<Kline, RowFault> {
        let field = |place: Option<usize>| std::str::from_utf8(self.rows.record.get(place?)?).ok();
        let [closing, quote_volume, trades, taker_base, taker_quote] = self.places.map(field);
        Ok(Kline {
            line,
            candle,
            // It only serves to check the interval, so one that says nothing spoils no row.
            close_time: closing.and_then(close_time),
            quote_volume: amount("quote volume", quote_volume)?,
            trades: match amount("number of trades", trades)? {
                Some(count) if count.fract() != 0.0 || count > 9e15 => return Err(RowFault::Trades(count)),
                count => count.map(|count| count as i64),
            },
            taker_base: amount("taker buy base volume", taker_base)?,
            taker_quote: amount("taker buy quote volume", taker_quote)?,
        })
    }
}

impl Iterator for Klines<'_> {
    type Item = Result<Kline, Error>;

    /// As that of [`Rows`].
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.and_then(|row| self.kline(row).map_err(|fault| fault.at(row.line))))
    }
}

impl Kline {
    /// Whether this candle closes when one of `interval` does; `false` too where its source has no time of closing.
    ///
    /// # Errors
    /// Where it closes when a candle of another published interval does. A candle that an outage cut
    /// short shows that in its time of closing, but none lasts whole days longer.
    pub fn closes_with(&self, interval: &Interval) -> Result<bool, Error> {
        let Some(close_time) = self.close_time else {
            return Ok(false);
        };
        let length = close_time.saturating_sub(self.candle.open_time);
        // Exchanges give the last millisecond, others the next candle's first.
        let length = length.saturating_add(i64::from(length % 1000 == 999));
        let is_longer = length > interval.ms() && length % DAY == 0;
        if length != interval.ms() && (is_longer || is_published(length)) {
            let fault = RowFault::OtherInterval { length, interval: interval.code().to_owned() };
            return Err(fault.at(self.line));
        }
        Ok(length == interval.ms())
    }
}

/// Whether candles of so many ms are published: months, quarters and years among them.
fn is_published(length: i64) -> bool {
    let is_of_days = matches!(length / DAY, 14 | 15 | 28..=31 | 90..=92 | 365 | 366);
    PUBLISHED.contains(&interval_code(length).as_str()) || (length % DAY == 0 && is_of_days)
}

/// Reads a time of closing, which may lie a µs or ns before the next candle.
fn close_time(field: &str) -> Option<i64> {
    let field = field.trim();
    let is_number = field.bytes().all(|byte| byte.is_ascii_digit());
    let until = if is_number && matches!(field.len(), 16 | 19) { 13 } else { field.len() };
    time(&field[..until]).ok()
}

/// A number of 0 or more; `nan` is how some tools write that there is none.
fn amount(what: &'static str, field: Option<&str>) -> Result<Option<f64>, RowFault> {
    let Some(field) = field.filter(|field| !field.trim().is_empty()) else {
        return Ok(None);
    };
    match number(what, field)? {
        number if number.is_nan() => Ok(None),
        number if number < 0.0 => Err(RowFault::Value(what, "is below 0")),
        number if number.is_infinite() => Err(RowFault::Value(what, "is not a finite number")),
        number => Ok(Some(number)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::cases;

    fn all(text: &str) -> Result<Klines<'_>, Error> {
        Rows::new(text.as_bytes()).and_then(Klines::new)
    }

    fn klines(text: &str) -> Vec<Result<Kline, Error>> {
        all(text).expect(text).collect()
    }

    #[test]
    fn what_stands_beside_a_candle_is_read_from_every_form() {
        let row = "1672531200000,2,3,1,2.5,7,1672534799999,72146293.5867229,149854,2179.94,36032203.5,0";
        let names = "time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume";
        let object: Vec<String> = names
            .split(',')
            .zip(row.split(','))
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        for text in [
            row.to_owned(),
            row.replace("00000,", "00000000,").replace("99999,", "99999999,"),
            format!("{names},ignore\n{row}"),
            format!("[[{row}]]"),
            format!("[{{{}}}]", object.join(",")),
        ] {
            let kline = *klines(&text)[0].as_ref().expect(&text);
            assert_eq!((kline.close_time, kline.trades), (Some(1_672_534_799_999), Some(149_854)), "{text}");
            let amounts = [kline.quote_volume, kline.taker_base, kline.taker_quote];
            assert_eq!(amounts, [Some(72_146_293.586_722_9), Some(2179.94), Some(36_032_203.5)], "{text}");
        }
    }

    #[test]
    fn what_a_text_does_not_have_is_none_and_what_makes_no_sense_an_error() {
        let kline = *klines("1672531200,2,3,1,2.5,7")[0].as_ref().expect("a candle");
        assert_eq!((kline.close_time, kline.trades, kline.quote_volume), (None, None, None));
        let error = |value: &str| {
            let text = format!("time,open,high,low,close,trades\n1672531200,2,3,1,2.5,{value}");
            klines(&text)[0].as_ref().map(|kline| kline.trades).map_err(ToString::to_string)
        };
        assert_eq!((error("7.0"), error(""), error("nan")), (Ok(Some(7)), Ok(None), Ok(None)));
        assert_eq!(error("x"), Err("line 2: number of trades \"x\" is not a number".to_owned()));
        assert_eq!(error("-1"), Err("line 2: number of trades is below 0".to_owned()));
        assert_eq!(error("inf"), Err("line 2: number of trades is not a finite number".to_owned()));
        let twice = all("time,open,high,low,close,trades,trades\n").expect_err("two");
        assert_eq!(twice.to_string(), "line 1: two columns are named \"trades\"");
    }

    proptest! {
        #![proptest_config(cases(300))]

        #[test]
        fn no_text_panics_and_candles_are_those_of_its_rows(
            text in prop_oneof![
                "[0-9a-z,;\\n\\t\"'.:\\[\\]{}-]{0,200}",
                "(time,open,high,low,close,volume,n,q,close_time\n)?([0-9]{1,14}(,[0-9.,e-]{0,4}){5,11}\n){0,8}",
            ],
        ) {
            let rows: Option<Vec<_>> = Rows::new(text.as_bytes()).ok().map(Iterator::collect);
            let klines: Option<Vec<_>> = all(&text).ok().map(Iterator::collect);
            for (row, kline) in rows.into_iter().flatten().zip(klines.into_iter().flatten()) {
                match (row, kline) {
                    (Ok(row), Ok(kline)) => prop_assert_eq!(row, Row { line: kline.line, candle: kline.candle }),
                    (row, kline) => prop_assert!(kline.is_err(), "{:?}", row),
                }
            }
        }
    }
}
