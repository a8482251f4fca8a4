//! The threads of a run, and the queues between them.
//!
//! ```text
//! market, index ──feeder──► units ──workers──► events ──committer──► files, then rows
//! ```

use std::{
    thread::{self, Scope},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use crate::{
    commit::Committer,
    error::Error,
    event::{Audience, Event},
    feed::Unit,
    work::{Shop, work},
};

/// Events that wait for the committer before workers must: enough to bridge a slow sync.
const EVENTS: usize = 4096;
/// How long the committer lets events gather. If it waited for the next one
/// instead, every picture would wake it, at the cost of two system calls and a
/// switch of threads.
const PAUSE: Duration = Duration::from_millis(2);

/// Feeds, works and commits until all is done; without a committer nothing is written.
pub fn run(
    shop: &Shop<'_>,
    jobs: usize,
    feed: impl FnOnce(&Sender<Unit>, &Sender<Event>) + Send,
    mut committer: Option<&mut Committer<'_>>,
    audience: &mut dyn Audience,
) -> Result<(), Error> {
    // Both queues are short, so whoever is ahead waits and memory stays bounded.
    let (units, work_to_do) = bounded::<Unit>(2 * jobs);
    let (events, happened) = bounded::<Event>(EVENTS);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (units, events) = (work_to_do.clone(), events.clone());
            start(scope, "worker", move || work(shop, &units, &events))?;
        }
        drop(work_to_do);
        start(scope, "feeder", move || feed(&units, &events))?;
        let result = collect(&happened, committer.as_deref_mut(), audience);
        if result.is_err() {
            // Whoever still works stops at the next end, as if interrupted.
            shop.interrupt.set();
            if let Some(committer) = committer {
                committer.abandon(&happened);
            }
        }
        // Whoever still waits to tell something learns that nobody listens.
        drop(happened);
        result
    })
}

/// Starts a thread under a name that profilers and debuggers show.
pub fn start<'scope>(
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
    audience: &mut dyn Audience,
) -> Result<(), Error> {
    loop {
        // All that has gathered comes into one batch, so a slow disk is asked for fewer syncs.
        let mut done = false;
        for _ in 0..EVENTS {
            match happened.try_recv() {
                Ok(event) => take_in(event, committer.as_deref_mut(), audience)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    done = true;
                    break;
                }
            }
        }
        match committer.as_deref_mut() {
            Some(committer) if done => return committer.finish(audience),
            Some(committer) => committer.turn(audience)?,
            None if done => return Ok(()),
            None => {}
        }
        audience.tick();
        thread::sleep(PAUSE);
    }
}

fn take_in(
    event: Event,
    committer: Option<&mut Committer<'_>>,
    audience: &mut dyn Audience,
) -> Result<(), Error> {
    match (event, committer) {
        (Event::Surveyed { number, survey }, _) => audience.surveyed(number, survey),
        (Event::Refused { number, reason }, _) => audience.refused(number, &reason),
        (Event::Counted { number, counts }, _) => audience.counted(number, counts),
        (Event::Broken(error), _) => return Err(error),
        (Event::EndRefused { number, end, reason }, _) => audience.end_refused(number, end, &reason),
        (Event::Unreadable { number, path, reason }, _) => audience.unreadable(number, &path, &reason),
        (Event::Failed { number, path, reason, demotion, found }, committer) => {
            if let Some(committer) = committer {
                committer.demote(demotion);
            }
            audience.failed(number, &path, &reason, found);
        }
        (Event::Found(finding, mark), committer) => {
            if let Some(committer) = committer {
                committer.mark(mark);
            }
            audience.found(finding);
        }
        (Event::Restored { number, mark }, committer) => {
            if let Some(committer) = committer {
                committer.mark(Some(mark));
            }
            audience.counted(number, crate::event::Counts { fine: 1, ..Default::default() });
        }
        (Event::Missing(row), Some(committer)) => committer.miss(row),
        (Event::Adopted(row), Some(committer)) => committer.adopt(row),
        (Event::Staged(staged, demotion), Some(committer)) => {
            committer.demote(demotion);
            committer.stage(staged);
        }
        // Without a committer nothing is to be written, so workers stage nothing.
        (Event::Missing(_) | Event::Adopted(_) | Event::Staged(..), None) => {}
    }
    Ok(())
}
