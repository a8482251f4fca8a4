//! Opens files: each must be a regular one, and have the SHA-256 that stands in `FILE.CHECKSUM` beside it, if any.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Seek},
    path::Path,
};

use candles::text::shown;
use readers::Source;
use sha2::{Digest, Sha256};

use super::files::{FileBytes, Opened};
use crate::{
    error::{ChecksumFault, Refusal},
    sqlite::beside,
};

/// How the names of files with checksums end.
const ENDING: &str = ".CHECKSUM";
/// A file of checksums is not longer.
const LONGEST: u64 = 1 << 20;

/// Opens a file, which must have the SHA-256 that stands beside it, if any does.
pub fn open(path: &Path) -> Result<Opened, Refusal> {
    let (mut file, about) = regular(path)?;
    let is_checked = check(path, &mut file)?;
    opened(file, &about, is_checked)
}

/// Opens a file that was opened before.
pub fn open_again(path: &Path) -> Result<Opened, Refusal> {
    let (file, about) = regular(path)?;
    opened(file, &about, false)
}

fn opened(file: File, about: &Metadata, is_checked: bool) -> Result<Opened, Refusal> {
    let content = Source::open(FileBytes::new(file, about.len()))?;
    Ok(Opened { content, is_checked, state: (about.len(), about.modified().ok()) })
}

fn regular(path: &Path) -> Result<(File, Metadata), Refusal> {
    // Before it is opened: a pipe would be waited for, and no signal ends that.
    let about = fs::metadata(path).map_err(Refusal::Open)?;
    if about.is_dir() {
        return Err(Refusal::NotAFile("a directory; name the files in it"));
    }
    if !about.is_file() {
        return Err(Refusal::NotAFile(
            "not a regular file; write what comes from it to one first, or name - for standard input",
        ));
    }
    Ok((File::open(path).map_err(Refusal::Open)?, about))
}

/// Whether a file only says what another one's SHA-256 is: `*` names it beside that one.
pub fn is_checksum(file: &Path) -> bool {
    let name = file.as_os_str().as_encoded_bytes();
    name.len() >= ENDING.len() && name[name.len() - ENDING.len()..].eq_ignore_ascii_case(ENDING.as_bytes())
}

/// Compares a file with `FILE.CHECKSUM`. Returns whether there is one.
fn check(path: &Path, file: &mut File) -> Result<bool, Refusal> {
    let list = beside(path, ENDING);
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    let sums = match read_sums(&list, &own) {
        Ok(Some(sums)) => sums,
        Ok(None) => return Ok(false),
        Err(fault) => return Err(Refusal::Checksum(list, fault)),
    };
    let (mut hash, mut room) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut room).map_err(Refusal::Open)? {
            0 => break,
            count => hash.update(&room[..count]),
        }
    }
    file.rewind().map_err(Refusal::Open)?;
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if sums.iter().any(|sum| sum.eq_ignore_ascii_case(&digest)) {
        return Ok(true);
    }
    Err(Refusal::OtherChecksum(digest, list))
}

/// What the list says of the file called `own`; `None` where there is no list.
fn read_sums(list: &Path, own: &str) -> Result<Option<Vec<String>>, ChecksumFault> {
    match fs::metadata(list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(about) if !about.is_file() => return Err(ChecksumFault::NotAFile),
        about => about?,
    };
    let mut text = Vec::new();
    File::open(list)?.take(LONGEST).read_to_end(&mut text)?;
    sums_of(&String::from_utf8_lossy(&text), own).map(Some)
}

/// The SHA-256 that a list has for the file called `own`. Where it names none of them, those without a name count.
fn sums_of(list: &str, own: &str) -> Result<Vec<String>, ChecksumFault> {
    let entries: Vec<_> = list.trim_start_matches('\u{feff}').lines().filter_map(entry).collect();
    let is_own = |name: &str| {
        name == own || [name.rsplit(['/', '\\']).next(), name.rsplit('/').next()].contains(&Some(own))
    };
    let sums_of = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
        entries.iter().filter(|(_, name)| is_meant(name)).map(|(sum, _)| (*sum).to_owned()).collect()
    };
    let mut sums = sums_of(&is_own);
    if sums.is_empty() {
        sums = sums_of(&str::is_empty);
    }
    if !sums.is_empty() {
        return Ok(sums);
    }
    let first = entries.first().map(|(_, name)| shown(name)).unwrap_or_default();
    Err(ChecksumFault::NoSum(match entries.len() {
        0 => String::new(),
        1 => format!(" of {}, only that of {first}", shown(own)),
        count => format!(" of {}, only those of {count} other files, such as {first}", shown(own)),
    }))
}

/// SHA-256 and file of a line as `sha256sum`, BSD's `sha256` or OpenSSL writes it; no file where it has only the one.
fn entry(line: &str) -> Option<(&str, String)> {
    let line = line.trim();
    // GNU's sign that the name is written with escapes.
    let (is_escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
    let (sum, name) = tagged(line).or_else(|| {
        let (sum, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let rest = rest.trim_start();
        // GNU's sign that the file was read as it is.
        Some((sum, rest.strip_prefix('*').unwrap_or(rest)))
    })?;
    let is_sum = sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sum.then(|| (sum, if is_escaped { unescaped(name) } else { name.to_owned() }))
}

/// The parts of `SHA256 (name) = sum`.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_once('(')?;
    let is_tag = ["SHA256", "SHA2-256", "SHA-256"].iter().any(|known| tag.trim().eq_ignore_ascii_case(known));
    let (name, sum) = rest.rsplit_once(')').filter(|_| is_tag)?;
    Some((sum.trim_start().strip_prefix('=')?.trim(), name))
}

/// A name without GNU's escapes.
fn unescaped(name: &str) -> String {
    let parts = name.split(r"\\").map(|part| part.replace(r"\n", "\n").replace(r"\r", "\r"));
    parts.collect::<Vec<_>>().join(r"\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(list: &str, own: &str) -> Result<Vec<String>, String> {
        sums_of(list, own).map_err(|fault| fault.to_string())
    }

    #[test]
    fn lists_are_read_in_the_usual_forms() {
        let (right, wrong) = ("a1".repeat(32), "B2".repeat(32));
        let own = "K-1h.csv";
        for list in [
            format!("{right}  K-1h.csv\n"),
            format!("{right} *K-1h.csv\r\n"),
            format!("\u{feff}{right}\tK-1h.csv\r\n"),
            format!("{right}  ./data/K-1h.csv"),
            format!("{right}  data\\K-1h.csv"),
            right.clone(),
            format!("SHA256 (K-1h.csv) = {right}\n"),
            format!("SHA2-256(data/K-1h.csv)= {right}\n"),
            format!("{wrong}  other.csv\n{right}  K-1h.csv\n{wrong}  K-1h.csv.old\n"),
            format!("# of today\n{wrong}\n{right}  K-1h.csv\n"),
        ] {
            assert_eq!(sums(&list, own), Ok(vec![right.clone()]), "{list:?}");
        }
        assert_eq!(sums(&format!("\\{right}  a\\nb\\\\c"), "a\nb\\c"), Ok(vec![right.clone()]));
        assert_eq!(sums(&format!("\\SHA256 (a\\nb) = {right}"), "a\nb"), Ok(vec![right.clone()]));
        assert_eq!(
            sums(&format!("{right}  two words (1).csv"), "two words (1).csv"),
            Ok(vec![right.clone()])
        );
        for (list, why) in [
            (String::new(), "holds no SHA-256"),
            (format!("{}  K-1h.csv", &right[1..]), "holds no SHA-256"),
            (format!("{right}  other.csv"), "holds no SHA-256 of K-1h.csv, only that of other.csv"),
            (
                format!("{right}  a.csv\nSHA256 (b.csv) = {wrong}"),
                "holds no SHA-256 of K-1h.csv, only those of 2 other files, such as a.csv",
            ),
        ] {
            let why = format!("{why}; get the right one, or remove it");
            assert_eq!(sums(&list, own), Err(why), "{list:?}");
        }
    }
}
