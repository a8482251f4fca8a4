//! What is written for runs, made once and kept.

use crate::{
    deflate::{Check, Short, Tables, Value},
    palette::Palette,
    raster::{Pixel, Run},
};

/// Runs that are kept ready, as a power of two.
const KEPT: u32 = 10;

/// Differences whose codes are kept ready, as a power of two.
const VALUES: u32 = 7;

/// All of a run but its place: 24 bits a colour, and a length of at most 8192. Never 0.
#[inline]
fn word(run: &Run) -> u64 {
    u64::from(run.old) | u64::from(run.new) << 24 | u64::from(run.len) << 48
}

/// Mixes bits well into the highest ones.
#[inline]
fn mixed(word: u64) -> u64 {
    (word ^ word >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Runs met lately, by their hash.
#[derive(Debug)]
pub(super) struct Shorts {
    /// What is written for each, or nothing where that is too long to be put at once.
    kept: Vec<(u64, Short)>,
    values: Values,
    /// Of indexed pictures.
    palette: Option<Palette>,
}

impl Shorts {
    pub fn new(palette: Option<Palette>) -> Self {
        Self { palette, kept: vec![(0, Short::default()); 1 << KEPT], values: Values::default() }
    }

    pub fn palette(&self) -> Option<&Palette> {
        self.palette.as_ref()
    }

    /// The difference of a pixel to the one above, as the Up filter writes it: its bytes, the first one lowest.
    pub fn difference(&mut self, old: Pixel, new: Pixel) -> u32 {
        match &mut self.palette {
            Some(palette) => palette.of_pixels(old, new).into(),
            None => difference(old, new),
        }
    }

    /// What is written for a run, where that can be put at once.
    #[inline]
    pub fn get(&mut self, tables: &Tables, run: &Run) -> Option<&Short> {
        let word = word(run);
        let slot = (mixed(word) >> (64 - KEPT)) as usize;
        if self.kept[slot].0 != word {
            self.keep(tables, run, slot);
        }
        let short = &self.kept[slot].1;
        (!short.is_empty()).then_some(short)
    }

    #[inline(never)]
    fn keep(&mut self, tables: &Tables, run: &Run, slot: usize) {
        self.kept[slot] = (word(run), Short::new(tables, self.value(tables, run), run.len.into()));
    }

    /// The difference of a run.
    pub fn value(&mut self, tables: &Tables, run: &Run) -> &Value {
        let difference = self.difference(run.old, run.new);
        self.values.get(tables, difference)
    }

    /// What a run adds to the checksum.
    pub fn check(&mut self, tables: &Tables, run: &Run) -> Check {
        match self.get(tables, run) {
            Some(short) => short.check,
            None => self.value(tables, run).check(tables, run.len.into()),
        }
    }
}

/// What there is to know of the differences met lately, by their hash.
#[derive(Debug)]
struct Values(Vec<(u32, Value)>);

impl Default for Values {
    fn default() -> Self {
        // No difference has a fourth byte, so none is taken for known before it was met.
        Self(vec![(u32::MAX, Value::default()); 1 << VALUES])
    }
}

impl Values {
    fn get(&mut self, tables: &Tables, difference: u32) -> &Value {
        let slot = &mut self.0[(difference.wrapping_mul(0x9e37_79b1) >> (32 - VALUES)) as usize];
        if slot.0 != difference {
            *slot = (difference, Value::new(tables, difference));
        }
        &slot.1
    }
}

/// The differences of the new colour's bytes to the old one's, modulo 256.
fn difference(old: Pixel, new: Pixel) -> u32 {
    const HIGH: u32 = 0x0080_8080;
    const LOW: u32 = 0x007f_7f7f;
    // The highest bits are kept apart, so that no byte borrows from the next.
    ((new & LOW | HIGH) - (old & LOW)) ^ ((new ^ !old) & HIGH)
}
