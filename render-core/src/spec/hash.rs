//! A spec's hash: over what differs from the default spec, and nothing else.
//!
//! A new knob therefore moves no hash of before, as long as it is at its default.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SpecError, SpecOptions};
use crate::Digest;

/// The SHA-256 of the text that [`differences`] makes of `options`.
pub(super) fn hash(options: &SpecOptions) -> Result<Digest, SpecError> {
    let [mut value, default] = [value(options)?, value(&SpecOptions::default())?];
    // The colours of a built-in style are known by its name.
    if options.style.is_built_in() {
        value["style"] = Value::from(options.style.name.as_str());
    }
    let default_name = &default["style"]["name"];
    if value["style"] == *default_name {
        value["style"] = default["style"].clone();
    }
    Ok(Digest::of(differences(&value, &default).as_bytes()))
}

fn value(options: &SpecOptions) -> Result<Value, SpecError> {
    serde_json::to_value(options).map_err(|error| SpecError::Json(error.to_string()))
}

/// What differs from the default, as a JSON object of one level: keys rise, and a key within another stands behind a
/// point, as in `{"axes":"bare","style":"yahoo"}` or `{"style.name":"mine","style.up.body":"#ffffff"}`.
fn differences(value: &Value, default: &Value) -> String {
    let mut found = BTreeMap::new();
    collect(String::new(), value, Some(default), &mut found);
    let entry = |(key, value): (&String, &&Value)| format!("{}:{value}", Value::from(key.as_str()));
    format!("{{{}}}", found.iter().map(entry).collect::<Vec<_>>().join(","))
}

fn collect<'a>(
    key: String,
    value: &'a Value,
    default: Option<&Value>,
    found: &mut BTreeMap<String, &'a Value>,
) {
    match (value, default) {
        (value, Some(default)) if value == default => {}
        (Value::Object(fields), Some(Value::Object(defaults))) => {
            for (name, value) in fields {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                collect(key, value, defaults.get(name), found);
            }
        }
        _ => drop(found.insert(key, value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Color, Spec, Style,
        arbitrary::{any_size, cases, options},
    };

    fn text(options: &SpecOptions) -> String {
        differences(&value(options).expect("JSON"), &value(&SpecOptions::default()).expect("JSON"))
    }

    /// The value with one more knob, and the default with one more knob at its default.
    fn with_dummy(options: &SpecOptions, dummy: u32) -> String {
        let [mut value, mut default] = [options, &SpecOptions::default()].map(|it| value(it).expect("JSON"));
        (value["dummy"], default["dummy"]) = (dummy.into(), 1.into());
        (value["style"]["dummy"], default["style"]["dummy"]) = (dummy.into(), 1.into());
        differences(&value, &default)
    }

    #[test]
    fn the_text_holds_what_differs_and_the_hash_is_its_sha_256() {
        let of = |options: SpecOptions| Spec::new(options).expect("valid").hash();
        assert_eq!(of(SpecOptions::default()), Digest::of(b"{}"));
        let style = Style::named("yahoo").expect("built in");
        let built_in = SpecOptions { style, window: 60, ..SpecOptions::default() };
        assert_eq!(of(built_in), Digest::of(br#"{"style":"yahoo","window":60}"#));
        let style = Style { name: "mine".to_owned(), panel: Color::rgb(1, 2, 3), ..Style::default() };
        let own = SpecOptions { style, ..SpecOptions::default() };
        assert_eq!(of(own), Digest::of(br##"{"style.name":"mine","style.panel":"#010203"}"##));
    }

    #[test]
    fn a_style_of_one_s_own_under_a_built_in_name_has_a_hash_of_its_own() {
        for name in ["mike", "yahoo"] {
            let built_in = Style::named(name).expect("built in");
            let own = Style { grid: Color::rgb(1, 2, 3), ..built_in.clone() };
            let hash =
                |style| Spec::new(SpecOptions { style, ..SpecOptions::default() }).expect("valid").hash();
            assert_ne!(hash(built_in), hash(own), "{name}");
        }
    }

    proptest! {
        #![proptest_config(cases(300))]

        #[test]
        fn a_knob_more_moves_no_hash_until_it_is_used(options in options(any_size())) {
            prop_assert_eq!(with_dummy(&options, 1), text(&options));
            prop_assert_ne!(with_dummy(&options, 2), text(&options));
        }
    }
}
