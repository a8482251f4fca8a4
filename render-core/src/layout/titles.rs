//! Text above panels: the title, and legends with the last values of lines. What has too little room is shortened.

use super::Layout;
use raster::{Color, Scene, text};

use crate::{
    Spec, Window,
    axes::{Axes, gap, legend_gap, line_gap, push_zone, title_rows},
    indicator::{self, MOST_COLORS},
    own::SeriesPlace,
    panel::{Panel, Shows},
};

/// How much of a legend is told.
#[derive(Debug, Clone, Copy)]
struct Detail {
    /// `BB`, `STOCH` and the like in place of `BOLLINGER` and `STOCHASTIC`.
    is_short: bool,
    /// Whether the last candle's values are told.
    values: Values,
}

/// Which entries of a legend tell the last candle's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    All,
    /// The first ones, as far as there is room.
    First,
    None,
}

/// The most first. In the end the last entries go.
const DETAILS: [Detail; 4] = [
    Detail { is_short: false, values: Values::All },
    Detail { is_short: true, values: Values::All },
    Detail { is_short: false, values: Values::First },
    Detail { is_short: true, values: Values::First },
];

/// An overlay, an indicator or a series of one's own in a legend.
struct Entry {
    /// Its name, its short one, and its numbers: `BOLLINGER`, `BB`, `20,2`.
    names: [String; 2],
    numbers: String,
    color: Color,
    /// The last candle's values, each with its colour.
    values: Vec<(f64, Color)>,
}

impl Entry {
    /// A study of that text such as `sma:20`, with a name and lines in these colours.
    fn study(text: &str, color: Color, lines: &indicator::Lines, colors: [Color; MOST_COLORS]) -> Self {
        let (name, numbers) = text.split_once(':').unwrap_or((text, ""));
        let short = match name {
            "bollinger" => "BB",
            "stochastic" => "STOCH",
            "donchian" => "DC",
            "keltner" => "KC",
            "supertrend" => "ST",
            "ichimoku" => "ICHI",
            name => name,
        };
        let last = |line: &indicator::Line| line.values.last().copied().filter(|value| !value.is_nan());
        let values = lines.as_slice().iter().zip(colors);
        let values = values.filter_map(|(line, color)| Some((last(line)?, color))).collect();
        let names = [name, short].map(|name| name.replace('-', " ").to_ascii_uppercase());
        Self { names, numbers: format!(" {numbers}"), color, values }
    }
}

/// Texts side by side on one baseline.
struct Row<'a> {
    scene: &'a mut Scene,
    x: i32,
    end: i32,
    baseline: i32,
    cap: i32,
}

impl Row<'_> {
    /// Puts a text, if it fits.
    fn put(&mut self, line: &str, color: Color) -> bool {
        let wide = text::width(line, self.cap);
        let fits = !line.is_empty() && self.x + wide <= self.end;
        if fits {
            self.scene.label(line, self.x, self.baseline, self.cap, color);
            self.x += wide;
        }
        fits
    }

    /// Puts the beginning of a text, if three letters or more of it fit.
    fn put_part(&mut self, line: &mut String, color: Color) {
        let length = line.len();
        shorten(line, length, self.end - self.x, self.cap);
        if line.len() >= 5 {
            self.put(line, color);
        }
    }

    fn space(&mut self) {
        self.x += 2 * gap(self.cap);
    }
}

impl Axes {
    /// Draws symbol and interval above the panels, and the last candle's prices where they are asked for.
    pub(super) fn title(&self, layout: &mut Layout, window: &Window<'_>, spec: &Spec) {
        use std::fmt::Write as _;
        let (cap, options) = (self.cap, spec.options());
        let (last, left) = (layout.last, self.margins.left);
        let Layout { scene, line, .. } = layout;
        let (end, color) = (scene.width - gap(cap), options.style.label);
        let mut row = Row { scene, x: left, end, baseline: gap(cap) + cap, cap };
        line.clear();
        if options.title {
            line.push_str(window.symbol());
            let _ = write!(line, " {}", window.interval().name());
            if options.utc_offset != 0 {
                line.push(' ');
                push_zone(options.utc_offset, line);
            }
            shorten(line, window.symbol().len(), end - left, cap);
            row.put(line, color);
            row.space();
        }
        let Some(candle) = last.filter(|_| options.title_ohlc) else { return };
        if title_rows(spec, cap) > 1 {
            (row.x, row.baseline) = (left, row.baseline + line_gap(cap) + cap);
        }
        let prices = [("O", candle.open), ("H", candle.high), ("L", candle.low), ("C", candle.close)];
        // All four, or the close alone.
        for prices in [&prices[..], &prices[3..]] {
            line.clear();
            for (index, (name, price)) in prices.iter().enumerate() {
                line.push_str(if index == 0 { "" } else { "  " });
                line.push_str(name);
                line.push(' ');
                self.exact_price(*price, line);
            }
            if row.put(line, color) {
                return;
            }
        }
    }

    /// Draws the legends of the panels that have one: overlays above prices or volumes, indicators above their panels.
    pub(super) fn legends(&self, layout: &mut Layout, spec: &Spec, panels: &[Panel]) {
        let options = spec.options();
        let style = &options.style;
        let (overlays, indicators) =
            (std::mem::take(&mut layout.overlays), std::mem::take(&mut layout.indicators));
        for (at, panel) in panels.iter().enumerate().filter(|(_, panel)| panel.legend.h > 0) {
            layout.begin_texts("legend", Some(at));
            match panel.shows {
                Shows::Price { .. } | Shows::Volume => {
                    let of_volume = panel.shows == Shows::Volume;
                    let here = options.overlays.iter().zip(&overlays).enumerate();
                    let here = here.filter(|(_, (overlay, _))| overlay.of.is_of_volume() == of_volume);
                    let mut entries: Vec<Entry> = here
                        .map(|(index, (overlay, lines))| {
                            let colors = options.overlay_colors(index).map(|line| style.text_of_line(line));
                            let values = std::array::from_fn(|line| colors[overlay.of.color_of(line)]);
                            Entry::study(&overlay.of.to_string(), colors[0], lines, values)
                        })
                        .collect();
                    let on_prices = |index: &usize| options.series[*index].place == SeriesPlace::Price;
                    let series = (0..options.series.len()).filter(|index| !of_volume && on_prices(index));
                    entries.extend(series.map(|index| layout.series_entry(spec, index)));
                    self.legend(layout, panel, &entries);
                }
                Shows::Indicator { at, of } => {
                    let mut values = options.indicator_colors(at).map(|line| style.text_of_line(line));
                    let name = style.label_on_panel();
                    if let Some(bars) = of.of.names().iter().position(|line| *line == "histogram") {
                        values[bars] = name;
                    }
                    let text = of.of.to_string();
                    let entry = Entry::study(&text, name, &indicators[at], values);
                    self.legend(layout, panel, &[entry]);
                }
                Shows::Series { at, .. } => {
                    let entry = layout.series_entry(spec, at);
                    self.legend(layout, panel, &[entry]);
                }
                Shows::Scale { .. } => {}
            }
        }
        (layout.overlays, layout.indicators) = (overlays, indicators);
    }

    /// Draws a legend with as much detail as has room; in the end the last entries go.
    fn legend(&self, layout: &mut Layout, panel: &Panel, entries: &[Entry]) {
        let Layout { scene, line, .. } = layout;
        let legend = panel.legend;
        let x = legend.x + gap(self.cap);
        let room = legend.right() - gap(self.cap) - x;
        let wide = |is_short: bool, values: bool, entry: &Entry, line: &mut String| {
            self.entry(entry, (is_short, values), panel, line, |_, _| {})
        };
        let between = 2 * gap(self.cap) * (entries.len() as i32 - 1);
        let names = |is_short: bool, values: bool, line: &mut String| {
            entries.iter().map(|entry| wide(is_short, values, entry, line)).sum::<i32>() + between
        };
        let fits = |detail: &Detail| names(detail.is_short, detail.values == Values::All, line) <= room;
        let detail =
            DETAILS.into_iter().find(fits).unwrap_or(Detail { is_short: true, values: Values::None });
        let mut spare = room - names(detail.is_short, false, line);
        let baseline = legend.y + legend_gap(self.cap) + self.cap;
        let mut row = Row { scene, x, end: x + room, baseline, cap: self.cap };
        for entry in entries {
            let values = wide(detail.is_short, true, entry, line) - wide(detail.is_short, false, entry, line);
            let tells = match detail.values {
                Values::All => true,
                Values::First => values <= spare,
                Values::None => false,
            };
            spare = if tells { spare - values } else { 0 };
            let mut is_whole = true;
            self.entry(entry, (detail.is_short, tells), panel, line, |line, color| {
                is_whole = is_whole && row.put(line, color);
            });
            if !is_whole {
                return row.put_part(line, entry.color);
            }
            row.space();
        }
    }

    /// Hands out the texts of an entry, each with the space before it, and returns how wide they are together.
    fn entry(
        &self,
        entry: &Entry,
        (is_short, tells_values): (bool, bool),
        panel: &Panel,
        line: &mut String,
        mut put: impl FnMut(&str, Color),
    ) -> i32 {
        line.clear();
        line.push_str(&entry.names[usize::from(is_short)]);
        line.push_str(&entry.numbers);
        let mut wide = text::width(line, self.cap);
        put(line, entry.color);
        if !tells_values {
            return wide;
        }
        for &(value, color) in &entry.values {
            line.clear();
            line.push_str("  ");
            self.value(panel, value, line);
            wide += text::width(line, self.cap);
            put(line, color);
        }
        wide
    }
}

impl Layout {
    /// The legend's entry of a series: its name and the last value that it has in the window.
    fn series_entry(&self, spec: &Spec, index: usize) -> Entry {
        let style = &spec.options().style;
        // In letters that do not hang into the panel.
        let name = spec.options().series[index].name.replace('_', " ").to_ascii_uppercase();
        let color = style.text_of_line(spec.options().series_color(index));
        let values = match self.last_value(index) {
            Some((low, high)) if low < high => vec![(low, color), (high, color)],
            Some((value, _)) => vec![(value, color)],
            None => Vec::new(),
        };
        Entry { names: [name.clone(), name], numbers: String::new(), color, values }
    }
}

/// Cuts the first `length` bytes of a text that is wider than `room`, and says so by two points.
fn shorten(line: &mut String, mut length: usize, room: i32, cap: i32) {
    if text::width(line, cap) <= room {
        return;
    }
    line.insert_str(length, "..");
    while length > 1 && text::width(line, cap) > room {
        length -= 1;
        line.remove(length);
    }
}
