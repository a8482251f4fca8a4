//! Every test that guards behaviour, in one build with all features.

use std::path::Path;

use anyhow::Result;
use store::FileSystem;
use tests::browser::{CHROMEDRIVER, CHROMIUM};

use crate::{
    process::{cargo, run as run_command, target_dir},
    setup,
    steps::Steps,
    web,
};

/// The features of native-cli; the server needs the page, which is built into it.
pub const FEATURES: &str = "native-cli/object-store,native-cli/parquet";
pub const SERVE: &str = "native-cli/serve";

/// What cannot be tested without the page's module, by the names of tests.
const OF_THE_MODULE: [&str; 3] = ["module::", "wasm::", "page::"];
/// What cannot be tested without a browser.
const OF_THE_BROWSER: [&str; 1] = ["page::"];

/// Runs every step. What is missing is installed, or named in the end, after all that does not need it has run.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    add(&mut steps)?;
    steps.finish()
}

/// The steps of `cargo xtask test`.
pub fn add(steps: &mut Steps) -> Result<()> {
    let has_page = steps.run("page", || web::build().map(drop));
    let has_browser = steps.run("browser", find_browser);
    let features = if has_page { format!("{FEATURES},{SERVE}") } else { FEATURES.to_owned() };
    let flags = format!("--workspace --features {features}");
    if !steps.run("build", || run_command(&mut cargo(&format!("test {flags} --no-run --quiet")))) {
        steps.leave_out("tests", "they are not built");
        return Ok(());
    }
    let (skipped, why): (&[&str], _) = match (has_page, has_browser) {
        (false, _) => (&OF_THE_MODULE, "the page is not built"),
        (true, false) => (&OF_THE_BROWSER, "there is no browser"),
        (true, true) => (&[], ""),
    };
    let program = target_dir()?.join("debug/image-cache");
    steps.run("tests", || test(&flags, skipped, &program));
    if !skipped.is_empty() {
        steps.leave_out(&format!("tests of {}", skipped.join(", ")), why);
    }
    Ok(())
}

/// Runs all tests. `program` has the server in it, so that tests of the page need no build of their own.
fn test(flags: &str, skipped: &[&str], program: &Path) -> Result<()> {
    let mut test = cargo(&format!("test {flags} --no-fail-fast"));
    // Many tests wait for a disk, a browser or a clock, so more of them than there are cores run at a time.
    test.arg("--").arg(format!("--test-threads={}", threads()));
    test.args(skipped.iter().flat_map(|name| ["--skip", name]));
    if let Some(folder) = memory() {
        println!("temporary files lie in {}", folder.display());
        test.env("TMPDIR", folder);
    }
    run_command(test.env("PROGRAM_WITH_PAGE", program))
}

/// A folder in memory with room for what tests write, which would take a third of their time on a disk.
/// `cargo xtask torture` tries the same on the disk.
fn memory() -> Option<&'static Path> {
    let folder = Path::new("/dev/shm");
    let known = FileSystem::of(folder).ok()?;
    let has_room = known.free.is_some_and(|free| free >= 2 << 30);
    (known.is_memory() && known.write.is_ok() && has_room).then_some(folder)
}

fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

/// Finds or installs Chromium and its driver.
fn find_browser() -> Result<()> {
    for (programs, package) in [(&CHROMIUM[..], "chromium"), (&CHROMEDRIVER[..], "chromium-driver")] {
        setup::find_or_install(programs, package, "the page is tested in it")?;
    }
    Ok(())
}
