//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{path::PathBuf, sync::Arc};

use market::{Filter, Market};
use render_core::Spec;
use serde::Serialize;

use crate::{
    Clock, Committer, Depth, Error, Job, Note, OwnFile, OwnPart, OwnSources, Pass, PictureCache, Piece,
    PlanRequest, Reader, Recorder, Run, SeriesSummary, Session, Shard, ShardRun, Shared, Stop, Task,
    geometry, index, own,
    shard::{index::check_whole, marker},
};

/// What [`PictureCache::render`] is to make.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    /// How pictures look.
    pub spec: Arc<Spec>,
    /// Series of one's own and marks, where the spec draws such.
    pub own: Option<Arc<OwnSources>>,
    /// Which ends.
    pub filter: Filter,
    /// The most candles that a window may span that its calendar expects and that are missing; any number, if that is
    /// none.
    pub max_gap: Option<u64>,
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
        let (own, filter, dry_run, count_first) = (None, Filter::default(), false, false);
        Self {
            spec,
            own,
            filter,
            max_gap: None,
            dry_run,
            shard: None,
            plan: None,
            geometry: None,
            count_first,
        }
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
        let RenderRequest { spec, filter, max_gap, plan, .. } = request;
        let own = request.own.as_deref();
        own::check(spec, own)?;
        let plan_request = PlanRequest { spec, own, filter, max_gap: *max_gap, sample: false };
        let planned = match request.shard {
            None => check_whole(&self.index).map(|()| None)?,
            Some(shard) => match ShardRun::new(shard, market, plan_request, plan.as_deref(), run) {
                Err(Error::Cancelled) => {
                    let shard = Some(ShardSummary { shard, plan: None, finished: false });
                    return Ok(RenderSummary { shard, cancelled: true, ..RenderSummary::default() });
                }
                planned => Some(planned?),
            },
        };
        let pieces = match &planned {
            Some(planned) => {
                planned.check(&self.index)?;
                planned.plan.pieces(planned.shard)
            }
            None => {
                let all = market.series(filter)?.into_iter();
                all.map(|listed| Piece { listed, span: None, ends: 0, rows: 0 }).collect()
            }
        };
        let (index, store, lock, reader) = if request.dry_run {
            let reader = Reader::existing(&index::follow(&self.index)?)?;
            (None, self.store(run)?, None, reader)
        } else {
            let Session { lock, index, store } = self.begin(clock, run)?;
            if let Some(planned) = &planned {
                // It is checked again, now that nobody else can write to the index.
                planned.check(&index.file)?;
                marker::mark(&*store, &self.root, &planned.plan.hash.to_string())?;
                planned.note(&index, &self.root)?;
            }
            if let Some(own) = own {
                index.put_own(spec, own)?;
            }
            let reader = index.again()?;
            (Some(index), store, Some(lock), Some(reader))
        };
        let (jobs, now, stop) = (self.jobs, run.now, &Stop::new(run.cancel));
        let mut committer = Committer::new(index, &*store, recorder(market, request, &pieces, run));
        let task = Task::Render { dry_run: request.dry_run, max_gap: *max_gap };
        let shared = Shared { store: &*store, stop, task, depth: Depth::Quick };
        let work = self::jobs(&pieces, spec);
        Pass { jobs, market: Some(market), index: reader, own, filter, now, work, shared }
            .run(&mut committer)?;
        let Committer { index, recorder: Recorder { series, first, .. }, .. } = committer;
        let settled = match (&planned, &index) {
            (Some(planned), Some(index)) => planned.settle(market, index, run),
            _ => Ok(false),
        };
        let is_made = index.is_some();
        drop(index);
        let lost = store.is_lost().map(Error::Store);
        let geometry = match &request.geometry {
            Some(to) if is_made && !stop.is_set() => {
                let work = self::jobs(&pieces, spec);
                geometry::write(to, self, market, request, work, &series, run)
            }
            _ => Ok(None),
        };
        if let Some(lock) = lock {
            lock.release(store.leaves_temporaries());
        }
        let (geometry, failure) = geometry.map_or_else(|error| (None, Some(error)), |it| (it, None));
        let shard = planned.as_ref().map(|planned| ShardSummary {
            shard: planned.shard,
            plan: Some(planned.plan.hash.to_string()),
            finished: matches!(settled, Ok(true)),
        });
        let first_picture = first.map(|(.., path)| path);
        let (cancelled, is_settled) = (stop.is_set(), !matches!(settled, Ok(false)));
        let failure = failure.or(settled.err()).or(lost);
        for (part, file) in own.map(|own| outside(own, spec, &series, &pieces)).into_iter().flatten() {
            run.note(&Note::OwnOutside(part, file));
        }
        let summary = RenderSummary { series, first_picture, shard, geometry, cancelled, failure };
        if let Some(ShardSummary { shard, .. }) = &summary.shard
            && !(is_settled || request.dry_run || cancelled)
            && summary.is_well()
        {
            run.note(&Note::OtherRows(*shard));
        }
        Ok(summary)
    }
}

/// What there is to do about each of these.
fn jobs(pieces: &[Piece], spec: &Arc<Spec>) -> Vec<Job> {
    let job = |Piece { listed, span, .. }: &Piece| Job::Ends {
        series: listed.series.clone(),
        spec: Arc::clone(spec),
        span: *span,
    };
    pieces.iter().map(job).collect()
}

/// The files of which nothing lies in the times of any picture.
fn outside(
    own: &OwnSources,
    spec: &Spec,
    series: &[SeriesSummary],
    pieces: &[Piece],
) -> Vec<(OwnPart, OwnFile)> {
    let shown = series.iter().zip(pieces).filter_map(|(summary, piece)| {
        let (survey, listed) = (summary.survey.as_ref()?, piece.listed.series.as_ref().ok()?);
        Some(own::shown(listed, spec, survey.first_end?, survey.last_end?))
    });
    let outside = own.outside(spec, &shown.collect::<Vec<_>>());
    outside.into_iter().map(|(part, file)| (part, file.clone())).collect()
}

fn recorder<'a>(
    market: &Market,
    request: &RenderRequest,
    pieces: &[Piece],
    run: &'a mut Run<'_>,
) -> Recorder<'a> {
    let names = pieces.iter().map(|it| (it.listed.symbol.clone(), it.listed.interval.clone()));
    let mut recorder = Recorder::new(names, run.observer);
    recorder.expects_ends = true;
    for (number, Piece { listed, span, ends, .. }) in pieces.iter().enumerate() {
        recorder.series[number].refused_in_plan = listed.series.is_err();
        match &listed.series {
            Ok(_) if span.is_some() => recorder.expect(number, *ends),
            Ok(series) if request.count_first => {
                recorder.expect(number, market.count(series, &request.filter));
            }
            _ => {}
        }
    }
    recorder
}
