//! Every test that guards behaviour, in one build with all features.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
};

use anyhow::Result;
use store::FileSystem;
use tests::browser::{CHROMEDRIVER, CHROMIUM};

use crate::{
    process::{cargo, run as run_command, target_dir},
    properties, registry, setup,
    steps::Steps,
    web,
};

/// The features of the program; the server needs the page, which is built into it.
pub const FEATURES: &str = "image-cache/object-store,image-cache/parquet,image-cache/show";
pub const SERVE: &str = "image-cache/serve";

/// What cannot be tested without the page's module, by the modules of the package `tests`.
const OF_THE_MODULE: [&str; 3] = ["module::", "wasm::", "page::"];
/// What cannot be tested without a browser.
const OF_THE_BROWSER: [&str; 1] = ["page::"];

/// Room for what tests write at a time, with plenty to spare.
const ENOUGH_MEMORY: u64 = 2 << 30;

/// Runs every step. What is missing is installed, or named in the end, after all that does not need it has run.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    add(&mut steps)?;
    steps.finish()
}

/// Adds the steps of `cargo xtask test`; `true` where there is a page, and a browser for it.
pub fn add(steps: &mut Steps) -> Result<bool> {
    let has_page = steps.run("page", || web::build().map(drop));
    let has_browser = steps.run("browser", find_browser);
    let features = if has_page { format!("{FEATURES},{SERVE}") } else { FEATURES.to_owned() };
    let flags = format!("--workspace --features {features}");
    if !steps.run("build", || run_command(&mut cargo(&format!("test {flags} --no-run --quiet")))) {
        steps.leave_out("tests", "they are not built");
        return Ok(false);
    }
    let program = target_dir()?.join("debug/image-cache");
    let skipped: &[&str] = match (has_page, has_browser) {
        (true, true) => {
            steps.run("tests", || test(&flags, &[], &program));
            return Ok(true);
        }
        (true, false) => &OF_THE_BROWSER,
        (false, _) => &OF_THE_MODULE,
    };
    // Other packages have tests of such names, too, and they need neither.
    steps.run("tests", || test(&format!("{flags} --exclude tests"), &[], &program));
    steps.run("tests of pictures", || test("--package tests", skipped, &program));
    if has_page {
        steps.leave_out("tests of the page", "there is no browser");
    } else {
        steps.leave_out("tests of the page, its module and its server", "the page is not built");
    }
    Ok(false)
}

/// Runs tests. `program` has the server in it, so that tests of the page need no build of their own.
fn test(flags: &str, skipped: &[&str], program: &Path) -> Result<()> {
    let mut test = cargo(&format!("test {flags} --no-fail-fast"));
    // Many tests wait for a disk, a browser or a clock, so more of them than there are cores run at a time.
    test.arg("--").arg(format!("--test-threads={}", threads()));
    test.args(skipped.iter().flat_map(|name| ["--skip", name]));
    let memory = memory();
    if let Some(folder) = &memory {
        println!("temporary files lie in {}", folder.display());
        test.env("TMPDIR", folder);
    }
    properties::same_each_time(&mut test);
    let outcome = run_command(test.env("PROGRAM_WITH_PAGE", program));
    // What browsers and killed programs have left goes with it. If it stays, it is in nobody's way.
    let _ = memory.map(fs::remove_dir_all);
    outcome
}

fn threads() -> usize {
    2 * thread::available_parallelism().map_or(1, usize::from)
}

/// A folder in memory with room for what tests write, which would take a third of their time on a disk. None
/// where the user has named one, or where no program in it can run.
fn memory() -> Option<PathBuf> {
    let known = FileSystem::of(Path::new("/dev/shm")).ok()?;
    let is_wanted = env::var_os("TMPDIR").is_none();
    let has_room = known.free.is_some_and(|free| free >= ENOUGH_MEMORY);
    if !(is_wanted && known.is_memory() && known.write.is_ok() && has_room) {
        return None;
    }
    let folder = known.folder.join(format!("image-cache-tests-{}", process::id()));
    fs::create_dir(&folder).ok()?;
    let program = folder.join("program");
    let runs = fs::copy("/bin/true", &program).is_ok()
        && Command::new(&program).status().is_ok_and(|status| status.success());
    let _ = fs::remove_file(program);
    if !runs {
        let _ = fs::remove_dir_all(&folder);
    }
    runs.then_some(folder)
}

/// Finds or installs Chromium, its driver, and what looks for faults of access.
fn find_browser() -> Result<()> {
    for (programs, package) in [(&CHROMIUM[..], "chromium"), (&CHROMEDRIVER[..], "chromium-driver")] {
        setup::find_or_install(programs, package, "the page is tested in it")?;
    }
    registry::AXE.install(&target_dir()?.join("npm"))
}
