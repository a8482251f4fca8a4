//! The threads of a run, and the queues between them.
//!
//! ```text
//! market, index ──feeder──► units ──workers──► events ──sink──► files, then rows
//! ```
//!
//! The feeder reads candles and rows and cuts them into [units](feeder::Unit). Each worker turns units into
//! events. The sink takes all events in, on the thread that started the run. A `Pass` serves `render`, `verify`
//! and `repair`, with the committer as its sink. [`run_in_order`] serves what is written in the order of the
//! candles: data sets and geometry.

pub(crate) mod committer;
pub(crate) mod event;
pub mod feeder;
pub(crate) mod pass;
pub(crate) mod unit;
pub mod worker;

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Scope},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use crate::{Error, Observer};
use unit::Unit;

/// Events that wait for the sink before workers must wait: enough to bridge a slow sync.
const EVENTS: usize = 4096;
/// How long the sink lets events gather. If it waited for each single one instead, every picture would wake it,
/// at the cost of two system calls and a switch of threads.
const PAUSE: Duration = Duration::from_millis(2);
/// Units that [`run_in_order`] lets be under way, for each worker.
const UNITS_PER_WORKER: usize = 3;

/// Tells the threads of a run when to end: the caller cancels it, or it has failed.
pub struct Stop<'a> {
    cancel: &'a AtomicBool,
    failed: AtomicBool,
}

impl<'a> Stop<'a> {
    /// Follows the caller's flag.
    #[must_use]
    pub fn new(cancel: &'a AtomicBool) -> Self {
        Self { cancel, failed: AtomicBool::new(false) }
    }

    /// Whether the threads are to end.
    pub fn is_set(&self) -> bool {
        self.cancel.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    /// The caller's flag.
    #[must_use]
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }

    fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }
}

/// Stops the run if its thread panics. Otherwise the other threads might wait for ever for what this one had
/// taken on.
struct StopOnPanic<'a>(&'a Stop<'a>);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail();
        }
    }
}

/// Nobody takes units or events any more, because the run is ending.
#[derive(Debug)]
pub struct Closed;

/// Where the feeder puts units.
pub struct Units {
    units: Sender<(u64, Unit)>,
    /// Takes one permit for each unit that is sent, where their number is limited.
    permit: Option<Sender<()>>,
    count: Cell<u64>,
}

impl Units {
    /// Hands a unit to a worker. Waits while the workers or the sink are behind.
    ///
    /// # Errors
    /// [`Closed`] if the run is ending.
    pub fn send(&self, unit: Unit) -> Result<(), Closed> {
        if let Some(permit) = &self.permit {
            permit.send(()).map_err(|_| Closed)?;
        }
        let number = self.count.replace(self.count.get() + 1);
        self.units.send((number, unit)).map_err(|_| Closed)
    }
}

/// Takes in what the threads tell. An `X` ends the run.
trait Sink<E, X = Error> {
    /// Takes one event in. Returns the number of units that are done with, where their number is limited.
    fn take(&mut self, event: E) -> Result<usize, X>;
    /// Is called whenever all events that had gathered are taken in, with `done` when no more will come.
    fn turn(&mut self, done: bool) -> Result<(), X>;
    /// Is called once the run has failed, with the events that still come in.
    fn abandon(&mut self, _rest: &Receiver<E>) {}
}

/// Feeds, works and takes in until all is done, or something fails.
///
/// Each of `jobs` threads makes a worker of its own, which takes units until there are no more. At most `most`
/// units are under way, if that is given.
fn run<E: Send, X: From<Error>, W: FnMut(u64, Unit, &Sender<E>) -> Result<(), Closed>>(
    jobs: usize,
    most: Option<usize>,
    stop: &Stop<'_>,
    feed: impl FnOnce(&Units, &Sender<E>) + Send,
    worker: impl Fn() -> W + Sync,
    sink: &mut dyn Sink<E, X>,
) -> Result<(), X> {
    let worker = &worker;
    thread::scope(|scope| {
        // Both queues are short, so that whoever is ahead waits and memory stays bounded. All receivers of this
        // thread go when it fails or panics, so that nobody waits for it.
        let (units, waiting) = bounded(2 * jobs);
        let (events, happened) = bounded::<E>(EVENTS);
        let (permit, permits) = most.map(bounded).unzip();
        for _ in 0..jobs.max(1) {
            let (waiting, events) = (waiting.clone(), events.clone());
            start(scope, "worker", move || {
                let _guard = StopOnPanic(stop);
                let mut work = worker();
                for (number, unit) in waiting {
                    if work(number, unit, &events).is_err() {
                        return;
                    }
                }
            })?;
        }
        drop(waiting);
        let units = Units { units, permit, count: Cell::new(0) };
        start(scope, "feeder", move || {
            let _guard = StopOnPanic(stop);
            feed(&units, &events);
        })?;
        let result = collect(&happened, permits.as_ref(), stop, sink);
        if result.is_err() {
            // The other threads stop at the next end, as if the run were cancelled.
            stop.fail();
            sink.abandon(&happened);
        }
        result
    })
}

/// Starts a thread under a name that profilers and debuggers show.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() + Send + 'scope,
) -> Result<(), Error> {
    let started = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work);
    started.map(drop).map_err(Error::Thread)
}

/// Takes in what the threads tell, until all of them are done.
fn collect<E, X: From<Error>>(
    happened: &Receiver<E>,
    permits: Option<&Receiver<()>>,
    stop: &Stop<'_>,
    sink: &mut dyn Sink<E, X>,
) -> Result<(), X> {
    loop {
        // All events that have gathered come into one batch, so that a slow disk is asked for fewer syncs.
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => {
                    for _ in 0..sink.take(event)? {
                        // The feeder has given it before it sent the unit.
                        let _ = permits.map(Receiver::try_recv);
                    }
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return sink.turn(true),
            }
        }
        sink.turn(false)?;
        if stop.failed.load(Ordering::Relaxed) {
            // A thread has panicked. The scope of the threads passes the panic on.
            return Err(Error::Cancelled.into());
        }
        thread::sleep(PAUSE);
    }
}

/// The number of a unit and what came of it, or why the run cannot go on.
type Made<T, X> = Result<(u64, T), X>;

/// Runs `jobs` threads, and hands what each unit makes to `take` in the order of the units.
///
/// `feed` sends units until there are no more; each thread makes a worker of its own with `worker`. Only as many
/// units are under way at a time as keep the threads busy, so that memory stays bounded.
///
/// # Errors
/// The first error of the feeder, of a worker or of `take`. It ends the run.
pub fn run_in_order<T: Send, X: From<Error> + Send, W: FnMut(&Unit) -> Result<T, X>>(
    jobs: usize,
    stop: &Stop<'_>,
    observer: &mut dyn Observer,
    feed: impl FnOnce(&Units) -> Result<(), X> + Send,
    worker: impl Fn() -> W + Sync,
    take: impl FnMut(T, &mut dyn Observer) -> Result<(), X>,
) -> Result<(), X> {
    let feed = |units: &Units, events: &Sender<Made<T, X>>| {
        if let Err(error) = feed(units) {
            // If nobody listens any more, the run is ending with an error of its own.
            let _ = events.send(Err(error));
        }
    };
    let worker = || {
        let mut work = worker();
        move |number, unit: Unit, events: &Sender<Made<T, X>>| {
            events.send(work(&unit).map(|made| (number, made))).map_err(|_| Closed)
        }
    };
    let mut sink = InOrder { early: BTreeMap::new(), next: 0, observer, take };
    run(jobs, Some(UNITS_PER_WORKER * jobs.max(1)), stop, feed, worker, &mut sink)
}

/// Puts what the units make into their order.
struct InOrder<'a, T, F> {
    /// What came before its turn, by the unit's number.
    early: BTreeMap<u64, T>,
    next: u64,
    observer: &'a mut dyn Observer,
    take: F,
}

impl<T, X, F: FnMut(T, &mut dyn Observer) -> Result<(), X>> Sink<Made<T, X>, X> for InOrder<'_, T, F> {
    fn take(&mut self, made: Made<T, X>) -> Result<usize, X> {
        let (number, made) = made?;
        self.early.insert(number, made);
        let mut done = 0;
        while let Some(made) = self.early.remove(&self.next) {
            self.next += 1;
            done += 1;
            (self.take)(made, self.observer)?;
        }
        Ok(done)
    }

    fn turn(&mut self, _: bool) -> Result<(), X> {
        self.observer.tick();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
