//! `dataset.json`: what a data set says of itself. Nothing in it depends on where or when it was made.

use render_core::STYLE_VERSION;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    error::Error,
    folder::Folder,
    form::Form,
    label::Rule,
    plan::DatasetPlan,
    summary::{DatasetSummary, LeftOut, SplitSummary, as_text, bound},
};

/// What decides a data set, and what came of it. Field names are stable.
#[derive(Serialize)]
struct Description<'a> {
    form: Form,
    pictures: u64,
    splits: &'a [SplitSummary],
    classes: &'a [String],
    label: Option<Label<'a>>,
    embargo: u32,
    left_out: LeftOut,
    series: Vec<Series<'a>>,
    /// The selection, as a render takes it.
    #[serde(serialize_with = "as_text")]
    start: Option<i64>,
    #[serde(serialize_with = "as_text")]
    end: Option<i64>,
    stride: u32,
    style_version: u32,
    spec_sha256: String,
    spec: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Series<'a> {
    symbol: &'a str,
    interval: &'a str,
}

#[derive(Serialize)]
struct Label<'a> {
    rule: &'static str,
    horizon: usize,
    #[serde(flatten)]
    settings: &'a Rule,
}

/// Writes what the data set in `folder` is.
pub fn write(plan: &DatasetPlan<'_>, summary: &DatasetSummary, folder: &Folder) -> Result<(), Error> {
    let options = plan.options;
    let series = plan.series.iter();
    let description = Description {
        form: summary.form,
        pictures: summary.pictures,
        splits: &summary.splits,
        classes: &summary.classes,
        label: options.labelling.as_ref().map(|labelling| Label {
            rule: labelling.rule.kind().name(),
            horizon: labelling.horizon,
            settings: &labelling.rule,
        }),
        embargo: options.embargo(),
        left_out: summary.left_out,
        series: series
            .map(|it| Series { symbol: it.symbol.as_str(), interval: it.interval.code() })
            .collect(),
        start: bound(options.filter.start),
        end: bound(options.filter.end),
        stride: options.filter.stride,
        style_version: STYLE_VERSION,
        spec_sha256: options.spec.hash().to_string(),
        spec: RawValue::from_string(options.spec.to_json().to_owned()).ok(),
    };
    // Numbers and names always serialise.
    let mut text = serde_json::to_string_pretty(&description).unwrap_or_default();
    text.push('\n');
    folder.write("dataset.json", text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_described_by_its_rule_its_horizon_and_the_rules_settings() {
        let said = |settings: &Rule| {
            let label = Label { rule: settings.kind().name(), horizon: 3, settings };
            serde_json::to_string(&label).expect("JSON")
        };
        let barriers = Rule::TripleBarrier { upper: 0.5, lower: 0.25 };
        for (rule, text) in [
            (Rule::Return {}, r#"{"rule":"return","horizon":3}"#),
            (Rule::Direction { threshold: 0.0 }, r#"{"rule":"direction","horizon":3,"threshold":0.0}"#),
            (Rule::Classes { bounds: vec![0.0] }, r#"{"rule":"classes","horizon":3,"bounds":[0.0]}"#),
            (barriers, r#"{"rule":"triple-barrier","horizon":3,"upper":0.5,"lower":0.25}"#),
        ] {
            assert_eq!(said(&rule), text);
        }
    }
}
