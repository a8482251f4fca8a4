//! One shard of a plan, as a run of `render` makes it.

use market::Market;

use crate::{
    claim::{self, Claim, Made},
    config::Settings,
    error::Error,
    index::Index,
    interrupt::Interrupt,
    plan::{Piece, Plan, short},
    shard::Shard,
};

/// A shard, and the plan that it is a part of.
pub struct Part {
    pub shard: Shard,
    pub plan: Plan,
    pub pieces: Vec<Piece>,
    /// The market's number of changes before it was planned.
    version: i64,
}

impl Part {
    /// Plans the whole, and takes the shard's part of it.
    ///
    /// The pictures must come from the same `market`: a connection keeps to the file that it opened, whatever
    /// takes that file's name.
    pub fn of(
        shard: Shard,
        market: &Market,
        settings: &Settings,
        now: i64,
        interrupt: &Interrupt,
    ) -> Result<Self, Error> {
        // Asked first, so that no change falls between.
        let version = market.data_version()?;
        let plan = Plan::make(market, settings, now, interrupt, false)?;
        if let Some(expected) =
            settings.plan.as_ref().filter(|expected| !plan.hash.to_string().starts_with(*expected))
        {
            let settle = plan.settle_hint().map_or_else(String::new, |hint| format!(" ({hint})"));
            return Err(Error::Plan(format!(
                "the plan is {}, not {}: candles, spec, style version, selection or the clock differ from where \
                 that was planned{settle}; nothing was rendered",
                short(&plan.hash.to_string()),
                short(expected)
            )));
        }
        let pieces = plan.pieces(shard);
        Ok(Self { shard, plan, pieces, version })
    }

    pub fn claim(&self) -> Claim<'_> {
        Claim { shard: self.shard, plan: self.plan.hash.to_string(), selection: &self.plan.selection }
    }

    /// Notes in the index whether the shard is finished; fails where the source has become another meanwhile.
    pub fn settle(
        &self,
        market: &Market,
        index: &mut Index,
        settings: &Settings,
        now: i64,
        interrupt: &Interrupt,
    ) -> Result<bool, Error> {
        let interrupted = interrupt.is_set();
        // What is told by an interrupted run is told by the one that goes on.
        let changed = !interrupted && market.data_version()? != self.version && {
            let plan = Plan::make(market, settings, now, interrupt, false)?;
            plan.hash != self.plan.hash
        };
        let rows = self.pieces.iter().map(|piece| piece.rows).sum();
        let made = match (changed, interrupted) {
            (true, _) => Made::Changed,
            (false, true) => Made::Interrupted,
            (false, false) => Made::Whole,
        };
        let finished = claim::settle(index, rows, made)?;
        if changed {
            return Err(Error::Plan(format!(
                "the source has changed while shard {} was rendered, so it is not finished; move its index away, \
                 and render all shards from candles that stand still",
                self.shard
            )));
        }
        Ok(finished)
    }
}
