//! Places, panels, grid and the file's colours.

use super::KNOB;
use crate::spec::{
    Knob, Need, Takes,
    text::{auto, by_name, joined, list, name, or_auto, parse, put, yes_no},
};

pub(super) const KNOBS: &[Knob] = &[
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
        takes: Takes::List { most: 8, examples: &["rsi", "price", "volume"], colors: &[], words: &[] },
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
        takes: Takes::List { most: 8, examples: &["price:6", "volume:1", "rsi:3"], colors: &[], words: &[] },
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
        about: "Three bytes a pixel, or indices into a palette: smaller files that some loaders of data sets misread",
        takes: Takes::OneOf { names: &["rgb", "indexed"] },
        text: |options| name(options.color),
        set: |options, text| put(&mut options.color, by_name(text)),
        ..KNOB
    },
];
