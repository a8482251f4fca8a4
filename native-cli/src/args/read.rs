//! The flags that say what the rows of a file leave open.

use candles::Weekday;
use clap::Args;
use readers::{DateOrder, EpochUnit, Role, TimeZone};

use crate::value::{columns, date_order, decimal, thousands, time_format, time_zone, weekday};

/// What a file says in its own way. By default its rows decide.
#[derive(Debug, Args)]
#[command(next_help_heading = "How files are read")]
pub struct ReadArgs {
    /// What stands in the columns, in their order, such as time,open,high,low,close,volume; - for what is not read
    #[arg(long, value_name = "NAMES", value_parser = columns)]
    pub columns: Option<Columns>,
    #[command(flatten)]
    pub written: WrittenArgs,
    /// Day that weeks begin on, such as sunday, where the rows leave that open
    #[arg(long, value_name = "DAY", value_parser = weekday)]
    pub week_start: Option<Weekday>,
}

/// How times and numbers are written in files, of candles as of series and marks. By default their rows decide.
///
/// They have variables and keys, since files of series and marks may be named by such.
#[derive(Debug, Args)]
#[command(next_help_heading = "How files are read")]
pub struct WrittenArgs {
    /// Zone of times that tell none, such as America/New_York [default: UTC]
    #[arg(long, value_name = "ZONE", env = "IMAGE_CACHE_TIME_ZONE", value_parser = time_zone)]
    pub time_zone: Option<TimeZone>,
    /// Unit of times that are numbers: s, ms, us or ns since 1970 [default: found from all rows]
    #[arg(long, value_name = "UNIT", env = "IMAGE_CACHE_TIME_FORMAT", value_parser = time_format)]
    pub time_format: Option<EpochUnit>,
    /// Order of the numbers of dates: ymd, dmy or mdy [default: found from all rows]
    #[arg(long, value_name = "ORDER", env = "IMAGE_CACHE_DATE_ORDER", value_parser = date_order)]
    pub date_order: Option<DateOrder>,
    /// What stands before decimals: . or , [default: found from all rows]
    #[arg(long, value_name = "MARK", env = "IMAGE_CACHE_DECIMAL", value_parser = decimal)]
    pub decimal: Option<char>,
    /// What parts thousands, such as , or . [default: found from all rows]
    #[arg(long, value_name = "MARK", env = "IMAGE_CACHE_THOUSANDS", value_parser = thousands)]
    pub thousands: Option<char>,
}

/// What stands in the columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(pub Vec<Role>);
