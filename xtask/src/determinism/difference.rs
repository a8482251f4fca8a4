//! A case that differs: its pictures side by side, and the stage that moved.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use render_core::{Digest, Frame};
use tests::{
    difference::{decode, difference, first_line},
    golden::Golden,
    runner::read_shown,
};

use super::{Host, Kit, native};
use crate::process::{cargo, command, output, run};

/// A picture as a host shows it.
struct Shown {
    file: Vec<u8>,
    frame: Frame,
    scene: String,
}

impl Shown {
    fn by(host: &mut Host, name: &str) -> Result<Self> {
        let text = (host.ask)(&format!("show {name}"))?;
        let (file, scene) = read_shown(&text).context("the host shows no picture")?;
        let frame = decode(&file).map_err(|error| {
            // What cannot be decoded can still be looked at.
            let kept = std::env::temp_dir().join(format!("{name}.broken.png"));
            let place =
                fs::write(&kept, &file).map_or_else(|e| e.to_string(), |()| kept.display().to_string());
            anyhow!("the encoder moved: its file is no picture ({error}); it is {place}")
        })?;
        Ok(Self { file, frame, scene: scene.to_owned() })
    }

    fn is(&self, golden: &Golden) -> bool {
        (Digest::of(&self.file), self.frame.digest()) == (golden.file, golden.pixels)
    }
}

/// Writes the expected, the actual and the difference picture to `folder`, and
/// says where the first difference lies.
pub fn show(kit: &Kit, host: &mut Host, committed: &Golden, folder: &Path) -> Result<String> {
    let name = &committed.name;
    let write = |what: &str, bytes: &[u8]| -> Result<String> {
        fs::create_dir_all(folder)?;
        let file = folder.join(format!("{name}-{what}.png"));
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(format!("\n  {what}: {}", file.display()))
    };
    let actual = Shown::by(host, name)?;
    let mut text = write("actual", &actual.file)?;
    let expected = match expected(kit, committed) {
        Ok(expected) => expected,
        Err(error) => return Ok(format!("{text}\n  there is no expected picture: {error:#}")),
    };
    text += &write("expected", &expected.file)?;
    let (file, count) = difference(&expected.frame, &actual.frame).map_err(|error| anyhow!(error))?;
    text += &write("difference", &file)?;
    text += &stage(&expected, &actual, count);
    Ok(text)
}

/// Which stage moved: the first one whose result is another.
fn stage(expected: &Shown, actual: &Shown, pixels: usize) -> String {
    match first_line(&expected.scene, &actual.scene) {
        Some((number, expected, actual)) => format!(
            "\n  {pixels} pixels differ; the layout moved, first at line {number} of the scene:\
             \n    expected {expected}\n    actual   {actual}"
        ),
        None if pixels > 0 => format!("\n  {pixels} pixels differ; the scene is the same: the raster moved"),
        None if actual.file != expected.file => {
            let at = expected.file.iter().zip(&actual.file).take_while(|(a, b)| a == b).count();
            format!(
                "\n  the pixels are the same, the file differs from byte {at} on: \
                 the encoder moved, or the digest of the input that the file names"
            )
        }
        None => "\n  shown alone it is the same: it depends on what was drawn before".to_owned(),
    }
}

/// The picture whose hashes are committed: as this tree draws it natively, else as the last commit does.
fn expected(kit: &Kit, committed: &Golden) -> Result<Shown> {
    let mut hosts = kit.references.borrow_mut();
    for (at, find) in [native::release, last_commit].into_iter().enumerate() {
        // Each is built once, and the second only where the first draws something else.
        if hosts.len() == at {
            hosts.push(find(kit)?);
        }
        let shown = Shown::by(&mut hosts[at], &committed.name)?;
        if shown.is(committed) {
            return Ok(shown);
        }
    }
    bail!("neither this tree nor the last commit draws it")
}

/// The native host of the last commit, in a copy of its own.
fn last_commit(kit: &Kit) -> Result<Host> {
    let folder = kit.folder.join("last-commit");
    let archive = kit.folder.join("last-commit.tar");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    output(command("git", "archive HEAD --output").arg(&archive))?;
    output(command("tar", "-xf").arg(&archive).arg("-C").arg(&folder))?;
    let mut build = cargo("build --quiet --release --package tests --bin cases --target-dir");
    let target = kit.folder.join("last-commit-target");
    run(build.arg(&target).current_dir(&folder)).context("the last commit does not build")?;
    Ok(native::host(vec![target.join("release/cases")], "the last commit".to_owned()))
}
