//! [`run`] and [`run_in_order`]: the threads of a run, and the queues between them.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Scope},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::Unit;
use crate::{Error, Observer};

/// How long the sink lets events gather. If it waited for each single one instead, every picture would wake it,
/// at the cost of two system calls and a switch of threads.
pub const PAUSE: Duration = Duration::from_millis(2);
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
        self.cancel.load(Ordering::Relaxed) || self.has_failed()
    }

    /// The caller's flag.
    #[must_use]
    pub fn cancel(&self) -> &'a AtomicBool {
        self.cancel
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn fail(&self) {
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

/// Hands a unit to a worker. Waits while the workers or the sink are behind. Fails with [`Error::Cancelled`] if nobody
/// takes units any more, because the run is ending.
pub type Units<'a> = dyn Fn(Unit) -> Result<(), Error> + 'a;

/// Runs a feeder and `jobs` workers in threads of their own, and a sink in this one, until all is done or the sink
/// fails.
///
/// Each of the threads makes a worker of its own, which takes units until there are no more. At most `most` events
/// wait for the sink.
pub fn run<U: Send, E: Send, X: From<Error>, W: FnMut(U, &Sender<E>) -> Result<(), Error>>(
    jobs: usize,
    most: usize,
    stop: &Stop<'_>,
    feed: impl FnOnce(&Sender<U>, &Sender<E>) + Send,
    worker: impl Fn() -> W + Sync,
    sink: impl FnOnce(&Receiver<E>) -> Result<(), X>,
) -> Result<(), X> {
    let worker = &worker;
    thread::scope(|scope| {
        // Both queues are short, so that whoever is ahead waits and memory stays bounded. All receivers of this
        // thread go when it fails or panics, so that nobody waits for it.
        let (units, waiting) = bounded(2 * jobs);
        let (events, happened) = bounded(most);
        for _ in 0..jobs.max(1) {
            let (waiting, events) = (waiting.clone(), events.clone());
            start(scope, "worker", move || {
                let _guard = StopOnPanic(stop);
                let mut work = worker();
                for unit in waiting {
                    if work(unit, &events).is_err() {
                        return;
                    }
                }
            })?;
        }
        drop(waiting);
        start(scope, "feeder", move || {
            let _guard = StopOnPanic(stop);
            feed(&units, &events);
        })?;
        // If it fails, the other threads stop at the next end, as if the run were cancelled.
        sink(&happened).inspect_err(|_| stop.fail())
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
    feed: impl FnOnce(&Units<'_>) -> Result<(), X> + Send,
    worker: impl Fn() -> W + Sync,
    mut take: impl FnMut(T, &mut dyn Observer) -> Result<(), X>,
) -> Result<(), X> {
    // The sink gets a receiver for what each unit will make, in the order of the units. It holds one of them.
    let most = UNITS_PER_WORKER * jobs.max(1) - 1;
    let feed = |units: &Sender<(Unit, Sender<Result<T, X>>)>, coming: &Sender<Receiver<Result<T, X>>>| {
        let send = |unit| {
            let (made, receiver) = bounded(1);
            coming.send(receiver).map_err(|_| Error::Cancelled)?;
            units.send((unit, made)).map_err(|_| Error::Cancelled)
        };
        if let Err(error) = feed(&send) {
            let (made, receiver) = bounded(1);
            // If nobody listens any more, the run is ending with an error of its own.
            let _ = made.send(Err(error)).is_ok() && coming.send(receiver).is_ok();
        }
    };
    let worker = || {
        let mut work = worker();
        move |(unit, made): (Unit, Sender<_>), _: &Sender<_>| {
            made.send(work(&unit)).map_err(|_| Error::Cancelled)
        }
    };
    run(jobs, most, stop, feed, worker, |coming| {
        while let Some(made) = wait(coming, observer) {
            // If nothing comes, a thread has panicked. The scope of the threads passes the panic on.
            take(wait(&made, observer).unwrap_or_else(|| Err(Error::Cancelled.into()))?, observer)?;
        }
        Ok(())
    })
}

/// Waits for what comes next, and ticks meanwhile. Returns `None` if nothing comes any more.
fn wait<T>(from: &Receiver<T>, observer: &mut dyn Observer) -> Option<T> {
    loop {
        observer.tick();
        match from.recv_timeout(PAUSE) {
            Ok(next) => return Some(next),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

#[cfg(test)]
mod tests;
