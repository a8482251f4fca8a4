//! What the other tasks need on a machine that has only Rust: found, else installed.

use std::{
    env,
    error::Error,
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use crate::process::{cargo, command, output, root, run, target_dir};

/// Something that is not on this machine, and that setup cannot bring: what, why it is needed, and how to get it.
#[derive(Debug)]
pub struct Absent(String);

impl Absent {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Absent {}

/// The target of the page's module.
pub const WASM: &str = "wasm32-unknown-unknown";
/// Vectors of 128 bits, which hashing is faster with; every browser has had them since 2023.
const WASM_FLAGS: &str = "-Ctarget-feature=+simd128";

/// Debian's compiler, whose package does not clash with rustup's.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: &str = "rustc-web rust-web-src";

/// A compiler that can build for wasm.
pub enum WasmCompiler {
    /// The one in use, with its own standard library for the target.
    Current,
    /// Debian's, which builds the standard library from source. Its linker is
    /// named where the compiler in use brings one.
    Debian { linker: Option<PathBuf> },
}

impl WasmCompiler {
    /// `cargo build` of one package for wasm, in the profile `web`.
    pub fn build(&self, package: &str) -> Result<Command> {
        let mut build = cargo(&format!("build --profile web --package {package} --target {WASM}"));
        let flags = [WASM_FLAGS.to_owned()].into_iter().chain(paths_left_out()?);
        // Flags for the native build, such as a processor's name, are not for this one,
        // and the module is to be the same whatever they are.
        build.env("CARGO_ENCODED_RUSTFLAGS", flags.collect::<Vec<_>>().join("\u{1f}"));
        if let Self::Debian { linker } = self {
            build
                .args(["-Zbuild-std=std,panic_abort", "--ignore-rust-version"])
                .env("RUSTC", DEBIAN_RUSTC)
                // Building a standard library counts as unstable.
                .env("RUSTC_BOOTSTRAP", "1");
            if let Some(linker) = linker {
                build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
        }
        Ok(build)
    }
}

/// Flags by which what is built does not tell where: the folders of the sources, of crates and of the build itself get
/// names that are the same everywhere.
pub fn paths_left_out() -> Result<Vec<String>> {
    Ok(folders()?.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect())
}

/// The same for a compiler of C.
pub fn c_paths_left_out() -> Result<String> {
    let flags = folders()?.into_iter().map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()));
    Ok(flags.collect::<Vec<_>>().join(" "))
}

/// Folders whose names differ from machine to machine, the innermost last.
fn folders() -> Result<[(PathBuf, &'static str); 3]> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"));
    let crates = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home).unwrap_or_default();
    Ok([(crates, "/crates"), (root().to_path_buf(), "/image-cache"), (target_dir()?, "/target")])
}

/// Finds or installs a compiler for wasm: the target by rustup, else Debian's packages.
pub fn wasm_compiler() -> Result<WasmCompiler> {
    let Err(rustup) = target(WASM) else {
        return Ok(WasmCompiler::Current);
    };
    println!("{rustup:#}; trying Debian's compiler");
    install_debian_compiler().map_err(|why| {
        Absent::new(format!(
            "there is no compiler for {WASM}, which the page's module is built for. Install its standard library \
             with `rustup target add {WASM}`, or, on Debian as root, its compiler with `apt-get install \
             --no-install-recommends {DEBIAN_PACKAGES}`; neither works by itself here: {why:#}"
        ))
    })?;
    Ok(WasmCompiler::Debian { linker: bundled_linker() })
}

/// Finds or installs the standard library of a target for the compiler in use.
pub fn target(name: &str) -> Result<()> {
    if has_library(name) {
        return Ok(());
    }
    run(&mut command("rustup", &format!("target add {name}"))).map_err(|why| {
        Absent::new(format!(
            "there is no standard library for {name}, and rustup cannot add it: {why:#}. Install it with \
             `rustup target add {name}`"
        ))
    })?;
    if !has_library(name) {
        bail!("rustup added {name} to another toolchain than the one in use");
    }
    Ok(())
}

/// Whether the compiler in use has a standard library for a target. It names the
/// folder for any target it knows, so only the folder itself is an answer.
fn has_library(target: &str) -> bool {
    let folder = format!("--print target-libdir --target {target}");
    output(&mut command(rustc(), &folder)).is_ok_and(|folder| Path::new(&folder).is_dir())
}

fn install_debian_compiler() -> Result<()> {
    let installed = |path| Path::new(path).exists();
    let sources = "/usr/lib/rustlib/src/rust/library/Cargo.lock";
    if installed(DEBIAN_RUSTC) && installed(sources) {
        return Ok(());
    }
    install_packages(DEBIAN_PACKAGES)
}

/// Installs Debian packages, where that is possible without asking anybody.
pub fn install_packages(packages: &str) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        bail!("this is not Debian");
    }
    if output(&mut command("id", "-u"))? != "0" {
        bail!("only root may install packages");
    }
    let apt_get =
        |arguments: &str| run(command("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt_get("update")?;
    apt_get(&format!("install -y --no-install-recommends {packages}"))
}

/// Finds the first of `programs` that runs, and the version that it prints. Installs
/// Debian's `package` where none of them runs. `why` says what needs it.
pub fn find_or_install(programs: &[&str], package: &str, why: &str) -> Result<(PathBuf, String)> {
    let find = || {
        programs.iter().find_map(|program| {
            let version = output(Command::new(program).arg("--version").stdin(Stdio::null())).ok()?;
            // Further lines say who wrote it.
            Some((PathBuf::from(program), version.lines().next().unwrap_or_default().to_owned()))
        })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    println!("there is no {}; installing Debian's package {package}", programs[0]);
    let absent = |more: &str| {
        Absent::new(format!(
            "there is no {}: {why}. Install it, on Debian as root with `apt-get install {package}`; {more}",
            programs[0]
        ))
    };
    install_packages(package)
        .map_err(|error| absent(&format!("that does not work by itself here: {error:#}")))?;
    Ok(find().ok_or_else(|| absent("that was done, and still it does not run"))?)
}

/// The wasm linker that rustup's compilers bring along; Debian's needs a package more.
fn bundled_linker() -> Option<PathBuf> {
    let version = output(&mut command(rustc(), "-vV")).ok()?;
    let host = version.lines().find_map(|l| l.strip_prefix("host: "))?;
    let sysroot = output(&mut command(rustc(), "--print sysroot")).ok()?;
    let linker = Path::new(&sysroot).join(format!("lib/rustlib/{host}/bin/rust-lld"));
    linker.exists().then_some(linker)
}

/// Finds or installs a component of the toolchain that is the cargo command `name`.
pub fn cargo_component(name: &str, component: &str) -> Result<()> {
    let there = || output(&mut cargo(&format!("{name} --version"))).is_ok();
    if !there() {
        let added = run(&mut command("rustup", &format!("component add {component}")));
        if !there() {
            let why = added.err().map_or_else(String::new, |error| format!(": {error:#}"));
            let advice = format!("Install it with `rustup component add {component}`");
            return Err(Absent::new(format!("this toolchain has no `cargo {name}`{why}. {advice}")).into());
        }
    }
    Ok(())
}

/// Finds or installs a program of crates.io, and says which version it is. `asked` prints that, `needed` says what for.
pub fn tool(package: &str, asked: impl Fn() -> Command, needed: &str) -> Result<()> {
    if output(&mut asked()).is_err() {
        let install = format!("install --quiet --locked {package}");
        run(&mut cargo(&install)).map_err(|why| {
            Absent::new(format!(
                "{needed}, and it is not here. `cargo {install}` does not work by itself: {why:#}"
            ))
        })?;
    }
    println!("{}", output(&mut asked())?);
    Ok(())
}

/// The compiler in use.
pub fn rustc() -> PathBuf {
    env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from)
}
