//! What an import is told, and the names of the series that files belong to.

use std::path::PathBuf;

use candles::{Interval, Symbol};
use readers::{SeriesName, interval_ms};

use crate::error::Refusal;

/// What decides how files are imported.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The market database that is written to. It is made where it does not exist.
    pub db: PathBuf,
    /// The symbol of the files.
    pub symbol: Naming,
    /// The code of the files' interval.
    pub interval: Naming,
    /// Coarser intervals whose series are built as well.
    pub resample: Vec<Interval>,
    /// Whether a file without times of closing is taken where its candles usually lie several intervals apart.
    pub sparse: bool,
    /// Whether everything is done but writing.
    pub dry_run: bool,
}

/// Where the symbol or the interval of a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    /// This is the name, whatever the file is called.
    Always(String),
    /// The file's own name tells it. The name here, if any, fills in what a file does not tell, and must not
    /// contradict what it tells.
    ByFile(Option<String>),
}

/// The symbol and interval that rows belong to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Name {
    pub symbol: Symbol,
    pub interval: Interval,
}

impl ImportOptions {
    /// The series of a file whose own name tells `named`.
    pub(super) fn name(&self, named: SeriesName) -> Result<Name, Refusal> {
        let symbol = self.symbol.settle("symbol", named.symbol)?;
        let code = self.interval.settle("interval", named.interval)?;
        let ms = interval_ms(&code).ok_or_else(|| Refusal::NoFixedLength(code.clone()))?;
        Ok(Name { interval: Interval::new(&code, ms)?, symbol: Symbol::new(symbol)? })
    }
}

impl Naming {
    fn settle(&self, what: &'static str, named: Option<String>) -> Result<String, Refusal> {
        match (self, named) {
            (Self::Always(name), _) => Ok(name.clone()),
            (Self::ByFile(Some(told)), Some(named)) if named != *told => {
                Err(Refusal::Contradicted { what, named, told: told.clone() })
            }
            (Self::ByFile(told), named) => named.or_else(|| told.clone()).ok_or(Refusal::Unnamed(what)),
        }
    }
}
