//! Runs that follow each other at the same distance, as grid lines at right angles to the time axis do.

use crate::{
    deflate::{After, LONGEST, MOST_BITS, Tables},
    huffman::Code,
};

/// What is written for each run of a chain: longest matches of zeros, and then a longest match, at the distance of
/// the run before, with the run somewhere in it.
#[derive(Debug, Default)]
pub(super) struct Chains {
    chains: [Chain; 8],
}

/// The runs of one distance and length.
#[derive(Debug, Default)]
struct Chain {
    away: u16,
    len: u16,
    /// What is written for each run, and how many unchanged columns after it that takes with it.
    steps: Vec<(Code, u16)>,
}

impl Chains {
    /// The first steps of `count` runs of `len` pixels, each `away` pixels from the one before: all, or as many as can
    /// be written so.
    pub fn steps(&mut self, tables: &Tables, (away, len): (u16, u16), count: usize) -> &[(Code, u16)] {
        let chain = &mut self.chains[usize::from((away ^ len << 1) % 8)];
        if (chain.away, chain.len) != (away, len) {
            *chain = Chain { away, len, steps: Vec::new() };
        }
        while chain.steps.len() < count {
            let written = chain.steps.last().map_or(0, |&(_, after)| after);
            let Some(step) = chain.step(tables, written) else { break };
            chain.steps.push(step);
        }
        &chain.steps[..count.min(chain.steps.len())]
    }
}

impl Chain {
    /// The step after one that has written so many unchanged columns already.
    fn step(&self, tables: &Tables, written: u16) -> Option<(Code, u16)> {
        let pixel = tables.pixel();
        let unchanged = self.away - self.len;
        let (before, literals) = if written > 0 { (After::Zero, 0) } else { (After::Value, 1) };
        let gap = (usize::from(unchanged - written) * pixel).checked_sub(literals)?;
        let length = gap % LONGEST + usize::from(self.len) * pixel;
        let after = tables.whole_pixels(LONGEST.checked_sub(length)?).min(unchanged);
        let length = length + usize::from(after) * pixel;
        let code = tables
            .longest_zeros(before, gap / LONGEST)?
            .then(tables.copy(length, usize::from(self.away) * pixel)?);
        (code.len <= MOST_BITS).then_some((code, after))
    }
}
