//! [`scan`]: one pass over the candles of a series, to see what can be made of them ([`Outlook`]).

use std::{collections::VecDeque, sync::Arc};

use candles::Calendar;
use candles::Candle;
use market::{Market, Series, Wanted, is_stray};
use render_core::{Digest, DigestWriter, Renderer, Spec, Window};

use super::{PlanRequest, end_runs::EndRuns};
use crate::{Error, ExactSeries, OwnOfSeries, Stop, need};

/// About how many pictures of a series are rendered to estimate the bytes of all.
const SAMPLES: u64 = 8;
/// Candles between two looks at whether the run is cancelled.
const CANDLES_PER_LOOK: u64 = 4096;

/// What there is to make of a series.
#[derive(Debug)]
pub struct Outlook {
    /// Over everything that decides the pictures.
    pub(super) digest: Digest,
    pub(super) ends: EndRuns,
    /// Ends that no file name can show.
    pub strays: u64,
    /// The first end that a file name can show, in ms since the Unix epoch.
    pub first_end: Option<i64>,
    /// The last of them.
    pub last_end: Option<i64>,
    /// Pictures that the source can make.
    pub makeable: u64,
    /// About how many bytes all pictures have, if that was asked for.
    pub bytes: u64,
    /// Over what is drawn of one's own series and marks up to the last end.
    pub(super) own: Option<Digest>,
    /// The first end whose interval is not over.
    pub(super) unfinished: Option<i64>,
}

impl Outlook {
    /// All ends.
    #[must_use]
    pub fn ends(&self) -> u64 {
        self.ends.count()
    }

    /// Pictures that the source cannot make.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.ends().saturating_sub(self.strays).saturating_sub(self.makeable)
    }
}

/// Renders some of the pictures.
#[derive(Default)]
struct Sampler {
    renderer: Renderer,
    /// The last candles.
    window: VecDeque<Candle>,
    pictures: u64,
    bytes: u64,
}

impl Sampler {
    fn render(&mut self, series: &Series, spec: &Spec, own: Option<&OwnOfSeries>) {
        let candles = &*self.window.make_contiguous();
        let warmup = candles.len().saturating_sub(spec.window() as usize);
        if let Ok(window) = Window::new(series.symbol.as_str(), &series.interval, candles, warmup) {
            let window = own.map_or(window, |own| window.with_own(own.own()));
            self.bytes += self.renderer.render(&window, spec).as_bytes().len() as u64;
            self.pictures += 1;
        }
    }
}

/// Rows of one's own at times that are no candle's, of one series of them.
struct Between<'a> {
    exact: &'a ExactSeries,
    /// The first row that was not looked at yet.
    next: usize,
    /// The rows that were, each with the number of the candle before it.
    found: VecDeque<(u64, i64)>,
}

impl<'a> Between<'a> {
    fn new(exact: &'a ExactSeries) -> Self {
        Self { exact, next: 0, found: VecDeque::new() }
    }

    /// Goes on to a time before which the candle of that number opens, and none after it.
    fn go_on(&mut self, until: i64, candle: Option<u64>) {
        while let Some(&(time, _)) = self.exact.lines.get(self.next).filter(|(time, _)| *time < until) {
            self.found.extend(candle.map(|candle| (candle, time)));
            self.next += 1;
        }
    }

    /// Goes over a candle that opens at a time and ends at another one.
    fn pass(&mut self, number: u64, at: i64, end: i64) {
        self.go_on(at, number.checked_sub(1));
        self.next += usize::from(self.exact.lines.get(self.next).is_some_and(|(time, _)| *time == at));
        self.go_on(end, Some(number));
    }

    /// The first row in a window from the candle of that number on.
    fn first_from(&mut self, drawn: u64) -> Option<i64> {
        while self.found.pop_front_if(|(candle, _)| *candle < drawn).is_some() {}
        self.found.front().map(|(_, time)| *time)
    }
}

/// Reads all candles of a series. With `sample`, it also renders a few pictures. Returns `None` if it was cancelled.
pub fn scan(
    market: &Market,
    series: &Arc<Series>,
    request: &PlanRequest<'_>,
    now: i64,
    stop: &Stop<'_>,
) -> Result<Option<Outlook>, Error> {
    let &PlanRequest { spec, own, filter, max_gap, sample } = request;
    let names = (series.symbol.as_str(), series.interval.name());
    let own = own.map(|own| own.of_series(spec, names.0, names.1)).transpose()?.flatten();
    let (ends, need) = (series.ends(filter, now), need(spec));
    let wanted = Wanted { filter, ends: &ends, need, after: 0, cancel: stop.cancel(), planned: false };
    let Some((survey, candles)) = market.read(series, &wanted)? else {
        return Ok(None);
    };
    let (mut sampler, mut step) = (None, 0);
    if sample {
        sampler = Some(Sampler::default());
        step = (market.count(series, filter) / SAMPLES).max(1);
    }
    // Over all candles so far, and over those up to the last end. Later ones decide no pixel.
    let mut all = DigestWriter::default();
    all.update(&series.interval.ms().to_le_bytes());
    text(&mut all, series.symbol.as_str());
    text(&mut all, series.interval.name());
    if series.calendar != Calendar::default() {
        text(&mut all, series.calendar.name());
    }
    let mut decisive = all.clone();
    let (mut runs, mut makeable, mut read) = (EndRuns::default(), 0_u64, 0_u64);
    let (mut last_fault, mut before, mut unfinished) = (None, None, None);
    // The numbers of candles before which others are missing, and how many, as far as a window may reach.
    let mut gaps = VecDeque::<(u64, u64)>::new();
    let exact = own.as_ref().map_or(&[][..], |own| own.exact());
    let mut betweens: Vec<Between<'_>> = exact.iter().map(Between::new).collect();
    for record in candles {
        let record = record?;
        let at = record.candle.open_time;
        if let Some(gap) = before.and_then(|before| ends.gap(before, at)) {
            for end in ends.selected_in(gap) {
                runs.push(end);
                decisive = all.clone();
            }
        }
        if unfinished.is_none() && ends.is_past(at) {
            unfinished = ends.first_unfinished(before, at).filter(|&end| end < filter.end);
        }
        let missing = before.map_or(0, |before| ends.missing(before, at));
        gaps.extend((missing > 0).then_some((read, missing)));
        all.update(&record.to_bytes());
        if record.fault().is_some() {
            last_fault = Some(read);
        }
        betweens.iter_mut().for_each(|it| it.pass(read, at, series.interval.end(at)));
        read += 1;
        if let Some(sampler) = &mut sampler {
            if sampler.window.len() == need {
                sampler.window.pop_front();
            }
            sampler.window.push_back(record.candle);
        }
        if ends.selects(at) {
            runs.push(at);
            decisive = all.clone();
            // The same rule as [`crate::pipeline::worker::window`].
            let drawn = read.checked_sub(u64::from(spec.window()));
            let first = drawn.map(|drawn| drawn.saturating_sub(u64::from(spec.warmup())));
            let is_whole = first.is_some_and(|first| last_fault.is_none_or(|fault| fault < first));
            while gaps.pop_front_if(|(number, _)| drawn.is_some_and(|drawn| *number <= drawn)).is_some() {}
            let missing: u64 = gaps.iter().map(|(_, missing)| missing).sum();
            let is_allowed = max_gap.is_none_or(|most| missing <= most);
            if is_whole && is_allowed && !is_stray(at) {
                for between in &mut betweens {
                    if let Some(time) = between.first_from(drawn.unwrap_or_default()) {
                        return Err(between.exact.between(time, names.0, names.1));
                    }
                }
                if let Some(sampler) = sampler.as_mut().filter(|_| makeable.is_multiple_of(step)) {
                    sampler.render(series, spec, own.as_deref());
                }
                makeable += 1;
            }
        }
        before = Some(at);
        if read.is_multiple_of(CANDLES_PER_LOOK) && stop.is_set() {
            return Ok(None);
        }
    }
    runs.words().for_each(|word| decisive.update(&word));
    let sampler = sampler.filter(|sampler| sampler.pictures > 0);
    let bytes = sampler.map_or(0.0, |it| it.bytes as f64 / it.pictures as f64 * makeable as f64) as u64;
    let (digest, ends) = (decisive.finish(), runs);
    let last = ends.slice(ends.count().saturating_sub(1)..u64::MAX).last();
    let until = last.map_or(i64::MIN, |last| series.interval.end(last));
    let own = own.map(|own| own.digest(spec, until));
    let (strays, first_end, last_end) = (survey.strays, survey.first_end, survey.last_end);
    Ok(Some(Outlook { digest, ends, strays, first_end, last_end, makeable, bytes, own, unfinished }))
}

/// Feeds a text to a digest, so that where it ends makes a difference.
pub(crate) fn text(writer: &mut DigestWriter, text: &str) {
    writer.update(&(text.len() as u64).to_le_bytes());
    writer.update(text.as_bytes());
}
