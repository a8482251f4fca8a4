//! Advice where a file gives no picture.

use candles::{Interval, Symbol, format_utc};
use render_core::MIN_WINDOW;

use crate::error::NoPicture;

/// Series that a message lists before it gives up.
const MOST_LISTED: usize = 20;

/// Why there is no picture of a file's candles, and what to do.
pub fn no_picture(fault: &NoPicture) -> String {
    match fault {
        NoPicture::Checksum => "it says the SHA-256 of another file; draw that one".to_owned(),
        NoPicture::Several(series) => several(series),
        NoPicture::Before { end, first, last } => format!(
            "no candle opens at or before --end {}; they open from {} to {}",
            format_utc(*end),
            format_utc(*first),
            format_utc(*last)
        ),
        NoPicture::TooFew { candles, window, end } => {
            let until = end.map(|end| format!(" up to --end {}", format_utc(end))).unwrap_or_default();
            let candles = if *candles == 1 { "1 candle".to_owned() } else { format!("{candles} candles") };
            match *window {
                MIN_WINDOW => format!("it holds {candles}{until}, and a picture needs two"),
                _ => format!(
                    "it holds {candles}{until}, and the window is {window}; what overlays and indicators look back \
                     on does not count; give --window fewer"
                ),
            }
        }
    }
}

fn several(series: &[(Symbol, Interval)]) -> String {
    let (first_symbol, first_interval) = match series {
        [first, ..] => (&first.0, &first.1),
        [] => return "it holds no series".to_owned(),
    };
    let symbols = series.iter().any(|(symbol, _)| symbol != first_symbol);
    let intervals = series.iter().any(|(_, interval)| interval != first_interval);
    let flags = match (symbols, intervals) {
        (true, true) => "--symbol and --interval say",
        (false, true) => "--interval says",
        (_, false) => "--symbol says",
    };
    let listed: Vec<String> = series
        .iter()
        .take(MOST_LISTED)
        .map(|(symbol, interval)| format!("{symbol} {}", interval.code()))
        .collect();
    let more = series.len().saturating_sub(MOST_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("it holds {} series: {}{more}; {flags} which one to draw", series.len(), listed.join(", "))
}
