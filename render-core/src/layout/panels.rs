//! Panels, one below the other, and the scales of their values.

use super::{Frame, Layout, heights::parts};
use raster::Rect;

use crate::{
    Spec,
    indicator::{self, Indicator, Styled},
    panel::{Panel, Shows},
    scale::Scale,
    spec::{Axes, Fit, PriceRange, PriceScale},
};

/// Half the least part of the first close that a panel labelled in per cent may span.
const LEAST_PERCENT_SPAN: f64 = 1e-9;

impl Layout {
    /// The panels of a picture: price, volume, indicators, in this order wherever they stand.
    pub(super) fn make_panels(&self, spec: &Spec, frame: &Frame, panels: &mut Vec<Panel>) {
        let options = spec.options();
        let inside = frame.inside;
        // Bare panels, too, are apart by a row where there is room.
        let between = if options.axes == Axes::Bare && inside.h >= 16 { 1 } else { frame.thick };
        let below: Vec<usize> = options.series_below().map(|(index, _)| index).collect();
        for (at, part) in parts(options, frame, between).into_iter().enumerate() {
            let legend = Rect { y: part.y, h: part.legend, ..inside };
            let rect = Rect { y: part.y + part.legend, h: part.rows, ..inside };
            let panel = match at.checked_sub(1 + usize::from(options.volume)) {
                _ if at == 0 => self.price_panel(spec, rect),
                None => self.volume_panel(spec, rect),
                Some(index) => match options.indicators.get(index) {
                    Some(&of) => self.indicator_panel(index, of, rect),
                    None => self.series_panel(spec, below[index - options.indicators.len()], rect),
                },
            };
            panels.push(Panel { legend, ..panel });
        }
        panels.extend(self.second_scale(spec, &panels[0]));
    }

    fn price_panel(&self, spec: &Spec, rect: Rect) -> Panel {
        let options = spec.options();
        let candles = &self.candles;
        let by_closes = options.kind.is_of_closes();
        let (mut min, mut max) = (f64::MAX, f64::MIN);
        for candle in candles {
            let (low, high) =
                if by_closes { (candle.close, candle.close) } else { (candle.low, candle.high) };
            min = min.min(low);
            max = max.max(high);
        }
        let last = candles[candles.len() - 1].close;
        let first = candles[0].close;
        let usual = match options.range {
            PriceRange::Window if options.axes != Axes::Bare => 4,
            _ => 0,
        };
        // Below this, floats are too coarse for logarithms.
        let least = f64::MIN_POSITIVE;
        let positive = min >= least;
        if options.fit == Fit::Overlays {
            let drawn = options.scale != PriceScale::Log || !positive;
            // What has no place on a log scale decides nothing.
            for value in self.overlay_values(spec, false).filter(|&value| drawn || value >= least) {
                min = min.min(value);
                max = max.max(value);
            }
        }
        let has_place = |value: &f64| options.scale != PriceScale::Log || !positive || *value >= least;
        for value in self.values_on_prices(spec).filter(has_place) {
            min = min.min(value);
            max = max.max(value);
        }
        (min, max) = match options.range {
            PriceRange::Window => (min, max),
            PriceRange::Fixed { low, high } => (low, high),
            PriceRange::Span { hundredths } => {
                let away = last.abs() * (f64::from(hundredths) / 10_000.0);
                ((last - away).max(-f64::MAX), (last + away).min(f64::MAX))
            }
        };
        let pad = rect.h * i32::from(options.padding.unwrap_or(usual)) / 100;
        let scale = match options.scale {
            PriceScale::Log if positive && min >= least => Scale::logarithmic(min, max, rect.y, rect.h, pad),
            _ => Scale::new(min, max, rect.y, rect.h, pad),
        };
        let percent_from = Some(first).filter(|&first| {
            let size = first.abs();
            options.scale == PriceScale::Percent
                // Where the first close is next to nothing, no number of per cent would fit.
                && (100.0 / size * scale.max.abs()).is_finite()
                && (100.0 / size * scale.min.abs()).is_finite()
                // Where the panel is next to nothing of it, rows would differ by less than per cents can tell.
                && (scale.max / 2.0 - scale.min / 2.0) / size > LEAST_PERCENT_SPAN
        });
        Panel { rect, legend: rect, scale, shows: Shows::Price { percent_from }, blank: false }
    }

    fn volume_panel(&self, spec: &Spec, rect: Rect) -> Panel {
        let blank = self.candles.iter().all(|candle| candle.volume == 0.0);
        // From zero at the lower edge to a little above the greatest volume.
        let volumes = self.candles.iter().map(|candle| candle.volume);
        let max = volumes.chain(self.overlay_values(spec, true)).fold(0.0, f64::max);
        let max = if max == 0.0 { 1.0 } else { (max * 1.05).min(f64::MAX) };
        let scale = Scale { min: 0.0, max, top: rect.y, rows: rect.h, log: false };
        Panel { rect, legend: rect, scale, shows: Shows::Volume, blank }
    }

    /// All values of overlays of prices, or of volumes, at candles that are drawn.
    fn overlay_values(&self, spec: &Spec, of_volume: bool) -> impl Iterator<Item = f64> {
        let overlays = spec.options().overlays.iter().zip(&self.overlays);
        let overlays = overlays.filter(move |(overlay, _)| overlay.of.is_of_volume() == of_volume);
        overlays.flat_map(|(_, lines)| self.drawn_values(lines))
    }

    fn drawn_values(&self, lines: &indicator::Lines) -> impl Iterator<Item = f64> {
        lines.as_slice().iter().flat_map(|line| {
            let first = self.skipped.saturating_sub(line.start).min(line.values.len());
            line.values[first..].iter().copied().filter(|value| !value.is_nan())
        })
    }

    fn indicator_panel(&self, at: usize, of: Styled<Indicator>, rect: Rect) -> Panel {
        let values = self.drawn_values(&self.indicators[at]);
        let mut ends: Option<(f64, f64)> = None;
        for value in values {
            let (min, max) = ends.unwrap_or((value, value));
            ends = Some((min.min(value), max.max(value)));
        }
        let (min, max) = of.of.bounds().or(ends).unwrap_or((0.0, 1.0));
        let scale = Scale::new(min, max, rect.y, rect.h, rect.h / 12);
        Panel { rect, legend: rect, scale, shows: Shows::Indicator { at, of }, blank: ends.is_none() }
    }
}
