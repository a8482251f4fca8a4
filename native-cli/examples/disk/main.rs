//! Measures `image-cache render` on a disk and prints a table: `cargo xtask bench --disk`.
//!
//! A run and the bare loop that writes the same bytes take turns, so that a
//! slow moment of the machine meets both alike; what counts is their ratio.
#![forbid(unsafe_code)]

mod bare;
mod child;
mod market;

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use bare::Cache;
use child::{Ran, run};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Rounds of the first three lines; each round runs all three.
const ROUNDS: usize = 5;
/// Pictures of the series whose cost per picture is compared.
const GROWTH: [u64; 3] = [1_000, 10_000, 100_000];
/// The smaller pictures: what is left beside rendering shows best in them.
const SMALL: &str = "64";

/// The program that is measured, and where.
struct Bench {
    program: PathBuf,
    scratch: PathBuf,
}

/// Medians of some rounds, and the peak of memory in all of them.
#[derive(Default)]
struct Measured {
    seconds: Vec<f64>,
    peak: u64,
    pictures: u64,
}

fn main() -> Result<()> {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(scratch), Some(entries)) = (args.next(), args.next(), args.next()) else {
        return Err("usage: disk PROGRAM SCRATCH ENTRIES".into());
    };
    let entries: u64 = entries.to_string_lossy().parse()?;
    fs::create_dir_all(&scratch)?;
    let bench = Bench { program, scratch };
    println!("| what | measured |");
    println!("| --- | --- |");
    bench.default_pictures()?;
    bench.growth()?;
    bench.entries(entries)
}

impl Bench {
    /// Default pictures by one thread, by two, and the bare loop.
    fn default_pictures(&self) -> Result<()> {
        let market = self.scratch.join("sample.sqlite");
        market::sample(&market)?;
        // This run is for its files alone; it also warms the program and the market up.
        let (root, index) = self.places("whole");
        self.render(&market, "whole", &["--jobs", "1"])?;
        let cache = Cache::load(&root, &index)?;
        remove(&root, &index)?;

        let (mut one, mut two, mut loops) = (Measured::default(), Measured::default(), Measured::default());
        for _ in 0..ROUNDS {
            one.add(&self.render(&market, "whole", &["--jobs", "1"])?);
            remove(&root, &index)?;
            loops.seconds.push(cache.write(&root, &index)?.as_secs_f64());
            remove(&root, &index)?;
            two.add(&self.render(&market, "whole", &["--jobs", "2"])?);
            remove(&root, &index)?;
        }
        let pictures = one.pictures as f64;
        let (a, b, c) = (one.median(), loops.median(), two.median());
        println!(
            "| pictures, 1280x1280, 150 candles | {pictures}, {:.0} bytes on average |",
            cache.bytes() as f64 / pictures
        );
        println!("| `render --jobs 1` | {a:.2} s, {:.0} pictures/s |", pictures / a);
        println!("| bare loop: same bytes, renames, syncs and rows | {b:.2} s, {:.0} pictures/s |", pictures / b);
        println!("| `render --jobs 1` against the bare loop | {:.2} times the time |", a / b);
        println!("| `render --jobs 2` | {c:.2} s, {:.0} pictures/s, {:.2} times as fast |", pictures / c, a / c);
        println!("| peak memory, `--jobs 1` and `--jobs 2` | {}, {} |", one.memory(), two.memory());
        Ok(())
    }

    /// Small pictures of ever longer series.
    fn growth(&self) -> Result<()> {
        let mut figures = Vec::new();
        for count in GROWTH {
            let market = self.scratch.join(format!("walk-{count}.sqlite"));
            market::walk(&market, count)?;
            let (root, index) = self.places("walk");
            let mut measured = Measured::default();
            for _ in 0..3 {
                measured.add(&self.render(&market, "walk", &["--jobs", "1", "--size", SMALL])?);
                remove(&root, &index)?;
            }
            fs::remove_file(&market)?;
            figures.push(format!("{:.1}", measured.median() * 1e6 / measured.pictures as f64));
        }
        let counts = GROWTH.map(|count| count.to_string());
        println!(
            "| µs per picture of {SMALL}x{SMALL}, {} candles, `--jobs 1` | {} |",
            counts.join(" / "),
            figures.join(" / ")
        );
        Ok(())
    }

    /// One long series of small pictures, and runs that find nothing to do.
    fn entries(&self, entries: u64) -> Result<()> {
        let market = self.scratch.join("walk.sqlite");
        market::walk(&market, entries)?;
        let (root, index) = self.places("entries");
        let mut measured = Measured::default();
        measured.add(&self.render(&market, "entries", &["--size", SMALL])?);
        println!(
            "| {} pictures of {SMALL}x{SMALL}, all threads | {:.1} s, peak memory {} |",
            measured.pictures,
            measured.median(),
            measured.memory()
        );
        for jobs in ["1", "2"] {
            let mut again = Measured::default();
            for _ in 0..3 {
                let ran = self.render(&market, "entries", &["--size", SMALL, "--jobs", jobs])?;
                if ran.rendered != 0 {
                    return Err(format!("{} pictures were rendered again", ran.rendered).into());
                }
                again.add(&ran);
            }
            println!(
                "| the same again, nothing to do, `--jobs {jobs}` | {:.2} s, peak memory {} |",
                again.median(),
                again.memory()
            );
        }
        remove(&root, &index)?;
        Ok(fs::remove_file(&market)?)
    }

    fn places(&self, name: &str) -> (PathBuf, PathBuf) {
        (self.scratch.join(name), self.scratch.join(format!("{name}.sqlite")))
    }

    fn render(&self, market: &Path, name: &str, flags: &[&str]) -> Result<Ran> {
        let (root, index) = self.places(name);
        run(&self.program, market, &root, &index, flags)
    }
}

impl Measured {
    fn add(&mut self, ran: &Ran) {
        self.seconds.push(ran.seconds);
        self.peak = self.peak.max(ran.peak);
        self.pictures = ran.rendered;
    }

    fn median(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn memory(&self) -> String {
        format!("{:.1} MB", self.peak as f64 / 1e6)
    }
}

/// Removes a cache, and waits until the disk has done so: the next run must not pay for it.
fn remove(root: &Path, index: &Path) -> io::Result<()> {
    fs::remove_dir_all(root)?;
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let mut file = index.to_owned().into_os_string();
        file.push(suffix);
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    bare::sync(index.parent().unwrap_or(Path::new(".")))
}
