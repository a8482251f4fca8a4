//! One shard of a plan, as a run of `render` makes it.

use market::Market;

use super::{
    Shard,
    index::{self, Made, ShardOf},
};
use crate::{
    Error, PlanError, Run,
    index::Index,
    pipeline::Stop,
    plan::{Piece, Plan},
    render::RenderRequest,
};

/// A shard, and the plan that it is a part of.
pub(crate) struct ShardRun {
    pub shard: Shard,
    pub plan: Plan,
    pub pieces: Vec<Piece>,
    /// The market's number of changes before it was planned.
    version: i64,
}

impl ShardRun {
    /// Plans the whole, and takes the shard's part of it.
    ///
    /// The pictures must come from the same `market`: a connection keeps to the file that it opened, whatever
    /// takes that file's name.
    pub fn new(shard: Shard, market: &Market, request: &RenderRequest, run: &Run<'_>) -> Result<Self, Error> {
        // Asked first, so that no change falls between.
        let version = market.data_version()?;
        let plan = plan(market, request, run)?;
        let found = plan.hash.to_string();
        if let Some(expected) = request.plan.as_ref().filter(|expected| !found.starts_with(*expected)) {
            return Err(PlanError::Other { found, expected: expected.clone(), change: plan.change }.into());
        }
        let pieces = plan.pieces(shard);
        Ok(Self { shard, plan, pieces, version })
    }

    pub fn of(&self) -> ShardOf<'_> {
        ShardOf { shard: self.shard, plan: self.plan.hash.to_string(), selection: &self.plan.selection }
    }

    /// Notes in the index whether the shard is finished; fails where the source has become another meanwhile.
    pub fn settle(
        &self,
        market: &Market,
        index: &mut Index,
        request: &RenderRequest,
        run: &Run<'_>,
    ) -> Result<bool, Error> {
        let interrupted = Stop::new(run.cancel).is_set();
        // What is told by an interrupted run is told by the one that goes on.
        let changed = !interrupted
            && market.data_version()? != self.version
            && plan(market, request, run)?.hash != self.plan.hash;
        let rows = self.pieces.iter().map(|piece| piece.rows).sum();
        let made = match (changed, interrupted) {
            (true, _) => Made::Changed,
            (false, true) => Made::Interrupted,
            (false, false) => Made::Whole,
        };
        let finished = index::settle(index, rows, made)?;
        if changed { Err(PlanError::Changed(self.shard).into()) } else { Ok(finished) }
    }
}

fn plan(market: &Market, request: &RenderRequest, run: &Run<'_>) -> Result<Plan, Error> {
    Plan::new(market, &request.spec, &request.filter, run, false)
}
