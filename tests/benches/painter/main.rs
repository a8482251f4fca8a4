//! Draws pictures on request and says how long that took. `cargo xtask bench`
//! starts this program, and others that keep to the same contract, and gives
//! each its turn.
//!
//! A job is a line on stdin, its answer a line on stdout:
//!
//! ```text
//! job     WHAT FIRST COUNT SPEC     such as: whole 40 20 {"width":640,"height":640}
//! answer  MS BYTES                  mean ms of one picture, mean bytes of its file
//! ```
//!
//! Under `count COUNT SPEC` it draws so many pictures of one spec and looks at no clock, so that its
//! instructions can be counted.
//!
//! Where the spec has a series of one's own, it gets a line at every candle; where it draws marks, ten of them.
//!
//! A job of COUNT pictures draws the windows of the sample that begin at its
//! candles FIRST, FIRST + 1 and so on. The first of them is drawn for 3 ms
//! before the clock starts, because other programs have used the caches since the last job.
#![forbid(unsafe_code)]

#[path = "../../tests/all/host.rs"]
mod host;
mod native;
mod wasm;

use std::{
    env,
    error::Error,
    io::stdin,
    time::{Duration, Instant},
};

use render_core::{Candle, Interval, Spec, Window};

const WARM_UP: Duration = Duration::from_millis(3);
const SYMBOL: &str = "BTCUSDT";
const INTERVAL: &str = "1h";
const INTERVAL_MS: i64 = 3_600_000;

fn main() -> Result<(), Box<dyn Error>> {
    let candles = tests::cases::btc_1h();
    let mut paint: Box<dyn FnMut(&Job<'_>) -> Answer> = match env::args().nth(1).as_deref() {
        Some("native") => native::painter(),
        Some("wasmtime") => wasm::painter(),
        Some("count") => return native::count(env::args().skip(2), &candles),
        // `cargo bench` and `cargo test --benches` come here without a painter's name.
        _ => {
            println!("nothing to do: `cargo xtask bench` starts this program");
            return Ok(());
        }
    };
    for line in stdin().lines() {
        let line = line?;
        let mut words = line.splitn(4, ' ');
        let mut word = || words.next().ok_or_else(|| format!("not a job: {line}"));
        let (what, first, count) = (word()?, word()?.parse()?, word()?.parse()?);
        let spec = Spec::from_json(word()?)?;
        let answer = paint(&Job { what, first, count, spec: &spec, candles: &candles });
        println!("{} {}", answer.ms, answer.bytes);
    }
    Ok(())
}

/// What to draw, and how often.
struct Job<'a> {
    what: &'a str,
    first: usize,
    count: usize,
    spec: &'a Spec,
    candles: &'a [Candle],
}

struct Answer {
    ms: f64,
    bytes: f64,
}

impl<'a> Job<'a> {
    /// The candles of each of the job's pictures.
    fn slices(&self) -> impl Iterator<Item = &'a [Candle]> {
        let (candles, length) = (self.candles, (self.spec.window() + self.spec.warmup()) as usize);
        let starts = candles.len() - length + 1;
        (self.first..self.first + self.count).map(move |start| &candles[start % starts..][..length])
    }

    fn windows(&self, interval: &'a Interval) -> Vec<Window<'a>> {
        let warmup = self.spec.warmup() as usize;
        let window = |candles| Window::new(SYMBOL, interval, candles, warmup).expect("the sample is valid");
        self.slices().map(window).collect()
    }

    /// Draws each picture from what was prepared for it. `draw` returns the file's bytes.
    fn time<T>(&self, prepared: &[T], mut draw: impl FnMut(&T) -> usize) -> Answer {
        let awake = Instant::now();
        while awake.elapsed() < WARM_UP {
            draw(&prepared[0]);
        }
        let start = Instant::now();
        let bytes: usize = prepared.iter().map(draw).sum();
        let (ms, count) = (start.elapsed().as_secs_f64() * 1000.0, self.count as f64);
        Answer { ms: ms / count, bytes: bytes as f64 / count }
    }
}
