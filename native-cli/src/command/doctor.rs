//! `doctor`: looks at all that a run needs, and says what to do about what is not well.

use std::{
    env::consts::{ARCH, OS},
    path::Path,
    thread,
};

use cache::{IndexFault, SpecFilter};
use market::{DatabaseError, Filter, Source};
use render_core::{Check, STYLE_VERSION};
use store::{FileSystem, Root};

use super::Ending;
use crate::{
    config::Base,
    console::Console,
    error::Error,
    print::{
        bytes,
        doctor::{Finding, print},
    },
};

/// Less room than this is worth a word: some ten thousand pictures.
const LITTLE_ROOM: u64 = 1 << 30;

/// Looks at everything, and prints what was found. `config` is the configuration file, where there is one.
pub fn run(base: &Base, config: Option<&Path>) -> Result<Ending, Error> {
    let mut console = Console::new(base.output);
    let mut findings =
        vec![program(), pictures(), Finding::ok("sqlite", format!("SQLite {}", rusqlite::version()))];
    findings.push(Finding::ok(
        "config",
        match config {
            Some(file) => format!("{} is read", file.display()),
            None => "no configuration file".to_owned(),
        },
    ));
    findings.push(market(base));
    match base.cache() {
        Ok(cache) => {
            findings.extend(index(base, &cache));
            findings.extend(root(&cache.root));
        }
        Err(error) => findings.push(Finding::of_error("index", &error.into())),
    }
    let is_well = print(&mut console, &findings);
    console.finish()?;
    Ok(if is_well { Ending::Done } else { Ending::Incomplete })
}

fn program() -> Finding {
    let all = [
        ("serve", cfg!(feature = "serve")),
        ("object-store", cfg!(feature = "object-store")),
        ("parquet", cfg!(feature = "parquet")),
        ("excel", cfg!(feature = "excel")),
        ("show", cfg!(feature = "show")),
    ];
    let names = |is_built| {
        let names: Vec<&str> =
            all.iter().filter(|(_, built)| *built == is_built).map(|(name, _)| *name).collect();
        names.join(",")
    };
    let (built, absent) = (names(true), names(false));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let what = format!(
        "image-cache {}, style version {STYLE_VERSION}, {ARCH}, {OS}, {threads} threads, features: {}",
        env!("CARGO_PKG_VERSION"),
        if built.is_empty() { "none" } else { &built },
    );
    if cfg!(debug_assertions) {
        let advice = "it is built for tests and slow; build it with `cargo build --release`";
        return Finding::note("program", what, advice);
    }
    let mut finding = Finding::ok("program", what);
    if !absent.is_empty() {
        finding.advice = Some(format!("`cargo build --release --features {absent}` would add the rest"));
    }
    finding
}

fn pictures() -> Finding {
    let checks: Vec<Check> = render_core::selftest().collect();
    let same = checks.iter().filter(|check| check.is_same()).count();
    let what = format!("{same} of {} built-in pictures are the same, files and pixels", checks.len());
    if same == checks.len() {
        return Finding::ok("pictures", what);
    }
    let advice = "this machine does not render the bytes that others do; please report what `image-cache selftest` says";
    Finding::problem("pictures", what, advice)
}

fn market(base: &Base) -> Finding {
    let open = || -> Result<(usize, usize), market::Error> {
        let listed = base.market(&Default::default())?.series(&Filter::default())?;
        Ok((listed.len(), listed.iter().filter(|listed| listed.series.is_err()).count()))
    };
    let name = match &base.source {
        Source::Sample => "the built-in sample".to_owned(),
        Source::Database(file) => file.display().to_string(),
    };
    match open() {
        Ok((all, 0)) => Finding::ok("market", format!("{name}: {all} series")),
        Ok((all, refused)) => Finding::note(
            "market",
            format!("{name}: {all} series, of which {refused} cannot be used"),
            "`image-cache plan` says why",
        ),
        Err(market::Error::Database { source: DatabaseError::Absent, .. }) => Finding::note(
            "market",
            format!("{name} is not there"),
            "name yours by --db, make one with `image-cache import`, or try --sample",
        ),
        Err(error) => Finding::of_error("market", &error.into()),
    }
}

/// What the index holds, who writes to it, and the file system that it is on.
fn index(base: &Base, cache: &cache::PictureCache<'_>) -> Vec<Finding> {
    let name = base.index.display();
    let holds =
        cache.must_exist().and_then(|()| cache.status(None, &Filter::default(), &SpecFilter::default()));
    let holds = match holds {
        Ok(summary) => match summary.in_use_by {
            Some(holder) => Finding::note(
                "index",
                format!("{name}: another image-cache writes to it ({holder})"),
                "wait until it is done; verify --no-record and status can be run meanwhile",
            ),
            None => {
                let counts = summary.total.counts;
                let what =
                    format!("{name}: {} entries, {} of them ok; nobody writes to it", counts.all, counts.ok);
                match counts.corrupt + counts.stale {
                    0 => Finding::ok("index", what),
                    unclean => {
                        let what = format!("{what}; {unclean} corrupt or stale");
                        Finding::note("index", what, "`image-cache repair` renders them again")
                    }
                }
            }
        },
        Err(cache::Error::Index { fault: IndexFault::Absent, .. }) => {
            Finding::ok("index", format!("{name} is not there yet; the first render makes it"))
        }
        Err(error) => Finding::of_error("index", &error.into()),
    };
    let mut findings = vec![holds];
    match cache.writable() {
        Ok(file) => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            findings.extend(file_system(Of::Index, folder.unwrap_or(Path::new("."))));
        }
        Err(error) => findings.push(Finding::of_error("index", &error.into())),
    }
    findings
}

/// The file system of the pictures.
fn root(root: &Root) -> Vec<Finding> {
    match root.folder() {
        Some(folder) => file_system(Of::Root, folder),
        None => {
            let what = format!("{root} was not asked");
            vec![Finding::note("root", what, "`image-cache render --dry-run` asks it")]
        }
    }
}

/// Whose file system is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Index,
    Root,
}

/// What a folder's file system is, and each thing that it cannot do.
fn file_system(of: Of, folder: &Path) -> Vec<Finding> {
    let name = if of == Of::Index { "index" } else { "root" };
    let known = match FileSystem::of(folder) {
        Ok(known) => known,
        Err(error) => {
            let what = format!("{} cannot be used: {error}", folder.display());
            return vec![Finding::problem(name, what, &format!("choose another folder by --{name}"))];
        }
    };
    let place = known.folder.display();
    let kind = known.kind.as_deref().unwrap_or("unknown");
    let free = known.free.map_or_else(String::new, |free| format!(", {} free", bytes(free)));
    let is_network = if known.is_network() { ", on another machine" } else { "" };
    let what = format!("{place}: file system {kind}{is_network}{free}");
    if let Err(error) = &known.write {
        let what = format!("{what}; no file can be written: {error}");
        let advice = format!("let this user write there, make room, or choose another folder by --{name}");
        return vec![Finding::problem(name, what, &advice)];
    }
    let mut findings = vec![match known.free {
        _ if known.is_memory() => {
            Finding::note(name, what, "its files are in memory, and gone when this machine starts again")
        }
        Some(free) if free < LITTLE_ROOM => Finding::note(
            name,
            what,
            "a picture takes some 30 KB at the default size; make room, or choose another disk",
        ),
        _ => Finding::ok(name, what),
    }];
    match (of, &known.lock, &known.sync) {
        (Of::Index, Some(Err(error)), _) => findings.push(Finding::problem(
            name,
            format!("{place}: no file can be locked: {error}"),
            "choose an --index on a file system with locks; two runs could write to one index otherwise",
        )),
        (Of::Index, ..) if known.is_network() => findings.push(Finding::problem(
            name,
            format!("{place}: SQLite's locks cannot be relied on when files are on another machine"),
            "choose an --index on a disk of this machine; the pictures may stay where they are",
        )),
        (Of::Root, _, Err(error)) => findings.push(Finding::problem(
            name,
            format!("{place}: it cannot be synced: {error}"),
            "choose a --root on another file system; here nothing says whether pictures would outlive a loss of power",
        )),
        _ => {}
    }
    findings
}
