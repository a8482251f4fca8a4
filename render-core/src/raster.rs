//! Raster: from a scene to rows of pixels, without ever holding a frame.
//!
//! A chart's rows change only where a shape begins or ends. One row is kept;
//! each shape is asked for the next row at which it changes something, and
//! only the spans of changing shapes are painted again. A row without an
//! event costs nothing.

use crate::{
    Digest, Spec, Window,
    layout::layout,
    scene::{Color, Scene, Shape},
    text::{self, LEVELS, Masks},
};

/// A pixel: `0x00RRGGBB`.
pub(crate) type Pixel = u32;

/// Pixel columns `start..end` of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
}

/// What takes the rows of a picture, from the top down. The row above the first one is all zeros.
pub(crate) trait Rows {
    /// The next row. `here` equals `above` outside of `changed`, whose spans
    /// rise and do not touch; inside, pixels may be equal or not.
    fn row(&mut self, above: &[Pixel], here: &[Pixel], changed: &[Span]);

    /// As many rows again like the last one.
    fn repeat(&mut self, rows: usize);
}

/// Scratch space of the raster, reused from picture to picture.
#[derive(Debug, Default)]
pub(crate) struct Raster {
    masks: Masks,
    levels: Vec<u8>,
    items: Vec<Item>,
    /// The first item of each row's list of items that change there, or `NONE`.
    events: Vec<u32>,
    /// The next item in the same list.
    next: Vec<u32>,
    /// Items that show in the current row, in paint order, by stripes of columns.
    stripes: Vec<Vec<u32>>,
    above: Vec<Pixel>,
    here: Vec<Pixel>,
    changed: Vec<Span>,
}

/// Marks the end of a list of items.
const NONE: u32 = u32::MAX;

/// Pixel columns of a stripe, as a power of two.
const STRIPE: usize = 5;

/// A shape, or one glyph of a line of text, as the raster works with it.
#[derive(Debug, Clone, Copy)]
struct Item {
    x: Span,
    y: Span,
    color: Pixel,
    paint: Paint,
}

#[derive(Debug, Clone, Copy)]
enum Paint {
    Fill,
    /// Dashes of one row, or of some rows that are all alike.
    Across {
        on: usize,
        period: usize,
    },
    /// Dashes of one column, or of some columns that are all alike.
    Down {
        on: usize,
        period: usize,
    },
    /// Levels of coverage, from this place in `Raster::levels` on.
    Glyph {
        levels: usize,
    },
}

impl Item {
    /// The next row after `y` at which the item changes what it shows; `self.y.end` at the latest.
    fn next_change(&self, y: usize) -> usize {
        let next = match self.paint {
            Paint::Fill | Paint::Across { .. } => self.y.end,
            Paint::Glyph { .. } => y + 1,
            Paint::Down { on, period } => {
                let phase = (y - self.y.start) % period;
                y - phase + if phase < on { on } else { period }
            }
        };
        next.min(self.y.end)
    }

    /// Paints the item's part of row `y` within `span`.
    fn paint(&self, levels: &[u8], y: usize, span: Span, row: &mut [Pixel]) {
        let (start, end) = (self.x.start.max(span.start), self.x.end.min(span.end));
        if start >= end {
            return;
        }
        match self.paint {
            Paint::Fill => row[start..end].fill(self.color),
            Paint::Down { on, period } => {
                if (y - self.y.start) % period < on {
                    row[start..end].fill(self.color);
                }
            }
            Paint::Across { on, period } => {
                let mut dash = start - (start - self.x.start) % period;
                while dash < end {
                    let dash_end = (dash + on).min(end);
                    if dash.max(start) < dash_end {
                        row[dash.max(start)..dash_end].fill(self.color);
                    }
                    dash += period;
                }
            }
            Paint::Glyph { levels: first } => {
                let width = self.x.end - self.x.start;
                let from = first + (y - self.y.start) * width + (start - self.x.start);
                for (pixel, &level) in row[start..end].iter_mut().zip(&levels[from..]) {
                    *pixel = blend(self.color, *pixel, level);
                }
            }
        }
    }
}

/// `level` of [`LEVELS`] of `color` over `below`.
fn blend(color: Pixel, below: Pixel, level: u8) -> Pixel {
    match u32::from(level) {
        0 => below,
        LEVELS => color,
        level => pixel(unpack(color).over(unpack(below), level, LEVELS)),
    }
}

fn pixel(color: Color) -> Pixel {
    u32::from_be_bytes([0, color.r, color.g, color.b])
}

pub(crate) fn unpack(pixel: Pixel) -> Color {
    let [_, r, g, b] = pixel.to_be_bytes();
    Color::rgb(r, g, b)
}

impl Raster {
    /// Hands all rows of `scene` to `rows`.
    pub fn paint(&mut self, scene: &Scene, rows: &mut impl Rows) {
        let (width, height) = (scene.width as usize, scene.height as usize);
        self.prepare(scene, width, height);
        let mut unchanged = 0;
        for y in 0..height {
            if self.events[y] == NONE && y > 0 {
                unchanged += 1;
                continue;
            }
            if unchanged > 0 {
                rows.repeat(unchanged);
                unchanged = 0;
            }
            self.collect_changes(y);
            for at in 0..self.changed.len() {
                self.repaint(y, self.changed[at]);
            }
            rows.row(&self.above, &self.here, &self.changed);
            for span in &self.changed {
                self.above[span.start..span.end].copy_from_slice(&self.here[span.start..span.end]);
            }
        }
        if unchanged > 0 {
            rows.repeat(unchanged);
        }
    }

    /// Turns shapes into items and lists each at its first row.
    fn prepare(&mut self, scene: &Scene, width: usize, height: usize) {
        self.items.clear();
        self.levels.clear();
        for shape in &scene.shapes {
            self.add(scene, shape);
        }
        self.events.clear();
        self.events.resize(height, NONE);
        self.next.clear();
        self.next.resize(self.items.len(), NONE);
        for id in 0..self.items.len() {
            self.list(id as u32, self.items[id].y.start);
        }
        let stripes = (width >> STRIPE) + 1;
        self.stripes.iter_mut().for_each(Vec::clear);
        self.stripes
            .resize_with(stripes.max(self.stripes.len()), Vec::new);
        for row in [&mut self.above, &mut self.here] {
            row.clear();
            row.resize(width, 0);
        }
    }

    fn add(&mut self, scene: &Scene, shape: &Shape) {
        let item = |rect: crate::Rect, color, paint| {
            // Shapes are cut to the picture, so that no later step needs to ask.
            let span = |start: i32, end: i32, most: i32| Span {
                start: start.clamp(0, most) as usize,
                end: end.clamp(0, most) as usize,
            };
            Item {
                x: span(rect.x, rect.right(), scene.width),
                y: span(rect.y, rect.bottom(), scene.height),
                color: pixel(color),
                paint,
            }
        };
        match shape {
            Shape::Fill { rect, color } => self.items.push(item(*rect, *color, Paint::Fill)),
            Shape::Dashes {
                rect,
                color,
                on,
                off,
            } => {
                let (on, period) = ((*on).max(1) as usize, (on.max(&1) + off.max(&0)) as usize);
                let paint = if rect.w >= rect.h {
                    Paint::Across { on, period }
                } else {
                    Paint::Down { on, period }
                };
                self.items.push(item(*rect, *color, paint));
            }
            Shape::Text {
                x,
                baseline,
                cap,
                color,
                text,
            } => {
                let mut x = *x;
                for byte in scene.text[text.clone()].bytes() {
                    let mask = self.masks.get(byte, *cap);
                    let rect = crate::Rect::new(x + mask.left, baseline + mask.top, mask.w, mask.h);
                    let inside = rect.x >= 0
                        && rect.y >= 0
                        && rect.right() <= scene.width
                        && rect.bottom() <= scene.height;
                    // Layout keeps text inside; a glyph that is not is left out rather than cut.
                    if inside && mask.w > 0 {
                        self.items.push(item(
                            rect,
                            *color,
                            Paint::Glyph {
                                levels: self.levels.len(),
                            },
                        ));
                        self.levels.extend_from_slice(&mask.levels);
                    }
                    x += text::advance(byte, *cap);
                }
            }
        }
        // An item that shows nothing would never leave its lists.
        if self
            .items
            .last()
            .is_some_and(|item| item.x.start >= item.x.end || item.y.start >= item.y.end)
        {
            self.items.pop();
        }
    }

    fn list(&mut self, id: u32, row: usize) {
        if let Some(head) = self.events.get_mut(row) {
            self.next[id as usize] = std::mem::replace(head, id);
        }
    }

    /// Lets the items of row `y` come, change and go, and gathers the spans they touch.
    fn collect_changes(&mut self, y: usize) {
        self.changed.clear();
        let mut id = std::mem::replace(&mut self.events[y], NONE);
        while id != NONE {
            let following = self.next[id as usize];
            let item = self.items[id as usize];
            let stripes = item.x.start >> STRIPE..=(item.x.end - 1) >> STRIPE;
            if y == item.y.start {
                for stripe in &mut self.stripes[stripes] {
                    let at = stripe.partition_point(|&other| other < id);
                    stripe.insert(at, id);
                }
            } else if y == item.y.end {
                for stripe in &mut self.stripes[stripes] {
                    stripe.retain(|&other| other != id);
                }
            }
            if y < item.y.end {
                self.list(id, item.next_change(y));
            }
            self.changed.push(item.x);
            id = following;
        }
        self.changed.sort_unstable();
        self.changed.dedup_by(|later, earlier| {
            let touches = later.start <= earlier.end;
            if touches {
                earlier.end = earlier.end.max(later.end);
            }
            touches
        });
    }

    /// Paints all items of row `y` again within `span`.
    fn repaint(&mut self, y: usize, span: Span) {
        for stripe in span.start >> STRIPE..=(span.end - 1) >> STRIPE {
            let part = Span {
                start: span.start.max(stripe << STRIPE),
                end: span.end.min((stripe + 1) << STRIPE),
            };
            self.here[part.start..part.end].fill(0);
            for &id in &self.stripes[stripe] {
                self.items[id as usize].paint(&self.levels, y, part, &mut self.here);
            }
        }
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
    fn row(&mut self, _above: &[Pixel], here: &[Pixel], _changed: &[Span]) {
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
    use crate::{Rect, encode::Encoder};

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
                    let mut x = *x;
                    for byte in scene.text[text.clone()].bytes() {
                        let mask = masks.get(byte, *cap).clone();
                        let (left, top) = (x + mask.left, baseline + mask.top);
                        x += text::advance(byte, *cap);
                        if left < 0
                            || top < 0
                            || left + mask.w > scene.width
                            || top + mask.h > scene.height
                        {
                            continue;
                        }
                        for (index, &level) in mask.levels.iter().enumerate() {
                            let (px, py) =
                                (left + index as i32 % mask.w, top + index as i32 / mask.w);
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
                    _ => scene.label("0.5K", x, y, 6 + on, color),
                }
            }
            let expected = painted(&scene);
            prop_assert_eq!(&raster(&scene).rgb, &expected);
            let mut encoder = Encoder::default();
            encoder.start(width as usize, height as usize);
            Raster::default().paint(&scene, &mut encoder);
            prop_assert_eq!(decoded(encoder.finish().as_bytes()), expected);
        }
    }
}
