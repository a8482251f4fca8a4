//! The spec as a person sets it: a preset, and the knobs that vary it.

use render_core::{Axes, Spec, SpecOptions, Style};
use serde_json::{Map, Value};

use crate::Error;

/// The spec of `knobs`: JSON of any of a spec's fields, a style by its name, and
/// `preset`. As on the command line, knobs beat the preset, and what of the
/// preset means nothing beside them gives way.
pub(crate) fn spec(knobs: &str) -> Result<Spec, Error> {
    let wrong = |error: serde_json::Error| Error::Knobs(error.to_string());
    let mut knobs: Map<String, Value> = serde_json::from_str(knobs).map_err(wrong)?;
    let preset = knobs.remove("preset");
    let mut base = match preset.as_ref().and_then(Value::as_str) {
        Some(name) => {
            let window = knobs.get("window").and_then(Value::as_u64);
            SpecOptions::preset(name, window.and_then(|window| u32::try_from(window).ok()))?
        }
        None => SpecOptions::default(),
    };
    if let Some(Value::String(name)) = knobs.get("style") {
        base.style = Style::named(name)?;
        knobs.remove("style");
    }
    let axes = knobs.get("axes").and_then(Value::as_str);
    base.title &= axes.is_none_or(|axes| axes == "on");
    base.last_price &= axes.is_none_or(|axes| axes != "bare");
    if knobs.get("volume") == Some(&Value::Bool(false)) {
        base.volume_share = None;
    }
    debug_assert!(base.axes == Axes::On || !base.title, "no preset contradicts itself");
    let mut fields = match serde_json::to_value(base).map_err(wrong)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    fields.append(&mut knobs);
    let json = Value::Object(fields).to_string();
    Ok(Spec::from_json(&json)?)
}

#[cfg(test)]
mod tests {
    use render_core::{ColorType, PRESETS, STYLES};

    use super::*;

    #[test]
    fn no_knobs_are_the_default_spec() {
        assert_eq!(spec("{}"), Ok(Spec::default()));
    }

    #[test]
    fn a_preset_is_varied_by_the_knobs_beside_it() {
        for name in PRESETS {
            let plain = SpecOptions::preset(name, None).expect("a preset");
            assert_eq!(
                spec(&format!(r#"{{"preset":"{name}"}}"#)),
                Ok(Spec::new(plain.clone()).expect("valid"))
            );
            let varied = SpecOptions { color: ColorType::Indexed, ..plain };
            let knobs = format!(r#"{{"preset":"{name}","color":"indexed"}}"#);
            assert_eq!(spec(&knobs), Ok(Spec::new(varied).expect("valid")));
        }
        let short = spec(r#"{"preset":"price-trends","window":5}"#).expect("valid");
        assert_eq!((short.width(), short.height()), (15, 32));
        let bare = spec(r#"{"preset":"vlm","axes":"bare"}"#).expect("the title gives way");
        assert!(!bare.options().title && !bare.options().last_price);
    }

    #[test]
    fn styles_go_by_their_names() {
        for name in STYLES {
            let spec = spec(&format!(r#"{{"style":"{name}"}}"#)).expect("valid");
            assert_eq!(spec.options().style.name, *name);
        }
        assert!(spec(r#"{"style":"yahooo"}"#).expect_err("no style").to_string().contains("\"yahoo\""));
    }

    #[test]
    fn knobs_that_contradict_each_other_or_do_not_exist_are_refused() {
        for knobs in [
            r#"{"title":true,"axes":"bare"}"#,
            r#"{"volume_share":20,"volume":false}"#,
            r#"{"colour":"rgb"}"#,
            r#"{"width":7}"#,
            r#"{"preset":"vlmm"}"#,
            "[]",
            "",
        ] {
            assert!(spec(knobs).is_err(), "{knobs}");
        }
    }
}
