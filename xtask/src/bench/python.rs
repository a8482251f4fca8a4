//! Frames in Python, in turn with decoding files.

use anyhow::Result;

use crate::{
    package,
    process::{command, output, root, step},
    python,
};

/// What the frames are compared with.
const PACKAGES: [&str; 6] = ["maturin>=1.9,<2", "numpy", "pandas", "Pillow", "torch", "torchvision"];

pub fn run() -> Result<String> {
    step("python");
    let python = python::environment("bench", &PACKAGES)?;
    let wheel = package::wheel(&python, &package::Options::default())?;
    step("measure python");
    let tables = output(command(&python, "-B xtask/peers/frames.py").current_dir(root()))?;
    Ok(format!(
        "## Python\n\n\
         Frames of neighbouring windows into an array that is used again, against decoding the same pictures' files\n\
         from memory: one thread, processor time, medians of rounds in which all had a turn. The wheel has {:.1} MB.\n\n{}",
        wheel.metadata()?.len() as f64 / 1e6,
        tables
    ))
}
