//! A panel: its rectangle, the scale of its values, and their labels.

use raster::Rect;

use crate::{
    indicator::{Indicator, Styled},
    scale::Scale,
    style::Side,
    ticks::{Decimal, Ticks},
};

/// A panel's pixels and the scale of its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel {
    pub rect: Rect,
    /// The row of text above `rect`, part of the panel but not of its scale; without height where there is none.
    pub legend: Rect,
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
        of: Styled<Indicator>,
    },
    /// The series of one's own at this place in the spec, labelled on this side, or on that of prices.
    Series {
        at: usize,
        side: Option<Side>,
    },
    /// Nothing but a second scale of the price panel, for series that are labelled on this side.
    Scale {
        side: Side,
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
            Shows::Indicator { of, .. } if let Some(levels) = of.of.levels(per_row) => {
                Ticks::levels(levels, min, max)
            }
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
            _ if self.is_of_volumes() => ticks.volume_label(tick, out),
            _ => Ticks::price_label(tick, out),
        }
    }

    /// Whether values are volumes, told in thousands, millions and so on.
    pub fn is_of_volumes(&self) -> bool {
        match self.shows {
            Shows::Volume => true,
            Shows::Indicator { of, .. } => of.of == Indicator::Obv,
            Shows::Price { .. } | Shows::Series { .. } | Shows::Scale { .. } => false,
        }
    }

    /// Whether prices are labelled in per cent.
    pub fn is_percent(&self) -> bool {
        matches!(self.shows, Shows::Price { percent_from: Some(_) })
    }

    /// Whether there are guides at a tick, so that it needs no grid line.
    pub fn has_guide(&self, tick: Decimal) -> bool {
        let Shows::Indicator { of, .. } = self.shows else { return false };
        of.of.guides().contains(&tick.value())
    }

    /// The side of its labels where that is not the side of prices.
    pub fn side(&self) -> Option<Side> {
        match self.shows {
            Shows::Series { side, .. } => side,
            Shows::Scale { side } => Some(side),
            Shows::Price { .. } | Shows::Volume | Shows::Indicator { .. } => None,
        }
    }

    /// Whether it is a panel, and no second scale of another one.
    pub fn has_ground(&self) -> bool {
        !matches!(self.shows, Shows::Scale { .. })
    }

    /// The panel and its legend.
    pub fn whole(&self) -> Rect {
        Rect { y: self.legend.y, h: self.legend.h + self.rect.h, ..self.rect }
    }
}
