//! Lines and marks over candles and below them.

use super::KNOB;
use crate::{
    indicator::{INDICATOR_COLORS, INDICATORS, OVERLAY_COLORS, OVERLAYS, has_numbers},
    own::{EXAMPLES, SeriesDrawing, WORDS},
    spec::{
        Knob, Need, Takes,
        text::{ValueError, joined, list, put, yes_no},
    },
};

pub(super) const KNOBS: &[Knob] = &[
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
        takes: Takes::List { most: 8, examples: &OVERLAYS, colors: &OVERLAY_COLORS, words: &[] },
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
        takes: Takes::List { most: 6, examples: &INDICATORS, colors: &INDICATOR_COLORS, words: &[] },
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
        takes: Takes::List { most: 8, examples: &EXAMPLES, colors: &[1; EXAMPLES.len()], words: &WORDS },
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
];

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
