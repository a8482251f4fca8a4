//! Native, and the page's module under wasmtime and under Node.

use std::path::Path;

use anyhow::Result;

use super::{
    painter::{Painter, Turn, in_turns},
    row,
    stages::{COLORS, SIZES, spec},
    table,
};
use crate::process::{command, output, root};

const ROUNDS: usize = 31;
const COUNT: usize = 30;

pub fn run(native: &mut Painter, program: &Path, dist: &Path) -> Result<String> {
    let mut wasmtime = Painter::start("wasmtime", &mut command(program, "wasmtime"))?;
    let mut node = node(dist)?;
    let mut painters = vec![native, &mut wasmtime];
    painters.extend(node.as_mut());

    let mut turns = Vec::new();
    for size in SIZES {
        for color in COLORS {
            let turn = |painter| Turn { painter, what: "whole", count: COUNT, spec: spec(size, color) };
            turns.extend((0..painters.len()).map(turn));
        }
    }
    let times = in_turns(&mut painters, &turns, ROUNDS)?;
    let mut times = times.chunks_exact(painters.len());

    let mut rows = vec![row(["size and colours", "native"])];
    for painter in &painters[1..] {
        rows[0].extend(row([painter.name.clone(), "ratio".to_owned()]));
    }
    for size in SIZES {
        for color in COLORS {
            let Some([native, others @ ..]) = times.next() else { continue };
            let mut cells = row([format!("{size} {color}"), format!("{:.4}", native.median())]);
            for other in others {
                let ratio = other.median() / native.median();
                cells.extend(row([format!("{:.4}", other.median()), format!("{ratio:.2}")]));
            }
            rows.push(cells);
        }
    }
    let missing = if painters.len() < 3 { "\nNode was not found.\n" } else { "" };
    Ok(format!(
        "## Targets\n\n\
         Milliseconds from candles to the file and its SHA-256, and their ratio to native.\n\
         The module is called through its C ABI: its time includes that it reads a request,\n\
         spec and candles, and that the file is copied out of its memory. Who calls it hashes the file.\n{missing}\n{}",
        table(&rows)
    ))
}

/// The module under Node, where there is Node.
fn node(dist: &Path) -> Result<Option<Painter>> {
    if output(&mut command("node", "--version")).is_err() {
        return Ok(None);
    }
    let mut node = command("node", "tests/benches/painter/node.mjs");
    node.arg(dist.join("image_cache_bg.wasm")).arg(root().join(super::peers::CANDLES));
    Painter::start("Node", &mut node).map(Some)
}
