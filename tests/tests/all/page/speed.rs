//! How fast the page is, by the browser's own clock. Printed, never asserted.

use std::io::{Write, stderr};

use serde_json::json;

use super::{candles, on_page};

/// Drags to and fro for 240 frames, and says how many a second there were, how many pictures, and how long each
/// took from the pointer to the canvas.
const DRAG: &str = "(() => {
    const box = document.getElementById('picture');
    const {left, top, width, height} = box.getBoundingClientRect();
    box.setPointerCapture = () => {};
    const point = (kind, x) => box.dispatchEvent(new PointerEvent(kind, {pointerId: 1, pointerType: 'mouse', isPrimary: true, bubbles: true, button: 0, clientX: left + x * width, clientY: top + height / 2}));
    window.dragged = null;
    imageCache.steps.length = 0;
    point('pointerdown', 0.3);
    const frames = [];
    const frame = (now) => {
        frames.push(now);
        if (frames.length > 240) {
            point('pointerup', 0.5);
            const steps = [...imageCache.steps].sort((a, b) => a - b);
            const apart = frames.slice(1).map((now, at) => now - frames[at]).sort((a, b) => a - b);
            const tenths = (ms) => Math.round(10 * ms) / 10;
            window.dragged = {
                canvas: [document.getElementById('canvas').width, document.getElementById('canvas').height],
                framesPerSecond: tenths(240_000 / (frames.at(-1) - frames[0])),
                msBetweenFrames: {median: tenths(apart[120]), p99: tenths(apart[237]), most: tenths(apart.at(-1))},
                pictures: steps.length,
                msToCanvas: {median: tenths(steps[steps.length >> 1]), p99: tenths(steps[Math.floor(steps.length * 0.99)]), most: tenths(steps.at(-1))},
            };
            return;
        }
        // There and back, some candles with each frame.
        point('pointermove', 0.3 + 0.4 * Math.abs(Math.sin(frames.length / 40)));
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})()";

/// Tells figures even where a test's output is kept back.
fn tell(what: &str, figures: &serde_json::Value) {
    // A closed standard error has no reader.
    let _ = writeln!(stderr(), "measured: {what}: {figures}");
}

#[test]
#[ignore = "a measurement, of no use beside other tests: cargo xtask ci"]
fn first_pictures_steps_and_large_files_are_measured() {
    on_page(async |page| {
        for _ in 0..3 {
            page.open_sample("").await?;
            // A browser that has just been started takes its time until it asks for anything.
            tell(
                "first picture after the page began to load, ms, and after its HTML was there",
                &page
                    .eval("(([{responseEnd}]) => [imageCache.first, imageCache.first - responseEnd].map(Math.round))(performance.getEntriesByType('navigation'))")
                    .await?,
            );
        }
        // The steps of a person who holds an arrow key down.
        page.eval("(() => { imageCache.steps.length = 0; window.holding = setInterval(() => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true})), 33); })()").await?;
        page.wait("imageCache.steps.length >= 100").await?;
        page.eval("clearInterval(window.holding)").await?;
        let steps = page.eval("(steps => ({least: steps[0], median: steps[steps.length >> 1], most: steps.at(-1)}))([...imageCache.steps].sort((a, b) => a - b).map(Math.round))").await?;
        tell("a window's step at 1280x1280, from the key to the canvas, ms", &steps);

        // A person who drags the picture, on a screen of 1280x800: a move of the pointer in each frame.
        let screen = json!({"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        page.browser("Emulation.setDeviceMetricsOverride", screen).await?;
        page.open_sample("").await?;
        page.eval(DRAG).await?;
        page.wait("window.dragged !== null").await?;
        tell("dragging for 240 frames at 1280x800", &page.eval("window.dragged").await?);

        let rows = 200_000;
        let hour = candles::hours()[0];
        let many: Vec<_> = (0..rows)
            .map(|at| render_core::Candle { open_time: hour.open_time + at * 60_000, ..hour })
            .collect();
        let file = page.file("BTCUSDT-1m.csv", candles::klines(&many, 1000));
        page.eval("addEventListener('change', () => (window.chosen = performance.now()), true)").await?;
        page.choose_candles(&[&file]).await?;
        page.wait("document.getElementById('position').textContent.endsWith(' 200,000')").await?;
        tell(
            "a CSV of 200,000 klines is open after, ms",
            &page.eval("Math.round(performance.now() - window.chosen)").await?,
        );
        page.settle().await?;
        Ok(())
    });
}
