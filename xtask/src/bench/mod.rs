//! How long pictures take: one table per file of this folder.

mod disk;
mod growth;
mod import;
mod instructions;
mod machine;
mod painter;
mod peers;
mod python;
mod stages;
mod targets;

use std::fs;

use anyhow::{Context, Result};

use crate::{
    process::{root, step},
    web,
};
use painter::Painter;

/// Where `--write` writes.
const FILE: &str = "BENCHMARKS.md";

/// What is measured besides our own stages, and what becomes of it.
#[derive(clap::Args)]
pub struct Options {
    /// Measure mplfinance, Pillow and plotters on the same candles, too.
    #[arg(long)]
    peers: bool,
    /// Measure whole runs on a disk, too, in turn with a loop that only writes.
    #[arg(long)]
    disk: bool,
    /// Measure imports of files, too, in turn with bare inserts.
    #[arg(long)]
    import: bool,
    /// Measure frames in Python, too, in turn with reading files back.
    #[arg(long)]
    python: bool,
    /// Entries of the series of small pictures that `--disk` renders.
    #[arg(long, default_value_t = disk::ENTRIES)]
    entries: u64,
    /// Measure everything, peers and disk too, and write the tables to BENCHMARKS.md.
    #[arg(long)]
    write: bool,
}

/// Prints the tables, or writes them.
pub fn run(options: &Options) -> Result<()> {
    step("build");
    let dist = web::build()?;
    let program = painter::build()?;
    // The machine is looked at before it has anything to do.
    let machine = machine::describe()?;

    step("measure");
    let mut native = Painter::native(&program)?;
    let mut sections = vec![
        stages::run(&mut native)?,
        instructions::run(&mut native, &program)?,
        targets::run(&mut native, &program, &dist)?,
        growth::run(&mut native)?,
    ];
    // Sections that need more than this repository.
    if options.peers || options.write {
        sections.push(peers::run(&mut native)?);
    }
    if options.disk || options.write {
        sections.push(format!("## On a disk\n\n{}\n", disk::run(options.entries)?.trim_end()));
    }

    if options.import || options.write {
        sections.push(format!("## Imports\n\n{}\n", import::run()?.trim_end()));
    }

    if options.python || options.write {
        sections.push(python::run()?);
    }
    let text = format!("{machine}\n{}", sections.join("\n"));
    println!("\n{text}");
    if options.write {
        let path = root().join(FILE);
        fs::write(&path, format!("{HEAD}\n{text}"))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("written to {}", path.display());
    }
    Ok(())
}

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench --write`, which measures everything again and
needs Node and Python 3 besides Rust; `cargo xtask bench` only prints our own tables.

Every number is the median of rounds in which all rows of its table had a turn,
on one thread, memory to memory: but for the last section, no file is written.
Pictures are drawn from neighbouring windows of the sample's BTCUSDT 1h candles,
each ending one candle later. Compare numbers of one table only.
";

/// The lines of a Markdown table; the first row is its head.
fn table(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            // Names to the left, numbers to the right.
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = widths.iter().enumerate().map(|(column, &width)| {
        if column == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width.max(2) - 1)) }
    });
    let rule = format!("| {} |\n", rule.collect::<Vec<_>>().join(" | "));
    let rest: String = rows[1..].iter().map(line).collect();
    format!("{}{rule}{rest}", line(&rows[0]))
}

/// A row of a table.
fn row<const N: usize>(cells: [impl Into<String>; N]) -> Vec<String> {
    cells.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_for_readers_of_the_plain_text() {
        let rows = [row(["size", "ms"]), row(["640", "0.1234"])];
        assert_eq!(table(&rows), "| size |     ms |\n| ---- | -----: |\n| 640  | 0.1234 |\n");
    }
}
