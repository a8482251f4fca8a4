//! The committed hashes, `ref/hashes.txt`: `name file_sha256 pixel_sha256`, one line a case,
//! below lines with the style version and the picture revision that they belong to.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use render_core::{Digest, PICTURE_REVISION, Renderer, STYLE_VERSION, frame};

use crate::cases::Case;

/// What is committed of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden {
    /// The case's name.
    pub name: String,
    /// SHA-256 of the PNG file.
    pub file: Digest,
    /// SHA-256 of the RGB8 rows.
    pub pixels: Digest,
}

impl Golden {
    /// Renders a case, natively.
    #[must_use]
    pub fn of(case: &Case, renderer: &mut Renderer) -> Self {
        let window = case.window();
        Self {
            name: case.name.clone(),
            file: renderer.render(&window, &case.spec).digest(),
            pixels: frame(&window, &case.spec).digest(),
        }
    }

    /// Reads one line.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let golden = Self {
            name: words.next()?.to_owned(),
            file: words.next()?.parse().ok()?,
            pixels: words.next()?.parse().ok()?,
        };
        words.next().is_none().then_some(golden)
    }
}

impl fmt::Display for Golden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.file, self.pixels)
    }
}

/// What stands before the style version and the picture revision. No case's name begins like this.
const VERSION: &str = "# style version ";
const REVISION: &str = "# picture revision ";

/// Where the hashes are committed.
#[must_use]
pub fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "ref", "hashes.txt"].iter().collect()
}

/// Reads the text of the committed hashes.
///
/// # Errors
/// Names the first line that is not `name file_sha256 pixel_sha256`.
pub fn parse(text: &str) -> Result<Vec<Golden>, String> {
    let line = |(index, line)| {
        Golden::parse(line).ok_or_else(|| format!("line {} is not `name sha256 sha256`: {line:?}", index + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.starts_with("# ")).map(line).collect()
}

/// The style version that the committed hashes belong to, if their text says so.
#[must_use]
pub fn style_version(text: &str) -> Option<u32> {
    text.lines().find_map(|line| line.strip_prefix(VERSION))?.parse().ok()
}

/// The picture revision that the committed hashes belong to, if their text says so.
#[must_use]
pub fn picture_revision(text: &str) -> Option<u32> {
    text.lines().find_map(|line| line.strip_prefix(REVISION))?.parse().ok()
}

/// Why the committed hashes must not move: pictures of before would be taken for today's.
///
/// Every move needs a higher [`PICTURE_REVISION`]; from release 0.1.0 on also a higher [`STYLE_VERSION`].
/// `version` is the one of the packages.
#[must_use]
pub fn refusal(version: &str, committed: &str, differences: &[Difference]) -> Option<String> {
    revision_refusal(picture_revision(committed), differences)
        .or_else(|| version_refusal(version, style_version(committed), differences))
}

fn revision_refusal(committed: Option<u32>, differences: &[Difference]) -> Option<String> {
    let changed = differences.iter().filter(|d| matches!(d, Difference::Changed { .. })).count();
    let committed = committed.filter(|&committed| changed > 0 && committed >= PICTURE_REVISION)?;
    Some(format!(
        "{changed} pictures of revision {committed} would change; raise PICTURE_REVISION \
         in render-core/src/input_digest.rs above {committed} first, and say why in CHANGELOG.md"
    ))
}

fn version_refusal(version: &str, committed: Option<u32>, differences: &[Difference]) -> Option<String> {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let released = (numbers.next(), numbers.next()) >= (Some(0), Some(1));
    let changed = differences.iter().filter(|d| matches!(d, Difference::Changed { .. })).count();
    let committed = committed.filter(|&committed| released && changed > 0 && committed >= STYLE_VERSION)?;
    Some(format!(
        "{changed} pictures of style version {committed} would change; raise STYLE_VERSION \
         in render-core/src/lib.rs above {committed} first, and say why in CHANGELOG.md"
    ))
}

/// The text of these hashes.
#[must_use]
pub fn to_text(goldens: &[Golden]) -> String {
    goldens.iter().map(|golden| format!("{golden}\n")).collect()
}

/// The text of these hashes as it is committed: style version and picture revision above them.
#[must_use]
pub fn to_file(goldens: &[Golden]) -> String {
    format!("{VERSION}{STYLE_VERSION}\n{REVISION}{PICTURE_REVISION}\n{}", to_text(goldens))
}

/// How a case's committed line and its rendered one differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Both are there and are not the same.
    Changed {
        /// The committed line.
        old: Golden,
        /// The rendered line.
        new: Golden,
    },
    /// The case has no committed line.
    Added(Golden),
    /// The committed line has no case, or is there twice.
    Removed(Golden),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { old, new } if old.pixels == new.pixels => {
                write!(f, "file changed, pixels did not: {old}")
            }
            Self::Changed { old, .. } => write!(f, "pixels changed: {old}"),
            Self::Added(new) => write!(f, "not committed yet: {}", new.name),
            Self::Removed(old) => write!(f, "no case any more, or twice: {old}"),
        }
    }
}

/// Everything in which the committed lines differ from the rendered ones.
#[must_use]
pub fn differences(committed: &[Golden], rendered: &[Golden]) -> Vec<Difference> {
    let mut old_lines = BTreeMap::new();
    let mut differences = Vec::new();
    for old in committed {
        if old_lines.insert(&old.name, old).is_some() {
            differences.push(Difference::Removed(old.clone()));
        }
    }
    for new in rendered {
        match old_lines.remove(&new.name) {
            Some(old) if old == new => {}
            Some(old) => differences.push(Difference::Changed { old: old.clone(), new: new.clone() }),
            None => differences.push(Difference::Added(new.clone())),
        }
    }
    differences.extend(old_lines.into_values().cloned().map(Difference::Removed));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden(name: &str, file: u8, pixels: u8) -> Golden {
        Golden { name: name.to_owned(), file: Digest::of(&[file]), pixels: Digest::of(&[pixels]) }
    }

    #[test]
    fn hashes_survive_being_written_and_read() {
        let goldens = [golden("a", 1, 2), golden("b", 3, 4)];
        let file = to_file(&goldens);
        assert_eq!(parse(&file), Ok(goldens.to_vec()));
        assert_eq!(style_version(&file), Some(STYLE_VERSION));
        assert_eq!(picture_revision(&file), Some(PICTURE_REVISION));
        assert_eq!(style_version(&to_text(&goldens)), None);
    }

    #[test]
    fn no_picture_changes_under_its_revision() {
        let changed = differences(&[golden("a", 1, 1)], &[golden("a", 2, 1)]);
        let added = differences(&[], &[golden("a", 1, 1)]);
        let of = |revision: u32| format!("{VERSION}{STYLE_VERSION}\n{REVISION}{revision}\n");
        let same = refusal("0.0.1", &of(PICTURE_REVISION), &changed).expect("refused");
        assert!(same.starts_with("1 pictures of revision"), "{same}");
        assert_eq!(refusal("0.0.1", &of(PICTURE_REVISION - 1), &changed), None, "a raised revision");
        assert_eq!(refusal("0.0.1", &of(PICTURE_REVISION), &added), None, "a new case");
    }

    #[test]
    fn from_release_0_1_0_on_no_picture_changes_under_its_style_version() {
        let changed = differences(&[golden("a", 1, 1)], &[golden("a", 2, 1)]);
        let added = differences(&[], &[golden("a", 1, 1)]);
        let (same, older) = (Some(STYLE_VERSION), Some(STYLE_VERSION - 1));
        for version in ["0.1.0", "0.1.0-rc.1", "0.2.3", "1.0.0"] {
            let refusal = version_refusal(version, same, &changed).expect("refused");
            assert!(refusal.starts_with("1 pictures of style version"), "{refusal}");
            assert_eq!(version_refusal(version, older, &changed), None, "a raised version");
            assert_eq!(version_refusal(version, same, &added), None, "a new case");
            assert_eq!(version_refusal(version, same, &[]), None);
        }
        for version in ["0.0.1", "0.0.99"] {
            assert_eq!(version_refusal(version, same, &changed), None);
        }
    }

    #[test]
    fn lines_that_are_no_hashes_are_named() {
        let good = golden("a", 1, 2).to_string();
        for bad in ["", "a", &good[..good.len() - 1], &format!("{good} x")] {
            let error = parse(&format!("{good}\n{bad}\n")).expect_err(bad);
            assert!(error.starts_with("line 2 is not"), "{error}");
        }
    }

    #[test]
    fn every_kind_of_difference_is_found() {
        let old = [
            golden("same", 0, 0),
            golden("file", 1, 1),
            golden("pixels", 2, 2),
            golden("gone", 3, 3),
            golden("same", 0, 0),
        ];
        let new = [golden("same", 0, 0), golden("file", 9, 1), golden("pixels", 9, 9), golden("new", 4, 4)];
        let said: Vec<_> = differences(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                format!("no case any more, or twice: {}", old[4]),
                format!("file changed, pixels did not: {}", old[1]),
                format!("pixels changed: {}", old[2]),
                "not committed yet: new".to_owned(),
                format!("no case any more, or twice: {}", old[3]),
            ]
        );
        assert_eq!(differences(&new, &new), []);
    }
}
