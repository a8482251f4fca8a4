//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{io::Write, sync::Arc};
use store::Files;

use crate::{
    check::Depth,
    claim,
    commit::Committer,
    config::Settings,
    console::Console,
    error::Error,
    feed::{Feeder, Job, What},
    geometry,
    index::{self, Reader},
    interrupt::Interrupt,
    part::Part,
    pipe,
    report::Report,
    session::Session,
    sharded,
    work::{Shop, Task},
};
use market::{Listed, Market};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// A series or an end was refused, or a picture could not be read or written.
    Incomplete,
    /// Corrupt, stale or orphaned pictures are left.
    Unclean,
    Interrupted,
}

/// Does what `settings` say, at the time `now`; says on `stderr` what goes wrong.
pub fn run(
    settings: &Settings,
    now: i64,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let base = &settings.base;
    if settings.shard.is_none() {
        claim::check_whole(&base.index)?;
    }
    let mut market = Market::of(&base.source)?.cancel_by(interrupt.flag().clone());
    let planned = settings.shard.map(|shard| Part::of(shard, &market, settings, now, interrupt)).transpose();
    let part = match planned {
        Err(Error::Interrupted) => return unplanned(settings, interrupt, stderr),
        planned => planned?,
    };
    if let Some(part) = &part {
        part.claim().check(&base.index)?;
    }
    let targets = targets(part.as_ref(), &market, settings)?;
    let listed: Vec<Listed> = targets.iter().map(|target| target.listed.clone()).collect();
    let console = Console::new(base.output, stderr);
    let mut report = Report::new(settings, &listed, console);
    expect(&mut report, &market, settings, &targets);

    let jobs = jobs(targets, settings);
    let (mut finished, mut geometry, mut lost) = (Ok(false), Ok(()), None);
    let task = Task::Render { dry_run: settings.dry_run };
    let source = &mut market;
    let feed = |reader: Option<Reader>| {
        move |units: &_, events: &_| {
            let (market, index, filter) = (Some(&*source), reader.as_ref(), &base.filter);
            Feeder { market, index, filter, now, interrupt, units, events }.feed(jobs);
        }
    };
    if settings.dry_run {
        let reader = Reader::existing(&index::follow(&base.index)?)?;
        let store = index::open_store(&base.root, files, interrupt)?;
        let shop = Shop { store: &*store, interrupt, task, depth: Depth::Quick };
        pipe::run(&shop, base.jobs, feed(reader), None, &mut report)?;
        lost = store.is_lost();
    } else {
        let Session { lock, mut index, store } = Session::begin(base, files, interrupt, report.console())?;
        if let Some(part) = &part {
            // Once more, now that nobody else can write to it.
            part.claim().check(index.file())?;
            sharded::mark(&*store, &base.root, &part.plan.hash.to_string())?;
            part.claim().stake(&mut index, &base.root)?;
        }
        let index_file = index.file().to_owned();
        let reader = index.reader()?;
        let mut committer = Committer::new(index, &*store);
        let shop = Shop { store: &*store, interrupt, task, depth: Depth::Quick };
        pipe::run(&shop, base.jobs, feed(Some(reader)), Some(&mut committer), &mut report)?;
        let mut index = committer.into_index();
        if let Some(part) = &part {
            finished = part.settle(&market, &mut index, settings, now, interrupt);
        }
        drop(index);
        lost = lost.or_else(|| store.is_lost());
        if let Some(file) = settings.geometry.as_deref().filter(|_| !interrupt.is_set()) {
            let written =
                geometry::write(&mut market, settings, now, &index_file, interrupt, &report, part.as_ref());
            geometry = written.map(|pictures| report.geometry(file, pictures));
        }
        lock.release(store.leaves_temporaries());
    }
    if let Some(part) = &part {
        let is_finished = *finished.as_ref().unwrap_or(&false);
        report.shard(part.shard, Some(part.plan.hash.to_string()), is_finished);
        if matches!(finished, Ok(false)) && !settings.dry_run && !interrupt.is_set() && report.is_well() {
            report.console().complain(&format!(
                "shard {} is not finished, as its index has other rows than the plan; move that away, and render it again",
                part.shard
            ));
        }
    }
    // The pictures are made and told of, whatever became of the geometry or the source.
    let is_well = report.is_well();
    report.finish(interrupt)?;
    geometry?;
    // An engine waits for status 0, and a shard that is finished needs no other run.
    let is_whole = finished? || part.is_none() || settings.dry_run;
    if let Some(error) = lost {
        return Err(error.into());
    }
    Ok(match is_well && is_whole {
        _ if interrupt.is_set() => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    })
}

/// A series that is to be rendered, or a part of it.
pub struct Target {
    listed: Listed,
    /// First and last end of a part, and how many ends lie there.
    part: Option<((i64, i64), u64)>,
}

/// Tells of a run that was to end before it knew its part.
fn unplanned(settings: &Settings, interrupt: &Interrupt, stderr: Box<dyn Write>) -> Result<Ending, Error> {
    let mut report = Report::new(settings, &[], Console::new(settings.base.output, stderr));
    if let Some(shard) = settings.shard {
        report.shard(shard, None, false);
    }
    report.finish(interrupt)?;
    match settings.max_seconds.filter(|_| interrupt.has_timed_out()) {
        // As an interrupt it would be run again, for ever.
        Some(limit) => Err(Error::Plan(format!(
            "planning alone took longer than --max-seconds {limit}, so that no run within that limit gets anywhere; \
             give it more, or leave series out with --symbol and --interval"
        ))),
        None => Ok(Ending::Interrupted),
    }
}

/// The series that are selected, or a shard's pieces of them.
pub fn targets(part: Option<&Part>, market: &Market, settings: &Settings) -> Result<Vec<Target>, Error> {
    Ok(match part {
        Some(part) => part
            .pieces
            .iter()
            .map(|piece| {
                let mut listed = piece.listed.clone();
                if let Some(why) = &piece.refused {
                    listed.series = Err(why.clone());
                }
                Target { listed, part: Some((piece.span, piece.ends)) }
            })
            .collect(),
        None => {
            let all = market.series(&settings.base.filter)?;
            all.into_iter().map(|listed| Target { listed, part: None }).collect()
        }
    })
}

/// What there is to do about each of these.
pub fn jobs(targets: Vec<Target>, settings: &Settings) -> Vec<Job> {
    let what = || What::Ends(Arc::clone(&settings.spec));
    let job = |Target { listed, part }| Job {
        series: Some(listed.series),
        what: what(),
        span: part.map(|(span, _)| span),
    };
    targets.into_iter().map(job).collect()
}

fn expect(report: &mut Report, market: &Market, settings: &Settings, targets: &[Target]) {
    let is_asked = report.console().shows_progress() || settings.max_seconds.is_some();
    for (number, target) in targets.iter().enumerate() {
        match (&target.part, &target.listed.series) {
            (Some((_, ends)), Ok(_)) => report.expect(number, *ends),
            (None, Ok(series)) if is_asked => {
                report.expect(number, market.count(series, &settings.base.filter));
            }
            _ => {}
        }
    }
}

impl Target {
    /// Symbol and interval.
    pub fn name(&self) -> (String, String) {
        (self.listed.symbol.clone(), self.listed.interval.clone())
    }
}
