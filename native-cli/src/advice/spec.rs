//! Advice for settings of pictures.

use render_core::{Knob, SpecError, Takes};

/// What to do about a spec that there cannot be, as the end of a message.
pub fn spec(error: &SpecError) -> String {
    match error {
        SpecError::Value { knob: "style", .. } => "; `image-cache styles` lists all of them".to_owned(),
        SpecError::Contradiction { other, mend, .. } => {
            let is_switch = Knob::named(other).is_some_and(|knob| knob.takes == Takes::YesNo);
            let space = if is_switch { '=' } else { ' ' };
            format!("; leave one of them out, or say --{other}{space}{mend}")
        }
        SpecError::Value { .. } | SpecError::UnknownKnob { .. } | SpecError::Json(_) => String::new(),
    }
}
