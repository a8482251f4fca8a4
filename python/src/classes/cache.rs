//! Caches of pictures.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use cache::{
    AuditRequest, Depth, Finding, Notice, Observer, PictureCache, RenderRequest, RepairOptions, Run,
    SpecFilter, VerifyOptions,
};
use market::Filter;
use pyo3::prelude::*;
use store::{Environment, Root};

use super::{market::Market, spec::Spec};
use crate::{draw, error};

/// A root with pictures, and the index of them. Opened anew for each call.
#[pyclass(frozen, module = "image_cache._native", from_py_object)]
#[derive(Clone)]
pub struct Cache {
    root: PathBuf,
    index: PathBuf,
    jobs: usize,
}

/// Which series and ends: symbols, intervals, first and one past the last end in ms, and stride.
pub type Which = (Vec<String>, Vec<String>, Option<i64>, Option<i64>, u32);

pub fn filter((symbols, intervals, start, end, stride): Which) -> Filter {
    let all = Filter::default();
    Filter {
        symbols,
        intervals,
        start: start.unwrap_or(all.start),
        end: end.unwrap_or(all.end),
        stride: stride.max(1),
    }
}

/// Listens for Ctrl-C, and gathers what was found.
struct Watch {
    cancel: Arc<AtomicBool>,
    interrupt: Option<PyErr>,
    findings: Vec<serde_json::Value>,
    notes: Vec<String>,
    /// Is told how many ends are finished, of how many.
    progress: Option<Py<PyAny>>,
    done: u64,
    expected: u64,
}

impl Observer for Watch {
    fn expect(&mut self, more: u64, fewer: u64) {
        self.expected = (self.expected + more).saturating_sub(fewer);
    }

    fn advance(&mut self, done: u64, _made: u64, _failed: u64) {
        self.done += done;
    }

    fn tick(&mut self) {
        let told = Python::attach(|py| {
            py.check_signals()?;
            match &self.progress {
                Some(progress) => progress.call1(py, (self.done, self.expected)).map(drop),
                None => Ok(()),
            }
        });
        if let Err(error) = told {
            self.interrupt.get_or_insert(error);
            self.cancel.store(true, Ordering::Relaxed);
        }
    }

    fn notice(&mut self, notice: Notice<'_>) {
        match notice {
            Notice::Found { finding, mended } => self.find(finding, mended),
            Notice::Refused { symbol, interval, fault } => {
                self.notes.push(format!("{symbol} {interval}: {fault}"));
            }
            Notice::Failed { path, reason } => self.notes.push(format!("{path}: {reason}")),
            _ => {}
        }
    }
}

impl Watch {
    fn find(&mut self, finding: &Finding, mended: bool) {
        let Finding { kind, symbol, interval, path, end, reason, .. } = finding;
        self.findings.push(serde_json::json!({
            "kind": kind, "symbol": symbol, "interval": interval, "path": path, "end": end, "reason": reason,
            "mended": mended,
        }));
    }
}

impl Cache {
    /// Runs a task of the cache without holding the interpreter. Returns its summary as JSON.
    fn run<T: serde::Serialize + Send>(
        &self,
        py: Python<'_>,
        progress: Option<Py<PyAny>>,
        task: impl FnOnce(&PictureCache<'_>, &mut Run<'_>) -> Result<T, cache::Error> + Send,
    ) -> PyResult<String> {
        let cancel = Arc::new(AtomicBool::new(false));
        let mut watch = Watch {
            cancel: cancel.clone(),
            interrupt: None,
            findings: Vec::new(),
            notes: Vec::new(),
            progress,
            done: 0,
            expected: 0,
        };
        let done = py.detach(|| {
            let root = Some(Root::Folder(self.root.clone()));
            let mut cache =
                PictureCache::open(self.index.clone(), root, self.root.clone(), Environment::default())?;
            cache.jobs = self.jobs;
            task(&cache, &mut Run { now: draw::now(), cancel: &cancel, observer: &mut watch })
        });
        if let Some(interrupt) = watch.interrupt {
            return Err(interrupt);
        }
        let summary = done.map_err(|error| error::cache(&error))?;
        let mut json = serde_json::to_value(&summary).map_err(error::value)?;
        json["findings"] = watch.findings.into();
        json["notes"] = watch.notes.into();
        Ok(json.to_string())
    }
}

#[pymethods]
impl Cache {
    #[new]
    fn new(root: PathBuf, index: PathBuf, jobs: usize) -> Self {
        Self { root, index, jobs: jobs.max(1) }
    }

    fn render(
        &self,
        py: Python<'_>,
        market: &Market,
        spec: &Spec,
        which: Which,
        dry_run: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let mut market = market.open()?;
        let mut request =
            RenderRequest { filter: filter(which), dry_run, ..RenderRequest::new(spec.0.clone()) };
        request.count_first = progress.is_some();
        self.run(py, progress, move |cache, run| {
            let mut summary = cache.render(&mut market, &request, run)?;
            match summary.failure.take() {
                Some(failure) => Err(failure),
                None => Ok(summary),
            }
        })
    }

    /// Judges all entries, or those of a spec.
    fn verify(
        &self,
        py: Python<'_>,
        market: Option<&Market>,
        which: Which,
        rerender: bool,
        record: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let mut market = market.map(Market::open).transpose()?;
        let request = audit(which, rerender);
        self.run(py, progress, move |cache, run| {
            cache.verify(market.as_mut(), &request, &VerifyOptions { subset: None, record }, run)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "called by the package alone")]
    fn repair(
        &self,
        py: Python<'_>,
        market: &Market,
        which: Which,
        rerender: bool,
        dry_run: bool,
        delete_orphans: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let mut market = market.open()?;
        let request = audit(which, rerender);
        let options = RepairOptions { dry_run, delete_orphans, rebuild_index: None };
        self.run(py, progress, move |cache, run| cache.repair(&mut market, &request, &options, run))
    }
}

fn audit(which: Which, rerender: bool) -> AuditRequest {
    let depth = if rerender { Depth::Rerender } else { Depth::Hash };
    AuditRequest { filter: filter(which), specs: SpecFilter::default(), depth, own: None }
}
