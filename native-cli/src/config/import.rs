//! What `import` is told.

use std::path::PathBuf;

use readers::interval_ms;
use render_core::Interval;

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
    pub db: PathBuf,
    pub symbol: Told,
    pub interval: Told,
    /// Coarser intervals to build.
    pub resample: Vec<Interval>,
    /// Whether equal gaps are no sign of another interval.
    pub sparse: bool,
    pub dry_run: bool,
    pub output: Output,
}

/// What is said of a symbol or an interval, and where.
#[derive(Debug)]
pub struct Told {
    flag: &'static str,
    /// Said on the command line, for all files.
    always: Option<String>,
    /// Said by a variable or the configuration file, which may be meant for other commands.
    otherwise: Vec<String>,
}

impl Told {
    fn new(
        flag: &'static str,
        given: Option<Vec<String>>,
        file: Option<&Names>,
        ranks: &Ranks,
    ) -> Result<Self, Error> {
        let on_the_line = ranks.get(flag) == Rank::Flag;
        let mut names = given.or_else(|| file.map(|names| names.0.clone())).unwrap_or_default();
        if on_the_line && names.len() != 1 {
            return Err(Error::Usage(format!(
                "import takes one --{flag}; leave it out where the names of the files tell it"
            )));
        }
        let always = if on_the_line { names.pop() } else { None };
        Ok(Self { flag, always, otherwise: names })
    }

    /// The name to go by, where a file's own name tells `named`.
    pub fn settle(&self, named: Option<String>) -> Result<String, String> {
        let flag = self.flag;
        match (&self.always, named, self.otherwise.as_slice()) {
            (Some(name), ..) => Ok(name.clone()),
            (None, Some(named), [name]) if named != *name => Err(format!(
                "its name tells the {flag} {named}, but settings say {name}; give --{flag} to decide"
            )),
            (None, Some(named), _) => Ok(named),
            (None, None, [name]) => Ok(name.clone()),
            (None, None, _) => Err(format!("its name tells no {flag}; give --{flag}")),
        }
    }
}

/// Settles everything that the command line of `import` left open.
pub fn import_settings(args: ImportArgs) -> Result<ImportSettings, Error> {
    let ImportArgs { files, db, symbol, interval, resample, sparse, dry, quiet, verbose, common, ranks } =
        args;
    let file = File::read(common.config.as_deref())?;
    let keys: &Keys = &file.keys;
    let codes = resample.or_else(|| keys.resample.as_ref().map(|names| names.0.clone())).unwrap_or_default();
    let settings = ImportSettings {
        files,
        db: db.or(keys.db.clone()).unwrap_or_else(|| PathBuf::from("market.sqlite")),
        symbol: Told::new("symbol", symbol, keys.symbol.as_ref(), &ranks)?,
        interval: Told::new("interval", interval, keys.interval.as_ref(), &ranks)?,
        resample: codes.iter().map(|code| coarser(code)).collect::<Result<_, _>>()?,
        sparse,
        dry_run: dry.dry_run.or(keys.dry_run).unwrap_or(false),
        output: Output {
            format: format(&common, keys),
            progress: Progress::Never,
            quiet: quiet.or(keys.quiet).unwrap_or(false),
            verbose: verbose.or(keys.verbose).unwrap_or(false),
        },
    };
    if settings.files.is_empty() && settings.resample.is_empty() {
        return Err(Error::Usage(
            "nothing to import; name files such as BTCUSDT-1h-2023-01.zip, or --resample what is stored"
                .to_owned(),
        ));
    }
    Ok(settings)
}

/// An interval to build, of one of the usual codes.
fn coarser(code: &str) -> Result<Interval, Error> {
    let unknown = || Error::Usage(format!("--resample {code:?} is no interval; write 15m, 4h, 1d or 1w"));
    Ok(Interval::new(code, interval_ms(code).ok_or_else(unknown)?)?)
}
