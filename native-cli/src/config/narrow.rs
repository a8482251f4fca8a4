//! Which specs of an index a command is about: all of them, unless flags or variables say how pictures look.

use render_core::{KNOBS, Knob, Spec};
use serde_json::{Map, Value};

use super::{file::File, spec, styles::Styles};
use crate::{
    args::{Ranks, SpecArgs},
    error::Error,
};

/// What flags and variables say of pictures. The configuration file's keys say what is
/// rendered next, not what a cache holds, so they leave nothing out.
#[derive(Debug, Default)]
pub struct Narrowing {
    /// The fields of a spec's JSON that the given knobs set.
    fields: Vec<&'static str>,
    /// What flags, variables and the file say together, as `render` would take them.
    pub spec: Spec,
}

impl Narrowing {
    pub fn of(args: &SpecArgs, ranks: &Ranks, file: &File) -> Result<Self, Error> {
        let spec = spec::settle(args, ranks, file, &Styles::of(file)?)?;
        // A preset says something of every knob.
        let given = |knob: &&Knob| ranks.is_given("preset") || ranks.is_given(knob.name);
        let fields = KNOBS.iter().filter(given).flat_map(|knob| knob.fields).copied().collect();
        Ok(Self { fields, spec })
    }

    /// Whether a spec has all that is asked for.
    pub fn admits(&self, spec: &Spec) -> bool {
        self.is_open() || {
            let (asked, there) = (json(&self.spec), json(spec));
            self.fields.iter().all(|&field| asked.get(field) == there.get(field))
        }
    }

    /// Whether every spec is admitted.
    pub fn is_open(&self) -> bool {
        self.fields.is_empty()
    }
}

fn json(spec: &Spec) -> Map<String, Value> {
    // A spec wrote this text itself, as an object.
    serde_json::from_str(spec.to_json()).unwrap_or_default()
}
