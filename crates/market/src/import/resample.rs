//! Builds a coarser series from finer ones.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    iter,
};

use candles::{Candle, Interval};

use super::{
    database::Database,
    options::Name,
    rows::{Row, offset},
    summary::{FinerInterval, SeriesImport},
};
use crate::error::{Error, Refusal};

const DAY: i64 = 86_400_000;
/// Decimals that a sum keeps exactly; more than any exchange has.
const DECIMALS: usize = 18;
/// Neighbouring numbers that a stored sum may be off by where it was added in another way.
const ROUNDING: u64 = 2;

/// Refuses to build candles of `coarse` from those of an interval that does not divide it.
pub fn check_divides(fine: &Interval, coarse: &Interval) -> Result<(), Refusal> {
    // Months begin at midnight, whatever number of days they have.
    let divides = match (coarse.months(), fine.months()) {
        (Some(coarse), Some(fine)) => coarse % fine == 0,
        (Some(_), None) => DAY % fine.ms() == 0,
        (None, Some(_)) => false,
        (None, None) => coarse.ms() % fine.ms() == 0,
    };
    if coarse.ms() <= fine.ms() || !divides {
        return Err(Refusal::NoMultiple(coarse.clone(), fine.clone()));
    }
    if offset(coarse.grid_time(0), fine) != 0 {
        return Err(Refusal::OtherGrid(coarse.clone(), fine.clone()));
    }
    Ok(())
}

/// Builds `coarser` from the `finest` series, and what that one cannot complete from the next
/// coarser one that is stored and can. With `only_absent`, candles that are stored stay as they are. Returns what
/// became of its rows, and where they come from.
pub fn resample(
    database: &mut Database<'_>,
    finest: &Name,
    coarser: &Name,
    only_absent: bool,
) -> Result<SeriesImport, Error> {
    let coarse = &coarser.interval;
    check_divides(&finest.interval, coarse)?;
    database.check_length(coarse)?;
    // By their open times; `None` where a candle stays as it is.
    let (mut rows, mut incomplete) = (BTreeMap::new(), BTreeSet::new());
    if only_absent {
        database.each(coarser, |open_time, _| {
            rows.insert(open_time, None);
        })?;
    }
    let mut finer = database.intervals(finest.symbol.as_str())?;
    finer.retain(|other| other.ms() > finest.interval.ms() && check_divides(other, coarse).is_ok());
    finer.push(finest.interval.clone());
    finer.sort_by_key(Interval::ms);
    let mut from_intervals = Vec::new();
    for fine in finer {
        let before = rows.len();
        // A finer series may have made the candle already.
        let mut close = |bucket: Bucket| {
            if let Entry::Vacant(place) = rows.entry(bucket.start) {
                match bucket.row(coarse, &fine) {
                    Some(row) => _ = place.insert(Some(row)),
                    None => _ = incomplete.insert(bucket.start),
                }
            }
        };
        let source = Name { symbol: finest.symbol.clone(), interval: fine.clone() };
        let (fine, mut open) = (&source.interval, None::<Bucket>);
        database.each(&source, |open_time, row| {
            let start = coarse.grid_time(coarse.grid_index(open_time));
            if let Some(bucket) = open.take_if(|bucket| bucket.start != start) {
                close(bucket);
            }
            let bucket = open.get_or_insert_with(|| Bucket { start, ..Bucket::default() });
            // A candle that opens between two of the grid fills no place.
            let is_next = offset(open_time, fine) == 0 && fine.plus(start, bucket.count) == Some(open_time);
            if let Some(row) = row.filter(|row| is_next && row.candle.check().is_ok()) {
                bucket.add(&row);
            }
        })?;
        open.into_iter().for_each(close);
        let candles = (rows.len() - before) as u64;
        if from_intervals.is_empty() || candles > 0 {
            from_intervals.push(FinerInterval { interval: fine.code().to_owned(), candles });
        }
    }
    let incomplete = incomplete.iter().filter(|start| !rows.contains_key(start)).count() as u64;
    let rows: Vec<Row> = rows.into_values().flatten().collect();
    let counts =
        database.store(coarser, &mut rows.into(), ROUNDING, false)?.into_values().next().unwrap_or_default();
    Ok(SeriesImport { counts, from_intervals, incomplete, ..SeriesImport::default() })
}

/// The candles of one coarser one, as far as they came without a gap.
#[derive(Default)]
struct Bucket {
    start: i64,
    count: i64,
    /// The first of them, with the prices and trades of all.
    first: Option<Row>,
    volumes: [Sum; 4],
}

impl Bucket {
    fn add(&mut self, row: &Row) {
        for (sum, volume) in self.volumes.iter_mut().zip(row.volumes()) {
            sum.add(volume);
        }
        self.count += 1;
        let Some(Row { candle, trades, .. }) = &mut self.first else {
            self.first = Some(*row);
            return;
        };
        *trades = trades.saturating_add(row.trades);
        candle.high = candle.high.max(row.candle.high);
        candle.low = candle.low.min(row.candle.low);
        candle.close = row.candle.close;
    }

    /// The coarser candle, if all its finer ones were there.
    fn row(&self, coarse: &Interval, fine: &Interval) -> Option<Row> {
        let is_whole = fine.plus(self.start, self.count) == Some(coarse.end(self.start));
        let row = self.first.filter(|_| is_whole)?;
        let [volume, amounts @ ..] = self.volumes.each_ref().map(Sum::total);
        let candle = Candle { open_time: self.start, volume, ..row.candle };
        let row = Row { candle, amounts, ..row };
        row.volumes().iter().all(|volume| volume.is_finite()).then_some(row)
    }
}

/// A sum of numbers as they are written in decimals, as an exchange adds them: 0.1 + 0.2 is 0.3.
struct Sum {
    /// In units of the last of [`DECIMALS`]; `None` where a number has more digits than fit.
    exact: Option<i128>,
    rough: f64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { exact: Some(0), rough: 0.0 }
    }
}

impl Sum {
    fn add(&mut self, number: f64) {
        self.rough += number;
        self.exact = self.exact.and_then(|sum| sum.checked_add(units(number)?));
    }

    fn total(&self) -> f64 {
        let Some(exact) = self.exact else { return self.rough };
        let unit = 10_i128.pow(DECIMALS as u32);
        let text = format!("{}.{:0DECIMALS$}", exact / unit, exact % unit);
        text.parse().unwrap_or(self.rough)
    }
}

/// A number of 0 or more as a whole number of the smallest unit, if it is one.
fn units(number: f64) -> Option<i128> {
    // Without an exponent, and with as many digits as tell it from its neighbours.
    let text = number.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    if decimals.len() > DECIMALS || whole.len() > DECIMALS {
        return None;
    }
    let digits = decimals.bytes().chain(iter::repeat(b'0')).take(DECIMALS);
    whole.bytes().chain(digits).try_fold(0_i128, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
        Some(sum * 10 + digit)
    })
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
