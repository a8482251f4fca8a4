//! `render`: makes every selected picture that is not there yet or no longer fits its candles.

use std::{io::Write, sync::Arc};

use crate::{
    check::Depth,
    config::Settings,
    console::Console,
    error::Error,
    feed::{Feeder, Job, What},
    geometry,
    index::{self, Reader},
    interrupt::Interrupt,
    market::{Listed, Market},
    pipe,
    report::Report,
    session::{Session, committer},
    store::{Files, Store},
    work::{Shop, Task},
};

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
    let market = Market::of(&base.source)?.interruptible(interrupt);
    let listed = market.series(&base.filter)?;
    let console = Console::new(base.output, stderr);
    let mut report = Report::new(settings, &listed, console);
    expect(&mut report, &market, settings, &listed);

    let jobs = jobs(listed, settings);
    let (mut geometry, mut lost) = (Ok(()), None);
    let task = Task::Render { dry_run: settings.dry_run };
    let feed = |reader: Option<Reader>| {
        move |units: &_, events: &_| {
            let (market, index, filter) = (Some(&market), reader.as_ref(), &base.filter);
            Feeder { market, index, filter, now, interrupt, units, events }.feed(jobs);
        }
    };
    if settings.dry_run {
        let reader = Reader::existing(&index::follow(&base.index)?)?;
        let store = Store::open(&base.root, "", files, interrupt)?;
        let shop = Shop { store: &store, interrupt, task, depth: Depth::Quick };
        pipe::run(&shop, base.jobs, feed(reader), None, &mut report)?;
        lost = store.is_lost();
    } else {
        let Session { lock, index, store } = Session::begin(base, files, interrupt, report.console())?;
        let index_file = index.file().to_owned();
        let reader = index.reader()?;
        let mut committer = committer(index, &store, base);
        let shop = Shop { store: &store, interrupt, task, depth: Depth::Quick };
        pipe::run(&shop, base.jobs, feed(Some(reader)), Some(&mut committer), &mut report)?;
        drop(committer);
        lost = lost.or_else(|| store.is_lost());
        if let Some(file) = settings.geometry.as_deref().filter(|_| !interrupt.is_set()) {
            let written = geometry::write(file, settings, now, &index_file, interrupt, &report);
            geometry = written.map(|pictures| report.geometry(file, pictures));
        }
        lock.release(store.leaves_temporaries());
    }
    let interrupted = interrupt.is_set();
    // The pictures are made and told of, whatever became of the geometry.
    let clean = report.finish(interrupted)?;
    geometry?;
    if let Some(error) = lost {
        return Err(error);
    }
    Ok(match clean {
        _ if interrupted => Ending::Interrupted,
        true => Ending::Done,
        false => Ending::Incomplete,
    })
}

/// What there is to do about each of these series.
pub fn jobs(listed: Vec<Listed>, settings: &Settings) -> Vec<Job> {
    let what = || What::Ends(Arc::clone(&settings.spec));
    listed.into_iter().map(|listed| Job { series: Some(listed.series), what: what() }).collect()
}

fn expect(report: &mut Report, market: &Market, settings: &Settings, listed: &[Listed]) {
    if report.console().has_bar() {
        for (number, listed) in listed.iter().enumerate() {
            if let Ok(series) = &listed.series {
                report.expect(number, market.count(series, &settings.base.filter));
            }
        }
    }
}
