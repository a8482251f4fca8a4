//! The colours that pictures of a spec can have: those of the palette that they share.

use raster::{Color, text::LEVELS};

use crate::{
    Spec,
    layout::stroke,
    spec::{Axes, Kind},
};

/// All colours that pictures of `spec` can have, rising; `None` where lines
/// with smooth edges make them too many to be told beforehand.
pub(crate) fn colors(spec: &Spec) -> Option<Vec<Color>> {
    let options = spec.options();
    let style = &options.style;
    let lines = matches!(options.kind, Kind::Line | Kind::Area | Kind::Baseline)
        || options.marks
        || !options.series.is_empty()
        || !options.overlays.is_empty()
        || !options.indicators.is_empty()
        || options.last_price;
    if lines {
        return None;
    }
    let mut colors = vec![style.panel];
    for (rises, candle) in [(true, &style.up), (false, &style.down)] {
        let narrow = style.narrow(rises);
        colors.extend([style.volume_on_panel(candle), narrow, style.narrow_wick(narrow)]);
        match options.kind {
            Kind::Ohlc => colors.push(candle.ohlc),
            Kind::Step => colors.push(style.line),
            Kind::Columns => {}
            Kind::Hollow => {
                let hollow = style.hollow_narrow(candle.edge);
                colors.extend([
                    candle.edge,
                    style.narrow_wick(candle.edge),
                    hollow,
                    style.narrow_wick(hollow),
                ]);
                colors.push(style.hollow.unwrap_or(style.panel));
            }
            _ => colors.extend([style.body_on_panel(candle), candle.edge, candle.wick]),
        }
    }
    if options.axes != Axes::Bare {
        colors.extend([style.figure, style.frame]);
        colors.push(style.grid_on_panel(stroke(spec)).1);
    }
    if options.axes == Axes::On {
        colors.extend((0..=LEVELS).map(|level| style.label.over(style.figure, level, LEVELS)));
    }
    colors.sort_unstable();
    colors.dedup();
    Some(colors)
}
