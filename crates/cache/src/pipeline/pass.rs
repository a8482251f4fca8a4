//! [`Pass`]: one run of the pipeline for `render`, `verify` or `repair`.

use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError};
use market::{Filter, Market};

use super::{
    Committer, Event, Feeder, Job, Shared, Stop,
    threads::{PAUSE, run},
    worker::worker,
};
use crate::{Error, OwnSources, Reader};

/// Events that wait for the sink before workers must wait: enough to bridge a slow sync.
const EVENTS: usize = 4096;

/// What is to be gone through, and how.
pub(crate) struct Pass<'a> {
    /// The number of workers.
    pub jobs: usize,
    /// None if only files are compared with the index.
    pub market: Option<&'a mut Market>,
    /// None if no rows are looked up.
    pub index: Option<Reader>,
    /// What windows get besides candles.
    pub own: Option<&'a OwnSources>,
    pub filter: &'a Filter,
    /// The clock at the start of the run.
    pub now: i64,
    pub work: Vec<Job>,
    pub shared: Shared<'a>,
}

impl Pass<'_> {
    /// Goes through all of it.
    pub fn run(self, committer: &mut Committer<'_>) -> Result<(), Error> {
        let Self { jobs, market, index, own, filter, now, work, shared } = self;
        let stop = shared.stop;
        let feed = move |units: &Sender<_>, events: &Sender<Event>| {
            let (market, index) = (market.map(|market| &*market), index.as_ref());
            let units = &|unit| units.send(unit).map_err(|_| Error::Cancelled);
            let tell = &|event| events.send(event).map_err(|_| Error::Cancelled);
            Feeder { market, index, own, filter, now, stop, units, tell }.feed(work);
        };
        run(
            jobs,
            EVENTS,
            stop,
            feed,
            || worker(&shared),
            |happened| {
                collect(happened, committer, stop).inspect_err(|_| {
                    // The other threads stop at the next end, as if the run were cancelled.
                    stop.fail();
                    committer.abandon(happened);
                })
            },
        )
    }
}

/// Takes in what the threads tell, until all of them are done.
fn collect(happened: &Receiver<Event>, committer: &mut Committer<'_>, stop: &Stop<'_>) -> Result<(), Error> {
    loop {
        // All events that have gathered come into one batch, so that a slow disk is asked for fewer syncs.
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => committer.take(event)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return committer.finish(),
            }
        }
        committer.turn()?;
        if stop.has_failed() {
            // A thread has panicked. The scope of the threads passes the panic on.
            return Err(Error::Cancelled);
        }
        thread::sleep(PAUSE);
    }
}
