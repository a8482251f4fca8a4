//! The table of knobs: what there is to know of each stands in one place.
//!
//! A new knob is a field of [`SpecOptions`](super::SpecOptions) with its default, and an entry here. Flags,
//! variables, the configuration file, `serve`'s queries, the page's form and the tag in file names follow.
//! A knob at its default has no part in a spec's hash (`hash.rs`), so no old hash moves.

use super::{
    Axes, Fit, Kind, Knob, MAX_WINDOW, MIN_WINDOW, Need, PriceRange, PriceScale, Takes,
    text::{
        ValueError, auto, by_name, joined, list, name, offset, offset_text, or_auto, parse, price,
        price_as_text, put, size, size_text, yes_no,
    },
};
use crate::{
    indicator::{INDICATORS, OVERLAYS, has_numbers},
    own::{EXAMPLES, SeriesDrawing},
    style::Style,
};

/// What most knobs have in common.
const KNOB: Knob = Knob {
    name: "",
    fields: &[],
    label: "",
    common: false,
    value_name: "HOW",
    about: "",
    takes: Takes::YesNo,
    auto: None,
    needs: None,
    text: |_| String::new(),
    set: |_, _| Ok(()),
    word: usual_word,
};

/// All knobs, in the order of help texts and of the words in a tag.
pub static KNOBS: &[Knob] = &[
    Knob {
        name: "size",
        fields: &["width", "height"],
        label: "Size",
        common: true,
        value_name: "N|WxH",
        about: "Pixels a side, or width and height, 8 to 8192",
        takes: Takes::Text { examples: &["224", "512", "640x480", "1280", "1280x720", "1920x1080"] },
        text: |options| size_text(options.width, options.height),
        set: |options, text| size(text).map(|size| (options.width, options.height) = size),
        word: |_, _| String::new(),
        ..KNOB
    },
    Knob {
        name: "window",
        fields: &["window"],
        label: "Window",
        common: true,
        value_name: "N",
        about: "Candles in a picture",
        takes: Takes::Number { least: MIN_WINDOW, most: MAX_WINDOW, unit: "candles" },
        text: |options| options.window.to_string(),
        set: |options, text| put(&mut options.window, parse(text)),
        word: |_, _| String::new(),
        ..KNOB
    },
    Knob {
        name: "style",
        fields: &["style"],
        label: "Style",
        common: true,
        value_name: "NAME",
        about: "Colours and strokes",
        takes: Takes::Style,
        text: |options| options.style.name.clone(),
        set: |options, text| {
            put(&mut options.style, Style::named(text).map_err(|error| ValueError(error.to_string())))
        },
        // Every tag begins with the style's name.
        word: |_, _| String::new(),
        ..KNOB
    },
    Knob {
        name: "kind",
        fields: &["kind"],
        label: "Kind",
        common: true,
        about: "How the price panel shows candles",
        takes: Takes::OneOf {
            names: &[
                "candle",
                "hollow",
                "ohlc",
                "line",
                "heikin-ashi",
                "area",
                "baseline",
                "step",
                "columns",
            ],
        },
        text: |options| name(options.kind),
        set: |options, text| put(&mut options.kind, by_name(text)),
        ..KNOB
    },
    Knob {
        name: "baseline",
        fields: &["baseline"],
        label: "Baseline",
        value_name: "PRICE|auto",
        about: "The price that a chart of kind baseline is drawn from",
        takes: Takes::Text { examples: &["27000.0", "0.5"] },
        auto: Some("the first candle's close"),
        needs: Some(Need {
            other: "kind",
            what: "kind baseline",
            mend: "baseline",
            gives_way: true,
            is_met: |options| options.baseline.is_none() || options.kind == Kind::Baseline,
        }),
        text: |options| or_auto(options.baseline.map(price_as_text)),
        set: |options, text| put(&mut options.baseline, auto(text, price)),
        word: |_, text| format!("base{text}"),
        ..KNOB
    },
    Knob {
        name: "scale",
        fields: &["scale"],
        label: "Scale",
        common: true,
        about: "How prices are spread over the price panel; percent is of the first close",
        takes: Takes::OneOf { names: &["linear", "log", "percent"] },
        text: |options| name(options.scale),
        set: |options, text| put(&mut options.scale, by_name(text)),
        ..KNOB
    },
    Knob {
        name: "range",
        fields: &["range"],
        label: "Price range",
        value_name: "window|LOW..HIGH|N%",
        about: "Prices at the price panel's edges: those of the window, fixed ones, or a span around the last close",
        takes: Takes::Text { examples: &["window", "5%", "20000..30000"] },
        needs: Some(Need {
            other: "scale",
            what: "a scale other than log, unless it begins above 0 or spans less than 100 per cent",
            mend: "linear",
            gives_way: false,
            is_met: |options| match options.range {
                _ if options.scale != PriceScale::Log => true,
                PriceRange::Window => true,
                PriceRange::Fixed { low, .. } => low > 0.0,
                PriceRange::Span { hundredths } => hundredths < 10_000,
            },
        }),
        text: |options| options.range.to_string(),
        set: |options, text| put(&mut options.range, parse(text)),
        word: |_, text| match text.strip_suffix('%') {
            Some(span) => format!("span{span}"),
            None => format!("from{}", text.replace("..", "to")),
        },
        ..KNOB
    },
    Knob {
        name: "fit",
        fields: &["fit"],
        label: "Fit",
        about: "What the range of the window has room for: the candles alone, or overlays, too",
        takes: Takes::OneOf { names: &["candles", "overlays"] },
        needs: Some(Need {
            other: "range",
            what: "the range of the window",
            mend: "window",
            gives_way: true,
            is_met: |options| options.fit == Fit::Candles || options.range == PriceRange::Window,
        }),
        text: |options| name(options.fit),
        set: |options, text| put(&mut options.fit, by_name(text)),
        word: |_, text| format!("fit{text}"),
        ..KNOB
    },
    Knob {
        name: "padding",
        fields: &["padding"],
        label: "Padding, %",
        value_name: "PERCENT|auto",
        about: "Free space above and below the range in per cent of the panel",
        takes: Takes::Number { least: 0, most: 45, unit: "per cent" },
        auto: Some("4, or 0 with bare axes or a range"),
        text: |options| or_auto(options.padding),
        set: |options, text| put(&mut options.padding, auto(text, parse)),
        word: |_, text| format!("pad{text}"),
        ..KNOB
    },
    Knob {
        name: "overlay",
        fields: &["overlays"],
        label: "Overlays",
        common: true,
        value_name: "TEXT",
        about: "Lines over the price panel, such as sma:20, ema:50, wma:10, hma:20, bollinger:20,2, donchian:20, \
                keltner:20,2,10, vwap:20, session-vwap, supertrend:10,3, sar:0.02,0.2 or ichimoku:9,26,52, and \
                volume-sma:20 over the volume panel, with colours and width by choice: sma:20:#ff9800:2 or \
                bollinger:20,2:#2962ff,#ff9800 (bands, middle)",
        takes: Takes::List { most: 8, examples: &OVERLAYS },
        needs: Some(Need {
            other: "no-volume",
            what: "a volume panel for volume-sma",
            mend: "false",
            gives_way: false,
            is_met: |options| {
                options.volume || !options.overlays.iter().any(|overlay| overlay.of.is_of_volume())
            },
        }),
        text: |options| joined(&options.overlays),
        set: |options, text| put(&mut options.overlays, list(text)),
        word: |_, text| lines_word(text),
        ..KNOB
    },
    Knob {
        name: "indicator",
        fields: &["indicators"],
        label: "Indicators",
        common: true,
        value_name: "TEXT",
        about: "Panels of their own, such as rsi:14, macd:12,26,9, atr:14, stochastic:14,3,3, adx:14, obv or cci:20, with \
                colours and width by choice: rsi:14:#ff9800:2 or macd:12,26,9:#2962ff,#ff9800",
        takes: Takes::List { most: 6, examples: &INDICATORS },
        text: |options| joined(&options.indicators),
        set: |options, text| put(&mut options.indicators, list(text)),
        word: |_, text| lines_word(text),
        ..KNOB
    },
    Knob {
        name: "series",
        fields: &["series"],
        label: "Own series",
        value_name: "NAME[:HOW]",
        about: "Series of one's own, by name: a line, step, bars, scatter or band, on the price panel or below, with axis \
                side, colour and width by choice: equity:step:below:left:#ff9800:2",
        takes: Takes::List { most: 8, examples: &EXAMPLES },
        text: |options| joined(&options.series),
        set: |options, text| put(&mut options.series, list(text).and_then(each_once)),
        word: |_, text| series_word(text),
        ..KNOB
    },
    Knob {
        name: "marks",
        fields: &["marks"],
        label: "Marks",
        about: "Draw marks: arrows, trades, stops, targets, lines, spans, boxes and texts",
        text: |options| options.marks.to_string(),
        set: |options, text| put(&mut options.marks, yes_no(text)),
        ..KNOB
    },
    Knob {
        name: "axes",
        fields: &["axes"],
        label: "Axes",
        common: true,
        about: "Frame, grid and labels; no labels; or candles edge to edge",
        takes: Takes::OneOf { names: &["on", "off", "bare"] },
        text: |options| name(options.axes),
        set: |options, text| put(&mut options.axes, by_name(text)),
        word: |_, text| if text == "off" { "noaxes".to_owned() } else { text.to_owned() },
        ..KNOB
    },
    Knob {
        name: "price-labels",
        fields: &["price_labels"],
        label: "Price labels",
        value_name: "SIDE",
        about: "The side of price labels",
        takes: Takes::OneOf { names: &["left", "right"] },
        auto: Some("the style's"),
        text: |options| or_auto(options.price_labels.map(name)),
        set: |options, text| put(&mut options.price_labels, auto(text, by_name)),
        ..KNOB
    },
    Knob {
        name: "labels",
        fields: &["labels"],
        label: "Label size, %",
        value_name: "PERCENT",
        about: "Size of labels in per cent of the usual one",
        takes: Takes::Number { least: 25, most: 400, unit: "per cent" },
        text: |options| options.labels.to_string(),
        set: |options, text| put(&mut options.labels, parse(text)),
        ..KNOB
    },
    Knob {
        name: "title",
        fields: &["title"],
        label: "Title",
        about: "Name symbol, interval and overlays above the panels, with the overlays' last values",
        needs: Some(Need {
            other: "axes",
            what: "axes that are on",
            mend: "on",
            gives_way: true,
            is_met: |options| !options.title || options.axes == Axes::On,
        }),
        text: |options| options.title.to_string(),
        set: |options, text| put(&mut options.title, yes_no(text)),
        ..KNOB
    },
    Knob {
        name: "title-ohlc",
        fields: &["title_ohlc"],
        label: "Prices in the title",
        about: "Tell open, high, low and close of the last candle above the panels",
        needs: Some(Need {
            other: "axes",
            what: "axes that are on",
            mend: "on",
            gives_way: true,
            is_met: |options| !options.title_ohlc || options.axes == Axes::On,
        }),
        text: |options| options.title_ohlc.to_string(),
        set: |options, text| put(&mut options.title_ohlc, yes_no(text)),
        word: |_, _| "ohlctitle".to_owned(),
        ..KNOB
    },
    Knob {
        name: "axis-titles",
        fields: &["axis_titles"],
        label: "Axis titles",
        about: "Name the axes: price, volume, time zone",
        needs: Some(Need {
            other: "axes",
            what: "axes that are on",
            mend: "on",
            gives_way: true,
            is_met: |options| !options.axis_titles || options.axes == Axes::On,
        }),
        text: |options| options.axis_titles.to_string(),
        set: |options, text| put(&mut options.axis_titles, yes_no(text)),
        ..KNOB
    },
    Knob {
        name: "grouping",
        fields: &["grouping"],
        label: "Digit groups",
        about: "What stands between groups of three digits: 27556, 27,556 or 27 556",
        takes: Takes::OneOf { names: &["none", "comma", "space"] },
        text: |options| name(options.grouping),
        set: |options, text| put(&mut options.grouping, by_name(text)),
        ..KNOB
    },
    Knob {
        name: "price-decimals",
        fields: &["price_decimals"],
        label: "Decimals of prices",
        value_name: "N|auto",
        about: "Decimals of the last price and of the prices in the title",
        takes: Takes::Number { least: 0, most: 12, unit: "decimals" },
        auto: Some("all that the source has"),
        text: |options| or_auto(options.price_decimals),
        set: |options, text| put(&mut options.price_decimals, auto(text, parse)),
        word: |_, text| format!("decimals{text}"),
        ..KNOB
    },
    Knob {
        name: "last-price",
        fields: &["last_price"],
        label: "Last price",
        about: "Mark the last close with a line and a tag",
        needs: Some(Need {
            other: "axes",
            what: "axes that are on or off, not bare",
            mend: "on",
            gives_way: true,
            is_met: |options| !options.last_price || options.axes != Axes::Bare,
        }),
        text: |options| options.last_price.to_string(),
        set: |options, text| put(&mut options.last_price, yes_no(text)),
        word: |_, _| "last".to_owned(),
        ..KNOB
    },
    Knob {
        name: "utc-offset",
        fields: &["utc_offset"],
        label: "Time zone",
        value_name: "OFFSET",
        about: "Time zone of labels: UTC, or hours and minutes east of it such as +02:00 or -05:30",
        takes: Takes::Text { examples: &["UTC", "+02:00", "-05:30"] },
        text: |options| offset_text(options.utc_offset),
        set: |options, text| put(&mut options.utc_offset, offset(text)),
        word: |_, text| {
            let minutes = offset(text).unwrap_or_default();
            let sign = if minutes < 0 { "minus" } else { "plus" };
            format!("utc{sign}{}", minutes.unsigned_abs())
        },
        ..KNOB
    },
    Knob {
        name: "gaps",
        fields: &["gaps"],
        label: "Gaps",
        about: "Where candles are missing, draw the others side by side, or leave slots empty",
        takes: Takes::OneOf { names: &["collapse", "slot"] },
        text: |options| name(options.gaps),
        set: |options, text| put(&mut options.gaps, by_name(text)),
        ..KNOB
    },
    Knob {
        name: "right-margin",
        fields: &["right_margin"],
        label: "Right margin",
        value_name: "N",
        about: "Free places behind the last candle",
        takes: Takes::Number { least: 0, most: 100, unit: "places" },
        text: |options| options.right_margin.to_string(),
        set: |options, text| put(&mut options.right_margin, parse(text)),
        word: |_, text| format!("margin{text}"),
        ..KNOB
    },
    Knob {
        name: "lines",
        fields: &["lines"],
        label: "Lines",
        about: "Lines with smooth edges, or in whole pixels of one colour",
        takes: Takes::OneOf { names: &["smooth", "crisp"] },
        text: |options| name(options.lines),
        set: |options, text| put(&mut options.lines, by_name(text)),
        ..KNOB
    },
    Knob {
        name: "no-volume",
        fields: &["volume"],
        label: "Volume panel",
        about: "Leave the volume panel out",
        text: |options| (!options.volume).to_string(),
        set: |options, text| put(&mut options.volume, yes_no(text).map(|no| !no)),
        ..KNOB
    },
    Knob {
        name: "volume-share",
        fields: &["volume_share"],
        label: "Volume, %",
        value_name: "PERCENT|auto",
        about: "Height of the volume panel in per cent of it and the price panel",
        takes: Takes::Number { least: 5, most: 90, unit: "per cent" },
        auto: Some("two sevenths"),
        needs: Some(Need {
            other: "no-volume",
            what: "a volume panel",
            mend: "false",
            gives_way: true,
            is_met: |options| options.volume_share.is_none() || options.volume,
        }),
        text: |options| or_auto(options.volume_share),
        set: |options, text| put(&mut options.volume_share, auto(text, parse)),
        word: |_, text| format!("volume{text}"),
        ..KNOB
    },
    Knob {
        name: "panel-order",
        fields: &["panel_order"],
        label: "Order of panels",
        value_name: "PANEL",
        about: "Panels from the top down, by the names price, volume and those of indicators; the others follow as usual, \
                and names of what a picture lacks are passed over",
        takes: Takes::List { most: 8, examples: &["rsi", "price", "volume"] },
        text: |options| joined(&options.panel_order),
        set: |options, text| put(&mut options.panel_order, list(text)),
        word: |_, text| format!("order{}", text.replace(' ', ".")),
        ..KNOB
    },
    Knob {
        name: "panel-heights",
        fields: &["panel_heights"],
        label: "Heights of panels",
        value_name: "PANEL:PARTS",
        about: "Heights of panels in parts, 1 to 100 each, such as price:3 or rsi:1; usual are 5 for price and 2 for any \
                other",
        takes: Takes::List { most: 8, examples: &["price:6", "volume:1", "rsi:3"] },
        needs: Some(Need {
            other: "volume-share",
            what: "no share of the volume panel",
            mend: "auto",
            gives_way: true,
            is_met: |options| options.panel_heights.is_empty() || options.volume_share.is_none(),
        }),
        text: |options| joined(&options.panel_heights),
        set: |options, text| put(&mut options.panel_heights, list(text)),
        word: |_, text| format!("heights{}", text.replace(' ', ".").replace(':', "")),
        ..KNOB
    },
    Knob {
        name: "no-grid",
        fields: &["grid"],
        label: "Grid",
        about: "Leave grid lines out",
        text: |options| (!options.grid).to_string(),
        set: |options, text| put(&mut options.grid, yes_no(text).map(|no| !no)),
        ..KNOB
    },
    Knob {
        name: "color",
        fields: &["color"],
        label: "PNG colours",
        common: true,
        about: "Three bytes a pixel, or indices into a palette: smaller files that some loaders of data sets misread",
        takes: Takes::OneOf { names: &["rgb", "indexed"] },
        text: |options| name(options.color),
        set: |options, text| put(&mut options.color, by_name(text)),
        ..KNOB
    },
];

/// The word for a text, of most knobs: it says enough without the knob's name if that text is one of some names.
fn usual_word(knob: &Knob, text: &str) -> String {
    let word = match knob.takes {
        Takes::YesNo => knob.name.to_owned(),
        Takes::Number { .. } => format!("{}{text}", knob.name),
        Takes::OneOf { .. } | Takes::Style | Takes::Text { .. } | Takes::List { .. } => text.to_owned(),
    };
    word.replace('-', "")
}

/// The word for overlays or indicators: their names, each followed by its numbers, then `c` and a colour, `w` and a
/// width.
fn lines_word(text: &str) -> String {
    let word = |text: &str| {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let numbers = if has_numbers(name) { parts.next() } else { None };
        let drawn = parts.map(|part| match part.strip_prefix('#') {
            Some(colors) => format!("c{}", colors.replace('#', "")),
            None => format!("w{part}"),
        });
        let drawn = drawn.collect::<String>();
        format!("{}{}{drawn}", name.replace('-', ""), numbers.unwrap_or_default()).replace(',', ".")
    };
    text.split(' ').map(word).collect::<Vec<_>>().join("-")
}

/// Refuses a series that is drawn twice: it has one place and one colour.
fn each_once(drawings: Vec<SeriesDrawing>) -> Result<Vec<SeriesDrawing>, ValueError> {
    for (index, drawing) in drawings.iter().enumerate() {
        if drawings[..index].iter().any(|other| other.name == drawing.name) {
            return Err(ValueError(format!("series {:?} is named twice", drawing.name)));
        }
    }
    Ok(drawings)
}

/// The word for series of one's own: `own`, the name, and how it is drawn, with points between them. No study's word
/// begins so.
fn series_word(text: &str) -> String {
    let word = |text: &str| {
        let parts = text.split(':').map(|part| match part.strip_prefix('#') {
            Some(color) => format!("c{color}"),
            None => part.to_owned(),
        });
        format!("own.{}", parts.collect::<Vec<_>>().join("."))
    };
    text.split(' ').map(word).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests;
