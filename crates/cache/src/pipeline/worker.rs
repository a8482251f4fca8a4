//! What workers do with units: judge each end, and render what is to be rendered.

mod case;

use std::{
    io::{self, Read},
    sync::Arc,
};

use crossbeam_channel::Sender;
use render_core::{Digest, InputDigests, Renderer, embedded_input};
use store::{LookupCache, Replaces, Store};

use super::{Counts, Event, Stop, Unit};
use crate::{
    Checker, Depth, Error, Finding, Group, Kind, Known, Mark, Picture, Row, Status, Today, Verdict,
    check::{ABSENT, CHANGED},
    finding::allowed,
};
use case::{Case, largest};

pub use case::{missing, window};

/// What is done about an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Makes what is not up to date, and leaves out what spans more missing candles than are allowed, if a number is.
    Render { dry_run: bool, max_gap: Option<u64> },
    /// Tells what is wrong.
    Verify,
    /// Makes again what is wrong.
    Repair,
    /// Enters the pictures that are there into an index that is made again.
    Adopt,
}

/// What all workers share.
pub(crate) struct Shared<'a> {
    pub store: &'a dyn Store,
    pub stop: &'a Stop<'a>,
    pub task: Task,
    pub depth: Depth,
}

/// What one thread has for itself.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    renderer: Renderer,
    checker: Checker<'a>,
    cache: LookupCache,
}

/// Makes a worker for the pipeline.
pub(super) fn worker<'a>(
    shared: &'a Shared<'a>,
) -> impl FnMut(Unit, &Sender<Event>) -> Result<(), Error> + use<'a> {
    let checker = Checker::new(shared.store, shared.depth);
    let mut worker = Worker { shared, renderer: Renderer::new(), checker, cache: LookupCache::default() };
    move |unit, events| worker.do_unit(&unit, events)
}

impl Worker<'_> {
    fn do_unit(&mut self, unit: &Unit, events: &Sender<Event>) -> Result<(), Error> {
        let mut counts = Counts::default();
        if self.shared.store.is_remote() {
            self.look_ahead(unit);
        }
        let digests = digests(unit);
        for (end, known) in unit.rows() {
            if self.shared.stop.is_set() {
                break;
            }
            let max_gap = match self.shared.task {
                Task::Render { max_gap, .. } => max_gap,
                Task::Verify | Task::Repair => known.and_then(allowed_by),
                Task::Adopt => None,
            };
            let case = Case::new(unit, digests.as_ref(), *end, known, max_gap);
            if let Err(error) = case.check_own() {
                // If nobody listens any more, the run is ending with an error of its own.
                let _ = events.send(Event::Broken(error));
                return Err(Error::Cancelled);
            }
            let event = match self.shared.task {
                Task::Render { dry_run, .. } => self.render(&case, dry_run, &mut counts),
                Task::Verify | Task::Repair => self.audit(&case, &mut counts),
                Task::Adopt => self.adopt(&case),
            };
            if let Some(event) = event {
                events.send(event).map_err(|_| Error::Cancelled)?;
            }
        }
        if counts == Counts::default() {
            return Ok(());
        }
        events.send(Event::Counted { number: unit.number, counts }).map_err(|_| Error::Cancelled)
    }

    /// Tells a store that is far away what the unit's ends will ask, so that they need not wait for each answer in turn.
    fn look_ahead(&mut self, unit: &Unit) {
        let store = self.shared.store;
        match self.shared.task {
            Task::Render { .. } => {
                let ok = unit.known.iter().filter(|row| row.status == Status::Ok);
                store.will_look(&mut ok.filter_map(|row| unit.path(row.end)?.ok()));
            }
            Task::Verify | Task::Repair => self.checker.will_judge(&unit.known),
            Task::Adopt => {
                let digests = digests(unit);
                let cases = unit.ends.iter().map(|end| Case::new(unit, digests.as_ref(), *end, None, None));
                let file = |case: Case<'_>| Some((case.path()?.ok()?, largest(case.picture.as_ref()?.1)));
                store.will_open(cases.filter_map(file).collect(), &mut self.cache);
            }
        }
    }

    /// Makes the picture, unless it is there and up to date.
    fn render(&mut self, case: &Case<'_>, dry_run: bool, counts: &mut Counts) -> Option<Event> {
        let path = match case.path()? {
            Ok(path) => path,
            Err(error) => {
                let (number, end, reason) = (case.unit.number, case.end, error.to_string());
                return Some(Event::EndRefused { number, end, reason });
            }
        };
        counts.across_gaps += u64::from(case.missing > 0 && case.picture.is_some());
        match (&case.today, case.known) {
            (Today::Unable(reason), known) => {
                let is_known = known.is_some_and(|row| {
                    row.status == Status::Missing && row.reason.as_deref() == Some(reason.as_str())
                });
                if is_known || dry_run {
                    counts.missing += 1;
                    return None;
                }
                miss(case, path, reason.clone(), None)
            }
            (Today::Input(input), Some(row)) if row.status == Status::Ok => {
                let is_of_today = row.input.as_ref() == Some(input);
                let fault = match is_of_today.then(|| self.checker.look(&path, row)) {
                    None => Ok(Some((Status::Stale, CHANGED.into()))),
                    // Where no server is asked, whoever cannot look at a file cannot vouch for it either.
                    Some(Err(error))
                        if !self.shared.store.is_remote() || error.kind() == io::ErrorKind::NotFound =>
                    {
                        Ok(Some((Status::Corrupt, ABSENT.into())))
                    }
                    Some(looked) => looked.map(|it| Some((Status::Corrupt, it.err()?))),
                };
                match fault {
                    Err(error) => return failed(case, path, format!("cannot be looked at: {error}")),
                    Ok(None) => counts.fine += 1,
                    Ok(Some(_)) if dry_run => counts.forecast += 1,
                    Ok(Some((status, reason))) => {
                        let mark = case.mark(status, Some(reason));
                        return self.make(case, path, Some(mark), None);
                    }
                }
                None
            }
            _ if dry_run => {
                counts.forecast += 1;
                None
            }
            _ => self.make(case, path, None, None),
        }
    }

    /// Judges a row, and mends what is wrong where that is the task.
    fn audit(&mut self, case: &Case<'_>, counts: &mut Counts) -> Option<Event> {
        let row = case.known?;
        if row.status == Status::Missing && case.is_unexpected {
            counts.gone += 1;
            return None;
        }
        let Self { checker, renderer, .. } = self;
        let render = || {
            let (window, spec, input) = case.picture.as_ref()?;
            Some(renderer.render_input(window, spec, input).digest())
        };
        let verdict = checker.judge(&case.unit.group, row, &case.today, render);
        let number = case.unit.number;
        let path = row.path.clone().or_else(|| case.path()?.ok()).unwrap_or_default();
        let (status, reason) = match verdict {
            Verdict::Fine => {
                counts.fine += 1;
                return (row.status != Status::Ok).then(|| Event::Restored(case.mark(Status::Ok, None)));
            }
            Verdict::NotGiven => {
                counts.not_given += 1;
                return None;
            }
            Verdict::Unreadable(reason) => return failed(case, path, reason),
            // The unit knows more of what may have changed.
            Verdict::Bad(Status::Stale, reason) if reason == CHANGED => {
                (Status::Stale, case.unit.changed.clone())
            }
            Verdict::Bad(status, reason) => (status, reason),
        };
        let kind = match status {
            Status::Missing => Kind::Missing,
            Status::Corrupt => Kind::Corrupt,
            Status::Stale | Status::Ok => Kind::Stale,
        };
        // A picture that the source cannot make any more can still be entered as missing.
        let mendable = match case.today {
            Today::Input(_) => true,
            Today::Unable(_) => kind != Kind::Missing,
            Today::Unknown(_) | Today::NotGiven(_) | Today::NotAsked => false,
        };
        let needs = match &case.today {
            Today::NotGiven(parts) if kind != Kind::Missing => parts.to_vec(),
            _ => Vec::new(),
        };
        let Group { symbol, interval, .. } = &*case.unit.group;
        let (symbol, interval) = (symbol.clone(), interval.clone());
        let (end, told) = (case.end, reason.to_string());
        let found = Finding { kind, symbol, interval, path, end, reason: told, mendable, needs };
        let mark = case.mark(status, Some(reason));
        // A database that does not hold these candles, named by mistake perhaps, proves nothing.
        let is_hidden = kind == Kind::Stale && matches!(case.today, Today::Unknown(_));
        let is_known = is_hidden || (row.status == status && row.reason.as_deref() == mark.reason.as_deref());
        match case.path() {
            Some(Ok(path)) if mendable && self.shared.task == Task::Repair => match &case.today {
                Today::Unable(reason) => miss(case, path, reason.clone(), Some(found)),
                _ => self.make(case, path, Some(mark).filter(|_| row.status == Status::Ok), Some(found)),
            },
            _ => Some(Event::Found { number, finding: found, mark: Some(mark).filter(|_| !is_known) }),
        }
    }

    /// Enters a picture as it is, if it is intact and names today's candles as its input.
    fn adopt(&mut self, case: &Case<'_>) -> Option<Event> {
        let ((_, spec, input), path) = (case.picture.as_ref()?, case.path()?.ok()?);
        let most = largest(spec);
        let mut bytes = Vec::new();
        let read = self.shared.store.open_picture(&path, &mut self.cache).and_then(|(file, size)| {
            // What is far too large is not read at all.
            if size <= most { file.take(most).read_to_end(&mut bytes) } else { Ok(0) }
        });
        let picture = match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Ok(_) if embedded_input(&bytes) == Some(*input) => {
                Some(Picture { sha256: Digest::of(&bytes), input: *input, size: bytes.len() as u64 })
            }
            // If it were entered as damaged, it would be replaced.
            Ok(_) if self.shared.store.ownership().may_be_foreign(&bytes) => return None,
            // A picture that the server does not give may be as it should be.
            Err(error) if self.shared.store.is_remote() => return failed(case, path, error.to_string()),
            Ok(_) | Err(_) => None,
        };
        let mark = match picture {
            Some(_) => case.mark(Status::Ok, None),
            None => case.mark(Status::Corrupt, Some("not what today's candles make, or damaged".into())),
        };
        let (number, spec) = (case.unit.number, Arc::clone(spec));
        Some(Event::Row(Row { mark, number, spec, path, picture, found: None }))
    }

    /// Renders a picture and hands it to the store.
    fn make(
        &mut self,
        case: &Case<'_>,
        path: String,
        demotion: Option<Mark>,
        found: Option<Finding>,
    ) -> Option<Event> {
        let (window, spec, input) = case.picture.as_ref()?;
        let store = self.shared.store;
        let over = match case.known {
            // Its row tells of another tool's file, or of none.
            Some(row) if row.is_foreign || row.status == Status::Missing => Replaces::Nothing,
            None => Replaces::Nothing,
            Some(_) if demotion.is_some() => Replaces::Trusted,
            Some(_) => Replaces::Doubtful,
        };
        // The folder comes first, so that an unwritable root costs no rendering.
        let staged = store.create_folder(&path, &mut self.cache).and_then(|()| {
            let png = self.renderer.render_input(window, spec, input);
            let picture = Picture { sha256: png.digest(), input: *input, size: png.as_bytes().len() as u64 };
            Ok((store.stage(&path, png.into_bytes(), over, &mut self.cache)?, picture))
        });
        let number = case.unit.number;
        Some(match staged {
            Ok((pending, picture)) => {
                let (mark, spec) = (case.mark(Status::Ok, None), Arc::clone(spec));
                let row = Row { mark, number, spec, path, picture: Some(picture), found };
                Event::Staged { row, pending, demotion }
            }
            Err(error) => Event::Failed { number, path, reason: error.to_string(), demotion, found },
        })
    }
}

/// The digests of a unit's candles; `None` where it is not known what they are of.
fn digests(unit: &Unit) -> Option<InputDigests<'_>> {
    let (series, _) = unit.subject.as_ref().ok()?;
    Some(InputDigests::new(&unit.candles, series.interval.ms()))
}

/// How many missing candles the run allowed that left a picture out for them.
fn allowed_by(row: &Known) -> Option<u64> {
    allowed(row.reason.as_deref().filter(|_| row.status == Status::Missing)?)
}

/// The row of a picture that the source cannot make.
fn miss(case: &Case<'_>, path: String, reason: String, found: Option<Finding>) -> Option<Event> {
    let (_, spec) = case.unit.subject.as_ref().ok()?;
    let mark = case.mark(Status::Missing, Some(reason.into()));
    let (number, spec) = (case.unit.number, Arc::clone(spec));
    Some(Event::Row(Row { mark, number, spec, path, picture: None, found }))
}

fn failed(case: &Case<'_>, path: String, reason: String) -> Option<Event> {
    Some(Event::Failed { number: case.unit.number, path, reason, demotion: None, found: None })
}
