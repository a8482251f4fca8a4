//! How many instructions a picture takes. Unlike times they are the same in every run.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{
    growth::SMALL,
    painter::{Painter, Turn, in_turns},
    row,
    stages::spec,
    table,
};
use crate::process::{command, output, target_dir};

/// With what is drawn smoothly.
const OVERLAYS: &str = r#"{"overlays":["sma:20","bollinger:20,2"]}"#;
/// With a line of one's own, alone and with ten marks. The painter makes both.
const OWN_LINE: &str = r#"{"series":["fair"]}"#;
const OWN_LINE_AND_MARKS: &str = r#"{"series":["fair"],"marks":true}"#;
/// The pictures of Jiang, Kelly and Xiu.
const SMALLEST: &str = r#"{"width":60,"height":64,"window":20,"axes":"bare"}"#;

/// Pictures of the shorter run, which pays for what is made once, and how many more the longer one draws.
const FIRST: u64 = 50;
const MORE: u64 = 100;

const ROUNDS: usize = 31;

pub fn run(native: &mut Painter, program: &Path) -> Result<String> {
    let specs = [
        ("1280 rgb", spec(1280, "rgb")),
        ("the same, indexed", spec(1280, "indexed")),
        ("the same, SMA 20 and Bollinger bands", OVERLAYS.to_owned()),
        ("the same, a line of one's own", OWN_LINE.to_owned()),
        ("the same, that line and ten marks", OWN_LINE_AND_MARKS.to_owned()),
        ("224, 64 candles, bare", SMALL.to_owned()),
        ("60x64, 20 candles, bare", SMALLEST.to_owned()),
    ];
    let turn = |(_, spec): &(_, String)| Turn { painter: 0, what: "whole", count: 30, spec: spec.clone() };
    let times = in_turns(&mut [native], &specs.iter().map(turn).collect::<Vec<_>>(), ROUNDS)?;
    let has_valgrind = output(&mut command("valgrind", "--version")).is_ok();
    let mut rows = vec![row(["picture", "instructions", "ms", "bytes of a file"])];
    for ((name, spec), times) in specs.iter().zip(times) {
        let instructions = if has_valgrind { thousands(each(program, spec)?) } else { "-".to_owned() };
        let (ms, bytes) = (format!("{:.4}", times.median()), format!("{:.0}", times.bytes));
        rows.push(row([(*name).to_owned(), instructions, ms, bytes]));
    }
    let missing = if has_valgrind { "" } else { "\nvalgrind was not found.\n" };
    Ok(format!(
        "## Instructions\n\n\
         Instructions of one picture, from candles to the file, counted by valgrind's callgrind:\n\
         a run of {} pictures less one of {FIRST}. Those of SHA-256 are left out, for which valgrind\n\
         has no processor's own. Times, with SHA-256, are medians as above.\n{missing}\n{}",
        FIRST + MORE,
        table(&rows)
    ))
}

/// The instructions of one more picture.
fn each(program: &Path, spec: &str) -> Result<u64> {
    let [few, many] = [FIRST, FIRST + MORE].map(|count| counted(program, count, spec));
    Ok(many?.saturating_sub(few?) / MORE)
}

/// The instructions of a run that draws `count` pictures.
fn counted(program: &Path, count: u64, spec: &str) -> Result<u64> {
    let file = target_dir()?.join("callgrind.out");
    let mut valgrind = command("valgrind", "--tool=callgrind --quiet");
    valgrind.arg(format!("--callgrind-out-file={}", file.display())).arg(program);
    valgrind.arg("count").arg(count.to_string()).arg(spec);
    output(&mut valgrind)?;
    let profile = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    fs::remove_file(&file)?;
    Ok(instructions(&profile))
}

/// The sum of all functions' own instructions in a profile of callgrind, without those of SHA-256.
fn instructions(profile: &str) -> u64 {
    let mut hashing = std::collections::BTreeSet::new();
    let (mut sum, mut counts, mut is_call) = (0, true, false);
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("fn=") {
            // A number and, the first time, the name: `(12) sha2::sha256::compress256`.
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if name.contains("sha2") {
                hashing.insert(number);
            }
            counts = !hashing.contains(number);
        } else if let Some(called) = line.strip_prefix("cfn=") {
            let (number, name) = called.split_once(' ').unwrap_or((called, ""));
            if name.contains("sha2") {
                hashing.insert(number);
            }
        } else if line.starts_with("calls=") {
            // The line after it has the instructions of the function that is called, which that counts itself.
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok());
            if counts && !is_call {
                sum += cost.unwrap_or(0);
            }
            is_call = false;
        }
    }
    sum
}

/// A number with its thousands apart.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (!head.is_empty()).then(|| head.to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_instructions_count_and_none_of_hashing() {
        let profile = "\
events: Ir
fn=(1) render_core::layout
16 5
+2 7
cfn=(2) sha2::sha256::compress256
calls=1 20
18 1000

fn=(2)
20 990
* 10

fn=(1)
19 3
";
        assert_eq!(instructions(profile), 15);
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1_000, 2_640_123].map(thousands), ["0", "999", "1,000", "2,640,123"]);
    }
}
