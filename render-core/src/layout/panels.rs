//! Panels, one below the other, and the scales of their values.

use super::{Frame, Layout};
use crate::{
    Candle, Spec,
    indicator::{self, Indicator, Styled},
    own::SeriesPlace,
    panel::{Panel, Shows},
    scale::Scale,
    scene::Rect,
    spec::{Axes, Fit, Kind, PriceRange, PriceScale},
};

/// The parts of the price, the volume and an indicator's panel in their common height.
const PRICE_PARTS: i32 = 5;
const VOLUME_PARTS: i32 = 2;
const INDICATOR_PARTS: i32 = 2;

/// An indicator's panel with fewer rows than this shows nothing.
const LEAST_ROWS: i32 = 4;

/// Half the least part of the first close that a panel labelled in per cent may span.
const LEAST_PERCENT_SPAN: f64 = 1e-9;

impl Layout {
    /// The panels of a picture, from the top down: price, volume, indicators.
    pub(super) fn make_panels(&self, spec: &Spec, frame: &Frame, panels: &mut Vec<Panel>) {
        let options = spec.options();
        let bare = options.axes == Axes::Bare;
        let inside = frame.inside;
        // Bare panels, too, are apart by a row where there is room.
        let between = if bare && inside.h >= 16 { 1 } else { frame.thick };
        let series = options.series.iter().enumerate();
        let series: Vec<usize> = series
            .filter(|(_, drawing)| drawing.place == SeriesPlace::Below)
            .map(|(index, _)| index)
            .collect();
        let indicators = (options.indicators.len() + series.len()) as i32;
        let volumes = i32::from(options.volume);
        let has_lines = !options.overlays.is_empty() || options.series.len() > series.len();
        let price_legends = i32::from(options.title && has_lines);
        // Legends may take two fifths of the height.
        let legend = match frame.legend * (price_legends + indicators) {
            all if 5 * all <= 2 * inside.h => frame.legend,
            _ => 0,
        };
        let price_legend = price_legends * legend;
        let mut rows = inside.h - between * (volumes + indicators) - price_legend - indicators * legend;
        let parts = PRICE_PARTS + volumes * VOLUME_PARTS + indicators * INDICATOR_PARTS;
        let mut each = rows * INDICATOR_PARTS / parts;
        let drawn = if each < LEAST_ROWS { 0 } else { indicators };
        if drawn == 0 {
            rows = inside.h - between * volumes - price_legend;
            each = 0;
        }
        rows -= drawn * each;
        let below = match (options.volume, options.volume_share) {
            (false, _) => 0,
            (true, None) => (rows * VOLUME_PARTS / (PRICE_PARTS + VOLUME_PARTS)).max(1),
            (true, Some(share)) => (rows * i32::from(share) / 100).clamp(1, (rows - 1).max(1)),
        };
        let with_legend = |y: i32, legend: i32, h: i32| {
            (Rect { y, h: legend, ..inside }, Rect { y: y + legend, h, ..inside })
        };
        let (text, price) = with_legend(inside.y, price_legend, rows - below);
        panels.push(Panel { legend: text, ..self.price_panel(spec, price) });
        let mut y = price.bottom() + between;
        if options.volume {
            let (text, rect) = with_legend(y, 0, below);
            let blank = self.candles.iter().all(|candle| candle.volume == 0.0);
            panels.push(Panel {
                rect,
                legend: text,
                scale: volume_scale(&self.candles, rect),
                shows: Shows::Volume,
                blank,
            });
            y = rect.bottom() + between;
        }
        for at in 0..drawn as usize {
            // What division leaves over is the lowest panel's.
            let last = at as i32 + 1 == drawn;
            let h = if last { inside.bottom() - y - legend } else { each };
            let (text, rect) = with_legend(y, legend, h);
            let panel = match options.indicators.get(at) {
                Some(&of) => self.indicator_panel(at, of, rect),
                None => self.series_panel(spec, series[at - options.indicators.len()], rect),
            };
            panels.push(Panel { legend: text, ..panel });
            y = rect.bottom() + between;
        }
        panels.extend(self.second_scale(spec, &panels[0]));
    }

    fn price_panel(&self, spec: &Spec, rect: Rect) -> Panel {
        let options = spec.options();
        let candles = &self.candles;
        let by_closes = matches!(options.kind, Kind::Line | Kind::Area);
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
            for value in self.overlay_values().filter(|&value| drawn || value >= least) {
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

    /// All values of overlays at candles that are drawn.
    fn overlay_values(&self) -> impl Iterator<Item = f64> {
        self.overlays.iter().flat_map(|lines| self.drawn_values(lines))
    }

    fn drawn_values(&self, lines: &indicator::Lines) -> impl Iterator<Item = f64> {
        lines.as_slice().iter().flat_map(|line| {
            let first = self.skipped.saturating_sub(line.start).min(line.values.len());
            line.values[first..].iter().copied()
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

/// From zero at the lower edge to a little above the greatest volume.
fn volume_scale(candles: &[Candle], rect: Rect) -> Scale {
    let max = candles.iter().fold(0.0, |max: f64, candle| max.max(candle.volume));
    let max = if max == 0.0 { 1.0 } else { (max * 1.05).min(f64::MAX) };
    Scale { min: 0.0, max, top: rect.y, rows: rect.h, log: false }
}
