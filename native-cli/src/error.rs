//! The one error type of this crate, and the exit status each error has.

use crate::{advice, interrupt::INTERRUPTED};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a command could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line cannot be read, or only asks for help.
    #[error("{}", .0.render().to_string().trim_start_matches("error: ").trim_end())]
    Args(#[from] clap::Error),
    /// A flag, variable or setting has a value that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The configuration file cannot be read.
    #[error("{}: {why}", file.display())]
    Config { file: PathBuf, why: String },
    /// The market database cannot be used.
    #[error("{}", advice::market(.0))]
    Market(#[from] market::Error),
    /// There is nothing of what is asked for.
    #[error("{0}")]
    NoSuchSeries(String),
    /// The index cannot be used.
    #[error("index {}: {why}", file.display())]
    Index { file: PathBuf, why: String },
    /// Another process writes to the same index.
    #[error(
        "index {}: in use by another image-cache ({holder}); wait until it is done, or choose another --index",
        file.display()
    )]
    Locked { file: PathBuf, holder: String },
    /// The pictures' root cannot be used.
    #[error("root {root}: {why}")]
    Root { root: String, why: String },
    /// The root, or a file in it, cannot be used.
    #[error("{}", advice::store(.0))]
    Store(#[from] store::Error),
    /// A file that is neither index nor picture cannot be written.
    #[error("{}: {why}", file.display())]
    File { file: PathBuf, why: String },
    /// What is to be made is not what was planned.
    #[error("{0}")]
    Plan(String),
    /// The user wants it to end, and nothing has changed.
    #[error("interrupted")]
    Interrupted,
    /// The results cannot be printed.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The operating system refuses what every run needs.
    #[error("{what}: {why}")]
    System { what: &'static str, why: String },
}

impl Error {
    pub fn file(file: &Path, why: String) -> Self {
        Self::File { file: file.to_owned(), why }
    }

    /// Whether something is wrong with the index at `file`.
    pub fn is_of(&self, file: &Path) -> bool {
        matches!(self, Self::Index { file: it, .. } if it == file)
    }

    /// The same of an index, with other advice where the usual one names flags that a command has not.
    #[must_use]
    pub fn advising(self, advice: &str) -> Self {
        match self {
            Self::Index { file, why }
                if ["--index", "--rebuild-index", "is damaged"].iter().any(|word| why.contains(word)) =>
            {
                let what = why.split(';').next().unwrap_or_default();
                Self::Index { file, why: format!("{what}; {advice}") }
            }
            Self::Locked { file, holder } => {
                let why = format!("in use by another image-cache ({holder}); wait until it is done");
                Self::Index { file, why }
            }
            other => other,
        }
    }

    /// The exit status: 2 for wrong usage, 1 for everything that failed while being done.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Args(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Self::Usage(_) | Self::Config { .. } | Self::Store(store::Error::Url { .. }) => 2,
            Self::Interrupted | Self::Store(store::Error::Interrupted) => INTERRUPTED,
            _ => 1,
        }
    }
}

/// What a picture's settings are refused for is always a matter of usage.
impl From<render_core::Error> for Error {
    fn from(error: render_core::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<candles::Error> for Error {
    fn from(error: candles::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<render_core::SpecError> for Error {
    fn from(error: render_core::SpecError) -> Self {
        Self::Usage(error.to_string())
    }
}
