//! The flags of `import`.

use std::path::PathBuf;

use candles::Calendar;
use clap::Args;

use super::{
    groups::{CommonArgs, DryRunArgs, SayArgs},
    read::ReadArgs,
};
use crate::value::{Which, calendar};

/// The flags of `import`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/import.txt"), next_help_heading = "Candles")]
pub struct ImportArgs {
    /// Candles as CSV or JSON, plain or packed (.gz .zip .xz .bz2 .zst), or Parquet, Feather or Excel; - is standard input
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub files: Vec<PathBuf>,
    /// Market database to write to, made where it does not exist [default: market.sqlite]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_DB")]
    pub db: Option<PathBuf>,
    /// Symbol of all files [default: what their names or rows tell]
    #[arg(long, value_name = "SYMBOL", env = "IMAGE_CACHE_SYMBOL", value_delimiter = ',')]
    pub symbol: Option<Vec<String>>,
    /// Interval of all files, such as 1h [default: what their names or rows tell]
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_INTERVAL", value_delimiter = ',')]
    pub interval: Option<Vec<String>>,
    /// Build the series of this coarser interval as well; may be repeated
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_RESAMPLE", value_delimiter = ',')]
    pub resample: Option<Vec<String>>,
    /// Take a file without times of closing whose candles usually lie several intervals apart: those between are missing
    #[arg(long)]
    pub sparse: bool,
    /// Which of two candles of one time is taken that contradict each other, in files or stored [default: neither]
    #[arg(long, value_name = "WHICH")]
    pub on_conflict: Option<Which>,
    /// Calendar of the series: at which times candles are expected [default: what the database says]
    #[arg(long, value_name = "CALENDAR", value_parser = calendar())]
    pub calendar: Option<Calendar>,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub say: SayArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}
