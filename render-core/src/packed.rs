//! Rows of palette indices, packed into bytes.

use std::collections::BTreeSet;

use crate::{
    Spec,
    layout::stroke,
    raster::{Pixel, Rows, Run, TextRow, blend, unpack},
    scene::Color,
    spec::{Axes, Kind},
    text::LEVELS,
};

/// The palette of a spec, and the row of indices that was written last.
#[derive(Debug)]
pub(crate) struct Packed {
    /// All colours that pictures of the spec have, rising.
    colors: Vec<Color>,
    /// Bits of an index: 1, 2, 4 or 8.
    bits: usize,
    width: usize,
    row: Vec<u8>,
    next: Vec<u8>,
    changes: Vec<Run>,
    /// Bytes before the first one are compared, and changes reach up to the second one.
    /// A byte is compared when all changes that reach into it are in place.
    done: usize,
    reach: usize,
    /// Colours looked up lately, with their index, by their hash.
    known: [(Pixel, u8); 16],
    /// Whether all colours so far are in the palette.
    complete: bool,
}

impl Packed {
    /// Rows of indices into these colours, which rise; `None` where they are more than 256.
    pub fn new(spec: &Spec, colors: Vec<Color>) -> Option<Self> {
        let bits = match colors.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            17..=256 => 8,
            _ => return None,
        };
        let width = spec.width() as usize;
        Some(Self {
            colors,
            bits,
            width,
            row: Vec::new(),
            next: Vec::new(),
            changes: Vec::new(),
            done: 0,
            reach: 0,
            known: [(Pixel::MAX, 0); 16],
            complete: true,
        })
    }

    /// Begins a picture.
    pub fn start(&mut self) {
        let bytes = self.row_bytes();
        for row in [&mut self.row, &mut self.next] {
            row.clear();
            row.resize(bytes, 0);
        }
        self.complete = true;
    }

    pub fn is_complete(&self) -> bool {
        self.complete
    }

    pub fn row_bytes(&self) -> usize {
        (self.width * self.bits).div_ceil(8)
    }

    pub fn depth(&self) -> png::BitDepth {
        match self.bits {
            1 => png::BitDepth::One,
            2 => png::BitDepth::Two,
            4 => png::BitDepth::Four,
            _ => png::BitDepth::Eight,
        }
    }

    /// Red, green and blue of all colours.
    pub fn palette(&self) -> Vec<u8> {
        self.colors.iter().flat_map(|color| [color.r, color.g, color.b]).collect()
    }

    /// How bytes of a row differ from those above where pixels of colour `b`
    /// take the place of `a`: one pixel at either end of a byte, and all of it.
    pub fn differences(&self, a: Color, b: Color) -> [u8; 3] {
        let index = |color| self.colors.binary_search(&color).unwrap_or(0) as u8;
        let difference = index(b).wrapping_sub(index(a));
        let all =
            index(b).wrapping_mul(self.everywhere()).wrapping_sub(index(a).wrapping_mul(self.everywhere()));
        [difference, difference.wrapping_mul((1_u16 << (8 - self.bits)) as u8), all]
    }

    /// The byte in which each index is 1.
    fn everywhere(&self) -> u8 {
        match self.bits {
            1 => 0xff,
            2 => 0x55,
            4 => 0x11,
            _ => 1,
        }
    }

    /// Begins a row.
    pub fn begin(&mut self) {
        self.changes.clear();
    }

    /// Takes changes of a row's pixels, from left to right.
    pub fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            let (start, end) = (usize::from(run.x), usize::from(run.end()));
            self.reach(start, end);
            let index = self.index(run.new);
            self.fill(start, end, index);
        }
    }

    pub fn text(&mut self, text: TextRow<'_>) {
        let levels = text.line.row(text.y);
        let start = usize::from(text.x);
        self.reach(start, start + levels.len());
        // A level that the row does not have may be in no palette.
        let mut indices: [Option<u8>; LEVELS as usize + 1] = [None; LEVELS as usize + 1];
        for (x, &level) in (start..).zip(levels) {
            let known = indices[usize::from(level)];
            let index = known.unwrap_or_else(|| self.index(blend(text.color, text.below, level)));
            indices[usize::from(level)] = Some(index);
            self.fill(x, x + 1, index);
        }
    }

    /// How the row's bytes change.
    pub fn end(&mut self) -> &[Run] {
        self.compare(self.done, self.reach);
        (self.done, self.reach) = (0, 0);
        &self.changes
    }

    /// Compares what no change from column `start` on reaches any more.
    fn reach(&mut self, start: usize, end: usize) {
        let shift = self.shift();
        self.compare(self.done, self.reach.min(start >> shift));
        (self.done, self.reach) = (start >> shift, (end + (1 << shift) - 1) >> shift);
    }

    /// The place of a colour in the palette.
    fn index(&mut self, color: Pixel) -> u8 {
        let known = &mut self.known[(color.wrapping_mul(0x9e37_79b1) >> 28) as usize];
        if known.0 != color {
            let Ok(index) = self.colors.binary_search(&unpack(color)) else {
                self.complete = false;
                return 0;
            };
            *known = (color, index as u8);
        }
        known.1
    }

    /// Sets the pixels `start..end`, one or more, to one index.
    fn fill(&mut self, start: usize, end: usize, index: u8) {
        let shift = self.shift();
        let within = |x: usize| (x & ((1 << shift) - 1)) * self.bits;
        let whole = index.wrapping_mul(self.everywhere());
        // The bits of the first byte from `start` on, and of the last one up to `end`.
        let (head, tail) = (0xff_u8 >> within(start), 0xff_u8 << (8 - self.bits - within(end - 1)));
        let (first, last) = (start >> shift, (end - 1) >> shift);
        let put = |byte: &mut u8, bits: u8| *byte = *byte & !bits | whole & bits;
        if first == last {
            return put(&mut self.next[first], head & tail);
        }
        put(&mut self.next[first], head);
        self.next[first + 1..last].fill(whole);
        put(&mut self.next[last], tail);
    }

    /// Pixels of a byte, as a power of two.
    fn shift(&self) -> u32 {
        (8 / self.bits).ilog2()
    }

    /// Compares bytes `start..end` with those of the row above, and takes them over.
    fn compare(&mut self, start: usize, end: usize) {
        for x in start..end {
            let (old, new) = (self.row[x], self.next[x]);
            if old != new {
                self.row[x] = new;
                let run = Run { x: x as u16, len: 1, old: old.into(), new: new.into() };
                match self.changes.last_mut() {
                    Some(last) if (last.end(), last.old, last.new) == (run.x, run.old, run.new) => {
                        last.len += 1;
                    }
                    _ => self.changes.push(run),
                }
            }
        }
    }
}

/// All colours that pictures of `spec` can have, rising; `None` where lines
/// with smooth edges make them too many to be told beforehand.
pub(crate) fn colors(spec: &Spec) -> Option<Vec<Color>> {
    let options = spec.options();
    let style = &options.style;
    let lines = matches!(options.kind, Kind::Line | Kind::Area | Kind::Baseline)
        || !options.overlays.is_empty()
        || !options.indicators.is_empty()
        || options.last_price;
    if lines {
        return None;
    }
    let mut colors = vec![style.panel];
    for (rises, candle) in [(true, &style.up), (false, &style.down)] {
        let narrow = style.narrow(rises);
        colors.extend([style.volume_on_panel(candle), narrow, style.narrow_wick(narrow)]);
        match options.kind {
            Kind::Ohlc => colors.push(candle.ohlc),
            Kind::Step => colors.push(style.line),
            Kind::Columns => {}
            Kind::Hollow => {
                let hollow = style.hollow_narrow(candle.edge);
                colors.extend([
                    candle.edge,
                    style.narrow_wick(candle.edge),
                    hollow,
                    style.narrow_wick(hollow),
                ]);
                colors.push(style.hollow.unwrap_or(style.panel));
            }
            _ => colors.extend([style.body_on_panel(candle), candle.edge, candle.wick]),
        }
    }
    if options.axes != Axes::Bare {
        colors.extend([style.figure, style.frame]);
        colors.push(style.grid_on_panel(stroke(spec)).1);
    }
    if options.axes == Axes::On {
        colors.extend((0..=LEVELS).map(|level| style.label.over(style.figure, level, LEVELS)));
    }
    colors.sort_unstable();
    colors.dedup();
    Some(colors)
}

/// Gathers all colours of one picture.
#[derive(Debug)]
pub(crate) struct Colors {
    colors: BTreeSet<Color>,
    /// Columns of the picture until its first row has come, then 0.
    first_row: usize,
    /// Pixels that changed so far.
    changed: usize,
}

impl Colors {
    pub fn new(spec: &Spec) -> Self {
        Self { colors: BTreeSet::new(), first_row: spec.width() as usize, changed: 0 }
    }

    /// The colours, rising.
    pub fn into_vec(self) -> Vec<Color> {
        self.colors.into_iter().collect()
    }
}

impl Rows for Colors {
    fn begin(&mut self) {}

    fn runs(&mut self, runs: &[Run]) {
        self.changed += runs.iter().map(|run| usize::from(run.len)).sum::<usize>();
        self.colors.extend(runs.iter().map(|run| unpack(run.new)));
    }

    fn text(&mut self, text: TextRow<'_>) {
        self.changed += text.line.row(text.y).len();
        self.colors.extend(text.pixels().map(unpack));
    }

    fn end(&mut self) {
        // Above the first row all is black, so what does not change there stays it.
        if self.changed < std::mem::take(&mut self.first_row) {
            self.colors.insert(Color::rgb(0, 0, 0));
        }
    }

    fn repeat(&mut self, _: usize) {}
}
