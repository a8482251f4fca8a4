//! Which specs of an index a run is about.

use render_core::Spec;
use serde_json::{Map, Value};

/// Lets specs through that have given values in some keys of their JSON; all, where there are none.
#[derive(Debug, Clone, Default)]
pub struct SpecFilter(Map<String, Value>);

impl SpecFilter {
    /// Lets specs through that agree with `spec` in the keys that `asked` picks.
    #[must_use]
    pub fn like(spec: &Spec, asked: impl Fn(&str) -> bool) -> Self {
        let mut keys = json(spec);
        keys.retain(|key, _| asked(key));
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
    // A spec wrote this text itself, as an object.
    serde_json::from_str(spec.to_json()).unwrap_or_default()
}
