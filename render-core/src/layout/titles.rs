//! Text above panels: the title, and legends with the last values of lines. What has too little room is shortened.

use super::Layout;
use crate::{
    Spec, Window,
    axes::{Axes, gap, legend_gap, line_gap, push_zone, title_rows},
    indicator,
    panel::{Panel, Shows},
    scene::{Color, Scene},
    text,
};

/// How much of a legend is told, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// `BOLLINGER 20,2` and the last candle's values.
    Values,
    /// `BOLLINGER 20,2`.
    Numbers,
    /// `BB 20,2`.
    Short,
    /// `BB`.
    Name,
}

const DETAILS: [Detail; 4] = [Detail::Values, Detail::Numbers, Detail::Short, Detail::Name];

/// An overlay or indicator in a legend: its text such as `sma:20`, its lines, and the colours of name and values.
struct Entry<'a> {
    text: &'a str,
    lines: &'a indicator::Lines,
    name: Color,
    values: [Color; 3],
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
            let _ = write!(line, "{} {}", window.symbol(), window.interval().name());
            let short = line.len();
            if options.utc_offset != 0 {
                line.push(' ');
                push_zone(options.utc_offset, line);
            }
            if !row.put(line, color) {
                line.truncate(short);
                shorten(line, end - left, cap);
                row.put(line, color);
            }
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

    /// Draws the legends of the panels that have one: overlays above the prices, indicators above their panels.
    pub(super) fn legends(&self, layout: &mut Layout, spec: &Spec, panels: &[Panel]) {
        let options = spec.options();
        let (overlays, indicators) =
            (std::mem::take(&mut layout.overlays), std::mem::take(&mut layout.indicators));
        for panel in panels.iter().filter(|panel| panel.legend.h > 0) {
            match panel.shows {
                Shows::Price { .. } => {
                    let texts: Vec<String> = options.overlays.iter().map(|it| it.of.to_string()).collect();
                    let entries = overlays.iter().zip(&texts).enumerate().map(|(index, (lines, text))| {
                        let [name, middle] = options.overlay_colors(index);
                        let first = if lines.as_slice().len() > 1 { middle } else { name };
                        Entry { text, lines, name, values: [first, name, name] }
                    });
                    self.legend(layout, panel, &entries.collect::<Vec<_>>());
                }
                Shows::Indicator { at, of } => {
                    let [first, second] = options.indicator_colors(at);
                    let name = options.style.label_on_panel();
                    let text = of.of.to_string();
                    let entry =
                        Entry { text: &text, lines: &indicators[at], name, values: [first, second, name] };
                    self.legend(layout, panel, &[entry]);
                }
                Shows::Volume => {}
            }
        }
        (layout.overlays, layout.indicators) = (overlays, indicators);
    }

    /// Draws a legend with as much detail as has room; in the end the last entries go.
    fn legend(&self, layout: &mut Layout, panel: &Panel, entries: &[Entry<'_>]) {
        let Layout { scene, line, .. } = layout;
        let legend = panel.legend;
        let x = legend.x + gap(self.cap);
        let room = legend.right() - gap(self.cap) - x;
        let fits = |detail: &Detail, line: &mut String| {
            let wide = entries.iter().map(|entry| self.entry(entry, *detail, panel, line, |_, _| {}));
            wide.sum::<i32>() + 2 * gap(self.cap) * (entries.len() as i32 - 1) <= room
        };
        let detail = DETAILS.into_iter().find(|detail| fits(detail, line)).unwrap_or(Detail::Name);
        let baseline = legend.y + legend_gap(self.cap) + self.cap;
        let mut row = Row { scene, x, end: x + room, baseline, cap: self.cap };
        for entry in entries {
            self.entry(entry, detail, panel, line, |line, color| {
                row.put(line, color);
            });
            row.space();
        }
    }

    /// Hands out the texts of an entry, each with the space before it, and returns how wide they are together.
    fn entry(
        &self,
        entry: &Entry<'_>,
        detail: Detail,
        panel: &Panel,
        line: &mut String,
        mut put: impl FnMut(&str, Color),
    ) -> i32 {
        let (name, numbers) = entry.text.split_once(':').unwrap_or((entry.text, ""));
        line.clear();
        let short = match name {
            "bollinger" => "BB",
            "stochastic" => "STOCH",
            name => name,
        };
        let name = if detail < Detail::Short { name } else { short };
        line.extend(name.chars().map(|c| c.to_ascii_uppercase()));
        if detail < Detail::Name {
            line.push(' ');
            line.push_str(numbers);
        }
        let mut wide = text::width(line, self.cap);
        put(line, entry.name);
        if detail > Detail::Values {
            return wide;
        }
        for (values, color) in entry.lines.as_slice().iter().zip(entry.values) {
            let Some(&value) = values.values.last() else { continue };
            line.clear();
            line.push_str("  ");
            self.value(panel, value, line);
            wide += text::width(line, self.cap);
            put(line, color);
        }
        wide
    }
}

/// Cuts a text that is wider than `room`, and says so by two points.
fn shorten(line: &mut String, room: i32, cap: i32) {
    if text::width(line, cap) <= room {
        return;
    }
    while text::width(line, cap) + text::width("..", cap) > room {
        if line.pop().is_none() {
            return;
        }
    }
    if !line.is_empty() {
        line.push_str("..");
    }
}
