//! Where things stand in a picture: ground truth for detectors, pointing tasks and vision-language models.

mod labels;
mod lines;
mod marks;

use serde::Serialize;

use super::{Fallback, Layout};
use raster::Rect;

use crate::{
    Spec, Window,
    panel::{Panel, Shows},
    scale::Columns,
    spec::Kind,
};

pub use labels::LabelBox;
pub(super) use labels::TextRole;
pub use lines::{LinePoint, LineValues};
pub use marks::MarkBox;

/// Where all that is drawn stands in a picture, and the values behind it. Pixels are counted from the
/// upper left corner; a box covers columns `x..x + w` and rows `y..y + h`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Geometry {
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Panels from the top down, as usual: `price`, `volume`, then indicators and series of one's own. A second scale
    /// of the price panel comes last.
    pub panels: Vec<PanelBox>,
    /// Candles from left to right, without those that the price range cuts off whole.
    pub candles: Vec<CandleBox>,
    /// The lines of overlays, indicators and series of one's own.
    pub lines: Vec<LineValues>,
    /// Marks that show, in the order in which they are drawn.
    pub marks: Vec<MarkBox>,
    /// All texts: labels of ticks and times, title, legends, tag, texts of marks.
    pub labels: Vec<LabelBox>,
    /// What the spec asks for and these candles do not allow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<Fallback>,
}

/// A panel and the scale of its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PanelBox {
    /// `price`, `volume`, an indicator's text such as `rsi:14`, a series' name, or `scale` for a second scale of the
    /// price panel.
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
    /// First open of the candles in it, as drawn.
    pub open: f64,
    /// Their highest high.
    pub high: f64,
    /// Their lowest low.
    pub low: f64,
    /// Their last close.
    pub close: f64,
    /// The greatest of their volumes.
    pub volume: f64,
    /// The line from high to low, of kinds that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wick: Option<Rect>,
    /// The body, edges included, of kinds that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Rect>,
    /// The tick at the open, of OHLC bars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_tick: Option<Rect>,
    /// The tick at the close, of OHLC bars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_tick: Option<Rect>,
    /// The bar in the volume panel, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_bar: Option<Rect>,
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
    let (columns, placed) = layout.plan(window, spec);
    let mut before = 0;
    let candles = layout.bars.iter().filter_map(|bar| {
        let candles = bar.until - std::mem::replace(&mut before, bar.until);
        candle_box(spec, &columns, &layout, (bar, candles))
    });
    let candles: Vec<_> = candles.collect();
    let fallbacks = layout.fallbacks(spec, candles.is_empty());
    // From the top down, a second scale of the price panel last.
    let mut order: Vec<usize> = (0..layout.panels.len()).collect();
    order.sort_unstable_by_key(|at| (!layout.panels[*at].has_ground(), layout.panels[*at].whole().y, *at));
    let place = |panel: usize| order.iter().position(|at| *at == panel).unwrap_or(panel);
    let mut lines = layout.line_values(spec, &columns);
    lines.iter_mut().for_each(|line| line.panel = place(line.panel));
    let (mut labels, label_of) = layout.label_boxes(&placed);
    labels.iter_mut().for_each(|label| label.panel = label.panel.map(place));
    let marks = layout.mark_areas.iter().zip(label_of).map(|(area, label)| {
        let label = label.map(|label| (label, &labels[label]));
        marks::mark_box(window, (area, &placed[area.index]), label)
    });
    let marks = marks.collect();
    Geometry {
        width: spec.width(),
        height: spec.height(),
        candles,
        panels: order.iter().map(|at| panel_box(spec, &layout.panels[*at])).collect(),
        lines,
        marks,
        labels,
        fallbacks,
    }
}

/// The box of one bar, which is `candles` candles; `None` where nothing of it is seen.
fn candle_box(
    spec: &Spec,
    columns: &Columns,
    layout: &Layout,
    (bar, candles): (&super::Bar, usize),
) -> Option<CandleBox> {
    let (kind, price) = (spec.options().kind, &layout.panels[0]);
    let parts = bar.parts(kind, columns, price).map(|part| part.within(price.rect));
    let Rect { x, y, w, h } = around(&parts)?;
    let seen = |part: Rect| (part.w > 0 && part.h > 0).then_some(part);
    let [first, second, third] = parts.map(seen);
    let [wick, body, open_tick, close_tick] = match kind {
        Kind::Candle | Kind::Hollow | Kind::HeikinAshi => [first, second, None, None],
        Kind::Ohlc => [first, None, second, third],
        Kind::Columns => [None, first, None, None],
        Kind::Line | Kind::Area | Kind::Baseline | Kind::Step => [None; 4],
    };
    let volume = layout.panels.iter().find(|panel| panel.shows == Shows::Volume);
    let volume_bar = volume.and_then(|panel| seen(bar.volume_bar(columns, panel)));
    let crate::Candle { open_time, open, high, low, close, volume } = bar.candle;
    let values = CandleBox {
        open_time,
        candles,
        x,
        y,
        w,
        h,
        open,
        high,
        low,
        close,
        volume,
        wick,
        body,
        open_tick,
        close_tick,
        volume_bar,
    };
    Some(values)
}

/// The smallest rectangle around those that are not empty.
pub(super) fn around(parts: &[Rect]) -> Option<Rect> {
    let seen = parts.iter().copied().filter(|part| part.w > 0 && part.h > 0);
    seen.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
    })
}

fn panel_box(spec: &Spec, panel: &Panel) -> PanelBox {
    let Rect { x, y, w, h } = panel.rect;
    let name = match panel.shows {
        Shows::Price { .. } => "price".to_owned(),
        Shows::Volume => "volume".to_owned(),
        Shows::Indicator { of, .. } => of.of.to_string(),
        Shows::Series { at, .. } => spec.options().series[at].name.clone(),
        Shows::Scale { .. } => "scale".to_owned(),
    };
    let (bottom, top) = panel.scale.ends();
    PanelBox { name, x, y, w, h, scale: if panel.scale.log { "log" } else { "linear" }, top, bottom }
}
