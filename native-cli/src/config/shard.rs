//! What `plan`, `merge` and the shards of `render` are told.

use std::{
    env,
    num::{NonZeroU32, NonZeroU64},
    path::PathBuf,
    sync::Arc,
};

use super::{
    File, Keys, Output, SAMPLE_STRIDE, Settings, Styles, format,
    spec::{self},
};
use crate::{
    args::{LimitArgs, MergeArgs, Pictures, PlanArgs, ShardArgs},
    error::Error,
    root::Root,
    shard::Shard,
    value::Progress,
};

/// Everything that decides what `merge` does.
#[derive(Debug)]
pub struct MergeSettings {
    pub into: PathBuf,
    pub from: Vec<PathBuf>,
    pub root: Option<Root>,
    /// One for each of `from`, or none.
    pub from_roots: Vec<Root>,
    pub pictures: Option<Pictures>,
    pub partial: bool,
    pub output: Output,
}

/// Settles everything that the command line of `plan` left open, and into how many shards it is to be cut.
pub fn plan_settings(args: PlanArgs) -> Result<(Settings, Option<NonZeroU32>), Error> {
    let PlanArgs { shards, base, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let base = super::settle(base, &ranks, &file.keys, SAMPLE_STRIDE)?;
    let (geometry, dry_run, shard, plan, max_seconds) = (None, true, None, None, None);
    Ok((Settings { base, geometry, spec, dry_run, shard, plan, max_seconds }, shards))
}

/// Settles everything that the command line of `merge` left open.
pub fn merge_settings(args: MergeArgs) -> Result<MergeSettings, Error> {
    let MergeArgs { into, from, root, from_root, pictures, partial, common, quiet } = args;
    let keys = File::read(common.config.as_deref())?.keys;
    let from_roots = match from_root.len() {
        1 => vec![from_root[0].clone(); from.len()],
        count if count == 0 || count == from.len() => from_root,
        count => {
            return Err(Error::Usage(format!(
                "--from-root is given {count} times, and there are {} shards; give it once, or once for each",
                from.len()
            )));
        }
    };
    let quiet = quiet || keys.quiet.unwrap_or(false);
    let verbose = keys.verbose.unwrap_or(false);
    let output = Output { format: format(&common, &keys), progress: Progress::Never, quiet, verbose };
    let root = root.or(keys.root).map(Root::parse).transpose()?;
    let from_roots = from_roots.into_iter().map(Root::parse).collect::<Result<_, _>>()?;
    Ok(MergeSettings { into, from, root, from_roots, pictures, partial, output })
}

/// Which shard is to be made, and of which plan.
pub(super) fn settle(args: ShardArgs, keys: &Keys) -> Result<(Option<Shard>, Option<String>), Error> {
    let asked = args.shard.or(keys.shard);
    let shard = asked.map(|asked| asked.settle(|name| env::var(name).ok())).transpose()?;
    let plan = args.plan.or(keys.plan.clone());
    if plan.is_some() && shard.is_none() {
        return Err(Error::Usage("--plan goes with --shard; 0/1 is all of it".to_owned()));
    }
    Ok((shard, plan))
}

pub(super) fn max_seconds(args: &LimitArgs, keys: &Keys) -> Option<NonZeroU64> {
    args.max_seconds.or(keys.max_seconds.map(|seconds| seconds.0))
}
