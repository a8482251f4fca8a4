//! What a picture shows in another way than its spec asks, since its candles leave no other.

use std::fmt;

use serde::Serialize;

use super::{Layout, geometry};
use crate::{
    Spec, Window,
    panel::Shows,
    spec::{PriceRange, PriceScale},
};

/// What a spec asks for and the candles of a window do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// A log scale has no place for a price of 0 or less: the scale is linear.
    LinearScale,
    /// Prices cannot be told in per cent of the first close, as where that is 0: the scale shows prices.
    PriceLabels,
    /// No candle lies in the fixed range: the price panel shows none.
    EmptyRange,
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LinearScale => {
                "the scale is linear, since a log scale has no place for prices of 0 or less"
            }
            Self::PriceLabels => {
                "the scale shows prices, since they cannot be told in per cent of the first close"
            }
            Self::EmptyRange => "no candle is drawn, since none lies in the fixed range of prices",
        })
    }
}

/// What a picture shows in another way than its spec asks. Nearly all specs ask for nothing of the kind, and that costs
/// nothing.
///
/// ```
/// use render_core::{Candle, Fallback, Interval, Spec, Window, fallbacks};
///
/// let hour = Interval::new("1h", 3_600_000)?;
/// let candle = |open_time, low| Candle { open_time, open: 5.0, high: 9.0, low, close: 7.0, volume: 0.0 };
/// let candles = [candle(0, 1.0), candle(3_600_000, -1.0)];
/// let window = Window::new("SPREAD", &hour, &candles, 0)?;
/// let spec = Spec::from_json(r#"{"window":2,"scale":"log"}"#)?;
/// assert_eq!(fallbacks(&window, &spec), [Fallback::LinearScale]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn fallbacks(window: &Window<'_>, spec: &Spec) -> Vec<Fallback> {
    let options = spec.options();
    if options.scale == PriceScale::Linear && !matches!(options.range, PriceRange::Fixed { .. }) {
        return Vec::new();
    }
    geometry(window, spec).fallbacks
}

impl Layout {
    /// What the picture that was laid out shows in another way; `is_empty` says that it shows no candle.
    pub(super) fn fallbacks(&self, spec: &Spec, is_empty: bool) -> Vec<Fallback> {
        let (options, price) = (spec.options(), &self.panels[0]);
        let is_in_prices = matches!(price.shows, Shows::Price { percent_from: None });
        let mut found = Vec::new();
        if options.scale == PriceScale::Log && !price.scale.log {
            found.push(Fallback::LinearScale);
        }
        if options.scale == PriceScale::Percent && is_in_prices {
            found.push(Fallback::PriceLabels);
        }
        if matches!(options.range, PriceRange::Fixed { .. }) && is_empty {
            found.push(Fallback::EmptyRange);
        }
        found
    }
}
