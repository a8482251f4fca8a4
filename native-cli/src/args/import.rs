//! The flags of `import`.

use std::path::PathBuf;

use clap::Args;

use super::groups::{CommonArgs, DryRunArgs, SayArgs};

/// The flags of `import`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, next_help_heading = "Candles")]
pub struct ImportArgs {
    /// Klines as CSV or JSON, CSV with a header, any of these as .gz or in a .zip, or Parquet
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub files: Vec<PathBuf>,
    /// Market database to write to, made where it does not exist [default: market.sqlite]
    #[arg(long, value_name = "FILE", env = "IMAGE_CACHE_DB")]
    pub db: Option<PathBuf>,
    /// Symbol of all files [default: what their names tell]
    #[arg(long, value_name = "SYMBOL", env = "IMAGE_CACHE_SYMBOL", value_delimiter = ',')]
    pub symbol: Option<Vec<String>>,
    /// Interval of all files, such as 1h [default: what their names tell]
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_INTERVAL", value_delimiter = ',')]
    pub interval: Option<Vec<String>>,
    /// Build the series of this coarser interval as well; may be repeated
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_RESAMPLE", value_delimiter = ',')]
    pub resample: Option<Vec<String>>,
    /// Take a file without times of closing whose candles usually lie several intervals apart: those between are missing
    #[arg(long)]
    pub sparse: bool,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub say: SayArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

const EXAMPLES: &str = "\
Examples:
  image-cache import BTCUSDT-1h-2023-*.zip
  image-cache import candles.csv --symbol ETHUSD --interval 4h --db market.sqlite
  image-cache import BTCUSDT-1m-*.zip --resample 1h,4h,1d,1w
  image-cache import --symbol BTCUSDT --interval 1h --resample 1d     (of what is stored)
  image-cache import klines.json --symbol BTCUSDT --interval 1h --dry-run

Symbol and interval come from names such as BTCUSDT-1h-2023-01.zip where no flag
says them. A variable or the configuration file only fills in what a name does
not tell, and must not contradict it. A file beside which FILE.CHECKSUM lies must
have the SHA-256 that stands there.

The candles of the database are replaced by those of the files where they differ,
and none is deleted. Columns that a file lacks (quote volume, trades, taker
volumes) are kept where a candle is stored already, and 0 in a new one. Rows in
any order will do. A row that is no candle, contradicts another one of its file or
is of another interval (by its time of closing, or since it opens between two candles)
is refused, with its line; all others are taken. A file without times of closing is
refused if the most common distance between neighbouring candles is not its interval;
where it is a multiple of it, --sparse takes the file.

A coarser candle is built from all candles of the finest imported series that it
spans, or, where not all of those are stored, from the next coarser series in the
database that has all of its own: first open, highest high, lowest low, last
close, sums. Weeks open on Monday 00:00 UTC, all else on multiples of the interval
since the epoch. It replaces what is stored of its time, if that differs by more
than the rounding of sums. A series of that interval that was imported by the same
command keeps its candles, and only those that it lacks are built.

Exit status: 0 done; 1 a file or a row was refused, after all others were taken;
2 wrong usage; 130 interrupted, with whole transactions stored.";
