//! The plan of a picture: which layer each shape belongs to.
//!
//! Paint order decides alone what is seen. So a shape goes to a lower layer
//! than its turn only where it overlaps nothing that is in a higher one, or
//! where what it hides of that is painted again.

use std::cmp::Ordering;

use super::{
    pixel::{Pixel, pixel},
    shape::{Area, Narrow, Stamp, Veil, Wide},
    stroke::Strokes,
};
use crate::{
    scene::{Rect, Scene, Shape},
    text::Lines,
};

/// Shapes of more pixel columns than this, and than a 16th of the picture, are wide.
const WIDE: i32 = 64;

/// A wide shape above more narrow ones than this is a veil.
const MOST_NARROW: usize = 20_000;

/// Puts `id` in its place in a rising list, or takes it out.
pub(super) fn toggle(list: &mut Vec<u32>, id: u32) {
    match list.binary_search(&id) {
        Ok(at) => drop(list.remove(at)),
        Err(at) => list.insert(at, id),
    }
}

/// Rows in which something comes or goes, rising, each with its index.
type Turns = Vec<(u16, u32)>;

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub narrow: Vec<Narrow>,
    pub wide: Vec<Wide>,
    pub veils: Vec<Veil>,
    pub stamps: Vec<Stamp>,
    pub strokes: Strokes,
    pub stamp_turns: Turns,
    pub veil_turns: Turns,
    pub wide_areas: Vec<Area>,
    /// Narrow shapes that the current wide one meets.
    met: Vec<Narrow>,
    /// What all narrow shapes, veils and lines of text lie within.
    narrow_area: Area,
    veil_area: Area,
    stamp_area: Area,
}

impl Plan {
    /// Plans the picture of `scene`, in the space of the last one.
    pub fn make(&mut self, scene: &Scene, lines: &mut Lines) {
        self.narrow.clear();
        self.wide.clear();
        self.veils.clear();
        self.stamps.clear();
        self.strokes.start();
        self.wide_areas.clear();
        (self.narrow_area, self.veil_area, self.stamp_area) = Default::default();
        let widest = WIDE.max(scene.width / 16) as u16;
        for shape in &scene.shapes {
            match shape {
                Shape::Fill { rect, color } => {
                    self.add(scene, widest, *rect, Dashes::None, pixel(*color));
                }
                Shape::Dashes { rect, color, on, off } => {
                    let (on, off) = ((*on).clamp(1, 8192) as u16, (*off).clamp(0, 8192) as u16);
                    let dashes = match rect.w.cmp(&rect.h) {
                        _ if off == 0 => Dashes::None,
                        Ordering::Less => Dashes::Down { on, off },
                        _ => Dashes::Across { on, off },
                    };
                    self.add(scene, widest, *rect, dashes, pixel(*color));
                }
                Shape::Text { x, baseline, cap, color, text } => {
                    let line = lines.find(&scene.text[text.clone()], *cap);
                    let bounds = lines.get(line).bounds;
                    let rect = Rect { x: x + bounds.x, y: baseline + bounds.y, ..bounds };
                    self.add_text(scene, rect, line, pixel(*color));
                }
                Shape::Line { points, width, color, clip } => {
                    self.add_line(scene, &scene.points[points.clone()], *width, *clip, pixel(*color));
                }
            }
        }
        self.find_turns();
    }

    fn find_turns(&mut self) {
        let Self { stamps, stamp_turns, veils, veil_turns, .. } = self;
        // The row below its last one wipes a line of text.
        let areas = stamps.iter().map(|stamp| (stamp.top, stamp.bottom + 1));
        stamp_turns.clear();
        stamp_turns.extend(areas.zip(0..).flat_map(|((top, bottom), id)| [(top, id), (bottom, id)]));
        stamp_turns.sort_unstable();
        let areas = veils.iter().map(|veil| (veil.area.top, veil.area.bottom));
        veil_turns.clear();
        veil_turns.extend(areas.zip(0..).flat_map(|((top, bottom), id)| [(top, id), (bottom, id)]));
        veil_turns.sort_unstable();
    }

    /// Adds a rectangle, cut to the picture, so that no later step needs to ask.
    fn add(&mut self, scene: &Scene, widest: u16, rect: Rect, dashes: Dashes, color: Pixel) {
        let cut = |at: i32, most: i32| at.clamp(0, most) as u16;
        let area = Area {
            start: cut(rect.x, scene.width),
            end: cut(rect.right(), scene.width),
            top: cut(rect.y, scene.height),
            bottom: cut(rect.bottom(), scene.height),
        };
        if area.start < area.end && area.top < area.bottom {
            self.veil_text(area);
            self.place(area, widest, dashes, color);
        }
    }

    /// Gives a shape its layer; one that its layer has no such dashes for goes there dash by dash.
    fn place(&mut self, area: Area, widest: u16, dashes: Dashes, color: Pixel) {
        let is_wide = area.end - area.start > widest;
        let is_above = is_wide && self.meets_narrow(area);
        if self.meets_veil(area) || is_above && self.narrow.len() > MOST_NARROW {
            match dashes {
                Dashes::Down { on, off } => self.cut_down(area, widest, color, on, off),
                _ => self.add_veil(Veil::shape(area, dashes.across(), color)),
            }
        } else if is_wide {
            match dashes {
                Dashes::Down { on, off } => self.cut_down(area, widest, color, on, off),
                _ => {
                    let (on, off) = dashes.across();
                    if is_above {
                        self.add_patches(area, color, on, off);
                    }
                    self.wide.push(Wide { start: area.start, end: area.end, color, on, off });
                    self.wide_areas.push(area);
                }
            }
        } else {
            let (on, off) = match dashes {
                Dashes::None => (0, 0),
                Dashes::Down { on, off } => (on, off),
                Dashes::Across { on, off } => {
                    for start in (area.start..area.end).step_by(usize::from(on + off)) {
                        let dash = Area { start, end: area.end.min(start + on), ..area };
                        self.place(dash, widest, Dashes::None, color);
                    }
                    return;
                }
            };
            let Area { start, end, top, bottom } = area;
            self.narrow.push(Narrow { start, end, top, bottom, color, on, off });
            self.narrow_area.grow(area);
        }
    }

    /// Lets a wide shape show above the narrow ones that were there before it: there it is made of narrow shapes, too.
    fn add_patches(&mut self, area: Area, color: Pixel, on: u16, off: u16) {
        let meets = |shape: &Narrow| shape.top < area.bottom && area.top < shape.bottom;
        self.met.clear();
        self.met.extend(self.narrow.iter().filter(|shape| meets(shape)));
        for &Narrow { start, end, top, bottom, .. } in &self.met {
            let (top, bottom) = (top.max(area.top), bottom.min(area.bottom));
            let (start, end) = (start.max(area.start), end.min(area.end));
            if start >= end {
                continue;
            }
            let mut add = |start: u16, end: u16| {
                self.narrow.push(Narrow { start, end, top, bottom, color, on: 0, off: 0 });
            };
            if off == 0 {
                add(start, end);
                continue;
            }
            let mut dash = start - (start - area.start) % (on + off);
            while dash < end {
                let (from, to) = (dash.max(start), (dash + on).min(end));
                if from < to {
                    add(from, to);
                }
                dash += on + off;
            }
        }
    }

    fn cut_down(&mut self, area: Area, widest: u16, color: Pixel, on: u16, off: u16) {
        for top in (area.top..area.bottom).step_by(usize::from(on + off)) {
            let dash = Area { top, bottom: area.bottom.min(top + on), ..area };
            self.place(dash, widest, Dashes::None, color);
        }
    }

    /// Adds a line of text whose pixels are `rect`. Layout keeps text inside;
    /// a line that is not is left out rather than cut.
    fn add_text(&mut self, scene: &Scene, rect: Rect, line: u32, color: Pixel) {
        let outside = rect.x < 0 || rect.y < 0 || rect.right() > scene.width || rect.bottom() > scene.height;
        if outside || rect.w == 0 || rect.h == 0 {
            return;
        }
        let (start, end) = (rect.x as u16, rect.right() as u16);
        let (top, bottom) = (rect.y as u16, rect.bottom() as u16);
        let pixels = Area { start, end, top, bottom };
        // Its first row takes the place of a plain one, and a plain one that of its last row.
        let area = Area { top: top.max(1) - 1, bottom: (bottom + 1).min(scene.height as u16), ..pixels };
        let overlapped = self.veil_text(area);
        let alone = !overlapped && top > 0 && !self.meets_veil(area) && !self.meets_narrow(area);
        let below = self.wide_areas.iter().rposition(|wide| wide.overlaps(area));
        match below.filter(|&at| alone && self.wide[at].off == 0 && self.wide_areas[at].covers(area)) {
            Some(at) => {
                let below = self.wide[at].color;
                self.stamps.push(Stamp { start, end, top, line, color, below, area, bottom });
                self.stamp_area.grow(area);
            }
            None => self.add_veil(Veil::text(pixels, line, color)),
        }
    }

    fn add_line(&mut self, scene: &Scene, points: &[(i32, i32)], width: i32, clip: Rect, color: Pixel) {
        let (x, y) = (clip.x.clamp(0, scene.width), clip.y.clamp(0, scene.height));
        let (right, bottom) = (clip.right().min(scene.width), clip.bottom().min(scene.height));
        let clip = Rect::new(x, y, right - x, bottom - y);
        if let Some((area, number)) = self.strokes.add(points, width, clip) {
            self.veil_text(area);
            self.add_veil(Veil::line(area, number, color));
        }
    }

    /// Makes veils of the lines of text that do not stand alone any more, now
    /// that something is painted over `area`. Returns whether there were any.
    fn veil_text(&mut self, area: Area) -> bool {
        if !self.stamp_area.overlaps(area) {
            return false;
        }
        let mut any = false;
        let mut at = 0;
        while at < self.stamps.len() {
            if self.stamps[at].area.overlaps(area) {
                let Stamp { start, end, top, bottom, line, color, .. } = self.stamps.remove(at);
                self.add_veil(Veil::text(Area { start, end, top, bottom }, line, color));
                any = true;
            } else {
                at += 1;
            }
        }
        any
    }

    fn add_veil(&mut self, veil: Veil) {
        self.veil_area.grow(veil.area);
        self.veils.push(veil);
    }

    fn meets_veil(&self, area: Area) -> bool {
        self.veil_area.overlaps(area) && self.veils.iter().any(|veil| veil.area.overlaps(area))
    }

    fn meets_narrow(&self, area: Area) -> bool {
        let overlaps = |&Narrow { start, end, top, bottom, .. }: &Narrow| {
            Area { start, end, top, bottom }.overlaps(area)
        };
        self.narrow_area.overlaps(area) && self.narrow.iter().any(overlaps)
    }
}

/// How a shape is broken into dashes.
#[derive(Debug, Clone, Copy)]
enum Dashes {
    None,
    Across { on: u16, off: u16 },
    Down { on: u16, off: u16 },
}

impl Dashes {
    /// Dashes from left to right: their length and that of gaps, or zeros.
    fn across(self) -> (u16, u16) {
        match self {
            Self::Across { on, off } => (on, off),
            Self::None | Self::Down { .. } => (0, 0),
        }
    }
}
