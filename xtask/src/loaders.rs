//! Exports data sets of all forms and loads each with its loader's own documented one-liner.
//!
//! Pixels are compared with the cache's PNGs as the `png` crate decodes them here, and labels with
//! ones that `check.py` computes from the sample's CSV on its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use render_core::Digest;

use crate::{
    process::{cargo, root, run as run_command, step, target_dir},
    python,
};

/// Pictures that are not square, so that no loader can swap sides unseen.
const SPEC: [&str; 4] = ["--size", "64x48", "--window", "32"];
const CANDLES: [&str; 7] = ["--sample", "--symbol", "BTCUSDT", "--interval", "1h", "--stride", "3"];
const SPLIT: &str = "train=0.6,validation=0.2,test=0.2";

/// Flags of the labels, by the name that `check.py` knows them by.
const LABELS: [(&str, &[&str]); 5] = [
    ("direction", &["--label", "direction", "--horizon", "5", "--threshold", "0.1%"]),
    ("return", &["--label", "return", "--horizon", "7"]),
    ("classes", &["--label", "classes", "--horizon", "3", "--bounds=-0.3%,0,0.3%"]),
    ("barriers", &["--label", "triple-barrier", "--horizon", "12", "--upper", "0.8%", "--lower", "0.6%"]),
    ("none", &[]),
];
/// The loaders, and what they need.
const PACKAGES: [&str; 7] = ["Pillow", "torch", "torchvision", "datasets", "webdataset", "pandas", "pyarrow"];
/// A file of the repository that has the names of all forms.
const SCHEMA: &str = "crates/dataset/schema/dataset.json";

pub fn run() -> Result<()> {
    // Looked for first: what is missing is to be told before a long build.
    step("Python's loaders");
    let python = python::environment("loaders", &PACKAGES)?;
    step("the program, with Parquet");
    run_command(&mut cargo("build --release --package image-cache --features parquet"))?;
    let program = target_dir()?.join("release/image-cache");
    let folder = target_dir()?.join("loaders");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder)?,
    }
    let schema: serde_json::Value = serde_json::from_str(&fs::read_to_string(root().join(SCHEMA))?)?;
    let forms = schema["properties"]["form"]["enum"].as_array().context("the schema names no forms")?;
    for color in ["rgb", "indexed"] {
        step(&format!("pictures, {color}"));
        let cache = folder.join(format!("cache-{color}"));
        let places = ["--root", "pictures", "--index", "index.sqlite", "--color", color];
        fs::create_dir(&cache)?;
        image_cache(&program, &cache, "render", &[&CANDLES[..], &SPEC, &places].concat())?;
        let pixels = decoded(&cache.join("pictures"))?;
        fs::write(cache.join("pixels.json"), serde_json::to_vec(&pixels)?)?;
        for (label, flags) in LABELS {
            for form in forms.iter().filter_map(serde_json::Value::as_str) {
                // The palette is about colours, so one kind of label will do.
                if color == "indexed" && (label != "direction" || form == "imagefolder") {
                    continue;
                }
                let to = format!("{label}-{form}");
                let what = ["--to", &to, "--as", form, "--split", SPLIT, "--pixel-hash"];
                let shards: &[&str] = if matches!(form, "webdataset" | "hf-parquet") {
                    &["--shard-size", "200KB"]
                } else {
                    &[]
                };
                let all = [&CANDLES[..], &SPEC, &places, flags, &what, shards, &["--quiet"]].concat();
                image_cache(&program, &cache, "export", &all)?;
            }
        }
    }
    check_refusal(&program, &folder.join("cache-indexed"))?;
    step("loaders");
    run_command(
        Command::new(python)
            .arg(root().join("xtask/loaders/check.py"))
            .args([&folder, &root().join("crates/market/sample/BTCUSDT-1h.csv")])
            // Nothing is looked for on the network, and nothing written beside the user's own.
            .envs([("HF_HUB_OFFLINE", "1"), ("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")])
            .env("HF_HOME", folder.join("huggingface")),
    )
}

fn image_cache(program: &Path, cache: &Path, command: &str, flags: &[&str]) -> Result<()> {
    run_command(Command::new(program).arg(command).args(flags).current_dir(cache))
}

/// What Hugging Face's loader would misread must be refused.
fn check_refusal(program: &Path, cache: &Path) -> Result<()> {
    let flags = ["export", "--to", "misread", "--as", "imagefolder", "--color", "indexed"];
    let output = Command::new(program).args(flags).args(CANDLES).args(SPEC).current_dir(cache).output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    if output.status.code() != Some(2) || !text.contains("--color rgb") {
        bail!("an imagefolder of palette pictures was not refused: {text}");
    }
    println!("refused as it must be: {}", text.trim());
    Ok(())
}

/// The SHA-256 of each picture's RGB rows as the `png` crate decodes them, by that of its file.
fn decoded(pictures: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    let mut folders = vec![PathBuf::from(pictures)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path)?;
            let rows = rgb_rows(&bytes).with_context(|| path.display().to_string())?;
            hashes.insert(Digest::of(&bytes).to_string(), Digest::of(&rows).to_string());
        }
    }
    Ok(hashes)
}

fn rgb_rows(file: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let mut rows = vec![0; reader.output_buffer_size().context("too large")?];
    let info = reader.next_frame(&mut rows)?;
    if (info.color_type, info.bit_depth) != (png::ColorType::Rgb, png::BitDepth::Eight) {
        bail!("decodes to {:?}", info.color_type);
    }
    Ok(rows)
}
