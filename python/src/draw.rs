//! Draws many frames on several threads, without holding the interpreter.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use pyo3::prelude::*;
use render_core::{FrameFormat, Renderer, Spec, Window};

use crate::error;

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Renderers that have drawn before. A fork may leave it locked for ever, so nobody waits for it.
static RENDERERS: Mutex<Vec<Renderer>> = Mutex::new(Vec::new());

fn take() -> Renderer {
    RENDERERS.try_lock().ok().and_then(|mut all| all.pop()).unwrap_or_default()
}

fn give_back(renderer: Renderer) {
    if let Ok(mut all) = RENDERERS.try_lock() {
        all.push(renderer);
    }
}

/// The time by the system's clock, in ms.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The exception of a signal that came, such as Ctrl-C.
pub fn interrupt_of_user() -> Option<PyErr> {
    Python::attach(|py| py.check_signals().err())
}

/// Draws a frame of each window, one after the other in `pixels`.
pub fn frames(
    py: Python<'_>,
    windows: &[Window<'_>],
    spec: &Spec,
    format: FrameFormat,
    pixels: &mut [u8],
    threads: usize,
) -> PyResult<()> {
    // Looked up before any thread begins: it fails for all or none.
    if format == FrameFormat::Index && spec.palette().is_none() {
        return Err(error::value(render_core::Error::NoPalette));
    }
    let size = format.size(spec);
    let cancel = AtomicBool::new(false);
    let frames = Mutex::new(windows.iter().zip(pixels.chunks_exact_mut(size.max(1))));
    let drawn = AtomicUsize::new(0);
    // One frame at a time where they are large, and several where they are small.
    let at_once =
        (1_usize << 20).div_ceil(size.max(1)).min(windows.len().div_ceil(4 * threads.max(1))).max(1);
    let work = |look: &mut dyn FnMut()| -> Result<(), render_core::Error> {
        let mut renderer = take();
        let mut some = Vec::with_capacity(at_once);
        while !cancel.load(Ordering::Relaxed) {
            match frames.lock() {
                Ok(mut frames) => some.extend(frames.by_ref().take(at_once)),
                Err(_) => break,
            }
            if some.is_empty() {
                break;
            }
            for (window, out) in some.drain(..) {
                renderer.frame_into(window, spec, format, out)?;
                drawn.fetch_add(1, Ordering::Relaxed);
                look();
            }
        }
        give_back(renderer);
        Ok(())
    };
    let (outcome, interrupt) = py.detach(|| {
        let (mut last, mut interrupt) = (Instant::now(), None);
        let mut look = || {
            if last.elapsed() < LOOK {
                return;
            }
            last = Instant::now();
            if let Some(error) = interrupt_of_user() {
                interrupt.get_or_insert(error);
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let outcome = thread::scope(|scope| {
            let others: Vec<_> =
                (1..threads.min(windows.len())).map(|_| scope.spawn(|| work(&mut || {}))).collect();
            let mut outcome = work(&mut look);
            for other in others {
                let done = other.join().unwrap_or(Ok(()));
                outcome = outcome.and(done);
            }
            outcome
        });
        (outcome, interrupt)
    });
    match interrupt {
        Some(error) => Err(error),
        None => outcome.map_err(error::value),
    }
}
