//! Measures `image-cache render` on a disk and prints a table: `cargo xtask bench --disk`.
//!
//! A run and the bare loop that writes the same bytes take turns, so that a
//! slow moment of the machine meets both alike; what counts is their ratio.
//!
//! Every run writes to a place of its own, and nothing is removed before the
//! end: for minutes ext4 gives no inode away again that was just freed, and it
//! steps over such inodes one by one, which would make up a third of a run.
#![forbid(unsafe_code)]

mod audit;
mod bare;
mod child;
mod export;
mod market;

use std::{
    cell::Cell,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use bare::Cache;
use child::{Ran, run};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Rounds in which default pictures are rendered; in each, every contestant has its turn.
const ROUNDS: usize = 5;
/// Rounds of everything else.
const FEW: usize = 3;
/// Pictures of the series whose cost per picture is compared.
const GROWTH: [u64; 3] = [1_000, 10_000, 100_000];
/// The smaller pictures: what is left beside rendering shows best in them.
const SMALL: &str = "64";

/// The program that is measured, and where.
struct Bench {
    program: PathBuf,
    scratch: PathBuf,
    /// Places that were given out.
    places: Cell<u32>,
}

/// Where one cache lies.
struct Place {
    root: PathBuf,
    index: PathBuf,
}

/// The times of some rounds, and the peak of memory in all of them.
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
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let bench = Bench { program, scratch, places: Cell::new(0) };
    println!("| what | measured |");
    println!("| --- | --- |");
    bench.default_pictures()?;
    bench.audit()?;
    bench.export()?;
    bench.growth()?;
    bench.entries(entries)?;
    Ok(fs::remove_dir_all(&bench.scratch)?)
}

impl Bench {
    /// Default pictures by one thread, by two, and the bare loop.
    fn default_pictures(&self) -> Result<()> {
        let market = self.scratch.join("sample.sqlite");
        market::sample(&market)?;
        // This run is for its files alone; it also warms the program and the market up.
        let place = self.place();
        self.render(&market, &place, &[])?;
        let cache = Cache::load(&place.root, &place.index)?;

        let (mut one, mut two, mut loops) = (Measured::default(), Measured::default(), Measured::default());
        for _ in 0..ROUNDS {
            one.add(&self.render(&market, &self.place(), &["--jobs", "1"])?);
            let Place { root, index } = self.place();
            bare::sync(&self.scratch)?;
            loops.seconds.push(cache.write(&root, &index)?.as_secs_f64());
            two.add(&self.render(&market, &self.place(), &["--jobs", "2"])?);
        }
        let pictures = one.pictures as f64;
        let (a, b, c) = (one.median(), loops.median(), two.median());
        println!(
            "| pictures, 1280x1280, 150 candles | {pictures}, {:.0} bytes on average |",
            cache.bytes() as f64 / pictures
        );
        println!("| `render --jobs 1` | {a:.2} s, {:.0} pictures/s |", pictures / a);
        println!(
            "| bare loop: same bytes, renames, syncs and rows | {b:.2} s, {:.0} pictures/s |",
            pictures / b
        );
        println!("| `render --jobs 1` against the bare loop | {:.2} times the time |", a / b);
        println!(
            "| `render --jobs 2` | {c:.2} s, {:.0} pictures/s, {:.2} times as fast |",
            pictures / c,
            a / c
        );
        println!("| peak memory, `--jobs 1` and `--jobs 2` | {}, {} |", one.memory(), two.memory());
        Ok(())
    }

    /// Small pictures of ever longer series.
    fn growth(&self) -> Result<()> {
        let mut series = Vec::new();
        for count in GROWTH {
            let market = self.scratch.join(format!("walk-{count}.sqlite"));
            market::walk(&market, count)?;
            series.push((market, Measured::default()));
        }
        for _ in 0..FEW {
            for (market, measured) in &mut series {
                measured.add(&self.render(market, &self.place(), &["--jobs", "1", "--size", SMALL])?);
            }
        }
        let figures: Vec<String> = series
            .iter()
            .map(|(_, measured)| format!("{:.1}", measured.median() * 1e6 / measured.pictures as f64))
            .collect();
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
        let place = self.place();
        let mut measured = Measured::default();
        measured.add(&self.render(&market, &place, &["--size", SMALL])?);
        println!(
            "| {} pictures of {SMALL}x{SMALL}, all threads | {:.1} s, peak memory {} |",
            measured.pictures,
            measured.median(),
            measured.memory()
        );
        let mut again = [("1", Measured::default()), ("2", Measured::default())];
        for _ in 0..FEW {
            for (jobs, measured) in &mut again {
                let ran = self.render(&market, &place, &["--size", SMALL, "--jobs", jobs])?;
                if ran.pictures != 0 {
                    return Err(format!("{} pictures were rendered again", ran.pictures).into());
                }
                measured.add(&ran);
            }
        }
        let mut status = Measured::default();
        for _ in 0..FEW {
            status.add(&run(&self.program, "status", &market, &place.root, &place.index, &[])?);
        }
        println!("| `status` of it | {:.2} s, peak memory {} |", status.median(), status.memory());
        for (jobs, measured) in again {
            let (seconds, memory) = (measured.median(), measured.memory());
            println!(
                "| the same again, nothing to do, `--jobs {jobs}` | {seconds:.2} s, peak memory {memory} |"
            );
        }
        Ok(())
    }

    /// A place where nothing is yet.
    fn place(&self) -> Place {
        let number = self.places.get();
        self.places.set(number + 1);
        Place {
            root: self.scratch.join(number.to_string()),
            index: self.scratch.join(format!("{number}.sqlite")),
        }
    }

    fn render(&self, market: &Path, Place { root, index }: &Place, flags: &[&str]) -> Result<Ran> {
        // What was written before must not be charged to this run.
        bare::sync(&self.scratch)?;
        run(&self.program, "render", market, root, index, flags)
    }
}

impl Measured {
    fn add(&mut self, ran: &Ran) {
        self.seconds.push(ran.seconds);
        self.peak = self.peak.max(ran.peak);
        self.pictures = ran.pictures;
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
