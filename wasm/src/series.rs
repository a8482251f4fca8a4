//! Series for JavaScript: candles in order, and pictures of their ends.

use render_core::{Candle, Interval, Own, Spec, Window};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::{
    Chart, Error,
    chart::{read_rows, whole_ms},
    own::OwnRows,
};

/// The candles of a series, and what the user brings besides them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Series {
    candles: Vec<Candle>,
    own: Own,
}

#[wasm_bindgen]
impl Series {
    /// A series of rows of six numbers, oldest first, as databases and texts give them.
    ///
    /// # Errors
    /// Throws where a time is no whole number of milliseconds.
    pub fn from_rows(numbers: &[f64]) -> Result<Self, JsError> {
        Ok(Self { candles: read_rows(numbers)?, own: Own::default() })
    }

    /// Lets pictures show these series of the user's own and marks, and no others: JSON as `own.rs` describes it.
    ///
    /// # Errors
    /// Throws the core's message about the first that cannot be used.
    pub fn set_own(&mut self, json: &str) -> Result<(), JsError> {
        Ok(self.bring(json)?)
    }

    /// Candles.
    #[must_use]
    pub fn count(&self) -> usize {
        self.candles.len()
    }

    /// All open times in ms.
    #[must_use]
    pub fn times(&self) -> Vec<f64> {
        self.candles.iter().map(|candle| candle.open_time as f64).collect()
    }

    /// Rows of six numbers of the `count` candles that end with the one at `end`.
    #[must_use]
    pub fn rows(&self, end: usize, count: usize) -> Vec<f64> {
        let until = (end + 1).min(self.candles.len());
        let candles = &self.candles[until.saturating_sub(count)..until];
        let row = |c: &Candle| [c.open_time as f64, c.open, c.high, c.low, c.close, c.volume];
        candles.iter().flat_map(row).collect()
    }

    /// The picture whose window ends with the candle at `end`.
    ///
    /// # Errors
    /// Throws why the cache would have no such picture.
    pub fn chart(
        &self,
        symbol: &str,
        interval: &str,
        interval_ms: f64,
        end: usize,
        spec: &str,
    ) -> Result<Chart, JsError> {
        Ok(self.with_window(symbol, interval, interval_ms, end, spec, Chart::of)?)
    }

    /// The SHA-256 of that picture's file alone, which takes far less time.
    ///
    /// # Errors
    /// Throws why the cache would have no such picture.
    pub fn sha256(
        &self,
        symbol: &str,
        interval: &str,
        interval_ms: f64,
        end: usize,
        spec: &str,
    ) -> Result<String, JsError> {
        let digest = |window: &Window<'_>, spec: &Spec| crate::render(window, spec).digest().to_string();
        Ok(self.with_window(symbol, interval, interval_ms, end, spec, digest)?)
    }
}

impl Series {
    fn bring(&mut self, json: &str) -> Result<(), Error> {
        let rows: OwnRows = serde_json::from_str(json).map_err(|error| Error::Header(error.to_string()))?;
        self.own = rows.own()?;
        Ok(())
    }

    fn with_window<T>(
        &self,
        symbol: &str,
        interval: &str,
        interval_ms: f64,
        end: usize,
        spec: &str,
        make: impl FnOnce(&Window<'_>, &Spec) -> T,
    ) -> Result<T, Error> {
        let interval = Interval::new(interval, whole_ms(interval_ms, || "interval".to_owned())?)?;
        let spec = crate::spec(spec)?;
        let until = end.saturating_add(1).min(self.candles.len());
        let drawn = spec.window() as usize;
        let Some(first) = until.checked_sub(drawn) else {
            return Err(Error::History { drawn, there: until });
        };
        // At the beginning of a series the warm-up is as long as there are candles.
        let warmup = first.min(spec.warmup() as usize);
        let candles = &self.candles[first - warmup..until];
        Ok(make(&Window::new(symbol, &interval, candles, warmup)?.with_own(&self.own), &spec))
    }
}

#[cfg(test)]
mod tests {
    use render_core::{Mark, MarkKind, OwnSeries, OwnValue};

    use super::*;

    fn series() -> Series {
        let numbers = [
            [3_600_000.0, 1.0, 3.0, 1.0, 2.0, 5.0],
            [7_200_000.0, 2.0, 4.0, 2.0, 3.0, 6.0],
            [10_800_000.0, 3.0, 5.0, 3.0, 4.0, 7.0],
        ];
        Series::from_rows(numbers.as_flattened()).expect("whole rows")
    }

    #[test]
    fn a_series_draws_what_the_core_draws_of_the_same_window() {
        let (series, spec) = (series(), r#"{"width":64,"height":48,"window":2,"overlays":["sma:2"]}"#);
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let core_spec = Spec::from_json(spec).expect("valid");
        for end in 1..3 {
            let window = Window::new("X", &interval, &series.candles[..=end], end - 1).expect("valid");
            let png = render_core::render(&window, &core_spec);
            let chart = series.chart("X", "1h", 3_600_000.0, end, spec).expect("a picture");
            assert_eq!(chart.png(), png.as_bytes());
            assert_eq!(series.sha256("X", "1h", 3_600_000.0, end, spec).ok(), Some(chart.sha256()));
        }
    }

    #[test]
    fn a_history_too_short_for_the_window_is_told() {
        let refused = series().with_window("X", "1h", 3_600_000.0, 1, r#"{"window":3}"#, |_, _| ());
        let message = refused.expect_err("short").to_string();
        assert_eq!(message, "short history: the window has 3 candles, and only 2 are there up to its end");
    }

    #[test]
    fn a_series_draws_its_own_values_and_marks_as_the_core_does() {
        let (mut series, spec) =
            (series(), r#"{"width":64,"height":48,"window":2,"series":["fair"],"marks":true}"#);
        let bare = series.sha256("X", "1h", 3_600_000.0, 2, spec).ok();
        let json = r##"{"series":{"fair":[{"time":7200000,"value":"3"},{"time":10800000}]},
            "marks":[{"kind":"hline","price":"2.5","color":"#ff0000"}]}"##;
        series.bring(json).expect("valid");

        let values = vec![OwnValue::new(7_200_000, Some(3.0)), OwnValue::new(10_800_000, None)];
        let color = Some(render_core::Color::rgb(0xff, 0, 0));
        let mark = Mark { price: Some(2.5), color, ..Mark::new(MarkKind::Hline) };
        let own = Own::new(vec![OwnSeries::new("fair", values).expect("valid")], vec![mark]).expect("valid");
        let interval = Interval::new("1h", 3_600_000).expect("valid");
        let window = Window::new("X", &interval, &series.candles[1..], 0).expect("valid").with_own(&own);
        let png = render_core::render(&window, &Spec::from_json(spec).expect("valid"));
        let drawn = series.sha256("X", "1h", 3_600_000.0, 2, spec).ok();
        assert_eq!(drawn, Some(png.digest().to_string()));
        assert_ne!(drawn, bare);
        for (mark, why) in [
            (
                r#""kind":"byu","time":0,"place":"a.csv: line 3""#,
                "a.csv: line 3: \"byu\" is no kind of mark; did you mean buy",
            ),
            (r#""kind":"span","time":0"#, "mark 0: a span needs a time2"),
            (r#""kind":"hline","price":1,"color":"red","place":"line 2""#, "line 2: "),
            (
                r#""kind":"trade","time":0,"price":1,"side":"up""#,
                "mark 0: \"up\" is no side; there are long, short",
            ),
        ] {
            let refused = series.bring(&format!(r#"{{"marks":[{{{mark}}}]}}"#)).expect_err(why).to_string();
            assert!(refused.starts_with(why) && !refused.contains("column"), "{refused}");
        }
        assert_eq!(
            series.sha256("X", "1h", 3_600_000.0, 2, spec).ok(),
            drawn,
            "what is refused changes nothing"
        );
    }

    #[test]
    fn rows_are_those_up_to_an_end() {
        let series = series();
        assert_eq!(series.rows(1, 1), [7_200_000.0, 2.0, 4.0, 2.0, 3.0, 6.0]);
        assert_eq!(series.rows(2, 99).len(), 18);
        assert_eq!(series.times(), [3_600_000.0, 7_200_000.0, 10_800_000.0]);
    }
}
