//! Axes and all that is written.

use super::KNOB;
use crate::spec::{
    Axes, Knob, Need, Takes,
    text::{auto, by_name, name, offset, offset_text, or_auto, parse, put, yes_no},
};

pub(super) const KNOBS: &[Knob] = &[
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
        common: true,
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
        common: true,
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
];
