//! What an import is told, and the names of the series that files belong to.

use std::path::PathBuf;

use candles::{Calendar, Interval, Symbol, Weekday};
use readers::ReadOptions;

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
    /// What the rows of files leave open.
    pub read: ReadOptions,
    /// Coarser intervals whose series are built as well.
    pub resample: Vec<Interval>,
    /// Whether a file without times of closing is taken where its candles usually lie several intervals apart.
    pub sparse: bool,
    /// Which of two candles of one time is taken that contradict each other; by default their files are refused.
    pub on_conflict: Option<OnConflict>,
    /// The calendar of the series that are imported; `None` leaves what the database says.
    pub calendar: Option<Calendar>,
    /// The day that weeks begin on, where files leave that open.
    pub week_start: Option<Weekday>,
    /// Whether everything is done but writing.
    pub dry_run: bool,
}

/// Which of two candles of one time is taken that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// That of the first file; what is stored stays.
    First,
    /// That of the last file, also over what is stored.
    Last,
}

/// Where the symbol or the interval of a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    /// This is the name, whatever the file is called.
    Always(String),
    /// The file's own name tells it. The name here, if any, fills in what a file does not tell, and must not
    /// contradict what it tells.
    ByFile(Option<String>),
    /// What the file tells; where it tells nothing, and holds one text alone, this.
    Otherwise(String),
}

/// The symbol and interval that rows belong to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Name {
    pub symbol: Symbol,
    pub interval: Interval,
}

impl Naming {
    /// The name of a file that tells `named`; `None` where nothing tells one.
    pub(super) fn settle(
        &self,
        what: &'static str,
        named: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        match (self, named) {
            (Self::Always(name), _) => Ok(Some(name.clone())),
            (Self::ByFile(Some(told)), Some(named)) if named != *told => {
                Err(Refusal::Contradicted { what, named, told: told.clone() })
            }
            (Self::ByFile(told), named) => Ok(named.or_else(|| told.clone())),
            (Self::Otherwise(_), named) => Ok(named),
        }
    }

    /// What takes the place of a name that nothing tells.
    pub(super) fn stand_in(&self) -> Option<String> {
        match self {
            Self::Otherwise(name) => Some(name.clone()),
            Self::Always(_) | Self::ByFile(_) => None,
        }
    }
}
