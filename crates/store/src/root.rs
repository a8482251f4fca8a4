//! [`Root`]: the place of all pictures of a cache, and how to open it.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

#[cfg(feature = "object-store")]
use crate::objects::{Bucket, Objects};
use crate::{Environment, Error, Files, Ownership, Store, UrlFault, folder::Folder};

/// The root of a cache.
#[derive(Debug, Clone)]
pub enum Root {
    /// A folder.
    Folder(PathBuf),
    /// A prefix of a bucket.
    #[cfg(feature = "object-store")]
    Objects(Bucket),
}

impl Root {
    /// Understands a path or a URL; what looks like a URL is never taken for the name of a folder.
    ///
    /// `environment` has the credentials of object storage.
    ///
    /// # Errors
    /// [`Error::Url`], if the text is a URL that is no root.
    #[cfg_attr(not(feature = "object-store"), expect(unused_variables, reason = "only buckets need them"))]
    pub fn parse(root: PathBuf, environment: &Environment) -> Result<Self, Error> {
        let Some((text, scheme)) = root.to_str().and_then(|text| Some((text, scheme(text)?))) else {
            return Ok(Self::Folder(root));
        };
        let parsed = match scheme.to_ascii_lowercase().as_str() {
            "file" => Err(UrlFault::Folder),
            "http" | "memory" => Err(UrlFault::OtherScheme),
            #[cfg(feature = "object-store")]
            _ => Bucket::parse(text, environment).map(Self::Objects),
            #[cfg(not(feature = "object-store"))]
            _ => Err(UrlFault::NotBuilt),
        };
        parsed.map_err(|fault| Error::Url { scheme: scheme.to_owned(), fault })
    }

    /// Opens the root. A folder is not created yet ([`Store::create`] does that); a bucket is asked whether it is
    /// there and may be read.
    ///
    /// `writer_id` marks the temporary files of this writer, so that several can share a root. Once `cancelled` is
    /// set, requests get only seconds more; it is set by the store itself if its server is lost ([`Store::is_lost`]).
    /// `ownership` says which files may be replaced.
    ///
    /// # Errors
    /// If a folder's path is that of a file, the server does not answer or refuses, or the work was cancelled before it answered.
    #[cfg_attr(not(feature = "object-store"), expect(unused_variables, reason = "a folder never waits"))]
    pub fn open<'a>(
        &self,
        writer_id: &str,
        files: &'a dyn Files,
        cancelled: &Arc<AtomicBool>,
        ownership: Ownership,
    ) -> Result<Box<dyn Store + 'a>, Error> {
        match self {
            Self::Folder(root) if root.metadata().is_ok_and(|about| !about.is_dir()) => {
                let source = io::Error::new(io::ErrorKind::NotADirectory, "is not a directory");
                Err(Error::Root { root: root.display().to_string(), source })
            }
            Self::Folder(root) => Ok(Box::new(Folder::new(root, writer_id, files, ownership))),
            #[cfg(feature = "object-store")]
            Self::Objects(bucket) => Ok(Box::new(Objects::open(bucket, cancelled, ownership)?)),
        }
    }

    /// The folder, if the root is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(root) => Some(root),
            #[cfg(feature = "object-store")]
            Self::Objects(_) => None,
        }
    }

    /// The full path or URL of the file at `path` below the root.
    pub fn at(&self, path: &str) -> String {
        match self {
            Self::Folder(root) => root.join(path).display().to_string(),
            #[cfg(feature = "object-store")]
            Self::Objects(bucket) => format!("{bucket}/{path}"),
        }
    }

    /// Whether both are the same place.
    pub fn is_same_as(&self, other: &Self) -> bool {
        match (self.folder(), other.folder()) {
            (Some(a), Some(b)) => is_same_folder(a, b),
            (None, None) => self.to_string() == other.to_string(),
            _ => false,
        }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(root) => root.display().fmt(f),
            #[cfg(feature = "object-store")]
            Self::Objects(bucket) => bucket.fmt(f),
        }
    }
}

/// The scheme of a text that is a URL, or was meant as one.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.bytes();
    // A single letter may be that of a Windows drive.
    let is_scheme = scheme.len() > 1
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter));
    let known = ["s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"];
    let is_known = known.contains(&scheme.to_ascii_lowercase().as_str());
    (is_scheme && (rest.starts_with('/') || is_known)).then_some(scheme)
}

fn is_same_folder(a: &Path, b: &Path) -> bool {
    // If one file system is mounted at two places, only the system knows.
    platform::is_same(a, b) || real_path(a) == real_path(b)
}

/// The absolute path, with its links resolved if it exists.
pub fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    fs::canonicalize(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_no_url_is_a_folder() {
        let parse = |text: &str| Root::parse(text.into(), &Environment::default());
        for folder in
            ["pictures", "/srv/pictures", "./s3:/b", "a:b", "C:/pictures", "C:\\x", "a/b:c/d", ":", ""]
        {
            assert!(matches!(parse(folder), Ok(Root::Folder(_))), "{folder}");
        }
        for url in
            ["file:///srv", "http://host/x", "memory:///", "ftp://host/x", "s3:bucket/x", "S3:/bucket", "s3:"]
        {
            let scheme = url.split(':').next().expect("a scheme");
            let why = parse(url).expect_err(url).to_string();
            assert!(why.starts_with(&format!("{scheme}:…: ")), "{why}");
        }
    }
}
