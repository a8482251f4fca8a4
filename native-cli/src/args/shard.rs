//! The flags of work that is shared out: `plan`, `merge`, and what `render` takes for it.

use std::{num::NonZeroU32, path::PathBuf};

use clap::Args;

use super::{
    groups::{BaseArgs, CommonArgs, GapArgs},
    own::OwnArgs,
    read::WrittenArgs,
    shard_request::{ShardRequest, number_of_shards},
    spec::SpecArgs,
};
use crate::error::Error;

/// The flags of `plan`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/plan.txt"))]
pub struct PlanArgs {
    /// Say also what each of so many shards would make
    #[arg(long, value_name = "N", help_heading = "Shards", value_parser = number_of_shards)]
    pub shards: Option<NonZeroU32>,
    #[command(flatten)]
    pub base: BaseArgs,
    #[command(flatten)]
    pub gap: GapArgs,
    #[command(flatten)]
    pub spec: SpecArgs,
    #[command(flatten)]
    pub own: OwnArgs,
    #[command(flatten)]
    pub written: WrittenArgs,
}

/// Which part of the whole `render` makes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Shards")]
pub struct ShardArgs {
    /// Make one shard of the plan: 0/8 is the first of eight; /8 where Kubernetes, Slurm or AWS Batch says which; auto where an array of Slurm from 0 or 1 on, or of AWS Batch, says both
    #[arg(long, value_name = "I/N", env = "IMAGE_CACHE_SHARD")]
    pub shard: Option<ShardRequest>,
    /// Make nothing unless the plan has this hash, or a hash that begins so, as `image-cache plan` prints it
    #[arg(long, value_name = "HASH", env = "IMAGE_CACHE_PLAN", value_parser = plan_hash)]
    pub plan: Option<String>,
}

/// The flags of `merge`.
#[derive(Debug, Args)]
#[command(after_help = include_str!("help/merge.txt"))]
pub struct MergeArgs {
    /// The index to merge into: a new one, or one that shards of the same plan were merged into before
    #[arg(value_name = "INTO")]
    pub into: PathBuf,
    /// Indexes of shards
    #[arg(value_name = "FROM", required = true)]
    pub from: Vec<PathBuf>,
    /// Folder or URL of the pictures of all shards [default: where those are that were merged before, and all shards say that theirs are]
    #[arg(long, value_name = "DIR", env = "IMAGE_CACHE_ROOT", help_heading = "Places")]
    pub root: Option<PathBuf>,
    /// Be content with some of the shards
    #[arg(long)]
    pub partial: bool,
    #[command(flatten)]
    pub common: CommonArgs,
    /// Say nothing but errors
    #[arg(short, long, help_heading = "Run")]
    pub quiet: bool,
}

/// Digits of a hash, enough to tell two plans apart.
fn plan_hash(text: &str) -> Result<String, Error> {
    let hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if hex && (8..=64).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Error::usage("a plan's hash is 64 hexadecimal digits, of which the first 8 or more will do"))
}
