//! What commands print: progress and what goes wrong while they run, results at the end, as text or JSON.

pub mod audit;
pub mod doctor;
pub mod draw;
pub mod export;
pub mod import;
pub mod mend;
pub mod merge;
pub mod plan;
pub mod render;
pub mod status;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use cache::{Group, Note, Notice, Observer, SeriesSummary};
use candles::text::shown;
use market::Survey;
use serde_json::{Value, json};

use crate::{advice, console::Console};

/// Findings of one kind that a text lists, unless all are asked for; a whole folder may be gone.
const MOST_SHOWN: usize = 10;

/// A series as texts name it.
fn name(symbol: &str, interval: &str) -> String {
    format!("{} {}", shown(symbol), shown(interval))
}

/// A path as JSON has it.
fn place(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A number of bytes as people read it.
pub fn bytes(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// The fields of two objects as those of one.
fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(all), Value::Object(other)) = (&mut one, other) {
        all.extend(other);
    }
    one
}

/// The end of a list of which a text does not show all.
fn and_more(count: u64, listed: usize) -> Option<String> {
    let more = count.saturating_sub(listed as u64);
    (more > 0).then(|| format!("  and {more} more; --verbose or --format json lists all"))
}

/// The sums over series, with those of their gaps.
fn total<'a>(series: impl IntoIterator<Item = &'a SeriesSummary>) -> SeriesSummary {
    let mut total = SeriesSummary::default();
    let mut gaps = Survey::default();
    for one in series {
        total.rendered += one.rendered;
        total.unchanged += one.unchanged;
        total.missing += one.missing;
        total.failed += one.failed;
        total.across_gaps += one.across_gaps;
        total.dropped += one.dropped;
        total.corrupt += one.corrupt;
        total.stale += one.stale;
        total.not_given += one.not_given;
        total.orphaned += one.orphaned;
        total.mended += one.mended;
        if let Some(survey) = &one.survey {
            gaps.gaps += survey.gaps;
            gaps.missing_candles += survey.missing_candles;
        }
    }
    total.survey = Some(gaps);
    total
}

/// What only one command says of its run.
pub trait OfCommand {
    /// Tells what happened, if that is worth a message of this command.
    fn notice(&mut self, _console: &mut Console, _notice: Notice<'_>) {}
}

/// Shows the progress of a run, and prints what goes wrong while it goes on.
pub struct Printer<'a, T> {
    pub console: &'a mut Console,
    started: Instant,
    /// Whether ends were counted before they were read.
    is_counted: bool,
    command: T,
}

impl<'a, T> Printer<'a, T> {
    fn start(console: &'a mut Console, command: T) -> Self {
        Self { console, started: Instant::now(), is_counted: false, command }
    }

    /// Ends all progress, and says how many seconds it took.
    fn stop(&mut self) -> f64 {
        self.console.clear_bar();
        self.started.elapsed().max(Duration::from_millis(1)).as_secs_f64()
    }
}

impl<T: OfCommand> Observer for Printer<'_, T> {
    fn expect(&mut self, more: u64, fewer: u64) {
        self.is_counted |= fewer == 0;
        self.console.expect(more, fewer);
    }

    fn advance(&mut self, done: u64, made: u64, failed: u64) {
        self.console.advance(done, made, failed);
    }

    fn tick(&mut self) {
        self.console.tick();
    }

    fn notice(&mut self, notice: Notice<'_>) {
        let console = &mut *self.console;
        match notice {
            Notice::Refused { symbol, interval, fault } => {
                refused(console, symbol, interval, &advice::series(fault));
            }
            Notice::Note(text) => match note(text) {
                (text, true) => console.complain(&text),
                (text, false) => console.warn(&text),
            },
            Notice::Step(step) => console.log(|| step.to_owned()),
            other => self.command.notice(console, other),
        }
    }
}

/// Says that a series cannot be used.
fn refused(console: &mut Console, symbol: &str, interval: &str, reason: &str) {
    if console.is_json() {
        let fields = json!({"symbol": symbol, "interval": interval, "reason": reason});
        console.print_json("refused", &fields);
    } else {
        console.complain(&format!("series {} refused: {reason}", name(symbol, interval)));
    }
}

/// What a run has to say besides its results; `true` where it is an error.
fn note(note: &Note) -> (String, bool) {
    let text = match note {
        Note::OtherRoot { index, known, root } => {
            format!("{index} says that its pictures are in {known}; they are looked for in {root}")
        }
        Note::InUse(holder) => format!(
            "another image-cache ({holder}) writes to this index; orphans are not looked for"
        ),
        Note::OrphansOfShards => {
            "orphans are not looked for: this index is one shard of several, which may own them".to_owned()
        }
        Note::OrphansKept(why) => format!("orphans are not deleted: {why}"),
        Note::NotFinishedAnyMore => {
            "candles have changed since this shard was rendered, so it is not finished any more, and merge leaves \
             it out: run `render --shard` again, and if that says that its plan is another, render all shards anew"
                .to_owned()
        }
        Note::OtherRows(shard) => {
            format!(
                "shard {shard} is not finished, as its index has other rows than the plan; move that away, and render it again"
            )
        }
        Note::Rebuilt { pictures, rows, kept } => {
            let kept = kept.as_ref().map_or_else(String::new, |kept| format!("; the old one is {kept}"));
            format!(
                "the index was made again, from {pictures} pictures and {rows} rows that could still be read{kept}"
            )
        }
        Note::NoSuchSeries(pictures, Group { symbol, interval, .. }) => format!(
            "{pictures} pictures of {} are not looked at: the source has no such series",
            name(symbol, interval)
        ),
        Note::NoSpec(pictures, Group { symbol, interval, tag, .. }) => format!(
            "{pictures} pictures of {} with the tag {tag:?} are not looked at: nothing says what their spec is; run \
             again with its flags",
            name(symbol, interval)
        ),
        Note::OwnLeftOut(pictures, Group { symbol, interval, .. }, part) => format!(
            "{pictures} pictures of {} are not looked at: {}",
            name(symbol, interval),
            advice::not_given(part)
        ),
        Note::OwnOutside(part, file) => advice::outside(part, file),
        Note::SeriesLeftOut(why) => format!("a series is left out: {why}"),
    };
    (text, matches!(note, Note::OtherRows(_) | Note::SeriesLeftOut(_)))
}
