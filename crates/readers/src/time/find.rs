//! How a file writes its times, found from its rows.

use candles::utc_ms;

use super::{DateOrder, EpochUnit, TimeFormat, Written, written};

/// What else is known of a file's times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeHints {
    /// No candle opens later, ms.
    pub now: i64,
    /// The length of an interval, where it is told.
    pub interval: Option<i64>,
    pub order: Option<DateOrder>,
    /// Whether rows may lie apart by anything and in any order, as those of candles do not.
    pub is_free: bool,
}

/// Why the format of times is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeDoubt {
    /// This one is no time at all.
    #[error("the time {0:?} is not understood")]
    Unknown(String),
    /// Digits of the times are lost.
    #[error("the time {0:?} is written in powers of ten, so that digits are lost; write whole numbers")]
    Rounded(String),
    /// Numbers that no unit puts between 1900 and now.
    #[error("the time {0} is ahead of now in seconds, milliseconds, microseconds and nanoseconds since 1970")]
    Ahead(String),
    /// Numbers whose steps are none of candles in any unit.
    #[error("the times, such as {0}, lie apart as no candles do in any unit since 1970")]
    Step(String),
    /// Numbers of more than one unit, and the years of the first and the last.
    #[error("some times are of {0} and some of {1}, as where units are mixed")]
    Mixed(i32, i32),
    /// Whole numbers that may count two units.
    #[error("the times, such as {0}, may be {1} or {2}")]
    Unit(String, &'static str, &'static str),
    /// The numbers of dates may stand in more than one order.
    #[error("the date {0:?} may have its day or its month first, and no row decides")]
    Order(String),
    /// Numbers that are times of 1970 at best.
    #[error("the times, such as {0}, are of 1970 in any unit that puts none of them ahead of 2100")]
    Early(String),
    /// Times of day alone.
    #[error("the times, such as {0:?}, are times of day without a date")]
    NoDate(String),
}

const DAY: i64 = 86_400_000;
/// 1800-01-01.
const FIRST: i64 = -5_364_662_400_000;
/// The days from 1956 to 2173 as spreadsheets count them. Below are days of our years since 1970, as R counts them.
const SPREADSHEET: std::ops::RangeInclusive<f64> = 20_700.0..=100_000.0;
const DAYS: std::ops::Range<f64> = 7000.0..20_700.0;
/// The first second of 1971.
const SECONDS_OF_1970: i64 = 31_536_000;
/// Lengths of candles that people use, ms.
const USUAL: [i64; 26] = [
    1000,
    2000,
    3000,
    5000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    180_000,
    300_000,
    600_000,
    900_000,
    1_200_000,
    1_800_000,
    2_700_000,
    3_600_000,
    7_200_000,
    10_800_000,
    14_400_000,
    21_600_000,
    28_800_000,
    43_200_000,
    DAY,
    3 * DAY,
    7 * DAY,
];
/// Rows that may stand in any order are hardly sorted by chance from so many on.
const SORTED_BY_CHANCE: usize = 5;
const ORDERS: [DateOrder; 3] = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];

/// What the times that were seen tell. The first ones are kept, all others only rule formats out.
#[derive(Debug, Clone)]
pub(crate) struct TimeEvidence {
    first: Vec<String>,
    orders: [bool; 3],
    is_number: bool,
}

impl TimeEvidence {
    /// Looks at the first times of a file.
    pub fn new(first: Vec<String>) -> Self {
        let is_number = |field: &String| {
            let digits = field.strip_prefix('-').unwrap_or(field);
            !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                && digits.matches('.').count() <= 1
        };
        let mut evidence =
            Self { is_number: first.iter().all(is_number), first: Vec::new(), orders: [true; 3] };
        for field in &first {
            evidence.see(field);
        }
        evidence.first = first;
        evidence
    }

    /// Looks at one more.
    pub fn see(&mut self, field: &str) {
        for (possible, order) in self.orders.iter_mut().zip(ORDERS) {
            *possible = *possible && is_time(field, order).is_some();
        }
    }

    /// Whether all rows must be looked at to tell the order of dates.
    pub fn is_open(&self) -> bool {
        !self.is_number && !self.orders[0] && self.orders[1] && self.orders[2]
    }

    /// The format.
    ///
    /// # Errors
    /// Where the times leave it open.
    pub fn settle(&self, hints: &TimeHints) -> Result<TimeFormat, TimeDoubt> {
        if self.is_number { self.number(hints) } else { self.text(hints) }
    }

    fn sample(&self) -> String {
        self.first.first().cloned().unwrap_or_default()
    }

    fn text(&self, hints: &TimeHints) -> Result<TimeFormat, TimeDoubt> {
        let possible =
            |order: DateOrder| self.orders[ORDERS.iter().position(|own| *own == order).unwrap_or(0)];
        if let Some(order) = hints.order {
            return if possible(order) { Ok(TimeFormat::Text(order)) } else { Err(self.unknown(order)) };
        }
        let mut orders: Vec<DateOrder> = ORDERS.into_iter().filter(|order| possible(*order)).collect();
        // Four digits that stand first are a year; then the other orders say the same.
        if orders.len() > 1
            && self
                .first
                .iter()
                .all(|field| orders.iter().all(|o| is_time(field, *o) == is_time(field, orders[0])))
        {
            return Ok(TimeFormat::Text(orders[0]));
        }
        let times = |order: DateOrder| -> Vec<i64> {
            self.first.iter().filter_map(|field| is_time(field, order)).collect()
        };
        if orders.len() > 1 && (!hints.is_free || self.first.len() >= SORTED_BY_CHANCE) {
            let in_order: Vec<_> =
                orders.iter().copied().filter(|order| is_ordered(&times(*order), hints.now)).collect();
            if !in_order.is_empty() {
                orders = in_order;
            }
        }
        if orders.len() > 1
            && let Some(interval) = hints.interval
        {
            let fitting = |order: &DateOrder| step(&times(*order)).is_some_and(|step| fits(step, interval));
            let fitting: Vec<_> = orders.iter().copied().filter(fitting).collect();
            if !fitting.is_empty() {
                orders = fitting;
            }
        }
        // Candles follow each other closely in the right order, and leap through the year in the wrong one.
        if orders.len() > 1 && !hints.is_free {
            let dense = |order: &DateOrder| density(&times(*order));
            let best = orders.iter().copied().max_by(|a, b| dense(a).total_cmp(&dense(b)));
            if let Some(best) = best
                && dense(&best) > 0.5
                && orders.iter().all(|order| *order == best || dense(order) * 4.0 < dense(&best))
            {
                orders = vec![best];
            }
        }
        // Nobody who puts points between a date's numbers writes the month first.
        if orders.len() > 1
            && self.first.iter().all(|field| field.get(..6).is_some_and(|start| start.contains('.')))
        {
            orders.retain(|order| *order == DateOrder::DayMonthYear);
        }
        match orders[..] {
            [order] => Ok(TimeFormat::Text(order)),
            [] => Err(self.unknown(DateOrder::YearMonthDay)),
            _ => Err(TimeDoubt::Order(self.sample())),
        }
    }

    /// Why the first text that is no time is none.
    fn unknown(&self, order: DateOrder) -> TimeDoubt {
        let field = self
            .first
            .iter()
            .find(|field| is_time(field, order).is_none())
            .cloned()
            .unwrap_or_else(|| self.sample());
        let is_power = field.contains(['e', 'E']) && field.parse::<f64>().is_ok();
        match () {
            () if is_power => TimeDoubt::Rounded(field),
            () if super::time_of_day(&field).is_some() => TimeDoubt::NoDate(field),
            () => TimeDoubt::Unknown(field),
        }
    }

    fn number(&self, hints: &TimeHints) -> Result<TimeFormat, TimeDoubt> {
        let numbers: Vec<f64> = self.first.iter().filter_map(|field| field.parse().ok()).collect();
        let sample = self.sample();
        let latest = hints.now.saturating_add(2 * DAY);
        let is_date = |field: &String| {
            let is_whole =
                matches!(field.len(), 8 | 12 | 14 | 17) || (field.len() == 10 && hints.order.is_some());
            is_whole
                && is_time(field, DateOrder::YearMonthDay).is_some_and(|ms| (FIRST..=latest).contains(&ms))
        };
        if self.first.iter().all(is_date) {
            return Ok(TimeFormat::Text(DateOrder::YearMonthDay));
        }
        if numbers.iter().all(|number| DAYS.contains(number)) {
            return Err(TimeDoubt::Unit(sample, "days since 1970", "days as spreadsheets count them"));
        }
        if numbers.iter().all(|number| SPREADSHEET.contains(number)) && are_days(&numbers) {
            return Ok(TimeFormat::SpreadsheetDays);
        }
        let units = EpochUnit::ALL.into_iter().filter(|unit| {
            numbers.iter().all(|number| {
                let ms = unit.ms(*number as i64);
                (FIRST..=latest).contains(&ms)
            })
        });
        let units: Vec<EpochUnit> = units.collect();
        let times: Vec<i64> = numbers.iter().map(|number| *number as i64).collect();
        let step = step(&times);
        let of_step = |is: &dyn Fn(i64) -> bool| -> Vec<EpochUnit> {
            units.iter().copied().filter(|unit| step.is_none_or(|step| is(unit.ms(step)))).collect()
        };
        let usual = || of_step(&|step| USUAL.contains(&step) || is_months(step));
        let told = hints.interval.map(|interval| of_step(&|step| fits(step, interval)));
        // Candles of another interval than is told are refused for that, later.
        let fitting = match told.filter(|units| !units.is_empty()) {
            _ if hints.is_free => units.clone(),
            Some(units) => units,
            None => usual(),
        };
        // Nobody traded on the first day of 1970, but times of day without a date are written like that.
        let is_first_day = |unit: &EpochUnit| times.iter().all(|time| (0..DAY).contains(&unit.ms(*time)));
        if fitting.first().or(units.first()).is_some_and(is_first_day) {
            return Err(TimeDoubt::NoDate(sample));
        }
        // Numbers of rows, years with months, and counted days are small as seconds.
        let are_of_1970 =
            |unit: EpochUnit| times.iter().all(|time| (0..SECONDS_OF_1970 * 1000).contains(&unit.ms(*time)));
        match fitting.first() {
            Some(unit) if hints.is_free && are_of_1970(*unit) => Err(TimeDoubt::Early(sample)),
            Some(EpochUnit::Seconds) if are_of_1970(EpochUnit::Seconds) => Err(TimeDoubt::Step(sample)),
            // The coarsest of those that fit puts the candles nearest to our days.
            Some(unit) => Ok(TimeFormat::Epoch(*unit)),
            None if units.is_empty() => Err(TimeDoubt::Ahead(sample)),
            None => Err(TimeDoubt::Step(sample)),
        }
    }
}

fn is_time(field: &str, order: DateOrder) -> Option<i64> {
    let Written { civil, millis, offset, .. } = written(field, order).ok()?;
    Some(utc_ms(civil, millis)? - i64::from(offset.unwrap_or(0)) * 60_000)
}

/// Whether times rise or fall throughout, and none is ahead of now.
fn is_ordered(times: &[i64], now: i64) -> bool {
    times.iter().all(|time| *time <= now.saturating_add(2 * DAY))
        && (times.is_sorted() || times.iter().rev().is_sorted())
}

/// The distance that most neighbours have.
fn step(times: &[i64]) -> Option<i64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.dedup();
    crate::most_common(times.array_windows().map(|[a, b]| b - a).collect())
}

/// Whether numbers lie as far apart as days of candles do. Seconds after midnight lie 60 apart, or 300.
fn are_days(numbers: &[f64]) -> bool {
    const PART: f64 = 1e6;
    let parts: Vec<i64> = numbers.iter().map(|number| (number * PART).round() as i64).collect();
    let is_usual = |step: i64| {
        let days = step as f64 / PART;
        days <= 7.0 || is_months((days * DAY as f64) as i64) || (365.0..=366.0).contains(&days)
    };
    step(&parts).is_none_or(is_usual)
}

/// How much of its span a series fills, from 0 to 1.
fn density(times: &[i64]) -> f64 {
    let span = times.iter().max().zip(times.iter().min()).map_or(0, |(last, first)| last - first);
    let mut times = times.to_vec();
    times.sort_unstable();
    times.dedup();
    match step(&times) {
        Some(step) if span > 0 => (step * (times.len() as i64 - 1)) as f64 / span as f64,
        _ => 0.0,
    }
}

pub(crate) fn is_months(step: i64) -> bool {
    (28 * DAY..=31 * DAY).contains(&step) || (90 * DAY..=92 * DAY).contains(&step)
}

/// Whether a step is one of an interval, or several.
fn fits(step: i64, interval: i64) -> bool {
    step == interval
        || (step > interval && step % interval == 0 && step / interval <= 7)
        || (is_months(step) && is_months(interval))
}
