//! Layout: from a window and a spec to a scene. Here prices become whole pixels.

mod axes;
mod closes;
mod fallback;
mod geometry;
mod heights;
mod lines;
mod marks;
mod own_marks;
mod own_series;
mod panels;
mod titles;
mod trim;

use raster::{Color, Rect, Scene};

use crate::{
    Candle, Spec, Window,
    axes::Axes,
    indicator::{self, heikin_ashi},
    own::{PlacedMark, PlacedValue, place_marks, skipped},
    panel::Panel,
    scale::Columns,
    spec::{self, Kind},
};
use marks::Bar;
use own_marks::{MarkArea, MarkPen, Obstacles};

pub use fallback::{Fallback, fallbacks};
use geometry::TextRole;
pub use geometry::{CandleBox, Geometry, LabelBox, LinePoint, LineValues, MarkBox, PanelBox, geometry};

/// The scene of one picture.
///
/// From back to front: figure, panels, the fills of an area and of bands, grid lines,
/// volume bars and histograms, candles, lines, the frame between panels, the
/// last price, ticks and labels.
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
    /// Drawn candles that have a tick on the time axis, by index.
    pub ticks: Vec<usize>,
    /// Open times of drawn candles in the time zone of labels.
    pub times: Vec<i64>,
    /// The candles to draw, and the place of each among all slots.
    candles: Vec<Candle>,
    pub slots: Vec<i32>,
    /// The close before the first candle to draw; its own open where there is none.
    before: f64,
    /// The window's last candle, as the source has it.
    pub last: Option<Candle>,
    /// Drawn candles that share a place, as one.
    bars: Vec<Bar>,
    /// The lines of overlays and indicators, in the spec's order; how many
    /// candles of the window come before the first one to draw.
    overlays: Vec<indicator::Lines>,
    indicators: Vec<indicator::Lines>,
    skipped: usize,
    /// What each of the spec's series has at the window's candles.
    series: Vec<Vec<PlacedValue>>,
    /// What marks keep clear of, kept for its space.
    obstacles: Obstacles,
    /// The fills of closes in a picture with bands of one's own, by column.
    closes_fill: Vec<(Rect, Color)>,
    /// What marks cover, in the order in which they are drawn.
    mark_areas: Vec<MarkArea>,
    /// What texts of the scene are.
    text_roles: Vec<TextRole>,
    panels: Vec<Panel>,
}

/// Where panels stand and how thick lines are, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// All panels and the lines between them, without the frame around.
    pub inside: Rect,
    /// Thickness of the frame; 0 where there is none.
    pub thick: i32,
    /// Thickness of wicks and edges.
    pub stroke: i32,
    /// Height of a panel's legend; 0 where panels have none.
    pub legend: i32,
}

impl Layout {
    pub fn run(&mut self, window: &Window<'_>, spec: &Spec) {
        self.plan(window, spec);
    }

    /// Makes the scene and returns where candles stand, and the marks that show.
    fn plan<'a>(&mut self, window: &Window<'a>, spec: &Spec) -> (Columns, Vec<PlacedMark<'a>>) {
        self.scene.clear(spec.width(), spec.height());
        self.choose_candles(window, spec);
        self.compute_lines(window, spec);
        self.place_series(window, spec);

        // Margins depend on the labels, labels on the scales, scales on the
        // panels' heights, and those on the upper and lower margins, which are
        // known from the size alone; so one round settles it.
        let mut panels = std::mem::take(&mut self.panels);
        let mut line = std::mem::take(&mut self.line);
        let mut axes = Axes::new(spec, window.candles(), &mut line, &mut panels, |axes, panels| {
            self.make_panels(spec, &Frame::new(spec, axes), panels);
        });
        let count = match spec.options().gaps {
            spec::Gaps::Collapse => self.candles.len() as i32,
            spec::Gaps::Slot => spec.window() as i32,
        } + i32::from(spec.options().right_margin);
        // Places of one width: what is left over goes to the right margin.
        if spec.options().axes == spec::Axes::On {
            axes.margins.right += Columns::remainder(Frame::new(spec, &axes).inside.w, count);
        }
        let frame = Frame::new(spec, &axes);
        panels.clear();
        self.make_panels(spec, &frame, &mut panels);

        let ticks_aside = spec.options().kind == Kind::Ohlc;
        let columns = Columns::new(frame.inside.x, frame.inside.w, count, frame.stroke, ticks_aside);
        self.merge_bars(&columns);
        axes.time_ticks(window, &columns, (&self.times, &self.slots), &mut line, &mut self.ticks);
        self.line = line;

        self.background(spec, &frame, &panels);
        let first = self.scene.shapes.len();
        match spec.options().kind {
            Kind::Area => self.area(spec, &columns, &panels[0]),
            Kind::Baseline => self.baseline_fill(spec, &columns, &panels[0]),
            _ => {}
        }
        self.note_closes_fill(spec, first);
        self.bands(spec, &columns, &panels[0]);
        let marks = window.own().filter(|_| spec.options().marks);
        let mut marks = marks.map_or_else(Vec::new, |own| place_marks(own, window, self.skipped));
        marks.iter_mut().for_each(|mark| mark.enter(panels[0].scale.log));
        let mut pen = (!marks.is_empty()).then(|| MarkPen::new(spec, &frame, &axes, &columns, &panels[0]));
        self.mark_areas.clear();
        self.text_roles.clear();
        if let Some(pen) = &pen {
            self.marks_behind(pen, &marks);
            self.forget_covered_fills();
        }
        self.price_series(spec, &columns, &frame, (&panels, true));
        self.grid(spec, &frame, &axes, &columns, &panels);
        for panel in &panels[1..] {
            self.strip(spec, &columns, &frame, panel);
        }
        self.prices(spec, &columns, &frame, &panels[0]);
        self.price_series(spec, &columns, &frame, (&panels, false));
        if let Some(pen) = &mut pen {
            self.begin_texts("mark", Some(0));
            self.marks_before(spec, pen, (&panels, &marks));
        }
        self.frame(spec, &frame, &panels);
        let last_price = self.last_price(spec, &columns, &panels[0]);
        self.last_price_line(&frame, &panels[0], last_price);
        axes.draw(self, window, &columns, spec, (&panels, last_price));
        self.panels = panels;
        (columns, marks)
    }

    /// Settles which candles are drawn, and in which slots.
    fn choose_candles(&mut self, window: &Window<'_>, spec: &Spec) {
        match spec.options().kind {
            Kind::HeikinAshi => heikin_ashi(window, &mut self.candles),
            _ => {
                self.candles.clear();
                self.candles.extend_from_slice(window.candles());
            }
        }
        self.slots.clear();
        match spec.options().gaps {
            spec::Gaps::Collapse => self.slots.extend(0..self.candles.len() as i32),
            spec::Gaps::Slot => {
                // The last slot is the end's; candles that find no slot any more are left out.
                let (grid, last) = (window.interval(), i64::from(spec.window()) - 1);
                let end = grid.slot_index(window.end());
                let slot = |candle: &Candle| last - (end - grid.slot_index(candle.open_time));
                self.candles.drain(..skipped(window, spec));
                self.slots.extend(self.candles.iter().map(|candle| slot(candle) as i32));
            }
        }
        self.last = window.candles().last().copied();
        self.skipped = window.candles().len() - self.candles.len();
        let earlier = window.all().len() - self.candles.len();
        self.before = match earlier.checked_sub(1) {
            Some(at) => window.all()[at].close,
            None => self.candles[0].open,
        };
        self.times.clear();
        let offset = i64::from(spec.options().utc_offset) * 60_000;
        self.times.extend(self.candles.iter().map(|candle| candle.open_time + offset));
    }

    fn compute_lines(&mut self, window: &Window<'_>, spec: &Spec) {
        let options = spec.options();
        self.overlays.resize_with(options.overlays.len(), indicator::Lines::new);
        for (overlay, lines) in options.overlays.iter().zip(&mut self.overlays) {
            overlay.of.lines(window, lines);
        }
        self.indicators.resize_with(options.indicators.len(), indicator::Lines::new);
        for (indicator, lines) in options.indicators.iter().zip(&mut self.indicators) {
            indicator.of.lines(window, lines);
        }
    }
}

impl Frame {
    fn new(spec: &Spec, axes: &Axes) -> Self {
        let margins = axes.margins;
        let (width, height) = (spec.width() as i32, spec.height() as i32);
        let (short, stroke) = (width.min(height), stroke(spec));
        let thick = match spec.options().axes {
            spec::Axes::Bare => 0,
            _ if short < 24 => 0,
            _ => spec.options().style.frame_thickness(((short + 320) / 640).max(1)),
        };
        let (left, top) = (margins.left + thick, margins.top + thick);
        let inside =
            Rect::new(left, top, width - margins.right - thick - left, height - margins.bottom - thick - top);
        Self { inside, thick, stroke, legend: axes.legend }
    }
}

/// Thickness of wicks, edges and grid lines in pixels.
pub(crate) fn stroke(spec: &Spec) -> i32 {
    ((spec.width().min(spec.height()) as i32 + 640) / 1280).max(1)
}

#[cfg(test)]
mod tests;
