//! `render`: makes every selected picture that is not there yet or no longer fits its candles.
//!
//! ```text
//! market ──feeder──► units ──workers──► staged pictures ──committer──► files, then rows
//! ```

use std::{
    io::Write,
    path::Path,
    thread::{self, Scope},
    time::Duration,
};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::{
    commit::Committer,
    config::Settings,
    error::Error,
    event::Event,
    feed::{Feeder, Unit},
    geometry,
    index::{self, Index, Reader},
    interrupt::Interrupt,
    lock::Lock,
    market::{Listed, Market},
    report::Report,
    store::{Files, Store},
    takeover::Others,
    work::{Shop, work},
};

/// Events that wait for the committer before workers must: enough to bridge a slow sync.
const EVENTS: usize = 4096;
/// How long the committer lets events gather. If it waited for the next one
/// instead, every picture would wake it, at the cost of two system calls and a
/// switch of threads.
const PAUSE: Duration = Duration::from_millis(2);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// A series or an end was refused, or a picture could not be written.
    Incomplete,
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
    let market = Market::of(&settings.source)?;
    let listed = market.series(&settings.filter)?;
    let mut report = Report::new(settings, &listed, stderr);
    expect(&mut report, &market, settings, &listed);

    let run = Run { settings, now, market, interrupt };
    let index_file = index::follow(&settings.index)?;
    let mut geometry = Ok(());
    if settings.dry_run {
        let reader = Reader::existing(&index_file)?;
        let store = Store::new(&settings.root, "", files);
        run.go(listed, reader, &store, None, &mut report)?;
    } else {
        index::create_folder(&index_file)?;
        let lock = Lock::take(&index_file)?;
        let index = Index::open(&index_file)?;
        let store = Store::new(&settings.root, index.id(), files);
        store.create()?;
        if lock.was_unclean() {
            sweep(&store, &settings.root, &mut report)?;
        }
        let reader = index.reader()?;
        let others =
            index.was_taken_over().then(|| Others::new(&settings.root, [&settings.index, &index_file]));
        let committer = Committer::new(index, &store, &settings.spec, others);
        run.go(listed, Some(reader), &store, Some(committer), &mut report)?;
        if let Some(file) = settings.geometry.as_deref().filter(|_| !interrupt.is_set()) {
            let written = geometry::write(file, settings, now, &index_file, interrupt, &report);
            geometry = written.map(|pictures| report.geometry(file, pictures));
        }
        lock.release();
    }
    let interrupted = interrupt.is_set();
    // The pictures are made and told of, whatever became of the geometry.
    let clean = report.finish(interrupted)?;
    geometry?;
    Ok(match clean {
        _ if interrupted => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    })
}

fn expect(report: &mut Report, market: &Market, settings: &Settings, listed: &[Listed]) {
    if report.wants_expectations() {
        for series in listed.iter().filter_map(|listed| listed.series.as_ref().ok()) {
            report.expect(series.number, market.count(series, &settings.filter));
        }
    }
}

fn sweep(store: &Store<'_>, root: &Path, report: &mut Report) -> Result<(), Error> {
    report.log(|| "the last run did not end cleanly; looking for its temporary files".to_owned());
    let removed = store.sweep().map_err(|error| Error::Root {
        root: root.to_owned(),
        why: format!("cannot remove what a killed run left: {error}"),
    })?;
    report.log(|| format!("{removed} temporary files removed"));
    Ok(())
}

/// What the threads of one run share.
struct Run<'a> {
    settings: &'a Settings,
    now: i64,
    market: Market,
    interrupt: &'a Interrupt,
}

impl Run<'_> {
    /// Feeds, renders and commits until all is done; without a committer nothing is written.
    fn go(
        self,
        listed: Vec<Listed>,
        reader: Option<Reader>,
        store: &Store<'_>,
        mut committer: Option<Committer<'_>>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Self { settings, now, market, interrupt } = self;
        let spec = &settings.spec;
        let need = (spec.window() + spec.warmup()) as usize;
        let shop = Shop { spec, store, interrupt, dry_run: settings.dry_run };
        // Both queues are short, so whoever is ahead waits and memory stays bounded.
        let (units, work_to_do) = bounded::<Unit>(2 * settings.jobs);
        let (events, happened) = bounded::<Event>(EVENTS);
        thread::scope(|scope| {
            for _ in 0..settings.jobs {
                let (units, events, shop) = (work_to_do.clone(), events.clone(), &shop);
                start(scope, "worker", move || work(shop, &units, &events))?;
            }
            drop(work_to_do);
            start(scope, "feeder", move || {
                let Settings { filter, spec, .. } = settings;
                let (market, index) = (&market, reader.as_ref());
                Feeder { market, index, filter, spec, need, now, interrupt }.feed(listed, &units, &events);
            })?;
            let result = collect(&happened, committer.as_mut(), report);
            if result.is_err() {
                // Whoever still works stops at the next end, as if interrupted.
                interrupt.set();
                if let Some(committer) = &mut committer {
                    committer.abandon(&happened);
                }
            }
            // Whoever still waits to tell something learns that nobody listens.
            drop(happened);
            result
        })
    }
}

/// Starts a thread under a name that profilers and debuggers show.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() + Send + 'scope,
) -> Result<(), Error> {
    let started = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work);
    started
        .map(|_| ())
        .map_err(|error| Error::System { what: "cannot start a thread", why: error.to_string() })
}

/// Takes in what the threads tell, until all of them are done.
fn collect(
    happened: &Receiver<Event>,
    mut committer: Option<&mut Committer<'_>>,
    report: &mut Report,
) -> Result<(), Error> {
    loop {
        // All that has gathered comes into one batch, so a slow disk is asked for fewer syncs.
        let mut done = false;
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => take_in(event, committer.as_deref_mut(), report)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    done = true;
                    break;
                }
            }
        }
        match committer.as_deref_mut() {
            Some(committer) if done => return committer.finish(report),
            Some(committer) => committer.turn(report)?,
            None if done => return Ok(()),
            None => {}
        }
        thread::sleep(PAUSE);
    }
}

fn take_in(event: Event, committer: Option<&mut Committer<'_>>, report: &mut Report) -> Result<(), Error> {
    match (event, committer) {
        (Event::Surveyed { number, survey }, _) => report.surveyed(number, survey),
        (Event::Refused { number, reason }, _) => report.refused(number, &reason),
        (Event::Unchanged { number, pictures, missing }, _) => {
            report.unchanged(number, pictures);
            report.missing(number, missing);
        }
        (Event::Forecast { number, pictures }, _) => report.forecast(number, pictures),
        (Event::Broken(error), _) => return Err(error),
        (Event::EndRefused { number, end, reason }, _) => report.end_refused(number, end, &reason),
        (Event::Failed { number, path, reason, demotion }, committer) => {
            if let Some(committer) = committer {
                committer.demote(demotion);
            }
            report.failed(number, &path, &reason);
        }
        (Event::Missing(row), Some(committer)) => committer.miss(row),
        (Event::Staged(staged, demotion), Some(committer)) => {
            committer.demote(demotion);
            committer.stage(staged);
        }
        // A dry run writes nothing, so its workers stage nothing.
        (Event::Missing(_) | Event::Staged(..), None) => {}
    }
    Ok(())
}
