//! `dataset.json`: what a data set says of itself. Nothing in it depends on where or when it was made.

use cache::OwnPart;
use candles::format_utc;
use render_core::STYLE_VERSION;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::value::RawValue;

use crate::{DatasetPlan, DatasetSummary, Error, Labelling, Rule, folder::Folder, summary::bound};

/// What decides a data set, and what came of it.
struct Description<'a>(&'a DatasetPlan<'a>, &'a DatasetSummary);

#[derive(Serialize)]
struct Series<'a> {
    symbol: &'a str,
    interval: &'a str,
    calendar: &'static str,
}

/// A file of a series of one's own or of marks.
#[derive(Serialize)]
struct OwnFile {
    of: String,
    sha256: String,
}

#[derive(Serialize)]
struct Label<'a> {
    rule: &'static str,
    horizon: usize,
    #[serde(flatten)]
    settings: &'a Rule,
}

/// Field names are stable.
impl Serialize for Description<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(DatasetPlan { options, series, .. }, summary) = self;
        let series = series.iter().map(|it| Series {
            symbol: it.symbol.as_str(),
            interval: it.interval.name(),
            calendar: it.calendar.name(),
        });
        let label = options.labelling.as_ref().map(|Labelling { rule, horizon }| Label {
            rule: rule.kind().name(),
            horizon: *horizon,
            settings: rule,
        });
        let time = |at| bound(at).map(format_utc);
        // Files are known by what is in them: their names hang on where the set was made.
        let own: Vec<OwnFile> = OwnPart::drawn(&options.spec)
            .flat_map(|part| {
                let files = options.own.iter().flat_map(|own| own.files(&part));
                files
                    .map(|file| OwnFile { of: part.to_string(), sha256: file.sha256.to_string() })
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut it = serializer.serialize_struct("Description", 15 + usize::from(!own.is_empty()))?;
        it.serialize_field("form", &summary.form)?;
        it.serialize_field("pictures", &summary.pictures)?;
        it.serialize_field("splits", &summary.splits)?;
        it.serialize_field("classes", &summary.classes)?;
        it.serialize_field("label", &label)?;
        it.serialize_field("embargo", &options.embargo())?;
        it.serialize_field("left_out", &summary.left_out)?;
        it.serialize_field("series", &series.collect::<Vec<_>>())?;
        // The selection, as a render takes it.
        it.serialize_field("start", &time(options.filter.start))?;
        it.serialize_field("end", &time(options.filter.end))?;
        it.serialize_field("stride", &options.filter.stride)?;
        it.serialize_field("max_gap", &options.max_gap)?;
        it.serialize_field("style_version", &STYLE_VERSION)?;
        it.serialize_field("spec_sha256", &options.spec.hash().to_string())?;
        it.serialize_field("spec", &RawValue::from_string(options.spec.to_json().to_owned()).ok())?;
        if !own.is_empty() {
            it.serialize_field("own", &own)?;
        }
        it.end()
    }
}

/// Writes what the data set in `folder` is.
pub fn write(plan: &DatasetPlan<'_>, summary: &DatasetSummary, folder: &Folder) -> Result<(), Error> {
    // Numbers and names always serialise.
    let text = serde_json::to_string_pretty(&Description(plan, summary)).unwrap_or_default();
    folder.write("dataset.json", format!("{text}\n").as_bytes())
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
