//! Where pictures live: in a folder, or under a prefix of a bucket.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use crate::{error::Error, store::Bucket};

/// The root of a cache.
#[derive(Debug, Clone)]
pub enum Root {
    Folder(PathBuf),
    Objects(Bucket),
}

impl Root {
    /// Takes `--root` for what it is. A URL is never the name of a folder.
    pub fn parse(root: PathBuf) -> Result<Self, Error> {
        let Some(scheme) = root.to_str().and_then(scheme) else {
            return Ok(Self::Folder(root));
        };
        // Whatever may stand in such a text, secrets included, only its scheme is repeated.
        let refuse = |why: &str| Err(Error::Usage(format!("--root {scheme}:…: {why}")));
        match scheme.to_ascii_lowercase().as_str() {
            "file" => refuse("write the folder's path as it is, without file:"),
            "http" | "memory" => refuse(
                "pictures are kept in folders and in s3://, gs://, az://, abfs:// and their kin; a folder of this name is ./ and the name",
            ),
            _ => Bucket::parse(root.to_str().unwrap_or_default())
                .map(Self::Objects)
                .or_else(|why| refuse(&why)),
        }
    }

    /// The folder that it is, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(root) => Some(root),
            Self::Objects(_) => None,
        }
    }

    /// Says how much may be done at a time, where that depends on the root.
    #[cfg(feature = "object-store")]
    #[must_use]
    pub fn with(self, requests: Option<u16>, jobs: usize) -> Self {
        match self {
            Self::Folder(_) => self,
            Self::Objects(bucket) => Self::Objects(bucket.with(requests, jobs)),
        }
    }

    /// Where the picture at `path` is, as people are told.
    pub fn at(&self, path: &str) -> String {
        match self {
            Self::Folder(root) => root.join(path).display().to_string(),
            Self::Objects(bucket) => bucket.at(path),
        }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(root) => root.display().fmt(f),
            Self::Objects(bucket) => bucket.fmt(f),
        }
    }
}

/// The scheme of a text that is a URL, or was meant as one.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.bytes();
    // One letter may be a drive's.
    let is_one = scheme.len() > 1
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter));
    let is_known = ["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme));
    (is_one && (rest.starts_with('/') || is_known)).then_some(scheme)
}

/// Whether two roots are one.
pub fn same_root(a: &Root, b: &Root) -> bool {
    match (a.folder(), b.folder()) {
        (Some(a), Some(b)) => same_folder(a, b),
        (None, None) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// Whether two paths lead to one folder.
fn same_folder(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &Path| fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
        // Only this tells one file system that is mounted at two places.
        if id(a).is_some() && id(a) == id(b) {
            return true;
        }
    }
    real(a) == real(b)
}

/// The path without links, as far as it exists.
pub fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    fs::canonicalize(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_no_url_is_a_folder() {
        for folder in
            ["pictures", "/srv/pictures", "./s3:/b", "a:b", "C:/pictures", "C:\\x", "a/b:c/d", ":", ""]
        {
            assert!(matches!(Root::parse(folder.into()), Ok(Root::Folder(_))), "{folder}");
        }
        for url in
            ["file:///srv", "http://host/x", "memory:///", "ftp://host/x", "s3:bucket/x", "S3:/bucket", "s3:"]
        {
            let why = Root::parse(url.into()).expect_err(url).to_string();
            assert!(why.starts_with("--root "), "{why}");
        }
    }
}
