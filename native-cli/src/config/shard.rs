//! What `plan`, `merge` and the shards of `render` are told.

use std::{
    env,
    num::{NonZeroU32, NonZeroU64},
    path::PathBuf,
    sync::Arc,
};

use cache::Shard;
use render_core::Spec;
use store::{Environment, Root};

use super::{Base, File, Keys, Output, SAMPLE_STRIDE, Styles, format, spec};
use crate::{
    args::{LimitArgs, MergeArgs, PlanArgs, Rank, Ranks, ShardArgs, ShardRequest, variable},
    error::Error,
    value::Progress,
};

/// Everything that decides what `plan` does.
#[derive(Debug)]
pub struct PlanSettings {
    pub base: Base,
    pub spec: Arc<Spec>,
    /// Into how many shards it is to be cut, if into any.
    pub shards: Option<NonZeroU32>,
}

/// Everything that decides what `merge` does.
#[derive(Debug)]
pub struct MergeSettings {
    pub into: PathBuf,
    pub from: Vec<PathBuf>,
    pub root: Option<Root>,
    pub environment: Environment,
    pub partial: bool,
    pub output: Output,
}

/// Settles everything that the command line of `plan` left open, and into how many shards it is to be cut.
pub fn plan_settings(args: PlanArgs) -> Result<PlanSettings, Error> {
    let PlanArgs { shards, base, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let base = super::settle(base, &ranks, &file.keys, SAMPLE_STRIDE)?;
    if shards.is_some() && ranks.get("index") == Rank::Flag {
        return Err(Error::Usage(format!(
            "--index names one file, as it is, and --shards is of shards that have one each; set {} or `index` in \
             image-cache.toml, to which each shard adds its number",
            variable("index")
        )));
    }
    Ok(PlanSettings { base, spec, shards })
}

/// Settles everything that the command line of `merge` left open.
pub fn merge_settings(args: MergeArgs) -> Result<MergeSettings, Error> {
    let MergeArgs { into, from, root, partial, common, quiet } = args;
    let keys = File::read(common.config.as_deref())?.keys;
    let quiet = quiet || keys.quiet.unwrap_or(false);
    let verbose = keys.verbose.unwrap_or(false);
    let output = Output { format: format(&common, &keys), progress: Progress::Never, quiet, verbose };
    let environment = super::environment();
    let root = root.or(keys.root).map(|root| Root::parse(root, &environment)).transpose()?;
    Ok(MergeSettings { into, from, root, environment, partial, output })
}

/// Gives a shard files of its own: a name that is given on the command line is kept, since that is one run's,
/// and one of a variable or of the configuration, which are for all shards, gets the shard's number.
pub(super) fn part_files(
    shard: Shard,
    ranks: &Ranks,
    is_several: bool,
    index: &mut PathBuf,
    geometry: &mut Option<PathBuf>,
) -> Result<(), Error> {
    if ranks.get("index") < Rank::Flag {
        *index = shard.file_name(index);
    }
    let Some(geometry) = geometry else {
        return Ok(());
    };
    if ranks.get("geometry") < Rank::Flag {
        *geometry = shard.file_name(geometry);
    } else if is_several {
        // Each would replace what another has written; an index would be refused.
        return Err(Error::Usage(format!(
            "--geometry names one file, as it is, for all shards; set {} or `geometry` in image-cache.toml, to \
             which each shard adds its number",
            variable("geometry")
        )));
    }
    Ok(())
}

/// Which shard is to be made, whether the command line is meant for several, and of which plan.
pub(super) fn settle(args: ShardArgs, keys: &Keys) -> Result<(Option<Shard>, bool, Option<String>), Error> {
    let asked = args.shard.or(keys.shard);
    let is_several = asked.is_some_and(ShardRequest::is_several);
    let shard = asked.map(|asked| asked.settle(|name| env::var(name).ok())).transpose()?;
    let plan = args.plan.or(keys.plan.clone());
    if plan.is_some() && shard.is_none() {
        return Err(Error::Usage("--plan goes with --shard; 0/1 is all of it".to_owned()));
    }
    Ok((shard, is_several, plan))
}

pub(super) fn max_seconds(args: &LimitArgs, keys: &Keys) -> Option<NonZeroU64> {
    args.max_seconds.or(keys.max_seconds.map(|seconds| seconds.0))
}
