//! `FILE.CHECKSUM`: what the SHA-256 of the file beside it should be.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use candles::text::{one_line, shown};
use market::sqlite::beside;
use render_core::DigestWriter;

use super::place;

/// How the names of files with checksums end.
const ENDING: &str = ".CHECKSUM";
/// A file of checksums is not longer.
const LONGEST: u64 = 1 << 20;

/// Whether a file only says what another one's SHA-256 is: `*` names it beside that one.
pub fn is_checksum(file: &Path) -> bool {
    let name = file.as_os_str().as_encoded_bytes();
    name.len() >= ENDING.len() && name[name.len() - ENDING.len()..].eq_ignore_ascii_case(ENDING.as_bytes())
}

/// Compares a file with `FILE.CHECKSUM`, where there is one; tells whether there is.
pub fn check(path: &Path, file: &mut File) -> Result<bool, String> {
    let beside = beside(path, ENDING);
    let name = one_line(&place(&beside));
    let cannot = |error: io::Error| format!("{name} cannot be read: {error}");
    match fs::metadata(&beside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(cannot(error)),
        Ok(about) if !about.is_file() => return Err(format!("{name} is not a regular file")),
        Ok(_) => {}
    }
    let mut said = Vec::new();
    File::open(&beside).and_then(|list| list.take(LONGEST).read_to_end(&mut said)).map_err(cannot)?;
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    let sums = sums_of(&String::from_utf8_lossy(&said), &own)
        .map_err(|why| format!("{name} {why}; get the right one, or remove it"))?;
    let mut writer = DigestWriter::default();
    let mut room = vec![0; 1 << 16];
    loop {
        match file.read(&mut room) {
            Ok(0) => break,
            Ok(count) => writer.update(&room[..count]),
            Err(error) => return Err(format!("cannot be read: {error}")),
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| format!("cannot be read: {error}"))?;
    let digest = writer.finish().to_string();
    if sums.iter().any(|sum| sum.eq_ignore_ascii_case(&digest)) {
        return Ok(true);
    }
    Err(format!("its SHA-256 {digest} is not that of {name}; it is damaged or another file, get it again"))
}

/// The SHA-256 that a list has for the file called `own`; those without a name where it names none of them.
fn sums_of(list: &str, own: &str) -> Result<Vec<String>, String> {
    let (mut named, mut nameless, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (sum, name) in list.trim_start_matches('\u{feff}').lines().filter_map(entry) {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() {
            nameless.push(sum.to_owned());
        } else if name == own || last == own || name.rsplit('/').next() == Some(own) {
            named.push(sum.to_owned());
        } else {
            others.push(name);
        }
    }
    let sums = if named.is_empty() { nameless } else { named };
    match others.as_slice() {
        _ if !sums.is_empty() => Ok(sums),
        [] => Err("holds no SHA-256".to_owned()),
        [other] => Err(format!("holds no SHA-256 of {}, only that of {}", shown(own), shown(other))),
        [first, ..] => Err(format!(
            "holds no SHA-256 of {}, only those of {} other files, such as {}",
            shown(own),
            others.len(),
            shown(first)
        )),
    }
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

fn unescaped(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        match (letter, letters.as_str().chars().next()) {
            ('\\', Some(next @ ('\\' | 'n' | 'r'))) => {
                letters.next();
                plain.push(match next {
                    'n' => '\n',
                    'r' => '\r',
                    _ => '\\',
                });
            }
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(sums_of(&list, own), Ok(vec![right.clone()]), "{list:?}");
        }
        assert_eq!(sums_of(&format!("\\{right}  a\\nb\\\\c"), "a\nb\\c"), Ok(vec![right.clone()]));
        assert_eq!(sums_of(&format!("\\SHA256 (a\\nb) = {right}"), "a\nb"), Ok(vec![right.clone()]));
        assert_eq!(
            sums_of(&format!("{right}  two words (1).csv"), "two words (1).csv"),
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
            assert_eq!(sums_of(&list, own), Err(why.to_owned()), "{list:?}");
        }
    }
}
