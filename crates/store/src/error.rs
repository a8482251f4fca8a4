//! What can be wrong with a root, a server or a file.

use std::{io, path::PathBuf};

/// Why a root or a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A URL is no root. Of the URL only the scheme is repeated, because the rest may hold secrets.
    #[error("{scheme}:…: {fault}")]
    Url {
        /// The URL's scheme, as it was written.
        scheme: String,
        /// What is wrong with it.
        fault: UrlFault,
    },
    /// The server has no bucket at this URL.
    #[error("root {0}: there is no such bucket")]
    NoSuchBucket(String),
    /// The root's folder cannot be created, or its server does not answer or refuses.
    #[error("root {root}: {source}")]
    Root {
        /// The root's path or URL.
        root: String,
        /// What the operating system, the server or the connection says.
        source: io::Error,
    },
    /// So many requests in a row have failed that no more are sent.
    #[error("root {root}: {requests} requests in a row failed, so no more are sent. The last one: {last}")]
    Lost {
        /// The root's URL.
        root: String,
        /// How many requests failed.
        requests: usize,
        /// Why the last one failed.
        last: String,
    },
    /// The work was cancelled before the server answered.
    #[error("interrupted")]
    Interrupted,
    /// The threads that speak with the server cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] io::Error),
    /// A file cannot be written.
    #[error("{}: cannot be written: {source}", file.display())]
    CannotWrite {
        /// The file.
        file: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Why a URL is no root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// A `file:` URL.
    #[error("is the URL of a folder")]
    Folder,
    /// A URL of something else than object storage.
    #[error("pictures are kept in folders and in s3://, gs://, az://, abfs:// and their kin")]
    OtherScheme,
    /// The crate's feature `object-store` is off.
    #[error("this image-cache was built without object storage")]
    NotBuilt,
    /// The text cannot be parsed.
    #[error("is no URL: {0}")]
    Malformed(String),
    /// A user name or a password stands in the URL.
    #[error("a URL must not hold credentials")]
    Credentials,
    /// The URL has a query or a fragment, in which credentials may stand.
    #[error("the URL of a root has no ? and no #")]
    Query,
    /// The URL names no bucket.
    #[error("is no URL of object storage")]
    NoBucket,
}
