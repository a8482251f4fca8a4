//! Each stage of a picture by itself: `cargo bench --package image-cache-render-core`.
//!
//! The tables of BENCHMARKS.md are made by `cargo xtask bench`; these benches
//! are for looking at one stage while working on it.

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use render_core::{Axes, Candle, Digest, Interval, Renderer, Spec, SpecOptions, Window, stages::Stages};

/// Hours of BTCUSDT, 2023.
const SAMPLE: &str = include_str!("../../crates/market/sample/BTCUSDT-1h.csv");

/// Windows that take turns, each ending one candle later, as in a real run.
const WINDOWS: usize = 50;

fn candles() -> Vec<Candle> {
    let candle = |line: &str| {
        let (time, values) = line.split_once(',').expect("columns");
        let values: Vec<f64> = values.split(',').map(|value| value.parse().expect("a number")).collect();
        let &[open, high, low, close, volume] = values.as_slice() else { panic!("six columns") };
        Candle { open_time: time.parse().expect("a time"), open, high, low, close, volume }
    };
    SAMPLE.lines().skip(1).map(candle).collect()
}

fn stages(criterion: &mut Criterion) {
    let bare =
        SpecOptions { width: 224, height: 224, window: 64, axes: Axes::Bare, ..SpecOptions::default() };
    picture(criterion, "default", &Spec::default());
    picture(criterion, "224 bare", &Spec::new(bare).expect("valid"));
}

fn picture(criterion: &mut Criterion, name: &str, spec: &Spec) {
    let candles = candles();
    let interval = Interval::new("1h", 3_600_000).expect("valid");
    let windows: Vec<_> = candles
        .windows(spec.window() as usize)
        .take(WINDOWS)
        .map(|candles| Window::new("BTCUSDT", &interval, candles, 0).expect("valid"))
        .collect();
    let mut stages = Stages::new(spec);
    let scenes: Vec<_> = windows.iter().map(|window| stages.layout(window).clone()).collect();
    let pngs: Vec<_> = scenes.iter().map(|scene| stages.png(scene).expect("RGB")).collect();
    let mut renderer = Renderer::new();

    let mut group = criterion.benchmark_group("stages");
    group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    // Each stage meets all windows in turn.
    let mut bench = |stage: &str, run: &mut dyn FnMut(usize)| {
        let mut turns = (0..WINDOWS).cycle();
        group.bench_function(BenchmarkId::new(stage, name), |bencher| {
            bencher.iter(|| run(turns.next().unwrap_or_default()));
        });
    };
    bench("layout", &mut |n| {
        black_box(stages.layout(&windows[n]));
    });
    bench("raster", &mut |n| {
        black_box(stages.raster(&scenes[n]));
    });
    bench("raster, encode and sha256", &mut |n| {
        black_box(stages.png(&scenes[n]).expect("RGB").digest());
    });
    bench("sha256", &mut |n| {
        black_box(Digest::of(pngs[n].as_bytes()));
    });
    bench("whole", &mut |n| {
        black_box(renderer.render(&windows[n], spec).digest());
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
