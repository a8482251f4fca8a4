//! Text above panels: the title, and legends with the last values of lines. What has too little room is shortened.

use super::Layout;
use crate::{
    Spec, Window,
    axes::{Axes, gap, legend_gap, line_gap, push_zone, title_rows},
    indicator::{self, MOST_COLORS},
    panel::{Panel, Shows},
    scene::{Color, Scene},
    text,
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

/// An overlay or indicator in a legend: its text such as `sma:20`, its lines, and the colours of name and values.
struct Entry<'a> {
    text: &'a str,
    lines: &'a indicator::Lines,
    name: Color,
    values: [Color; MOST_COLORS],
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
        for panel in panels.iter().filter(|panel| panel.legend.h > 0) {
            match panel.shows {
                Shows::Price { .. } | Shows::Volume => {
                    let here =
                        options.overlays.iter().zip(&overlays).enumerate().filter(|(_, (overlay, _))| {
                            overlay.of.is_of_volume() == (panel.shows == Shows::Volume)
                        });
                    let texts: Vec<String> = here.clone().map(|(_, (it, _))| it.of.to_string()).collect();
                    let entries = here.zip(&texts).map(|((index, (overlay, lines)), text)| {
                        let colors = options.overlay_colors(index).map(|line| style.text_of_line(line));
                        let values = std::array::from_fn(|line| colors[overlay.of.color_of(line)]);
                        Entry { text, lines, name: colors[0], values }
                    });
                    self.legend(layout, panel, &entries.collect::<Vec<_>>());
                }
                Shows::Indicator { at, of } => {
                    let mut values = options.indicator_colors(at).map(|line| style.text_of_line(line));
                    let name = style.label_on_panel();
                    if let Some(bars) = of.of.names().iter().position(|line| *line == "histogram") {
                        values[bars] = name;
                    }
                    let text = of.of.to_string();
                    let entry = Entry { text: &text, lines: &indicators[at], name, values };
                    self.legend(layout, panel, &[entry]);
                }
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
        let wide = |is_short: bool, values: bool, entry: &Entry<'_>, line: &mut String| {
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
                return row.put_part(line, entry.name);
            }
            row.space();
        }
    }

    /// Hands out the texts of an entry, each with the space before it, and returns how wide they are together.
    fn entry(
        &self,
        entry: &Entry<'_>,
        (is_short, tells_values): (bool, bool),
        panel: &Panel,
        line: &mut String,
        mut put: impl FnMut(&str, Color),
    ) -> i32 {
        let (name, numbers) = entry.text.split_once(':').unwrap_or((entry.text, ""));
        line.clear();
        let name = match name {
            "bollinger" if is_short => "BB",
            "stochastic" if is_short => "STOCH",
            "donchian" if is_short => "DC",
            "keltner" if is_short => "KC",
            "supertrend" if is_short => "ST",
            "ichimoku" if is_short => "ICHI",
            "session-vwap" => "session vwap",
            "volume-sma" => "volume sma",
            name => name,
        };
        line.extend(name.chars().map(|c| c.to_ascii_uppercase()));
        line.push(' ');
        line.push_str(numbers);
        let mut wide = text::width(line, self.cap);
        put(line, entry.name);
        if !tells_values {
            return wide;
        }
        for (values, color) in entry.lines.as_slice().iter().zip(entry.values) {
            let Some(&value) = values.values.last().filter(|value| !value.is_nan()) else { continue };
            line.clear();
            line.push_str("  ");
            self.value(panel, value, line);
            wide += text::width(line, self.cap);
            put(line, color);
        }
        wide
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
