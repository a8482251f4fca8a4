//! [`SpecFilter`]: which specs of an index a run is about.

use render_core::Spec;
use serde_json::{Map, Value};

/// Lets specs through whose JSON has given values for some keys. With no keys, it lets all specs through.
#[derive(Debug, Clone, Default)]
pub struct SpecFilter(Map<String, Value>);

impl SpecFilter {
    /// Lets specs through that have the same values as `spec` for the keys that `is_asked` picks.
    #[must_use]
    pub fn like(spec: &Spec, is_asked: impl Fn(&str) -> bool) -> Self {
        let mut keys = json(spec);
        keys.retain(|key, _| is_asked(key));
        Self(keys)
    }

    /// Whether a spec is let through.
    #[must_use]
    pub fn admits(&self, spec: &Spec) -> bool {
        self.is_open() || {
            let spec = json(spec);
            self.0.iter().all(|(key, value)| spec.get(key) == Some(value))
        }
    }

    /// Whether every spec is let through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }
}

fn json(spec: &Spec) -> Map<String, Value> {
    // A spec's own JSON is always an object.
    serde_json::from_str(spec.to_json()).unwrap_or_default()
}
