//! How texts of knobs, a preset and the defaults make a spec together.

use std::collections::BTreeMap;

use super::{KNOBS, Knob, Spec, SpecError, SpecOptions, Takes, panels};
use crate::{Error, similar::similar_names, style::Style};

impl Spec {
    /// The spec that texts of knobs make over a preset, or over the defaults.
    ///
    /// `given` tells the text of a knob, if there is one, and the rank of the place that it comes from; `style`
    /// finds the style of a name. A title, a last price or a share of the volume panel goes back to its default if
    /// what it needs is denied in a place of a higher rank than its own, so that a preset or a file can be varied.
    ///
    /// # Errors
    /// Where there is no such preset, a text is no value of its knob, or two knobs contradict each other.
    pub fn settle<'a, R: Ord>(
        preset: Option<&str>,
        given: impl Fn(&Knob) -> Option<(R, &'a str)>,
        style: impl Fn(&str) -> Result<Style, Error>,
    ) -> Result<Self, SpecError> {
        let over = |mut options: SpecOptions| {
            for knob in KNOBS {
                match given(knob) {
                    None => {}
                    Some((_, name)) if knob.takes == Takes::Style => {
                        options.style = style(name).map_err(|error| knob.refuse(error.to_string()))?;
                    }
                    Some((_, text)) => knob.set(&mut options, text)?,
                }
            }
            Ok(options)
        };
        let rank = |name: &str| given(Knob::named(name)?).map(|(rank, _)| rank);
        let mut options = over(SpecOptions::default())?;
        if let Some(preset) = preset {
            // A preset's size and lines depend on the window that is asked for.
            let window = rank("window").map(|_| options.window);
            options = over(SpecOptions::preset(preset, window)?)?;
        }
        for knob in KNOBS {
            if let Some(need) = knob.unmet(&options)
                && need.gives_way
                && rank(knob.name) < rank(need.other)
            {
                knob.set(&mut options, &knob.default())?;
            }
        }
        panels::check_once(&options)?;
        Self::new(options)
    }

    /// The spec that texts make by the names of their knobs, and by `preset`.
    ///
    /// # Errors
    /// Where there is no such knob or preset, a text is no value of its knob, or two knobs contradict each other.
    pub fn from_texts(texts: &BTreeMap<String, String>) -> Result<Self, SpecError> {
        Self::from_texts_and_styles(texts, Style::named)
    }

    /// The same, where `style` finds the style of a name.
    ///
    /// # Errors
    /// Those of [`Spec::from_texts`].
    pub fn from_texts_and_styles(
        texts: &BTreeMap<String, String>,
        style: impl Fn(&str) -> Result<Style, Error>,
    ) -> Result<Self, SpecError> {
        if let Some(name) = texts.keys().find(|name| *name != "preset" && Knob::named(name).is_none()) {
            let known = KNOBS.iter().map(|knob| knob.name);
            return Err(SpecError::UnknownKnob { name: name.clone(), similar: similar_names(name, known) });
        }
        let text = |name: &str| texts.get(name).map(String::as_str);
        Self::settle(text("preset"), |knob| text(knob.name).map(|text| ((), text)), style)
    }
}
