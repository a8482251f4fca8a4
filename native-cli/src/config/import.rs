//! What `import` is told.

use std::path::PathBuf;

use candles::Interval;
use market::{ImportOptions, Naming};
use readers::interval_ms;

use super::{
    Output,
    file::{File, Keys},
    format,
    written::Names,
};
use crate::{
    args::{ImportArgs, Rank, Ranks},
    error::Error,
    value::Progress,
};

/// Everything that decides what `import` does.
#[derive(Debug)]
pub struct ImportSettings {
    pub files: Vec<PathBuf>,
    pub options: ImportOptions,
    pub output: Output,
}

/// Settles everything that the command line of `import` left open.
pub fn import_settings(args: ImportArgs) -> Result<ImportSettings, Error> {
    let ImportArgs { files, db, symbol, interval, resample, sparse, dry, quiet, verbose, common, ranks } =
        args;
    let file = File::read(common.config.as_deref())?;
    let keys: &Keys = &file.keys;
    let codes = resample.or_else(|| keys.resample.as_ref().map(|names| names.0.clone())).unwrap_or_default();
    let options = ImportOptions {
        db: db.or(keys.db.clone()).unwrap_or_else(|| PathBuf::from("market.sqlite")),
        symbol: naming("symbol", symbol, keys.symbol.as_ref(), &ranks)?,
        interval: naming("interval", interval, keys.interval.as_ref(), &ranks)?,
        resample: codes.iter().map(|code| coarser(code)).collect::<Result<_, _>>()?,
        sparse,
        dry_run: dry.dry_run.or(keys.dry_run).unwrap_or(false),
    };
    if files.is_empty() && options.resample.is_empty() {
        return Err(Error::Usage(
            "nothing to import; name files such as BTCUSDT-1h-2023-01.zip, or --resample what is stored"
                .to_owned(),
        ));
    }
    let output = Output {
        format: format(&common, keys),
        progress: Progress::Never,
        quiet: quiet.or(keys.quiet).unwrap_or(false),
        verbose: verbose.or(keys.verbose).unwrap_or(false),
    };
    Ok(ImportSettings { files, options, output })
}

/// Where the symbol or interval of files comes from. A flag beats the names of files. A variable or the configuration
/// file may be meant for other commands, so it only fills in what these lack, and only if it says one name.
fn naming(
    flag: &'static str,
    given: Option<Vec<String>>,
    file: Option<&Names>,
    ranks: &Ranks,
) -> Result<Naming, Error> {
    let names = given.or_else(|| file.map(|names| names.0.clone())).unwrap_or_default();
    let is_flag = ranks.get(flag) == Rank::Flag;
    match <[String; 1]>::try_from(names) {
        Ok([name]) if is_flag => Ok(Naming::Always(name)),
        Err(_) if is_flag => Err(Error::Usage(format!(
            "import takes one --{flag}; leave it out where the names of the files tell it"
        ))),
        one => Ok(Naming::ByFile(one.ok().map(|[name]| name))),
    }
}

/// An interval to build, of one of the usual codes.
fn coarser(code: &str) -> Result<Interval, Error> {
    let unknown = || Error::Usage(format!("--resample {code:?} is no interval; write 15m, 4h, 1d or 1w"));
    Ok(Interval::new(code, interval_ms(code).ok_or_else(unknown)?)?)
}
