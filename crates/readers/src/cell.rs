//! Values of tables as texts.

use std::io::Write;

use candles::{format_utc, in_calendar};

/// What one step of a time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// What a whole number of a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    Number,
    /// So many units since 1970-01-01, of UTC or of a time zone that is not told.
    Time(Unit, Zone),
    /// So many days since 1970-01-01.
    Date,
    /// So many units since midnight.
    TimeOfDay(Unit),
    /// A number with so many decimals.
    #[cfg(feature = "parquet")]
    Decimal(u8),
}

/// Whether a time's zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Utc,
    Unknown,
}

impl Unit {
    /// As many make a second.
    pub fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Millis => 1000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }
}

/// Writes a whole number as what it means. Where that is nothing, it is written as a number, to be refused as one.
pub(crate) fn write_whole(text: &mut Vec<u8>, value: i64, meaning: Whole) {
    let written = match meaning {
        Whole::Number => None,
        Whole::Time(unit, zone) => time(value, unit, zone),
        Whole::Date => value.checked_mul(86_400_000).filter(|ms| in_calendar(*ms)).map(|ms| {
            let mut date = format_utc(ms);
            date.truncate(10);
            date
        }),
        Whole::TimeOfDay(unit) => {
            let day = 0..unit.per_second() * 86_400;
            day.contains(&value)
                .then(|| time(value, unit, Zone::Unknown))
                .flatten()
                .map(|time| time[11..].to_owned())
        }
        #[cfg(feature = "parquet")]
        Whole::Decimal(decimals) => {
            write_decimal(text, i128::from(value), decimals);
            return;
        }
    };
    match written {
        Some(written) => text.extend(written.as_bytes()),
        None => write_shown(text, value),
    }
}

/// `2023-01-01T00:00:00.25Z`; no `Z` where it is not known to be UTC.
fn time(value: i64, unit: Unit, zone: Zone) -> Option<String> {
    let (seconds, rest) = (value.div_euclid(unit.per_second()), value.rem_euclid(unit.per_second()));
    let ms = seconds.checked_mul(1000).filter(|ms| in_calendar(*ms))?;
    let mut text = format_utc(ms);
    // The `Z`.
    text.pop();
    if rest > 0 {
        let digits = unit.per_second().ilog10() as usize;
        text += format!(".{rest:0digits$}").trim_end_matches('0');
    }
    if zone == Zone::Utc {
        text.push('Z');
    }
    Some(text)
}

/// Writes a number with so many decimals.
pub(crate) fn write_decimal(text: &mut Vec<u8>, value: i128, decimals: u8) {
    let decimals = usize::from(decimals);
    let digits = format!("{:0width$}", value.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let sign = if value < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    write_shown(text, format_args!("{sign}{whole}{point}{fraction}"));
}

/// Writes a number in the shortest way that is read as the same one.
pub(crate) fn write_shown(text: &mut Vec<u8>, number: impl std::fmt::Display) {
    // Writing to memory cannot fail.
    let _ = write!(text, "{number}");
}

/// Half a float: a number with 11 bits.
pub(crate) fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (fraction + 1024.0) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_as_what_they_mean() {
        use Unit::{Micros, Millis, Nanos, Seconds};
        for (value, meaning, written) in [
            (-5, Whole::Number, "-5"),
            (1_672_531_200, Whole::Time(Seconds, Zone::Utc), "2023-01-01T00:00:00Z"),
            (1_672_531_200_250, Whole::Time(Millis, Zone::Utc), "2023-01-01T00:00:00.25Z"),
            (1_672_531_200_000_001, Whole::Time(Micros, Zone::Unknown), "2023-01-01T00:00:00.000001"),
            (-1, Whole::Time(Nanos, Zone::Utc), "1969-12-31T23:59:59.999999999Z"),
            (i64::MAX, Whole::Time(Millis, Zone::Utc), "9223372036854775807"),
            (19358, Whole::Date, "2023-01-01"),
            (i64::MIN, Whole::Date, "-9223372036854775808"),
            (34_200_000, Whole::TimeOfDay(Millis), "09:30:00"),
            (86_400, Whole::TimeOfDay(Seconds), "86400"),
            #[cfg(feature = "parquet")]
            (-5, Whole::Decimal(2), "-0.05"),
            #[cfg(feature = "parquet")]
            (12345, Whole::Decimal(2), "123.45"),
            #[cfg(feature = "parquet")]
            (7, Whole::Decimal(0), "7"),
        ] {
            let mut text = Vec::new();
            write_whole(&mut text, value, meaning);
            assert_eq!(String::from_utf8_lossy(&text), written);
        }
    }

    #[test]
    fn half_floats_are_read() {
        for (bits, number) in [(0x3c00, 1.0), (0xc000, -2.0), (0x3555, 0.333_251_95), (1, 5.960_464_5e-8)] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(number));
        }
    }
}
