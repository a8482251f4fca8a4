//! The flags of `export`.

use std::{num::NonZeroU32, path::PathBuf};

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use dataset::{Form, LabelRule};

use super::{
    groups::{BaseArgs, DryRunArgs, GapArgs},
    own::OwnArgs,
    read::WrittenArgs,
    spec::SpecArgs,
};
use crate::value::{bytes, fraction};

/// The flags of `export`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/export.txt"))]
pub struct ExportArgs {
    #[command(flatten)]
    pub set: SetArgs,
    #[command(flatten)]
    pub label: LabelArgs,
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub gap: GapArgs,
    #[command(flatten)]
    pub dry: DryRunArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub written: WrittenArgs,
}

/// What the data set is to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data set")]
pub struct SetArgs {
    /// Folder of the data set, which must not exist yet or be empty
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// The form that its loader reads
    #[arg(long = "as", value_name = "FORM", value_parser = form())]
    pub form: Form,
    /// Render the pictures straight into the data set; no cache is read
    #[arg(long)]
    pub render: bool,
    /// Splits by their ends, NAME=FROM..TO or NAME=SHARE, separated by commas [default: all in train]
    #[arg(long, value_name = "SPLITS", value_delimiter = ',')]
    pub split: Vec<String>,
    /// Candles between the last end of a split and the first of the next [default: window + warm-up + horizon, also the least]
    #[arg(long, value_name = "N", requires = "split")]
    pub embargo: Option<u32>,
    /// Most bytes of a shard, such as 256M, for the forms that have shards [default: 256M]
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub shard_size: Option<u64>,
    /// Add the column `pixel_sha256`, which costs milliseconds a picture
    #[arg(long)]
    pub pixel_hash: bool,
    /// Leave out pictures that are corrupt or stale, instead of refusing to export
    #[arg(long, conflicts_with = "render")]
    pub skip_bad: bool,
}

/// What each picture is labelled with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Labels")]
pub struct LabelArgs {
    /// What the candles after a window make of it [default: no labels]
    #[arg(long, value_name = "RULE", value_parser = rule(), requires = "horizon")]
    pub label: Option<LabelRule>,
    /// Candles after the window that its label is computed from
    #[arg(long, value_name = "N", requires = "label")]
    pub horizon: Option<NonZeroU32>,
    /// direction: a return between -T and T is `flat`, such as 0.2% [default: 0, and then no class is flat]
    #[arg(long, value_name = "T", value_parser = fraction)]
    pub threshold: Option<f64>,
    /// classes: the rising returns that part one class from the next, such as -2%,0,2%
    #[arg(long, value_name = "RETURNS", value_parser = fraction, value_delimiter = ',', allow_hyphen_values = true)]
    pub bounds: Vec<f64>,
    /// triple-barrier: the rise from the last close that ends it, such as 2%
    #[arg(long, value_name = "RISE", value_parser = fraction)]
    pub upper: Option<f64>,
    /// triple-barrier: the fall from the last close that ends it, such as 1%
    #[arg(long, value_name = "FALL", value_parser = fraction)]
    pub lower: Option<f64>,
}

/// The forms, each with its sentence of help.
fn form() -> impl TypedValueParser<Value = Form> {
    let values = Form::ALL.iter().map(|form| PossibleValue::new(form.name()).help(form.help()));
    PossibleValuesParser::new(values).try_map(|name| Form::named(&name).ok_or("no such form"))
}

/// The rules of labels, each with its sentence of help.
fn rule() -> impl TypedValueParser<Value = LabelRule> {
    let values = LabelRule::ALL.iter().map(|rule| PossibleValue::new(rule.name()).help(rule.help()));
    PossibleValuesParser::new(values).try_map(|name| LabelRule::named(&name).ok_or("no such rule"))
}
