//! Tries what is handed out where nothing else is: folders that hold it alone, and fresh environments.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::{SUMS, VERSION, archive, empty, handed_out};
use crate::{
    process::{command, output, run},
    setup::find_or_install,
    steps::Steps,
};

/// Commands that need nothing but the program, and what their output must hold.
const WORDS: [(&str, &str); 5] = [
    ("--version", VERSION),
    ("selftest", "built-in pictures are the same"),
    ("render --sample --stride 500", ""),
    ("completions bash", "complete"),
    ("styles", "yahoo"),
];

pub fn add(steps: &mut Steps, folder: &Path) {
    let work = folder.join("work/check");
    steps.run("sums are right", || {
        empty(&work)?;
        run(command("sha256sum", "--check --quiet").arg(SUMS).current_dir(folder))
    });
    steps.run("archive in a bare root", || {
        let root = bare(&work, "archive")?;
        let mut tar = command("tar", "--extract --gzip --file");
        run(tar.arg(named(folder, ".tar.gz")?).arg("--directory").arg(&root))?;
        let unpacked = root.join(archive::name());
        for name in [
            "README.md",
            "LICENSE",
            "LICENSES.txt",
            "completions/_image-cache",
            "man/image-cache-render.1",
            "sample/BTCUSDT-1h.csv",
        ] {
            ensure!(unpacked.join(name).is_file(), "the archive lacks {name}");
        }
        read_by_man(&unpacked.join("man/image-cache.1"))?;
        try_program(&root, &format!("/{}/image-cache", archive::name()))
    });
    steps.run("Debian package in a bare root", || {
        let root = bare(&work, "deb")?;
        let database = root.join("var/lib/dpkg");
        for name in ["updates", "info", "triggers"] {
            fs::create_dir_all(database.join(name))?;
        }
        fs::write(database.join("status"), "")?;
        // Its log would go to the machine's own.
        let mut dpkg = command("dpkg", "--force-script-chrootless --force-not-root --log=/dev/null");
        run(dpkg.arg(format!("--root={}", root.display())).arg("--install").arg(named(folder, ".deb")?))?;
        read_by_man(&root.join("usr/share/man/man1/image-cache-draw.1"))?;
        try_program(&root, "/usr/bin/image-cache")
    });
    steps.run("wheel in a fresh environment", || {
        let place = work.join("wheel");
        let (python, _) = find_or_install(&["python3"], "python3 python3-venv", "the wheel is tried in it")?;
        run(command(&python, "-m venv").arg(&place))?;
        let python = place.join("bin/python");
        let mut install = command(&python, "-m pip install --quiet --disable-pip-version-check");
        run(install.arg(named(folder, ".whl")?))?;
        let script = "import image_cache as ic; picture = ic.Market().read('BTCUSDT', '1h').draw(style='yahoo'); \
                      picture.save('chart.png'); print(picture.sha256)";
        let hash = output(command(&python, "-c").arg(script).current_dir(&place))?;
        let sum = output(command("sha256sum", "chart.png").current_dir(&place))?;
        ensure!(sum.starts_with(&hash) && hash.len() == 64, "{sum} is not {hash}");
        let said = output(command(place.join("bin/image-cache"), "selftest").current_dir(&place).env_clear())?;
        ensure!(said.contains("are the same"), "the wheel's program says: {said}");
        Ok(())
    });
    steps.run("npm package in a fresh project", || {
        let place = work.join("npm");
        fs::create_dir_all(&place)?;
        fs::write(place.join("package.json"), r#"{ "private": true, "type": "module" }"#)?;
        let mut install = command("npm", "install --offline --no-audit --no-fund --silent");
        run(install.arg(named(folder, ".tgz")?).current_dir(&place))?;
        let script = "import { knobs, render } from '@image-cache/render'; \
             const candles = Array.from({ length: 200 }, (_, at) => \
               ({ time: at * 3_600_000, open: 10 + at, high: 12 + at, low: 9 + at, close: 11 + at, volume: 1 })); \
             const png = await render(candles, { preset: 'cnn' }); \
             console.log(String.fromCharCode(...png.slice(1, 4)), (await knobs()).length > 20);";
        let said = output(command("node", "--input-type=module --eval").arg(script).current_dir(&place))?;
        ensure!(said == "PNG true", "the npm package says: {said}");
        Ok(())
    });
}

/// The file of that ending.
pub fn named(folder: &Path, ending: &str) -> Result<PathBuf> {
    let found = handed_out(folder)?.into_iter().find(|file| file.to_string_lossy().ends_with(ending));
    found.with_context(|| format!("{} has no *{ending}", folder.display()))
}

/// A folder that becomes the root of a file system with nothing in it but a place to write.
fn bare(work: &Path, name: &str) -> Result<PathBuf> {
    let root = work.join(name);
    fs::create_dir_all(root.join("tmp"))?;
    Ok(root)
}

/// Runs the program where there is nothing but it.
fn try_program(root: &Path, program: &str) -> Result<()> {
    for (words, expected) in WORDS {
        let said = output(&mut within(root, program, words))?;
        ensure!(said.contains(expected), "`{words}` says: {said}");
    }
    let csv = crate::process::root().join("crates/market/sample/BTCUSDT-1h.csv");
    fs::copy(csv, root.join("tmp/BTCUSDT-1h.csv"))?;
    output(&mut within(root, program, "draw /tmp/BTCUSDT-1h.csv --output /tmp/chart.png"))?;
    let picture = fs::read(root.join("tmp/chart.png")).context("draw has written nothing")?;
    ensure!(picture.starts_with(b"\x89PNG"), "draw has written no picture");
    println!("{program}: {} commands in a root of its own", WORDS.len() + 1);
    Ok(())
}

fn within(root: &Path, program: &str, words: &str) -> Command {
    let mut unshare = command("unshare", "--map-root-user --wd=/tmp");
    unshare.arg(format!("--root={}", root.display())).arg(program);
    unshare.args(words.split_whitespace()).env_clear();
    unshare
}

/// `man` shows a page without a warning.
fn read_by_man(page: &Path) -> Result<()> {
    find_or_install(&["man"], "man-db", "manual pages are tried in it")?;
    let mut man = command("man", "--warnings --local-file");
    let shown = man.arg(page).env("MANWIDTH", "80").env("MANPAGER", "cat").output()?;
    let (text, warnings) = (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    ensure!(shown.status.success() && text.contains("SYNOPSIS"), "man cannot show {}", page.display());
    ensure!(warnings.trim().is_empty(), "man warns of {}: {warnings}", page.display());
    Ok(())
}
