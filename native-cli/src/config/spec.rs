//! The spec: flags, variables and the file over a preset over the defaults.

use render_core::{Knob, Spec, SpecError};

use super::{
    origin::{Origins, Rank},
    own::OwnTexts,
    styles::Styles,
};
use crate::{
    advice,
    args::{OwnArgs, SpecArgs, variable},
    error::Error,
};

/// The spec that all of these make together. Without `own`, the pictures are of candles alone.
pub fn settle(args: &SpecArgs, own: Option<&OwnArgs>, origins: &Origins) -> Result<Spec, Error> {
    let own = own.map(OwnTexts::of).unwrap_or_default();
    let (styles, preset) = (Styles::of(&origins.file)?, args.preset.as_deref());
    let given =
        |knob: &Knob| Some((origins.rank(knob.name), own.get(knob).or_else(|| args.knobs.get(knob))?));
    let spec = Spec::settle(preset, given, |name| styles.find(name));
    spec.map_err(|error| explain(&error, origins, preset))
}

/// How the user calls the place where a value was given.
fn place(key: &str, origins: &Origins, preset: Option<&str>) -> String {
    let file = &origins.file;
    match (origins.rank(key), preset) {
        (Rank::Flag, _) => format!("--{key}"),
        (Rank::Variable, _) => variable(key),
        (Rank::File, _) => format!("{key} (line {} of {})", file.line(&[key]), file.path.display()),
        (Rank::Nowhere, Some(preset)) => format!("{key} of the preset {preset}"),
        (Rank::Nowhere, None) => format!("the default of {key}"),
    }
}

/// An error in the words of the places that its knobs were set in.
fn explain(error: &SpecError, origins: &Origins, preset: Option<&str>) -> Error {
    let (advice, place) = (advice::spec(error), |key| place(key, origins, preset));
    match error {
        SpecError::Value { knob: key, why } if origins.rank(key) == Rank::File => {
            origins.file.refuse(&[key], format!("{key}: {why}{advice}"))
        }
        SpecError::Value { knob, why } => Error::Usage(format!("{}: {why}{advice}", place(knob))),
        SpecError::Contradiction { knob, other, needs, .. } => {
            let (knob, other) = (place(knob), place(other));
            Error::Usage(format!(
                "{knob} and {other} contradict each other: the former needs {needs}{advice}"
            ))
        }
        SpecError::UnknownKnob { .. } | SpecError::Json(_) => Error::Usage(format!("{error}{advice}")),
    }
}

#[cfg(test)]
mod tests {
    use render_core::{KNOBS, PRESETS, SpecOptions, Style, Takes};

    use super::*;
    use crate::{
        args::{self, Command, OWN_KNOBS, PRESET_HELP},
        config::{file::File, origin},
    };

    /// What flags and the text of a file make together.
    fn settled_over(file: &str, flags: &[&str]) -> Result<SpecOptions, Error> {
        let command = args::command();
        let file = File::parse("image-cache.toml".into(), file.to_owned(), &command)?;
        let words = ["image-cache", "styles"].iter().chain(flags);
        let (Command::Styles(args), origins) = origin::read_over(file, command, words)? else {
            panic!("another command")
        };
        let spec = settle(&args.spec, None, &origins)?;
        Ok(spec.options().clone())
    }

    fn settled(flags: &[&str]) -> Result<SpecOptions, Error> {
        settled_over("", flags)
    }

    #[test]
    fn the_help_tells_the_truth_about_presets() {
        let names: Vec<&str> = PRESET_HELP.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, PRESETS);
        let plain = |options| SpecOptions { style: Style::default(), ..options };
        for (name, settings) in PRESET_HELP {
            let flags: Vec<&str> = settings.split(' ').collect();
            let preset = settled(&["--preset", name]).expect("a preset");
            assert_eq!(plain(preset), settled(&flags).expect("settings"), "{name}");
        }
        // A preset's own value can be put back to what is usual.
        let usual = ["--preset", "price-trends", "--padding", "auto", "--volume-share", "auto"];
        let usual = settled(&usual).expect("a preset");
        assert_eq!((usual.padding, usual.volume_share), (None, None));
        for (window, size, overlay) in [("5", "15x32", "sma:5"), ("60", "180x96", "sma:60")] {
            let preset = settled(&["--preset", "price-trends", "--window", window]).expect("a preset");
            let flags =
                ["--preset", "price-trends", "--window", window, "--size", size, "--overlay", overlay];
            assert_eq!(preset, settled(&flags).expect("settings"));
        }
    }

    #[test]
    fn every_knob_has_a_flag_a_variable_and_a_key_that_take_what_its_table_says() {
        let command = args::command();
        let render = command.find_subcommand("render").expect("a command");
        for knob in KNOBS.iter().filter(|knob| !OWN_KNOBS.contains(&knob.name)) {
            let flag = render.get_arguments().find(|arg| arg.get_long() == Some(knob.name)).expect(knob.name);
            assert_eq!(flag.get_env().and_then(|name| name.to_str()), Some(variable(knob.name).as_str()));
            let mut good = match knob.takes {
                Takes::YesNo => vec!["true".to_owned(), "false".to_owned()],
                Takes::Number { least, most, .. } => vec![least.to_string(), most.to_string()],
                Takes::OneOf { names } => names.iter().map(|&name| name.to_owned()).collect(),
                Takes::Style => vec!["yahoo".to_owned()],
                Takes::Text { examples } => examples.iter().map(|&text| text.to_owned()).collect(),
                Takes::List { most, examples, .. } => {
                    examples.chunks(most).map(|some| some.join(" ")).collect()
                }
            };
            good.push(knob.default());
            good.extend(knob.auto.map(|_| "auto".to_owned()));
            for text in good {
                let mut expected = SpecOptions::default();
                knob.set(&mut expected, &text).expect("a text of the table");
                // What hangs on another knob's value is given with that.
                let mut with = None;
                if let Err(SpecError::Contradiction { other, mend, .. }) = Spec::new(expected.clone()) {
                    let other = Knob::named(other).expect("a knob");
                    other.set(&mut expected, mend).expect("a text of the table");
                    with = Some((format!("--{}={mend}", other.name), format!("{} = {mend:?}\n", other.name)));
                }
                let expected = Spec::new(expected).expect("valid").options().clone();
                let word = format!("--{}={text}", knob.name);
                let line = match knob.takes {
                    Takes::YesNo => format!("{} = {text}", knob.name),
                    _ => format!("{} = {text:?}", knob.name),
                };
                let words = [with.as_ref().map(|(flag, _)| flag.as_str()), Some(word.as_str())];
                let words: Vec<&str> = words.into_iter().flatten().collect();
                assert_eq!(settled(&words).expect(&word), expected, "{word}");
                let line = with.map(|(_, key)| key).unwrap_or_default() + &line;
                assert_eq!(settled_over(&line, &[]).expect(&line), expected, "{line}");
            }
        }
    }

    #[test]
    fn flags_and_keys_take_no_more_than_the_table_says() {
        for knob in KNOBS.iter().filter(|knob| !OWN_KNOBS.contains(&knob.name)) {
            let bad = match knob.takes {
                Takes::Number { least, most, .. } => {
                    vec![(i64::from(least) - 1).to_string(), (most + 1).to_string()]
                }
                // Styles are looked up later, since the file may have more of them.
                Takes::Style => continue,
                Takes::List { most, examples, .. } => vec![vec![examples[0]; most + 1].join(" ")],
                Takes::YesNo | Takes::OneOf { .. } | Takes::Text { .. } => vec!["no such".to_owned()],
            };
            for text in bad {
                let flag = settled(&[&format!("--{}={text}", knob.name)]);
                assert!(matches!(flag, Err(Error::Args(_))), "--{} {text}", knob.name);
                let key = settled_over(&format!("{} = {text:?}", knob.name), &[]);
                let why = key.expect_err(knob.name).to_string();
                assert!(why.starts_with("image-cache.toml: line 1: "), "{why}");
            }
        }
    }
}
