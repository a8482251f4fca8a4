//! The flags of `draw`.

use std::path::PathBuf;

use clap::Args;

use super::{
    groups::{CommonArgs, SayArgs},
    own::OwnArgs,
    read::ReadArgs,
    spec::SpecArgs,
};
use crate::value::{Which, instant};

/// The flags of `draw`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/draw.txt"), next_help_heading = "Candles")]
pub struct DrawArgs {
    /// Candles, in any form that `import` reads; - is standard input
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub file: PathBuf,
    /// Where the picture goes; - is standard output [default: FILE's name with .png, in this folder]
    #[arg(short, long, value_name = "FILE", help_heading = "Places")]
    pub output: Option<PathBuf>,
    /// Show the picture on this terminal as well: kitty, iTerm2 or one that knows Sixel
    #[arg(long, help_heading = "Places")]
    pub show: bool,
    /// Draw the window whose last candle opens at this time or before, YYYY-MM-DD or RFC 3339 [default: the last one]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = instant)]
    pub end: Option<i64>,
    /// Which of several symbols in the file; of one, what it is called [default: what its name or rows tell]
    #[arg(long, value_name = "SYMBOL", env = "IMAGE_CACHE_SYMBOL", value_delimiter = ',')]
    pub symbol: Option<Vec<String>>,
    /// Interval of the candles, such as 1h [default: what the file's name or rows tell]
    #[arg(long, value_name = "INTERVAL", env = "IMAGE_CACHE_INTERVAL", value_delimiter = ',')]
    pub interval: Option<Vec<String>>,
    /// Take a file without times of closing whose candles usually lie several intervals apart: those between are missing
    #[arg(long)]
    pub sparse: bool,
    /// Which of two candles of one time is taken that contradict each other [default: neither]
    #[arg(long, value_name = "WHICH")]
    pub on_conflict: Option<Which>,
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub say: SayArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}
