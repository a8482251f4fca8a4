//! Where things stand in a picture, for detectors and pointing tasks.

use serde::Serialize;

use super::Layout;
use crate::{
    Spec, Window,
    panel::{Panel, Shows},
    scene::Rect,
};

/// Where panels and candles stand in a picture. Pixels are counted from the
/// upper left corner; a box covers columns `x..x + w` and rows `y..y + h`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Geometry {
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Panels from the top down, as usual: `price`, `volume`, then indicators.
    pub panels: Vec<PanelBox>,
    /// Candles from left to right, without those that the price range cuts off whole.
    pub candles: Vec<CandleBox>,
}

/// A panel and the scale of its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PanelBox {
    /// `price`, `volume`, or an indicator's text such as `rsi:14`.
    pub name: String,
    /// Left-most column.
    pub x: i32,
    /// Topmost row.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows.
    pub h: i32,
    /// `linear` or `log`: how values are spread between the two rows.
    pub scale: &'static str,
    /// Value of the topmost row.
    pub top: f64,
    /// Value of the lowest row.
    pub bottom: f64,
}

/// The box around what is seen of one candle, or of the candles of a pixel column where several share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CandleBox {
    /// Open time of the first candle in it, in ms.
    pub open_time: i64,
    /// Candles in it.
    pub candles: usize,
    /// Left-most column, the body's unless the price range cuts it off.
    pub x: i32,
    /// Row of the high, or the panel's topmost row where that is cut off.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows from high to low.
    pub h: i32,
}

impl PanelBox {
    /// The value in the middle of a row of pixels, which may lie outside the panel.
    #[must_use]
    pub fn value(&self, row: i32) -> f64 {
        let share = f64::from(row - self.y) / f64::from((self.h - 1).max(1));
        // Weighted ends keep the span of the widest values finite.
        let between = |top: f64, bottom: f64| top * (1.0 - share) + bottom * share;
        if self.scale == "log" {
            libm::exp10(between(libm::log10(self.top), libm::log10(self.bottom)))
        } else {
            between(self.top, self.bottom)
        }
    }
}

/// The geometry of one picture.
#[must_use]
pub fn geometry(window: &Window<'_>, spec: &Spec) -> Geometry {
    let mut layout = Layout::default();
    let columns = layout.plan(window, spec);
    let price = &layout.panels[0];
    let mut before = 0;
    let candles = layout.bars.iter().filter_map(|bar| {
        let candles = bar.until - std::mem::replace(&mut before, bar.until);
        let open_time = bar.candle.open_time;
        let parts = bar.parts(spec.options().kind, &columns, price).map(|part| part.within(price.rect));
        let Rect { x, y, w, h } = around(&parts)?;
        Some(CandleBox { open_time, candles, x, y, w, h })
    });
    let mut panels: Vec<PanelBox> = layout.panels.iter().map(panel_box).collect();
    panels.sort_by_key(|panel| panel.y);
    Geometry { width: spec.width(), height: spec.height(), candles: candles.collect(), panels }
}

/// The smallest rectangle around those that are not empty.
fn around(parts: &[Rect]) -> Option<Rect> {
    let seen = parts.iter().copied().filter(|part| part.w > 0 && part.h > 0);
    seen.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
    })
}

fn panel_box(panel: &Panel) -> PanelBox {
    let Rect { x, y, w, h } = panel.rect;
    let name = match panel.shows {
        Shows::Price { .. } => "price".to_owned(),
        Shows::Volume => "volume".to_owned(),
        Shows::Indicator { of, .. } => of.of.to_string(),
    };
    let (bottom, top) = panel.scale.ends();
    PanelBox { name, x, y, w, h, scale: if panel.scale.log { "log" } else { "linear" }, top, bottom }
}
