//! Advice for settings of pictures.

use render_core::{Kind, Knob, SpecError, SpecOptions, Style, Takes};

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

/// What to say of a style of the user's own whose rising and falling candles of a kind look alike.
pub fn look_alike(style: &Style, kind: Kind) -> Option<String> {
    let name = &style.name;
    // The pictures of a published paper have one colour for both.
    let is_published = SpecOptions::preset("price-trends", None).is_ok_and(|preset| preset.style == *style);
    (!is_published && style.directions_look_alike(kind)).then(|| {
        format!(
            "style {name}: rising and falling candles look alike, so pictures do not tell which way prices went; \
             give up and down other colours"
        )
    })
}
