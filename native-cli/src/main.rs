//! The program `image-cache`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    native_cli::main()
}
