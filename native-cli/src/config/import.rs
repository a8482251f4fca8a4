//! What `import` is told.

use std::path::PathBuf;

use candles::Interval;
use market::{ImportOptions, Naming, OnConflict};
use readers::ReadOptions;

use super::{
    base::Output,
    origin::{Origins, Rank},
    own,
};
use crate::{
    args::{ImportArgs, ReadArgs},
    clock,
    error::Error,
    value::{Progress, Which},
};

/// Settles everything that the command line of `import` left open: files, options, and what is said.
pub fn import_settings(
    args: ImportArgs,
    origins: &Origins,
) -> Result<(Vec<PathBuf>, ImportOptions, Output), Error> {
    let ImportArgs {
        files,
        db,
        symbol,
        interval,
        resample,
        sparse,
        on_conflict,
        calendar,
        read,
        dry,
        say,
        common,
    } = args;
    let week_start = read.week_start;
    let options = ImportOptions {
        db: db.unwrap_or_else(|| PathBuf::from("market.sqlite")),
        symbol: naming("import", "symbol", symbol, origins)?,
        interval: naming("import", "interval", interval, origins)?,
        resample: resample.unwrap_or_default().iter().map(|code| coarser(code)).collect::<Result<_, _>>()?,
        sparse,
        on_conflict: on_conflict.map(preferred),
        calendar,
        week_start,
        read: read_options(read),
        dry_run: dry.dry_run.unwrap_or(false),
    };
    if files.is_empty() && options.resample.is_empty() {
        return Err(Error::usage(
            "nothing to import; name files such as BTCUSDT-1h-2023-01.zip, or --resample what is stored",
        ));
    }
    Ok((files, options, Output::of(&common, &say, Progress::Never)))
}

/// Where the symbol or interval of files comes from. A flag beats the names of files. A variable or the configuration
/// file may be meant for other commands, so it only fills in what these lack, and only if it says one name.
pub fn naming(
    command: &str,
    flag: &str,
    given: Option<Vec<String>>,
    origins: &Origins,
) -> Result<Naming, Error> {
    let is_flag = origins.rank(flag) == Rank::Flag;
    match <[String; 1]>::try_from(given.unwrap_or_default()) {
        Ok([name]) if is_flag => Ok(Naming::Always(name)),
        Err(_) if is_flag => Err(Error::Usage(format!(
            "{command} takes one --{flag}; leave it out where the names of the files tell it"
        ))),
        one => Ok(Naming::ByFile(one.ok().map(|[name]| name))),
    }
}

/// Which of two candles is taken.
pub fn preferred(which: Which) -> OnConflict {
    match which {
        Which::First => OnConflict::First,
        Which::Last => OnConflict::Last,
    }
}

/// What is said of files, whose symbol and interval are named elsewhere.
pub fn read_options(args: ReadArgs) -> ReadOptions {
    let ReadArgs { columns, written, week_start: _ } = args;
    let columns = columns.map(|columns| columns.0);
    ReadOptions { now: clock::now(), columns, ..own::as_written(&written) }
}

/// An interval to build, of one of the usual codes.
fn coarser(code: &str) -> Result<Interval, Error> {
    Interval::parse(code)
        .map_err(|_| Error::Usage(format!("--resample {code:?} is no interval; write 15m, 4h, 1d or 1w")))
}
