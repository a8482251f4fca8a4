//! `image-cache` as a process: its time, its peak of memory, and what it did.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::Result;

/// One run.
pub struct Ran {
    pub seconds: f64,
    /// The most memory that was resident, in bytes; 0 where the system does not say.
    pub peak: u64,
    /// Pictures that were rendered, or found to be what they should be.
    pub pictures: u64,
}

/// How often the peak is asked for. The system keeps it, so little is missed: what grows in the last such moment.
const LOOK: Duration = Duration::from_millis(20);

pub fn run(
    program: &Path,
    what: &str,
    market: &Path,
    root: &Path,
    index: &Path,
    flags: &[&str],
) -> Result<Ran> {
    let mut command = Command::new(program);
    command.args([what, "--format", "json", "--db"]).arg(market).arg("--root").arg(root);
    command.arg("--index").arg(index).args(flags);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let start = Instant::now();
    let child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let (done, peak) = (AtomicBool::new(false), AtomicU64::new(0));
    let (output, seconds) = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let now = fs::read_to_string(&status).ok().and_then(|text| peak_in(&text));
                peak.fetch_max(now.unwrap_or(0), Ordering::Relaxed);
                thread::sleep(LOOK);
            }
        });
        let output = child.wait_with_output();
        let seconds = start.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        (output, seconds)
    });
    let output = output?;
    if !output.status.success() {
        return Err(format!("{what} failed: {}", output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let summary: serde_json::Value = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    let pictures = [&summary["rendered"], &summary["ok"], &summary["pictures"]]
        .into_iter()
        .find_map(serde_json::Value::as_u64);
    let pictures = pictures.ok_or("the summary has no number of pictures")?;
    Ok(Ran { seconds, peak: peak.into_inner(), pictures })
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
