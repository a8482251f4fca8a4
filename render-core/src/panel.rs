//! A panel: its rectangle, the scale of its values, and their labels.

use crate::{
    indicator::Indicator,
    scale::Scale,
    scene::Rect,
    ticks::{Decimal, Ticks},
};

/// A panel's pixels and the scale of its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel {
    pub rect: Rect,
    pub scale: Scale,
    pub shows: Shows,
    /// Whether there is nothing to measure: no volume at all, or no line.
    pub blank: bool,
}

/// What a panel shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shows {
    /// Prices, labelled in per cent from this close where there is one.
    Price {
        percent_from: Option<f64>,
    },
    Volume,
    /// The indicator at this place in the spec.
    Indicator {
        at: usize,
        of: Indicator,
    },
}

impl Panel {
    /// Round values at least `apart` pixels apart, each with its label's number.
    pub fn ticks(&self, apart: i32) -> Ticks {
        if self.blank {
            return Ticks::NONE;
        }
        let (min, max) = self.scale.ends();
        let per_row = self.scale.per_row() * f64::from(apart);
        match self.shows {
            Shows::Price { percent_from: Some(first) } => {
                let per_cent = 100.0 / first.abs();
                Ticks::new((min - first) * per_cent, (max - first) * per_cent, per_row * per_cent)
            }
            Shows::Price { .. } if self.scale.log => Ticks::logarithmic(min, max, per_row),
            _ => Ticks::new(min, max, per_row),
        }
    }

    /// The value where a tick stands.
    pub fn value_of(&self, tick: Decimal) -> f64 {
        match self.shows {
            Shows::Price { percent_from: Some(first) } => first + tick.value() * (first.abs() / 100.0),
            _ => tick.value(),
        }
    }

    /// Appends the label of a tick.
    pub fn label(&self, ticks: Ticks, tick: Decimal, out: &mut String) {
        match self.shows {
            Shows::Price { percent_from: Some(_) } => {
                Ticks::price_label(tick, out);
                out.push('%');
            }
            Shows::Volume => ticks.volume_label(tick, out),
            Shows::Price { .. } | Shows::Indicator { .. } => Ticks::price_label(tick, out),
        }
    }

    /// The label's number of a value between ticks.
    pub fn number_of(&self, ticks: Ticks, value: f64) -> Option<Decimal> {
        match self.shows {
            Shows::Price { percent_from: Some(first) } => {
                ticks.finer((value - first) * (100.0 / first.abs()))
            }
            _ => ticks.finer(value),
        }
    }
}
