//! Settings: the flags for which a variable or a key of the configuration file can stand.

use std::{collections::BTreeMap, ffi::OsString};

use clap::{Arg, Command};
use render_core::similar_names;

use crate::error::Error;

/// What the names of all variables begin with.
const PREFIX: &str = "IMAGE_CACHE_";

/// The variable that stands for a flag.
pub fn variable(flag: &str) -> String {
    format!("{PREFIX}{}", flag.replace('-', "_").to_uppercase())
}

/// All settings by the names of their flags.
pub fn settings(command: &Command) -> BTreeMap<&str, &Arg> {
    let flags = command.get_subcommands().flat_map(Command::get_arguments);
    let flags = flags.filter(|arg| arg.get_env().is_some());
    flags.filter_map(|arg| Some((arg.get_long()?, arg))).collect()
}

/// A mistyped variable would otherwise be ignored in silence, where a mistyped flag is not.
pub fn check_variables(command: &Command, set: impl Iterator<Item = OsString>) -> Result<(), Error> {
    let known = settings(command);
    for name in set {
        let name = name.to_string_lossy();
        let Some(setting) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if !known.keys().any(|known| variable(known) == name) {
            let near = similar_names(setting, known.keys().copied());
            let near: Vec<String> = near.iter().map(|near| variable(near)).collect();
            let hint = did_you_mean(&near);
            return Err(Error::Usage(format!("there is no setting for the variable {name}{hint}")));
        }
    }
    Ok(())
}

/// Names that resemble a mistyped one, as the end of a message.
pub fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}
