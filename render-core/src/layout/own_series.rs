//! Series of one's own: what is drawn for their values.

use super::{
    Frame, Layout,
    lines::{Width, band_at, fill_band, middle, step_line},
};
use raster::{Color, Rect, SUBPIXELS};

use crate::{
    Spec,
    own::{PlacedValue, SeriesDrawing, SeriesForm, SeriesPlace, place_values},
    panel::{Panel, Shows},
    scale::{Columns, Scale},
    style::Style,
    window::Window,
};

/// The panel whose scale a series on the price panel has: that of prices, or a second one.
pub(super) fn scale_of<'a>(panels: &'a [Panel], drawing: &SeriesDrawing) -> Option<&'a Panel> {
    if drawing.place != SeriesPlace::Price {
        return None;
    }
    let second = panels.iter().find(|panel| !panel.has_ground() && panel.side() == drawing.side);
    second.or_else(|| panels.first())
}

impl Layout {
    /// Finds the values of the spec's series at the window's candles.
    pub(super) fn place_series(&mut self, window: &Window<'_>, spec: &Spec) {
        self.series.clear();
        for drawing in &spec.options().series {
            let series = window.own().and_then(|own| own.series(&drawing.name));
            self.series.push(place_values(series, drawing.form, window, self.skipped));
        }
    }

    /// All values of a series at candles that are drawn, a band's lower and upper ones alike.
    pub(super) fn series_values(&self, index: usize) -> impl Iterator<Item = f64> {
        self.series[index][self.skipped..].iter().flat_map(|value| match *value {
            PlacedValue::At(low, high) => [Some(low), Some(high)].into_iter().flatten(),
            PlacedValue::Nothing | PlacedValue::Break => [None, None].into_iter().flatten(),
        })
    }

    /// The last value of a series at a candle that is drawn, or a band's two; none where a later row says that there is
    /// no value any more.
    pub(super) fn last_value(&self, index: usize) -> Option<(f64, f64)> {
        let last = self.series[index].iter().rev().find(|value| **value != PlacedValue::Nothing)?;
        if let PlacedValue::At(low, high) = *last { Some((low, high)) } else { None }
    }

    /// The value of a series at each place, from left to right: of several candles the last one that has a row.
    pub(super) fn values_at_places(&self, index: usize) -> Vec<(i32, PlacedValue)> {
        let values = &self.series[index][self.skipped..];
        let mut begin = 0;
        let at = |bar: &super::Bar| {
            let here = &values[std::mem::replace(&mut begin, bar.until)..bar.until];
            let last = here.iter().rev().find(|value| **value != PlacedValue::Nothing);
            (bar.place, last.copied().unwrap_or(PlacedValue::Nothing))
        };
        self.bars.iter().map(at).collect()
    }

    /// What a series shows behind candles: the fill of a band, and bars.
    pub(super) fn series_behind(&mut self, spec: &Spec, columns: &Columns, panel: &Panel, index: usize) {
        let (style, color) = (&spec.options().style, spec.options().series_color(index));
        let values = self.values_at_places(index);
        match spec.options().series[index].form {
            SeriesForm::Band => {
                let points = values.iter().filter_map(|&(place, value)| match value {
                    PlacedValue::Nothing => None,
                    PlacedValue::Break => Some(None),
                    PlacedValue::At(low, high) => {
                        // Values may lie very far away.
                        let row =
                            |value: f64| panel.scale.has_place(value).then(|| panel.scale.far_subrow(value));
                        Some(band_at(columns, panel, place, [high, low], row))
                    }
                });
                let first = self.scene.shapes.len();
                fill_band(&mut self.scene, panel, points, style.band_fill(color));
                if matches!(panel.shows, Shows::Price { .. } | Shows::Scale { .. }) {
                    self.shade_over_closes(first, |ground| Style::band_fill_over(color, ground));
                }
            }
            SeriesForm::Bars => self.series_bars(columns, panel, &values, color),
            SeriesForm::Line | SeriesForm::Step | SeriesForm::Scatter => {}
        }
    }

    /// What a series shows before candles: lines, steps, diamonds.
    pub(super) fn series_before(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        (panel, width): (&Panel, Width),
        index: usize,
    ) {
        let drawn = (spec.options().series_color(index), width);
        let values = self.values_at_places(index);
        match spec.options().series[index].form {
            SeriesForm::Line => self.series_line(spec, columns, panel, values.iter().copied(), drawn),
            SeriesForm::Band => {
                for upper in [false, true] {
                    let one = values.iter().map(|&(place, value)| match value {
                        PlacedValue::At(low, high) if upper => (place, PlacedValue::At(high, low)),
                        value => (place, value),
                    });
                    self.series_line(spec, columns, panel, one, drawn);
                }
            }
            SeriesForm::Step => self.series_steps(columns, panel, &values, drawn),
            SeriesForm::Scatter => self.series_diamonds(columns, panel, &values, drawn),
            SeriesForm::Bars => {}
        }
    }

    /// A series in a panel of its own.
    pub(super) fn series(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        frame: &Frame,
        panel: &Panel,
        index: usize,
    ) {
        let width = Width::new(spec, frame, spec.options().series[index].width_tenths);
        self.series_behind(spec, columns, panel, index);
        self.series_before(spec, columns, (panel, width), index);
    }

    /// What series on the price panel show behind candles, or before them.
    pub(super) fn price_series(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        frame: &Frame,
        (panels, is_behind): (&[Panel], bool),
    ) {
        for (index, drawing) in spec.options().series.iter().enumerate() {
            let Some(panel) = scale_of(panels, drawing) else { continue };
            if is_behind {
                self.series_behind(spec, columns, panel, index);
            } else {
                let width = Width::new(spec, frame, drawing.width_tenths);
                self.series_before(spec, columns, (panel, width), index);
            }
        }
    }

    /// The panel on which a series is drawn, by its place among all; `None` where there was no room for one.
    pub(super) fn panel_of_series(&self, spec: &Spec, index: usize) -> Option<usize> {
        let drawing = &spec.options().series[index];
        let shows = |panel: &Panel| match panel.shows {
            Shows::Series { at, .. } => at == index,
            Shows::Scale { side } => drawing.place == SeriesPlace::Price && drawing.side == Some(side),
            _ => false,
        };
        let prices = (drawing.place == SeriesPlace::Price).then_some(0);
        self.panels.iter().position(shows).or(prices)
    }

    /// All values of series on the price panel that share its scale.
    pub(super) fn values_on_prices(&self, spec: &Spec) -> impl Iterator<Item = f64> {
        let options = spec.options();
        let side = options.price_labels.unwrap_or(options.style.price_labels);
        let shares = move |drawing: &SeriesDrawing| {
            drawing.place == SeriesPlace::Price && drawing.side.is_none_or(|other| other == side)
        };
        let all = options.series.iter().enumerate();
        all.filter(move |(_, drawing)| shares(drawing)).flat_map(|(index, _)| self.series_values(index))
    }

    /// The second scale of the price panel, where a series has one.
    pub(super) fn second_scale(&self, spec: &Spec, price: &Panel) -> Option<Panel> {
        let options = spec.options();
        let prices = options.price_labels.unwrap_or(options.style.price_labels);
        let has = |drawing: &SeriesDrawing| {
            drawing.place == SeriesPlace::Price && drawing.side.is_some_and(|side| side != prices)
        };
        let first = options.series.iter().find(|drawing| has(drawing))?;
        let all = options.series.iter().enumerate().filter(|(_, drawing)| has(drawing));
        let scale = self.scale_of(spec, all.map(|(index, _)| index), price.rect, price.rect.h * 4 / 100);
        let shows = Shows::Scale { side: first.side? };
        Some(Panel {
            legend: Rect { h: 0, ..price.rect },
            shows,
            blank: scale.is_none(),
            scale: scale.unwrap_or(price.scale),
            ..*price
        })
    }

    /// The panel of a series below the others.
    pub(super) fn series_panel(&self, spec: &Spec, at: usize, rect: Rect) -> Panel {
        let scale = self.scale_of(spec, [at].into_iter(), rect, rect.h / 12);
        let side = spec.options().series[at].side;
        Panel {
            rect,
            legend: rect,
            blank: scale.is_none(),
            scale: scale.unwrap_or_else(|| Scale::new(0.0, 1.0, rect.y, rect.h, rect.h / 12)),
            shows: Shows::Series { at, side },
        }
    }

    /// A scale that has room for all values of some series, and for the zero that bars stand on; `None` where they have
    /// no value.
    fn scale_of(
        &self,
        spec: &Spec,
        series: impl Iterator<Item = usize>,
        rect: Rect,
        pad: i32,
    ) -> Option<Scale> {
        let mut ends: Option<(f64, f64)> = None;
        for index in series {
            let zero = (spec.options().series[index].form == SeriesForm::Bars).then_some(0.0);
            for value in self.series_values(index).chain(zero) {
                let (min, max) = ends.unwrap_or((value, value));
                ends = Some((min.min(value), max.max(value)));
            }
        }
        ends.map(|(min, max)| Scale::new(min, max, rect.y, rect.h, pad))
    }

    /// A line through the first of each pair of values. It breaks where the series has a row without a value, or the
    /// scale no place for it, and goes on over candles without a row.
    fn series_line(
        &mut self,
        spec: &Spec,
        columns: &Columns,
        panel: &Panel,
        values: impl Iterator<Item = (i32, PlacedValue)>,
        drawn: (Color, Width),
    ) {
        let scale = &panel.scale;
        let (mut start, mut before) = (self.scene.points.len(), None);
        for (place, value) in values {
            let value = match value {
                PlacedValue::Nothing => continue,
                PlacedValue::At(value, _) if scale.has_place(value) => value,
                PlacedValue::Break | PlacedValue::At(..) => {
                    before = None;
                    self.end_line(spec, panel, &mut start, drawn);
                    continue;
                }
            };
            let here = (middle(columns, place), value);
            let points = &mut self.scene.points;
            match before.replace(here) {
                None => points.push((here.0, scale.subrow(value))),
                Some(before) => {
                    for point in scale.near_part(before, here).into_iter().flatten() {
                        if points.last() != Some(&point) {
                            points.push(point);
                        }
                    }
                }
            }
        }
        self.end_line(spec, panel, &mut start, drawn);
    }

    /// Draws the line through the scene's points from `start` on; a point that stands alone as a dot.
    fn end_line(&mut self, spec: &Spec, panel: &Panel, start: &mut usize, drawn: (Color, Width)) {
        if let [(x, y)] = self.scene.points[*start..] {
            let size = drawn.1.dot();
            let (x, y) = (x.div_euclid(SUBPIXELS) - size / 2, y.div_euclid(SUBPIXELS) - size / 2);
            self.scene.fill(Rect::new(x, y, size, size).within(panel.rect), drawn.0);
        }
        Self::draw(&mut self.scene, spec, panel.rect, *start, drawn);
        *start = self.scene.points.len();
    }

    /// Steps in whole pixels: each value keeps its row up to the next one, the last one to its place's end.
    fn series_steps(
        &mut self,
        columns: &Columns,
        panel: &Panel,
        values: &[(i32, PlacedValue)],
        (color, width): (Color, Width),
    ) {
        let thick = width.pixels();
        let last = values.last().map_or(0, |&(place, _)| columns.x(place, columns.bar) + columns.bar);
        let corners = values.iter().filter_map(|&(place, value)| {
            let row = match value {
                PlacedValue::Nothing => return None,
                PlacedValue::Break => None,
                PlacedValue::At(value, _) => panel.scale.place(value).map(|_| panel.scale.free_row(value)),
            };
            Some((columns.x(place, thick), row.map(|row| row - thick / 2)))
        });
        step_line(&mut self.scene, panel.rect, corners.chain([(last, None)]), (color, thick));
    }

    fn series_bars(&mut self, columns: &Columns, panel: &Panel, values: &[(i32, PlacedValue)], color: Color) {
        // A log scale has no zero: its bars stand on the panel's floor.
        let zero = if panel.scale.log { panel.rect.bottom() } else { panel.scale.free_row(0.0) };
        for &(place, value) in values {
            let PlacedValue::At(value, _) = value else { continue };
            let row = panel.scale.free_row(value);
            let (top, bottom) = (row.min(zero), row.max(zero));
            let rect = Rect::new(columns.x(place, columns.bar), top, columns.bar, bottom - top);
            self.scene.fill(rect.within(panel.rect), color);
        }
    }

    fn series_diamonds(
        &mut self,
        columns: &Columns,
        panel: &Panel,
        values: &[(i32, PlacedValue)],
        (color, width): (Color, Width),
    ) {
        let radius = 2 * width.pixels();
        for &(place, value) in values {
            let PlacedValue::At(value, _) = value else { continue };
            if panel.scale.place(value).is_none() {
                continue;
            }
            let (x, y) = (columns.x(place, 1), panel.scale.free_row(value));
            for dy in -radius..=radius {
                let half = radius - dy.abs();
                self.scene.fill(Rect::new(x - half, y + dy, 2 * half + 1, 1).within(panel.rect), color);
            }
        }
    }
}
