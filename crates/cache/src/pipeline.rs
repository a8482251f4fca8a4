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
pub struct Units<'a> {
    units: Sender<(Ticket, Unit)>,
    /// Both ends of a queue with a permit for each unit that may be sent, if their number is limited.
    permits: Option<(Sender<()>, Receiver<()>)>,
    count: Cell<u64>,
    stop: &'a Stop<'a>,
}

/// A unit's number. If the number of units under way is limited, another unit may be sent once this is dropped.
struct Ticket {
    number: u64,
    permit: Option<Sender<()>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(permit) = &self.permit {
            // There is room for every permit.
            let _ = permit.try_send(());
        }
    }
}

impl<'a> Units<'a> {
    /// Lets `most` units be under way at a time.
    fn new(units: Sender<(Ticket, Unit)>, most: Option<usize>, stop: &'a Stop<'a>) -> Self {
        let permits = most.map(bounded);
        if let Some((give, _)) = &permits {
            while give.try_send(()).is_ok() {}
        }
        Self { units, permits, count: Cell::new(0), stop }
    }

    /// Hands a unit to a worker. Waits while the workers or the sink are behind.
    ///
    /// # Errors
    /// [`Closed`] if the run is ending.
    pub fn send(&self, unit: Unit) -> Result<(), Closed> {
        let mut permit = None;
        if let Some((give, take)) = &self.permits {
            // Permits of units that nobody takes any more do not come back.
            while take.recv_timeout(PAUSE).is_err() {
                if self.stop.is_set() {
                    return Err(Closed);
                }
            }
            permit = Some(give.clone());
        }
        let number = self.count.replace(self.count.get() + 1);
        self.units.send((Ticket { number, permit }, unit)).map_err(|_| Closed)
    }
}

/// Takes in what the threads tell.
trait Sink<E> {
    /// Takes one event in.
    fn take(&mut self, event: E) -> Result<(), Error>;
    /// Is called whenever all events that had gathered are taken in, with `done` when no more will come.
    fn turn(&mut self, done: bool) -> Result<(), Error>;
    /// Is called once the run has failed, with the events that still come in.
    fn abandon(&mut self, _rest: &Receiver<E>) {}
}

/// Feeds, works and takes in until all is done, or something fails.
///
/// Each of `jobs` threads makes a worker of its own, which takes units until there are no more. At most `most`
/// units are under way, if that is given.
fn run<E: Send, W: FnMut(Ticket, Unit, &Sender<E>) -> Result<(), Closed>>(
    jobs: usize,
    most: Option<usize>,
    stop: &Stop<'_>,
    feed: impl FnOnce(&Units<'_>, &Sender<E>) + Send,
    worker: impl Fn() -> W + Sync,
    sink: &mut dyn Sink<E>,
) -> Result<(), Error> {
    let worker = &worker;
    thread::scope(|scope| {
        let _guard = StopOnPanic(stop);
        // Both queues are short, so that whoever is ahead waits and memory stays bounded.
        let (units, waiting) = bounded(2 * jobs);
        let (events, happened) = bounded::<E>(EVENTS);
        for _ in 0..jobs.max(1) {
            let (waiting, events) = (waiting.clone(), events.clone());
            start(scope, "worker", move || {
                let _guard = StopOnPanic(stop);
                let mut work = worker();
                for (ticket, unit) in waiting {
                    if work(ticket, unit, &events).is_err() {
                        return;
                    }
                }
            })?;
        }
        drop(waiting);
        let units = Units::new(units, most, stop);
        start(scope, "feeder", move || {
            let _guard = StopOnPanic(stop);
            feed(&units, &events);
        })?;
        let result = collect(&happened, stop, sink);
        if result.is_err() {
            // The other threads stop at the next end, as if the run were cancelled.
            stop.fail();
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
fn collect<E>(happened: &Receiver<E>, stop: &Stop<'_>, sink: &mut dyn Sink<E>) -> Result<(), Error> {
    loop {
        // All events that have gathered come into one batch, so that a slow disk is asked for fewer syncs.
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => sink.take(event)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return sink.turn(true),
            }
        }
        sink.turn(false)?;
        if stop.failed.load(Ordering::Relaxed) {
            // A thread has panicked. The scope of the threads passes the panic on.
            return Err(Error::Cancelled);
        }
        thread::sleep(PAUSE);
    }
}

/// What came of a unit, or why the run cannot go on.
type Made<T> = Result<(Ticket, T), Error>;

/// Runs `jobs` threads, and hands what each unit makes to `take` in the order of the units.
///
/// `feed` sends units until there are no more; each thread makes a worker of its own with `worker`. Only as many
/// units are under way at a time as keep the threads busy, so that memory stays bounded.
///
/// # Errors
/// The first error of the feeder, of a worker or of `take`. It ends the run.
pub fn run_in_order<T: Send, W: FnMut(&Unit) -> Result<T, Error>>(
    jobs: usize,
    stop: &Stop<'_>,
    observer: &mut dyn Observer,
    feed: impl FnOnce(&Units<'_>) -> Result<(), Error> + Send,
    worker: impl Fn() -> W + Sync,
    take: impl FnMut(T, &mut dyn Observer) -> Result<(), Error>,
) -> Result<(), Error> {
    let feed = |units: &Units<'_>, events: &Sender<Made<T>>| {
        if let Err(error) = feed(units) {
            // If nobody listens any more, the run is ending with an error of its own.
            let _ = events.send(Err(error));
        }
    };
    let worker = || {
        let mut work = worker();
        move |ticket, unit: Unit, events: &Sender<Made<T>>| {
            events.send(work(&unit).map(|made| (ticket, made))).map_err(|_| Closed)
        }
    };
    let mut sink = InOrder { early: BTreeMap::new(), next: 0, observer, take };
    run(jobs, Some(UNITS_PER_WORKER * jobs.max(1)), stop, feed, worker, &mut sink)
}

/// Puts what the units make into their order.
struct InOrder<'a, T, F> {
    /// What came before its turn, by the unit's number.
    early: BTreeMap<u64, (Ticket, T)>,
    next: u64,
    observer: &'a mut dyn Observer,
    take: F,
}

impl<T, F: FnMut(T, &mut dyn Observer) -> Result<(), Error>> Sink<Made<T>> for InOrder<'_, T, F> {
    fn take(&mut self, made: Made<T>) -> Result<(), Error> {
        let (ticket, made) = made?;
        self.early.insert(ticket.number, (ticket, made));
        while let Some((_ticket, made)) = self.early.remove(&self.next) {
            self.next += 1;
            (self.take)(made, self.observer)?;
        }
        Ok(())
    }

    fn turn(&mut self, _: bool) -> Result<(), Error> {
        self.observer.tick();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
