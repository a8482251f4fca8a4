//! `status`: what the index says of each series, without a look at any picture.

use market::{Filter, Market};

use crate::{
    Error, PictureCache, SpecFilter,
    index::{
        self, Reader,
        groups::{Counts, Rows},
        schema,
    },
    key::Group,
    lock::Lock,
    shard::index::ShardState,
};

/// What the index says of one series in one spec, or of all together.
#[derive(Debug, Default)]
pub struct StatusEntry {
    /// The symbol.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// Size, window and tag; none where a series of the source has no row.
    pub group: Option<Group>,
    /// What its rows say together.
    pub counts: Counts,
    /// Ends of the source without a row, as far as they can be estimated; none where the source cannot be read.
    pub not_rendered: Option<u64>,
}

/// What an index holds.
#[derive(Debug)]
pub struct StatusSummary {
    /// A line for each series and spec, and for each series of the source that has none.
    pub entries: Vec<StatusEntry>,
    /// Their sum.
    pub total: StatusEntry,
    /// When all was last verified.
    pub last_verify: Option<String>,
    /// When all was last repaired.
    pub last_repair: Option<String>,
    /// Who writes to the index just now.
    pub in_use_by: Option<String>,
    /// What the index says of shards.
    pub shards: ShardState,
}

impl StatusEntry {
    /// Pictures that are `ok`, of all that can be made: 0 to 1.
    #[must_use]
    pub fn done(&self) -> Option<f64> {
        let Counts { all, ok, missing, .. } = self.counts;
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
        sum.gaps += counts.gaps;
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
    /// Where the index or the market cannot be read, or neither has what is asked for.
    pub fn status(
        &self,
        market: Option<&Market>,
        filter: &Filter,
        specs: &SpecFilter,
    ) -> Result<StatusSummary, Error> {
        let file = index::follow(&self.index)?;
        let reader = Reader::open(&file)?;
        let shards = reader.shard_state()?;
        // What a shard has left, only a plan of the whole can tell.
        let market = market.filter(|_| shards.shard.is_none());
        let entries = self.entries(&reader, market, filter, specs)?;
        let mut total = StatusEntry::default();
        entries.iter().for_each(|entry| total.add(entry));
        let noted = |key| schema::get(&reader.connection, key).map_err(|error| reader.fault(error));
        let (last_verify, last_repair) = (noted("last_verify")?, noted("last_repair")?);
        let in_use_by = Lock::holder(&file);
        Ok(StatusSummary { entries, total, last_verify, last_repair, in_use_by, shards })
    }

    fn entries(
        &self,
        reader: &Reader,
        market: Option<&Market>,
        filter: &Filter,
        specs: &SpecFilter,
    ) -> Result<Vec<StatusEntry>, Error> {
        let groups = reader.groups(filter, specs)?;
        groups.must_be_some(specs, reader.file())?;
        let mut names = reader.names()?;
        let listed = market.map(Market::all).transpose()?.unwrap_or_default();
        names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
        let place = self.index.display().to_string();
        filter.check(&place, names.iter().map(|(symbol, interval)| (symbol.as_str(), interval.as_str())))?;

        let ends = |symbol: &str, interval: &str| -> Option<u64> {
            let listed = listed.iter().find(|it| it.symbol == symbol && it.interval == interval)?;
            Some(market?.count(listed.series.as_ref().ok()?, filter))
        };
        let mut entries: Vec<StatusEntry> = Vec::new();
        for Rows { group, counts, .. } in groups.rows {
            let (symbol, interval) = (group.symbol.clone(), group.interval.clone());
            let not_rendered = ends(&symbol, &interval).map(|ends| ends.saturating_sub(counts.all));
            entries.push(StatusEntry {
                symbol,
                interval,
                group: Some((*group).clone()),
                counts,
                not_rendered,
            });
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
        Ok(entries)
    }
}
