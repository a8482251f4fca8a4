//! Raster: from a scene to rows of pixels, without ever holding a frame.
//!
//! A chart's rows change only where a shape begins or ends. One row is kept;
//! each shape is asked for the next row at which it changes something, and
//! only the spans of changing shapes are painted again. A row without an
//! event costs nothing.

use crate::{
    Digest, Spec, Window,
    layout::layout,
    scene::{Color, Rect, Scene, Shape},
    text::{LEVELS, Lines},
};

/// A pixel: red in the lowest byte, then green and blue.
pub(crate) type Pixel = u32;

/// Neighbouring pixels of a row that changed from one colour to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Left-most column.
    pub x: u16,
    /// Pixels, 1 or more.
    pub len: u16,
    /// Their colour in the row above.
    pub old: Pixel,
    /// Their colour in this row.
    pub new: Pixel,
}

/// What takes the rows of a picture, from the top down. The row above the first one is black.
pub(crate) trait Rows {
    /// The next row, and how it differs from the one above: runs of two
    /// different colours, from left to right, each as long as can be.
    fn row(&mut self, here: &[Pixel], runs: &[Run]);

    /// As many rows again like the last one.
    fn repeat(&mut self, rows: usize);
}

/// Scratch space of the raster, reused from picture to picture.
#[derive(Debug, Default)]
pub(crate) struct Raster {
    lines: Lines,
    items: Vec<Item>,
    /// The first item of each row's list of items that change there, or `NONE`.
    events: Vec<u32>,
    /// The next item in the same list.
    next: Vec<u32>,
    /// Items that show in the current row, in paint order: those wider than
    /// `WIDE`, and the others by stripes of columns.
    wide: Vec<u32>,
    stripes: Vec<Vec<u32>>,
    /// Items to paint over each other, the topmost first.
    pile: Vec<u32>,
    /// The row as it is, and as it will be.
    here: Vec<Pixel>,
    fresh: Vec<Pixel>,
    changed: Vec<Span>,
    runs: Vec<Run>,
    /// The last blend of text: colour, colour below, and all levels between them.
    blend: Blend,
}

/// Marks the end of a list of items, and spans of more than one item.
const NONE: u32 = u32::MAX;

/// Pixel columns of a stripe, as a power of two.
const STRIPE: usize = 5;

/// Items of more pixel columns than this are in no stripe.
const WIDE: u16 = 64;

/// Pixel columns `start..end` that change in a row.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u16,
    end: u16,
    /// The item that changes, or `NONE` where there are more.
    item: u32,
}

/// A shape as the raster works with it. Columns and rows are those of a picture, at most 8192.
#[derive(Debug, Clone, Copy)]
struct Item {
    start: u16,
    end: u16,
    top: u16,
    bottom: u16,
    color: Pixel,
    paint: Paint,
}

#[derive(Debug, Clone, Copy)]
enum Paint {
    Fill,
    /// Dashes of one row, or of some rows that are all alike.
    Across {
        on: u16,
        period: u16,
    },
    /// Dashes of one column, or of some columns that are all alike.
    Down {
        on: u16,
        off: u16,
        shows: bool,
    },
    /// A line of text, by its index in `Raster::lines`, and the last row in
    /// which it stood alone on one colour, which is told with it.
    Text {
        line: u32,
        plain: (u16, Pixel),
    },
}

impl Item {
    /// Goes on to row `y`, at which it changes, and returns the next row at which it will.
    fn step(&mut self, y: u16) -> u16 {
        let next = match &mut self.paint {
            Paint::Fill | Paint::Across { .. } => self.bottom,
            Paint::Text { .. } => y + 1,
            Paint::Down { on, off, shows } => {
                *shows = !*shows || *off == 0;
                y + if *shows { *on } else { *off }
            }
        };
        next.min(self.bottom)
    }

    /// Whether the item shows anywhere within these columns, and whether it hides all that is below.
    #[inline]
    fn shows(&self, start: u16, end: u16) -> (bool, bool) {
        if self.start >= end || self.end <= start {
            return (false, false);
        }
        let covers = self.start <= start && end <= self.end;
        match self.paint {
            Paint::Fill => (true, covers),
            Paint::Down { shows, .. } => (shows, shows && covers),
            Paint::Across { .. } | Paint::Text { .. } => (true, false),
        }
    }
}

fn pixel(color: Color) -> Pixel {
    u32::from_le_bytes([color.r, color.g, color.b, 0])
}

fn unpack(pixel: Pixel) -> Color {
    let [r, g, b, _] = pixel.to_le_bytes();
    Color::rgb(r, g, b)
}

/// All levels of one colour over another.
#[derive(Debug, Default)]
struct Blend {
    key: Option<(Pixel, Pixel)>,
    levels: [Pixel; LEVELS as usize + 1],
}

impl Blend {
    fn of(&mut self, color: Pixel, below: Pixel) -> &[Pixel; LEVELS as usize + 1] {
        if self.key != Some((color, below)) {
            self.key = Some((color, below));
            for (pixel_of, level) in self.levels.iter_mut().zip(0..) {
                *pixel_of = pixel(unpack(color).over(unpack(below), level, LEVELS));
            }
        }
        &self.levels
    }
}

impl Raster {
    /// Hands all rows of `scene` to `rows`.
    pub fn paint(&mut self, scene: &Scene, rows: &mut impl Rows) {
        self.prepare(scene);
        let mut alike = 0;
        for y in 0..scene.height as u16 {
            if self.events[usize::from(y)] == NONE && y > 0 {
                alike += 1;
                continue;
            }
            if alike > 0 {
                rows.repeat(alike);
                alike = 0;
            }
            self.collect_changes(y);
            self.runs.clear();
            for at in 0..self.changed.len() {
                let span = self.changed[at];
                if span.end - span.start == 1 {
                    self.repaint_column(y, span);
                } else if !self.repaint_text(y, span) {
                    self.repaint(y, span);
                }
            }
            rows.row(&self.here, &self.runs);
        }
        if alike > 0 {
            rows.repeat(alike);
        }
    }

    /// Turns shapes into items and lists each at its first row.
    fn prepare(&mut self, scene: &Scene) {
        self.items.clear();
        self.lines.trim();
        for shape in &scene.shapes {
            self.add(scene, shape);
        }
        self.events.clear();
        self.events.resize(scene.height as usize, NONE);
        self.next.clear();
        self.next.resize(self.items.len(), NONE);
        for id in 0..self.items.len() {
            self.list(id as u32, self.items[id].top);
        }
        let width = scene.width as usize;
        self.wide.clear();
        self.stripes.iter_mut().for_each(Vec::clear);
        self.stripes
            .resize_with(self.stripes.len().max((width >> STRIPE) + 1), Vec::new);
        self.here.clear();
        self.here.resize(width, 0);
        self.fresh.resize(width, 0);
    }

    fn add(&mut self, scene: &Scene, shape: &Shape) {
        let (rect, color, paint) = match shape {
            Shape::Fill { rect, color } => (*rect, *color, Paint::Fill),
            Shape::Dashes {
                rect,
                color,
                on,
                off,
            } => {
                let (on, off) = ((*on).max(1) as u16, (*off).max(0) as u16);
                let across = rect.w >= rect.h;
                let paint = if across {
                    Paint::Across {
                        on,
                        period: on + off,
                    }
                } else {
                    Paint::Down {
                        on,
                        off,
                        shows: false,
                    }
                };
                (*rect, *color, paint)
            }
            Shape::Text {
                x,
                baseline,
                cap,
                color,
                text,
            } => {
                let line = self.lines.find(&scene.text[text.clone()], *cap);
                let bounds = self.lines.get(line).bounds;
                let rect = Rect {
                    x: x + bounds.x,
                    y: baseline + bounds.y,
                    ..bounds
                };
                // Layout keeps text inside; a line that is not is left out rather than cut.
                if rect.x < 0
                    || rect.y < 0
                    || rect.right() > scene.width
                    || rect.bottom() > scene.height
                {
                    return;
                }
                (
                    rect,
                    *color,
                    Paint::Text {
                        line,
                        plain: (u16::MAX, 0),
                    },
                )
            }
        };
        // Shapes are cut to the picture, so that no later step needs to ask.
        let cut = |at: i32, most: i32| at.clamp(0, most) as u16;
        let (start, end) = (cut(rect.x, scene.width), cut(rect.right(), scene.width));
        let (top, bottom) = (cut(rect.y, scene.height), cut(rect.bottom(), scene.height));
        // An item that shows nothing would never leave its lists.
        if start < end && top < bottom {
            self.items.push(Item {
                start,
                end,
                top,
                bottom,
                color: pixel(color),
                paint,
            });
        }
    }

    fn list(&mut self, id: u32, row: u16) {
        if let Some(head) = self.events.get_mut(usize::from(row)) {
            self.next[id as usize] = std::mem::replace(head, id);
        }
    }

    /// Lets the items of row `y` come, change and go, and gathers the spans they touch.
    fn collect_changes(&mut self, y: u16) {
        self.changed.clear();
        let mut id = std::mem::replace(&mut self.events[usize::from(y)], NONE);
        while id != NONE {
            let following = self.next[id as usize];
            let item = &mut self.items[id as usize];
            let (start, end) = (item.start, item.end);
            if y == item.top || y == item.bottom {
                let lists = if end - start > WIDE {
                    std::slice::from_mut(&mut self.wide)
                } else {
                    &mut self.stripes[usize::from(start) >> STRIPE..=usize::from(end - 1) >> STRIPE]
                };
                for list in lists {
                    let at = list.partition_point(|&other| other < id);
                    if y == item.top {
                        list.insert(at, id);
                    } else {
                        list.remove(at);
                    }
                }
            }
            if y < item.bottom {
                let next = item.step(y);
                self.list(id, next);
            }
            self.changed.push(Span {
                start,
                end,
                item: id,
            });
            id = following;
        }
        self.changed
            .sort_unstable_by_key(|span| u32::from(span.start) << 16 | u32::from(span.end));
        self.changed.dedup_by(|later, earlier| {
            let touches = later.start < earlier.end;
            if touches {
                earlier.end = earlier.end.max(later.end);
                earlier.item = NONE;
            }
            touches
        });
    }

    /// The items that may show around a column, the topmost first.
    fn from_the_top(&self, column: u16) -> impl Iterator<Item = u32> {
        let (mut wide, mut narrow) = (
            self.wide.as_slice(),
            self.stripes[usize::from(column) >> STRIPE].as_slice(),
        );
        std::iter::from_fn(move || {
            let list = match (wide.last(), narrow.last()) {
                (Some(a), Some(b)) if a > b => &mut wide,
                (_, Some(_)) => &mut narrow,
                (_, None) => &mut wide,
            };
            let (&last, rest) = list.split_last()?;
            *list = rest;
            Some(last)
        })
    }

    /// Paints one pixel of row `y` again: the commonest change, of wicks and dashes.
    fn repaint_column(&mut self, y: u16, span: Span) {
        let Some(new) = self.color_at(span.start) else {
            return self.repaint(y, span);
        };
        let old = std::mem::replace(&mut self.here[usize::from(span.start)], new);
        if old != new {
            note(
                &mut self.runs,
                Run {
                    x: span.start,
                    len: 1,
                    old,
                    new,
                },
            );
        }
    }

    /// The colour of one pixel of the row; `None` where text has a part in it.
    fn color_at(&self, x: u16) -> Option<Pixel> {
        for id in self.from_the_top(x) {
            let item = &self.items[id as usize];
            match (item.shows(x, x + 1), item.paint) {
                ((false, _), _) => {}
                ((true, true), _) => return Some(item.color),
                ((true, false), Paint::Across { on, period }) => {
                    if (x - item.start) % period < on {
                        return Some(item.color);
                    }
                }
                ((true, false), _) => return None,
            }
        }
        Some(0)
    }

    /// Goes on to the next row of a line of text that stands alone on one
    /// colour, if that is what the span is; its changes are known beforehand.
    fn repaint_text(&mut self, y: u16, span: Span) -> bool {
        let Some(&Item {
            top,
            bottom,
            color,
            paint: Paint::Text { line, plain },
            ..
        }) = self.items.get(span.item as usize)
        else {
            return false;
        };
        if y == bottom {
            return false;
        }
        let mut below = None;
        let last_stripe = (span.end - 1) >> STRIPE;
        for stripe in span.start >> STRIPE..=last_stripe {
            let items = self
                .from_the_top(stripe << STRIPE)
                .map(|id| (id, self.items[id as usize].shows(span.start, span.end)));
            let mut shown = items.filter(|&(_, (shows, _))| shows);
            let (first, second) = (shown.next(), shown.next());
            let Some((id, (_, true))) =
                second.filter(|_| first.is_some_and(|(id, _)| id == span.item))
            else {
                return false;
            };
            let color = self.items[id as usize].color;
            if below.is_some_and(|other| other != color) {
                return false;
            }
            below = Some(color);
        }
        let Some(below) = below else { return false };
        if let Paint::Text { plain, .. } = &mut self.items[span.item as usize].paint {
            *plain = (y, below);
        }
        if y == top || plain != (y - 1, below) {
            return false;
        }
        let colors = self.blend.of(color, below);
        for run in self.lines.get(line).changes(y - top) {
            let (x, old, new) = (
                span.start + run.x,
                colors[usize::from(run.old)],
                colors[usize::from(run.new)],
            );
            if old != new {
                self.here[usize::from(x)..usize::from(x + run.len)].fill(new);
                note(
                    &mut self.runs,
                    Run {
                        x,
                        len: run.len,
                        old,
                        new,
                    },
                );
            }
        }
        true
    }

    /// Paints row `y` again within `span`, stripe by stripe, and notes what changed.
    fn repaint(&mut self, y: u16, span: Span) {
        let mut start = span.start;
        while start < span.end {
            let end = span.end.min(((start >> STRIPE) + 1) << STRIPE);
            self.repaint_stripe(y, start, end);
            start = end;
        }
        let (start, end) = (usize::from(span.start), usize::from(span.end));
        let (here, fresh) = (&mut self.here[start..end], &self.fresh[start..end]);
        let mut x = 0;
        while x < here.len() {
            let (old, new) = (here[x], fresh[x]);
            if old == new {
                x += 1;
                continue;
            }
            let first = x;
            while x < here.len() && (here[x], fresh[x]) == (old, new) {
                here[x] = new;
                x += 1;
            }
            note(
                &mut self.runs,
                Run {
                    x: (start + first) as u16,
                    len: (x - first) as u16,
                    old,
                    new,
                },
            );
        }
    }

    fn repaint_stripe(&mut self, y: u16, start: u16, end: u16) {
        // From the top down, until one item hides all below it.
        let mut pile = std::mem::take(&mut self.pile);
        let mut hidden = false;
        for id in self.from_the_top(start) {
            let (shows, hides) = self.items[id as usize].shows(start, end);
            if shows {
                pile.push(id);
            }
            if hides {
                hidden = true;
                break;
            }
        }
        if !hidden {
            self.fresh[usize::from(start)..usize::from(end)].fill(0);
        }
        for id in pile.drain(..).rev() {
            self.paint_item(id, y, start, end);
        }
        self.pile = pile;
    }

    /// Paints the part of an item in row `y` within `start..end`.
    fn paint_item(&mut self, id: u32, y: u16, start: u16, end: u16) {
        let item = self.items[id as usize];
        let (start, end) = (
            usize::from(item.start.max(start)),
            usize::from(item.end.min(end)),
        );
        match item.paint {
            Paint::Fill | Paint::Down { .. } => self.fresh[start..end].fill(item.color),
            Paint::Across { on, period } => {
                let (on, period) = (usize::from(on), usize::from(period));
                let mut dash = start - (start - usize::from(item.start)) % period;
                while dash < end {
                    let (from, to) = (dash.max(start), (dash + on).min(end));
                    if from < to {
                        self.fresh[from..to].fill(item.color);
                    }
                    dash += period;
                }
            }
            Paint::Text { line, .. } => {
                let levels =
                    &self.lines.get(line).row(y - item.top)[start - usize::from(item.start)..];
                for (pixel, &level) in self.fresh[start..end].iter_mut().zip(levels) {
                    *pixel = self.blend.of(item.color, *pixel)[usize::from(level)];
                }
            }
        }
    }
}

/// Adds a run, or lengthens the last one where the two are one.
fn note(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.x + last.len == run.x && (last.old, last.new) == (run.old, run.new) => {
            last.len += run.len
        }
        _ => runs.push(run),
    }
}

/// The decoded pixels of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Rows from the top down, 3 bytes a pixel (red, green, blue), no padding.
    pub rgb: Vec<u8>,
}

impl Frame {
    /// SHA-256 over the RGB8 rows: `pixel_sha256`.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.rgb)
    }
}

impl Rows for Frame {
    fn row(&mut self, here: &[Pixel], _runs: &[Run]) {
        self.rgb.extend(here.iter().flat_map(|&p| {
            let Color { r, g, b } = unpack(p);
            [r, g, b]
        }));
    }

    fn repeat(&mut self, rows: usize) {
        let row = self.width as usize * 3;
        for _ in 0..rows {
            self.rgb.extend_from_within(self.rgb.len() - row..);
        }
    }
}

/// The pixels of a picture, as decoding its PNG gives them.
#[must_use]
pub fn frame(window: &Window<'_>, spec: &Spec) -> Frame {
    raster(&layout(window, spec))
}

/// The pixels of a scene.
#[must_use]
pub fn raster(scene: &Scene) -> Frame {
    let mut frame = Frame {
        width: scene.width as u32,
        height: scene.height as u32,
        rgb: Vec::new(),
    };
    frame
        .rgb
        .reserve_exact(3 * scene.width as usize * scene.height as usize);
    Raster::default().paint(scene, &mut frame);
    frame
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tiny_skia::{Paint as SkPaint, Pixmap, Rect as SkRect, Transform};

    use super::*;
    use crate::{
        Rect, Spec, SpecOptions,
        encode::Encoder,
        text::{self, Masks},
    };

    /// The slow twin: paints every shape of a scene, whole, on a pixmap.
    fn painted(scene: &Scene) -> Vec<u8> {
        let mut pixmap = Pixmap::new(scene.width as u32, scene.height as u32).expect("a size");
        pixmap.fill(tiny_skia::Color::BLACK);
        let fill = |pixmap: &mut Pixmap, rect: Rect, color: Color| {
            if rect.w <= 0 || rect.h <= 0 {
                return;
            }
            let Some(area) =
                SkRect::from_xywh(rect.x as f32, rect.y as f32, rect.w as f32, rect.h as f32)
            else {
                return;
            };
            let mut paint = SkPaint {
                anti_alias: false,
                ..SkPaint::default()
            };
            paint.set_color_rgba8(color.r, color.g, color.b, 255);
            pixmap.fill_rect(area, &paint, Transform::identity(), None);
        };
        let mut masks = Masks::default();
        for shape in &scene.shapes {
            match shape {
                Shape::Fill { rect, color } => fill(&mut pixmap, *rect, *color),
                Shape::Dashes {
                    rect,
                    color,
                    on,
                    off,
                } => {
                    let long = rect.w.max(rect.h);
                    for start in (0..long).step_by((on + off) as usize) {
                        let length = (*on).min(long - start);
                        let dash = if rect.w >= rect.h {
                            Rect::new(rect.x + start, rect.y, length, rect.h)
                        } else {
                            Rect::new(rect.x, rect.y + start, rect.w, length)
                        };
                        fill(&mut pixmap, dash, *color);
                    }
                }
                Shape::Text {
                    x,
                    baseline,
                    cap,
                    color,
                    text,
                } => {
                    let line = &scene.text[text.clone()];
                    for px in 0..scene.width {
                        for py in 0..scene.height {
                            let level = coverage(&mut masks, line, *cap, px - x, py - baseline);
                            let below = pixmap.pixel(px as u32, py as u32).expect("inside");
                            let below = Color::rgb(below.red(), below.green(), below.blue());
                            fill(
                                &mut pixmap,
                                Rect::new(px, py, 1, 1),
                                color.over(below, u32::from(level), LEVELS),
                            );
                        }
                    }
                }
            }
        }
        pixmap
            .pixels()
            .iter()
            .flat_map(|p| [p.red(), p.green(), p.blue()])
            .collect()
    }

    /// The greatest coverage that any glyph of a line has at a pixel relative to the line's origin.
    fn coverage(masks: &mut Masks, line: &str, cap: i32, x: i32, y: i32) -> u8 {
        let mut origin = 0;
        let mut most = 0;
        for byte in line.bytes() {
            let mask = masks.get(byte, cap);
            let (column, row) = (x - origin - mask.left, y - mask.top);
            if (0..mask.w).contains(&column) && (0..mask.h).contains(&row) {
                most = most.max(mask.levels[(row * mask.w + column) as usize]);
            }
            origin += text::advance(byte, cap);
        }
        most
    }

    fn decoded(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.ignore_checksums(false);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut rgb).expect("rows");
        rgb
    }

    fn shape() -> impl Strategy<Value = (u8, [i32; 4], [u8; 3], [i32; 2])> {
        (
            0..4_u8,
            [0..90_i32, 0..70, 0..90, 0..70],
            [0..3_u8, 0..3, 0..3],
            [1..12_i32, 0..9],
        )
    }

    proptest! {
        #[test]
        fn rows_and_the_decoded_png_equal_the_slow_twin(
            width in 8..100_i32, height in 8..80_i32, shapes in proptest::collection::vec(shape(), 0..25),
        ) {
            let mut scene = Scene { width, height, ..Scene::default() };
            for (kind, [x, y, w, h], [r, g, b], [on, off]) in shapes {
                let color = Color::rgb(r * 127, g * 127, b * 127);
                let (x, y) = (x % width, y % height);
                let rect = Rect::new(x, y, w.min(width - x), h.min(height - y));
                match kind {
                    0 => scene.fill(rect, color),
                    1 => scene.shapes.push(Shape::Dashes { rect: Rect { h: rect.h.min(2), ..rect }, color, on, off }),
                    2 => scene.shapes.push(Shape::Dashes { rect: Rect { w: rect.w.min(2), ..rect }, color, on, off }),
                    _ => {
                        let cap = 6 + on;
                        let wide = text::width("0.5K", cap) + 4;
                        // Lines that reach out of the picture are left out, so only such as fit are of interest.
                        if 2 + wide <= width && cap + 4 <= height {
                            scene.label("0.5K", 2 + x % (width - wide - 1), cap + 2 + y % (height - cap - 3), cap, color);
                        }
                    }
                }
            }
            let expected = painted(&scene);
            prop_assert_eq!(&raster(&scene).rgb, &expected);
            let spec = SpecOptions { width: width as u32, height: height as u32, ..SpecOptions::default() };
            let mut encoder = Encoder::new(&Spec::new(spec).expect("valid"));
            encoder.start();
            Raster::default().paint(&scene, &mut encoder);
            prop_assert_eq!(decoded(encoder.finish().as_bytes()), expected);
        }
    }
}
