//! What is written for runs, made once and kept.

use crate::{
    deflate::{Check, Short, Tables, Value},
    palette::Palette,
    raster::{NUMBERS, Pixel, Run, number},
};

/// One past the longest short run, a power of two.
const LENGTHS: usize = 16;

/// Differences whose codes are kept ready, as a power of two.
const VALUES: u32 = 7;

/// Short runs, by the numbers of their colours and their length.
#[derive(Debug)]
pub(super) struct Shorts {
    /// For each pair of numbers which block has its lengths. The first block stays empty.
    pairs: Box<[u8; (NUMBERS * NUMBERS) as usize]>,
    blocks: Vec<[Short; LENGTHS]>,
    values: Values,
    /// Of indexed pictures.
    palette: Option<Palette>,
}

impl Shorts {
    pub fn new(palette: Option<Palette>) -> Self {
        Self {
            palette,
            pairs: Box::new([0; (NUMBERS * NUMBERS) as usize]),
            blocks: vec![[Short::default(); LENGTHS]],
            values: Values::default(),
        }
    }

    pub fn palette(&self) -> Option<&Palette> {
        self.palette.as_ref()
    }

    /// The difference of a pixel to the one above, as the Up filter writes it: its bytes, the first one lowest.
    pub fn difference(&mut self, old: Pixel, new: Pixel) -> u32 {
        match &mut self.palette {
            Some(palette) => palette.difference(old, new).into(),
            None => difference(old, new),
        }
    }

    /// What is written for a run, where that is kept.
    #[inline]
    pub fn get(&self, run: &Run) -> Option<&Short> {
        let pair = number(run.old) * NUMBERS + number(run.new);
        let block = &self.blocks[usize::from(self.pairs[pair as usize % self.pairs.len()])];
        let len = usize::from(run.len);
        let short = &block[len % LENGTHS];
        (len < LENGTHS && !short.is_empty()).then_some(short)
    }

    /// Keeps what is written for a run, where it is short and its colours have numbers. Returns its difference.
    pub fn make(&mut self, tables: &Tables, run: &Run) -> &Value {
        let difference = self.difference(run.old, run.new);
        let value = self.values.get(tables, difference);
        let (old, new, len) = (number(run.old), number(run.new), usize::from(run.len));
        if old > 0 && new > 0 && len < LENGTHS {
            let block = &mut self.pairs[(old * NUMBERS + new) as usize];
            if *block == 0 && self.blocks.len() <= usize::from(u8::MAX) {
                *block = self.blocks.len() as u8;
                self.blocks.push([Short::default(); LENGTHS]);
            }
            if *block > 0 {
                self.blocks[usize::from(*block)][len] = Short::new(tables, value, len);
            }
        }
        value
    }

    /// What a run adds to the checksum.
    pub fn check(&mut self, tables: &Tables, run: &Run) -> Check {
        match self.get(run) {
            Some(short) => short.check,
            None => self.make(tables, run).check(tables, usize::from(run.len)),
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
