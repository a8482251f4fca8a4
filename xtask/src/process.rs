//! Other programs, run from the repository's root.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Context, Result, bail};
pub use tests::root;

/// A program with its arguments, separated by spaces.
pub fn command(program: impl AsRef<OsStr>, arguments: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments.split_whitespace())
        .current_dir(root())
        // Nobody sits there to answer a question in CI, so nobody is asked anywhere.
        .stdin(Stdio::null());
    command
}

/// The cargo that runs this task.
pub fn cargo(arguments: &str) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or("cargo".into()), arguments);
    // With a target of the user's, what is built here would lie where nobody looks for it.
    cargo.env_remove("CARGO_BUILD_TARGET");
    // Cargo has set it for this task from its configuration. Found in the environment, it would count as another
    // value, and SQLite would be built anew.
    cargo.env_remove("LIBSQLITE3_FLAGS");
    cargo
}

/// The step that runs, and when it began.
static STEP: Mutex<Option<(String, Instant)>> = Mutex::new(None);

/// Begins the next step: prints how long the last one took, and the title of the next.
pub fn step(title: &str) {
    end_step();
    println!("\n==> {title}");
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = Some((title.to_owned(), Instant::now()));
}

/// Prints how long the last step took.
pub fn end_step() {
    if let Some((title, begin)) = STEP.lock().unwrap_or_else(PoisonError::into_inner).take() {
        println!("<== {title}: {:.1} s", begin.elapsed().as_secs_f64());
    }
}

/// Runs a command that must succeed, printing it first and letting it print.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs `cargo test` with these arguments and `filter`. Fails if no test has such a name: tests that were renamed
/// would otherwise be left out without a word.
pub fn test_some(
    arguments: &str,
    filter: &str,
    set_up: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<()> {
    let list = output(&mut cargo(&format!("test {arguments} {filter} --list")))?;
    if !list.lines().any(|line| line.ends_with(": test")) {
        bail!("no test is named {filter}");
    }
    let mut test = cargo(&format!("test {arguments} {filter}"));
    run(set_up(&mut test))
}

/// What a command prints, where it can be run and succeeds.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.output().with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({}): {}", output.status, message.trim());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// Where cargo builds, `CARGO_TARGET_DIR` and configuration files considered.
pub fn target_dir() -> Result<PathBuf> {
    let metadata = output(&mut cargo("metadata --no-deps --format-version 1"))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let folder = metadata["target_directory"].as_str();
    Ok(folder.context("cargo metadata names no target_directory")?.into())
}

/// The command as one would type it, the program without its folder.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> = [program].into_iter().chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}
