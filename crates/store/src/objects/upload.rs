//! [`Upload`]: a picture on its way to the server.

use std::io;

use futures_util::future::BoxFuture;
use object_store::{PutMode, PutPayload};
use tokio::sync::oneshot::Receiver;

use super::requests::Requests;
use crate::file::{IN_THE_WAY, Replaces};

/// An object where a picture is to go is compared with it unless it is larger than this.
const COMPARED: u64 = 1 << 26;

/// A picture that waits in memory, is on its way, or has arrived.
pub struct Upload {
    /// The work of sending it, as long as it waits.
    pub work: Option<BoxFuture<'static, ()>>,
    /// Gives what became of it, once that is known: the ETag that a server gives it.
    pub outcome: Receiver<io::Result<Option<String>>>,
}

/// Puts a picture. If none is recorded there, nothing is replaced but a picture of ours.
pub async fn put(
    requests: &Requests,
    path: &str,
    payload: &PutPayload,
    replaces: Replaces,
) -> io::Result<Option<String>> {
    if replaces == Replaces::Nothing {
        match requests.put(path, payload, PutMode::Create).await {
            // A run that was killed has put it, or this one has, and the acknowledgement was lost. Or the server
            // knows no create-only writing.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::Unsupported) => {}
            put => return put,
        }
        match requests.read(path, COMPARED).await {
            Ok((about, bytes)) if payload.iter().flatten().eq(&bytes) => return Ok(about.etag),
            Ok((_, bytes)) if !(requests.ownership.is_ours)(&bytes) => {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("an object {IN_THE_WAY}")));
            }
            // It was a picture of ours, or is gone meanwhile.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    requests.put(path, payload, PutMode::Overwrite).await
}
