//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{path::PathBuf, sync::Arc};

use market::{Filter, Listed, Market};
use render_core::Spec;
use serde::Serialize;

use crate::{
    Error, Note, PictureCache, Run,
    check::Depth,
    geometry,
    index::{self, Reader},
    observer::SeriesSummary,
    pipeline::{
        self, Stop, Units,
        committer::{CommitSink, Committer},
        event::Event,
        feeder::{Feeder, Job, What},
        worker::{Shop, Task, worker},
    },
    recorder::Recorder,
    session::Session,
    shard::{self, Shard, marker, run::ShardRun},
};

/// What [`PictureCache::render`] is to make.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    /// How pictures look.
    pub spec: Arc<Spec>,
    /// Which ends.
    pub filter: Filter,
    /// Only find out what would be made.
    pub dry_run: bool,
    /// The part that is to be made, where not all is.
    pub shard: Option<Shard>,
    /// What the hash of a shard's plan must begin with.
    pub plan: Option<String>,
    /// Where to write the geometry of the pictures, if anywhere.
    pub geometry: Option<PathBuf>,
    /// Count the ends of every series first, so that the observer can tell how much is left.
    pub count_first: bool,
}

impl RenderRequest {
    /// Everything in this spec.
    #[must_use]
    pub fn new(spec: Arc<Spec>) -> Self {
        let (filter, dry_run, count_first) = (Filter::default(), false, false);
        Self { spec, filter, dry_run, shard: None, plan: None, geometry: None, count_first }
    }
}

/// What a run of [`PictureCache::render`] has done.
#[derive(Debug, Default, Serialize)]
pub struct RenderSummary {
    /// What became of each series.
    pub series: Vec<SeriesSummary>,
    /// The oldest picture that was made of the first series that has one, relative to the root.
    pub first_picture: Option<String>,
    /// The shard that this was, if it was one.
    pub shard: Option<ShardSummary>,
    /// Lines of the geometry's file, if one was written.
    pub geometry: Option<u64>,
    /// Whether the run was cancelled before its end.
    pub cancelled: bool,
    /// What failed after the pictures above were safely in place.
    #[serde(skip)]
    pub failure: Option<Error>,
}

/// A shard that was rendered.
#[derive(Debug, Clone, Serialize)]
pub struct ShardSummary {
    /// The shard.
    #[serde(skip)]
    pub shard: Shard,
    /// The hash of its plan, unless the run was cancelled before it was known.
    pub plan: Option<String>,
    /// Whether it has all its rows now.
    pub finished: bool,
}

impl RenderSummary {
    /// Whether every series and picture went well; of a shard, all but what its plan refuses already.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.series.iter().all(|series| match self.shard {
            Some(_) => {
                series.failed == series.refused_ends && (series.refused.is_none() || series.refused_in_plan)
            }
            None => series.failed == 0 && series.refused.is_none(),
        })
    }
}

impl PictureCache<'_> {
    /// Makes the pictures that `request` selects and that are absent, damaged or outdated.
    ///
    /// # Errors
    /// Where nothing can be made at all. What fails later is in the summary and told to the observer.
    pub fn render(
        &self,
        market: &mut Market,
        request: &RenderRequest,
        run: &mut Run<'_>,
    ) -> Result<RenderSummary, Error> {
        if request.shard.is_none() {
            shard::index::check_whole(&self.index)?;
        }
        let planned = request.shard.map(|shard| ShardRun::new(shard, market, request, run)).transpose();
        let part = match (planned, request.shard) {
            (Err(Error::Cancelled), Some(shard)) => {
                let shard = Some(ShardSummary { shard, plan: None, finished: false });
                return Ok(RenderSummary { shard, cancelled: true, ..RenderSummary::default() });
            }
            (planned, _) => planned?,
        };
        if let Some(part) = &part {
            part.of().check(&self.index)?;
        }
        let targets = targets(part.as_ref(), market, request)?;
        let stop = Stop::new(run.cancel);
        let (now, cancel) = (run.now, run.cancel);
        let (finished, geometry, lost, series, first);
        if request.dry_run {
            let reader = Reader::existing(&index::follow(&self.index)?)?;
            let store = self.store(run)?;
            let mut recorder = self.recorder(market, request, &targets, run);
            self.make(market, request, targets, &stop, now, reader, &*store, None, &mut recorder)?;
            (finished, geometry, lost) = (Ok(true), Ok(None), store.is_lost());
            (series, first) = (recorder.series, recorder.first);
        } else {
            let Session { lock, mut index, store } = self.begin(run)?;
            if let Some(part) = &part {
                // Once more, now that nobody else can write to it.
                part.of().check(index.file())?;
                marker::mark(&*store, &self.root, &part.plan.hash.to_string())?;
                part.of().note(&mut index, &self.root)?;
            }
            let index_file = index.file().to_owned();
            let reader = Some(index.reader()?);
            let mut committer = Committer::new(index, &*store);
            let mut recorder = self.recorder(market, request, &targets, run);
            let sink = Some(&mut committer);
            self.make(market, request, targets, &stop, now, reader, &*store, sink, &mut recorder)?;
            (series, first) = (recorder.series, recorder.first);
            let mut index = committer.into_index();
            finished = match &part {
                Some(part) => part.settle(market, &mut index, request, run),
                None => Ok(true),
            };
            drop(index);
            lost = store.is_lost();
            geometry = match request.geometry.as_deref().filter(|_| !stop.is_set()) {
                Some(file) => {
                    let targets = self::targets(part.as_ref(), market, request)?;
                    geometry::write(self.jobs, market, request, targets, file, &index_file, &series, run)
                }
                None => Ok(None),
            };
            lock.release(store.leaves_temporaries());
        }
        let is_finished = *finished.as_ref().unwrap_or(&false);
        let shard = part.as_ref().map(|part| ShardSummary {
            shard: part.shard,
            plan: Some(part.plan.hash.to_string()),
            finished: is_finished && !request.dry_run,
        });
        let summary = RenderSummary {
            series,
            first_picture: first.map(|(.., path)| path),
            shard,
            geometry: *geometry.as_ref().unwrap_or(&None),
            cancelled: cancel.load(std::sync::atomic::Ordering::Relaxed),
            failure: geometry.err().or(finished.err()).or(lost.map(Error::Store)),
        };
        if let Some(ShardSummary { shard, finished: false, .. }) = &summary.shard
            && !request.dry_run
            && !summary.cancelled
            && summary.failure.is_none()
            && summary.is_well()
        {
            run.note(&Note::OtherRows { shard: shard.to_string() });
        }
        Ok(summary)
    }

    fn recorder<'a>(
        &self,
        market: &Market,
        request: &RenderRequest,
        targets: &[Target],
        run: &'a mut Run<'_>,
    ) -> Recorder<'a> {
        let names = targets.iter().map(|it| (it.listed.symbol.clone(), it.listed.interval.clone()));
        let mut recorder = Recorder::new(names, run.observer);
        recorder.expects_ends = true;
        for (number, target) in targets.iter().enumerate() {
            recorder.series[number].refused_in_plan = target.listed.series.is_err();
            match (&target.part, &target.listed.series) {
                (Some((_, ends)), Ok(_)) => recorder.expect(number, *ends),
                (None, Ok(series)) if request.count_first => {
                    recorder.expect(number, market.count(series, &request.filter));
                }
                _ => {}
            }
        }
        recorder
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one run, which are used nowhere else")]
    fn make(
        &self,
        market: &mut Market,
        request: &RenderRequest,
        targets: Vec<Target>,
        stop: &Stop<'_>,
        now: i64,
        reader: Option<Reader>,
        store: &dyn store::Store,
        committer: Option<&mut Committer<'_>>,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), Error> {
        let jobs = jobs(targets, request);
        let task = Task::Render { dry_run: request.dry_run };
        let shop = Shop { store, stop, task, depth: Depth::Quick };
        let feed = move |units: &Units, events: &crossbeam_channel::Sender<Event>| {
            let (market, index, filter) = (Some(&*market), reader.as_ref(), &request.filter);
            let tell = &|event| events.send(event).map_err(|_| pipeline::Closed);
            Feeder { market, index, filter, now, stop, units, tell }.feed(jobs);
        };
        let mut sink = CommitSink { committer, recorder };
        pipeline::run(self.jobs, stop, feed, || worker(&shop), &mut sink)
    }
}

/// A series that is to be rendered, or a part of it.
pub(crate) struct Target {
    pub listed: Listed,
    /// First and last end of a part, and how many ends lie there.
    part: Option<((i64, i64), u64)>,
}

/// The series that are selected, or a shard's pieces of them.
fn targets(part: Option<&ShardRun>, market: &Market, request: &RenderRequest) -> Result<Vec<Target>, Error> {
    let Some(part) = part else {
        let all = market.series(&request.filter)?;
        return Ok(all.into_iter().map(|listed| Target { listed, part: None }).collect());
    };
    let pieces = part.pieces.iter().map(|piece| {
        let mut listed = piece.listed.clone();
        if let Some(why) = &piece.refused {
            listed.series = Err(why.clone());
        }
        Target { listed, part: Some((piece.span, piece.ends)) }
    });
    Ok(pieces.collect())
}

/// What there is to do about each of these.
pub(crate) fn jobs(targets: Vec<Target>, request: &RenderRequest) -> Vec<Job> {
    let job = |Target { listed, part }| Job {
        series: Some(listed.series),
        what: What::Ends(Arc::clone(&request.spec)),
        span: part.map(|(span, _)| span),
    };
    targets.into_iter().map(job).collect()
}
