//! [`Scan`]: one pass over the candles of a series, to see what can be made of them.

use std::{collections::VecDeque, io, sync::Arc};

use candles::Candle;
use market::{Candles, Ends, Filter, Series, Survey, is_stray};
use render_core::{DigestWriter, Renderer, Spec, Window};

use super::{
    end_runs::EndRuns,
    outlook::{Outlook, text},
};
use crate::pipeline::{Stop, unit::need};

/// About how many pictures of a series are rendered to estimate the bytes of all.
const SAMPLES: u64 = 8;
/// Candles between two looks at whether the run is cancelled.
const CANDLES_PER_LOOK: u64 = 4096;

/// What is known so far.
pub struct Scan<'a> {
    series: &'a Arc<Series>,
    spec: &'a Spec,
    /// Over all candles so far.
    writer: DigestWriter,
    /// Over the candles up to the last end. Later ones decide no pixel.
    decisive: DigestWriter,
    ends: EndRuns,
    makeable: u64,
    candles: u64,
    /// The number of the last invalid candle.
    fault: Option<u64>,
    before: Option<i64>,
    unfinished: Option<i64>,
    sampler: Option<Sampler>,
}

/// Renders some of the pictures.
struct Sampler {
    renderer: Renderer,
    /// The last candles.
    window: VecDeque<Candle>,
    /// How many pictures there are from one that is rendered to the next.
    step: u64,
    pictures: u64,
    bytes: u64,
}

impl<'a> Scan<'a> {
    /// Renders a few pictures if the number of all is `expected`.
    pub fn new(series: &'a Arc<Series>, spec: &'a Spec, expected: Option<u64>) -> Self {
        let mut writer = DigestWriter::default();
        writer.update(&series.interval.ms().to_le_bytes());
        text(&mut writer, series.symbol.as_str());
        text(&mut writer, series.interval.code());
        let sampler = expected.map(|expected| Sampler {
            renderer: Renderer::new(),
            window: VecDeque::with_capacity(need(spec)),
            step: (expected / SAMPLES).max(1),
            pictures: 0,
            bytes: 0,
        });
        Self {
            series,
            spec,
            decisive: writer.clone(),
            writer,
            ends: EndRuns::default(),
            makeable: 0,
            candles: 0,
            fault: None,
            before: None,
            unfinished: None,
            sampler,
        }
    }

    /// Takes all candles in, or stops early if the run is cancelled.
    pub fn read(&mut self, ends: &Ends<'_>, candles: Candles, stop: &Stop<'_>) -> io::Result<()> {
        for record in candles {
            let record = record?;
            let at = record.candle.open_time;
            if let Some(gap) = self.before.and_then(|before| ends.gap(before, at)) {
                for end in ends.selected_in(gap) {
                    self.end(end);
                }
            }
            if self.unfinished.is_none() && ends.is_past(at) {
                self.unfinished = ends.first_unfinished(self.before, at);
            }
            self.writer.update(&record.to_bytes());
            if record.fault().is_some() {
                self.fault = Some(self.candles);
            }
            self.candles += 1;
            if let Some(sampler) = &mut self.sampler {
                if sampler.window.len() == need(self.spec) {
                    sampler.window.pop_front();
                }
                sampler.window.push_back(record.candle);
            }
            if ends.selects(at) {
                self.end(at);
                if !is_stray(at) && self.can_be_made() {
                    self.sample();
                    self.makeable += 1;
                }
            }
            self.before = Some(at);
            if self.candles.is_multiple_of(CANDLES_PER_LOOK) && stop.is_set() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn end(&mut self, at: i64) {
        self.ends.push(at);
        self.decisive = self.writer.clone();
    }

    /// Whether the last candle ends a window, by the same rule as [`crate::pipeline::worker::window`].
    fn can_be_made(&self) -> bool {
        let Some(drawn) = self.candles.checked_sub(u64::from(self.spec.window())) else {
            return false;
        };
        let first = drawn.saturating_sub(u64::from(self.spec.warmup()));
        self.fault.is_none_or(|fault| fault < first)
    }

    fn sample(&mut self) {
        let Some(sampler) =
            self.sampler.as_mut().filter(|sampler| self.makeable.is_multiple_of(sampler.step))
        else {
            return;
        };
        let candles = &*sampler.window.make_contiguous();
        let warmup = candles.len().saturating_sub(self.spec.window() as usize);
        if let Ok(window) = Window::new(self.series.symbol.as_str(), &self.series.interval, candles, warmup) {
            sampler.bytes += sampler.renderer.render(&window, self.spec).as_bytes().len() as u64;
            sampler.pictures += 1;
        }
    }

    pub fn finish(self, survey: &Survey, filter: &Filter) -> Outlook {
        let mut writer = self.decisive;
        self.ends.words().for_each(|word| writer.update(&word));
        let average = self.sampler.filter(|sampler| sampler.pictures > 0);
        let bytes = average.map_or(0.0, |it| it.bytes as f64 / it.pictures as f64 * self.makeable as f64);
        Outlook {
            digest: writer.finish(),
            ends: self.ends,
            strays: survey.strays,
            first_end: survey.first_end,
            last_end: survey.last_end,
            makeable: self.makeable,
            bytes: bytes as u64,
            unfinished: self.unfinished.filter(|&end| end < filter.end),
        }
    }
}
