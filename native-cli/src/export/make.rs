//! The threads of an export: pictures are read or rendered by all, and written by one, in order.
//!
//! ```text
//! market, index ──feeder──► units ──workers──► batches ──in order──► form
//! ```

use std::{collections::BTreeMap, path::Path, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, bounded};
use market::Market;
use render_core::{Digest, Interval, Renderer, frame, input_digest, picture_path};

use super::{
    form::Form,
    label::Label,
    plan::{Counts, LeftOut, Plan, candidate, refused},
    split::{self, Place},
    stretch::stretches,
};
use store::Store;

use crate::{
    advice,
    check::{Checker, Depth, Today, Verdict},
    config::ExportSettings,
    console::Console,
    error::Error,
    feed::{End, Subject, Unit, lost},
    index::Reader,
    interrupt::Interrupt,
    pipe::start,
    rows::{Known, Status},
    work::window,
};

/// Rows that are read at a time: a gap may have many more than the unit has ends.
const ROWS: u32 = 1024;

/// A picture, and all that its data set says of it.
pub struct Sample {
    pub symbol: Arc<str>,
    pub interval: Interval,
    /// The open time of the first candle that is drawn, and that of the last.
    pub start: i64,
    pub end: i64,
    /// The split's number.
    pub split: usize,
    pub label: Option<Label>,
    /// As the cache names it.
    pub path: String,
    pub png: Vec<u8>,
    pub sha256: Digest,
    pub input: Digest,
    pub pixels: Option<Digest>,
}

/// What all threads share.
struct Shop<'a> {
    settings: &'a ExportSettings,
    plan: &'a Plan,
    /// Where the cache's pictures are; none where all are rendered.
    store: Option<&'a dyn Store>,
    interrupt: &'a Interrupt,
}

/// What came of a unit.
struct Batch {
    number: u64,
    samples: Vec<Sample>,
    left_out: LeftOut,
}

/// One thread's own.
struct Worker<'a> {
    shop: &'a Shop<'a>,
    checker: Option<Checker<'a>>,
    renderer: Renderer,
}

/// Makes what was planned; gives what there is of it. `None` where the user interrupted.
pub fn make(
    settings: &ExportSettings,
    plan: &Plan,
    cache: Option<(&dyn Store, &Reader)>,
    interrupt: &Interrupt,
    form: &mut dyn Form,
    console: &Console,
) -> Result<Option<Counts>, Error> {
    let market = Market::of(&settings.base.source)?.cancel_by(interrupt.flag().clone());
    let reader = cache.map(|(_, reader)| reader.again()).transpose()?;
    let shop = Shop { settings, plan, store: cache.map(|(store, _)| store), interrupt };
    let jobs = settings.base.jobs;
    // As many units as there are permits are under way, so that memory stays bounded.
    let (permit, permits) = bounded(3 * jobs);
    let (units, work_to_do) = bounded(jobs);
    let (batches, done) = bounded(jobs);
    let counts = thread::scope(|scope| {
        let shop = &shop;
        for _ in 0..jobs {
            let (work_to_do, batches) = (work_to_do.clone(), batches.clone());
            start(scope, "worker", move || work(shop, &work_to_do, &batches))?;
        }
        drop(work_to_do);
        start(scope, "feeder", move || {
            if let Err(error) = feed(shop, &market, reader.as_ref(), &permit, &units) {
                // If nobody listens any more, the export is ending with an error of its own.
                let _ = batches.send(Err(error));
            }
        })?;
        let written = write(shop, &done, &permits, form, console);
        if written.is_err() {
            // Whoever still works stops at the next picture, as if interrupted.
            interrupt.set();
        }
        // Whoever still waits learns that nobody listens.
        drop((done, permits));
        written
    })?;
    Ok(Some(counts).filter(|_| !interrupt.is_set()))
}

fn feed(
    shop: &Shop<'_>,
    market: &Market,
    reader: Option<&Reader>,
    permit: &Sender<()>,
    units: &Sender<(u64, Unit)>,
) -> Result<(), Error> {
    let Shop { settings, plan, interrupt, .. } = *shop;
    let spec_hash = settings.spec.hash().to_string();
    let mut count = 0;
    for (number, series) in plan.series.iter().enumerate() {
        let refuse = |why: String| refused(series.symbol.as_str(), series.interval.code(), &why);
        let reading = settings.reading(number, series, plan.now);
        let Some(mut stretches) =
            stretches(market, reading, interrupt).map_err(|error| refuse(advice::reading(&error)))?
        else {
            return Ok(());
        };
        while let Some(mut unit) = stretches.next().map_err(|error| refuse(lost(&error)))? {
            if let (Some(reader), Some(first), Some(last)) = (reader, unit.ends.first(), unit.ends.last()) {
                unit.known = rows(reader, &unit, &spec_hash, (first.at, last.at))?;
            }
            if interrupt.is_set() || permit.send(()).is_err() || units.send((count, unit)).is_err() {
                return Ok(());
            }
            count += 1;
        }
        if stretches.finish() != plan.seen[number] {
            return Err(refused(
                series.symbol.as_str(),
                series.interval.code(),
                "its candles have changed during the export; export again, from a copy of the database if it never rests",
            ));
        }
    }
    Ok(())
}

/// The rows of a unit's ends.
fn rows(reader: &Reader, unit: &Unit, spec_hash: &str, ends: (i64, i64)) -> Result<Vec<Known>, Error> {
    let (mut known, (mut first, last)) = (Vec::with_capacity(unit.ends.len()), ends);
    loop {
        let read = reader.entries(&unit.group, Some(spec_hash), (first, last), ROWS)?;
        let next = read.last().and_then(|row| row.end.checked_add(1)).filter(|_| read.len() == ROWS as usize);
        let is_asked = |row: &Known| unit.ends.binary_search_by_key(&row.end, |end| end.at).is_ok();
        known.extend(read.into_iter().filter(is_asked));
        match next {
            Some(next) => first = next,
            None => return Ok(known),
        }
    }
}

/// Writes batches in the order of their units.
fn write(
    shop: &Shop<'_>,
    done: &Receiver<Result<Batch, Error>>,
    permits: &Receiver<()>,
    form: &mut dyn Form,
    console: &Console,
) -> Result<Counts, Error> {
    let plan = &shop.plan.counts;
    let classes = plan.splits.first().map_or(0, |members| members.classes.len());
    let mut counts = Counts::new(plan.splits.len(), classes);
    counts.left_out = plan.left_out;
    let (mut early, mut next) = (BTreeMap::new(), 0);
    for batch in done {
        let batch = batch?;
        early.insert(batch.number, batch);
        while let Some(Batch { samples, left_out, .. }) = early.remove(&next) {
            next += 1;
            counts.left_out.absent += left_out.absent;
            counts.left_out.bad += left_out.bad;
            for sample in &samples {
                form.add(sample)?;
                counts.add(sample.split, sample.end, sample.label);
            }
            console.advance(samples.len() as u64);
            // The feeder has given it before it sent the unit.
            let _ = permits.recv();
        }
    }
    Ok(counts)
}

fn work(shop: &Shop<'_>, units: &Receiver<(u64, Unit)>, batches: &Sender<Result<Batch, Error>>) {
    let checker = shop.store.map(|store| Checker::new(store, Depth::Hash).keeping());
    let mut worker = Worker { shop, checker, renderer: Renderer::new() };
    for (number, unit) in units {
        if batches.send(worker.batch(number, &unit)).is_err() {
            return;
        }
    }
}

impl Worker<'_> {
    fn batch(&mut self, number: u64, unit: &Unit) -> Result<Batch, Error> {
        let mut batch =
            Batch { number, samples: Vec::with_capacity(unit.ends.len()), left_out: LeftOut::default() };
        if let Some(checker) = &mut self.checker {
            checker.will_judge(&unit.known);
        }
        for end in &unit.ends {
            if self.shop.interrupt.is_set() {
                break;
            }
            batch.samples.extend(self.sample(unit, end, &mut batch.left_out)?);
        }
        Ok(batch)
    }

    /// The picture of an end, where the plan has one.
    fn sample(&mut self, unit: &Unit, end: &End, left_out: &mut LeftOut) -> Result<Option<Sample>, Error> {
        let Shop { settings, plan, .. } = *self.shop;
        let mut again = LeftOut::default();
        let Some(candidate) = candidate(settings, unit, end, &mut again) else {
            return Ok(None);
        };
        let Place::Split(split) = split::place(&plan.splits, &candidate.footprint, settings.embargo) else {
            return Ok(None);
        };
        let (Subject::Known(series, spec), Ok(window)) = (&unit.subject, window(unit, end, &settings.spec))
        else {
            return Ok(None);
        };
        let path = picture_path(series.symbol.as_str(), &series.interval, end.at, spec)?;
        let input = input_digest(&window, spec);
        let (png, sha256) = if self.checker.is_some() {
            match self.cached(unit, end.at, &path, input, left_out)? {
                Some(picture) => picture,
                None => return Ok(None),
            }
        } else {
            let png = self.renderer.render_input(&window, spec, &input);
            let sha256 = png.digest();
            (png.into_bytes(), sha256)
        };
        Ok(Some(Sample {
            symbol: Arc::from(series.symbol.as_str()),
            interval: series.interval.clone(),
            start: window.candles().first().map_or(end.at, |first| first.open_time),
            end: end.at,
            split,
            label: candidate.label,
            path,
            png,
            sha256,
            input,
            pixels: settings.pixel_hash.then(|| frame(&window, spec).digest()),
        }))
    }

    /// The cache's picture, which must be what today's candles make.
    fn cached(
        &mut self,
        unit: &Unit,
        end: i64,
        path: &str,
        input: Digest,
        left_out: &mut LeftOut,
    ) -> Result<Option<(Vec<u8>, Digest)>, Error> {
        let Some(checker) = &mut self.checker else {
            return Ok(None);
        };
        let row = unit.known.binary_search_by_key(&end, |row| row.end).ok().map(|at| &unit.known[at]);
        let Some(row) = row.filter(|row| row.status != Status::Missing) else {
            left_out.absent += 1;
            return Ok(None);
        };
        let (status, reason) = match checker.judge(&unit.group, row, &Today::Input(input), || None) {
            Verdict::Fine => {
                return Ok(row.sha256.map(|sha256| (checker.take(), sha256)));
            }
            Verdict::Bad(status, reason) => (status.as_str(), reason.into_owned()),
            Verdict::Unreadable(reason) | Verdict::Missing(reason) => ("unreadable", reason),
            Verdict::Makeable => ("missing", "the source can make it now".to_owned()),
        };
        if self.shop.settings.skip_bad {
            left_out.bad += 1;
            return Ok(None);
        }
        let path = row.path.as_deref().unwrap_or(path);
        Err(Error::file(
            Path::new(&self.shop.settings.base.root.at(path)),
            format!("{status}: {reason}; `image-cache repair` mends it, --skip-bad leaves such pictures out"),
        ))
    }
}
