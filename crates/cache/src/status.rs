//! `status`: what the index says of each series. No picture is looked at.

use market::{Filter, Market};

use crate::{
    Error, Group, Lock, PictureCache, RowCounts, ShardState, SpecFilter,
    index::{groups::Rows, schema},
};

/// What the index says of one series in one spec, or of everything together.
#[derive(Debug, Default)]
pub struct StatusEntry {
    /// The symbol.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// Its group; none if it is a series of the source without rows.
    pub group: Option<Group>,
    /// What its rows say together.
    pub counts: RowCounts,
    /// About how many ends of the source have no row; none if the source cannot be read.
    pub not_rendered: Option<u64>,
}

/// What an index holds.
#[derive(Debug)]
pub struct StatusSummary {
    /// One for each series and spec, and for each series of the source without rows.
    pub entries: Vec<StatusEntry>,
    /// The sum of these.
    pub total: StatusEntry,
    /// When everything was last verified.
    pub last_verify: Option<String>,
    /// When everything was last repaired.
    pub last_repair: Option<String>,
    /// The process that is writing to the index, as it describes itself.
    pub in_use_by: Option<String>,
    /// What the index says of shards.
    pub shards: ShardState,
}

impl StatusEntry {
    /// The share of `ok` pictures in all that can be made, from 0 to 1.
    #[must_use]
    pub fn done(&self) -> Option<f64> {
        let RowCounts { all, ok, missing, .. } = self.counts;
        let makeable = all.saturating_sub(missing) + self.not_rendered.unwrap_or(0);
        (makeable > 0).then(|| ok as f64 / makeable as f64)
    }

    fn add(&mut self, other: &Self) {
        let (sum, counts) = (&mut self.counts, &other.counts);
        sum.all += counts.all;
        sum.ok += counts.ok;
        sum.corrupt += counts.corrupt;
        sum.stale += counts.stale;
        sum.missing += counts.missing;
        sum.at_gaps += counts.at_gaps;
        sum.bytes += counts.bytes;
        sum.last_run = sum.last_run.take().max(counts.last_run.clone());
        self.not_rendered = match (self.not_rendered, other.not_rendered) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
}

impl PictureCache<'_> {
    /// Counts what the index holds of the series and specs that are asked for.
    ///
    /// # Errors
    /// Fails if the index or the market cannot be read, or if neither has what is asked for.
    pub fn status(
        &self,
        market: Option<&Market>,
        filter: &Filter,
        specs: &SpecFilter,
    ) -> Result<StatusSummary, Error> {
        let reader = self.reader()?;
        let shards = reader.shard_state()?;
        // Only a plan of all shards could tell how many ends of a shard have no row.
        let market = market.filter(|_| shards.shard.is_none());
        let place = self.index.display().to_string();
        let (groups, listed) = reader.groups_and_series(market, filter, specs, &place)?;
        let ends = |symbol: &str, interval: &str| -> Option<u64> {
            let listed = listed.iter().find(|it| it.symbol == symbol && it.interval == interval)?;
            Some(market?.count(listed.series.as_ref().ok()?, filter))
        };
        let mut entries: Vec<StatusEntry> = Vec::new();
        for Rows { group, counts, .. } in groups.rows {
            let (symbol, interval, group) = (group.symbol.clone(), group.interval.clone(), (*group).clone());
            let not_rendered = ends(&symbol, &interval).map(|ends| ends.saturating_sub(counts.all));
            entries.push(StatusEntry { symbol, interval, group: Some(group), counts, not_rendered });
        }
        for listed in &listed {
            let (symbol, interval) = (listed.symbol.clone(), listed.interval.clone());
            let is_it = |entry: &StatusEntry| entry.symbol == symbol && entry.interval == interval;
            if filter.admits(&symbol, &interval) && !entries.iter().any(is_it) {
                let not_rendered = ends(&symbol, &interval);
                entries.push(StatusEntry { symbol, interval, not_rendered, ..StatusEntry::default() });
            }
        }
        entries.sort_by(|a, b| (&a.symbol, &a.interval, &a.group).cmp(&(&b.symbol, &b.interval, &b.group)));

        let mut total = StatusEntry::default();
        entries.iter().for_each(|entry| total.add(entry));
        let noted = |key| reader.ask(|connection| schema::get(connection, key));
        let (last_verify, last_repair) = (noted("last_verify")?, noted("last_repair")?);
        let in_use_by = Lock::holder(&reader.file);
        Ok(StatusSummary { entries, total, last_verify, last_repair, in_use_by, shards })
    }
}
