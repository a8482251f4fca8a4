//! The values of lines, and where they are drawn.

use raster::SUBPIXELS;
use serde::Serialize;

use crate::{
    Color, Kind, Spec, indicator,
    layout::{
        Layout,
        lines::{middle, value_at},
    },
    own::{PlacedValue, SeriesForm},
    panel::{Panel, Shows},
    scale::Columns,
};

/// A line, step, bars or scatter of values, as far as it is seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineValues {
    /// The overlay's or indicator's text such as `bollinger:20,2`, the name of a series of one's own, or `close` where
    /// the kind of picture is a line of closes.
    pub name: String,
    /// Which of its lines: `sma`, `upper`, `signal` …; of a series its form, of a band `low` or `high`; of closes the
    /// picture's kind, such as `step`, and `level` for the price from which a chart of kind `baseline` is drawn.
    pub line: &'static str,
    /// The panel, by its place among all.
    pub panel: usize,
    /// The colour; a histogram has those of volume bars, and closes with a baseline another one below it.
    pub color: Color,
    /// The values, from left to right, without those that lie outside the panel.
    pub points: Vec<LinePoint>,
}

/// A value and its point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LinePoint {
    /// Open time of the first candle of its pixel column, in ms.
    pub open_time: i64,
    /// Columns from the picture's left edge, in parts too.
    pub x: f64,
    /// Rows from the picture's upper edge, in parts too.
    pub y: f64,
    /// The value.
    pub value: f64,
}

impl Layout {
    pub(super) fn line_values(&self, spec: &Spec, columns: &Columns) -> Vec<LineValues> {
        let options = spec.options();
        let mut all = Vec::new();
        for (at, panel) in self.panels.iter().enumerate() {
            if at == 0 {
                self.line_of_closes(panel, spec, columns, &mut all);
            }
            match panel.shows {
                Shows::Price { .. } | Shows::Volume => {
                    let of_volume = panel.shows == Shows::Volume;
                    let all_overlays = options.overlays.iter().zip(&self.overlays).enumerate();
                    for (index, (overlay, lines)) in all_overlays {
                        if overlay.of.is_of_volume() != of_volume {
                            continue;
                        }
                        let colors = options.overlay_colors(index);
                        let color = |line: usize| colors[overlay.of.color_of(line)];
                        let (name, names) = (overlay.of.to_string(), overlay.of.names());
                        self.study((at, panel), columns, (&name, names, lines), color, &mut all);
                    }
                }
                Shows::Indicator { at: index, of } => {
                    let colors = options.indicator_colors(index);
                    let color = |line: usize| colors[line.min(colors.len() - 1)];
                    let study = (&*of.of.to_string(), of.of.names(), &self.indicators[index]);
                    self.study((at, panel), columns, study, color, &mut all);
                }
                Shows::Series { .. } | Shows::Scale { .. } => {}
            }
            for index in 0..options.series.len() {
                if self.panel_of_series(spec, index) == Some(at) {
                    self.own_line((at, panel), spec, columns, index, &mut all);
                }
            }
        }
        all
    }

    /// The line of closes of kinds that are one, and the level that it is drawn from.
    fn line_of_closes(&self, panel: &Panel, spec: &Spec, columns: &Columns, all: &mut Vec<LineValues>) {
        let style = &spec.options().style;
        let (line, color) = match spec.options().kind {
            Kind::Line => ("line", style.line),
            Kind::Area => ("area", style.line),
            Kind::Step => ("step", style.line),
            Kind::Baseline => ("baseline", style.narrow(true)),
            Kind::Candle | Kind::Hollow | Kind::Ohlc | Kind::HeikinAshi | Kind::Columns => return,
        };
        let points = self.points(columns, panel, |bar| Some(bar.candle.close));
        all.push(LineValues { name: "close".to_owned(), line, panel: 0, color, points });
        if spec.options().kind == Kind::Baseline {
            let level = self.baseline(spec);
            let points = self.points(columns, panel, |_| Some(level));
            let color = style.baseline_on_panel();
            all.push(LineValues { name: "close".to_owned(), line: "level", panel: 0, color, points });
        }
    }

    fn study(
        &self,
        (panel, of): (usize, &Panel),
        columns: &Columns,
        (name, names, lines): (&str, &[&'static str], &indicator::Lines),
        color: impl Fn(usize) -> Color,
        all: &mut Vec<LineValues>,
    ) {
        for (index, (line, which)) in lines.as_slice().iter().zip(names).enumerate() {
            let value = |bar: &super::super::Bar| value_at(line, self.skipped + bar.until);
            let points = self.points(columns, of, value);
            let color = color(index);
            all.push(LineValues { name: name.to_owned(), line: which, panel, color, points });
        }
    }

    fn own_line(
        &self,
        (panel, of): (usize, &Panel),
        spec: &Spec,
        columns: &Columns,
        index: usize,
        all: &mut Vec<LineValues>,
    ) {
        let drawing = &spec.options().series[index];
        let color = spec.options().series_color(index);
        let lines: &[&str] = match drawing.form {
            SeriesForm::Band => &["low", "high"],
            form => &[form.name()],
        };
        let values = self.values_at_places(index);
        for (which, line) in lines.iter().enumerate() {
            let mut at = 0;
            let value = |_: &super::super::Bar| {
                let (_, value) = values[at];
                at += 1;
                match value {
                    PlacedValue::At(low, high) => Some(if which == 0 { low } else { high }),
                    PlacedValue::Nothing | PlacedValue::Break => None,
                }
            };
            let points = self.points(columns, of, value);
            all.push(LineValues { name: drawing.name.clone(), line, panel, color, points });
        }
    }

    fn points(
        &self,
        columns: &Columns,
        panel: &Panel,
        mut value: impl FnMut(&super::super::Bar) -> Option<f64>,
    ) -> Vec<LinePoint> {
        let part = |parts: i32| f64::from(parts) / f64::from(SUBPIXELS);
        let rows = panel.rect.y * SUBPIXELS..panel.rect.bottom() * SUBPIXELS;
        let point = |bar: &super::super::Bar| {
            let value = value(bar).filter(|value| !value.is_nan())?;
            let row = panel.scale.place(value).filter(|row| rows.contains(row))?;
            let (x, y) = (part(middle(columns, bar.place)), part(row));
            Some(LinePoint { open_time: bar.candle.open_time, x, y, value })
        };
        self.bars.iter().filter_map(point).collect()
    }
}
