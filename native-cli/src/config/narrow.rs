//! Which specs of an index a command is about: all of them, unless flags or variables say how pictures look.

use clap::Args;
use render_core::Spec;
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
    /// The knobs that are given, by their names in a spec's JSON, with their values.
    knobs: Map<String, Value>,
    /// What flags, variables and the file say together, as `render` would take them.
    pub spec: Spec,
}

impl Narrowing {
    pub fn of(args: &SpecArgs, ranks: &Ranks, file: &File) -> Result<Self, Error> {
        let spec = spec::settle(args, ranks, file, &Styles::of(file)?)?;
        let flags = SpecArgs::augment_args(clap::Command::new("narrow"));
        let flags: Vec<String> =
            flags.get_arguments().map(|arg| arg.get_id().as_str().replace('_', "-")).collect();
        let given: Vec<&str> = ranks.given(flags.iter().map(String::as_str)).collect();
        let mut knobs = json(&spec);
        // A preset says something of every knob.
        if !given.contains(&"preset") {
            knobs.retain(|knob, _| given.iter().any(|flag| knobs_of(flag).contains(&knob.as_str())));
        }
        Ok(Self { knobs, spec })
    }

    /// Whether a spec has all that is asked for.
    pub fn admits(&self, spec: &Spec) -> bool {
        self.is_open() || {
            let spec = json(spec);
            self.knobs.iter().all(|(knob, value)| spec.get(knob) == Some(value))
        }
    }

    /// Whether every spec is admitted.
    pub fn is_open(&self) -> bool {
        self.knobs.is_empty()
    }
}

fn json(spec: &Spec) -> Map<String, Value> {
    // A spec wrote this text itself, as an object.
    serde_json::from_str(spec.to_json()).unwrap_or_default()
}

/// The knobs of a spec's JSON that a flag sets.
fn knobs_of(flag: &str) -> Vec<&str> {
    match flag {
        "size" => vec!["width", "height"],
        "no-volume" => vec!["volume"],
        "no-grid" => vec!["grid"],
        "overlay" => vec!["overlays"],
        "indicator" => vec!["indicators"],
        "price-labels" => vec!["price_labels"],
        "last-price" => vec!["last_price"],
        "utc-offset" => vec!["utc_offset"],
        "volume-share" => vec!["volume_share"],
        flag => vec![flag],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_of_a_spec_sets_knobs_that_a_spec_has() {
        let knobs = json(&Spec::default());
        let flags = SpecArgs::augment_args(clap::Command::new("test"));
        for flag in flags.get_arguments().map(|arg| arg.get_id().as_str().replace('_', "-")) {
            for knob in knobs_of(&flag) {
                assert!(flag == "preset" || knobs.contains_key(knob), "{flag}: {knob}");
            }
        }
    }
}
