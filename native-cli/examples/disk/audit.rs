//! `verify` against a plain loop that reads and hashes the same files, and
//! `verify --rerender` against the rendering of the same pictures into memory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::{Bench, Measured, Place, ROUNDS, Result, child::run, market};

/// A file system in memory, where there is one.
const MEMORY: &str = "/dev/shm";

impl Bench {
    pub fn audit(&self) -> Result<()> {
        let market = self.scratch.join("sample.sqlite");
        if !market.exists() {
            market::sample(&market)?;
        }
        let place = self.place();
        self.render(&market, &place, &[])?;
        let files = files(&place)?;
        let verify = |flags: &[&str]| run(&self.program, "verify", &market, &place.root, &place.index, flags);

        let [mut plain, mut one, mut all] =
            [const { Vec::new() }; 3].map(|seconds| Measured { seconds, ..Measured::default() });
        hash(&files)?;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            hash(&files)?;
            plain.seconds.push(start.elapsed().as_secs_f64());
            one.add(&verify(&["--jobs", "1"])?);
            all.add(&verify(&[])?);
        }
        let (a, b, c) = (plain.median(), one.median(), all.median());
        println!("| plain loop: {} files read and hashed, one thread | {a:.3} s |", files.len());
        println!("| `verify --jobs 1` | {b:.3} s, {:.2} times the plain loop |", b / a);
        println!("| `verify`, all threads | {c:.3} s, {:.2} times the plain loop |", c / a);
        self.rerender(&market)
    }

    fn rerender(&self, market: &Path) -> Result<()> {
        if !Path::new(MEMORY).is_dir() {
            println!("| `verify --rerender` against `render` without a disk | not measured: no {MEMORY} |");
            return Ok(());
        }
        let memory = PathBuf::from(MEMORY).join(format!("image-cache-bench-{}", std::process::id()));
        fs::create_dir(&memory)?;
        let measured = self.rerender_in(market, &memory);
        fs::remove_dir_all(&memory)?;
        measured
    }

    fn rerender_in(&self, market: &Path, memory: &Path) -> Result<()> {
        for jobs in ["1", "2"] {
            let (mut render, mut rerender) = (Measured::default(), Measured::default());
            for round in 0..ROUNDS {
                let place = |what: &str| memory.join(format!("{jobs}-{round}{what}"));
                let (root, index) = (place(""), place(".sqlite"));
                let flags = ["--jobs", jobs];
                render.add(&run(&self.program, "render", market, &root, &index, &flags)?);
                let flags = ["--jobs", jobs, "--rerender"];
                rerender.add(&run(&self.program, "verify", market, &root, &index, &flags)?);
                fs::remove_dir_all(&root)?;
            }
            let (a, b) = (render.median(), rerender.median());
            println!(
                "| `verify --rerender` against `render`, in memory, `--jobs {jobs}` | {b:.2} s and {a:.2} s, {:.2} times |",
                b / a
            );
        }
        Ok(())
    }
}

/// The files of all rows, in the order of their making.
fn files(place: &Place) -> Result<Vec<PathBuf>> {
    let index = Connection::open(&place.index)?;
    let mut select = index.prepare("SELECT file_path FROM images WHERE status = 'ok' ORDER BY rowid")?;
    let paths = select.query_map([], |row| row.get::<_, String>(0))?;
    Ok(paths.map(|path| Ok(place.root.join(path?))).collect::<rusqlite::Result<_>>()?)
}

fn hash(files: &[PathBuf]) -> Result<()> {
    for file in files {
        std::hint::black_box(Sha256::digest(fs::read(file)?));
    }
    Ok(())
}
