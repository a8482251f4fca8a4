//! What `plan`, `merge` and the shards of `render` are told.

use std::{env, num::NonZeroU32, sync::Arc};

use cache::{MergeRequest, OwnFiles, RenderRequest};
use render_core::Spec;
use store::{Disk, Root};

use super::{
    base::{Base, Output, SAMPLE_STRIDE, environment, settle as settle_base},
    origin::{Origins, Rank},
    own, spec,
};
use crate::{
    args::{MergeArgs, PlanArgs, SayArgs, ShardArgs, ShardRequest, variable},
    error::Error,
    value::Progress,
};

/// Everything that decides what `plan` does.
#[derive(Debug)]
pub struct PlanSettings {
    pub base: Base,
    pub spec: Arc<Spec>,
    /// Files of series of one's own and of marks.
    pub own: OwnFiles,
    /// The most missing candles that a window may span.
    pub max_gap: Option<u64>,
    /// Into how many shards it is to be cut, if into any.
    pub shards: Option<NonZeroU32>,
}

/// Everything that decides what `merge` does.
pub struct MergeSettings {
    pub request: MergeRequest<'static>,
    pub partial: bool,
    pub output: Output,
}

/// Settles everything that the command line of `plan` left open, and into how many shards it is to be cut.
pub fn plan_settings(args: PlanArgs, origins: &Origins) -> Result<PlanSettings, Error> {
    let PlanArgs { shards, base, gap, spec, own, written } = args;
    let spec = Arc::new(spec::settle(&spec, Some(&own), origins)?);
    let base = settle_base(base, origins, SAMPLE_STRIDE)?;
    if shards.is_some() && origins.rank("index") == Rank::Flag {
        return Err(Error::Usage(format!(
            "--index names one file, as it is, and --shards is of shards that have one each; set {} or `index` in \
             image-cache.toml, to which each shard adds its number",
            variable("index")
        )));
    }
    let own = own::settle(own, &written, origins);
    Ok(PlanSettings { base, spec, own, max_gap: gap.max_gap, shards })
}

/// Settles everything that the command line of `merge` left open.
pub fn merge_settings(args: MergeArgs) -> Result<MergeSettings, Error> {
    let MergeArgs { into, from, root, partial, common, quiet } = args;
    let say = SayArgs { quiet: Some(quiet), verbose: None };
    let output = Output::of(&common, &say, Progress::Never);
    let environment = environment();
    let root = root.map(|root| Root::parse(root, &environment)).transpose()?;
    let request = MergeRequest { into, from, root, environment, files: &Disk };
    Ok(MergeSettings { request, partial, output })
}

/// Settles which shard is to be made, of which plan, and gives it files of its own: a name that is given on the
/// command line is kept, since that is one run's, and one of a variable or of the configuration, which are for all
/// shards, gets the shard's number.
pub fn settle(
    args: ShardArgs,
    origins: &Origins,
    base: &mut Base,
    request: &mut RenderRequest,
) -> Result<(), Error> {
    request.plan = args.plan;
    let Some(asked) = args.shard else {
        return match request.plan {
            Some(_) => Err(Error::usage("--plan goes with --shard; 0/1 is all of it")),
            None => Ok(()),
        };
    };
    let shard = asked.settle(|name| env::var(name).ok())?;
    request.shard = Some(shard);
    if origins.rank("index") < Rank::Flag {
        base.index = shard.file_name(&base.index);
    }
    if origins.rank("geometry") < Rank::Flag {
        request.geometry = request.geometry.as_ref().map(|geometry| shard.file_name(geometry));
    } else if !matches!(asked, ShardRequest::Named(_)) {
        // Each would replace what another has written; an index would be refused.
        return Err(Error::Usage(format!(
            "--geometry names one file, as it is, for all shards; set {} or `geometry` in image-cache.toml, to \
             which each shard adds its number",
            variable("geometry")
        )));
    }
    Ok(())
}
