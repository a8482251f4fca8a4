//! Columns of rows without names, found from what stands in them.
//!
//! The high is the largest of the prices and the low the smallest. Of the two that are left the open lies nearer to the
//! close of the candle before. An amount is what is not near a price.

use crate::record::Record;

use super::{Columns, Role};
use crate::time::{is_time_of_day, may_be_time};

/// As many columns a file without names may have.
const COUNTS: std::ops::RangeInclusive<usize> = 5..=14;
/// What rounding may put a high below an open, or the like, by.
const ROUNDING: f64 = 1e-9;
/// Prices of one row lie within this ratio of each other, nearly always.
const NEAR: f64 = 1.5;

/// Why the order of columns is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderDoubt {
    /// There are so many columns.
    #[error("{0} columns without names; there must be 5 to 14")]
    Count(usize),
    /// No column holds times.
    #[error("no column without a name holds times of candles")]
    NoTime,
    /// No four columns are prices of candles.
    #[error("no four of the columns without names are open, high, low and close of candles")]
    NoPrices,
    /// The columns fit in more than one way.
    #[error("the columns have no names, and the rows do not decide which is the {0}")]
    Open(&'static str),
}

/// The numbers of all rows, column by column; NaN where there is none.
struct Numbers {
    columns: Vec<Vec<f64>>,
    rows: usize,
}

/// Where times stand in rows without names: the columns whose roles are known before any time is understood.
pub(crate) fn time_columns(rows: &[Record]) -> Result<Columns, OrderDoubt> {
    let width = rows.iter().map(filled).max().unwrap_or(0);
    if !COUNTS.contains(&width) {
        return Err(OrderDoubt::Count(width));
    }
    let mut roles = vec![Role::Other; width];
    times(rows, &mut roles)?;
    Ok(Columns { roles })
}

/// All columns, from those of [`time_columns`], rows and their times.
pub(crate) fn by_order(
    Columns { mut roles }: Columns,
    rows: &[Record],
    times: &[i64],
) -> Result<Columns, OrderDoubt> {
    // Which close came before an open is known in the order of time.
    let mut order: Vec<usize> = (0..rows.len().min(times.len())).collect();
    order.sort_by_key(|at| times[*at]);
    let rows: Vec<&Record> = order.into_iter().map(|at| &rows[at]).collect();
    let numbers = numbers(&rows, &roles);
    if klines(&rows, &numbers, &mut roles) {
        return Ok(Columns { roles });
    }
    let prices = prices(&numbers, &roles)?;
    for (place, role) in prices.into_iter().zip([Role::Open, Role::High, Role::Low, Role::Close]) {
        roles[place] = role;
    }
    amounts(&numbers, prices, &mut roles)?;
    Ok(Columns { roles })
}

/// Klines as exchanges publish them, which their time of closing in the seventh column tells, however few they are:
/// <https://github.com/binance/binance-public-data>.
fn klines(rows: &[&Record], numbers: &Numbers, roles: &mut [Role]) -> bool {
    const ORDER: [Role; 11] = [
        Role::Time,
        Role::Open,
        Role::High,
        Role::Low,
        Role::Close,
        Role::Volume,
        Role::CloseTime,
        Role::QuoteVolume,
        Role::Trades,
        Role::TakerBase,
        Role::TakerQuote,
    ];
    let is_kline = (11..=12).contains(&roles.len())
        && roles[0] == Role::Time
        && is_closing(rows, 6)
        && numbers.mostly(|at| {
            let [open, high, low, close] = [1, 2, 3, 4].map(|place| numbers.columns[place][at]);
            high >= open && high >= close && low <= open && low <= close
        });
    if is_kline {
        roles[..ORDER.len()].copy_from_slice(&ORDER);
    }
    is_kline
}

/// How many fields a row has, without empty ones at its end.
fn filled(row: &Record) -> usize {
    row.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1)
}

fn text(row: &Record, place: usize) -> &str {
    row.field(place).trim()
}

/// Times stand in the first column, or where a symbol or a number of the row stands there, in the second.
fn times(rows: &[Record], roles: &mut [Role]) -> Result<(), OrderDoubt> {
    let all = |place: usize, is: fn(&str) -> bool| rows.iter().all(|row| is(text(row, place)));
    let steps = |place: usize| {
        let of = |row: &Record| text(row, place).parse::<f64>().ok();
        let fields: Option<Vec<f64>> = rows.iter().map(of).collect();
        // A number of the row rises by one from 0 or 1 on, and so does no time of candles.
        fields.is_some_and(|fields| {
            fields.len() > 1 && fields[0] <= 1.0 && fields.array_windows().all(|[a, b]| b - a == 1.0)
        })
    };
    // A date that is written as one is rather a time than a number before it, which may count rows.
    let is_date = |field: &str| crate::time::may_be_date(field) && !is_time_of_day(field);
    let dated = (0..2).find(|&place| all(place, is_date));
    let place = dated.or_else(|| (0..2).find(|&place| all(place, may_be_time) && !steps(place)));
    let place = place.ok_or(OrderDoubt::NoTime)?;
    let counts =
        place == 1 && all(0, |field| field.bytes().all(|byte| byte.is_ascii_digit()) && !field.is_empty());
    if place == 1 && !steps(0) && !counts {
        let is_name = |field: &str| field.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !all(0, is_name) {
            return Err(OrderDoubt::NoTime);
        }
        roles[0] = Role::Symbol;
    }
    roles[place] = Role::Time;
    let next = place + 1;
    let is_date_only = all(place, |field| !field.contains(':'));
    let has_marks = rows.iter().any(|row| text(row, next).contains(':'));
    if is_date_only && all(next, is_time_of_day) && (has_marks || is_of_digits(rows, next)) {
        roles[next] = Role::TimeOfDay;
    }
    Ok(())
}

/// Whether a column of times of day has all their digits, in all rows, and lies far from the price beside it.
fn is_of_digits(rows: &[Record], place: usize) -> bool {
    let width = rows.first().map_or(0, |row| text(row, place).len());
    let is_far = |row: &Record| {
        let [own, beside] = [place, place + 1].map(|at| text(row, at).parse::<f64>().unwrap_or(f64::NAN));
        own == 0.0 || (own / beside).max(beside / own) > NEAR
    };
    rows.len() >= 5
        && matches!(width, 4 | 6)
        && rows.iter().all(|row| text(row, place).len() == width && is_far(row))
}

fn numbers(rows: &[&Record], roles: &[Role]) -> Numbers {
    let number = |row: &Record, place| text(row, place).parse().unwrap_or(f64::NAN);
    let column = |place: usize| {
        let column =
            rows.iter().map(|row| if roles[place] == Role::Other { number(row, place) } else { f64::NAN });
        column.collect()
    };
    Numbers { columns: (0..roles.len()).map(column).collect(), rows: rows.len() }
}

/// Open, high, low and close.
fn prices(numbers: &Numbers, roles: &[Role]) -> Result<[usize; 4], OrderDoubt> {
    let free: Vec<usize> = (0..roles.len()).filter(|&at| roles[at] == Role::Other).collect();
    let candidates: Vec<usize> = free.iter().copied().filter(|&at| numbers.is_price_like(at)).collect();
    let mut fits: Vec<Fit> = Vec::new();
    for &high in &candidates {
        for &low in &candidates {
            if high == low || !numbers.is_above(high, low) {
                continue;
            }
            let is_between = |&at: &usize| {
                at != high && at != low && numbers.is_above(high, at) && numbers.is_above(at, low)
            };
            let between: Vec<usize> = candidates.iter().copied().filter(is_between).collect();
            for &open in &between {
                for &close in between.iter().filter(|&&close| close != open) {
                    let apart = numbers.apart(open, close);
                    fits.push(Fit { places: [open, high, low, close], apart });
                }
            }
        }
    }
    let best = fits.iter().min_by(|a, b| a.apart.total_cmp(&b.apart)).ok_or(OrderDoubt::NoPrices)?;
    // Of columns that say the same in all rows, either will do; the first is meant.
    let first_like =
        |place: usize| candidates.iter().copied().find(|&at| numbers.is_same(at, place)).unwrap_or(place);
    let ways = ["open", "high", "low", "close"];
    for other in &fits {
        let differing = (0..4).find(|&at| !numbers.is_same(best.places[at], other.places[at]));
        if let Some(at) = differing
            && !is_clear(best.apart, other.apart, numbers.rows)
        {
            return Err(OrderDoubt::Open(ways[at]));
        }
    }
    let places = best.places.map(first_like);
    // Columns that are alike in all rows may have been taken twice.
    let is_twice = (1..4).any(|at| places[..at].contains(&places[at]));
    Ok(if is_twice { best.places } else { places })
}

/// One way in which four columns are the prices of candles.
struct Fit {
    /// Open, high, low, close.
    places: [usize; 4],
    /// How far opens lie from the closes before them, all rows together.
    apart: f64,
}

/// Whether a distance is so much smaller than another that chance does not explain it.
fn is_clear(best: f64, other: f64, rows: usize) -> bool {
    let ratio = match rows {
        ..4 => return false,
        4..10 => 0.1,
        10..30 => 0.5,
        _ => 0.8,
    };
    // Two that are nothing are alike.
    best < other && best <= other * ratio
}

impl Numbers {
    fn rows(&self) -> impl Iterator<Item = usize> {
        0..self.rows
    }

    /// Whether it lies near most of the other columns of its row, as prices do: near at least three others, nearly always.
    fn is_price_like(&self, place: usize) -> bool {
        let column = &self.columns[place];
        let near = |other: &Vec<f64>| {
            let (mut near, mut all) = (0_usize, 0_usize);
            for (a, b) in column.iter().zip(other).filter(|(a, b)| !a.is_nan() && !b.is_nan()) {
                all += 1;
                near += usize::from(*a > 0.0 && *b > 0.0 && (a / b).max(b / a) < NEAR);
            }
            all > 0 && all * 2 >= self.rows && near * 50 >= all * 49
        };
        self.columns.iter().filter(|other| near(other)).count() >= 4
    }

    /// Whether at least half of the rows are like that.
    fn mostly(&self, is: impl Fn(usize) -> bool) -> bool {
        self.rows().filter(|at| is(*at)).count() * 2 >= self.rows
    }

    /// Whether one column is nowhere below another, but for a bad row in a hundred.
    fn is_above(&self, high: usize, low: usize) -> bool {
        let (high, low) = (&self.columns[high], &self.columns[low]);
        let below = high.iter().zip(low).filter(|(high, low)| **high < *low - low.abs() * ROUNDING);
        below.count() <= self.rows / 100
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        let same = |at: usize| {
            let (a, b) = (self.columns[a][at], self.columns[b][at]);
            a == b || (a.is_nan() && b.is_nan())
        };
        a == b || self.rows().all(same)
    }

    /// How far opens lie from the closes before them, in parts of the price.
    fn apart(&self, open: usize, close: usize) -> f64 {
        let (open, close) = (&self.columns[open], &self.columns[close]);
        let apart = |at: usize| (open[at] - close[at - 1]).abs() / close[at - 1];
        (1..self.rows).map(apart).filter(|apart| apart.is_finite()).sum()
    }

    fn is_whole(&self, place: usize) -> bool {
        self.columns[place].iter().all(|number| number.is_nan() || number.fract() == 0.0)
    }

    fn is_empty(&self, place: usize) -> bool {
        self.columns[place].iter().all(|number| number.is_nan())
    }
}

/// The volume, and beside it the turnover or the number of trades.
fn amounts(numbers: &Numbers, prices: [usize; 4], roles: &mut [Role]) -> Result<(), OrderDoubt> {
    let last_time = roles.iter().rposition(|role| matches!(role, Role::Time | Role::TimeOfDay)).unwrap_or(0);
    let is_amount =
        |at: usize| !numbers.is_empty(at) && !numbers.is_price_like(at) && !numbers.is_change(at, prices);
    let free: Vec<usize> =
        (last_time + 1..roles.len()).filter(|&at| roles[at] == Role::Other && is_amount(at)).collect();
    // An amount that happens to lie near the price would be lost, or another one taken for it.
    let is_unknown = |at: usize| {
        roles[at] == Role::Other && numbers.is_price_like(at) && !numbers.is_explained(at, prices)
    };
    if (last_time + 1..roles.len()).any(is_unknown) {
        return Err(OrderDoubt::Open("volume"));
    }
    let varying: Vec<usize> = free.iter().copied().filter(|&at| !numbers.is_constant(at)).collect();
    // A candle alone, or nothing but zeros, tells no column from another.
    if varying.is_empty() {
        // What lies near the prices may be the volume as well as the close as it was adjusted.
        if (last_time + 1..roles.len()).any(|at| roles[at] == Role::Other && numbers.is_price_like(at)) {
            return Err(OrderDoubt::Open("volume"));
        }
        match free[..] {
            [] => {}
            [volume] => roles[volume] = Role::Volume,
            [volume, ..] if numbers.rows > 1 => roles[volume] = Role::Volume,
            _ => return Err(OrderDoubt::Open("volume")),
        }
        return Ok(());
    }
    // All others are amounts of the quote asset, or count something, beside the volume. Counts stand behind it: a volume
    // of whole numbers before a change in percent is none.
    let is_beside = |other: usize, volume: usize| {
        let is_count = other > volume && numbers.is_whole(other) && !numbers.is_whole(volume);
        is_count || numbers.is_quote_of(other, volume, prices)
    };
    let volumes: Vec<usize> = varying
        .iter()
        .copied()
        .filter(|&volume| varying.iter().all(|&other| other == volume || is_beside(other, volume)))
        .collect();
    // What is always 0 before it may be the volume as well.
    let [volume] = volumes[..] else { return Err(OrderDoubt::Open("volume")) };
    if free.iter().any(|&at| at < volume && numbers.is_constant(at)) {
        return Err(OrderDoubt::Open("volume"));
    }
    // Amounts of the quote asset are the volume times the price, and the volume may lie near the price by chance.
    let is_near = |at: usize| roles[at] == Role::Other && numbers.is_price_like(at);
    if (last_time + 1..roles.len()).any(|at| is_near(at) && numbers.is_quote_of(volume, at, prices)) {
        return Err(OrderDoubt::Open("volume"));
    }
    roles[volume] = Role::Volume;
    let beside = varying.iter().copied().filter(|&at| at != volume);
    let (quotes, counts): (Vec<usize>, Vec<usize>) =
        beside.partition(|&at| numbers.is_quote_of(at, volume, prices));
    for (place, role) in quotes
        .first()
        .map(|at| (*at, Role::QuoteVolume))
        .into_iter()
        .chain(counts.first().map(|at| (*at, Role::Trades)))
    {
        roles[place] = role;
    }
    Ok(())
}

/// Whether a column holds whole numbers of the times' kind that lie, mostly, a fixed step behind them.
fn is_closing(rows: &[&Record], place: usize) -> bool {
    let number = |row: &Record, place| text(row, place).parse::<i64>().ok();
    let lengths: Option<Vec<i64>> =
        rows.iter().map(|row| Some(number(row, place)? - number(row, 0)?)).collect();
    // A candle that an outage cut short is an exception.
    lengths.is_some_and(|lengths| {
        let usual = crate::most_common(lengths.clone()).unwrap_or(0);
        let same = lengths.iter().filter(|length| **length == usual).count();
        usual > 0 && same * 2 >= lengths.len() && lengths.iter().all(|length| *length >= 0)
    })
}

impl Numbers {
    /// Whether most rows say that the amounts in one column are those in another, times a price of the row.
    fn is_quote_of(&self, quote: usize, base: usize, [_, high, low, _]: [usize; 4]) -> bool {
        let (mut fits, mut all) = (0_usize, 0_usize);
        for at in self.rows() {
            let [quote, base, high, low] = [quote, base, high, low].map(|place| self.columns[place][at]);
            if quote > 0.0 && base > 0.0 {
                all += 1;
                fits += usize::from(quote / base >= low * 0.98 && quote / base <= high * 1.02);
            }
        }
        all > 0 && fits * 10 > all * 7
    }

    /// Whether a column near the prices is an average of them, or the close as it was adjusted later: a part of it that
    /// stays nearly the same from row to row.
    fn is_explained(&self, place: usize, [_, high, low, close]: [usize; 4]) -> bool {
        if self.is_above(high, place) && self.is_above(place, low) {
            return true;
        }
        let part = |at: usize| self.columns[place][at] / self.columns[close][at];
        let steps = (1..self.rows).map(|at| (part(at) / part(at - 1) - 1.0).abs());
        steps.filter(|step| *step > 0.002).count() * 10 <= self.rows
    }

    /// Whether a column says how much the price has changed, in per cent or as it is, up or down.
    fn is_change(&self, place: usize, [open, _, _, close]: [usize; 4]) -> bool {
        let column = |place: usize| &self.columns[place];
        let is_of = |at: usize| {
            let (now, told) = (column(close)[at], column(place)[at].abs());
            [column(close)[at - 1], column(open)[at]].into_iter().any(|before| {
                let (change, percent) = ((now - before).abs(), (now / before - 1.0).abs() * 100.0);
                (told - change).abs() <= now.abs() * 1e-6
                    || (told - percent).abs() <= 0.011
                    || (told - percent / 100.0).abs() <= 0.0001
            })
        };
        let fits = (1..self.rows).filter(|at| is_of(*at)).count();
        self.rows > 2 && fits * 10 >= (self.rows - 1) * 8
    }

    fn is_constant(&self, place: usize) -> bool {
        self.columns[place].array_windows().all(|[a, b]| a == b || (a.is_nan() && b.is_nan()))
    }
}
