//! Raster: from a scene to rows of pixels, without ever holding a frame.
//!
//! A chart's rows change only where a shape begins or ends. One row is kept;
//! each shape is asked for the next row at which it changes something, and
//! only the spans of changing shapes are painted again. A row without an
//! event costs nothing.

use crate::{
    scene::{Color, Rect, Scene, Shape},
    text::{LEVELS, Lines},
};

/// A pixel: red in the lowest byte, then green and blue.
pub(crate) type Pixel = u32;

/// Neighbouring pixels of a row that differ from those above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// Left-most column.
    pub x: u16,
    /// Pixels, 1 or more.
    pub len: u16,
    pub what: What,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// All pixels change from one colour to another.
    Run { old: Pixel, new: Pixel },
    /// A line of text that stands alone on one colour goes on to the next of
    /// its rows, as [`Line::changes`](crate::text::Line::changes) tells.
    Text { line: u32, y: u16, color: Pixel, below: Pixel },
}

impl Change {
    pub fn run(x: u16, len: u16, old: Pixel, new: Pixel) -> Self {
        Self { x, len, what: What::Run { old, new } }
    }

    /// One past the right-most column.
    pub fn end(self) -> u16 {
        self.x + self.len
    }
}

/// What takes the rows of a picture, from the top down. The row above the first one is black.
pub(crate) trait Rows {
    /// The next row: how it differs from the one above, from left to right.
    /// Runs are of two different colours and as long as can be.
    fn row(&mut self, changes: &[Change], lines: &Lines);

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
    changes: Vec<Change>,
    /// Lines of text whose last row is not in `here` yet.
    unsettled: Vec<u32>,
    /// Lines of dashes across that come or go in the current row, apart from
    /// the other changes, and what is made of them.
    across: Vec<u32>,
    dashes: Vec<Change>,
    both: Vec<Change>,
    /// Pixels of the row that are hidden from a line of dashes, one bit each.
    hidden: Vec<u64>,
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

pub(crate) fn pixel(color: Color) -> Pixel {
    u32::from_le_bytes([color.r, color.g, color.b, 0])
}

pub(crate) fn unpack(pixel: Pixel) -> Color {
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
    /// Whether so much is kept that it should be forgotten, with what the
    /// encoder keeps of it, before the next picture.
    pub fn is_full(&self) -> bool {
        self.lines.is_full()
    }

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
            let across = self.single_line();
            self.join_changes();
            self.changes.clear();
            for at in 0..self.changed.len() {
                let span = self.changed[at];
                if span.end - span.start == 1 {
                    self.repaint_column(y, span);
                } else if !self.repaint_text(y, span) {
                    self.repaint(y, span);
                }
            }
            if let Some((id, below)) = across {
                self.repaint_line(y, id, below);
            }
            rows.row(&self.changes, &self.lines);
        }
        if alike > 0 {
            rows.repeat(alike);
        }
    }

    /// Turns shapes into items and lists each at its first row.
    fn prepare(&mut self, scene: &Scene) {
        self.items.clear();
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
        self.unsettled.clear();
        self.stripes.iter_mut().for_each(Vec::clear);
        self.stripes.resize_with(self.stripes.len().max((width >> STRIPE) + 1), Vec::new);
        self.here.clear();
        self.here.resize(width, 0);
        self.fresh.resize(width, 0);
    }

    fn add(&mut self, scene: &Scene, shape: &Shape) {
        let (rect, color, paint) = match shape {
            Shape::Fill { rect, color } => (*rect, *color, Paint::Fill),
            Shape::Dashes { rect, color, on, off } => {
                let (on, off) = ((*on).max(1) as u16, (*off).max(0) as u16);
                let across = rect.w >= rect.h;
                let paint = if across {
                    Paint::Across { on, period: on + off }
                } else {
                    Paint::Down { on, off, shows: false }
                };
                (*rect, *color, paint)
            }
            Shape::Text { x, baseline, cap, color, text } => {
                let line = self.lines.find(&scene.text[text.clone()], *cap);
                let bounds = self.lines.get(line).bounds;
                let rect = Rect { x: x + bounds.x, y: baseline + bounds.y, ..bounds };
                // Layout keeps text inside; a line that is not is left out rather than cut.
                if rect.x < 0 || rect.y < 0 || rect.right() > scene.width || rect.bottom() > scene.height {
                    return;
                }
                (rect, *color, Paint::Text { line, plain: (u16::MAX, 0) })
            }
        };
        // Shapes are cut to the picture, so that no later step needs to ask.
        let cut = |at: i32, most: i32| at.clamp(0, most) as u16;
        let (start, end) = (cut(rect.x, scene.width), cut(rect.right(), scene.width));
        let (top, bottom) = (cut(rect.y, scene.height), cut(rect.bottom(), scene.height));
        // An item that shows nothing would never leave its lists.
        if start < end && top < bottom {
            self.items.push(Item { start, end, top, bottom, color: pixel(color), paint });
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
        self.across.clear();
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
            match self.items[id as usize].paint {
                Paint::Across { .. } => self.across.push(id),
                _ => self.changed.push(Span { start, end, item: id }),
            }
            id = following;
        }
    }

    /// Sorts the changed spans and joins those that overlap.
    fn join_changes(&mut self) {
        self.changed.sort_unstable_by_key(|span| u32::from(span.start) << 16 | u32::from(span.end));
        self.changed.dedup_by(|later, earlier| {
            let touches = later.start < earlier.end;
            if touches {
                earlier.end = earlier.end.max(later.end);
                earlier.item = NONE;
            }
            touches
        });
    }

    /// The line of dashes that comes or goes in row `y`, and the one colour
    /// below it, if there is just one such line and what hides it can be told
    /// pixel by pixel; `hidden` then says where. Otherwise the lines become
    /// changed spans like all others.
    fn single_line(&mut self) -> Option<(u32, Pixel)> {
        let found = match self.across.as_slice() {
            [] => return None,
            &[id] => self.find_hidden(id).map(|below| (id, below)),
            _ => None,
        };
        match found {
            Some(_) => {
                // The other changes of this row are painted with the line in place.
                for at in 0..self.changed.len() {
                    let Span { start, end, .. } = self.changed[at];
                    hide(&mut self.hidden, start, end);
                }
            }
            None => {
                let spans = self.across.iter().map(|&id| (id, &self.items[id as usize]));
                self.changed.extend(spans.map(|(id, item)| Span {
                    start: item.start,
                    end: item.end,
                    item: id,
                }));
            }
        }
        found
    }

    fn find_hidden(&mut self, id: u32) -> Option<Pixel> {
        let line = self.items[id as usize];
        self.hidden.clear();
        self.hidden.resize(self.here.len() / 64 + 2, 0);
        let mut below = None;
        let stripes = &self.stripes[usize::from(line.start) >> STRIPE..=usize::from(line.end - 1) >> STRIPE];
        for list in std::iter::once(&self.wide).chain(stripes) {
            let lowest = list.partition_point(|&other| other < id);
            for &other in &list[lowest..] {
                let item = &self.items[other as usize];
                match item.paint {
                    _ if other == id || !item.shows(line.start, line.end).0 => {}
                    Paint::Fill | Paint::Down { .. } => hide(&mut self.hidden, item.start, item.end),
                    Paint::Across { .. } | Paint::Text { .. } => return None,
                }
            }
            for &other in list[..lowest].iter().rev() {
                match self.items[other as usize].shows(line.start, line.end) {
                    (false, _) => {}
                    // Only the first list, of the wide items, can hold one that lies below all of the line.
                    (true, true) if below.is_none() => {
                        below = Some(self.items[other as usize].color);
                        break;
                    }
                    _ => return None,
                }
            }
            below?;
        }
        below
    }

    /// Draws the dashes of a line that comes in row `y`, or wipes those of one that goes.
    fn repaint_line(&mut self, y: u16, id: u32, below: Pixel) {
        let Item { start, end, top, color, paint: Paint::Across { on, period }, .. } =
            self.items[id as usize]
        else {
            return;
        };
        let (old, new) = if y == top { (below, color) } else { (color, below) };
        if old == new {
            return;
        }
        self.dashes.clear();
        for dash in (start..end).step_by(usize::from(period)) {
            let dash_end = end.min(dash + on);
            let mut x = dash;
            while x < dash_end {
                // Pixels from `x` on, lowest bit first, as far as one word tells.
                let (word, bit) = (usize::from(x / 64), x % 64);
                let bits = self.hidden[word] >> bit;
                let known = 64 - bit;
                let hidden = (bits.trailing_ones() as u16).min(known);
                if hidden > 0 {
                    x += hidden;
                    continue;
                }
                let len = (bits.trailing_zeros() as u16).min(known).min(dash_end - x);
                self.here[usize::from(x)..usize::from(x + len)].fill(new);
                note(&mut self.dashes, Change::run(x, len, old, new));
                x += len;
            }
        }
        self.merge_dashes();
    }

    /// Brings the runs of the dashes and those of the row's other changes into one order.
    fn merge_dashes(&mut self) {
        self.both.clear();
        let mut dashes = self.dashes.iter().peekable();
        for change in &self.changes {
            while let Some(dash) = dashes.next_if(|dash| dash.x < change.x) {
                note(&mut self.both, *dash);
            }
            note(&mut self.both, *change);
        }
        dashes.for_each(|dash| note(&mut self.both, *dash));
        std::mem::swap(&mut self.changes, &mut self.both);
    }

    /// The items that may show around a column, the topmost first.
    fn topmost_first(&self, column: u16) -> impl Iterator<Item = u32> {
        let (mut wide, mut narrow) =
            (self.wide.as_slice(), self.stripes[usize::from(column) >> STRIPE].as_slice());
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
            note(&mut self.changes, Change::run(span.start, 1, old, new));
        }
    }

    /// The colour of one pixel of the row; `None` where text has a part in it.
    fn color_at(&self, x: u16) -> Option<Pixel> {
        for id in self.topmost_first(x) {
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
        let Some(&Item { top, bottom, color, paint: Paint::Text { line, plain }, .. }) =
            self.items.get(span.item as usize)
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
                .topmost_first(stripe << STRIPE)
                .map(|id| (id, self.items[id as usize].shows(span.start, span.end)));
            let mut shown = items.filter(|&(_, (shows, _))| shows);
            let (first, second) = (shown.next(), shown.next());
            let Some((id, (_, true))) = second.filter(|_| first.is_some_and(|(id, _)| id == span.item))
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
        if !self.lines.get(line).changes(y - top).is_empty() {
            let what = What::Text { line, y: y - top, color, below };
            self.changes.push(Change { x: span.start, len: span.end - span.start, what });
        }
        if !self.unsettled.contains(&span.item) {
            self.unsettled.push(span.item);
        }
        true
    }

    /// Brings into `here` what the row above `y` shows of lines of text that
    /// were not painted there.
    fn settle(&mut self, y: u16, span: Span) {
        let Self { unsettled, items, lines, blend, here, .. } = self;
        unsettled.retain(|&id| {
            let item = &items[id as usize];
            let Paint::Text { line, plain: (_, below) } = item.paint else { return false };
            let within = item.start < span.end && span.start < item.end;
            if within {
                let colors = blend.of(item.color, below);
                let row = lines.get(line).row(y - 1 - item.top);
                for (pixel, &level) in here[usize::from(item.start)..].iter_mut().zip(row) {
                    *pixel = colors[usize::from(level)];
                }
            }
            !within
        });
    }

    /// Paints row `y` again within `span`, stripe by stripe, and notes what changed.
    fn repaint(&mut self, y: u16, span: Span) {
        self.settle(y, span);
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
            note(&mut self.changes, Change::run((start + first) as u16, (x - first) as u16, old, new));
        }
    }

    fn repaint_stripe(&mut self, y: u16, start: u16, end: u16) {
        // From the top down, until one item hides all below it.
        let mut pile = std::mem::take(&mut self.pile);
        let mut hidden = false;
        for id in self.topmost_first(start) {
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
        let (start, end) = (usize::from(item.start.max(start)), usize::from(item.end.min(end)));
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
                let levels = &self.lines.get(line).row(y - item.top)[start - usize::from(item.start)..];
                for (pixel, &level) in self.fresh[start..end].iter_mut().zip(levels) {
                    *pixel = self.blend.of(item.color, *pixel)[usize::from(level)];
                }
            }
        }
    }
}

/// Sets the bits `start..end`.
fn hide(hidden: &mut [u64], start: u16, end: u16) {
    let (first, last) = (usize::from(start / 64), usize::from((end - 1) / 64));
    let from = u64::MAX << (start % 64);
    let to = u64::MAX >> (63 - (end - 1) % 64);
    if first == last {
        hidden[first] |= from & to;
    } else {
        hidden[first] |= from;
        hidden[first + 1..last].fill(u64::MAX);
        hidden[last] |= to;
    }
}

/// Adds a change, or lengthens the last one where the two are one run.
pub(crate) fn note(changes: &mut Vec<Change>, change: Change) {
    match changes.last_mut() {
        Some(last)
            if last.end() == change.x
                && last.what == change.what
                && matches!(change.what, What::Run { .. }) =>
        {
            last.len += change.len;
        }
        _ => changes.push(change),
    }
}

#[cfg(test)]
mod tests;
