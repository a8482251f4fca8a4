//! Marks: what is drawn for each candle, place by place.

use super::{Frame, Layout};
use raster::{Color, Rect, Scene};

use crate::{
    Candle, Spec,
    panel::{Panel, Shows},
    scale::Columns,
    spec::Kind,
    style::{Style, VolumeColor},
};

/// The candles of one place as one: first open, highest high, lowest low,
/// last close. Their volume is the greatest of theirs, the bar that would hide
/// the others behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    pub place: i32,
    pub candle: Candle,
    /// The close before the first of them.
    pub before: f64,
    /// How many drawn candles there are up to and with the last of them.
    pub until: usize,
}

impl Bar {
    /// Whether the close is the open. Such a candle has one colour in all kinds, that of a falling one.
    pub fn is_flat(&self) -> bool {
        self.candle.close.partial_cmp(&self.candle.open) == Some(std::cmp::Ordering::Equal)
    }

    /// Whether the close is above the one before.
    pub fn rises_from_before(&self) -> bool {
        self.candle.close > self.before
    }

    /// The edge of a hollow candle: that of rising ones where the close is at or above the one before.
    pub fn hollow_edge(&self, style: &Style) -> Color {
        match self.candle.close >= self.before {
            _ if self.is_flat() => style.narrow(false),
            true => style.up.edge,
            false => style.down.edge,
        }
    }

    /// The bar of its volume in that panel; without height where there was none.
    pub fn volume_bar(&self, columns: &Columns, panel: &Panel) -> Rect {
        let x = columns.x(self.place, columns.bar);
        let top =
            if self.candle.volume > 0.0 { panel.scale.row(self.candle.volume) } else { panel.rect.bottom() };
        Rect::new(x, top, columns.bar, panel.rect.bottom() - top)
    }

    /// The rectangles that `kind` draws for the bar, before the panel cuts
    /// them: wick and body, a line and its two ticks, or a column. Lines and areas
    /// draw none, and have the room between low and high.
    pub fn parts(&self, kind: Kind, columns: &Columns, panel: &Panel) -> [Rect; 3] {
        let Candle { open, high, low, close, .. } = self.candle;
        let Columns { wick: thin, body: wide, .. } = *columns;
        let row = |value: f64| panel.scale.free_row(value);
        let span = |x: i32, w: i32, from: f64, to: f64| {
            let top = row(from);
            Rect::new(x, top, w, row(to) - top + 1)
        };
        let left = columns.body_x(self.place);
        let middle = columns.beside_body(left, thin);
        let none = Rect::new(left, 0, 0, 0);
        let line = span(middle, thin, high, low);
        match kind {
            Kind::Candle | Kind::Hollow | Kind::HeikinAshi => {
                [line, span(left, wide, open.max(close), open.min(close)), none]
            }
            Kind::Ohlc => {
                // Ticks are as thick as the line, which is at least as long as they are thick.
                let line = Rect { h: line.h.max(thin), ..line };
                let tick = |value: f64| (row(value) - (thin - 1) / 2).clamp(line.y, line.bottom() - thin);
                let right = middle + thin;
                [
                    line,
                    Rect::new(left, tick(open), middle - left, thin),
                    Rect::new(right, tick(close), left + wide - right, thin),
                ]
            }
            Kind::Columns => {
                let top = row(close).min(panel.rect.bottom());
                let x = columns.beside_body(left, columns.bar);
                [Rect::new(x, top, columns.bar, panel.rect.bottom() - top), none, none]
            }
            Kind::Line | Kind::Area | Kind::Baseline | Kind::Step => {
                [span(left, wide.max(thin), high, low), none, none]
            }
        }
    }
}

impl Layout {
    /// Gathers the candles of each place.
    pub(super) fn merge_bars(&mut self, columns: &Columns) {
        self.bars.clear();
        let mut before = self.before;
        for ((candle, &slot), until) in self.candles.iter().zip(&self.slots).zip(1..) {
            let place = columns.place_of(slot);
            match self.bars.last_mut() {
                Some(bar) if bar.place == place => {
                    let all = &mut bar.candle;
                    all.high = all.high.max(candle.high);
                    all.low = all.low.min(candle.low);
                    all.close = candle.close;
                    all.volume = all.volume.max(candle.volume);
                    bar.until = until;
                }
                _ => self.bars.push(Bar { place, candle: *candle, before, until }),
            }
            before = candle.close;
        }
    }

    /// The volume bars, or the histogram and the lines of an indicator.
    pub(super) fn strip(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        match panel.shows {
            Shows::Price { .. } | Shows::Scale { .. } => {}
            Shows::Series { at, .. } => self.series(spec, columns, frame, panel, at),
            Shows::Volume => {
                self.volume(&spec.options().style, columns, panel);
                self.overlay_lines(spec, columns, frame, panel);
            }
            Shows::Indicator { at, of } => self.indicator(spec, columns, frame, panel, (at, of)),
        }
    }

    fn volume(&mut self, style: &Style, columns: &Columns, panel: &Panel) {
        let (up, down) = (style.volume_on_panel(&style.up), style.volume_on_panel(&style.down));
        for bar in &self.bars {
            let candle = &bar.candle;
            if candle.volume <= 0.0 {
                continue;
            }
            let rises = match style.volume_color {
                VolumeColor::Open => is_rising(candle),
                VolumeColor::PreviousClose => bar.rises_from_before(),
            };
            self.scene.fill(bar.volume_bar(columns, panel), if rises { up } else { down });
        }
    }

    /// What the price panel shows.
    pub(super) fn prices(&mut self, spec: &Spec, columns: &Columns, frame: &Frame, panel: &Panel) {
        let style = &spec.options().style;
        let bars = std::mem::take(&mut self.bars);
        let inks = Inks::new(style);
        for bar in &bars {
            let mut marks = Marks { scene: &mut self.scene, style, inks: &inks, columns, panel, bar };
            match spec.options().kind {
                Kind::Candle | Kind::HeikinAshi => marks.candle(),
                Kind::Hollow => marks.hollow(),
                Kind::Ohlc => marks.ohlc(),
                Kind::Columns => marks.column(),
                Kind::Line | Kind::Area | Kind::Baseline | Kind::Step => {}
            }
        }
        self.bars = bars;
        match spec.options().kind {
            Kind::Line | Kind::Area => self.closes(spec, columns, frame, panel),
            Kind::Baseline => self.baseline_line(spec, columns, frame, panel),
            Kind::Step => self.steps(spec, columns, frame, panel),
            Kind::Candle | Kind::Hollow | Kind::Ohlc | Kind::HeikinAshi | Kind::Columns => {}
        }
        self.overlay_lines(spec, columns, frame, panel);
    }
}

/// Draws one bar.
struct Marks<'a> {
    scene: &'a mut Scene,
    style: &'a Style,
    inks: &'a Inks,
    columns: &'a Columns,
    panel: &'a Panel,
    bar: &'a Bar,
}

impl Marks<'_> {
    /// A wick and a body with an edge.
    fn candle(&mut self) {
        self.body(self.inks.bodies[usize::from(is_rising(&self.bar.candle))]);
    }

    /// Coloured by the close before, hollow where the close is above the open. One whose open is its close is drawn
    /// as in all other kinds.
    fn hollow(&mut self) {
        let edge = self.bar.hollow_edge(self.style);
        if is_rising(&self.bar.candle) {
            let inside = self.style.hollow.unwrap_or(self.style.panel);
            self.body(Body { wick: edge, edge, inside, narrow: self.style.hollow_narrow(edge) });
        } else {
            self.body(Body { wick: edge, edge, inside: edge, narrow: edge });
        }
    }

    fn body(&mut self, Body { wick, edge, inside, narrow }: Body) {
        let [line, body, _] = self.bar.parts(Kind::Candle, self.columns, self.panel);
        let thin = self.columns.wick;
        let has_room = body.w > 2 * thin && body.h > 2 * thin;
        if self.columns.is_narrow() {
            self.fill(line, self.style.narrow_wick(narrow));
            return self.fill(body, narrow);
        }
        self.fill(line, wick);
        if inside == edge || !has_room {
            return self.fill(body, if inside == edge { edge } else { narrow });
        }
        self.fill(body, edge);
        self.fill(Rect::new(body.x + thin, body.y + thin, body.w - 2 * thin, body.h - 2 * thin), inside);
    }

    /// A line from low to high with ticks at open and close, which narrow places have no room for.
    fn ohlc(&mut self) {
        let parts = self.bar.parts(Kind::Ohlc, self.columns, self.panel);
        let [_, open, close] = parts;
        let ticks_tell = !self.columns.is_narrow() && open.y != close.y;
        let color = match self.inks.bars[usize::from(ticks_tell)][usize::from(is_rising(&self.bar.candle))] {
            _ if self.bar.is_flat() => self.inks.bodies[0].narrow,
            color => color,
        };
        for part in parts {
            self.fill(part, color);
        }
    }

    /// A bar from the panel's lower edge up to the close.
    fn column(&mut self) {
        let [column, ..] = self.bar.parts(Kind::Columns, self.columns, self.panel);
        self.fill(column, self.inks.bodies[usize::from(self.bar.rises_from_before())].narrow);
    }

    fn fill(&mut self, rect: Rect, color: Color) {
        self.scene.fill(rect.within(self.panel.rect), color);
    }
}

/// The colours of falling and of rising candles, in this order.
struct Inks {
    bodies: [Body; 2],
    /// Bars without ticks that tell their direction, and with them.
    bars: [[Color; 2]; 2],
}

impl Inks {
    fn new(style: &Style) -> Self {
        let both = [false, true];
        let body = |rises: bool| {
            let of = if rises { &style.up } else { &style.down };
            let inside = style.body_on_panel(of);
            Body { wick: of.wick, edge: of.edge, inside, narrow: style.narrow(rises) }
        };
        let bars = both.map(|ticks_tell| both.map(|rises| style.bar(rises, ticks_tell)));
        Self { bodies: both.map(body), bars }
    }
}

/// The colours of one body with its wick.
#[derive(Clone, Copy)]
struct Body {
    wick: Color,
    edge: Color,
    inside: Color,
    /// Of a body without room for an inside.
    narrow: Color,
}

/// A candle rises where its close is above its open, as mplfinance has it.
pub(super) fn is_rising(candle: &Candle) -> bool {
    candle.close > candle.open
}
