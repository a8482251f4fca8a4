//! Any text as a configuration file: settings, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| native_cli::fuzzing::config(text));
