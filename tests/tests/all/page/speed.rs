//! How fast the page is, by the browser's own clock. Printed, never asserted.

use std::io::{Write, stderr};

use super::{candles, on_page};

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
