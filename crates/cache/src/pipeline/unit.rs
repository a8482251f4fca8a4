//! [`Unit`]: some neighbouring ends of one series in one spec, with all that is needed to judge or render them.

use std::sync::Arc;

use market::{Fault, Series};
use render_core::{CheckedCandles, Spec, picture_path};

use crate::{Group, Known, OwnOfSeries, Reason, Today, check::CHANGED};

/// Some neighbouring ends of one group.
#[derive(Debug)]
pub struct Unit {
    /// The number of the series in this run.
    pub number: usize,
    /// The series and the spec, as rows name them.
    pub group: Arc<Group>,
    /// The series and the spec themselves.
    pub subject: Subject,
    /// What the spec draws on the series of one's own series and marks, if it draws any.
    pub own: Option<Arc<OwnOfSeries>>,
    /// What is said of a picture whose input is another one than before.
    pub changed: Reason,
    /// The candles of the ends' windows, oldest first.
    pub candles: CheckedCandles,
    /// The positions of invalid candles, rising.
    pub faults: Vec<(usize, Fault)>,
    /// The positions of candles before which the calendar expects others that are missing, rising, and how many.
    pub gaps: Vec<(usize, u64)>,
    /// The ends, oldest first.
    pub ends: Vec<End>,
    /// Rows of these ends, sorted by end.
    pub known: Vec<Known>,
}

impl Unit {
    /// A unit without candles and ends.
    #[must_use]
    pub fn new(number: usize, group: Arc<Group>, subject: Subject) -> Self {
        let (own, candles, faults, gaps, ends, known) = Default::default();
        let changed = CHANGED.into();
        Self { number, group, subject, own, changed, candles, faults, gaps, ends, known }
    }

    /// How many candles are missing between those at these positions.
    #[must_use]
    pub fn missing(&self, first: usize, last: usize) -> u64 {
        let from = self.gaps.partition_point(|(position, _)| *position <= first);
        self.gaps[from..].iter().take_while(|(position, _)| *position <= last).map(|(_, count)| count).sum()
    }

    /// Where the picture of an end lies, if its series and spec are known and a file name can show the end.
    pub(crate) fn path(&self, end: i64) -> Option<Result<String, render_core::Error>> {
        let (series, spec) = self.subject.as_ref().ok()?;
        Some(picture_path(series.symbol.as_str(), &series.interval, end, spec))
    }

    /// The ends, each with its row, if there is one.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&End, Option<&Known>)> {
        let mut known = self.known.iter().peekable();
        self.ends.iter().map(move |end| {
            while known.next_if(|row| row.end < end.at).is_some() {}
            (end, known.next_if(|row| row.end == end.at))
        })
    }
}

/// What pictures are rendered from and how: these candles, in this spec. If that is not known, what is to be said of
/// every end instead.
pub type Subject = Result<(Arc<Series>, Arc<Spec>), Today>;

/// One end, and where its candle is.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// The end, in ms since the Unix epoch.
    pub at: i64,
    /// Where the candle of this time is.
    pub candle: Place,
}

/// Where the candle of an end is.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// At this position of the unit's candles.
    Here(usize),
    /// Nowhere, though the calendar expects it between the candles before and after it.
    Gap,
    /// Nowhere, and nobody expects it between the candles before and after it: the end is none any more.
    Unexpected,
    /// Not among the source's candles, as far as they reach.
    Outside,
}

/// How many candles a window and its warm-up have.
pub fn need(spec: &Spec) -> usize {
    (spec.window() + spec.warmup()) as usize
}
