//! Marks: what they say, and the boxes around what is drawn of them.

use raster::{Color, Rect};
use serde::Serialize;

use super::LabelBox;
use crate::{
    Window,
    layout::own_marks::MarkArea,
    own::{Anchor, MarkKind, PlacedMark},
};

/// A mark that shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarkBox {
    /// Its kind: `buy`, `trade`, `hline` …
    pub kind: &'static str,
    /// What stands beside it, or would if there were room.
    pub text: String,
    /// The label that is its text, by its place among all; none where there is no text, or no room for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<usize>,
    /// Open time of the candle where it is or begins, in ms.
    pub open_time: i64,
    /// Its price there, or the close of its candle where it has none. Of a line or trade that began before the window,
    /// where it comes in.
    pub price: f64,
    /// Open time of the candle where it ends, in ms, of kinds that end. It has none while the end is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time2: Option<i64>,
    /// The price where a line, box or trade ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price2: Option<f64>,
    /// `buy` or `sell` of an arrow, `long` or `short` of a trade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// What a trade made: `win`, `loss` or `even`; `open` while it has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profit: Option<&'static str>,
    /// The colour as drawn: of a box that of its edge, of a text that of its letters.
    pub color: Color,
    /// Left-most column of the box around its shape, or of a text around its letters.
    pub x: i32,
    /// Topmost row.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows.
    pub h: i32,
}

/// The box of what is drawn of a mark, and its label with its place among all.
pub(super) fn mark_box(
    window: &Window<'_>,
    (area, mark): (&MarkArea, &PlacedMark<'_>),
    label: Option<(usize, &LabelBox)>,
) -> MarkBox {
    let is_text = mark.kind == MarkKind::Text;
    let (rect, color) = match label.zip(area.label.as_ref()).filter(|_| is_text) {
        Some(((_, LabelBox { x, y, w, h, .. }), label)) => (Rect::new(*x, *y, *w, *h), label.color),
        None => (area.rect, area.color),
    };
    let time = |anchor: Anchor| window.candles()[anchor.candle].open_time;
    let ends = !mark.goes_on
        && matches!(
            mark.kind,
            MarkKind::Trade
                | MarkKind::Line
                | MarkKind::Box
                | MarkKind::Span
                | MarkKind::Stop
                | MarkKind::Target
        );
    let has_price2 = match mark.kind {
        MarkKind::Trade => ends,
        MarkKind::Line | MarkKind::Box => true,
        _ => false,
    };
    let is_trade = mark.kind == MarkKind::Trade;
    let side = match mark.kind {
        MarkKind::Buy | MarkKind::Sell => Some(mark.kind.name()),
        MarkKind::Trade => Some(mark.side.name()),
        _ => None,
    };
    let profit = match mark.profit {
        _ if mark.goes_on => "open",
        Some(true) => "win",
        Some(false) => "loss",
        None => "even",
    };
    MarkBox {
        kind: mark.kind.name(),
        text: mark.text.to_owned(),
        label: label.map(|(at, _)| at),
        open_time: time(mark.from),
        price: mark.from.price,
        time2: ends.then(|| time(mark.to)),
        price2: has_price2.then_some(mark.to.price),
        side,
        profit: is_trade.then_some(profit),
        color,
        x: rect.x,
        y: rect.y,
        w: rect.w,
        h: rect.h,
    }
}
