//! The native host: built in several ways, for this machine's processor and for others under qemu.

use std::{
    env::consts::ARCH,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::{Host, Kit, rustc};
use crate::{
    process::{cargo, output, run, target_dir},
    setup::{self, find_or_install},
};

/// Another processor, with Debian's compiler and C library for it, and qemu.
pub struct Machine {
    /// The target, for rustc.
    target: &'static str,
    /// The beginning of its compiler's name, and its C library's folder.
    gnu: &'static str,
    /// The packages that bring both.
    packages: &'static str,
    qemu: &'static str,
    what: &'static str,
}

pub const I686: Machine = Machine {
    target: "i686-unknown-linux-gnu",
    gnu: "i686-linux-gnu",
    packages: "gcc-i686-linux-gnu libc6-dev-i386-cross",
    qemu: "qemu-i386-static",
    what: "32 bits",
};
pub const AARCH64: Machine = Machine {
    target: "aarch64-unknown-linux-gnu",
    gnu: "aarch64-linux-gnu",
    packages: "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    qemu: "qemu-aarch64-static",
    what: "NEON",
};
pub const RISCV64: Machine = Machine {
    target: "riscv64gc-unknown-linux-gnu",
    gnu: "riscv64-linux-gnu",
    packages: "gcc-riscv64-linux-gnu libc6-dev-riscv64-cross",
    qemu: "qemu-riscv64-static",
    what: "no SIMD",
};
pub const POWERPC64: Machine = Machine {
    target: "powerpc64-unknown-linux-gnu",
    gnu: "powerpc64-linux-gnu",
    packages: "gcc-powerpc64-linux-gnu libc6-dev-ppc64-cross",
    qemu: "qemu-ppc64-static",
    what: "big-endian",
};

/// As tests are built.
pub fn debug(_: &Kit) -> Result<Host> {
    run(&mut cargo("build --quiet --workspace --bin cases"))?;
    Ok(host(vec![target_dir()?.join("debug/cases")], format!("{}, {ARCH}, debug", rustc()?)))
}

/// As users build it.
pub fn release(_: &Kit) -> Result<Host> {
    let program = build("", "", &target_dir()?, |build| build)?;
    Ok(host(vec![program], format!("{}, {ARCH}, release", rustc()?)))
}

/// With what processors have had since 2013: AVX2, and instructions that could fuse a product with a sum.
pub fn haswell(kit: &Kit) -> Result<Host> {
    if !is_haswell() {
        bail!("this machine's processor has no AVX2 and FMA");
    }
    let flags = "-C target-cpu=haswell";
    let program = build("", flags, &kit.folder.join("haswell"), |build| build)?;
    Ok(host(vec![program], format!("{}, {ARCH}, release, {flags}", rustc()?)))
}

#[cfg(target_arch = "x86_64")]
fn is_haswell() -> bool {
    use std::arch::is_x86_feature_detected;
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("bmi2")
}

#[cfg(not(target_arch = "x86_64"))]
fn is_haswell() -> bool {
    false
}

/// On another processor, which qemu stands for.
pub fn emulated(machine: &Machine) -> Result<Host> {
    let Machine { target, gnu, packages, qemu, what } = machine;
    let compiler = format!("{gnu}-gcc");
    find_or_install(&[&compiler], packages, "it links for another processor")?;
    let (qemu, version) =
        find_or_install(&[qemu], "qemu-user-static", "it runs what is built for another processor")?;
    setup::target(target)?;
    let linker = format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"));
    let program = build(target, "", &target_dir()?, |build| build.env(linker, compiler))?;
    let version = version.split(" (").next().unwrap_or_default().to_owned();
    let command = vec![qemu, "-L".into(), format!("/usr/{gnu}").into(), program];
    Ok(host(command, format!("{}, {target}, release, {what}; {version}", rustc()?)))
}

/// Builds the host in the release profile and returns its path. No target is this machine's own.
fn build(
    target: &str,
    flags: &str,
    folder: &Path,
    more: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<PathBuf> {
    let mut build = cargo("build --quiet --release --package tests --bin cases");
    // The flags are these, whatever the caller's are.
    build.env_remove("CARGO_ENCODED_RUSTFLAGS").env("RUSTFLAGS", flags).arg("--target-dir").arg(folder);
    if !target.is_empty() {
        build.args(["--target", target]);
    }
    run(more(&mut build))?;
    Ok(folder.join(target).join("release/cases"))
}

pub fn host(command: Vec<PathBuf>, what: String) -> Host {
    let ask = move |question: &str| {
        let [program, arguments @ ..] = &command[..] else { bail!("no program") };
        output(Command::new(program).args(arguments).args(question.split(' '))).context("the host")
    };
    Host { what, ask: Box::new(ask) }
}
