//! The threads of a run, and the queues between them.
//!
//! ```text
//! market, index ──feeder──► units ──workers──► events ──sink──► files, then rows
//! ```
//!
//! [`run`] serves `render`, `verify` and `repair`, whose sink is the committer. [`run_in_order`] serves
//! data sets and geometry, which are written in the order of the candles.

pub mod committer;
pub mod event;
pub mod feeder;
pub mod worker;

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Scope},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, never};

use crate::{Error, Observer};
use feeder::Unit;

/// Events that wait for the sink before workers must: enough to bridge a slow sync.
const EVENTS: usize = 4096;
/// How long the sink lets events gather. If it waited for the next one instead, every picture
/// would wake it, at the cost of two system calls and a switch of threads.
const PAUSE: Duration = Duration::from_millis(2);

/// Whether the threads of a run are to end: the caller wants it, or the run has failed.
pub struct Stop<'a> {
    cancel: &'a AtomicBool,
    failed: AtomicBool,
}

impl<'a> Stop<'a> {
    /// Follows the caller's flag.
    pub fn new(cancel: &'a AtomicBool) -> Self {
        Self { cancel, failed: AtomicBool::new(false) }
    }

    /// Whether the threads are to end.
    pub fn is_set(&self) -> bool {
        self.cancel.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    /// The caller's flag.
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }
}

/// Nobody takes any more: the run is ending.
#[derive(Debug)]
pub struct Closed;

/// Where the feeder puts units.
pub struct Units {
    units: Sender<(u64, Unit)>,
    /// One for each unit that is under way, where they are bounded.
    permit: Option<Sender<()>>,
    count: Cell<u64>,
}

impl Units {
    /// Hands a unit to a worker; waits where workers or the sink are behind.
    ///
    /// # Errors
    /// [`Closed`] where the run is ending.
    pub fn send(&self, unit: Unit) -> Result<(), Closed> {
        if let Some(permit) = &self.permit {
            permit.send(()).map_err(|_| Closed)?;
        }
        let number = self.count.get();
        self.count.set(number + 1);
        self.units.send((number, unit)).map_err(|_| Closed)
    }
}

/// Takes in what the threads tell, on the thread that started them. An `X` ends the run.
pub trait Sink<E, X = Error> {
    /// Takes one event in.
    fn take(&mut self, event: E) -> Result<(), X>;
    /// Is called whenever all events that had gathered are taken in; `done` once no more come.
    fn turn(&mut self, done: bool) -> Result<(), X>;
    /// Is called instead once the run has failed, with what still comes in.
    fn abandon(&mut self, _rest: &Receiver<E>) {}
}

/// Feeds, works and takes in until all is done.
///
/// Each of `jobs` threads makes a worker of its own, which takes units until there are no more.
pub fn run<E: Send, W: FnMut(u64, Unit, &Sender<E>) -> Result<(), Closed>>(
    jobs: usize,
    stop: &Stop<'_>,
    feed: impl FnOnce(&Units, &Sender<E>) + Send,
    worker: impl Fn() -> W + Sync,
    sink: &mut dyn Sink<E>,
) -> Result<(), Error> {
    run_bounded(jobs, stop, None, feed, worker, sink)
}

fn run_bounded<E: Send, X: From<Error>, W: FnMut(u64, Unit, &Sender<E>) -> Result<(), Closed>>(
    jobs: usize,
    stop: &Stop<'_>,
    permit: Option<Sender<()>>,
    feed: impl FnOnce(&Units, &Sender<E>) + Send,
    worker: impl Fn() -> W + Sync,
    sink: &mut dyn Sink<E, X>,
) -> Result<(), X> {
    let worker = &worker;
    thread::scope(|scope| {
        // Both queues are short, so whoever is ahead waits and memory stays bounded.
        let (units, waiting) = bounded(2 * jobs);
        let (events, happened) = bounded::<E>(EVENTS);
        let units = Units { units, permit, count: Cell::new(0) };
        for _ in 0..jobs {
            let (waiting, events) = (waiting.clone(), events.clone());
            start(scope, "worker", move || {
                let mut work = worker();
                for (number, unit) in waiting {
                    if work(number, unit, &events).is_err() {
                        return;
                    }
                }
            })?;
        }
        drop(waiting);
        start(scope, "feeder", move || feed(&units, &events))?;
        let result = collect(&happened, sink);
        if result.is_err() {
            // Whoever still works stops at the next end, as if cancelled.
            stop.failed.store(true, Ordering::Relaxed);
            sink.abandon(&happened);
        }
        // Whoever still waits to tell something learns that nobody listens.
        drop(happened);
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
fn collect<E, X>(happened: &Receiver<E>, sink: &mut dyn Sink<E, X>) -> Result<(), X> {
    loop {
        // All that has gathered comes into one batch, so a slow disk is asked for fewer syncs.
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => sink.take(event)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return sink.turn(true),
            }
        }
        sink.turn(false)?;
        thread::sleep(PAUSE);
    }
}

/// What came of a unit, or why the run cannot go on.
type Made<T, X> = (u64, Result<T, X>);

/// As [`run`], but hands what each unit makes to `take` in the order of the units.
///
/// As many units are under way at a time as keep the threads busy, so memory stays bounded. An
/// error of the feeder, of a unit or of `take` ends the run.
///
/// # Errors
/// That error, or [`Error::Thread`].
pub fn run_in_order<T: Send, X: From<Error> + Send, W: FnMut(&Unit) -> Result<T, X>>(
    jobs: usize,
    stop: &Stop<'_>,
    observer: &mut dyn Observer,
    feed: impl FnOnce(&Units) -> Result<(), X> + Send,
    worker: impl Fn() -> W + Sync,
    take: impl FnMut(T, &mut dyn Observer) -> Result<(), X>,
) -> Result<(), X> {
    let (permit, permits) = bounded(3 * jobs);
    let feed = |units: &Units, events: &Sender<Made<T, X>>| {
        if let Err(error) = feed(units) {
            // If nobody listens any more, the run is ending with an error of its own.
            let _ = events.send((0, Err(error)));
        }
    };
    let worker = || {
        let mut work = worker();
        move |number, unit: Unit, events: &Sender<Made<T, X>>| {
            events.send((number, work(&unit))).map_err(|_| Closed)
        }
    };
    let mut sink = InOrder { early: BTreeMap::new(), next: 0, permits, observer, take };
    run_bounded(jobs, stop, Some(permit), feed, worker, &mut sink)
}

/// Puts what units make into their order.
struct InOrder<'a, T, F> {
    early: BTreeMap<u64, T>,
    next: u64,
    permits: Receiver<()>,
    observer: &'a mut dyn Observer,
    take: F,
}

impl<T, X, F: FnMut(T, &mut dyn Observer) -> Result<(), X>> Sink<Made<T, X>, X> for InOrder<'_, T, F> {
    fn take(&mut self, (number, made): Made<T, X>) -> Result<(), X> {
        self.early.insert(number, made?);
        while let Some(made) = self.early.remove(&self.next) {
            self.next += 1;
            (self.take)(made, self.observer)?;
            // The feeder has given it before it sent the unit.
            let _ = self.permits.recv();
        }
        Ok(())
    }

    fn turn(&mut self, _: bool) -> Result<(), X> {
        self.observer.tick();
        Ok(())
    }

    fn abandon(&mut self, _: &Receiver<Made<T, X>>) {
        // A feeder that waits for a permit learns that none comes.
        self.permits = never();
    }
}
