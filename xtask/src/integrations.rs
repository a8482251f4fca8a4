//! What `integrations/` holds: templates checked by their linters and run, and the Dask package on a cluster.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{
    process::{cargo, command, root, run, step, target_dir, test_some},
    python,
    setup::find_or_install,
    steps::Steps,
};

/// All scripts that a shell reads.
const SCRIPTS: [&str; 4] = [
    "integrations/parallel/render",
    "integrations/slurm/submit",
    "integrations/slurm/render.sbatch",
    "integrations/slurm/merge.sbatch",
];
const MANIFESTS: [&str; 3] = [
    "integrations/kubernetes/volume.yaml",
    "integrations/kubernetes/render.yaml",
    "integrations/kubernetes/merge.yaml",
];

/// Checks the templates, and runs those for GNU parallel on the sample.
pub fn check() -> Result<()> {
    Steps::alone(add)
}

/// The steps of `cargo xtask integrations`.
pub fn add(steps: &mut Steps) {
    steps.run("scripts", || {
        let (shellcheck, _) = find_or_install(&["shellcheck"], "shellcheck", "it checks the scripts")?;
        run(command(shellcheck, "").args(SCRIPTS))
    });
    steps.run("manifests", || {
        let python = python::environment("kubernetes", &["kubernetes-validate"])?;
        let validate = python.with_file_name("kubernetes-validate");
        run(command(validate, "--strict").args(MANIFESTS))?;
        check_shards()
    });
    steps.run("GNU parallel, and Slurm's tasks", || {
        find_or_install(&["parallel"], "parallel", "its template is run")?;
        let arguments = "--package image-cache --test cli -- --include-ignored";
        test_some(arguments, "engines::", |test| test)
    });
}

/// Runs the Dask package on a cluster of two processes, one of which is killed.
pub fn dask() -> Result<()> {
    step("Dask");
    // Looked for first: what is missing is to be told before a long build.
    let python = python::environment("dask", &["dask", "distributed"])?;
    run(&mut cargo("build --package image-cache"))?;
    let package = root().join("integrations/dask");
    // Installing it where it lies would leave files there.
    let copy = target_dir()?.join("python/dask-package");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(copy.join("image_cache_dask"))?;
    for file in ["pyproject.toml", "README.md"] {
        fs::copy(package.join(file), copy.join(file))?;
    }
    for entry in fs::read_dir(package.join("image_cache_dask"))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|kind| kind == "py") {
            fs::copy(entry.path(), copy.join("image_cache_dask").join(entry.file_name()))?;
        }
    }
    run(command(&python, "-m pip install --quiet --force-reinstall --no-deps").arg(&copy))
        .context("the package cannot be installed")?;
    let program = target_dir()?.join("debug/image-cache");
    run(command(&python, "-W ignore -m unittest --verbose integrations/dask/tests/test_cluster.py")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PROGRAM", program))
    .context("Dask")
}

/// Kubernetes does not know that one number stands in two places, and shards in a third.
fn check_shards() -> Result<()> {
    let read =
        |name: &str| fs::read_to_string(root().join(name)).with_context(|| format!("cannot read {name}"));
    let (render, merge) = (read(MANIFESTS[1])?, read(MANIFESTS[2])?);
    let count =
        render.lines().find_map(|line| line.trim().strip_prefix("completions: ")?.parse::<u32>().ok());
    let count = count.context("render.yaml says no completions")?;
    ensure!(
        render.contains(&format!("--shard, /{count},")),
        "render.yaml has {count} completions and other shards"
    );
    let names: Vec<&str> =
        merge.lines().filter_map(|line| line.trim().strip_prefix("- image_cache.")).collect();
    let expected = (0..count).map(|shard| format!("{shard}-of-{count}.sqlite"));
    let expected: Vec<String> = std::iter::once("sqlite".to_owned()).chain(expected).collect();
    ensure!(names == expected, "merge.yaml does not merge the shards of render.yaml");
    Ok(())
}
