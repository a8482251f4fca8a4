//! The one error type of this crate, and the exit status each error has.

use std::{fmt, path::PathBuf};

use candles::{Interval, Symbol};

use crate::advice::{self, Context};

/// The exit status of a run that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// Why a command could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line cannot be read, or only asks for help.
    #[error("{}", .0.render().to_string().trim_start_matches("error: ").trim_end())]
    Args(#[from] clap::Error),
    /// A flag, variable or setting has a value that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A symbol or an interval cannot be one.
    #[error(transparent)]
    Name(#[from] candles::Error),
    /// There is no picture with such settings.
    #[error(transparent)]
    Picture(#[from] render_core::Error),
    /// There is no such spec.
    #[error(transparent)]
    Spec(#[from] render_core::SpecError),
    /// The configuration file cannot be read.
    #[error("{}: {why}", file.display())]
    Config { file: PathBuf, why: String },
    /// The market database cannot be used.
    #[error("{}", advice::market(.0))]
    Market(#[from] market::Error),
    /// The root, or a file in it, cannot be used.
    #[error("{}", advice::store(.0))]
    Store(#[from] store::Error),
    /// The cache cannot be used.
    #[error("{}", advice::cache(error, context))]
    Cache {
        #[source]
        error: Box<cache::Error>,
        context: Context,
    },
    /// A data set cannot be made.
    #[error("{}", advice::dataset(.0))]
    Dataset(#[source] Box<dataset::Error>),
    /// Planning takes longer than a run may.
    #[error(
        "planning alone took longer than --max-seconds {0}, so that no run within that limit gets anywhere; \
         give it more, or leave series out with --symbol and --interval"
    )]
    PlanningTime(u64),
    /// There is no picture of a file's candles.
    #[error("{file}: {}", advice::no_picture(.fault))]
    NoPicture { file: String, fault: NoPicture },
    /// The picture is there, but is not shown.
    #[error("{file} is written, but cannot be shown: {fault}")]
    NotShown { file: String, fault: NotShown },
    /// The user wants it to end, and nothing has changed.
    #[error("interrupted")]
    Interrupted,
    /// The operating system refuses what the run needs.
    #[error("{what}: {why}")]
    System { what: String, why: String },
}

/// Why there is no picture of a file's candles.
#[derive(Debug)]
pub enum NoPicture {
    /// It says only what another file's SHA-256 is.
    Checksum,
    /// It holds several series.
    Several(Vec<(Symbol, Interval)>),
    /// All its candles, from the first of these times to the second, are later than the end that is asked for.
    Before { end: i64, first: i64, last: i64 },
    /// So many candles are over.
    TooFew { candles: u64, window: u32, end: Option<i64> },
}

/// Why a picture is not shown on the terminal.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// The build lacks what it takes.
    #[cfg(not(feature = "show"))]
    #[error("this build does not show pictures; one with `--features show` does")]
    NotBuilt,
    /// Standard output is a pipe or a file.
    #[cfg(feature = "show")]
    #[error("standard output is no terminal")]
    NoTerminal,
    /// The terminal shows text alone.
    #[cfg(feature = "show")]
    #[error("this terminal says that it knows none of the ways of kitty, iTerm2 and Sixel")]
    TextAlone,
    /// Drawing on it failed.
    #[cfg(feature = "show")]
    #[error("{0}")]
    Failed(#[source] std::io::Error),
}

impl Error {
    /// Wrong usage.
    pub fn usage(why: impl Into<String>) -> Self {
        Self::Usage(why.into())
    }

    /// What the operating system refuses, and why.
    pub fn system(what: impl Into<String>, why: impl fmt::Display) -> Self {
        Self::System { what: what.into(), why: why.to_string() }
    }

    /// An error of a cache, in a command whose advice is another than usual.
    pub fn cache(error: cache::Error, context: Context) -> Self {
        Self::Cache { error: Box::new(error), context }
    }

    /// The exit status: 2 for wrong usage, 1 for everything that failed while being done.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Args(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Self::Usage(_) | Self::Name(_) | Self::Picture(_) | Self::Spec(_) | Self::Config { .. } => 2,
            Self::Interrupted => INTERRUPTED,
            Self::Market(market::Error::Refused(_)) => 2,
            Self::Store(error) => of_store(error),
            Self::Cache { error, .. } => of_cache(error),
            Self::Dataset(error) => match &**error {
                dataset::Error::Options(_) | dataset::Error::Label(_) | dataset::Error::Split(_) => 2,
                dataset::Error::Cache(error) => of_cache(error),
                dataset::Error::Cancelled => INTERRUPTED,
                _ => 1,
            },
            _ => 1,
        }
    }
}

fn of_cache(error: &cache::Error) -> u8 {
    use cache::{Error as E, OwnError};
    match error {
        E::Store(error) => of_store(error),
        E::Cancelled => INTERRUPTED,
        E::Render(_) | E::RebuildOfSome => 2,
        E::OwnNotGiven { .. } | E::OwnNotDrawn { .. } => 2,
        E::Own(OwnError::Columns { .. }) => 2,
        E::NothingToMerge | E::IntoItself(_) | E::TwoRoots { .. } | E::NoRoot => 2,
        _ => 1,
    }
}

fn of_store(error: &store::Error) -> u8 {
    match error {
        store::Error::Url { .. } => 2,
        store::Error::Interrupted => INTERRUPTED,
        _ => 1,
    }
}

impl From<cache::Error> for Error {
    fn from(error: cache::Error) -> Self {
        Self::cache(error, Context::Usual)
    }
}

impl From<dataset::Error> for Error {
    fn from(error: dataset::Error) -> Self {
        Self::Dataset(Box::new(error))
    }
}
