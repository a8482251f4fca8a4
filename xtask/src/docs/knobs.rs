//! The reference of knobs, from render-core's table, with pictures of what they do.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use render_core::{KNOBS, Knob, PRESETS, STYLES, Takes};

use super::{
    Kit,
    example::{Example, cards, draw_all, escaped, keyword},
};

const FOLDER: &str = "knobs";

/// What shows a knob: its text, and other settings without which it would not show.
type Shown = (&'static str, &'static [(&'static str, &'static str)]);

/// What shows the knobs that are not shown by all of their names.
const SHOWN: &[(&str, &[Shown])] = &[
    ("size", &[("240x180", &[]), ("440x200", &[]), ("64", &[("axes", "bare")])]),
    ("window", &[("20", &[]), ("150", &[])]),
    ("style", &[("mike", &[]), ("yahoo", &[]), ("night", &[])]),
    ("baseline", &[("auto", &[("kind", "baseline")]), ("27500", &[("kind", "baseline")])]),
    (
        "scale",
        &[
            ("linear", &[("window", "2000")]),
            ("log", &[("window", "2000")]),
            ("percent", &[("window", "2000")]),
        ],
    ),
    ("range", &[("window", &[]), ("10%", &[]), ("20000..30000", &[])]),
    ("fit", &[("candles", &[("overlay", "sma:200")]), ("overlays", &[("overlay", "sma:200")])]),
    ("padding", &[("0", &[]), ("30", &[])]),
    (
        "overlay",
        &[("sma:20", &[]), ("sma:20:#ff9800:3", &[]), ("bollinger:20,2 volume-sma:20", &[("title", "true")])],
    ),
    ("indicator", &[("rsi:14", &[]), ("macd:12,26,9 obv", &[])]),
    ("labels", &[("60", &[]), ("100", &[]), ("180", &[])]),
    ("title", &[("true", &[("overlay", "sma:20")])]),
    ("title-ohlc", &[("true", &[])]),
    ("axis-titles", &[("true", &[])]),
    (
        "price-decimals",
        &[
            ("auto", &[("title-ohlc", "true"), ("last-price", "true")]),
            ("0", &[("title-ohlc", "true"), ("last-price", "true")]),
        ],
    ),
    ("last-price", &[("true", &[])]),
    ("utc-offset", &[("UTC", &[("window", "24")]), ("+05:30", &[("window", "24")])]),
    (
        "gaps",
        &[
            ("collapse", &[("window", "20"), ("end", "2023-03-24T20:00:00Z")]),
            ("slot", &[("window", "20"), ("end", "2023-03-24T20:00:00Z")]),
        ],
    ),
    ("right-margin", &[("12", &[])]),
    (
        "lines",
        &[
            ("smooth", &[("size", "96x72"), ("axes", "bare"), ("kind", "line")]),
            ("crisp", &[("size", "96x72"), ("axes", "bare"), ("kind", "line")]),
        ],
    ),
    ("no-volume", &[("true", &[])]),
    ("volume-share", &[("12", &[]), ("60", &[])]),
    ("panel-order", &[("rsi price volume", &[("indicator", "rsi:14")])]),
    ("panel-heights", &[("price:2 volume:1 rsi:2", &[("indicator", "rsi:14")])]),
    ("no-grid", &[("true", &[])]),
];

/// Knobs that no picture of two lines shows, and what is said instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("series", "It needs a file: see [Series and marks of your own](own.md)."),
    ("marks", "It needs a file: see [Series and marks of your own](own.md)."),
    ("color", "The pixels are the same; a picture with a palette is a smaller file."),
];

/// The reference of every knob.
pub fn reference(kit: &Kit) -> Result<String> {
    let mut all = Vec::new();
    let mut text = String::new();
    for knob in KNOBS {
        let examples = examples(knob)?;
        text += &entry(knob);
        if let Some((_, words)) = ELSEWHERE.iter().find(|(name, _)| *name == knob.name) {
            writeln!(text, "{words}\n")?;
        }
        if !examples.is_empty() {
            text += &cards(FOLDER, &examples);
            text.push('\n');
        }
        all.extend(examples);
    }
    draw_all(kit, FOLDER, "", &all)?;
    let presets = PRESETS.join("`, `");
    Ok(format!("There are {} knobs, and `preset` (`{presets}`), which sets several.\n\n{text}", KNOBS.len()))
}

/// The pictures of a knob. One that is nowhere shown is an error, so that nobody forgets it who adds a knob.
fn examples(knob: &Knob) -> Result<Vec<Example>> {
    if ELSEWHERE.iter().any(|(name, _)| *name == knob.name) {
        return Ok(Vec::new());
    }
    let shown: Vec<Shown> = match (SHOWN.iter().find(|(name, _)| *name == knob.name), knob.takes) {
        (Some((_, shown)), _) => shown.to_vec(),
        (None, Takes::OneOf { names }) => names.iter().map(|name| (*name, &[] as &[_])).collect(),
        (None, _) => bail!("xtask/src/docs/knobs.rs shows nothing of the knob {}", knob.name),
    };
    let examples = shown.into_iter().enumerate().map(|(index, (text, others))| {
        let name = format!("{}-{}", knob.name, index + 1);
        let settings: Vec<_> = others.iter().copied().chain([(knob.name, text)]).collect();
        let example = Example::small(&name, &format!("{} {text}", knob.name), &settings);
        if knob.name == "lines" { example.shown_as_wide_as(384) } else { example }
    });
    Ok(examples.collect())
}

/// What the table says of a knob.
fn entry(knob: &Knob) -> String {
    let code = |text: &str| format!("<code>{}</code>", escaped(text));
    let takes = match knob.takes {
        Takes::YesNo => "yes or no".to_owned(),
        Takes::Number { least, most, unit } => format!("{least} to {most} {unit}"),
        Takes::OneOf { names } => names.iter().copied().map(code).collect::<Vec<_>>().join(", "),
        Takes::Style => format!("a style: one of {} that are built in, or your own", STYLES.len()),
        Takes::Text { examples } => {
            let examples: Vec<_> = examples.iter().copied().map(code).collect();
            format!("{}, for example {}", code(knob.value_name), examples.join(", "))
        }
        Takes::List { most, examples, .. } => {
            let examples: Vec<_> = examples.iter().copied().map(code).collect();
            format!("up to {most}, for example {}", examples.join(", "))
        }
    };
    let takes = if knob.auto.is_some() { format!("{takes}; or {}", code("auto")) } else { takes };
    let (python, is_denied) = keyword(knob.name);
    let python = if is_denied { format!("{python}=False") } else { python };
    let default = match (knob.auto, knob.default()) {
        (Some(auto), _) => auto.to_owned(),
        (None, none) if none.is_empty() => "none".to_owned(),
        (None, text) => code(&text),
    };
    let fields: Vec<_> = knob.fields.iter().copied().map(code).collect();
    let variable = format!("IMAGE_CACHE_{}", knob.name.to_uppercase().replace('-', "_"));
    let mut rows = vec![
        ("takes", takes),
        ("default", default),
        ("variable", code(&variable)),
        ("key of <code>image-cache.toml</code>", code(knob.name)),
        ("Python", code(&python)),
        ("field of a spec's JSON", fields.join(", ")),
    ];
    if let Some(need) = knob.needs {
        let gives = if need.gives_way {
            ". Where that is set in a place that beats this one, this one gives way; in the same place, the two are an error."
        } else {
            ". Without it there is an error."
        };
        rows.push(("needs", format!("{} ({}){gives}", need.what, code(&format!("--{}", need.other)))));
    }
    let rows: String =
        rows.iter().map(|(name, value)| format!("<tr><th>{name}</th><td>{value}</td></tr>\n")).collect();
    format!(
        "## `--{}`\n\n{}.\n\n<table class=\"facts\"><tbody>\n{rows}</tbody></table>\n\n",
        knob.name,
        knob.about.replace('<', "&lt;")
    )
}
