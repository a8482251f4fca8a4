//! The native renderer, whole and stage by stage.

use std::{collections::BTreeMap, error::Error, hint::black_box};

use render_core::{Candle, Digest, Interval, Png, Renderer, Spec, stages::Stages};

use crate::{Answer, INTERVAL, INTERVAL_MS, Job};

pub fn painter() -> Box<dyn FnMut(&Job<'_>) -> Answer> {
    // A run renders one spec. Were its renderer shared with others here, each
    // job would begin by making again what the last one forgot.
    let mut renderers = BTreeMap::<_, Renderer>::new();
    Box::new(move |job| {
        let interval = Interval::new(INTERVAL, INTERVAL_MS).expect("valid");
        let windows = job.windows(&interval);
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
    for window in (Job { what: "whole", first: 0, count, spec: &spec, candles }).windows(&interval) {
        hashed(&renderer.render(&window, &spec));
    }
    Ok(())
}

/// A picture is done when its digest is known, too.
fn hashed(png: &Png) -> usize {
    black_box(png.digest());
    png.as_bytes().len()
}
