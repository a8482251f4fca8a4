//! What the numbers were measured on.

use std::fs;

use anyhow::Result;

use crate::process::{command, output, root};

/// The machine, the date and the versions.
pub fn describe() -> Result<String> {
    let version = |program: &str, argument: &str| {
        output(&mut command(program, argument)).unwrap_or_else(|_| "not found".to_owned())
    };
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or("unknown");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let rows = [
        ("date", version("date", "-u +%F")),
        ("commit", commit()?),
        ("processor", format!("{}, {cores} in use", cpu.trim_start_matches([':', ' ', '\t']))),
        ("load before", format!("{load} (best near 0: what else runs shows in every number)")),
        ("system", format!("{}, kernel {}", system.trim_matches('"'), kernel.trim())),
        ("compiler", version("rustc", "--version")),
        ("wasmtime", locked("wasmtime")?),
        ("Node", version("node", "--version")),
    ];
    let lines: String = rows.iter().map(|(what, value)| format!("- {what}: {value}\n")).collect();
    Ok(format!("## Machine\n\n{lines}"))
}

/// The commit that is measured, and whether it was.
fn commit() -> Result<String> {
    let commit = output(&mut command("git", "rev-parse --short HEAD"))?;
    let changed = output(&mut command("git", "status --porcelain --untracked-files=no"))?;
    // What `--write` changes is no change to what is measured.
    let changed = changed.lines().any(|line| !line.ends_with(super::FILE));
    Ok(if changed { format!("{commit}, with changes") } else { commit })
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).unwrap_or_default();
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
