//! [`SpecFilter`]: which specs of an index a run is about.

use render_core::Spec;
use serde_json::{Map, Value};

/// Lets specs through that agree with one in some fields of its JSON. Without fields it lets all through.
#[derive(Debug, Clone, Default)]
pub struct SpecFilter(Vec<(&'static str, Option<Value>)>);

impl SpecFilter {
    /// Lets specs through that agree with `spec` in these fields. A field may be absent from the JSON of both.
    pub fn like(spec: &Spec, fields: impl IntoIterator<Item = &'static str>) -> Self {
        let asked = json(spec);
        Self(fields.into_iter().map(|field| (field, asked.get(field).cloned())).collect())
    }

    /// Whether a spec is let through.
    #[must_use]
    pub fn admits(&self, spec: &Spec) -> bool {
        let spec = json(spec);
        self.0.iter().all(|(field, asked)| spec.get(*field) == asked.as_ref())
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
