//! Where each setting was given: flags beat variables, and these beat the configuration file.

use std::{collections::BTreeMap, env, ffi::OsString, path::PathBuf};

use clap::{ArgMatches, FromArgMatches, parser::ValueSource};

use super::file::File;
use crate::{
    args::{self, Cli, Command},
    error::Error,
};

/// Where a value was given; the later variant beats the earlier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    #[default]
    Nowhere,
    File,
    Variable,
    Flag,
}

/// Where each value of a command line was given, by the name of its flag.
#[derive(Debug)]
pub struct Origins {
    ranks: BTreeMap<String, Rank>,
    pub file: File,
}

impl Origins {
    /// Where the value of `--flag` was given.
    pub fn rank(&self, flag: &str) -> Rank {
        self.ranks.get(flag).copied().unwrap_or_default()
    }
}

/// Reads the words of a command line, the process's variables, and the configuration file.
pub fn read(words: &[OsString]) -> Result<(Command, Origins), Error> {
    let command = args::command();
    let matches = command.clone().try_get_matches_from(words)?;
    args::check_variables(&command, env::vars_os().map(|(name, _)| name))?;
    if matches.subcommand_name().is_some_and(|name| Command::OF_THE_PROGRAM.contains(&name)) {
        return read_over(File::default(), command, words);
    }
    let named = matches.subcommand().and_then(|(_, matches)| matches.get_one::<PathBuf>("config"));
    let file = File::read(named.map(PathBuf::as_path), &command)?;
    read_over(file, command, words)
}

/// Reads arguments and variables, over the values of a file.
pub fn read_over(
    file: File,
    command: clap::Command,
    words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<(Command, Origins), Error> {
    let command = command.mut_subcommands(|command| command.mut_args(|flag| file.as_default(flag)));
    let matches = command.try_get_matches_from(words)?;
    let ranks = matches.subcommand().map(|(_, matches)| ranks(matches, &file)).unwrap_or_default();
    Ok((Cli::from_arg_matches(&matches)?.command, Origins { ranks, file }))
}

fn ranks(matches: &ArgMatches, file: &File) -> BTreeMap<String, Rank> {
    let rank = |id: &clap::Id| {
        // Flags are named like their fields, with hyphens.
        let flag = id.as_str().replace('_', "-");
        let rank = match matches.value_source(id.as_str())? {
            ValueSource::CommandLine => Rank::Flag,
            ValueSource::EnvVariable => Rank::Variable,
            _ if file.has(&flag) => Rank::File,
            _ => Rank::Nowhere,
        };
        Some((flag, rank))
    };
    matches.ids().filter_map(rank).collect()
}
