//! What all rows of a source tell together: which series there are, in which order their rows stand, and how far apart
//! candles lie.

mod days;
mod times;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use candles::{Interval, civil};

use crate::{
    Error, Format, Row, RowCounts, RowFault, Source,
    limits::MOST_TIMES,
    name::interval_code,
    rows::read,
    time::{SKIPPED, TimeDoubt, TimeFormat, is_months},
};

pub(crate) use days::{DayFacts, weekday};
pub use times::{check_interval, interval_of};

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// As many different steps are told apart.
const MOST_KINDS: usize = 2000;
/// Steps of another length that follow each other are no gaps any more from so many on.
const LONGEST_RUN: u64 = 20;
/// Rows read between two looks at the cancellation flag.
const ROWS_PER_LOOK: u64 = 4096;
/// Where nobody tells the interval, one of so many steps must be of it.
const LEAST_SHARE: u64 = 2;

/// In which order of time the rows of a series stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// The oldest first.
    Rising,
    /// The newest first.
    Falling,
    /// None.
    Mixed,
}

/// Which series a source holds.
#[derive(Debug, Clone)]
pub struct Survey {
    /// In the order of their first rows; one without a symbol where rows tell none.
    pub series: Vec<SeriesFacts>,
    /// What was passed over.
    pub counts: RowCounts,
    /// The interval's code that rows tell.
    pub interval: Option<String>,
}

/// What the times of one series tell.
#[derive(Debug, Clone)]
pub struct SeriesFacts {
    /// What is traded, as the rows say it.
    pub symbol: Option<String>,
    /// Candles.
    pub rows: u64,
    /// The first and the last open time, as read, in ms.
    pub range: (i64, i64),
    /// How the rows stand.
    pub order: RowOrder,
    steps: BTreeMap<i64, u64>,
    common_divisor: i64,
    /// The longest run of equal steps by their length.
    runs: BTreeMap<i64, u64>,
    run: (i64, u64),
    before: Option<i64>,
    /// The time from opening to closing that rows say, and how many rows said the last one.
    lengths: BTreeMap<i64, u64>,
    length: (i64, u64),
    pub(crate) days: DayFacts,
}

/// Why the interval is not known, or is another one than is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntervalDoubt {
    /// Nothing tells it: there is one candle.
    #[error("one candle tells no interval")]
    OneCandle,
    /// The steps are of no one length.
    #[error("its candles lie at different distances, most of them {} apart", interval_code((*.0).max(1)))]
    Irregular(i64),
    /// Most candles are not an interval apart.
    #[error("its candles are {} apart, not {interval}", interval_code((*apart).max(1)))]
    Distance {
        /// Their most common distance in ms.
        apart: i64,
        /// The interval's code.
        interval: String,
        /// Whether the distance is a multiple of the interval, so that candles may be missing between.
        is_multiple: bool,
    },
    /// Some candles lie closer together than an interval: there are two kinds.
    #[error("some of its candles are {} apart, as others are {interval}; part them into two files", interval_code((*apart).max(1)))]
    Mixed {
        /// The other distance in ms.
        apart: i64,
        /// The interval's code.
        interval: String,
    },
}

/// Reads the times of all rows. Rows that are no candles are passed over: the second pass tells them.
///
/// # Errors
/// Where the source cannot be read. It ends early, with what was read, soon after `cancel` is set.
pub fn survey(source: &Source, format: &Format, cancel: &AtomicBool) -> Result<Survey, Error> {
    let (mut survey, mut is_sorted) = pass(source, format, cancel, Some(true), None)?;
    if !is_sorted && format.time_zone.is_some() {
        // An hour that comes twice is told by the order of the rows, whichever it is.
        let (falling, is_falling) = pass(source, format, cancel, Some(false), None)?;
        if is_falling {
            (survey, is_sorted) = (falling, true);
        }
    }
    if !is_sorted {
        // Steps of rows in no order are known once they are sorted.
        let mut times: BTreeMap<Option<usize>, Vec<(i64, i32)>> = BTreeMap::new();
        (survey, _) = pass(source, format, cancel, None, Some(&mut times))?;
    }
    for facts in &survey.series {
        check_units(format.time, facts.range)?;
    }
    Ok(survey)
}

/// Refuses numbers of two units, whose first and last time they make.
pub(crate) fn check_units(format: TimeFormat, (first, last): (i64, i64)) -> Result<(), TimeDoubt> {
    let [first, last] = [first, last].map(|at| civil(at).year);
    let is_mixed = matches!(format, TimeFormat::Epoch(_)) && first == 1970 && last >= 1990;
    if is_mixed { Err(TimeDoubt::Mixed(first, last)) } else { Ok(()) }
}

type Times = BTreeMap<Option<usize>, Vec<(i64, i32)>>;

fn pass(
    source: &Source,
    format: &Format,
    cancel: &AtomicBool,
    rises: Option<bool>,
    mut times: Option<&mut Times>,
) -> Result<(Survey, bool), Error> {
    let mut rows = read(source, format, rises)?.times_only();
    let mut series: BTreeMap<Option<usize>, SeriesFacts> = BTreeMap::new();
    let (mut count, mut held) = (0_u64, 0_usize);
    for row in rows.by_ref() {
        let row = match row {
            Ok(row) => row,
            // One unit and one zone hold for a whole file.
            Err(Error::Row { fault: RowFault::Ahead(at), .. })
                if matches!(format.time, TimeFormat::Epoch(_)) =>
            {
                return Err(TimeDoubt::Ahead(candles::format_utc(at)).into());
            }
            Err(error @ Error::Row { fault: RowFault::Time(_, SKIPPED), .. }) => return Err(error),
            Err(Error::Row { .. }) => continue,
            Err(error) => return Err(error),
        };
        count += 1;
        if count % ROWS_PER_LOOK == 0 && cancel.load(Ordering::Relaxed) {
            break;
        }
        let facts = series.entry(row.symbol).or_insert_with(|| SeriesFacts::new(row.candle.open_time));
        match &mut times {
            Some(times) => {
                facts.see_row(&row);
                held += 1;
                if held > MOST_TIMES {
                    return Err(Error::TooManyRows);
                }
                times.entry(row.symbol).or_default().push((row.candle.open_time, row.offset));
            }
            None => {
                facts.see_row(&row);
                facts.see_step(row.candle.open_time);
            }
        }
    }
    if let Some(times) = times {
        for (symbol, mut times) in std::mem::take(times) {
            times.sort_unstable();
            if let Some(facts) = series.get_mut(&symbol) {
                facts.order = RowOrder::Mixed;
                times.iter().for_each(|(time, _)| facts.see_sorted(*time));
            }
        }
    }
    let names = rows.symbols().to_vec();
    let (counts, interval) = (rows.counts(), rows.interval().map(str::to_owned));
    let is_sorted = series.values().all(|facts| facts.order != RowOrder::Mixed);
    let series = series.into_iter().map(|(symbol, mut facts)| {
        facts.symbol = symbol.and_then(|at| names.get(at).cloned());
        facts.end_run();
        facts.end_lengths();
        facts.days.is_named_closing = format.has_closing_times();
        facts
    });
    Ok((Survey { series: series.collect(), counts, interval }, is_sorted))
}

impl Survey {
    /// Whether times rise from row to row; `None` where they are in no order.
    #[must_use]
    pub fn rises(&self) -> Option<bool> {
        let is_all = |order| self.series.iter().all(|facts| facts.order == order);
        match () {
            () if !self.series.is_empty() && is_all(RowOrder::Falling) => Some(false),
            () if self.series.iter().any(|facts| facts.order == RowOrder::Mixed) => None,
            () => Some(true),
        }
    }
}

impl SeriesFacts {
    fn new(at: i64) -> Self {
        Self {
            symbol: None,
            rows: 0,
            range: (at, at),
            order: RowOrder::Rising,
            steps: BTreeMap::new(),
            common_divisor: 0,
            runs: BTreeMap::new(),
            run: (0, 0),
            before: None,
            lengths: BTreeMap::new(),
            length: (0, 0),
            days: DayFacts::default(),
        }
    }

    fn see_row(&mut self, row: &Row) {
        let at = row.candle.open_time;
        self.rows += 1;
        self.range = (self.range.0.min(at), self.range.1.max(at));
        if let Some(length) = row.length() {
            if self.length.0 != length {
                self.end_lengths();
                self.length = (length, 0);
            }
            self.length.1 += 1;
        }
        self.days.see(at, row.offset);
    }

    /// Takes the next time, and finds out whether times rise or fall.
    fn see_step(&mut self, at: i64) {
        let Some(before) = self.before.replace(at) else { return };
        let step = at.saturating_sub(before);
        let is_first = self.steps.is_empty() && self.run.1 == 0;
        match (self.order, step) {
            (_, 0) | (RowOrder::Mixed, _) => return,
            (RowOrder::Rising, ..0) if is_first => self.order = RowOrder::Falling,
            (RowOrder::Rising, ..0) | (RowOrder::Falling, 1..) => {
                self.order = RowOrder::Mixed;
                return;
            }
            _ => {}
        }
        self.step(step.saturating_abs());
    }

    fn see_sorted(&mut self, at: i64) {
        if let Some(before) = self.before.replace(at)
            && at > before
        {
            self.step(at.saturating_sub(before));
        }
    }

    fn step(&mut self, step: i64) {
        // Most steps are those before, so that maps are asked once for many.
        if self.run.0 == step {
            self.run.1 += 1;
        } else {
            self.end_run();
            self.run = (step, 1);
        }
    }

    fn end_lengths(&mut self) {
        let (length, rows) = self.length;
        if rows > 0 {
            count(&mut self.lengths, length, rows);
        }
    }

    fn end_run(&mut self) {
        let (step, length) = self.run;
        if length > 0 {
            count(&mut self.steps, step, length);
            self.common_divisor = divisor(self.common_divisor, step);
        }
        if length > 1 && (self.runs.len() < MOST_KINDS || self.runs.contains_key(&step)) {
            let longest = self.runs.entry(step).or_default();
            *longest = length.max(*longest);
        }
    }

    /// The distance that most neighbours have, in ms; `None` for fewer than two candles.
    #[must_use]
    pub fn usual_step(&self) -> Option<i64> {
        usual(&self.steps)
    }

    /// The length in ms of most candles, as their times of closing say it.
    #[must_use]
    pub fn usual_length(&self) -> Option<i64> {
        let usual = usual(&self.lengths)?;
        (self.lengths[&usual] * 2 > self.rows).then_some(usual)
    }

    /// The code of the interval that the candles lie apart.
    ///
    /// # Errors
    /// Where the candles do not tell it.
    pub fn interval(&self) -> Result<String, IntervalDoubt> {
        let of = |length: i64| match length {
            _ if length <= 0 => None,
            _ if (28 * DAY..=31 * DAY).contains(&length) => Some("1M".to_owned()),
            _ if is_months(length) => Some("3M".to_owned()),
            _ if (365 * DAY..=366 * DAY).contains(&length) => Some("12M".to_owned()),
            _ => Some(interval_code(length)),
        };
        if let Some(code) = self.usual_length().and_then(of) {
            return Ok(code);
        }
        let usual = self.usual_step().ok_or(IntervalDoubt::OneCandle)?;
        let all: u64 = self.steps.values().sum();
        let months: u64 =
            self.steps.iter().filter(|(step, _)| is_months(**step)).map(|(_, count)| count).sum();
        let share = if is_months(usual) { months } else { self.steps[&usual] };
        let code = of(usual).ok_or(IntervalDoubt::Irregular(usual))?;
        // A day with summer time in it counts as one.
        let share = if usual % DAY == 0 {
            share + self.count(usual - HOUR) + self.count(usual + HOUR)
        } else {
            share
        };
        if share * LEAST_SHARE < all || usual % 1000 != 0 {
            return Err(IntervalDoubt::Irregular(usual));
        }
        self.check(&code, usual, false).map(|()| code)
    }

    fn count(&self, step: i64) -> u64 {
        self.steps.get(&step).copied().unwrap_or(0)
    }

    /// Refuses an interval, called `code` and `ms` long, that the candles are not of. `is_sparse` says that candles
    /// between may be missing in any pattern.
    ///
    /// # Errors
    /// [`IntervalDoubt::Distance`] or [`IntervalDoubt::Mixed`].
    pub fn check(&self, code: &str, ms: i64, is_sparse: bool) -> Result<(), IntervalDoubt> {
        // Times of closing prove the interval, so that distances need not.
        if self.usual_length() == Some(ms) {
            return Ok(());
        }
        let Some(usual) = self.usual_step() else { return Ok(()) };
        let interval = || code.to_owned();
        let months = Interval::parse(code).ok().and_then(|interval| interval.months());
        let is_alike = |step: i64| match months {
            Some(months) => (months * 28 * DAY..=months * 31 * DAY + 3 * DAY).contains(&step),
            // Holidays move a week's first day of trade.
            None => step == ms || (ms == 7 * DAY && (5 * DAY..=9 * DAY).contains(&step)),
        };
        let is_multiple = usual % ms == 0 || (months.is_some() && usual > ms && usual % DAY == 0);
        // Steps of all lengths are of one that is hardly traded, but then some are an interval's.
        let all: u64 = self.steps.values().sum();
        let own: u64 = self.steps.iter().filter(|(step, _)| is_alike(**step)).map(|(_, count)| count).sum();
        let is_natural = self.common_divisor == ms && own * 20 >= all;
        if !is_alike(usual) && !(is_multiple && (is_sparse || is_natural)) {
            return Err(IntervalDoubt::Distance { apart: usual, interval: interval(), is_multiple });
        }
        // Summer time shortens a step by an hour, and holidays a week by some days.
        let is_short = |step: i64| step < ms && !is_alike(step) && (ms - step > HOUR || ms <= HOUR);
        let short: u64 = self.steps.iter().filter(|(step, _)| is_short(**step)).map(|(_, count)| count).sum();
        let other = self.steps.iter().filter(|(step, _)| is_short(**step)).max_by_key(|(_, count)| **count);
        if let Some((apart, _)) = other.filter(|_| short > 1 && short * 50 > all) {
            return Err(IntervalDoubt::Mixed { apart: *apart, interval: interval() });
        }
        let long = self.runs.iter().find(|(step, run)| {
            **step > ms && **step % ms == 0 && !is_alike(**step) && **run >= LONGEST_RUN && **run * 5 >= all
        });
        match long.filter(|_| !is_sparse) {
            Some((apart, _)) => Err(IntervalDoubt::Mixed { apart: *apart, interval: interval() }),
            None => Ok(()),
        }
    }

    /// The weekday that all candles open on, 0 for Monday.
    #[must_use]
    pub fn only_weekday(&self) -> Option<usize> {
        self.days.weekdays.iter().position(|count| *count == self.days.count)
    }

    /// Whether no candle opens on a Saturday or Sunday, and candles of weekdays are there.
    #[must_use]
    pub fn is_of_weekdays(&self) -> bool {
        let [weekdays @ .., saturday, sunday] = self.days.weekdays;
        saturday + sunday == 0 && weekdays.iter().all(|count| *count > 0)
    }
}

fn count(kinds: &mut BTreeMap<i64, u64>, kind: i64, times: u64) {
    if kinds.len() < MOST_KINDS || kinds.contains_key(&kind) {
        *kinds.entry(kind).or_default() += times;
    }
}

/// The most common one, the smallest of equals.
fn usual(kinds: &BTreeMap<i64, u64>) -> Option<i64> {
    kinds.iter().rev().max_by_key(|(_, count)| **count).map(|(kind, _)| *kind)
}

fn divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}
