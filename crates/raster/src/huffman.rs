//! Huffman codes of limited length (RFC 1951, 3.2.2).

/// Bits ready to be written, the first one lowest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Code {
    pub bits: u64,
    pub len: u32,
}

impl Code {
    /// This code and then `next`.
    pub fn then(self, next: Self) -> Self {
        Self { bits: self.bits | next.bits << self.len, len: self.len + next.len }
    }
}

/// The lengths of an optimal prefix code for symbols of these weights, none
/// longer than `most` bits, by the package-merge method (Larmore and
/// Hirschberg, 1990). Every symbol gets a code, whatever its weight.
pub(crate) fn lengths(weights: &[u32], most: usize) -> Vec<u8> {
    let mut singles: Vec<Package> = Vec::with_capacity(weights.len());
    for (&weight, symbol) in weights.iter().zip(0..) {
        add(&mut singles, 0, (u64::from(weight.max(1)), vec![symbol]));
    }
    let mut row: Vec<Package> = Vec::new();
    for _ in 0..most {
        let mut next = singles.clone();
        let mut from = 0;
        for pair in row.chunks_exact(2) {
            let both = (pair[0].0 + pair[1].0, [pair[0].1.as_slice(), &pair[1].1].concat());
            // The next pair weighs at least as much.
            from = add(&mut next, from, both);
        }
        row = next;
    }
    let mut lengths = vec![0; weights.len()];
    for (_, symbols) in &row[..2 * (weights.len() - 1)] {
        for &symbol in symbols {
            lengths[usize::from(symbol)] += 1;
        }
    }
    lengths
}

/// A weight and the symbols in it, each as often as it counts.
type Package = (u64, Vec<u16>);

/// Adds a package to those that rise by weight, behind all of the same weight and not before `from`, and returns where.
/// So equal weights stay in the order of symbols, and give equal codes everywhere.
fn add(packages: &mut Vec<Package>, from: usize, package: Package) -> usize {
    let at = from + packages[from..].partition_point(|other| other.0 <= package.0);
    packages.insert(at, package);
    at
}

/// The canonical codes of these lengths, packed from their highest bit on as deflate wants them.
pub(crate) fn codes(lengths: &[u8]) -> Vec<Code> {
    let mut codes = vec![Code::default(); lengths.len()];
    let mut next = 0_u64;
    for len in 1..=15 {
        next <<= 1;
        for (code, _) in codes.iter_mut().zip(lengths).filter(|&(_, &l)| u32::from(l) == len) {
            *code = Code { bits: next.reverse_bits() >> (64 - len), len };
            next += 1;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_are_complete_and_within_their_limit(weights in proptest::collection::vec(0..1_000_000_u32, 2..300), most in 9..=15_usize) {
            let lengths = lengths(&weights, most);
            prop_assert!(lengths.iter().all(|&len| len >= 1 && usize::from(len) <= most));
            let used: u64 = lengths.iter().map(|&len| 1 << (15 - len)).sum();
            prop_assert_eq!(used, 1 << 15);
        }
    }

    #[test]
    fn heavier_symbols_get_shorter_codes() {
        assert_eq!(lengths(&[1, 1, 2, 4, 8], 15), [4, 4, 3, 2, 1]);
        assert_eq!(lengths(&[1, 1, 2, 4, 8], 3), [3, 3, 3, 3, 1]);
        let codes = codes(&[2, 1, 3, 3]);
        let bits: Vec<(u64, u32)> = codes.iter().map(|code| (code.bits, code.len)).collect();
        // 10, 0, 110, 111, each from its highest bit on.
        assert_eq!(bits, [(0b01, 2), (0b0, 1), (0b011, 3), (0b111, 3)]);
    }
}
