//! [`ShardRun`]: one shard of a plan while it is rendered.

use std::path::Path;

use market::Market;
use rusqlite::Connection;
use store::Root;

use super::{
    Shard,
    index::{FINISHED, PLAN, ROOT, SELECTION, SHARD, place_of},
};
use crate::{Error, Index, IndexFault, Plan, PlanRequest, Reader, Run, Stop, index};

/// A shard, and the plan that it is a part of.
pub(crate) struct ShardRun<'a> {
    request: PlanRequest<'a>,
    pub shard: Shard,
    pub plan: Plan,
    /// The market's [version](Market::data_version) before it was planned.
    version: i64,
}

impl<'a> ShardRun<'a> {
    /// Plans all shards. The plan's hash must begin with `expected`.
    ///
    /// The pictures must be rendered from the same `market`: a connection keeps to the file that it opened, even if
    /// another file takes its name.
    pub fn new(
        shard: Shard,
        market: &Market,
        request: PlanRequest<'a>,
        expected: Option<&str>,
        run: &Run<'_>,
    ) -> Result<Self, Error> {
        // The version is asked first, so that no change is overlooked.
        let version = market.data_version()?;
        let plan = Plan::new(market, &request, run)?;
        let found = plan.hash.to_string();
        match expected.filter(|expected| !found.starts_with(expected)) {
            None => Ok(Self { request, shard, plan, version }),
            Some(expected) => {
                Err(Error::OtherPlan { found, expected: expected.to_owned(), change: plan.change })
            }
        }
    }

    /// Refuses an index that is neither this shard's nor a new one.
    pub fn check(&self, file: &Path) -> Result<(), Error> {
        let file = index::follow(file)?;
        let Some(reader) = Reader::existing(&file)? else {
            return Ok(());
        };
        let state = reader.shard_state()?;
        let what = if state.shard.is_none() {
            if !state.is_merged() && !reader.has_rows()? {
                return Ok(());
            }
            "is an index of the whole".to_owned()
        } else if state.own_shard() != Some(self.shard) {
            format!("holds {}", state.name())
        } else {
            match state.differences(&self.plan.hash.to_string(), &self.plan.selection) {
                None => return Ok(()),
                Some(how) => format!("holds shard {} of {how}", self.shard),
            }
        };
        Err(Error::index(&file, IndexFault::NotThisShard(self.shard, what)))
    }

    /// Writes into the index, which is new or this shard's already, that it is this shard's.
    pub fn note(&self, index: &Index, root: &Root) -> Result<(), Error> {
        let selection = serde_json::to_string(&self.plan.selection).unwrap_or_default();
        let root = place_of(root, &index.file);
        if index.shard_state()?.root.is_some_and(|known| known != Path::new(&root)) {
            // The root has changed, so that all pictures are to be made again there.
            index.note(FINISHED, None)?;
        }
        let (shard, plan) = (self.shard.to_string(), self.plan.hash.to_string());
        [(SHARD, shard), (PLAN, plan), (SELECTION, selection), (ROOT, root)]
            .iter()
            .try_for_each(|(key, value)| index.note(key, Some(value)))
    }

    /// Notes in the index whether the shard is finished: it has all its rows, and every picture that can be made.
    /// Returns whether it is. Fails if its candles have changed since it was planned.
    pub fn settle(&self, market: &Market, index: &Index, run: &Run<'_>) -> Result<bool, Error> {
        let is_cancelled = Stop::new(run.cancel).is_set();
        // After a cancelled run, the run that goes on will find out whether the candles have changed.
        let changed = !is_cancelled
            && market.data_version()? != self.version
            && Plan::new(market, &self.request, run)?.hash != self.plan.hash;
        let rows: u64 = self.plan.pieces(self.shard).iter().map(|piece| piece.rows).sum();
        let sql = "SELECT count(*), count(*) FILTER (WHERE status NOT IN ('ok', 'missing')) FROM images";
        let count = |connection: &Connection| {
            connection.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        };
        let (count, wrong) = index.ask(count)?;
        // A shard that was finished before the run was stopped still is, unless something became wrong.
        let was_finished = index.shard_state()?.finished.is_some();
        let is_through = !changed && (!is_cancelled || was_finished);
        let finished = is_through && wrong == 0 && u64::try_from(count) == Ok(rows);
        index.note(FINISHED, finished.then(|| rows.to_string()).as_deref())?;
        if changed { Err(Error::Changed(self.shard)) } else { Ok(finished) }
    }
}
