//! The built-in styles: mplfinance's, by its names, and `night` and `paper`, our own.
//!
//! Colours are those of mplfinance 0.12.10b0 over the matplotlib style sheet that each of
//! its styles is based on: what matplotlib's settings hold once a style is in force. A
//! named colour stands as its digits. Widths are relative to style `mike`, which has
//! grid lines of 0.8 and a frame of 1.5 points.
//!
//! Colours of overlays are mplfinance's as far as they can be told from each other, from
//! the panel and from candles; a test says how well. The others are ours.

use super::{CandleStyle, Dash, FrameSides, Side, Style, VolumeColor};
use crate::Color;

/// Names of the built-in styles.
pub const STYLES: &[&str] = &names();

const CATALOGUE: [Entry; 18] = [
    BINANCE,
    BINANCEDARK,
    BLUESKIES,
    BRASIL,
    CHARLES,
    CHECKERS,
    CLASSIC,
    DEFAULT,
    IBD,
    KENAN,
    MIKE,
    NIGHT,
    NIGHTCLOUDS,
    PAPER,
    SAS,
    STARSANDSTRIPES,
    TRADINGVIEW,
    YAHOO,
];

/// The built-in style of that name.
pub(super) fn find(name: &str) -> Option<Style> {
    CATALOGUE.iter().find(|entry| entry.name == name).map(Entry::style)
}

const fn names() -> [&'static str; CATALOGUE.len()] {
    let mut names = [""; CATALOGUE.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = CATALOGUE[at].name;
        at += 1;
    }
    names
}

/// A style as a constant; colours are `0xrrggbb`, the fields those of [`Style`].
#[derive(Clone, Copy)]
pub(super) struct Entry {
    name: &'static str,
    figure: u32,
    panel: u32,
    grid: u32,
    grid_alpha: u8,
    grid_dash: Dash,
    grid_width: u16,
    frame: u32,
    frame_width: u16,
    label: u32,
    price_labels: Side,
    up: Colors,
    down: Colors,
    candle_alpha: u8,
    volume_alpha: u8,
    volume_color: VolumeColor,
    hollow: Option<u32>,
    line: u32,
    overlay_colors: [u32; 8],
}

/// The fields of [`CandleStyle`] in their order.
#[derive(Clone, Copy)]
struct Colors(u32, u32, u32, u32, u32);

impl Colors {
    /// One colour for all.
    const fn all(color: u32) -> Self {
        Self(color, color, color, color, color)
    }

    fn style(self) -> CandleStyle {
        let Self(body, edge, wick, volume, ohlc) = self;
        CandleStyle {
            body: color(body),
            edge: color(edge),
            wick: color(wick),
            volume: color(volume),
            ohlc: color(ohlc),
        }
    }
}

impl Entry {
    pub fn style(&self) -> Style {
        Style {
            name: self.name.to_owned(),
            figure: color(self.figure),
            panel: color(self.panel),
            grid: color(self.grid),
            grid_alpha: self.grid_alpha,
            grid_dash: self.grid_dash,
            grid_width: self.grid_width,
            frame: color(self.frame),
            frame_width: self.frame_width,
            frame_sides: FrameSides::All,
            label: color(self.label),
            price_labels: self.price_labels,
            up: self.up.style(),
            down: self.down.style(),
            candle_alpha: self.candle_alpha,
            volume_alpha: self.volume_alpha,
            volume_color: self.volume_color,
            hollow: self.hollow.map(color),
            line: color(self.line),
            overlay_colors: self.overlay_colors.map(color).to_vec(),
        }
    }
}

fn color(digits: u32) -> Color {
    let [_, r, g, b] = digits.to_be_bytes();
    Color::rgb(r, g, b)
}

const BLACK: u32 = 0x000000;
const WHITE: u32 = 0xffffff;
const BLUE: u32 = 0x1f77b4;

/// What matplotlib draws unless told otherwise, as its style sheet `fast` does.
const PLAIN: Entry = Entry {
    name: "",
    figure: WHITE,
    panel: WHITE,
    grid: 0xb0b0b0,
    grid_alpha: 100,
    grid_dash: Dash::Solid,
    grid_width: 100,
    frame: BLACK,
    frame_width: 53,
    label: BLACK,
    price_labels: Side::Right,
    up: Colors::all(BLACK),
    down: Colors::all(BLACK),
    candle_alpha: 100,
    volume_alpha: 100,
    volume_color: VolumeColor::Open,
    hollow: None,
    line: BLUE,
    overlay_colors: [BLUE; 8],
};

/// matplotlib's style sheet `dark_background`.
const DARK: Entry =
    Entry { figure: BLACK, panel: BLACK, grid: WHITE, frame: WHITE, label: WHITE, line: 0x8dd3c7, ..PLAIN };

/// matplotlib's style sheet `seaborn-darkgrid`.
const DARKGRID: Entry = Entry { panel: 0xeaeaf2, grid: WHITE, frame: WHITE, label: 0x262626, ..PLAIN };

/// matplotlib's style sheet `ggplot`.
const GGPLOT: Entry = Entry {
    panel: 0xe5e5e5,
    grid: WHITE,
    frame: WHITE,
    frame_width: 67,
    label: 0x555555,
    line: 0xe24a33,
    ..PLAIN
};

const BINANCE: Entry = Entry {
    name: "binance",
    panel: WHITE,
    grid: 0xd0d0d0,
    grid_dash: Dash::Dashed,
    frame: 0xe6e6e6,
    frame_width: 100,
    price_labels: Side::Left,
    up: Colors::all(0x70a800),
    down: Colors::all(0xea0070),
    candle_alpha: 90,
    overlay_colors: [0xb07c00, 0xff10ff, 0x5e35b1, 0x1f77b4, 0xff7f0e, 0x6d3320, 0x00b098, 0x8c86ff],
    ..DARKGRID
};

const BINANCEDARK: Entry = Entry {
    name: "binancedark",
    figure: 0x0a0a0a,
    grid_dash: Dash::Dashed,
    frame: 0x474d56,
    up: Colors(0x3dc985, 0x3dc985, 0x3dc985, 0x247252, 0x008000),
    down: Colors(0xef4f60, 0xef4f60, 0xef4f60, 0x82333f, 0xff0000),
    overlay_colors: [0xffc201, 0xff10ff, 0xcd0468, 0x1f77b4, 0xff7f0e, 0x9a7bff, 0x40e0d0, 0xdfe3ea],
    ..DARK
};

const BLUESKIES: Entry = Entry {
    name: "blueskies",
    panel: 0xdbf1ff,
    grid_dash: Dash::None,
    price_labels: Side::Left,
    up: Colors(WHITE, BLACK, BLACK, WHITE, 0x0095ff),
    down: Colors::all(0x0095ff),
    overlay_colors: [0x1f77b4, 0xe87000, 0x2ca02c, 0xd62728, 0x9467bd, 0x7a2f14, 0xe058b0, 0x00846c],
    ..PLAIN
};

const BRASIL: Entry = Entry {
    name: "brasil",
    panel: 0x009b3a,
    grid: 0xfedf00,
    grid_dash: Dash::Dashed,
    frame: 0x002776,
    up: Colors::all(0xfedf00),
    down: Colors::all(0x002776),
    candle_alpha: 90,
    overlay_colors: [0xffffff, 0x8f0000, 0x80e8ff, 0x780080, 0xffcf90, 0x1800f0, 0x000000, 0x4a3000],
    ..PLAIN
};

const CHARLES: Entry = Entry {
    name: "charles",
    grid: 0xa0a0a0,
    grid_dash: Dash::Dashed,
    grid_width: 50,
    frame: WHITE,
    frame_width: 100,
    up: Colors(0x006340, 0x006340, 0x006340, 0x007a00, 0x006340),
    down: Colors(0xa02128, 0xa02128, 0xa02128, 0xd50d18, 0xa02128),
    volume_color: VolumeColor::PreviousClose,
    overlay_colors: [0xef5714, 0x2962ff, 0x9f4878, 0x00a3c4, 0xd09800, 0x8a63ff, 0xe86fc0, 0x383860],
    ..PLAIN
};

const CHECKERS: Entry = Entry {
    name: "checkers",
    panel: WHITE,
    grid: 0xc0c0c0,
    frame: 0xc0c0c0,
    label: BLACK,
    up: Colors(BLACK, BLACK, 0x606060, 0x6f6f6f, BLACK),
    down: Colors(0xff0000, 0xff0000, 0x606060, 0xff4040, 0xff0000),
    candle_alpha: 90,
    overlay_colors: [0xfd7000, 0x348abd, 0x988ed5, 0x777777, 0xc79a1e, 0x7ba838, 0xe377b0, 0x7b2fb5],
    ..GGPLOT
};

const CLASSIC: Entry = Entry {
    name: "classic",
    grid: 0xcccccc,
    grid_dash: Dash::Dashed,
    frame_width: 100,
    up: Colors(WHITE, BLACK, BLACK, 0x181818, BLACK),
    down: Colors(BLACK, BLACK, BLACK, 0x181818, BLACK),
    candle_alpha: 90,
    overlay_colors: [0x2962ff, 0xf56a00, 0x9c27b0, 0x0f9d94, 0xe0559a, 0xc2a000, 0x7a3b1e, 0x8c86e8],
    ..PLAIN
};

const DEFAULT: Entry = Entry {
    name: "default",
    panel: 0xdce3ef,
    frame: BLACK,
    frame_width: 100,
    price_labels: Side::Left,
    up: Colors(WHITE, BLACK, BLACK, BLUE, BLACK),
    down: Colors(BLACK, BLACK, BLACK, BLUE, BLACK),
    candle_alpha: 90,
    overlay_colors: [0x00a07a, 0xe010e0, 0xb08a00, 0x1f77b4, 0xe05500, 0x2ca02c, 0xd062ae, 0x5e35b1],
    ..DARKGRID
};

const IBD: Entry = Entry {
    name: "ibd",
    grid_alpha: 20,
    up: Colors::all(0x2a3fe5),
    down: Colors::all(0xdb39ad),
    volume_color: VolumeColor::PreviousClose,
    overlay_colors: [0x008000, 0xff0000, 0x000000, 0x0000ff, 0xf57c00, 0x00a3c4, 0x7b1fa2, 0xb49c18],
    ..PLAIN
};

const KENAN: Entry = Entry {
    name: "kenan",
    up: Colors(BLACK, BLACK, BLACK, BLUE, BLACK),
    down: Colors(0xff0000, 0xff0000, 0xff0000, BLUE, BLACK),
    hollow: Some(WHITE),
    overlay_colors: [0x00a07a, 0xe010e0, 0xb8860b, 0x1f77b4, 0x7c3f00, 0x2ca02c, 0xc46fc8, 0x5e35b1],
    ..DEFAULT
};

/// The style of the default picture.
pub(super) const MIKE: Entry = Entry {
    name: "mike",
    figure: 0x0a0a0a,
    grid: 0xb0b0b0,
    grid_alpha: 90,
    grid_dash: Dash::Dashed,
    frame_width: 100,
    up: Colors(BLACK, WHITE, WHITE, 0x7189aa, WHITE),
    down: Colors(0x0080ff, 0x0080ff, WHITE, 0x7189aa, WHITE),
    overlay_colors: [0xec009c, 0x78ff8f, 0xfcf120, 0xff8c1a, 0xa56bff, 0x35d6e0, 0xff4d4d, 0xffb8d0],
    ..DARK
};

const NIGHTCLOUDS: Entry = Entry {
    name: "nightclouds",
    panel: 0x0b0b0b,
    grid: 0x999999,
    grid_dash: Dash::Dashed,
    price_labels: Side::Left,
    up: Colors::all(WHITE),
    down: Colors(0x0095ff, 0x0095ff, WHITE, 0x0095ff, WHITE),
    overlay_colors: [0x40e0d0, 0xff00ff, 0xffd700, 0x1f77b4, 0xff7f0e, 0x2ca02c, 0xe377c2, 0x9068ff],
    ..DARK
};

/// Our own dark style: the calm of a terminal at night.
const NIGHT: Entry = Entry {
    name: "night",
    figure: 0x12161f,
    panel: 0x12161f,
    grid: 0x98a3bd,
    grid_alpha: 13,
    grid_dash: Dash::Solid,
    grid_width: 100,
    frame: 0x272d3a,
    frame_width: 53,
    label: 0xa2a9b8,
    price_labels: Side::Right,
    up: Colors::all(0x2fb8a6),
    down: Colors::all(0xe8554f),
    candle_alpha: 100,
    volume_alpha: 48,
    volume_color: VolumeColor::Open,
    hollow: None,
    line: 0x4c8dff,
    overlay_colors: [0x4c8dff, 0xffa22e, 0xb46cf0, 0x57d0e6, 0xf06fb8, 0xe8d364, 0x7c88b8, 0xc9d2e6],
};

/// Our own light style: ink on warm white paper.
const PAPER: Entry = Entry {
    name: "paper",
    figure: 0xfbfaf6,
    panel: 0xfbfaf6,
    grid: 0x8a8372,
    grid_alpha: 18,
    grid_dash: Dash::Solid,
    grid_width: 100,
    frame: 0xe2dfd5,
    frame_width: 53,
    label: 0x625f57,
    price_labels: Side::Right,
    up: Colors::all(0x1f9e8e),
    down: Colors::all(0xcf4a3f),
    candle_alpha: 100,
    volume_alpha: 50,
    volume_color: VolumeColor::Open,
    hollow: None,
    line: 0x2b62d0,
    overlay_colors: [0x2b62d0, 0xec7402, 0x8a3fb0, 0x069fd8, 0xd15997, 0xaf9a18, 0x35405f, 0x7a4b32],
};

/// Short for `starsandstripes`.
const SAS: Entry = Entry { name: "sas", ..STARSANDSTRIPES };

const STARSANDSTRIPES: Entry = Entry {
    name: "starsandstripes",
    grid: 0x082865,
    grid_dash: Dash::Dashed,
    frame: 0x082865,
    up: Colors::all(0x082865),
    down: Colors::all(0xae0019),
    candle_alpha: 90,
    overlay_colors: [0x1f77b4, 0xff7f0e, 0x2ca02c, 0x00b0d0, 0x9467bd, 0x8c564b, 0xe377c2, 0xb59a00],
    ..PLAIN
};

const TRADINGVIEW: Entry = Entry {
    name: "tradingview",
    grid_dash: Dash::Dashed,
    frame: 0x808080,
    up: Colors::all(0x26a69a),
    down: Colors::all(0xef5350),
    volume_alpha: 65,
    overlay_colors: [0x2962ff, 0xf57200, 0x9c27b0, 0x00a8e0, 0xdc54a7, 0xbfa200, 0x6d4030, 0x243c5c],
    ..PLAIN
};

const YAHOO: Entry = Entry {
    name: "yahoo",
    panel: 0xfafafa,
    grid: 0xd0d0d0,
    frame: 0xf0f0f0,
    label: 0x101010,
    up: Colors(0x00b060, 0x00b060, 0x606060, 0x4dc790, 0x00b060),
    down: Colors(0xfe3032, 0xfe3032, 0x606060, 0xfd6b6c, 0xfe3032),
    candle_alpha: 90,
    volume_color: VolumeColor::PreviousClose,
    overlay_colors: [0x1f77b4, 0xf57c00, 0xb5179e, 0x00acd8, 0x9467bd, 0x8c564b, 0xe377c2, 0xb19a0c],
    ..PLAIN
};
