//! What to expect in the pictures of a spec: the weights of the Huffman tables.
//!
//! The numbers are counts of symbols in default pictures of real candles,
//! rounded. They decide how small files are, never what they show.

use crate::{
    Axes, Kind, Spec,
    deflate::{DISTANCES, LONGEST, SYMBOLS, Weights},
    layout::stroke,
    packed::Packed,
    scene::Color,
    text::LEVELS,
};

/// How often each match length symbol from 257 to 284 stands in a picture.
const LENGTHS: [u32; 28] = [
    414, 5, 1703, 573, 5, 660, 291, 5, 1109, 280, 147, 501, 256, 325, 190, 110, 855, 335, 315, 180, 177, 271,
    145, 290, 321, 287, 180, 979,
];

/// How often each distance symbol but the one of zeros stands in a picture. Those from 16 to 21 are
/// grid lines that are that far apart.
const DISTANCE_COUNTS: [u32; DISTANCES] = [
    0, 1, 597, 1, 35, 1, 91, 17, 905, 347, 75, 139, 79, 20, 20, 20, 50, 100, 700, 100, 100, 50, 20, 383, 20,
    85, 89, 84, 103, 91,
];

/// Stretches of zeros that begin in a picture.
const ZEROS: u32 = 8200;

/// The weights for pictures of `spec`, of indices where `packed` is given.
pub(crate) fn weights(spec: &Spec, packed: Option<&Packed>) -> Weights {
    let mut weights = Weights { symbols: [1; SYMBOLS], distances: DISTANCE_COUNTS };
    for (weight, count) in weights.symbols[257..].iter_mut().zip(LENGTHS) {
        *weight = count;
    }
    weights.symbols[0] = ZEROS;
    // Each row begins with its filter's byte.
    weights.symbols[2] = spec.height();
    // Of a row's bytes, about 400 lie in matches shorter than the longest.
    let bytes = packed.map_or(3 * spec.width(), |packed| packed.row_bytes() as u32);
    let in_longest = bytes.saturating_sub(400) / LONGEST as u32;
    weights.add_length(LONGEST, spec.height() * in_longest);
    weights.add_distance(1, 6700 + spec.height() * in_longest);

    let style = &spec.options().style;
    let mut change = |a: Color, b: Color, count: u32| {
        if let Some(packed) = packed {
            for difference in packed.differences(a, b) {
                weights.symbols[usize::from(difference)] += count;
                weights.symbols[usize::from(difference.wrapping_neg())] += count;
            }
            return;
        }
        for (x, y) in [(a.r, b.r), (a.g, b.g), (a.b, b.b)] {
            weights.symbols[usize::from(x.wrapping_sub(y))] += count;
            weights.symbols[usize::from(y.wrapping_sub(x))] += count;
        }
    };
    if spec.options().grid && spec.options().axes != Axes::Bare {
        change(style.grid_on_panel(stroke(spec)).1, style.panel, 960);
    }
    for candle in [&style.up, &style.down] {
        change(candle.wick, style.panel, 150);
        change(candle.edge, style.panel, 60);
        change(candle.edge, candle.wick, 30);
        change(style.volume_on_panel(candle), style.panel, 75);
        // Bars stand on the frame.
        change(style.volume_on_panel(candle), style.frame, 75);
        let body = style.body_on_panel(candle);
        if body != candle.edge {
            change(candle.edge, body, 130);
        }
    }
    // Lines with smooth edges: each level comes in over the panel, and goes.
    let mut line = |color: Color, count: u32| {
        for level in 1..=LEVELS {
            change(color.over(style.panel, level, LEVELS), style.panel, count);
            change(color.over(style.panel, level, LEVELS), color, count / 3);
        }
    };
    if matches!(spec.options().kind, Kind::Line | Kind::Area) {
        line(style.line, 300);
    }
    for (index, overlay) in spec.options().overlays.iter().enumerate() {
        let colors = &spec.options().overlay_colors(index)[..overlay.of.colors()];
        // A band has two lines of its first colour.
        colors
            .iter()
            .zip([2, 1])
            .for_each(|(&color, lines)| line(color, 300 * lines.min(colors.len() as u32)));
    }
    for (index, indicator) in spec.options().indicators.iter().enumerate() {
        let colors = &spec.options().indicator_colors(index)[..indicator.of.colors()];
        colors.iter().for_each(|&color| line(color, 150));
    }
    if spec.options().axes == Axes::On {
        let level = |level| style.label.over(style.figure, level, LEVELS);
        for low in 0..LEVELS {
            for high in low + 1..=LEVELS {
                change(level(low), level(high), if (low, high) == (0, LEVELS) { 100 } else { 45 });
            }
        }
    }
    weights
}
