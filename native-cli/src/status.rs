//! `status`: what the index says of each series, without a look at any picture.

use std::io::Write;

use candles::text::shown;
use market::Market;
use render_core::format_utc;
use serde::Serialize;

use crate::{
    claim::Standing,
    config::{Base, Narrowing},
    console::Console,
    error::Error,
    groups::{Counts, Rows},
    index::{self, Reader},
    key::Group,
    render::Ending,
    schema,
};

/// A line of `--format json`. Field names are stable.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Series {
        symbol: &'a str,
        interval: &'a str,
        width_px: Option<u32>,
        height_px: Option<u32>,
        window_len: Option<u32>,
        spec_tag: Option<&'a str>,
        first_end: Option<String>,
        last_end: Option<String>,
        entries: u64,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        /// Missing for lack of a candle at their end.
        gaps: u64,
        /// Ends of the source without an entry; null where the source cannot be read.
        not_rendered: Option<u64>,
        /// `ok` of all that can be made, 0 to 1.
        done: Option<f64>,
        bytes: u64,
        last_run: Option<&'a str>,
    },
    Summary {
        entries: u64,
        ok: u64,
        corrupt: u64,
        stale: u64,
        missing: u64,
        not_rendered: Option<u64>,
        done: Option<f64>,
        bytes: u64,
        index: String,
        root: String,
        last_verify: Option<String>,
        last_repair: Option<String>,
        in_use_by: Option<String>,
        /// Which shards the index holds, such as 3/8 or, merged, 0-2,5/8; null where it is of the whole.
        shard: Option<String>,
        /// The hash of the plan that its shards are of.
        plan: Option<String>,
        /// Whether a shard has all its rows.
        finished: Option<bool>,
    },
}

/// One line of the table, and of the sum below it.
#[derive(Default)]
struct Entry {
    symbol: String,
    interval: String,
    group: Option<Group>,
    counts: Counts,
    /// None where the source cannot be read.
    not_rendered: Option<u64>,
}

impl Entry {
    fn done(&self) -> Option<f64> {
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

/// Prints what the index holds of the series and specs that are asked for.
pub fn run(base: &Base, narrowing: &Narrowing, stderr: Box<dyn Write>) -> Result<Ending, Error> {
    let mut console = Console::new(base.output, stderr);
    let file = index::follow(&base.index)?;
    let reader = Reader::open(&file)?;
    // Without its source an index still has much to say.
    let market = match Market::of(&base.source) {
        Ok(market) => Some(market),
        Err(error) => {
            console.log(|| format!("ends that are not rendered yet are not counted: {error}"));
            None
        }
    };
    let standing = Standing::read(&reader.connection).map_err(|error| reader.refuse(&error))?;
    // What a shard has left, only a plan of the whole can tell.
    let market = market.filter(|_| standing.shard.is_none());
    let entries = entries(base, narrowing, &reader, market.as_ref())?;
    let mut total = Entry::default();
    entries.iter().for_each(|entry| total.add(entry));
    let note = |key| schema::get(&reader.connection, key).map_err(|error| reader.refuse(&error));
    let (last_verify, last_repair) = (note("last_verify")?, note("last_repair")?);
    let holder = crate::lock::Lock::holder(&file);
    if console.is_json() {
        for entry in &entries {
            console.print_json(&line(entry));
        }
        let Counts { all, ok, corrupt, stale, missing, bytes, .. } = total.counts;
        console.print_json(&Line::Summary {
            entries: all,
            ok,
            corrupt,
            stale,
            missing,
            not_rendered: total.not_rendered,
            done: total.done(),
            bytes,
            index: base.index.display().to_string(),
            root: base.root.to_string(),
            last_verify,
            last_repair,
            in_use_by: holder,
            finished: standing.own_shard().map(|_| standing.finished.is_some()),
            shard: standing.shard,
            plan: standing.plan,
        });
    } else {
        print_table(&mut console, &entries, &total);
        let never = || "never".to_owned();
        console.print(&format!(
            "Last verify: {}; last repair: {}",
            last_verify.map_or_else(never, |at| shown(&at)),
            last_repair.map_or_else(never, |at| shown(&at))
        ));
        if standing.shard.is_some() {
            let finished = match (standing.own_shard(), standing.finished) {
                (Some(_), None) => ", not finished",
                (Some(_), Some(_)) => ", finished",
                (None, _) => "",
            };
            console.print(&format!("This is {}{finished}", standing.name()));
        }
        if let Some(holder) = holder {
            console.print(&format!("In use by another image-cache ({holder})"));
        }
    }
    console.finish()?;
    Ok(Ending::Done)
}

/// The lines of `--format json` of all series and specs; none where there is no index yet.
#[cfg(feature = "serve")]
pub fn lines(base: &Base) -> Result<Vec<serde_json::Value>, Error> {
    let Some(reader) = Reader::existing(&index::follow(&base.index)?)? else {
        return Ok(Vec::new());
    };
    let market = Market::of(&base.source).ok();
    let entries = entries(base, &Narrowing::default(), &reader, market.as_ref())?;
    let line = |entry: &Entry| serde_json::to_value(line(entry)).map_err(|error| Error::Output(error.into()));
    entries.iter().map(line).collect()
}

/// A line for each series and spec, and for each series of the source that has none.
fn entries(
    base: &Base,
    narrowing: &Narrowing,
    reader: &Reader,
    market: Option<&Market>,
) -> Result<Vec<Entry>, Error> {
    let groups = reader.groups(&base.filter, narrowing)?;
    groups.must_be_some(narrowing, reader.file())?;
    let mut names = reader.names()?;
    let listed = market.map(Market::all).transpose()?.unwrap_or_default();
    names.extend(listed.iter().map(|listed| (listed.symbol.clone(), listed.interval.clone())));
    let place = base.index.display().to_string();
    base.filter.check(&place, names.iter().map(|(symbol, code)| (symbol.as_str(), code.as_str())))?;

    let ends = |symbol: &str, interval: &str| -> Option<u64> {
        let listed = listed.iter().find(|listed| listed.symbol == symbol && listed.interval == interval)?;
        Some(market?.count(listed.series.as_ref().ok()?, &base.filter))
    };
    let mut entries: Vec<Entry> = Vec::new();
    for Rows { group, counts, .. } in groups.rows {
        let (symbol, interval) = (group.symbol.clone(), group.interval.clone());
        let not_rendered = ends(&symbol, &interval).map(|ends| ends.saturating_sub(counts.all));
        entries.push(Entry { symbol, interval, group: Some((*group).clone()), counts, not_rendered });
    }
    for listed in &listed {
        let (symbol, interval) = (listed.symbol.clone(), listed.interval.clone());
        let is_it = |entry: &Entry| entry.symbol == symbol && entry.interval == interval;
        if base.filter.admits(&symbol, &interval) && !entries.iter().any(is_it) {
            let not_rendered = ends(&symbol, &interval);
            entries.push(Entry { symbol, interval, not_rendered, ..Entry::default() });
        }
    }
    entries.sort_by(|a, b| (&a.symbol, &a.interval, &a.group).cmp(&(&b.symbol, &b.interval, &b.group)));
    Ok(entries)
}

fn line(entry: &Entry) -> Line<'_> {
    let Entry { symbol, interval, group, counts, not_rendered } = entry;
    Line::Series {
        symbol,
        interval,
        width_px: group.as_ref().map(|group| group.width),
        height_px: group.as_ref().map(|group| group.height),
        window_len: group.as_ref().map(|group| group.window),
        spec_tag: group.as_ref().map(|group| group.tag.as_str()),
        first_end: counts.first_end.map(format_utc),
        last_end: counts.last_end.map(format_utc),
        entries: counts.all,
        ok: counts.ok,
        corrupt: counts.corrupt,
        stale: counts.stale,
        missing: counts.missing,
        gaps: counts.gaps,
        not_rendered: *not_rendered,
        done: entry.done(),
        bytes: counts.bytes,
        last_run: counts.last_run.as_deref(),
    }
}

fn print_table(console: &mut Console, entries: &[Entry], total: &Entry) {
    let heads = [
        "SERIES",
        "SPEC",
        "FIRST END",
        "LAST END",
        "OK",
        "CORRUPT",
        "STALE",
        "MISSING",
        "GAPS",
        "TO DO",
        "DONE",
        "BYTES",
        "LAST RUN",
    ];
    let cells = |entry: &Entry, name: String| -> [String; 13] {
        let Counts { ok, corrupt, stale, missing, gaps, bytes, first_end, last_end, last_run, .. } =
            &entry.counts;
        let time = |end: &Option<i64>| end.map_or_else(|| "-".to_owned(), format_utc);
        let number = |n: &u64| n.to_string();
        [
            name,
            entry.group.as_ref().map_or_else(String::new, |group| shown(&group.label())),
            time(first_end),
            time(last_end),
            number(ok),
            number(corrupt),
            number(stale),
            number(missing),
            number(gaps),
            entry.not_rendered.map_or_else(|| "?".to_owned(), |count| count.to_string()),
            entry.done().map_or_else(|| "-".to_owned(), percent),
            human(*bytes),
            last_run.as_deref().map_or_else(|| "-".to_owned(), shown),
        ]
    };
    let mut rows = vec![heads.map(str::to_owned)];
    let name = |entry: &Entry| format!("{} {}", shown(&entry.symbol), shown(&entry.interval));
    rows.extend(entries.iter().map(|entry| cells(entry, name(entry))));
    rows.push(cells(total, "Total".to_owned()));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            // Names and times stand to the left, numbers to the right.
            if column < 4 || column == 12 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        console.print(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Never 100 before all is done.
fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).floor();
    if share >= 1.0 { "100%".to_owned() } else { format!("{:.1}%", tenths / 10.0) }
}

fn human(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}
