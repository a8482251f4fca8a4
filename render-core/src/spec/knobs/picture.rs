//! The picture, its candles and the scale of prices.

use super::KNOB;
use crate::{
    spec::{
        Fit, Kind, Knob, MAX_WINDOW, MIN_WINDOW, Need, PriceRange, PriceScale, Takes,
        text::{ValueError, auto, by_name, name, or_auto, parse, price, price_as_text, put, size, size_text},
    },
    style::Style,
};

pub(super) const KNOBS: &[Knob] = &[
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
];
