//! The time of each stage, by size and colour type.

use anyhow::Result;

use super::{
    painter::{Painter, Times, Turn, in_turns, median},
    row, table,
};

pub const SIZES: [u32; 4] = [224, 640, 1280, 2048];
pub const COLORS: [&str; 2] = ["rgb", "indexed"];

const STAGES: [&str; 5] = ["layout", "raster", "png", "sha256", "whole"];
const ROUNDS: usize = 31;
const COUNT: usize = 30;

/// A spec as JSON: the default one but for its size and colour type.
pub fn spec(size: u32, color: &str) -> String {
    format!(r#"{{"width":{size},"height":{size},"color":"{color}"}}"#)
}

pub fn run(native: &mut Painter) -> Result<String> {
    let mut turns = Vec::new();
    for size in SIZES {
        for color in COLORS {
            let turn = |what| Turn { painter: 0, what, count: COUNT, spec: spec(size, color) };
            turns.extend(STAGES.map(turn));
        }
    }
    let times = in_turns(&mut [native], &turns, ROUNDS)?;
    let mut times = times.chunks_exact(STAGES.len());
    let mut rows =
        vec![row(["size and colours", "layout", "raster", "encode", "sha256", "whole", "bytes of a file"])];
    for size in SIZES {
        for color in COLORS {
            let Some([layout, raster, png, sha256, whole]) = times.next() else { continue };
            let ms = |number: f64| format!("{number:.4}");
            rows.push(row([
                format!("{size} {color}"),
                ms(layout.median()),
                ms(raster.median()),
                ms(encode(png, raster, sha256)),
                ms(sha256.median()),
                ms(whole.median()),
                format!("{:.0}", whole.bytes),
            ]));
        }
    }
    Ok(format!(
        "## Stages\n\n\
         Milliseconds for one picture of 150 candles, native. Rows go straight from raster\n\
         to encode, so encode is what both and the SHA-256 take together, less the two others.\n\
         Whole is from candles to the file and its SHA-256.\n\n{}",
        table(&rows)
    ))
}

/// The median over rounds of what encode adds to the two other steps of a file.
fn encode(png: &Times, raster: &Times, sha256: &Times) -> f64 {
    let others = raster.ms.iter().zip(&sha256.ms).map(|(raster, sha256)| raster + sha256);
    median(png.ms.iter().zip(others).map(|(png, others)| png - others).collect())
}
