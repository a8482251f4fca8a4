//! The tag: what tells a spec from the default one in file names and in the index.

use super::{KNOBS, SpecError, SpecOptions, hash};

/// A longer tag gives way to the style's name and the hash.
const LONGEST: usize = 80;

/// Empty for the default spec, whatever its size and window.
pub(super) fn tag(options: &SpecOptions) -> Result<String, SpecError> {
    let defaults = SpecOptions::default();
    let style = &options.style.name;
    let mut words = vec![style.clone()];
    for knob in KNOBS {
        let text = knob.text(options);
        if text != knob.text(&defaults) {
            words.push((knob.word)(knob, &text));
        }
    }
    words.retain(|word| !word.is_empty());
    if words == [defaults.style.name.as_str()] && options.style.is_built_in() {
        return Ok(String::new());
    }
    let tag = words.join("-");
    // A style of one's own may be named like anything, and change.
    if options.style.is_built_in() && tag.len() <= LONGEST {
        return Ok(tag);
    }
    let SpecOptions { width, height, window, .. } = defaults;
    let hash = hash::hash(&SpecOptions { width, height, window, ..options.clone() })?;
    let hash = &hash.to_string()[..8];
    Ok(if tag.len() <= LONGEST { format!("{tag}-{hash}") } else { format!("{style}-{hash}") })
}

#[cfg(test)]
mod tests;
