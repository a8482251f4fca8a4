//! The npm package `@image-cache/render`: put together, tested, packed, and tried from the tarball in a fresh project.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use tests::golden;

use crate::{
    browser::Engine,
    determinism,
    process::{cargo, command, output, root, run as run_command, target_dir},
    setup::{Absent, find_or_install},
    steps::Steps,
    web,
};

/// What the page is built of, too.
const OF_THE_PAGE: [&str; 4] =
    ["image_cache.js", "image_cache_bg.wasm", "image_cache_readers.js", "image_cache_readers_bg.wasm"];
const SAMPLE: &str = "BTCUSDT-1h.csv";
/// What checks the types, in the versions that it was written for.
const TYPES: [&str; 2] = ["typescript@^5.9", "@types/node@^20"];
/// Hosts that the registry has programs of.
const HOSTS: [(&str, &[&str]); 2] = [("deno", &["run", "--quiet", "--allow-read"]), ("bun", &["run"])];
/// Cloudflare's runtime, with what starts it.
const WORKERD: &str = "miniflare@4";
/// Fewer cases prove nothing.
const FEWEST_CASES: usize = 200;

/// Puts the package together and runs every check.
pub fn run() -> Result<()> {
    Steps::alone(add)
}

/// Adds the steps of `cargo xtask npm`.
pub fn add(steps: &mut Steps) {
    let mut package = None;
    if !steps.run("npm package", || {
        package = Some(Package::build(None)?);
        Ok(())
    }) {
        steps.leave_out("tests of the npm package", "there is no package");
        return;
    }
    let Some(package) = package else { return };
    steps.run("tests of the npm package", || package.test());
    steps.run("types of the npm package", || package.check_types());
    let project = package.project.clone();
    let here = |program: &str| {
        let mut host = command(program, "");
        host.current_dir(&project);
        host
    };
    steps.run("npm package in Node", || {
        same("Node", &output(here("node").args(["run.mjs", "cases.bin"]))?)?;
        run_command(here("node").args(["node.mjs", SAMPLE]))
    });
    steps.run("npm package in Cloudflare's runtime", || {
        package.bring(&[WORKERD])?;
        same("workerd", &output(here("node").args(["workerd.mjs", "cases.bin"]))?)
    });
    for (name, arguments) in HOSTS {
        steps.run(&format!("npm package in {name}"), || {
            package.bring(&[name])?;
            let program = package.project.join("node_modules/.bin").join(name);
            let mut host = here(&program.to_string_lossy());
            same(name, &output(host.args(arguments).args(["run.mjs", "cases.bin"]))?)
        });
    }
    for place in ["page", "worker"] {
        steps.run(&format!("npm package in Chromium, {place}"), || same(place, &package.ask_browser(place)?));
    }
    steps.run("npm package's example of a page", || {
        let shown = package.ask_browser("example")?;
        println!("{shown}");
        ensure!(shown.starts_with("900x600 BTCUSDT 1h until "), "the example shows {shown}");
        Ok(())
    });
}

/// Puts the package together, with the licences of everything in it, and returns its tarball.
pub fn pack(licences: &Path) -> Result<PathBuf> {
    Ok(Package::build(Some(licences))?.tarball)
}

/// The package, packed, and installed in a project of its own.
struct Package {
    /// Its files, with tests beside them.
    folder: PathBuf,
    tarball: PathBuf,
    /// Where the tarball is installed.
    project: PathBuf,
}

impl Package {
    fn build(licences: Option<&Path>) -> Result<Self> {
        find_or_install(&["node"], "nodejs", "the npm package is tried in it")?;
        find_or_install(&["npm"], "npm", "it packs the npm package")?;
        let dist = web::build()?;
        let work = target_dir()?.join("npm/render");
        // What an older build left behind must not be packed.
        if work.exists() {
            fs::remove_dir_all(&work).with_context(|| format!("cannot empty {}", work.display()))?;
        }
        let (folder, source) = (work.join("package"), root().join("wasm/npm"));
        web::copy(&source, &folder, &source.join("hosts"))?;
        for name in OF_THE_PAGE {
            fs::copy(dist.join(name), folder.join(name)).with_context(|| format!("no {name}"))?;
        }
        fs::copy(root().join("LICENSE"), folder.join("LICENSE"))?;
        fs::copy(root().join("crates/cache/schema/geometry.json"), folder.join("geometry.schema.json"))?;
        if let Some(file) = licences {
            fs::copy(file, folder.join("LICENSES.txt")).context("there are no licences")?;
        }
        check_version(&folder)?;
        let packed =
            output(command("npm", "pack --silent --pack-destination").arg(&work).current_dir(&folder))?;
        let tarball = work.join(packed.lines().last().context("npm names no tarball")?);
        let size = tarball.metadata()?.len();
        println!("{}: {size} bytes", tarball.display());
        if licences.is_some() {
            check_size(&folder, size)?;
        }
        let project = work.join("project");
        fs::create_dir_all(&project)?;
        fs::write(project.join("package.json"), r#"{ "private": true, "type": "module" }"#)?;
        let package = Self { folder, tarball, project };
        // Nothing else is needed, so no network either.
        let mut install = package.npm("install --offline --no-audit --no-fund --silent");
        run_command(install.arg(&package.tarball))?;
        package.put_hosts(&source)?;
        Ok(package)
    }

    /// What runs the package where it is installed.
    fn put_hosts(&self, source: &Path) -> Result<()> {
        let Self { project, .. } = self;
        web::copy(&source.join("hosts"), project, Path::new(""))?;
        let installed = project.join("node_modules/@image-cache/render/examples");
        for name in ["node.mjs", "page.html", "worker.js"] {
            fs::copy(installed.join(name), project.join(name))
                .with_context(|| format!("the tarball lacks {name}"))?;
        }
        fs::copy(root().join("crates/market/sample").join(SAMPLE), project.join(SAMPLE))?;
        run_command(&mut cargo("build --quiet --workspace --bin cases"))?;
        let cases = target_dir()?.join("debug/cases");
        output(command(cases, "requests").arg(project.join("cases.bin")))?;
        Ok(())
    }

    fn npm(&self, arguments: &str) -> Command {
        let mut npm = command("npm", arguments);
        npm.current_dir(&self.project);
        npm
    }

    /// Packages of the registry that checks need.
    fn bring(&self, packages: &[&str]) -> Result<()> {
        let mut install = self.npm("install --no-save --no-audit --no-fund --silent");
        run_command(install.args(packages)).map_err(|why| {
            let packages = packages.join(", ");
            Absent::new(format!(
                "cannot install {packages}: {why:#}. It needs a network that reaches the npm registry"
            ))
        })?;
        Ok(())
    }

    /// Its own tests, with the command line's geometry and picture beside its own.
    fn test(&self) -> Result<()> {
        run_command(&mut cargo("build --quiet --package image-cache"))?;
        let mut test = command("node", "--test --test-reporter=spec");
        test.args(tests_of(&self.folder)?);
        test.current_dir(&self.folder).env("SAMPLES", root().join("crates/market/sample"));
        run_command(test.env("IMAGE_CACHE", target_dir()?.join("debug/image-cache")))
    }

    /// The declarations against the examples and what is wrong on purpose.
    fn check_types(&self) -> Result<()> {
        self.bring(&TYPES)?;
        let types = self.project.join("types");
        web::copy(&self.folder.join("tests/types"), &types, Path::new(""))?;
        for name in ["node.mjs", "worker.js", "wasm.d.ts"] {
            fs::copy(self.folder.join("examples").join(name), types.join(name))?;
        }
        fs::write(types.join("page.mjs"), module_of(&self.folder.join("examples/page.html"))?)?;
        let tsc = self.project.join("node_modules/.bin/tsc");
        ["node", "web", "examples"].iter().try_for_each(|of| {
            run_command(command(&tsc, "--project").arg(types.join(format!("{of}.json"))).current_dir(&types))
        })
    }

    fn ask_browser(&self, place: &str) -> Result<String> {
        let profile = self.project.with_file_name(format!("profile-{place}"));
        determinism::ask(&Engine::Chromium.find()?, &self.project, &profile, place)
    }
}

/// The files of tests. Node's versions do not agree on what a folder means.
fn tests_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.join("tests"))? {
        let path = entry?.path();
        found.extend(Some(path).filter(|path| path.to_string_lossy().ends_with(".test.mjs")));
    }
    found.sort();
    ensure!(!found.is_empty(), "{} has no tests", folder.display());
    Ok(found)
}

/// The script of a page.
fn module_of(page: &Path) -> Result<String> {
    let text = fs::read_to_string(page)?;
    let script =
        text.split_once("<script type=\"module\">").and_then(|(_, rest)| rest.split_once("</script>"));
    Ok(script.with_context(|| format!("{} has no script", page.display()))?.0.to_owned())
}

/// All of the project has one version.
fn check_version(folder: &Path) -> Result<()> {
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json"))?)?;
    let (told, ours) = (json["version"].as_str().unwrap_or_default(), env!("CARGO_PKG_VERSION"));
    ensure!(told == ours, "wasm/npm/package.json says version {told}, and Cargo.toml {ours}");
    Ok(())
}

/// What the README says of the size must be so, to the nearest 10 kB.
fn check_size(folder: &Path, bytes: u64) -> Result<()> {
    let said = format!("{} kB", (bytes + 5_000) / 10_000 * 10);
    let text = fs::read_to_string(folder.join("README.md"))?;
    ensure!(text.contains(&said), "the tarball has {said}, which wasm/npm/README.md does not say");
    Ok(())
}

/// Compares a host's answer with the committed hashes.
fn same(host: &str, answer: &str) -> Result<()> {
    let committed = fs::read_to_string(golden::path())?;
    let read = |text: &str| golden::parse(text).map_err(anyhow::Error::msg);
    let committed: BTreeMap<_, _> =
        read(&committed)?.into_iter().map(|one| (one.name.clone(), one)).collect();
    let answered = read(answer)?;
    let different: Vec<_> = answered.iter().filter(|one| committed.get(&one.name) != Some(*one)).collect();
    println!("{host}: {} cases, {} of them as native", answered.len(), answered.len() - different.len());
    if let Some(first) = different.first() {
        bail!(
            "{host}: {} of {} cases are not as native, {} first",
            different.len(),
            answered.len(),
            first.name
        );
    }
    ensure!(answered.len() >= FEWEST_CASES, "{host}: only {} cases were drawn", answered.len());
    Ok(())
}
