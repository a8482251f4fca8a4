//! Layout: from a window and a spec to a scene. Here prices become whole pixels.

use crate::{
    Candle, Spec, Window,
    axes::{Axes as AxesPlan, Panel},
    scale::{Columns, Scale},
    scene::{Color, Rect, Scene, Shape},
    spec,
    style::{CandleStyle, Dash, Style},
};

/// The scene of one picture.
///
/// From back to front: figure, panels, grid lines, volume bars, wicks and
/// bodies, frame, ticks and labels.
#[must_use]
pub fn layout(window: &Window<'_>, spec: &Spec) -> Scene {
    let mut layout = Layout::default();
    layout.run(window, spec);
    layout.scene
}

/// A scene and the scratch space for making the next one.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub scene: Scene,
    /// The text of one label.
    pub line: String,
    /// Candles that have a tick on the time axis.
    pub ticks: Vec<usize>,
}

/// Where things stand and how thick they are, in pixels.
#[derive(Debug, Clone, Copy)]
struct Geometry {
    /// Both panels and the line between them, without the frame around.
    inside: Rect,
    price: Rect,
    volume: Option<Rect>,
    /// Thickness of the frame; 0 where there is none.
    frame: i32,
    /// Thickness of wicks, edges and grid lines.
    stroke: i32,
}

/// The parts of the price and of the volume panel in their common height.
const PRICE_PARTS: i32 = 5;
const VOLUME_PARTS: i32 = 2;

impl Layout {
    pub fn run(&mut self, window: &Window<'_>, spec: &Spec) {
        let style = &spec.options().style;
        let candles = window.candles();
        self.scene.clear(spec.width(), spec.height());

        let geometry = |margins| Geometry::new(spec, margins);
        let panels = |geometry: &Geometry| {
            let pad = if spec.options().axes == spec::Axes::Bare { 0 } else { geometry.price.h / 25 };
            let scale = price_scale(candles, geometry.price, pad);
            let price = Panel { rect: geometry.price, scale, blank: false };
            let blank = candles.iter().all(|candle| candle.volume == 0.0);
            let volume =
                geometry.volume.map(|rect| Panel { rect, scale: volume_scale(candles, rect), blank });
            (price, volume)
        };
        // Margins depend on the labels, labels on the scales, scales on the
        // panels' heights, and those on the lower margin, which is known from
        // the size alone; so one round settles it.
        let mut axes = AxesPlan::new(spec, &mut self.line, |margins| panels(&geometry(margins)));
        let geometry = geometry(axes.margins);
        let (price, volume) = panels(&geometry);
        let columns =
            Columns::new(geometry.inside.x, geometry.inside.w, candles.len() as i32, geometry.stroke);
        axes.time_ticks(window, &columns, &mut self.line, &mut self.ticks);

        self.background(spec, style, &geometry);
        if spec.options().grid && spec.options().axes != spec::Axes::Bare {
            self.grid(style, &geometry, &axes, &columns, &price, volume.as_ref());
        }
        if let Some(panel) = &volume {
            self.volume(style, candles, &columns, panel);
        }
        self.candles(style, candles, &columns, &price.scale);
        self.frame(style, &geometry);
        axes.draw(self, window, &columns, style, &price, volume.as_ref());
    }

    fn background(&mut self, spec: &Spec, style: &Style, geometry: &Geometry) {
        let picture = Rect::new(0, 0, self.scene.width, self.scene.height);
        if geometry.inside != picture {
            self.scene.fill(picture, style.figure);
        }
        let Geometry { price, volume, .. } = *geometry;
        if spec.options().axes == spec::Axes::Bare || volume.is_none() {
            self.scene.fill(geometry.inside, style.panel);
            return;
        }
        self.scene.fill(price, style.panel);
        if let Some(volume) = volume {
            self.scene.fill(volume, style.panel);
        }
    }

    fn grid(
        &mut self,
        style: &Style,
        g: &Geometry,
        axes: &AxesPlan,
        columns: &Columns,
        price: &Panel,
        volume: Option<&Panel>,
    ) {
        let color = style.grid.over(style.panel, u32::from(style.grid_alpha), 100);
        let panels =
            [Some((price, axes.price_ticks(price))), volume.map(|panel| (panel, axes.volume_ticks(panel)))];
        for (panel, ticks) in panels.into_iter().flatten() {
            for tick in ticks.iter() {
                let y = panel.scale.row(tick.value()) - g.stroke / 2;
                let rect = Rect::new(panel.rect.x, y, panel.rect.w, g.stroke);
                if panel.rect.y < y && rect.bottom() < panel.rect.bottom() {
                    self.grid_line(style.grid_dash, rect, color, g.stroke);
                }
            }
            for at in 0..self.ticks.len() {
                let x = columns.x(columns.place_of(self.ticks[at] as i32), g.stroke);
                self.grid_line(
                    style.grid_dash,
                    Rect::new(x, panel.rect.y, g.stroke, panel.rect.h),
                    color,
                    g.stroke,
                );
            }
        }
    }

    fn grid_line(&mut self, dash: Dash, rect: Rect, color: Color, stroke: i32) {
        let (on, off) = match dash {
            Dash::Solid => return self.scene.fill(rect, color),
            Dash::Dashed => (8 * stroke, 6 * stroke),
            Dash::Dotted => (stroke, 2 * stroke),
            Dash::None => return,
        };
        self.scene.shapes.push(Shape::Dashes { rect, color, on, off });
    }

    fn volume(&mut self, style: &Style, candles: &[Candle], columns: &Columns, panel: &Panel) {
        for place in 0..columns.places {
            let candle = merged(&candles[columns.members(place)]);
            if candle.volume <= 0.0 {
                continue;
            }
            let top = panel.scale.row(candle.volume);
            let rect = Rect::new(columns.x(place, columns.bar), top, columns.bar, panel.rect.bottom() - top);
            self.scene.fill(rect, colors(style, &candle).volume);
        }
    }

    fn candles(&mut self, style: &Style, candles: &[Candle], columns: &Columns, scale: &Scale) {
        for place in 0..columns.places {
            let candle = merged(&candles[columns.members(place)]);
            let colors = colors(style, &candle);
            let span = |from: f64, to: f64| {
                let top = scale.row(from);
                (top, scale.row(to) - top + 1)
            };
            let (y, h) = span(candle.high, candle.low);
            self.scene.fill(Rect::new(columns.x(place, columns.wick), y, columns.wick, h), colors.wick);
            let (y, h) = span(candle.open.max(candle.close), candle.open.min(candle.close));
            let body = Rect::new(columns.x(place, columns.body), y, columns.body, h);
            self.scene.fill(body, colors.edge);
            let edge = columns.wick;
            if colors.body != colors.edge {
                self.scene.fill(
                    Rect::new(body.x + edge, body.y + edge, body.w - 2 * edge, body.h - 2 * edge),
                    colors.body,
                );
            }
        }
    }

    /// The lines around the panels and between them.
    fn frame(&mut self, style: &Style, geometry: &Geometry) {
        let Geometry { inside, volume, frame, .. } = *geometry;
        let (left, top, wide) = (inside.x - frame, inside.y - frame, inside.w + 2 * frame);
        let mut lines = |rect| self.scene.fill(rect, style.frame);
        lines(Rect::new(left, top, wide, frame));
        lines(Rect::new(left, inside.bottom(), wide, frame));
        lines(Rect::new(left, inside.y, frame, inside.h));
        lines(Rect::new(inside.right(), inside.y, frame, inside.h));
        if let Some(volume) = volume {
            lines(Rect::new(inside.x, volume.y - frame, inside.w, frame));
        }
    }
}

impl Geometry {
    /// The panels of a picture whose right and lower margins for labels are known.
    fn new(spec: &Spec, margins: crate::axes::Margins) -> Self {
        let (width, height) = (spec.width() as i32, spec.height() as i32);
        let short = width.min(height);
        let stroke = ((short + 640) / 1280).max(1);
        let frame = match spec.options().axes {
            spec::Axes::Bare => 0,
            _ if short < 24 => 0,
            _ => ((short + 320) / 640).max(1),
        };
        let (left, top) = (margins.left + frame, margins.top + frame);
        let inside =
            Rect::new(left, top, width - margins.right - frame - left, height - margins.bottom - frame - top);
        if !spec.options().volume {
            return Self { inside, price: inside, volume: None, frame, stroke };
        }
        let rows = inside.h - frame;
        let below = (rows * VOLUME_PARTS / (PRICE_PARTS + VOLUME_PARTS)).max(1);
        let price = Rect { h: rows - below, ..inside };
        let volume = Rect { y: inside.bottom() - below, h: below, ..inside };
        Self { inside, price, volume: Some(volume), frame, stroke }
    }
}

/// Neighbours that share a place as one candle: first open, highest high,
/// lowest low, last close. Their volume is the greatest of theirs, the bar
/// that would hide the others behind it.
fn merged(candles: &[Candle]) -> Candle {
    let mut all = candles[0];
    for candle in &candles[1..] {
        all.high = all.high.max(candle.high);
        all.low = all.low.min(candle.low);
        all.close = candle.close;
        all.volume = all.volume.max(candle.volume);
    }
    all
}

/// A candle rises where its close is above its open, as mplfinance has it.
fn colors<'a>(style: &'a Style, candle: &Candle) -> &'a CandleStyle {
    if candle.close > candle.open { &style.up } else { &style.down }
}

fn price_scale(candles: &[Candle], rect: Rect, pad: i32) -> Scale {
    let (mut min, mut max) = (candles[0].low, candles[0].high);
    for candle in candles {
        min = min.min(candle.low);
        max = max.max(candle.high);
    }
    Scale::new(min, max, rect.y, rect.h, pad)
}

/// From zero at the lower edge to a little above the greatest volume.
fn volume_scale(candles: &[Candle], rect: Rect) -> Scale {
    let max = candles.iter().fold(0.0, |max: f64, candle| max.max(candle.volume));
    let max = if max == 0.0 { 1.0 } else { (max * 1.05).min(f64::MAX) };
    Scale { min: 0.0, max, top: rect.y, rows: rect.h }
}
