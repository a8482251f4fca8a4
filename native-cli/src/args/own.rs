//! The flags of what a user brings besides candles: series of one's own, and marks.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use readers::own_name;
use render_core::SeriesDrawing;

use crate::error::Error;

/// What pictures show besides candles and what is computed from them.
///
/// The core's table has knobs of the names `series` and `marks`. Their texts are made from these.
#[derive(Debug, Args)]
#[command(next_help_heading = "Your own series and marks")]
pub struct OwnArgs {
    /// Draw the values of a file: a line on the price panel unless HOW says line, step, bars, scatter or band; price or
    /// below; left or right; a colour; a width, as in equity:step:below:#ff9800:2=equity.csv. May be repeated; the later one lies on top. On the prices' axis it widens
    /// their range, whatever --fit says
    #[arg(long, value_name = "[NAME[:HOW]=]FILE", env = "IMAGE_CACHE_SERIES", value_delimiter = '\n',
        value_parser = series_word)]
    pub series: Option<Vec<SeriesWord>>,
    /// Draw the marks of a file: arrows, trades, stops, targets, lines, spans, boxes and texts. May be repeated
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_MARKS", value_delimiter = '\n', value_parser = marks_word)]
    pub marks: Option<Vec<MarksWord>>,
    /// Where a value stands whose time is no candle's: at the last candle before, or nowhere, as an error [default: before]
    #[arg(long, value_name = "HOW", env = "IMAGE_CACHE_SERIES_TIMES")]
    pub series_times: Option<SeriesTimes>,
}

/// The names of the core's knobs that these flags stand for.
pub const OWN_KNOBS: [&str; 2] = ["series", "marks"];

/// A series, how it is drawn, and its file; none where the text is empty, so that a file's settings can be taken back.
#[derive(Debug, Clone)]
pub struct SeriesWord(pub Option<(SeriesDrawing, PathBuf)>);

/// A file of marks; none where the text is empty.
#[derive(Debug, Clone)]
pub struct MarksWord(pub Option<PathBuf>);

/// Where a value stands whose time is no candle's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SeriesTimes {
    /// At the last candle at or before it.
    #[default]
    Before,
    /// Nowhere: the file is refused.
    Exact,
}

/// Reads `[NAME[:HOW]=]FILE`. No file is looked at.
fn series_word(text: &str) -> Result<SeriesWord, Error> {
    if text.is_empty() {
        return Ok(SeriesWord(None));
    }
    // A folder's name may hold =, and no name of a series holds a slash.
    let (drawing, path) = match text.split_once('=').filter(|(how, _)| !how.contains('/')) {
        Some((how, path)) => (how.parse::<SeriesDrawing>()?, path),
        None if text.contains(':') && text.parse::<SeriesDrawing>().is_ok() => {
            return Err(Error::Usage(format!("{text} names no file; write {text}=FILE")));
        }
        None => {
            let name = name_of(Path::new(text)).ok_or_else(|| {
                Error::Usage(format!("{text} makes no name of a series; write NAME={text}"))
            })?;
            (name.parse::<SeriesDrawing>()?, text)
        }
    };
    match path {
        "" => Err(Error::Usage(format!("{text} names no file; write {text}FILE"))),
        "-" => Err(no_input()),
        path => Ok(SeriesWord(Some((drawing, path.into())))),
    }
}

fn marks_word(text: &str) -> Result<MarksWord, Error> {
    match text {
        "-" => Err(no_input()),
        text => Ok(MarksWord(Some(PathBuf::from(text)).filter(|_| !text.is_empty()))),
    }
}

fn no_input() -> Error {
    Error::usage("values and marks are read from files, not from standard input")
}

/// A name made of a file's.
fn name_of(file: &Path) -> Option<String> {
    own_name(&file.file_name()?.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        let (drawing, path) = series_word(text).ok()?.0?;
        Some((drawing.to_string(), path.display().to_string()))
    }

    #[test]
    fn a_series_is_named_before_its_file_or_after_it() {
        let same = |text, drawing: &str, path: &str| {
            assert_eq!(read(text), Some((drawing.to_owned(), path.to_owned())), "{text}");
        };
        same("equity:below:step=a/b=c.csv", "equity:step:below", "a/b=c.csv");
        same("data/My Equity-1.csv.gz", "my_equity_1", "data/My Equity-1.csv.gz");
        same("./a=b.csv", "a_b", "./a=b.csv");
        same("equity", "equity", "equity");
        for text in
            ["equity:below", "=x.csv", "Equity=x.csv", "equity=", "x=-", "-", "…", "..", "equity:dots=x.csv"]
        {
            assert!(series_word(text).is_err(), "{text}");
        }
        assert!(series_word("").is_ok_and(|word| word.0.is_none()));
    }
}
