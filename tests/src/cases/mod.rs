//! The golden cases: the same ones on every run and every machine.
//!
//! Candles are real ones of the two sample series, or made by
//! `random` from a fixed seed with nothing but `+ - * /`, so that no
//! platform's mathematics can move a case before the renderer sees it.

mod basics;
mod labels;
mod lines;
mod looks;
mod made;
mod mixed;
mod own;
mod prices;
mod random;
mod real;
mod series;
mod space;
mod studies;

use std::{collections::BTreeSet, fmt, str::FromStr};

use render_core::{Candle, Interval, Kind, Own, Spec, SpecOptions, Window};

pub(crate) use random::Random;
pub use real::{btc_1h, eth_4h};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// 2023-01-02T00:00:00Z, a Monday.
const MONDAY: i64 = 1_672_617_600_000;

/// How many points of the whole space are cases, besides those with names of their own.
const SPACE: usize = 1237;

/// The kinds that seeds choose among. Kinds that came later have cases of their own, so that these stay what they are.
const SEEDED_KINDS: [Kind; 6] =
    [Kind::Candle, Kind::Hollow, Kind::Ohlc, Kind::Line, Kind::HeikinAshi, Kind::Area];

/// One picture to render.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the case shows; unique, without spaces.
    pub name: String,
    /// The window's symbol.
    pub symbol: String,
    /// The window's interval.
    pub interval: Interval,
    /// Warm-up and drawn candles.
    pub candles: Vec<Candle>,
    /// How many of the candles are warm-up.
    pub warmup: usize,
    /// The spec.
    pub spec: Spec,
    /// Series of one's own and marks.
    pub own: Option<Own>,
}

impl Case {
    /// The window to render.
    ///
    /// # Panics
    /// Where the case's candles are not valid, which would be a mistake in this crate.
    #[must_use]
    pub fn window(&self) -> Window<'_> {
        let window = Window::new(&self.symbol, &self.interval, &self.candles, self.warmup)
            .unwrap_or_else(|error| panic!("case {}: {error}", self.name));
        self.own.as_ref().map_or(window, |own| window.with_own(own))
    }

    /// A case that draws all of `candles`, whose number becomes the spec's window.
    fn new(name: impl Into<String>, interval: &Interval, candles: Vec<Candle>, options: SpecOptions) -> Self {
        Self::with_warmup(name, interval, candles, 0, options)
    }

    fn with_warmup(
        name: impl Into<String>,
        interval: &Interval,
        candles: Vec<Candle>,
        warmup: usize,
        options: SpecOptions,
    ) -> Self {
        let name = name.into();
        let window = (candles.len() - warmup) as u32;
        let spec = Spec::new(SpecOptions { window, ..options })
            .unwrap_or_else(|error| panic!("case {name}: {error}"));
        let (symbol, interval) = ("BTCUSDT".to_owned(), interval.clone());
        Self { name, symbol, interval, candles, warmup, spec, own: None }
    }
}

/// All golden cases, in the order of `ref/hashes.txt`.
///
/// # Panics
/// Where two cases have one name, which would be a mistake in this crate.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = [
        basics::real_ends(),
        basics::sizes(),
        basics::windows(),
        basics::magnitudes(),
        basics::shapes(),
        looks::knobs(),
        looks::styles(),
        looks::indexed(),
        basics::intervals(),
        basics::times(),
        mixed::mixed(),
        looks::catalogue(),
        looks::indexed_lines(),
        looks::narrow(),
        prices::kinds(),
        prices::ranges(),
        prices::awkward(),
        lines::overlays(),
        lines::indicators(),
        lines::panels(),
        lines::drawn(),
        labels::labels(),
        labels::last_prices(),
        labels::texts(),
        labels::offsets(),
        labels::gaps(),
        labels::presets(),
        mixed::all_knobs(),
        studies::overlays(),
        studies::indicators(),
        studies::kinds(),
        studies::panels(),
        own::series_cases(),
        own::marks(),
    ]
    .concat();
    cases.extend(space::space(SPACE));
    let mut names = BTreeSet::new();
    for case in &cases {
        assert!(names.insert(&case.name), "two cases {}", case.name);
    }
    cases
}

/// An overlay or indicator from its text.
fn parsed<T: FromStr<Err: fmt::Display>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A kind as part of a case's name.
fn named(kind: Kind) -> String {
    format!("{kind:?}").to_lowercase()
}

/// As many real hours from the `first` one on as the spec's window has, with all the history it asks for.
fn with_history(name: impl Into<String>, first: usize, options: SpecOptions) -> Case {
    let name = name.into();
    let spec = Spec::new(options).unwrap_or_else(|error| panic!("case {name}: {error}"));
    let warmup = spec.warmup() as usize;
    let candles = btc(first - warmup, warmup + spec.window() as usize);
    Case::with_warmup(name, &hours(), candles, warmup, spec.options().clone())
}

fn interval(code: &str, ms: i64) -> Interval {
    Interval::new(code, ms).unwrap_or_else(|error| panic!("interval {code}: {error}"))
}

fn hours() -> Interval {
    interval("1h", HOUR)
}

fn size(width: u32, height: u32) -> SpecOptions {
    SpecOptions { width, height, ..SpecOptions::default() }
}

/// The `window` real hours from the `first` one on.
fn btc(first: usize, window: usize) -> Vec<Candle> {
    btc_1h()[first..first + window].to_vec()
}

/// 1e`exponent`, correctly rounded, which repeated multiplication would not be.
fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or_else(|error| panic!("1e{exponent}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_many_valid_and_the_same_every_time() {
        let (first, second) = (cases(), cases());
        assert_eq!(first.iter().filter(|case| case.name.starts_with("space-")).count(), SPACE);
        assert!(first.len() > 2000);
        for (a, b) in first.iter().zip(&second) {
            assert_eq!(a.window().candles().len(), a.spec.window() as usize);
            assert!(!a.name.contains(char::is_whitespace), "{}", a.name);
            assert_eq!((&a.name, &a.candles, &a.spec), (&b.name, &b.candles, &b.spec));
        }
    }
}
