//! The gallery: every style, kind, study, mark, series form and preset, small, with the lines that draw it.

use anyhow::Result;
use render_core::{KNOBS, Knob, PRESETS, STYLES, Takes};

use super::{
    Kit,
    example::{Example, cards, draw_all},
};

const FOLDER: &str = "gallery";
/// Makes the files of the gallery's own series, and its marks one by one. The page shows it.
const PREPARE: &str = r#"import pandas as pd

candles = pd.read_csv("BTCUSDT-1h.csv")
middle, spread = candles.close.rolling(24).mean(), candles.close.rolling(24).std()
own = pd.DataFrame({"time": candles.open_time, "fair": middle, "change": candles.close.diff(),
                    "zone_low": middle - 2 * spread, "zone_high": middle + 2 * spread})
own.iloc[-200:].to_csv("own.csv", index=False)
"#;
/// The times at which the gallery's marks stand, in its window of 60 hours.
const TIMES: [&str; 2] = ["2023-05-30T00:00:00Z", "2023-05-31T06:00:00Z"];
/// Marks: their titles and fields.
const MARKS: &[(&str, &[(&str, &str)])] = &[
    ("buy", &[("time", TIMES[0]), ("text", "in")]),
    ("sell", &[("time", TIMES[1]), ("text", "out")]),
    (
        "trade",
        &[
            ("time", TIMES[0]),
            ("price", "27750"),
            ("time2", TIMES[1]),
            ("price2", "27100"),
            ("side", "short"),
        ],
    ),
    ("stop", &[("time", TIMES[0]), ("price", "27920")]),
    ("target", &[("time", TIMES[0]), ("price", "27130")]),
    ("hline", &[("price", "27400"), ("text", "level")]),
    ("vline", &[("time", TIMES[0]), ("text", "news")]),
    ("line", &[("time", TIMES[0]), ("price", "28100"), ("time2", TIMES[1]), ("price2", "27300")]),
    ("span", &[("time", TIMES[0]), ("time2", TIMES[1])]),
    ("box", &[("time", TIMES[0]), ("price", "27400"), ("time2", TIMES[1]), ("price2", "28000")]),
    ("text", &[("time", TIMES[1]), ("price", "27800"), ("text", "a note")]),
];
const SERIES: [&str; 6] =
    ["fair", "fair:step", "fair:scatter", "change:bars:below", "zone:band", "fair:below:left:#ff9800:2"];

/// The gallery's page below its first words.
pub fn page(kit: &Kit) -> Result<String> {
    let knob = |name: &str, text: &str| Example::small(&plain(name, text), text, &[(name, text)]);
    let styles = STYLES.iter().map(|style| knob("style", style));
    let kinds = names("kind").into_iter().map(|kind| knob("kind", kind));
    let scales = names("scale").into_iter().map(|scale| knob("scale", scale));
    let overlays = names("overlay").into_iter().map(|overlay| {
        Example::small(&plain("overlay", overlay), overlay, &[("overlay", overlay), ("title", "true")])
    });
    let indicators = names("indicator").into_iter().map(|indicator| knob("indicator", indicator));
    let series = SERIES.iter().map(|series| {
        let name = series.split(':').next().unwrap_or_default();
        let values =
            if name == "zone" { "(own.zone_low, own.zone_high)".to_owned() } else { format!("own.{name}") };
        Example::small(&plain("series", series), series, &[("style", "yahoo")])
            .with(&format!("--series {series}=own.csv"), &format!("series={{\"{series}\": {values}}}"))
    });
    let marks = MARKS.iter().map(|(kind, fields)| {
        let number = |name: &str| name.starts_with("price");
        let words = fields.iter().map(|(name, value)| {
            if number(name) { format!(", \"{name}\": {value}") } else { format!(", \"{name}\": \"{value}\"") }
        });
        let python = format!("marks=[{{\"kind\": \"{kind}\"{}}}]", words.collect::<String>());
        Example::small(&plain("mark", kind), kind, &[("style", "yahoo")])
            .with(&format!("--marks {kind}.csv"), &python)
    });
    let presets =
        PRESETS.iter().map(|preset| Example::new(&plain("preset", preset), preset, &[("preset", preset)]));

    let sections: [(&str, Vec<Example>); 8] = [
        ("Styles", styles.collect()),
        ("Kinds", kinds.collect()),
        ("Scales", scales.collect()),
        ("Overlays", overlays.collect()),
        ("Indicators", indicators.collect()),
        ("Series of your own", series.collect()),
        ("Marks", marks.collect()),
        ("Presets", presets.collect()),
    ];
    let mut text = format!(
        "Series and marks come from small files, which these lines make first:\n\n```python\n{}```\n\n",
        prepare()
    );
    for (title, examples) in &sections {
        text += &format!("## {title}\n\n{}\n", cards(FOLDER, examples));
    }
    let all: Vec<Example> = sections.into_iter().flat_map(|(_, examples)| examples).collect();
    // Python takes times from the index.
    let prepare =
        prepare() + "own.index = pd.to_datetime(own.time, unit=\"ms\", utc=True)\nown = own.iloc[-200:]\n";
    draw_all(kit, FOLDER, &prepare, &all)?;
    Ok(text)
}

/// What makes the gallery's files.
fn prepare() -> String {
    let columns = ["kind", "time", "price", "time2", "price2", "side", "text"];
    let rows = MARKS.iter().map(|(kind, fields)| {
        let cell =
            |column: &str| fields.iter().find(|(name, _)| *name == column).map_or("", |(_, value)| *value);
        let cells: Vec<_> = columns.iter().map(|it| if *it == "kind" { kind } else { cell(it) }).collect();
        format!("    \"{}\",\n", cells.join(","))
    });
    format!(
        "{PREPARE}\nfor row in [\n{}]:\n    with open(row.split(\",\")[0] + \".csv\", \"w\") as file:\n        \
         file.write(\"{}\\n\" + row + \"\\n\")\n",
        rows.collect::<String>(),
        columns.join(",")
    )
}

/// All names or examples that a knob tells.
fn names(name: &str) -> Vec<&'static str> {
    match KNOBS.iter().find(|knob| knob.name == name).map(|knob: &Knob| knob.takes) {
        Some(Takes::OneOf { names }) => names.to_vec(),
        Some(Takes::List { examples, .. } | Takes::Text { examples }) => examples.to_vec(),
        _ => Vec::new(),
    }
}

/// A name of a file.
fn plain(section: &str, text: &str) -> String {
    let word: String = text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
    format!("{section}-{}", word.trim_matches('-').to_lowercase())
}
