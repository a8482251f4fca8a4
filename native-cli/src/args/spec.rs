//! The flags of a spec, made from render-core's table of knobs.

use std::collections::BTreeMap;

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches,
    builder::{BoolishValueParser, PossibleValuesParser, TypedValueParser, ValueParser},
};
use render_core::{KNOBS, Knob, PRESETS, SpecOptions, Takes};

use super::{help::preset_help, own::OWN_KNOBS, setting::variable};

/// How a picture looks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct SpecArgs {
    /// Settings for a purpose, which every other setting beats; --help spells them out
    #[arg(long, value_name = "NAME", env = "IMAGE_CACHE_PRESET", long_help = preset_help(),
        value_parser = PossibleValuesParser::new(PRESETS.iter().copied()))]
    pub preset: Option<String>,
    #[command(flatten)]
    pub knobs: KnobArgs,
}

/// The texts of the knobs that flags and variables give.
#[derive(Debug, Default)]
pub struct KnobArgs(BTreeMap<&'static str, String>);

impl KnobArgs {
    /// The text of a knob.
    pub fn get(&self, knob: &Knob) -> Option<&str> {
        self.0.get(knob.name).map(String::as_str)
    }
}

impl FromArgMatches for KnobArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // Only a list has more than one text.
        let text = |knob: &Knob| {
            let texts = matches.get_many::<String>(knob.name)?;
            Some(texts.map(String::as_str).collect::<Vec<_>>().join(" "))
        };
        Ok(Self(KNOBS.iter().filter(has_flag).filter_map(|knob| Some((knob.name, text(knob)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for KnobArgs {
    fn augment_args(command: Command) -> Command {
        command.args(KNOBS.iter().filter(has_flag).map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Whether a flag of its own sets a knob. What a user brings has to be given with its files.
fn has_flag(knob: &&'static Knob) -> bool {
    !OWN_KNOBS.contains(&knob.name)
}

fn flag(knob: &'static Knob) -> Arg {
    let arg = Arg::new(knob.name).long(knob.name).env(variable(knob.name)).help(help(knob));
    let arg = arg.value_name(knob.value_name).value_parser(parser(knob));
    match knob.takes {
        Takes::YesNo => switch(arg),
        Takes::Number { .. } | Takes::Text { .. } => arg.allow_hyphen_values(true),
        Takes::List { .. } => arg.action(ArgAction::Append),
        Takes::OneOf { .. } | Takes::Style => arg,
    }
}

/// A flag that needs no value.
pub fn switch(arg: Arg) -> Arg {
    arg.value_name("BOOL").num_args(0..=1).require_equals(true).default_missing_value("true")
}

fn help(knob: &Knob) -> String {
    match knob.takes {
        Takes::Style => knob.help().replacen(" [", ": a style that `image-cache styles` lists [", 1),
        Takes::List { .. } => {
            format!("{}; may be repeated, or hold several with spaces between them", knob.help())
        }
        _ => knob.help(),
    }
}

/// Checks a text where its flag or variable is read, so that an error can name that.
fn parser(knob: &'static Knob) -> ValueParser {
    match knob.takes {
        Takes::YesNo => BoolishValueParser::new().map(|yes| yes.to_string()).into(),
        Takes::OneOf { names } => {
            PossibleValuesParser::new(names.iter().copied().chain(knob.auto.map(|_| "auto"))).into()
        }
        // The file may have styles of the user's own.
        Takes::Style => ValueParser::string(),
        Takes::Number { .. } | Takes::Text { .. } | Takes::List { .. } => ValueParser::new(|text: &str| {
            knob.set(&mut SpecOptions::default(), text).map(|()| text.to_owned())
        }),
    }
}
