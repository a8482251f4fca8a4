//! The one error type of this crate.

use candles::CandleFault;

use crate::spec::SpecError;

/// Why a constructor refused its input. Past the constructors nothing fails.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A window's length is outside 2 to 2,000 candles.
    #[error("window of {0} candles is outside 2 to 2000")]
    WindowLength(u32),
    /// A window holds fewer than two candles past its warm-up.
    #[error("{candles} candles with a warm-up of {warmup} leave fewer than 2 to draw")]
    TooFewCandles {
        /// Candles given.
        candles: usize,
        /// Those of them that are warm-up.
        warmup: usize,
    },
    /// A candle's values contradict each other or are not finite.
    #[error("candle {index}: {fault}")]
    Candle {
        /// Position in the slice that was given.
        index: usize,
        /// What is wrong with it.
        fault: CandleFault,
    },
    /// Open times do not rise.
    #[error("candle {index} does not open after the one before it")]
    Order {
        /// Position in the slice that was given.
        index: usize,
    },
    /// A symbol or interval cannot be used.
    #[error(transparent)]
    Candles(#[from] candles::Error),
    /// A picture's file name would be longer than file systems allow.
    #[error(
        "the file name {0:?} is longer than a file system allows; shorten the symbol or the style's name"
    )]
    NameTooLong(String),
    /// An end that is not on a whole second, which the file name could not show.
    #[error("open_time {0} ms is not on a whole second between the years 0 and 9999")]
    EndTime(i64),
    /// No style of that name.
    #[error("there is no style {name:?}{}", crate::similar::hint(.similar))]
    UnknownStyle {
        /// The name as it was given.
        name: String,
        /// Names that resemble it.
        similar: Vec<String>,
    },
    /// A colour that is not `#rrggbb`.
    #[error(transparent)]
    Color(#[from] raster::Error),
    /// A style's name cannot be part of a file name.
    #[error("style name {0:?} must be 1 to 40 of A-Z a-z 0-9 . - and no leading dot")]
    StyleName(String),
    /// A style's value is out of its range.
    #[error("style {style:?}: {what}")]
    StyleValue {
        /// The style's name.
        style: String,
        /// The value and its range.
        what: String,
    },
    /// The text of an overlay or indicator cannot be understood.
    #[error("{what} {text:?}: {reason}; write for example {form}")]
    Indicator {
        /// `overlay` or `indicator`.
        what: &'static str,
        /// The text as it was given.
        text: String,
        /// What is wrong with it.
        reason: String,
        /// A text of the right form, or several with commas between them.
        form: String,
    },
    /// A series of one's own cannot be used.
    #[error("series {name:?} {why}")]
    OwnSeries {
        /// The series' name as it was given.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A mark cannot be used.
    #[error("mark {index}: {why}")]
    Mark {
        /// Position in the list that was given.
        index: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The space for a frame has another size than the frame.
    #[error("a frame of {width}x{height} pixels and {channels} channels has {expected} bytes, not {bytes}")]
    FrameSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes of a pixel.
        channels: usize,
        /// Bytes of the frame.
        expected: usize,
        /// Bytes of the space.
        bytes: usize,
    },
    /// The colours of a spec's pictures are not known beforehand, or are more than 256.
    #[error(
        "pictures of this spec share no palette, since lines with smooth edges have too many colours; \
         ask for rgb or gray"
    )]
    NoPalette,
    /// There is no such spec.
    #[error(transparent)]
    Spec(#[from] SpecError),
}
