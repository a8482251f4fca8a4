//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{path::PathBuf, sync::Arc};

use market::{Filter, Listed, Market};
use render_core::Spec;
use serde::Serialize;

use crate::{
    Error, Note, PictureCache, Run,
    check::Depth,
    clock::Clock,
    geometry,
    index::{self, Reader},
    observer::SeriesSummary,
    pipeline::{
        Stop,
        committer::Committer,
        feeder::{Job, What},
        pass::Pass,
        worker::{Shared, Task},
    },
    recorder::Recorder,
    session::Session,
    shard::{Shard, index::check_whole, marker, run::ShardRun},
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
    /// Make only this shard.
    pub shard: Option<Shard>,
    /// What the hash of the shard's plan must begin with.
    pub plan: Option<String>,
    /// Write the geometry of the pictures into this file.
    pub geometry: Option<PathBuf>,
    /// Count the ends of every series first, so that the observer can tell how many are left.
    pub count_first: bool,
}

impl RenderRequest {
    /// All pictures of a spec.
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
    /// The oldest picture that was made of the first series with one, relative to the root.
    pub first_picture: Option<String>,
    /// What became of the shard, if only one was to be made.
    pub shard: Option<ShardSummary>,
    /// How many lines of geometry were written, if any were asked for.
    pub geometry: Option<u64>,
    /// Whether the run was cancelled before its end.
    pub cancelled: bool,
    /// What failed after the pictures above were safely in place.
    #[serde(skip)]
    pub failure: Option<Error>,
}

/// What became of a shard.
#[derive(Debug, Clone, Serialize)]
pub struct ShardSummary {
    /// The shard.
    #[serde(skip)]
    pub shard: Shard,
    /// The hash of its plan; none if the run was cancelled before it was known.
    pub plan: Option<String>,
    /// Whether the shard has all its rows now.
    pub finished: bool,
}

impl RenderSummary {
    /// Whether every series and picture went well. Of a shard, what its plan refuses already is no failure.
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

/// A series to be rendered, or a part of it.
#[derive(Clone)]
struct Target {
    listed: Listed,
    /// The first and the last end of a part, and how many ends it has.
    part: Option<((i64, i64), u64)>,
}

/// What a run has made, and what failed after that.
struct Made {
    series: Vec<SeriesSummary>,
    first_picture: Option<String>,
    finished: Result<bool, Error>,
    geometry: Result<Option<u64>, Error>,
    lost: Option<store::Error>,
}

impl PictureCache<'_> {
    /// Makes the pictures that are selected and that are absent, damaged or outdated.
    ///
    /// # Errors
    /// Fails if nothing can be made at all. What fails later is in the summary and told to the observer.
    pub fn render(
        &self,
        market: &mut Market,
        request: &RenderRequest,
        run: &mut Run<'_>,
    ) -> Result<RenderSummary, Error> {
        let clock = Clock::at(run.now);
        let RenderRequest { spec, filter, plan, .. } = request;
        let planned = match request.shard {
            None => check_whole(&self.index).map(|()| None)?,
            Some(shard) => match ShardRun::new(shard, market, spec, filter, plan.as_deref(), run) {
                Err(Error::Cancelled) => {
                    let shard = Some(ShardSummary { shard, plan: None, finished: false });
                    return Ok(RenderSummary { shard, cancelled: true, ..RenderSummary::default() });
                }
                planned => Some(planned?),
            },
        };
        if let Some(planned) = &planned {
            planned.of().check(&self.index)?;
        }
        let targets = targets(planned.as_ref(), market, filter)?;
        let made = match request.dry_run {
            true => self.preview(market, request, targets, run)?,
            false => self.make(market, request, planned.as_ref(), targets, clock, run)?,
        };
        let Made { series, first_picture, finished, geometry, lost } = made;
        let shard = planned.as_ref().map(|planned| ShardSummary {
            shard: planned.shard,
            plan: Some(planned.plan.hash.to_string()),
            finished: !request.dry_run && matches!(finished, Ok(true)),
        });
        let (geometry, geometry_failure) = geometry.map_or_else(|error| (None, Some(error)), |it| (it, None));
        let has_other_rows = matches!(finished, Ok(false)) && !request.dry_run;
        let summary = RenderSummary {
            series,
            first_picture,
            shard,
            geometry,
            cancelled: Stop::new(run.cancel).is_set(),
            failure: geometry_failure.or(finished.err()).or(lost.map(Error::Store)),
        };
        if let Some(ShardSummary { shard, .. }) = &summary.shard
            && has_other_rows
            && !summary.cancelled
            && summary.is_well()
        {
            run.note(&Note::OtherRows { shard: shard.to_string() });
        }
        Ok(summary)
    }

    /// Finds out what would be made.
    fn preview(
        &self,
        market: &mut Market,
        request: &RenderRequest,
        targets: Vec<Target>,
        run: &mut Run<'_>,
    ) -> Result<Made, Error> {
        let index = Reader::existing(&index::follow(&self.index)?)?;
        let store = self.store(run)?;
        let (now, stop) = (run.now, &Stop::new(run.cancel));
        let mut recorder = recorder(market, request, &targets, run);
        let shared = shared(request, &*store, stop);
        let (filter, work) = (&request.filter, jobs(targets, &request.spec));
        let pass = Pass { jobs: self.jobs, market: Some(market), index, filter, now, work, shared };
        pass.run(None, &mut recorder)?;
        Ok(Made::of(recorder, Ok(true), Ok(None), store.is_lost()))
    }

    /// Makes the pictures.
    fn make(
        &self,
        market: &mut Market,
        request: &RenderRequest,
        planned: Option<&ShardRun<'_>>,
        targets: Vec<Target>,
        clock: Clock,
        run: &mut Run<'_>,
    ) -> Result<Made, Error> {
        let Session { lock, mut index, store } = self.begin(clock, run)?;
        if let Some(planned) = planned {
            // It is checked again, now that nobody else can write to the index.
            planned.of().check(&index.file)?;
            marker::mark(&*store, &self.root, &planned.plan.hash.to_string())?;
            planned.of().note(&mut index, &self.root)?;
        }
        let file = index.file.clone();
        let reader = Some(index.reader()?);
        let mut committer = Committer::new(index, &*store);
        let (now, stop) = (run.now, &Stop::new(run.cancel));
        let mut recorder = recorder(market, request, &targets, run);
        let shared = shared(request, &*store, stop);
        let (filter, work) = (&request.filter, jobs(targets.clone(), &request.spec));
        let pass = Pass { jobs: self.jobs, market: Some(market), index: reader, filter, now, work, shared };
        pass.run(Some(&mut committer), &mut recorder)?;
        let mut made = Made::of(recorder, Ok(true), Ok(None), None);
        let mut index = committer.into_index();
        if let Some(planned) = planned {
            made.finished = planned.settle(market, &mut index, run);
        }
        drop(index);
        made.lost = store.is_lost();
        if let Some(to) = request.geometry.as_deref().filter(|_| !stop.is_set()) {
            let (threads, work) = (self.jobs, jobs(targets, &request.spec));
            let series = &made.series;
            let source = geometry::Source { market, index: &file, filter, work, series };
            made.geometry = source.write(to, threads, run);
        }
        lock.release(store.leaves_temporaries());
        Ok(made)
    }
}

impl Made {
    fn of(
        recorder: Recorder<'_>,
        finished: Result<bool, Error>,
        geometry: Result<Option<u64>, Error>,
        lost: Option<store::Error>,
    ) -> Self {
        let first_picture = recorder.first.map(|(.., path)| path);
        Self { series: recorder.series, first_picture, finished, geometry, lost }
    }
}

/// The series that are selected, or a shard's pieces of them.
fn targets(planned: Option<&ShardRun<'_>>, market: &Market, filter: &Filter) -> Result<Vec<Target>, Error> {
    let Some(planned) = planned else {
        let all = market.series(filter)?;
        return Ok(all.into_iter().map(|listed| Target { listed, part: None }).collect());
    };
    let pieces = planned.pieces.iter().map(|piece| {
        let mut listed = piece.listed.clone();
        if let Some(why) = &piece.refused {
            listed.series = Err(why.clone());
        }
        Target { listed, part: Some((piece.span, piece.ends)) }
    });
    Ok(pieces.collect())
}

/// What there is to do about each of these.
fn jobs(targets: Vec<Target>, spec: &Arc<Spec>) -> Vec<Job> {
    let job = |Target { listed, part }| Job {
        series: Some(listed.series),
        what: What::Ends(Arc::clone(spec)),
        span: part.map(|(span, _)| span),
    };
    targets.into_iter().map(job).collect()
}

fn shared<'a>(request: &RenderRequest, store: &'a dyn store::Store, stop: &'a Stop<'a>) -> Shared<'a> {
    let task = Task::Render { dry_run: request.dry_run };
    Shared { store, stop, task, depth: Depth::Quick }
}

fn recorder<'a>(
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
