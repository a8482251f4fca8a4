//! The textual form of overlays and indicators: a name, a colon, numbers between commas.

use std::{fmt, str::FromStr};

use super::{Indicator, Overlay};
use crate::{
    Error,
    similar::{hint, similar_names},
};

/// A valid text of each overlay.
pub(crate) const OVERLAYS: [&str; 5] = ["sma:20", "ema:50", "wma:10", "bollinger:20,2", "vwap:20"];
/// A valid text of each indicator.
pub(crate) const INDICATORS: [&str; 4] = ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3"];

/// Largest period in candles.
pub(super) const MAX_PERIOD: u32 = 1000;
/// Largest width of Bollinger bands in hundredths of a standard deviation.
const MAX_HUNDREDTHS: u32 = 1000;

impl FromStr for Overlay {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::new("overlay", text);
        let period = |form| call.periods(["period"], form).map(|[period]| period);
        match call.name {
            "sma" => Ok(Self::Sma { period: period(OVERLAYS[0])? }),
            "ema" => Ok(Self::Ema { period: period(OVERLAYS[1])? }),
            "wma" => Ok(Self::Wma { period: period(OVERLAYS[2])? }),
            "bollinger" => {
                let (period, hundredths) = call.period_and_deviations(OVERLAYS[3])?;
                Ok(Self::Bollinger { period, hundredths })
            }
            "vwap" => Ok(Self::Vwap { period: period(OVERLAYS[4])? }),
            _ => Err(call.unknown(&OVERLAYS)),
        }
    }
}

impl FromStr for Indicator {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let call = Call::new("indicator", text);
        let period = |form| call.periods(["period"], form).map(|[period]| period);
        match call.name {
            "rsi" => Ok(Self::Rsi { period: period(INDICATORS[0])? }),
            "macd" => {
                let form = INDICATORS[1];
                let [fast, slow, signal] = call.periods(["fast", "slow", "signal"], form)?;
                call.check_order(fast, slow, form)?;
                Ok(Self::Macd { fast, slow, signal })
            }
            "atr" => Ok(Self::Atr { period: period(INDICATORS[2])? }),
            "stochastic" => {
                let [period, slowing, smoothing] =
                    call.periods(["period", "slowing", "smoothing"], INDICATORS[3])?;
                Ok(Self::Stochastic { period, slowing, smoothing })
            }
            _ => Err(call.unknown(&INDICATORS)),
        }
    }
}

impl fmt::Display for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sma { period } => write!(f, "sma:{period}"),
            Self::Ema { period } => write!(f, "ema:{period}"),
            Self::Wma { period } => write!(f, "wma:{period}"),
            Self::Bollinger { period, hundredths } => {
                write!(f, "bollinger:{period},{}", decimal(*hundredths))
            }
            Self::Vwap { period } => write!(f, "vwap:{period}"),
        }
    }
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsi { period } => write!(f, "rsi:{period}"),
            Self::Macd { fast, slow, signal } => write!(f, "macd:{fast},{slow},{signal}"),
            Self::Atr { period } => write!(f, "atr:{period}"),
            Self::Stochastic { period, slowing, smoothing } => {
                write!(f, "stochastic:{period},{slowing},{smoothing}")
            }
        }
    }
}

impl TryFrom<String> for Overlay {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl TryFrom<String> for Indicator {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Overlay> for String {
    fn from(overlay: Overlay) -> Self {
        overlay.to_string()
    }
}

impl From<Indicator> for String {
    fn from(indicator: Indicator) -> Self {
        indicator.to_string()
    }
}

/// A text split into its name and numbers, and what an error about it says.
struct Call<'a> {
    what: &'static str,
    text: &'a str,
    name: &'a str,
    numbers: Vec<&'a str>,
}

impl<'a> Call<'a> {
    /// Splits `text`; `what` is `overlay` or `indicator`.
    fn new(what: &'static str, text: &'a str) -> Self {
        let (name, numbers) = text.split_once(':').unwrap_or((text, ""));
        let numbers = if numbers.is_empty() { vec![] } else { numbers.split(',').map(str::trim).collect() };
        Self { what, text, name: name.trim(), numbers }
    }

    fn error(&self, reason: String, form: &str) -> Error {
        Error::Indicator { what: self.what, text: self.text.to_owned(), reason, form: form.to_owned() }
    }

    /// There is no overlay or indicator of that name, but of those of `forms`.
    fn unknown(&self, forms: &[&str]) -> Error {
        let names = forms.iter().map(|form| form.split(':').next().unwrap_or_default());
        let hint = if self.name.is_empty() { String::new() } else { hint(&similar_names(self.name, names)) };
        self.error(format!("there is no {} {:?}{hint}", self.what, self.name), &forms.join(", "))
    }

    /// As many numbers as `names` has, each said by its name in errors; `form` is a valid text.
    fn numbers<const N: usize>(&self, names: [&str; N], form: &str) -> Result<[&'a str; N], Error> {
        <[&str; N]>::try_from(self.numbers.as_slice()).map_err(|_| {
            let (noun, names) = (if N == 1 { "number" } else { "numbers" }, names.join(", "));
            self.error(format!("it takes {N} {noun} ({names}), not {}", self.numbers.len()), form)
        })
    }

    /// The periods called `names`.
    fn periods<const N: usize>(&self, names: [&str; N], form: &str) -> Result<[u32; N], Error> {
        let numbers = self.numbers(names, form)?;
        let mut periods = [0; N];
        for ((period, number), name) in periods.iter_mut().zip(numbers).zip(names) {
            *period = self.period(name, number, form)?;
        }
        Ok(periods)
    }

    /// A period and a number of deviations, the latter in hundredths.
    fn period_and_deviations(&self, form: &str) -> Result<(u32, u32), Error> {
        let [period, deviations] = self.numbers(["period", "deviations"], form)?;
        let hundredths = hundredths(deviations).ok_or_else(|| {
            let reason =
                format!("deviations {deviations:?} must be above 0, up to 10, of 2 decimals at most");
            self.error(reason, form)
        })?;
        Ok((self.period("period", period, form)?, hundredths))
    }

    /// The slow period must be above the fast one.
    fn check_order(&self, fast: u32, slow: u32, form: &str) -> Result<(), Error> {
        if fast < slow {
            return Ok(());
        }
        Err(self.error(format!("fast {fast} must be below slow {slow}"), form))
    }

    fn period(&self, name: &str, number: &str, form: &str) -> Result<u32, Error> {
        digits(number).filter(|period| (1..=MAX_PERIOD).contains(period)).ok_or_else(|| {
            self.error(format!("{name} {number:?} must be a whole number from 1 to {MAX_PERIOD}"), form)
        })
    }
}

/// A whole number of digits only: no sign, no space, at most nine of them.
fn digits(text: &str) -> Option<u32> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A decimal number of at most two decimals, in hundredths from 1 to [`MAX_HUNDREDTHS`].
fn hundredths(text: &str) -> Option<u32> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) if part.len() == 1 => (whole, digits(part)? * 10),
        Some((whole, part)) if part.len() == 2 => (whole, digits(part)?),
        Some(_) => return None,
        None => (text, 0),
    };
    let all = digits(whole)?.checked_mul(100)?.checked_add(part)?;
    (1..=MAX_HUNDREDTHS).contains(&all).then_some(all)
}

/// Hundredths as the shortest decimal number: `2`, `2.5`, `0.05`.
fn decimal(hundredths: u32) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}
