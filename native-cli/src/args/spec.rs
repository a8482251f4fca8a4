//! The flags of a spec: how a picture looks.

use clap::{
    Args,
    builder::{BoolishValueParser, PossibleValuesParser},
};
use render_core::{
    Axes, ColorType, Gaps, Indicator, Kind, LineDrawing, Overlay, PRESETS, PriceRange, PriceScale, Side,
};

use super::help::preset_help;
use crate::value::{Length, List, OrAuto, Percent, Size, UtcOffset, one_of};

/// How a picture looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct SpecArgs {
    /// Settings for a purpose, which every other setting beats; --help spells them out
    #[arg(long, value_name = "NAME", env = "IMAGE_CACHE_PRESET", long_help = preset_help(),
        value_parser = PossibleValuesParser::new(PRESETS.iter().copied()))]
    pub preset: Option<String>,
    /// Pixels a side, or width and height, 8 to 8192 [default: 1280]
    #[arg(long, value_name = "N|WxH", env = "IMAGE_CACHE_SIZE", allow_hyphen_values = true)]
    pub size: Option<Size>,
    /// Candles in a picture, 2 to 2000 [default: 150]
    #[arg(long, value_name = "N", env = "IMAGE_CACHE_WINDOW", allow_hyphen_values = true)]
    pub window: Option<Length>,
    /// Colours and strokes: a style that `image-cache styles` lists [default: mike]
    #[arg(long, value_name = "NAME", env = "IMAGE_CACHE_STYLE")]
    pub style: Option<String>,
    /// How the price panel shows candles [default: candle]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_KIND",
        value_parser = one_of::<Kind>(&["candle", "hollow", "ohlc", "line", "heikin-ashi", "area"]))]
    pub kind: Option<Kind>,
    /// How prices are spread over the price panel; percent is of the first close [default: linear]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_SCALE",
        value_parser = one_of::<PriceScale>(&["linear", "log", "percent"]))]
    pub scale: Option<PriceScale>,
    /// Prices at the price panel's edges: those of the window, fixed ones, or a span around the last close [default: window]
    #[arg(long, value_name = "window|LOW..HIGH|N%", env = "IMAGE_CACHE_RANGE", allow_hyphen_values = true)]
    pub range: Option<PriceRange>,
    /// Free space above and below the range in per cent of the panel, 0 to 45, or auto [default: 4, or 0 with --axes bare or a --range]
    #[arg(long, value_name = "PERCENT|auto", env = "IMAGE_CACHE_PADDING", allow_hyphen_values = true)]
    pub padding: Option<OrAuto<Percent<0, 45>>>,
    /// Lines over the price panel, such as sma:20, ema:50, wma:10, bollinger:20,2 or vwap:20; may be repeated, or hold several with spaces between them
    #[arg(long, value_name = "TEXT", env = "IMAGE_CACHE_OVERLAY")]
    pub overlay: Option<Vec<List<Overlay>>>,
    /// Panels of their own, such as rsi:14, macd:12,26,9, atr:14 or stochastic:14,3,3; may be repeated, or hold several with spaces between them
    #[arg(long, value_name = "TEXT", env = "IMAGE_CACHE_INDICATOR")]
    pub indicator: Option<Vec<List<Indicator>>>,
    /// Frame, grid and labels; no labels; or candles edge to edge [default: on]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_AXES",
        value_parser = one_of::<Axes>(&["on", "off", "bare"]))]
    pub axes: Option<Axes>,
    /// The side of price labels [default: the style's]
    #[arg(long, value_name = "SIDE", env = "IMAGE_CACHE_PRICE_LABELS",
        value_parser = one_of::<Side>(&["left", "right"]))]
    pub price_labels: Option<Side>,
    /// Size of labels in per cent of the usual one, 25 to 400 [default: 100]
    #[arg(long, value_name = "PERCENT", env = "IMAGE_CACHE_LABELS", allow_hyphen_values = true)]
    pub labels: Option<Percent<25, 400>>,
    /// Name symbol, interval and overlays above the panels
    #[arg(long, env = "IMAGE_CACHE_TITLE", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub title: Option<bool>,
    /// Mark the last close with a line and a tag
    #[arg(long, env = "IMAGE_CACHE_LAST_PRICE", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub last_price: Option<bool>,
    /// Time zone of labels: UTC, or hours and minutes east of it such as +02:00 or -05:30 [default: UTC]
    #[arg(long, value_name = "OFFSET", env = "IMAGE_CACHE_UTC_OFFSET", allow_hyphen_values = true)]
    pub utc_offset: Option<UtcOffset>,
    /// Where candles are missing, draw the others side by side, or leave slots empty [default: collapse]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_GAPS",
        value_parser = one_of::<Gaps>(&["collapse", "slot"]))]
    pub gaps: Option<Gaps>,
    /// Lines with smooth edges, or in whole pixels of one colour [default: smooth]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_LINES",
        value_parser = one_of::<LineDrawing>(&["smooth", "crisp"]))]
    pub lines: Option<LineDrawing>,
    /// Leave the volume panel out
    #[arg(long, env = "IMAGE_CACHE_NO_VOLUME", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_volume: Option<bool>,
    /// Height of the volume panel in per cent of it and the price panel, 5 to 90, or auto [default: two sevenths]
    #[arg(long, value_name = "PERCENT|auto", env = "IMAGE_CACHE_VOLUME_SHARE", allow_hyphen_values = true)]
    pub volume_share: Option<OrAuto<Percent<5, 90>>>,
    /// Leave grid lines out
    #[arg(long, env = "IMAGE_CACHE_NO_GRID", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub no_grid: Option<bool>,
    /// Three bytes a pixel, or indices into a palette: smaller files that some loaders of data sets misread [default: rgb]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_COLOR",
        value_parser = one_of::<ColorType>(&["rgb", "indexed"]))]
    pub color: Option<ColorType>,
}
