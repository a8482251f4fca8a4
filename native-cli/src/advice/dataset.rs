//! Advice for errors of data sets.

use dataset::{Error, LeftOut, OptionsError, PathFault, Reason, SplitError};
use market::{ReadError, SeriesError};

use super::{
    cache::{Context, cache},
    market::market,
};

/// Why a data set cannot be made.
pub fn dataset(error: &Error) -> String {
    let advice = match error {
        Error::Market(error) => return market(error),
        Error::Cache(error) => return cache(error, &Context::Usual),
        Error::Options(error) => return options(error),
        // It begins with the flag's name.
        Error::Label(error) => return format!("--{error}"),
        Error::Split(SplitError::TooClose(_)) | Error::EmptyClass(..) | Error::Cancelled => "",
        Error::Split(error) => return format!("--split: {error}"),
        Error::Series(_, ReadError::Series(SeriesError::Gaps(_))) => {
            ", or leave it out with --start or --end; --symbol and --interval choose others"
        }
        Error::Changed(_) => {
            "; export again, from a copy of the database if it never rests; --symbol and --interval choose others"
        }
        Error::Series(..) => "; --symbol and --interval choose others",
        Error::SameNames(..) => "; export them one by one, by --symbol and --interval",
        Error::Path { fault: PathFault::InRoot(_), .. } => "; export to a folder outside it",
        Error::Path { fault: PathFault::Busy | PathFault::Io { .. }, .. } => "",
        Error::Path { .. } => "; --to names a folder that is not there yet",
        Error::Picture { .. } => "; `image-cache repair` mends it, --skip-bad leaves such pictures out",
        Error::Nothing(ends) => return format!("there is nothing to export: {}", all(ends)),
        Error::EmptySplit(split, ends) => return format!("split {split} has no picture: {}", all(ends)),
    };
    format!("{error}{advice}")
}

fn options(error: &OptionsError) -> String {
    match error {
        OptionsError::NoParquet => {
            format!("{error}; build it with `cargo build --release --features parquet`")
        }
        OptionsError::NoCache => error.to_string(),
        // These begin with the flag's name.
        OptionsError::RenderedManifest => format!("--{error}; choose another form with --as"),
        OptionsError::NoShards | OptionsError::Embargo(..) => format!("--{error}"),
        OptionsError::PaletteFolder => {
            format!("{error}; use --color rgb, or --as webdataset or hf-parquet, whose loaders convert them")
        }
        OptionsError::SplitName(_) => format!("--split: {error}"),
    }
}

/// How many ends are left out for which reason, and what helps.
pub fn left_out(ends: &LeftOut) -> impl Iterator<Item = String> {
    ends.reasons().map(|(why, count)| {
        let advice = match why {
            Reason::Absent => "; `image-cache render` makes them",
            Reason::Bad => "; `image-cache repair` mends them",
            _ => "",
        };
        format!("{count} {}{advice}", why.help())
    })
}

fn all(ends: &LeftOut) -> String {
    let reasons: Vec<String> = left_out(ends).collect();
    if reasons.is_empty() { ends.to_string() } else { reasons.join("; ") }
}
