//! The native renderer, whole and stage by stage.

use std::{collections::BTreeMap, error::Error, hint::black_box};

use render_core::{
    Candle, Digest, Interval, Mark, MarkKind, Own, OwnSeries, OwnValue, Png, Renderer, Spec, Window,
    stages::Stages,
};

use crate::{Answer, INTERVAL, INTERVAL_MS, Job};

pub fn painter() -> Box<dyn FnMut(&Job<'_>) -> Answer> {
    // A run renders one spec. Were its renderer shared with others here, each
    // job would begin by making again what the last one forgot.
    let mut renderers = BTreeMap::<_, Renderer>::new();
    Box::new(move |job| {
        let interval = Interval::new(INTERVAL, INTERVAL_MS).expect("valid");
        let own = own(job);
        let windows = windows(job, &interval, &own);
        if job.what == "whole" {
            let renderer = renderers.entry(job.spec.hash()).or_default();
            return job.time(&windows, |window| hashed(&renderer.render(window, job.spec)));
        }
        // What a stage starts from is made by other stages than those that are
        // timed. The latter meet the job's labels for the first time, and only once.
        let mut stages = Stages::new(job.spec);
        let scenes: Vec<_> = windows.iter().map(|window| stages.layout(window).clone()).collect();
        let mut timed = Stages::new(job.spec);
        match job.what {
            "layout" => job.time(&windows, |window| {
                black_box(timed.layout(window));
                0
            }),
            "raster" => job.time(&scenes, |scene| {
                black_box(timed.raster(scene));
                0
            }),
            "png" => job.time(&scenes, |scene| hashed(&timed.png(scene).expect("palettes are complete"))),
            "sha256" => {
                let pngs: Vec<_> = scenes.iter().filter_map(|scene| stages.png(scene)).collect();
                job.time(&pngs, |png| {
                    black_box(Digest::of(png.as_bytes()));
                    png.as_bytes().len()
                })
            }
            what => panic!("there is no stage {what:?}"),
        }
    })
}

/// Draws as many pictures as the first argument says, of the spec that is the second.
pub fn count(mut arguments: impl Iterator<Item = String>, candles: &[Candle]) -> Result<(), Box<dyn Error>> {
    let mut argument = || arguments.next().ok_or("count COUNT SPEC");
    let (count, spec) = (argument()?.parse()?, Spec::from_json(&argument()?)?);
    let interval = Interval::new(INTERVAL, INTERVAL_MS)?;
    let mut renderer = Renderer::new();
    let job = Job { what: "whole", first: 0, count, spec: &spec, candles };
    let own = own(&job);
    for window in windows(&job, &interval, &own) {
        hashed(&renderer.render(&window, &spec));
    }
    Ok(())
}

/// What is the user's own in each picture, as far as the spec asks for it.
fn own(job: &Job<'_>) -> Vec<Own> {
    let (has_series, has_marks) = (!job.spec.options().series.is_empty(), job.spec.options().marks);
    if !has_series && !has_marks {
        return Vec::new();
    }
    let warmup = job.spec.warmup() as usize;
    let each = |candles: &[Candle]| {
        let candles = &candles[warmup..];
        let series = has_series.then(|| line(candles)).into_iter().collect();
        Own::new(series, if has_marks { marks(candles) } else { Vec::new() }).expect("valid")
    };
    job.slices().map(each).collect()
}

/// A line with a value at every candle, named `fair`.
fn line(candles: &[Candle]) -> OwnSeries {
    let value = |candle: &Candle| OwnValue::new(candle.open_time, Some(candle.close * 1.004));
    OwnSeries::new("fair", candles.iter().map(value).collect()).expect("valid")
}

/// Ten marks, each of another kind: a trade with what belongs to it, levels, areas and a note.
fn marks(candles: &[Candle]) -> Vec<Mark> {
    let at = |part: f64| &candles[(candles.len() as f64 * part) as usize];
    let time = |part: f64| Some(at(part).open_time);
    let price = |part: f64| Some(at(part).close);
    let mark = |kind, time, price, time2, price2, text: &str| Mark {
        time,
        price,
        time2,
        price2,
        text: text.to_owned(),
        ..Mark::new(MarkKind::named(kind).expect("a kind"))
    };
    let above = |part: f64| Some(at(part).close * 1.01);
    let below = |part: f64| Some(at(part).close * 0.99);
    vec![
        mark("buy", time(0.2), price(0.2), None, None, "in"),
        mark("sell", time(0.4), price(0.4), None, None, "out"),
        mark("trade", time(0.2), price(0.2), time(0.4), price(0.4), ""),
        mark("stop", time(0.2), below(0.2), time(0.4), None, ""),
        mark("target", time(0.2), above(0.2), time(0.4), None, ""),
        mark("hline", None, price(0.75), None, None, "resistance"),
        mark("vline", time(0.8), None, None, None, "news"),
        mark("span", time(0.5), None, time(0.56), None, ""),
        mark("box", time(0.7), price(0.7), time(0.78), above(0.7), ""),
        mark("text", time(0.1), above(0.1), None, None, "note"),
    ]
}

/// The windows of a job, with what is the user's own in them.
fn windows<'a>(job: &Job<'a>, interval: &'a Interval, own: &'a [Own]) -> Vec<Window<'a>> {
    let mut windows = job.windows(interval);
    for (window, own) in windows.iter_mut().zip(own) {
        *window = window.with_own(own);
    }
    windows
}

/// A picture is done when its digest is known, too.
fn hashed(png: &Png) -> usize {
    black_box(png.digest());
    png.as_bytes().len()
}
