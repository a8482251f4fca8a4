//! [`Upload`]: a picture on its way to the server.

use std::sync::{Arc, OnceLock};

use object_store::{PutMode, PutPayload};
use tokio::sync::OwnedSemaphorePermit;

use super::{failure::Failure, requests::Requests};
use crate::{Outcome, Replaces, store::IN_THE_WAY};

/// How much of finished pictures may wait in memory, in KiB.
pub const MEMORY: u32 = 64 << 10;
/// An object where a picture is to go is compared with it unless it is larger than this.
const COMPARED: u64 = 1 << 26;

/// A picture that waits in memory, is on its way, or has arrived.
#[derive(Debug)]
pub struct Upload {
    waiting: Option<PutPayload>,
    room: Option<OwnedSemaphorePermit>,
    replaces: Replaces,
    outcome: Arc<OnceLock<Outcome>>,
}

impl Upload {
    /// The upload of these bytes, and the memory that they take, in KiB.
    pub fn new(bytes: Vec<u8>, replaces: Replaces) -> (Self, u32) {
        let room = u32::try_from(bytes.len().div_ceil(1024)).unwrap_or(MEMORY).clamp(1, MEMORY);
        (Self { waiting: Some(bytes.into()), room: None, replaces, outcome: Arc::default() }, room)
    }

    /// Takes up memory until it has arrived.
    pub fn hold(&mut self, room: OwnedSemaphorePermit) {
        self.room = Some(room);
    }

    /// The work of sending it, or `None` if that has begun already.
    pub fn begin(
        &mut self,
        requests: Arc<Requests>,
        path: String,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let payload = self.waiting.take()?;
        let (room, replaces, outcome) = (self.room.take(), self.replaces, Arc::clone(&self.outcome));
        Some(async move {
            let put = put(&requests, &path, payload, replaces).await;
            // Nothing else sets it.
            let _ = outcome.set(match put {
                Ok(etag) => Outcome::There { etag },
                Err(failure) => Outcome::Failed(failure.into_text()),
            });
            drop(room);
        })
    }

    /// What became of it, if that is known.
    pub fn settled(&self) -> Option<Outcome> {
        self.outcome.get().cloned()
    }
}

/// Puts a picture. If none is recorded there, nothing is replaced but a picture of ours.
async fn put(
    requests: &Requests,
    path: &str,
    payload: PutPayload,
    replaces: Replaces,
) -> Result<Option<String>, Failure> {
    if replaces != Replaces::Nothing {
        return requests.put(path, &payload, PutMode::Overwrite).await;
    }
    match requests.put(path, &payload, PutMode::Create).await {
        Err(Failure::Present | Failure::Unsupported) => {}
        put => return put,
    }
    // A run that was killed has put it, or this one has, and the acknowledgement was lost.
    match requests.read(path, COMPARED).await {
        Ok(there) if payload.iter().flatten().eq(&there.bytes) => Ok(there.about.etag),
        Ok(there) if !requests.is_ours(&there.bytes) => {
            Err(Failure::Unfit(format!("an object {IN_THE_WAY}")))
        }
        // It was a picture of ours, or is gone meanwhile.
        Ok(_) | Err(Failure::Absent) => requests.put(path, &payload, PutMode::Overwrite).await,
        Err(failure) => Err(failure),
    }
}
