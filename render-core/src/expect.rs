//! What to expect in the pictures of a spec: the weights of the Huffman tables.
//!
//! The numbers are counts of symbols in default pictures of real candles,
//! rounded. They decide how small files are, never what they show.

use raster::{Color, DISTANCES, LONGEST, Palette, SHORTEST, Weights, text::LEVELS};

use crate::{Axes, Kind, Spec, layout::stroke};

/// What something brings into a picture, besides the literals of its colours.
struct Share {
    /// How often each match length symbol from 257 to 284.
    lengths: [u32; 28],
    /// How often each distance symbol; the one of zeros without longest matches.
    distances: [u32; DISTANCES],
    /// How many stretches of zeros.
    zeros: u32,
}

/// Candles and their bars, and whatever else there is.
const CANDLES: Share = Share {
    lengths: [
        298, 0, 310, 0, 0, 196, 0, 0, 91, 58, 0, 165, 14, 28, 17, 11, 53, 40, 32, 44, 73, 84, 70, 63, 148,
        144, 126, 90,
    ],
    distances: [
        2600, 0, 440, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    zeros: 3050,
};

/// Grid lines. Distances from symbol 16 to 21 are how far those are apart that go down.
const GRID: Share = Share {
    lengths: [
        12, 0, 1257, 19, 0, 202, 8, 0, 609, 97, 7, 267, 120, 164, 186, 11, 121, 82, 0, 157, 73, 802, 10, 125,
        158, 281, 106, 31,
    ],
    distances: [
        3190, 0, 155, 0, 0, 0, 0, 0, 880, 0, 0, 0, 0, 0, 0, 0, 30, 50, 450, 50, 50, 30, 0, 0, 0, 0, 0, 0, 0,
        0,
    ],
    zeros: 3550,
};

/// Labels beside the panels and below them.
const LABELS: Share = Share {
    lengths: [
        110, 0, 129, 686, 0, 240, 319, 0, 417, 119, 159, 80, 125, 136, 0, 85, 681, 212, 286, 0, 31, 0, 65,
        102, 15, 0, 0, 0,
    ],
    distances: [
        870, 0, 0, 0, 48, 0, 97, 18, 58, 330, 87, 122, 49, 12, 10, 10, 30, 50, 250, 50, 30, 10, 10, 476, 10,
        133, 123, 91, 119, 93,
    ],
    zeros: 1260,
};

/// The same for pictures of indices, whose rows have a third of the bytes: candles, grid lines and labels.
const INDEXED: [Share; 3] = [
    Share {
        lengths: [
            91, 52, 14, 156, 8, 3, 7, 4, 17, 18, 12, 14, 32, 24, 22, 22, 44, 44, 44, 40, 76, 76, 74, 66, 130,
            129, 116, 113,
        ],
        distances: [
            2298, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
        zeros: 2420,
    },
    Share {
        lengths: [
            544, 115, 2, 271, 118, 40, 0, 13, 0, 60, 44, 0, 28, 2, 16, 10, 114, 18, 11, 16, 30, 215, 97, 204,
            499, 115, 756, 0,
        ],
        // As far apart as grid lines are: from symbol 11 to 17.
        distances: [
            2290, 0, 0, 0, 457, 0, 0, 0, 0, 0, 0, 20, 60, 100, 150, 400, 80, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0,
        ],
        zeros: 3940,
    },
    Share {
        lengths: [
            248, 99, 252, 121, 48, 57, 39, 87, 346, 113, 3, 29, 51, 25, 88, 11, 0, 0, 19, 25, 47, 0, 0, 20,
            0, 818, 0, 69,
        ],
        distances: [
            949, 0, 6, 14, 0, 4, 211, 12, 97, 36, 4, 0, 10, 30, 150, 200, 30, 10, 0, 0, 77, 0, 3, 29, 6, 41,
            11, 2, 1, 0,
        ],
        zeros: 2350,
    },
];

/// The weights for pictures of `spec`, of indices where a palette is given.
pub(crate) fn weights(spec: &Spec, palette: Option<&Palette>) -> Weights {
    let mut weights = Weights::default();
    let has_grid = spec.options().grid && spec.options().axes != Axes::Bare;
    let has_labels = spec.options().axes == Axes::On;
    // The shares are those of 150 candles in 1280 rows.
    let by_candle = |count: u32| count * spec.window().min(spec.width() / 2) / 150;
    let by_row = |count: u32| count * spec.height() / 1280;
    let mut add = |share: &Share, scale: &dyn Fn(u32) -> u32| {
        weights.symbols[0] += scale(share.zeros);
        weights.symbols[257..]
            .iter_mut()
            .zip(share.lengths)
            .for_each(|(weight, count)| *weight += scale(count));
        weights.distances.iter_mut().zip(share.distances).for_each(|(weight, count)| *weight += scale(count));
    };
    let [candles, grid, labels] = if palette.is_some() { &INDEXED } else { &[CANDLES, GRID, LABELS] };
    add(candles, &by_candle);
    if has_grid {
        add(grid, &by_row);
    }
    if has_labels {
        add(labels, &by_row);
    }
    // Each row begins with its filter's byte.
    weights.symbols[2] = spec.height();
    // Most of a row's bytes lie in longest matches, and in one of what is left in most rows.
    let bytes = if palette.is_some() { 1 } else { 3 } * spec.width() as usize;
    let (longest, rest) = ((bytes - 1) / LONGEST, (bytes - 1) % LONGEST);
    let in_longest =
        (spec.height() * longest as u32).saturating_sub(by_row(if has_grid { 1200 } else { 200 }));
    weights.add_length(LONGEST, in_longest);
    weights.add_distance(1, in_longest);
    if rest >= SHORTEST {
        weights.add_length(rest, spec.height() * 2 / 3);
    }

    let style = &spec.options().style;
    let mut palette = palette.cloned();
    let mut change = |a: Color, b: Color, count: u32| {
        if let Some(palette) = &mut palette {
            let difference = palette.difference(a, b);
            weights.symbols[usize::from(difference)] += count;
            weights.symbols[usize::from(difference.wrapping_neg())] += count;
            return;
        }
        for (x, y) in [(a.r, b.r), (a.g, b.g), (a.b, b.b)] {
            weights.symbols[usize::from(x.wrapping_sub(y))] += count;
            weights.symbols[usize::from(y.wrapping_sub(x))] += count;
        }
    };
    if has_grid {
        change(style.grid_on_panel(stroke(spec)).1, style.panel, by_row(960));
    }
    for candle in [&style.up, &style.down] {
        change(candle.wick, style.panel, by_candle(150));
        change(candle.edge, style.panel, by_candle(60));
        change(candle.edge, candle.wick, by_candle(30));
        change(style.volume_on_panel(candle), style.panel, by_candle(75));
        // Bars stand on the frame.
        change(style.volume_on_panel(candle), style.frame, by_candle(75));
        let body = style.body_on_panel(candle);
        if body != candle.edge {
            change(candle.edge, body, by_candle(130));
        }
    }
    match spec.options().kind {
        Kind::Step => change(style.line, style.panel, by_candle(300)),
        Kind::Columns => {
            for color in [style.narrow(true), style.narrow(false)] {
                change(color, style.panel, by_candle(150));
                change(color, style.frame, by_candle(75));
            }
        }
        _ => {}
    }
    // Lines with smooth edges: each level comes in over the panel, and goes.
    let mut line = |color: Color, count: u32| {
        for level in 1..=LEVELS {
            change(color.over(style.panel, level, LEVELS), style.panel, count);
            change(color.over(style.panel, level, LEVELS), color, count / 3);
        }
    };
    match spec.options().kind {
        Kind::Line | Kind::Area => line(style.line, 300),
        Kind::Baseline => [true, false].iter().for_each(|&rises| line(style.narrow(rises), 150)),
        _ => {}
    }
    for (index, overlay) in spec.options().overlays.iter().enumerate() {
        let colors = &spec.options().overlay_colors(index)[..overlay.of.colors()];
        // A band has two lines of its first colour.
        colors
            .iter()
            .zip([2, 1, 1, 1, 1])
            .for_each(|(&color, lines)| line(color, 300 * lines.min(colors.len() as u32)));
    }
    for (index, indicator) in spec.options().indicators.iter().enumerate() {
        let colors = &spec.options().indicator_colors(index)[..indicator.of.colors()];
        colors.iter().for_each(|&color| line(color, 150));
    }
    if has_labels {
        let level = |level| style.label.over(style.figure, level, LEVELS);
        for low in 0..LEVELS {
            for high in low + 1..=LEVELS {
                change(level(low), level(high), by_row(if (low, high) == (0, LEVELS) { 100 } else { 45 }));
            }
        }
    }
    weights
}
