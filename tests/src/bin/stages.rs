//! Prints the milliseconds that each stage of a picture takes: `cargo xtask bench`.
#![forbid(unsafe_code)]

use std::{hint::black_box, time::Instant};

use render_core::{Digest, Interval, Renderer, Spec, Window, input_digest, layout, raster};
use tests::cases::btc_1h;

/// Each stage runs in rounds, in turn with the others, so that a slow moment
/// of the machine meets them all alike.
const ROUNDS: usize = 31;
/// Windows of one round, each ending one candle later, as in a real run.
const WINDOWS: usize = 20;

fn main() {
    let spec = Spec::default();
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let candles = btc_1h();
    let length = spec.window() as usize;
    let windows: Vec<_> = candles
        .windows(length)
        .take(WINDOWS)
        .map(|candles| Window::new("BTCUSDT", &interval, candles, 0).expect("valid"))
        .collect();
    let mut renderer = Renderer::new();
    let pngs: Vec<_> = windows.iter().map(|window| renderer.render(window, &spec)).collect();

    let scenes: Vec<_> = windows.iter().map(|window| layout(window, &spec)).collect();

    // A row of the table: a stage's name, and the stage for the nth window.
    type Stage<'a> = Box<dyn FnMut(usize) + 'a>;
    let mut stages: Vec<(&str, Stage<'_>)> = vec![
        ("layout, a new scene each", Box::new(|n| drop(black_box(layout(&windows[n], &spec))))),
        ("raster to pixels, as for a canvas", Box::new(|n| drop(black_box(raster(&scenes[n]))))),
        (
            "SHA-256 of the input",
            Box::new(|n| {
                black_box(input_digest(&windows[n], &spec));
            }),
        ),
        (
            "SHA-256 of the file",
            Box::new(|n| {
                black_box(Digest::of(pngs[n].as_bytes()));
            }),
        ),
        (
            "window to PNG with its SHA-256",
            Box::new(|n| drop(black_box(renderer.render(&windows[n], &spec)))),
        ),
    ];

    let mut times = vec![Vec::with_capacity(ROUNDS); stages.len()];
    for _ in 0..ROUNDS {
        for ((_, stage), times) in stages.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (0..windows.len()).for_each(&mut *stage);
            times.push(start.elapsed().as_secs_f64() * 1000.0 / windows.len() as f64);
        }
    }

    let bytes: usize = pngs.iter().map(|png| png.as_bytes().len()).sum();
    println!(
        "{}x{}, {length} candles, {} bytes on average, one thread, {ROUNDS} rounds of {WINDOWS} pictures",
        spec.width(),
        spec.height(),
        bytes / pngs.len()
    );
    println!("{:<36} {:>10} {:>10}", "ms per picture", "median", "fastest");
    for ((name, _), mut times) in stages.into_iter().zip(times) {
        times.sort_by(f64::total_cmp);
        println!("{name:<36} {:>10.4} {:>10.4}", times[ROUNDS / 2], times[0]);
    }
}
