//! What shells and `man` know of this program, made from its own table of flags.

use std::{fs, io::Write, path::Path};

use clap_complete::Shell;

use crate::{args, command::Ending, error::Error};

/// Prints what makes a shell complete commands and flags.
pub fn completions(shell: Shell) -> Result<Ending, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "image-cache", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash {
        // clap_complete 4.6 looks for the commands of a program with a hyphen under another name than it notes.
        script = script.replace("image__subcmd__cache", "image__cache");
    }
    // A closed standard output has no reader.
    let _ = std::io::stdout().write_all(script.as_bytes());
    Ok(Ending::Done)
}

/// Writes a page for `man` about the program and about each of its commands.
pub fn pages(folder: &Path) -> Result<Ending, Error> {
    let refuse = |why| Error::system(format!("cannot write manual pages to {}", folder.display()), why);
    fs::create_dir_all(folder).map_err(refuse)?;
    let mut program = args::command();
    program.build();
    let commands = program.get_subcommands().filter(|command| command.get_name() != "help");
    let named = commands.map(|command| {
        let name = format!("image-cache-{}", command.get_name());
        command.clone().name(name.clone()).display_name(name)
    });
    for command in [program.clone()].into_iter().chain(named) {
        let name = format!("{}.1", command.get_name());
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(refuse)?;
        fs::write(folder.join(name), page).map_err(refuse)?;
    }
    Ok(Ending::Done)
}
