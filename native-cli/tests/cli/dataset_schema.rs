//! `dataset.json` is what its JSON Schema says, in every form and with every label.

use std::fs;

use crate::common::{HOUR, Place, START, rendered};
use dataset::Form;
use serde_json::Value;

/// Says what is wrong with a `dataset.json` by its schema.
fn check(said: &Value) -> Result<(), String> {
    let schema = include_str!("../../../crates/dataset/schema/dataset.json");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("dataset.json", serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let index = compiler.compile("dataset.json", &mut schemas).expect("a schema");
    schemas.validate(said, index).map_err(|error| error.to_string())
}

/// What the `dataset.json` of an export with these flags says.
#[track_caller]
fn said(place: &Place, to: &str, flags: &[&str]) -> Value {
    let ran = place.run("export", &[&["--size", "16", "--window", "10", "--to", to], flags].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let text = fs::read_to_string(place.path(to).join("dataset.json")).expect("dataset.json");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn every_form_is_known_to_the_schema_the_help_and_the_guide() {
    let place = rendered(40);
    for form in Form::ALL.iter().filter(|form| form.is_built()) {
        let set = said(&place, form.name(), &["--as", form.name()]);
        check(&set).unwrap_or_else(|error| panic!("{error}: {set}"));
    }
    let schema = include_str!("../../../crates/dataset/schema/dataset.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let names: Vec<_> = Form::ALL.iter().map(|form| form.name()).collect();
    assert_eq!(schema["properties"]["form"]["enum"], Value::from(names.clone()));
    let help = include_str!("../../src/args/help/export.txt");
    let guide = include_str!("../../../docs/src/datasets.md");
    for name in names {
        assert!(help.lines().any(|line| line.starts_with(&format!("  {name} "))), "{name}");
        let is_row =
            |line: &str| line.split(" | ").next().is_some_and(|cell| cell.contains(&format!("`{name}`")));
        assert!(guide.lines().any(|line| line.starts_with("| `") && is_row(line)), "{name}");
    }
}

#[test]
fn what_export_says_of_a_data_set_is_what_the_schema_says() {
    let place = rendered(100);
    let values: String = (0..100)
        .map(|hour| format!("{},{}\n", candles::format_utc(START + hour * HOUR), 100 + hour % 7))
        .collect();
    fs::write(place.path("fair.csv"), format!("time,fair\n{values}")).expect("written");
    fs::write(place.path("marks.csv"), "kind,price\nhline,103\n").expect("written");
    let until = candles::format_utc(START + 60 * HOUR);
    let all: [&[&str]; 6] = [
        &["--as", "imagefolder"],
        &[
            "--as",
            "csv",
            "--label",
            "return",
            "--horizon",
            "2",
            "--split",
            "train=0.6,test=0.4",
            "--end",
            &until,
        ],
        &["--as", "webdataset", "--label", "direction", "--horizon", "3", "--stride", "2"],
        &["--as", "csv", "--label", "classes", "--bounds=0%", "--horizon", "3", "--max-gap", "0"],
        &["--as", "csv", "--label", "triple-barrier", "--horizon", "3", "--upper", "3.9%", "--lower", "5%"],
        &["--as", "webdataset", "--render", "--series", "fair=fair.csv", "--marks", "marks.csv"],
    ];
    let mut sets = Vec::new();
    for (number, flags) in all.into_iter().enumerate() {
        let set = said(&place, &format!("set{number}"), flags);
        check(&set).unwrap_or_else(|error| panic!("{flags:?}: {error}: {set}"));
        sets.push(set);
    }
    assert_eq!(sets[0]["label"], Value::Null);
    assert_eq!(sets[1]["end"], until.as_str());
    let rules: Vec<_> = sets[1..5].iter().map(|set| set["label"]["rule"].as_str().expect("a rule")).collect();
    assert_eq!(rules, ["return", "direction", "classes", "triple-barrier"]);
    assert_eq!(sets[5]["own"].as_array().map(Vec::len), Some(2));

    // It refuses what is wrong anywhere.
    let broken = |number: usize, break_it: &dyn Fn(&mut Value)| {
        let mut set = sets[number].clone();
        break_it(&mut set);
        assert!(check(&set).is_err(), "{set}");
    };
    for key in sets[5].as_object().expect("an object").keys().filter(|key| *key != "own") {
        broken(5, &|set| drop(set.as_object_mut().expect("an object").remove(key)));
    }
    broken(0, &|set| set["more"] = 1.into());
    broken(0, &|set| set["form"] = "tfrecord".into());
    broken(1, &|set| set["end"] = "yesterday".into());
    broken(1, &|set| set["splits"][0]["pictures"] = 0.into());
    broken(2, &|set| set["label"]["rule"] = "return".into());
    broken(3, &|set| set["left_out"]["gap"] = (-1).into());
    broken(4, &|set| set["label"]["lower"] = 2.into());
    broken(5, &|set| set["own"][0]["sha256"] = "abc".into());
}
