//! The native host of the golden cases: `cases all|show NAME|shuffled|threads N|requests FILE`.
#![forbid(unsafe_code)]

use std::{env, fs, process::ExitCode};

use tests::runner;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match answer(&arguments) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(arguments: &[&str]) -> Result<String, String> {
    match arguments {
        ["all"] => Ok(runner::all(1)),
        ["shuffled"] => Ok(runner::shuffled()),
        ["threads", count] => match count.parse() {
            Ok(count) if count > 0 => Ok(runner::all(count)),
            _ => Err(format!("{count} is not a number of threads")),
        },
        ["show", name] => runner::show(name),
        ["requests", file] => {
            let written = fs::write(file, runner::requests());
            written.map(|()| String::new()).map_err(|error| format!("{file}: {error}"))
        }
        _ => Err("usage: cases all | show NAME | shuffled | threads N | requests FILE".to_owned()),
    }
}
