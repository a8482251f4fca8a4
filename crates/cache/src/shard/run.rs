//! [`ShardRun`]: one shard of a plan while it is rendered.

use market::{Filter, Market};
use render_core::Spec;

use super::{
    Shard,
    index::{self, Made, ShardOf},
};
use crate::{
    Error, PlanError, Run,
    index::Index,
    pipeline::Stop,
    plan::{Piece, Plan},
};

/// A shard, and the plan that it is a part of.
pub(crate) struct ShardRun<'a> {
    spec: &'a Spec,
    filter: &'a Filter,
    pub shard: Shard,
    pub plan: Plan,
    pub pieces: Vec<Piece>,
    /// The market's [version](Market::data_version) before it was planned.
    version: i64,
}

impl<'a> ShardRun<'a> {
    /// Plans all shards, and takes this one's part of the plan. The plan's hash must begin with `expected`.
    ///
    /// The pictures must be rendered from the same `market`: a connection keeps to the file that it opened, even if
    /// another file takes its name.
    pub fn new(
        shard: Shard,
        market: &Market,
        spec: &'a Spec,
        filter: &'a Filter,
        expected: Option<&str>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        // The version is asked first, so that no change is overlooked.
        let version = market.data_version()?;
        let plan = Plan::new(market, spec, filter, run, false)?;
        let found = plan.hash.to_string();
        if let Some(expected) = expected.filter(|expected| !found.starts_with(expected)) {
            let (expected, change) = (expected.to_owned(), plan.change);
            return Err(PlanError::Other { found, expected, change }.into());
        }
        let pieces = plan.pieces(shard);
        Ok(Self { spec, filter, shard, plan, pieces, version })
    }

    /// What the shard's index says of itself.
    pub fn of(&self) -> ShardOf<'_> {
        ShardOf { shard: self.shard, plan: self.plan.hash.to_string(), selection: &self.plan.selection }
    }

    /// Notes in the index whether the shard is finished. Fails if its candles have changed since it was planned.
    pub fn settle(&self, market: &Market, index: &mut Index, run: &Run<'_>) -> Result<bool, Error> {
        let is_cancelled = Stop::new(run.cancel).is_set();
        // After a cancelled run, the run that goes on will find out whether the candles have changed.
        let changed = !is_cancelled
            && market.data_version()? != self.version
            && Plan::new(market, self.spec, self.filter, run, false)?.hash != self.plan.hash;
        let rows = self.pieces.iter().map(|piece| piece.rows).sum();
        let made = match (changed, is_cancelled) {
            (true, _) => Made::Changed,
            (false, true) => Made::Interrupted,
            (false, false) => Made::Completely,
        };
        let finished = index::settle(index, rows, made)?;
        if changed { Err(PlanError::Changed(self.shard).into()) } else { Ok(finished) }
    }
}
