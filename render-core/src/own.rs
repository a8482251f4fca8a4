//! What a user brings besides candles: series of one's own, and marks.
//!
//! Values and marks stand at times. Here they find the candles of a window; what is dated after the window's end
//! is left out before anything else sees it, so that it can decide no pixel. A spec says which series are drawn and
//! how ([`SeriesDrawing`]), and whether marks are.

mod digest;
mod drawing;
mod mark;
mod place;
mod series;

use crate::Error;

pub(crate) use drawing::{EXAMPLES, WORDS};
pub use drawing::{SeriesDrawing, SeriesForm, SeriesPlace};
pub use mark::{Mark, MarkKind, MarkSide};
pub use series::{OwnSeries, OwnValue};

pub(crate) use digest::update;
pub(crate) use place::{Anchor, PlacedMark, PlacedValue, place_marks, place_values, skipped};

/// Most marks that one picture can be given; more would hide the candles.
pub const MAX_MARKS: usize = 1_000_000;

/// Series of one's own and marks, in one order whatever order they were given in.
///
/// ```
/// use render_core::{Candle, Interval, Own, OwnSeries, OwnValue, Spec, Window, render};
///
/// let candle = |i: i64| Candle { open_time: i * 3_600_000, open: 1.0, high: 2.0, low: 0.5, close: 1.5, volume: 3.0 };
/// let candles: Vec<Candle> = (0..20).map(candle).collect();
/// let hour = Interval::new("1h", 3_600_000)?;
/// let values = candles.iter().map(|candle| OwnValue::new(candle.open_time, Some(1.2))).collect();
/// let own = Own::new(vec![OwnSeries::new("fair", values)?], Vec::new())?;
/// let window = Window::new("BTCUSDT", &hour, &candles, 0)?.with_own(&own);
/// let png = render(&window, &Spec::from_json(r##"{"series":["fair:step:#ff9800"]}"##)?);
/// # assert!(!png.as_bytes().is_empty());
/// # Ok::<(), render_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Own {
    /// By name.
    series: Vec<OwnSeries>,
    /// In the order of [`Mark::order`].
    marks: Vec<Mark>,
}

impl Own {
    /// Takes checked series and marks.
    ///
    /// # Errors
    /// Where two series have one name, or a mark is refused by [`Mark::check`].
    pub fn new(mut series: Vec<OwnSeries>, mut marks: Vec<Mark>) -> Result<Self, Error> {
        series.sort_unstable_by(|a, b| a.name().cmp(b.name()));
        if let Some(pair) = series.windows(2).find(|pair| pair[0].name() == pair[1].name()) {
            return Err(Error::OwnSeries {
                name: pair[0].name().to_owned(),
                why: "is given twice".to_owned(),
            });
        }
        for (index, mark) in marks.iter().enumerate() {
            mark.check().map_err(|why| Error::Mark { index, why })?;
        }
        marks.sort_unstable_by(Mark::order);
        Ok(Self { series, marks })
    }

    /// The series of that name.
    #[must_use]
    pub fn series(&self, name: &str) -> Option<&OwnSeries> {
        let at = self.series.binary_search_by(|series| series.name().cmp(name)).ok()?;
        self.series.get(at)
    }

    /// All marks, in the order of their times.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }
}
