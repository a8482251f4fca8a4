//! How the time of a picture grows with its size, and how many small ones a second makes.

use anyhow::Result;

use super::{
    painter::{Painter, Turn, in_turns},
    row,
    stages::spec,
    table,
};

/// Each has twice the area of the one before.
const SIZES: [u32; 5] = [640, 905, 1280, 1810, 2560];

/// What a vision model takes: nothing but candles.
pub const SMALL: &str = r#"{"width":224,"height":224,"window":64,"axes":"bare"}"#;

const ROUNDS: usize = 31;

pub fn run(native: &mut Painter) -> Result<String> {
    let turn = |count, spec| Turn { painter: 0, what: "whole", count, spec };
    let mut turns: Vec<_> = SIZES.iter().map(|&size| turn(30, spec(size, "rgb"))).collect();
    turns.push(turn(200, SMALL.to_owned()));
    let times = in_turns(&mut [native], &turns, ROUNDS)?;
    let (small, sizes) = times.split_last().unwrap_or_else(|| unreachable!("there are turns"));

    let mut rows = vec![row(["size", "ms", "to 640", "perimeter", "area", "ns per pixel of perimeter"])];
    let first = sizes[0].median();
    for (size, times) in SIZES.into_iter().zip(sizes) {
        let side = f64::from(size) / f64::from(SIZES[0]);
        rows.push(row([
            size.to_string(),
            format!("{:.4}", times.median()),
            format!("{:.2}", times.median() / first),
            format!("{side:.2}"),
            format!("{:.2}", side * side),
            format!("{:.1}", times.median() * 1e6 / (4.0 * f64::from(size))),
        ]));
    }
    Ok(format!(
        "## Growth\n\n\
         Whole pictures of 150 candles, RGB: the time, and beside it how many times that of\n\
         640 pixels it is; then how many times longer the perimeter and larger the area are.\n\n{}\n\
         224x224 pixels, 64 candles, no axes: {:.4} ms, {:.0} pictures/s, {:.0} bytes.\n",
        table(&rows),
        small.median(),
        1000.0 / small.median(),
        small.bytes
    ))
}
