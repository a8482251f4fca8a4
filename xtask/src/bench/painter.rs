//! Programs that draw on request, and how they take turns. The contract with
//! them stands in `tests/benches/painter/main.rs`.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, command, output};

/// A program that waits for jobs.
pub struct Painter {
    pub name: String,
    child: Child,
    jobs: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

/// What a painter draws in its turn of a round.
pub struct Turn {
    /// Index of the painter.
    pub painter: usize,
    pub what: &'static str,
    /// Pictures per round.
    pub count: usize,
    /// JSON.
    pub spec: String,
}

/// What came of all rounds of a turn.
#[derive(Default)]
pub struct Times {
    /// Milliseconds of one picture, by round.
    pub ms: Vec<f64>,
    /// Mean bytes of a file.
    pub bytes: f64,
}

impl Painter {
    pub fn start(name: impl Into<String>, command: &mut Command) -> Result<Self> {
        let name = name.into();
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("cannot start {name}"))?;
        let jobs = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        Ok(Self { name, child, jobs, answers })
    }

    /// Our renderer, in the program that [`build`] has built.
    pub fn native(program: &Path) -> Result<Self> {
        Self::start("image-cache", &mut command(program, "native"))
    }

    /// Draws `count` windows from the sample's window `first` on.
    fn paint(&mut self, turn: &Turn, first: usize) -> Result<(f64, f64)> {
        let Turn { what, count, spec, .. } = turn;
        let jobs = self.jobs.as_mut().context("no stdin")?;
        // Where the program has ended, reading its answer says so.
        let _ = writeln!(jobs, "{what} {first} {count} {spec}");
        let Some(answer) = self.answers.next().transpose()? else {
            bail!("{} ended ({}) at {what} {spec}", self.name, self.child.wait()?);
        };
        let (ms, bytes) = answer.split_once(' ').context("an answer is two numbers")?;
        Ok((ms.parse()?, bytes.parse()?))
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        // The end of its jobs is the end of the program.
        self.jobs = None;
        let _ = self.child.wait();
    }
}

impl Times {
    pub fn median(&self) -> f64 {
        median(self.ms.clone())
    }
}

/// Lets all have their turn, round after round, so that a slow moment of the
/// machine meets them all alike. Every other round runs backwards.
pub fn in_turns(painters: &mut [&mut Painter], turns: &[Turn], rounds: usize) -> Result<Vec<Times>> {
    let mut times: Vec<_> = turns.iter().map(|_| Times::default()).collect();
    let step = turns.iter().map(|turn| turn.count).max().unwrap_or(0);
    for round in 0..rounds {
        let mut order: Vec<_> = (0..turns.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            let (turn, times) = (&turns[at], &mut times[at]);
            let (ms, bytes) = painters[turn.painter].paint(turn, round * step)?;
            times.ms.push(ms);
            times.bytes += bytes / rounds as f64;
        }
    }
    Ok(times)
}

/// The middle one of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Builds the program that draws natively and under wasmtime, and returns its path.
pub fn build() -> Result<PathBuf> {
    println!("$ cargo bench --package tests --bench painter --no-run");
    let messages = output(&mut cargo(
        "bench --quiet --package tests --bench painter --no-run --message-format json-render-diagnostics",
    ))?;
    let executable = |message: &str| {
        let message: serde_json::Value = serde_json::from_str(message).ok()?;
        let path = message["executable"].as_str().filter(|_| message["target"]["name"] == "painter");
        path.map(PathBuf::from)
    };
    messages.lines().find_map(executable).context("cargo names no executable")
}
