//! What the tests of this crate share.

use proptest::prelude::ProptestConfig;

use crate::{DISTANCES, Encoder, LONGEST, SYMBOLS, Weights, deflate::UP};

/// How many cases a property is tried with, where the environment does not say otherwise.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "a test may look at its environment")]
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// Weights such as those of charts: much of little, and little of most.
pub(crate) fn weights() -> Weights {
    let mut weights = Weights { symbols: [30; SYMBOLS], distances: [20; DISTANCES] };
    weights.symbols[0] = 7800;
    weights.symbols[usize::from(UP)] = 1280;
    weights.add_length(LONGEST, 15_000);
    weights.add_distance(1, 20_000);
    weights.add_distance(3, 700);
    weights
}

/// An encoder of RGB pictures of this size.
pub(crate) fn encoder(width: i32, height: i32) -> Encoder {
    Encoder::new(&weights(), width as u32, height as u32, None)
}
