//! What would make pictures move by accident: features that another crate switches on, and versions that slip.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::process::{cargo, output};

/// The crates that draw or measure, each with the version and the features it must
/// have in whatever is built. A feature that any crate of a build asks for is switched on for all.
const FIXED: [(&str, &str, &str); 4] = [
    // Rasterises glyphs; its SIMD backends were compared, its others were not.
    ("tiny-skia", "0.12.0", "simd,std"),
    ("tiny-skia-path", "0.12.0", "std"),
    // The logarithm of log scales. Its feature `arch` would take a processor's own instructions.
    ("libm", "0.2.16", ""),
    ("ttf-parser", "0.25.1", "std"),
];

/// The crates that decide pixels and bytes.
const DECIDING: [&str; 2] = ["image-cache-raster", "image-cache-render-core"];

/// Dependencies of those that may take patch releases, and why they cannot move a pixel or byte.
const UNPINNED: [(&str, &str); 8] = [
    ("crc32fast", "a checksum is defined to the bit"),
    ("serde", "moves values into structs and out of them"),
    ("serde_json", "writes and reads whole numbers and plain words"),
    ("sha2", "a digest is defined to the bit"),
    ("strsim", "only suggests names in messages"),
    ("thiserror", "only writes messages"),
    ("image-cache-candles", "types of our own, held to the same bans"),
    ("image-cache-raster", "ours, and looked at here itself"),
];

/// The builds whose features are looked at: what users and pages get. Tests link wasmtime beside
/// them, which switches `arch` of libm on for that build; its hashes are compared all the same.
const BUILDS: [&str; 7] = [
    "--package image-cache",
    "--package image-cache --features serve",
    "--package image-cache --features object-store",
    "--package image-cache --features parquet",
    "--package wasm --target wasm32-unknown-unknown",
    "--package image-cache-python",
    "--workspace --exclude image-cache-python",
];

/// Fails where a feature or version is not what it must be.
pub fn guards() -> Result<()> {
    for build in BUILDS {
        let tree =
            output(&mut cargo(&format!("tree --edges normal --prefix none {build} --format {{p}}={{f}}")))?;
        let has_parquet =
            ["parquet", "python"].iter().any(|end| build.ends_with(end)) && !build.contains("--exclude");
        let excepted = has_parquet.then_some(WITH_PARQUET);
        let wrong = wrong_features(&tree, excepted);
        if !wrong.is_empty() {
            bail!("cargo tree {build}: {}", wrong.join("; "));
        }
    }
    let metadata = output(&mut cargo("metadata --no-deps --format-version 1"))?;
    let wrong = unpinned(&serde_json::from_str(&metadata)?);
    if !wrong.is_empty() {
        bail!("{}: pin exactly, or say in {} why not: {}", DECIDING.join(" and "), file!(), wrong.join(", "));
    }
    println!("features and versions that could move a pixel: as they must be");
    Ok(())
}

/// In the builds that read and write Parquet, among them the Python package, `half` asks for libm with its default features. What
/// log10 and exp10 take from the processor then are floor and sqrt, which round alike everywhere;
/// `image-cache selftest` compares log scales in those very builds.
const WITH_PARQUET: (&str, &str) = ("libm", "arch,default");

/// What is wrong in a tree of lines `name vVERSION …=feature,feature`.
fn wrong_features(tree: &str, excepted: Option<(&str, &str)>) -> Vec<String> {
    let mut found: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for line in tree.lines() {
        let Some((package, features)) = line.split_once('=') else { continue };
        let mut words = package.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // A package that was listed before has a star.
        let features = features.trim_end_matches(" (*)");
        found.entry(name).or_default().push((version.trim_start_matches('v'), features));
    }
    let mut wrong = Vec::new();
    for (name, version, fixed) in FIXED {
        let features = excepted.filter(|(other, _)| *other == name).map_or(fixed, |(_, features)| features);
        let found = found.get(name).map(Vec::as_slice).unwrap_or_default();
        if found.is_empty() {
            wrong.push(format!("{name} is not there"));
        }
        for &(has, with) in found {
            if has != version || with != features {
                wrong.push(format!("{name} is {has} with [{with}], not {version} with [{features}]"));
            }
        }
    }
    wrong.dedup();
    wrong
}

/// The dependencies of the deciding crates that are neither pinned exactly nor listed.
fn unpinned(metadata: &serde_json::Value) -> Vec<String> {
    let values = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let packages = values(&metadata["packages"]);
    packages
        .iter()
        .filter(|package| DECIDING.iter().any(|name| package["name"] == *name))
        .flat_map(|package| values(&package["dependencies"]))
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| {
            let text = |field: &str| dependency[field].as_str().map(str::to_owned);
            Some((text("name")?, text("req")?))
        })
        .filter(|(name, req)| !req.starts_with('=') && !UNPINNED.iter().any(|(known, _)| known == name))
        .map(|(name, req)| format!("{name} {req}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree in which all is as it must be.
    fn good() -> String {
        let line = |(name, version, features): (&str, &str, &str)| format!("{name} v{version}={features}\n");
        FIXED.map(line).concat()
            + "serde v1.0.0 (proc-macro)=derive (*)\nimage-cache-render-core v0.1.0 (/somewhere)=\n"
    }

    #[test]
    fn a_feature_or_version_that_slipped_in_is_named() {
        assert_eq!(wrong_features(&good(), None), [""; 0]);
        let arch = good().replace("libm v0.2.16=", "libm v0.2.16=arch,default");
        assert_eq!(wrong_features(&arch, None), ["libm is 0.2.16 with [arch,default], not 0.2.16 with []"]);
        assert_eq!(wrong_features(&arch, Some(WITH_PARQUET)), [""; 0]);
        assert_eq!(wrong_features(&good(), Some(WITH_PARQUET)).len(), 1);
        let patch = good() + "tiny-skia-path v0.12.1=std (*)\n";
        assert_eq!(
            wrong_features(&patch, None),
            ["tiny-skia-path is 0.12.1 with [std], not 0.12.0 with [std]"]
        );
        assert_eq!(wrong_features("", None).len(), FIXED.len());
    }

    #[test]
    fn a_dependency_that_is_not_pinned_is_named() {
        let metadata = serde_json::json!({"packages": [
            {"name": "other", "dependencies": [{"name": "loose", "req": "^1", "kind": null}]},
            {"name": "image-cache-render-core", "dependencies": [
                {"name": "libm", "req": "=0.2.16", "kind": null},
                {"name": "serde", "req": "^1", "kind": null},
                {"name": "proptest", "req": "^1", "kind": "dev"},
                {"name": "sines", "req": "^2.1", "kind": null},
            ]},
            {"name": "image-cache-raster", "dependencies": [{"name": "curves", "req": "^3", "kind": null}]},
        ]});
        assert_eq!(unpinned(&metadata), ["sines ^2.1", "curves ^3"]);
    }
}
