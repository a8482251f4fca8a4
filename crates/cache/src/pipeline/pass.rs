//! [`Pass`]: one run of the pipeline for `render`, `verify` or `repair`.

use crossbeam_channel::{Receiver, Sender};
use market::{Filter, Market};

use super::{
    Closed, Sink, Units,
    committer::Committer,
    event::{Counts, Event},
    feeder::{Feeder, Job},
    run,
    worker::{Shared, worker},
};
use crate::{Error, index::Reader, recorder::Recorder};

/// What is to be gone through, and how.
pub(crate) struct Pass<'a> {
    /// The number of workers.
    pub jobs: usize,
    /// None if only files are compared with the index.
    pub market: Option<&'a mut Market>,
    /// None if no rows are looked up.
    pub index: Option<Reader>,
    pub filter: &'a Filter,
    /// The clock at the start of the run.
    pub now: i64,
    pub work: Vec<Job>,
    pub shared: Shared<'a>,
}

impl Pass<'_> {
    /// Goes through all of it. Without a committer, nothing is written.
    pub fn run(
        self,
        committer: Option<&mut Committer<'_>>,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), Error> {
        let Self { jobs, market, index, filter, now, work, shared } = self;
        let stop = shared.stop;
        let feed = move |units: &Units, events: &Sender<Event>| {
            let (market, index) = (market.map(|market| &*market), index.as_ref());
            let tell = &|event| events.send(event).map_err(|_| Closed);
            Feeder { market, index, filter, now, stop, units, tell }.feed(work);
        };
        let mut sink = CommitSink { committer, recorder };
        run(jobs, None, stop, feed, || worker(&shared), &mut sink)
    }
}

/// Counts what happens, tells the observer of it, and hands it to the committer, if there is one.
struct CommitSink<'a, 'b, 'c> {
    committer: Option<&'a mut Committer<'b>>,
    recorder: &'a mut Recorder<'c>,
}

impl Sink<Event> for CommitSink<'_, '_, '_> {
    fn take(&mut self, event: Event) -> Result<usize, Error> {
        let Self { committer, recorder } = self;
        match (event, committer) {
            (Event::Surveyed { number, survey }, _) => recorder.surveyed(number, survey),
            (Event::Refused { number, fault }, _) => recorder.refused(number, &fault),
            (Event::Counted { number, counts }, _) => recorder.counted(number, counts),
            (Event::Broken(error), _) => return Err(error),
            (Event::EndRefused { number, end, reason }, _) => recorder.end_refused(number, end, &reason),
            (Event::Unreadable { number, path, reason }, _) => recorder.unreadable(number, &path, &reason),
            (Event::Failed { number, path, reason, demotion, found }, committer) => {
                if let Some(committer) = committer {
                    committer.demotions.extend(demotion);
                }
                recorder.failed(number, &path, &reason, found);
            }
            (Event::Found { number, finding, mark }, committer) => {
                if let Some(committer) = committer {
                    committer.marks.extend(mark);
                }
                recorder.found(number, &finding);
            }
            (Event::Restored { number, mark }, committer) => {
                if let Some(committer) = committer {
                    committer.marks.push(mark);
                }
                recorder.counted(number, Counts { fine: 1, ..Counts::default() });
            }
            (Event::Missing(row), Some(committer)) => committer.missing.push(row),
            (Event::Adopted(row), Some(committer)) => committer.adopted.push(row),
            (Event::Staged(staged, demotion), Some(committer)) => {
                committer.demotions.extend(demotion);
                committer.staged.push_back(staged);
            }
            // Without a committer nothing is to be written, so workers make nothing.
            (Event::Missing(_) | Event::Adopted(_) | Event::Staged(..), None) => {}
        }
        Ok(0)
    }

    fn turn(&mut self, done: bool) -> Result<(), Error> {
        self.recorder.observer.tick();
        match &mut self.committer {
            Some(committer) if done => committer.finish(self.recorder),
            Some(committer) => committer.turn(self.recorder),
            None => Ok(()),
        }
    }

    fn abandon(&mut self, rest: &Receiver<Event>) {
        if let Some(committer) = &mut self.committer {
            committer.abandon(rest);
        }
    }
}
