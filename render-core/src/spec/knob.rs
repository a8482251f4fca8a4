//! [`Knob`]: one setting of a spec, with all that a flag, a key of a file or a field of a form needs to know of it.

use serde::Serialize;

use super::{
    KNOBS, SpecError, SpecOptions,
    text::{ValueError, yes_no},
};

/// One setting of a spec.
///
/// The text of a knob is the same in a flag, a variable, a configuration file, a link and a form.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Knob {
    /// The name: that of the flag, of the key in a configuration file and of the parameter in a link.
    pub name: &'static str,
    /// The fields of a spec's JSON that the knob sets.
    pub fields: &'static [&'static str],
    /// What a form calls it.
    pub label: &'static str,
    /// Whether many users need it, so that a form shows it before the others.
    pub common: bool,
    /// What stands for its value in a line of usage.
    pub value_name: &'static str,
    /// What it does. [`help`](Self::help) adds range and default.
    pub about: &'static str,
    /// The values that it takes.
    pub takes: Takes,
    /// What the value `auto` stands for, if the knob takes that too.
    pub auto: Option<&'static str>,
    /// What it needs of another knob.
    pub needs: Option<Need>,
    /// Its value as text.
    #[serde(skip)]
    pub(super) text: fn(&SpecOptions) -> String,
    /// Sets it to the value of a text, which is one that it [`takes`](Self::takes).
    #[serde(skip)]
    pub(super) set: fn(&mut SpecOptions, &str) -> Result<(), ValueError>,
    /// What a tag says of a text that is not the default; empty if tags leave this knob out.
    #[serde(skip)]
    pub(super) word: fn(&Self, &str) -> String,
}

/// The values that a knob takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Takes {
    /// Yes or no, written `true` or `false`.
    YesNo,
    /// A whole number.
    Number {
        /// The least one.
        least: u32,
        /// The greatest one.
        most: u32,
        /// What it counts.
        unit: &'static str,
    },
    /// One of some names.
    OneOf {
        /// The names.
        names: &'static [&'static str],
    },
    /// The name of a style: a built-in one, or one that the user has brought.
    Style,
    /// A text of a certain form.
    Text {
        /// Texts of that form.
        examples: &'static [&'static str],
    },
    /// Texts of a certain form with spaces between them.
    List {
        /// How many there may be.
        most: usize,
        /// Texts of that form: of overlays and indicators one of each kind.
        examples: &'static [&'static str],
        /// How many colours the lines of each example may be given, before a width; empty where there are none.
        colors: &'static [u8],
        /// Words that a text may have behind its name, one of each of these groups, whose first one is usual.
        words: &'static [&'static str],
    },
}

/// What a knob needs of another one wherever it is not at its default.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Need {
    /// The name of the other knob.
    pub other: &'static str,
    /// What is needed of it, in words.
    pub what: &'static str,
    /// A value of the other knob that will do.
    pub mend: &'static str,
    /// Whether the knob goes back to its default if the other one is set in a place that beats its own.
    pub gives_way: bool,
    /// Whether the need is met.
    #[serde(skip)]
    pub(super) is_met: fn(&SpecOptions) -> bool,
}

impl Knob {
    /// The knob of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        KNOBS.iter().find(|knob| knob.name == name)
    }

    /// Its value in `options`, as text.
    #[must_use]
    pub fn text(&self, options: &SpecOptions) -> String {
        (self.text)(options)
    }

    /// Its default, as text.
    #[must_use]
    pub fn default(&self) -> String {
        self.text(&SpecOptions::default())
    }

    /// Sets it in `options` to what `text` says.
    ///
    /// # Errors
    /// [`SpecError::Value`] if the text is no value that the knob takes.
    pub fn set(&self, options: &mut SpecOptions, text: &str) -> Result<(), SpecError> {
        let is_auto = self.auto.is_some() && text == "auto";
        let checked = if is_auto { Ok(()) } else { self.check(text) };
        checked.and_then(|()| (self.set)(options, text)).map_err(|why| {
            let or_auto = if self.auto.is_some() { ", or auto" } else { "" };
            self.refuse(format!("{why}{or_auto}"))
        })
    }

    /// What it does, in one line, with its range and its default.
    #[must_use]
    pub fn help(&self) -> String {
        let mut help = self.about.to_owned();
        if let Takes::Number { least, most, .. } = self.takes {
            help += &format!(", {least} to {most}");
            help += if self.auto.is_some() { ", or auto" } else { "" };
        }
        let default = self.auto.map_or_else(|| self.default(), str::to_owned);
        if self.takes != Takes::YesNo && !default.is_empty() {
            help += &format!(" [default: {default}]");
        }
        help
    }

    /// What it needs of another knob, if `options` deny it that.
    pub(super) fn unmet(&self, options: &SpecOptions) -> Option<Need> {
        self.needs.filter(|need| !(need.is_met)(options))
    }

    pub(super) fn refuse(&self, why: String) -> SpecError {
        SpecError::Value { knob: self.name, why }
    }

    /// Refuses texts that the type of the value rules out.
    fn check(&self, text: &str) -> Result<(), ValueError> {
        let name = self.name;
        match self.takes {
            Takes::Style | Takes::Text { .. } => Ok(()),
            Takes::YesNo => yes_no(text).map(drop).map_err(|why| ValueError(format!("{name} {why}"))),
            Takes::Number { least, most, unit } => match text.parse() {
                Ok(number) if (i64::from(least)..=i64::from(most)).contains(&number) => Ok(()),
                Ok(number) => Err(ValueError(format!("{name} {number} is outside {least} to {most} {unit}"))),
                Err(_) => {
                    Err(ValueError(format!("{name} {text:?} is no whole number from {least} to {most}")))
                }
            },
            Takes::OneOf { names } if names.contains(&text) => Ok(()),
            Takes::OneOf { names } => {
                Err(ValueError(format!("{name} {text:?} is none of {}", names.join(", "))))
            }
            Takes::List { most, .. } => match text.split_whitespace().count() {
                count if count > most => {
                    let what = self.label.to_ascii_lowercase();
                    Err(ValueError(format!("{count} {what} are more than {most}")))
                }
                _ => Ok(()),
            },
        }
    }
}
