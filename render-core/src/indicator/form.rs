//! The textual form of overlays and indicators: a name, a colon, numbers between commas.

use std::{fmt, str::FromStr};

use super::{Indicator, Overlay};
use crate::{
    Error,
    similar::{hint, similar_names},
};

/// A valid text of each overlay.
pub(crate) const OVERLAYS: [&str; 13] = [
    "sma:20",
    "ema:50",
    "wma:10",
    "bollinger:20,2",
    "vwap:20",
    "hma:20",
    "session-vwap",
    "donchian:20",
    "keltner:20,2,10",
    "supertrend:10,3",
    "ichimoku:9,26,52",
    "sar:0.02,0.2",
    "volume-sma:20",
];
/// A valid text of each indicator.
pub(crate) const INDICATORS: [&str; 7] =
    ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3", "adx:14", "obv", "cci:20"];

/// How many colours the lines of each overlay have, and those of each indicator.
pub(crate) const OVERLAY_COLORS: [u8; OVERLAYS.len()] = [1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 5, 1, 1];
pub(crate) const INDICATOR_COLORS: [u8; INDICATORS.len()] = [1, 2, 1, 2, 3, 1, 1];

/// Largest period in candles.
pub(super) const MAX_PERIOD: u32 = 1000;
/// Largest width of bands in hundredths of what it is measured in.
const MAX_HUNDREDTHS: u32 = 1000;
/// Largest share of the parabolic stop in thousandths.
const MAX_THOUSANDTHS: u32 = 1000;

/// Whether the overlay or indicator of that name is written with numbers behind a colon.
pub(crate) fn has_numbers(name: &str) -> bool {
    !matches!(name, "session-vwap" | "obv")
}

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
                let form = OVERLAYS[3];
                let [period, deviations] = call.numbers(["period", "deviations"], form)?;
                let hundredths = call.hundredths("deviations", deviations, form)?;
                Ok(Self::Bollinger { period: call.period("period", period, form)?, hundredths })
            }
            "vwap" => Ok(Self::Vwap { period: period(OVERLAYS[4])? }),
            "hma" => Ok(Self::Hma { period: period(OVERLAYS[5])? }),
            "session-vwap" => call.numbers([], OVERLAYS[6]).map(|[]| Self::SessionVwap),
            "donchian" => Ok(Self::Donchian { period: period(OVERLAYS[7])? }),
            "keltner" => {
                let form = OVERLAYS[8];
                let [period, ranges, range_period] =
                    call.numbers(["period", "ranges", "range period"], form)?;
                Ok(Self::Keltner {
                    period: call.period("period", period, form)?,
                    hundredths: call.hundredths("ranges", ranges, form)?,
                    range_period: call.period("range period", range_period, form)?,
                })
            }
            "supertrend" => {
                let form = OVERLAYS[9];
                let [period, ranges] = call.numbers(["period", "ranges"], form)?;
                let hundredths = call.hundredths("ranges", ranges, form)?;
                Ok(Self::Supertrend { period: call.period("period", period, form)?, hundredths })
            }
            "ichimoku" => {
                let [conversion, base, span] = call.periods(["conversion", "base", "span"], OVERLAYS[10])?;
                Ok(Self::Ichimoku { conversion, base, span })
            }
            "sar" => {
                let (step, most) = call.shares(OVERLAYS[11])?;
                Ok(Self::Sar { step, most })
            }
            "volume-sma" => Ok(Self::VolumeSma { period: period(OVERLAYS[12])? }),
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
            "adx" => Ok(Self::Adx { period: period(INDICATORS[4])? }),
            "obv" => call.numbers([], INDICATORS[5]).map(|[]| Self::Obv),
            "cci" => Ok(Self::Cci { period: period(INDICATORS[6])? }),
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
                write!(f, "bollinger:{period},{}", decimal(*hundredths, 2))
            }
            Self::Vwap { period } => write!(f, "vwap:{period}"),
            Self::Hma { period } => write!(f, "hma:{period}"),
            Self::SessionVwap => f.write_str("session-vwap"),
            Self::Donchian { period } => write!(f, "donchian:{period}"),
            Self::Keltner { period, hundredths, range_period } => {
                write!(f, "keltner:{period},{},{range_period}", decimal(*hundredths, 2))
            }
            Self::Supertrend { period, hundredths } => {
                write!(f, "supertrend:{period},{}", decimal(*hundredths, 2))
            }
            Self::Ichimoku { conversion, base, span } => write!(f, "ichimoku:{conversion},{base},{span}"),
            Self::Sar { step, most } => write!(f, "sar:{},{}", decimal(*step, 3), decimal(*most, 3)),
            Self::VolumeSma { period } => write!(f, "volume-sma:{period}"),
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
            Self::Adx { period } => write!(f, "adx:{period}"),
            Self::Obv => f.write_str("obv"),
            Self::Cci { period } => write!(f, "cci:{period}"),
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
            let reason = match N {
                0 => "it takes no numbers".to_owned(),
                _ => format!("it takes {N} {noun} ({names}), not {}", self.numbers.len()),
            };
            self.error(reason, form)
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

    /// The width of a band, called `name`, in hundredths.
    fn hundredths(&self, name: &str, number: &str, form: &str) -> Result<u32, Error> {
        decimals(number, 2).filter(|all| (1..=MAX_HUNDREDTHS).contains(all)).ok_or_else(|| {
            let reason = format!("{name} {number:?} must be above 0, up to 10, of 2 decimals at most");
            self.error(reason, form)
        })
    }

    /// Step and most of the parabolic stop, in thousandths.
    fn shares(&self, form: &str) -> Result<(u32, u32), Error> {
        let names = ["step", "most"];
        let numbers = self.numbers(names, form)?;
        let mut shares = [0; 2];
        for ((share, number), name) in shares.iter_mut().zip(numbers).zip(names) {
            let read = decimals(number, 3).filter(|all| (1..=MAX_THOUSANDTHS).contains(all));
            *share = read.ok_or_else(|| {
                let reason = format!("{name} {number:?} must be above 0, up to 1, of 3 decimals at most");
                self.error(reason, form)
            })?;
        }
        let [step, most] = shares;
        if step > most {
            return Err(
                self.error(format!("step {} must not be above most {}", numbers[0], numbers[1]), form)
            );
        }
        Ok((step, most))
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

/// A decimal number of at most `most` decimals, in the least parts that these tell: hundredths where they are two.
fn decimals(text: &str, most: usize) -> Option<u32> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) if (1..=most).contains(&part.len()) => (whole, part),
        Some(_) => return None,
        None => (text, "0"),
    };
    let parts = digits(&format!("{part:0<most$}"))?;
    digits(whole)?.checked_mul(10_u32.pow(most as u32))?.checked_add(parts)
}

/// Parts of which `10 ^ decimals` make 1, as the shortest decimal number: `2`, `2.5`, `0.05`.
fn decimal(parts: u32, decimals: usize) -> String {
    let one = 10_u32.pow(decimals as u32);
    let (whole, part) = (parts / one, parts % one);
    let text = format!("{whole}.{part:0decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
