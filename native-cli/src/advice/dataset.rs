//! Advice for errors of data sets.

use dataset::{Error, LabelError, LeftOut, OptionsError, PathFault, SeriesFault, SplitError};
use market::{ReadError, SeriesError};

use super::{Context, cache, market};

/// Why a data set cannot be made.
pub fn dataset(error: &Error) -> String {
    let advice = match error {
        Error::Market(error) => return market(error),
        Error::Cache(error) => return cache(error, &Context::Usual),
        Error::Options(error) => return options(error),
        Error::Label(error) => return label(error),
        Error::Split(SplitError::TooClose { .. }) | Error::EmptyClass { .. } | Error::Cancelled => "",
        Error::Split(error) => return format!("--split: {error}"),
        Error::Series { fault: SeriesFault::Read(ReadError::Series(SeriesError::Gaps(_))), .. } => {
            ", or leave it out with --start or --end; --symbol and --interval choose others"
        }
        Error::Series { fault: SeriesFault::Changed, .. } => {
            "; export again, from a copy of the database if it never rests; --symbol and --interval choose others"
        }
        Error::Series { .. } => "; --symbol and --interval choose others",
        Error::SameNames { .. } => "; export them one by one, by --symbol and --interval",
        Error::Path { fault: PathFault::InRoot(_), .. } => "; export to a folder outside it",
        Error::Path { fault: PathFault::Busy | PathFault::Io { .. }, .. } => "",
        Error::Path { .. } => "; --to names a folder that is not there yet",
        Error::Picture { .. } => "; `image-cache repair` mends it, --skip-bad leaves such pictures out",
        Error::Nothing(ends) => return format!("there is nothing to export: {}", all(ends)),
        Error::EmptySplit { split, left_out } => {
            return format!("split {split} has no picture: {}", all(left_out));
        }
    };
    format!("{error}{advice}")
}

/// How many ends are left out for which reason, and what helps.
pub fn left_out(ends: &LeftOut) -> impl Iterator<Item = String> {
    ends.reasons().map(|(name, count, why)| {
        let advice = match name {
            "absent" => "; `image-cache render` makes them",
            "bad" => "; `image-cache repair` mends them",
            _ => "",
        };
        format!("{count} {why}{advice}")
    })
}

fn all(ends: &LeftOut) -> String {
    let reasons: Vec<String> = left_out(ends).collect();
    if reasons.is_empty() { ends.to_string() } else { reasons.join("; ") }
}

fn options(error: &OptionsError) -> String {
    match error {
        OptionsError::NoParquet => {
            format!("{error}; build it with `cargo build --release --features parquet`")
        }
        OptionsError::RenderedManifest => {
            "--render leaves no pictures that a manifest could name; choose another form with --as".to_owned()
        }
        OptionsError::NoShards => {
            "--shard-size is for the forms that have shards, webdataset and hf-parquet".to_owned()
        }
        OptionsError::PaletteFolder => {
            "loaders of imagefolder misread the colours of --color indexed as brightness; use --color rgb, or \
             --as webdataset or hf-parquet, whose loaders convert them"
                .to_owned()
        }
        OptionsError::SplitName(_) => format!("--split: {error}"),
        OptionsError::Embargo { embargo, least } => format!(
            "--embargo {embargo} lets splits share candles; window, warm-up and horizon together have {least}"
        ),
        OptionsError::NoCache => error.to_string(),
    }
}

fn label(error: &LabelError) -> String {
    match error {
        LabelError::OtherRule { setting, rule } => format!("--{setting} belongs to --label {}", rule.name()),
        LabelError::NoHorizon => "--label needs --horizon, 1 or more".to_owned(),
        LabelError::Threshold => "--threshold is 0 or more".to_owned(),
        LabelError::Bounds => "--label classes needs --bounds, rising, such as -2%,0,2%".to_owned(),
        LabelError::Barrier { setting } => {
            let limit = if *setting == "lower" { " and at most 100%" } else { "" };
            format!("--label triple-barrier needs --{setting}, above 0{limit}, such as 2%")
        }
    }
}
