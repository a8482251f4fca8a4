//! Builds a coarser series from finer ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use candles::{Candle, Interval};

use super::{
    check::offset,
    database::{Database, Stop},
    options::Name,
    rows::{Row, Values},
    summary::{Counts, FinerInterval},
};
use crate::error::Refusal;

/// Decimals that a sum keeps exactly; more than any exchange has.
const DECIMALS: usize = 18;
/// Neighbouring numbers that a stored sum may be off by where it was added in another way.
const ROUNDING: u64 = 2;

/// What was built of a series.
pub struct Built {
    pub counts: Counts,
    /// What each finer interval gave: the finest, and any other that gave some candles.
    pub sources: Vec<FinerInterval>,
    /// Candles that no finer series could complete.
    pub incomplete: u64,
}

/// Refuses to build candles of `coarse` from those of an interval that does not divide it.
pub fn check_divides(fine: &Interval, coarse: &Interval) -> Result<(), Refusal> {
    if coarse.ms() <= fine.ms() || coarse.ms() % fine.ms() != 0 {
        return Err(Refusal::NoMultiple(coarse.clone(), fine.clone()));
    }
    if offset(coarse.grid_time(0), fine) != 0 {
        return Err(Refusal::OtherGrid(coarse.clone(), fine.clone()));
    }
    Ok(())
}

/// Builds `coarser` from the `finest` series, and what that one cannot complete from the next
/// coarser one that is stored and can. With `only_absent`, candles that are stored stay as they are.
pub fn resample(
    database: &mut Database<'_>,
    finest: &Name,
    coarser: &Name,
    only_absent: bool,
) -> Result<Built, Stop> {
    let coarse = &coarser.interval;
    check_divides(&finest.interval, coarse)?;
    database.check_length(coarse)?;
    let mut buckets = Buckets::default();
    if only_absent {
        database.each(coarser, |open_time, _| {
            buckets.kept.insert(open_time);
        })?;
    }
    let mut finer = database.intervals(finest.symbol.as_str())?;
    finer.retain(|other| other.ms() > finest.interval.ms() && check_divides(other, coarse).is_ok());
    finer.push(finest.interval.clone());
    finer.sort_by_key(Interval::ms);
    let mut sources = Vec::new();
    for interval in finer {
        let before = buckets.rows.len();
        let source = Name { symbol: finest.symbol.clone(), interval };
        fill(database, &source, coarse, &mut buckets)?;
        let candles = (buckets.rows.len() - before) as u64;
        if sources.is_empty() || candles > 0 {
            sources.push(FinerInterval { interval: source.interval.code().to_owned(), candles });
        }
    }
    let Buckets { rows, incomplete, .. } = buckets;
    let incomplete = incomplete.iter().filter(|start| !rows.contains_key(start)).count() as u64;
    let rows: Vec<Row> = rows.into_values().collect();
    let counts = database.store(coarser, &rows, ROUNDING)?;
    Ok(Built { counts, sources, incomplete })
}

/// Completes buckets from one finer series.
fn fill(
    database: &mut Database<'_>,
    finer: &Name,
    coarse: &Interval,
    buckets: &mut Buckets,
) -> Result<(), Stop> {
    let fine = &finer.interval;
    let (count, step) = (coarse.ms() / fine.ms(), fine.ms());
    database.each(finer, |open_time, values| {
        let start = coarse.grid_time(coarse.grid_index(open_time));
        if buckets.open.as_ref().is_none_or(|bucket| bucket.start != start) {
            buckets.close(count);
            buckets.open = Some(Bucket { start, ..Bucket::default() });
        }
        let valid = values.filter(|values| is_valid(open_time, values));
        if let (Some(bucket), Some(values)) = (&mut buckets.open, valid) {
            // A candle that opens between two of the grid fills no place.
            if offset(open_time, fine) == 0 && start + bucket.count * step == open_time {
                bucket.add(&values);
            }
        }
    })?;
    buckets.close(count);
    Ok(())
}

fn is_valid(open_time: i64, values: &Values) -> bool {
    let [open, high, low, close] = values.prices;
    Candle { open_time, open, high, low, close, volume: values.volumes[0] }.check().is_ok()
}

/// The candles of the coarser series, as far as they can be built.
#[derive(Default)]
struct Buckets {
    /// Those that are complete, by their open times.
    rows: BTreeMap<i64, Row>,
    /// Open times of those that some series could not complete.
    incomplete: BTreeSet<i64>,
    /// Open times of candles that are there, and stay as they are.
    kept: BTreeSet<i64>,
    open: Option<Bucket>,
}

impl Buckets {
    /// Ends the open bucket, which makes a candle if all its finer ones were there, unless a finer series has made it.
    fn close(&mut self, count: i64) {
        let Some(bucket) = self.open.take().filter(|bucket| !self.kept.contains(&bucket.start)) else {
            return;
        };
        let volumes = bucket.volumes.map(|sum| sum.total());
        if bucket.count != count || volumes.iter().any(|volume| !volume.is_finite()) {
            self.incomplete.insert(bucket.start);
            return;
        }
        let values = Values { prices: bucket.prices, volumes, trades: bucket.trades };
        self.rows.entry(bucket.start).or_insert(Row { open_time: bucket.start, line: 0, values });
    }
}

/// The candles of one coarser one, as far as they came without a gap.
#[derive(Default)]
struct Bucket {
    start: i64,
    count: i64,
    prices: [f64; 4],
    volumes: [Sum; 4],
    trades: i64,
}

impl Bucket {
    fn add(&mut self, values: &Values) {
        let [_, high, low, close] = values.prices;
        if self.count == 0 {
            self.prices = values.prices;
        }
        let [first, highest, lowest, _] = self.prices;
        self.prices = [first, highest.max(high), lowest.min(low), close];
        for (sum, volume) in self.volumes.iter_mut().zip(values.volumes) {
            sum.add(volume);
        }
        self.trades = self.trades.saturating_add(values.trades);
        self.count += 1;
    }
}

/// A sum of numbers as they are written in decimals, as an exchange adds them: 0.1 + 0.2 is 0.3.
#[derive(Debug, Default)]
struct Sum {
    /// In units of the last of [`DECIMALS`].
    exact: i128,
    /// Used where a number has more digits than fit.
    rough: f64,
    is_rough: bool,
    text: String,
}

impl Sum {
    fn add(&mut self, number: f64) {
        self.rough += number;
        match self.units(number).and_then(|units| self.exact.checked_add(units)) {
            Some(sum) => self.exact = sum,
            None => self.is_rough = true,
        }
    }

    /// A number of 0 or more as a whole number of the smallest unit, if it is one.
    fn units(&mut self, number: f64) -> Option<i128> {
        self.text.clear();
        // Without an exponent, and with as many digits as tell it from its neighbours.
        write!(self.text, "{number}").ok()?;
        let (whole, decimals) = self.text.split_once('.').unwrap_or((&self.text, ""));
        if decimals.len() > DECIMALS || whole.len() > DECIMALS {
            return None;
        }
        let digits = decimals.bytes().chain(std::iter::repeat(b'0')).take(DECIMALS);
        whole.bytes().chain(digits).try_fold(0_i128, |sum, digit| {
            let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
            Some(sum * 10 + digit)
        })
    }

    fn total(&self) -> f64 {
        if self.is_rough {
            return self.rough;
        }
        let unit = 10_i128.pow(DECIMALS as u32);
        let text = format!("{}.{:0DECIMALS$}", self.exact / unit, self.exact % unit);
        text.parse().unwrap_or(self.rough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> f64 {
        let mut sum = Sum::default();
        numbers.iter().for_each(|&number| sum.add(number));
        sum.total()
    }

    #[test]
    fn sums_are_those_of_the_decimals() {
        assert_eq!(sum(&[0.1, 0.2]), 0.3);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[72_146_293.586_722_9, 1e-8, 5.0]), 72_146_298.586_722_91);
        assert_eq!(sum(&[0.0, -0.0]), 0.0);
    }

    #[test]
    fn numbers_of_any_size_can_be_added() {
        assert_eq!(sum(&[1e300, 1.0]), 1e300);
        assert_eq!(sum(&[1e-300, 1e-300]), 2e-300);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
    }
}
