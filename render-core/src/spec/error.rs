//! Why there is no such spec.

/// Why values of knobs make no spec. It names the knobs, so that callers can say where their values come from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// A knob does not take a value.
    #[error("{why}")]
    Value {
        /// The knob's name, or `preset`.
        knob: &'static str,
        /// What is wrong with the value.
        why: String,
    },
    /// The values of two knobs do not go together.
    #[error("{knob} and {other} contradict each other: the former needs {needs}")]
    Contradiction {
        /// The name of the knob that needs something of the other one.
        knob: &'static str,
        /// The name of the other knob.
        other: &'static str,
        /// What is needed of it.
        needs: &'static str,
        /// A value of the other knob that will do.
        mend: &'static str,
    },
    /// There is no knob of that name.
    #[error("there is no knob {name:?}{}", crate::similar::hint(.similar))]
    UnknownKnob {
        /// The name as it was given.
        name: String,
        /// Names that resemble it.
        similar: Vec<String>,
    },
    /// A spec's JSON cannot be read.
    #[error("spec: {0}")]
    Json(String),
}

impl SpecError {
    /// The name of the knob whose value is refused, or that needs something of another one.
    #[must_use]
    pub fn knob(&self) -> Option<&'static str> {
        match self {
            Self::Value { knob, .. } | Self::Contradiction { knob, .. } => Some(knob),
            Self::UnknownKnob { .. } | Self::Json(_) => None,
        }
    }
}
