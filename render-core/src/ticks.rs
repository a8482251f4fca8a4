//! Nice ticks of a value axis, found with tables and comparisons instead of logarithms.

use std::sync::LazyLock;

/// Powers of ten from `10^-LAST` to `10^LAST`, each the `f64` nearest to it.
static POWERS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    // Reading decimal text is exact by definition, on every target.
    (-LAST..=LAST).map(|n| format!("1e{n}").parse().unwrap_or(f64::MAX)).collect()
});
const LAST: i32 = 300;

/// The least step relative to the values on the axis: 8 neighbouring floats or
/// more, so that ticks stand evenly.
const LEAST_STEP: f64 = 1.0 / (1_u64 << 49) as f64;

/// The same on a log axis, where rows follow the logarithm, which is coarser.
const LEAST_LOG_STEP: f64 = 1e-11;

/// A label longer than this is written with an exponent.
const LONGEST: usize = 20;

/// `10^exponent`.
fn power(exponent: i32) -> f64 {
    POWERS[(exponent.clamp(-LAST, LAST) + LAST) as usize]
}

/// A decimal number: `digits * 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i64,
    exponent: i32,
}

impl Decimal {
    /// The nearest `f64`, or for exponents beyond 22, where powers of ten are
    /// not exact, one next to it.
    pub fn value(self) -> f64 {
        let digits = self.digits as f64;
        if (-22..0).contains(&self.exponent) {
            digits / power(-self.exponent)
        } else {
            digits * power(self.exponent)
        }
    }

    /// The power of ten at or below a value's size; `None` for 0.
    fn from_value(value: f64) -> Option<Self> {
        let size = value.abs();
        (size > 0.0).then(|| Self {
            digits: 1,
            exponent: POWERS.partition_point(|&power| power <= size) as i32 - 1 - LAST,
        })
    }

    /// Appends the number, divided by `10^shift`, with exactly the decimals that it has.
    fn write(self, shift: i32, out: &mut String) {
        use std::fmt::Write as _;
        let start = out.len();
        let exponent = self.exponent - shift;
        let decimals = exponent.min(0).unsigned_abs() as usize;
        let zeros = exponent.max(0) as usize;
        let _ = write!(out, "{}", self.digits.unsigned_abs());
        let digits = out.len() - start;
        if self.digits == 0 && zeros > 0 {
            // Zero has no zeros after it.
        } else if digits.max(decimals + 1) + zeros > LONGEST {
            let trailing = out[start..].len() - out[start..].trim_end_matches('0').len();
            let trailing = trailing.min(digits - 1);
            out.truncate(out.len() - trailing);
            let _ = write!(out, "e{}", exponent + trailing as i32);
        } else {
            out.extend((0..zeros).map(|_| '0'));
            // At least one digit stands before the point.
            while decimals > 0 && out.len() - start <= decimals {
                out.insert(start, '0');
            }
            if decimals > 0 {
                out.insert(out.len() - decimals, '.');
            }
        }
        if self.digits < 0 {
            out.insert(start, '-');
        }
    }
}

/// Round numbers on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticks {
    kind: Kind,
    /// The numbers of the first and of the last tick.
    first: i64,
    last: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Multiples of a step, numbered by their factor.
    Even(Decimal),
    /// These hundredths in every `every`th power of ten, numbered from those of 10^0 on.
    Powers { hundredths: &'static [i64], every: i64 },
    /// These whole numbers.
    Levels(&'static [i64]),
}

/// Hundredths of a power of ten that ticks of a log axis may stand at, with the least distance between two by their
/// decimal logarithms; the closest first.
const LOG_TICKS: [(f64, &[i64]); 6] = [
    (
        0.0177,
        &[
            100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 220, 240, 260, 280, 300, 320, 340, 360,
            380, 400, 420, 440, 460, 480, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950,
        ],
    ),
    (0.0457, &[100, 120, 140, 160, 180, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900]),
    (0.0579, &[100, 125, 150, 175, 200, 250, 300, 400, 500, 600, 700, 850]),
    (0.124, &[100, 150, 200, 300, 500, 700]),
    (0.301, &[100, 200, 500]),
    (0.477, &[100, 300]),
];

impl Ticks {
    /// The multiples within `min..=max` of the smallest step of 1, 2, 2.5 or
    /// 5 times a power of ten that is at least `least`; at most 1,000 of them.
    pub fn new(min: f64, max: f64, least: f64) -> Self {
        let least = least.max(min.abs().max(max.abs()) * LEAST_STEP);
        let step = nice_step(least);
        let value = step.value();
        if value < least || value.is_infinite() {
            // Steps end with the table of powers.
            return Self::NONE;
        }
        // Casts of floats to integers saturate.
        let first = (min / value).ceil() as i64;
        let last = (max / value).floor() as i64;
        let most = i64::MAX.unsigned_abs() / 25;
        if first.unsigned_abs() > most || last.unsigned_abs() > most {
            return Self::NONE;
        }
        Self { kind: Kind::Even(step), first, last: last.min(first + 999) }
    }

    /// Ticks within `min..=max`, above 0, at least `apart` apart by their decimal logarithms:
    /// as many round numbers in every power of ten as have room, or powers of ten, or every so many of
    /// them; where there is less than a doubling, even steps.
    pub fn logarithmic(min: f64, max: f64, apart: f64) -> Self {
        let most = f64::from(LAST);
        let (low, high) = (libm::log10(min).clamp(-most, most), libm::log10(max).clamp(-most, most));
        if high - low < 0.301 {
            // Even steps are closest at the upper end.
            return Self::new(min, max, (max - max / libm::exp10(apart)).max(max * LEAST_LOG_STEP));
        }
        let (hundredths, every): (&'static [i64], i64) =
            match LOG_TICKS.iter().find(|(least, _)| apart <= *least) {
                Some((_, hundredths)) => (hundredths, 1),
                None => (&[100], apart.ceil().clamp(1.0, 600.0) as i64),
            };
        let mut ticks = Self { kind: Kind::Powers { hundredths, every }, first: 0, last: 0 };
        let number = |log: f64| (log / every as f64).floor() as i64 * hundredths.len() as i64;
        (ticks.first, ticks.last) = (number(low), number(high) + hundredths.len() as i64);
        let outside = |n: i64| {
            let tick = ticks.nth(n);
            (tick.exponent + 2).abs() > LAST || !(min..=max).contains(&tick.value())
        };
        let Some(first) = (ticks.first..=ticks.last).find(|&n| !outside(n)) else { return Self::NONE };
        let last = (first..=ticks.last).rfind(|&n| !outside(n)).unwrap_or(first);
        (ticks.first, ticks.last) = (first, last);
        ticks
    }

    /// These levels, which rise, as far as they lie within `min..=max`.
    pub fn levels(levels: &'static [i64], min: f64, max: f64) -> Self {
        let first = levels.partition_point(|&level| (level as f64) < min) as i64;
        let last = levels.partition_point(|&level| level as f64 <= max) as i64 - 1;
        Self { kind: Kind::Levels(levels), first, last }
    }

    /// No ticks at all.
    pub const NONE: Self = Self { kind: Kind::Even(Decimal { digits: 1, exponent: 0 }), first: 0, last: -1 };

    /// How many ticks there are.
    pub fn count(self) -> i64 {
        self.last - self.first + 1
    }

    /// The ticks from the lowest up.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Decimal> {
        (self.first..=self.last).map(move |n| self.nth(n))
    }

    fn nth(self, n: i64) -> Decimal {
        match self.kind {
            Kind::Even(step) => Decimal { digits: n * step.digits, exponent: step.exponent },
            Kind::Powers { hundredths, every } => {
                let count = hundredths.len() as i64;
                let exponent = (n.div_euclid(count) * every).clamp(-400, 400) as i32;
                // As few decimals as the number has.
                let (digits, shift) = match hundredths[n.rem_euclid(count) as usize] {
                    whole if whole % 100 == 0 => (whole / 100, 0),
                    tenths if tenths % 10 == 0 => (tenths / 10, 1),
                    digits => (digits, 2),
                };
                Decimal { digits, exponent: exponent - shift }
            }
            Kind::Levels(levels) => Decimal { digits: levels[n as usize], exponent: 0 },
        }
    }

    /// Appends the label of a price.
    pub fn price_label(tick: Decimal, out: &mut String) {
        tick.write(0, out);
    }

    /// A value as a decimal with two digits more than steps have; `None` where there are no steps to go by, or the table of
    /// powers ends.
    fn finer(self, value: f64) -> Option<Decimal> {
        let exponent = match self.kind {
            Kind::Even(step) if self.count() > 0 => step.exponent - 2,
            Kind::Levels(_) => -2,
            _ => Decimal::from_value(value)?.exponent - 4,
        };
        let digits = (Decimal { digits: 1, exponent: -exponent }.value() * value + 0.5).floor();
        if exponent.abs() > LAST {
            return None;
        }
        (digits.abs() < 1e15).then_some(Decimal { digits: digits as i64, exponent })
    }

    /// Appends a value with the least number of decimals that gives back its very `f64`, or rounded to `decimals`.
    /// What would be too long is written with an exponent, and not rounded.
    pub fn exact_label(value: f64, decimals: Option<u8>, out: &mut String) {
        use std::fmt::Write as _;
        let start = out.len();
        let _ = match decimals {
            Some(decimals) => write!(out, "{value:.*}", usize::from(decimals)),
            None => write!(out, "{value}"),
        };
        if out.len() - start > LONGEST {
            out.truncate(start);
            let _ = write!(out, "{value:e}");
        }
        // Nothing is not below nothing.
        if out[start..].starts_with('-') && !out[start..].bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
            out.remove(start);
        }
    }

    /// Appends a value between ticks, with two digits more than steps have.
    pub fn fine_label(self, value: f64, out: &mut String) {
        match self.finer(value) {
            Some(number) => Self::price_label(number, out),
            None => Self::exact_label(value, None, out),
        }
    }

    /// Appends a volume between ticks in the unit of their labels, with two digits more than steps have.
    pub fn fine_volume_label(self, value: f64, out: &mut String) {
        match self.finer(value) {
            Some(number) if self.count() > 0 => self.volume_label(number, out),
            _ => self.fine_label(value, out),
        }
    }

    /// Appends the label of a volume: in thousands (K), millions (M),
    /// billions (B) or trillions (T) where the tick furthest from 0 reaches one.
    pub fn volume_label(self, tick: Decimal, out: &mut String) {
        let greatest = self.nth(self.last).value().max(-self.nth(self.first).value());
        let units = [(12, "T"), (9, "B"), (6, "M"), (3, "K")];
        let (shift, unit) = units.into_iter().find(|&(shift, _)| greatest >= power(shift)).unwrap_or((0, ""));
        if tick.digits == 0 {
            return out.push('0');
        }
        tick.write(shift, out);
        out.push_str(unit);
    }
}

/// Puts a separator between groups of three digits of the number that `text` ends with from `start` on.
pub(crate) fn group(text: &mut String, start: usize, separator: char) {
    let number = &text[start..];
    let first = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    let digits = number[first..].bytes().take_while(u8::is_ascii_digit).count();
    for from_end in (3..digits).step_by(3) {
        text.insert(start + first + digits - from_end, separator);
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is `least` or more.
fn nice_step(least: f64) -> Decimal {
    let above = POWERS.partition_point(|&power| power <= least) as i32;
    let exponent = above - 1 - LAST;
    let steps = [(1, exponent), (2, exponent), (25, exponent - 1), (5, exponent)];
    let steps = steps.into_iter().map(|(digits, exponent)| Decimal { digits, exponent });
    let next = Decimal { digits: 1, exponent: exponent + 1 };
    steps.into_iter().find(|step| step.value() >= least).unwrap_or(next)
}

#[cfg(test)]
mod tests;
