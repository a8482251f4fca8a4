//! Where the time of a cold build goes.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    process::{cargo, run as run_command, target_dir},
    test::{FEATURES, SERVE},
    web,
};

/// Which build.
#[derive(clap::Args)]
pub struct Options {
    /// The build of all tests, not that of the program.
    #[arg(long)]
    tests: bool,
    /// How many of the slowest units are listed.
    #[arg(long, default_value_t = 25)]
    units: usize,
}

/// A crate, or a build script that ran.
struct Unit {
    name: String,
    start: f64,
    seconds: f64,
}

/// Builds everything anew in a folder of its own, and lists what took longest.
pub fn run(options: &Options) -> Result<()> {
    let folder = target_dir()?.join("timings");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let build = if options.tests {
        web::built()?;
        format!("test --workspace --no-run --features {FEATURES},{SERVE}")
    } else {
        "build --release".to_owned()
    };
    let mut build = cargo(&format!("{build} --quiet --timings"));
    run_command(build.arg("--target-dir").arg(&folder))?;
    let page = folder.join("cargo-timings/cargo-timing.html");
    let mut units = units(&page).with_context(|| format!("{} is not as expected", page.display()))?;
    let ends = units.iter().map(|unit| unit.start + unit.seconds);
    let (end, sum) = (ends.fold(0.0, f64::max), units.iter().map(|unit| unit.seconds).sum::<f64>());
    units.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    println!("\n  begin  seconds  unit");
    for Unit { name, start, seconds } in units.iter().take(options.units) {
        println!("{start:7.1} {seconds:8.1}  {name}");
    }
    println!("{} units, {sum:.1} s of work in {end:.1} s; {}", units.len(), page.display());
    Ok(())
}

/// Cargo tells the times of units nowhere but in the page that it writes.
fn units(page: &Path) -> Result<Vec<Unit>> {
    let text = fs::read_to_string(page)?;
    let begin = text.split_once("const UNIT_DATA = ").context("no list of units")?.1;
    let list = serde_json::Deserializer::from_str(begin).into_iter::<Value>().next();
    let list = list.context("an empty list of units")??;
    let units: Vec<Unit> = list.as_array().into_iter().flatten().filter_map(unit).collect();
    ensure!(!units.is_empty(), "no unit has a name and times");
    Ok(units)
}

fn unit(unit: &Value) -> Option<Unit> {
    let text = |key: &str| unit[key].as_str();
    let name = format!("{} {}{}", text("name")?, text("version")?, text("target").unwrap_or_default());
    Some(Unit { name, start: unit["start"].as_f64()?, seconds: unit["duration"].as_f64()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_from_the_page_that_cargo_writes() {
        let unit = |name: &str| {
            format!(r#"{{"name":"{name}","version":"1.0.0","target":" (test)","start":1.5,"duration":2.25}}"#)
        };
        let page = std::env::temp_dir().join(format!("xtask-timings-{}.html", std::process::id()));
        let write = |text: &str| fs::write(&page, text).expect("written");
        write(&format!(
            "<script>const UNIT_DATA = [{},\n{}];\nconst CONCURRENCY_DATA = [];",
            unit("a"),
            unit("b")
        ));
        let read = units(&page).expect("units");
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].name.as_str(), read[0].start, read[0].seconds), ("a 1.0.0 (test)", 1.5, 2.25));
        for other in ["nothing", "const UNIT_DATA = [];", "const UNIT_DATA = ", "const UNIT_DATA = {x}"] {
            write(other);
            assert!(units(&page).is_err(), "{other}");
        }
        fs::remove_file(page).expect("removed");
    }
}
