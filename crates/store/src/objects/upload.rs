//! A picture on its way to the server.

use std::sync::{Arc, OnceLock};

use object_store::{PutMode, PutPayload};
use render_core::embedded_input;
use tokio::sync::OwnedSemaphorePermit;

use super::{failure::Failure, requests::Requests};
use crate::store::{IN_THE_WAY, Over};

/// How much of finished pictures may wait in memory, in KiB.
pub const MEMORY: u32 = 64 << 10;
/// An object where a picture is to go is compared with it unless it is larger than this.
const COMPARED: u64 = 1 << 26;

/// Put with its ETag where it has one, or not, with the reason why.
type Outcome = Result<Option<String>, String>;

/// A picture that waits in memory, is on its way, or has arrived.
#[derive(Debug)]
pub struct Upload {
    waiting: Option<PutPayload>,
    room: Option<OwnedSemaphorePermit>,
    over: Over,
    outcome: Arc<OnceLock<Outcome>>,
}

impl Upload {
    /// The upload of these bytes, and the room that they need in memory.
    pub fn new(bytes: Vec<u8>, over: Over) -> (Self, u32) {
        let room = u32::try_from(bytes.len().div_ceil(1024)).unwrap_or(MEMORY).clamp(1, MEMORY);
        (Self { waiting: Some(bytes.into()), room: None, over, outcome: Arc::default() }, room)
    }

    /// Keeps its place in memory until it has arrived.
    pub fn hold(&mut self, room: OwnedSemaphorePermit) {
        self.room = Some(room);
    }

    /// The work of sending it, once.
    pub fn begin(
        &mut self,
        requests: Arc<Requests>,
        path: String,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let payload = self.waiting.take()?;
        let (room, over, outcome) = (self.room.take(), self.over, Arc::clone(&self.outcome));
        Some(async move {
            let put = put(&requests, &path, payload, over).await;
            // It is set once, here.
            let _ = outcome.set(put.map_err(Failure::into_text));
            drop(room);
        })
    }

    /// What became of it, if that is known.
    pub fn settled(&self) -> Option<Outcome> {
        self.outcome.get().cloned()
    }
}

/// Puts a picture. Where no row knows of one, nothing is replaced but what image-cache has made itself.
async fn put(
    requests: &Requests,
    path: &str,
    payload: PutPayload,
    over: Over,
) -> Result<Option<String>, Failure> {
    if over != Over::Nothing {
        return requests.put(path, &payload, PutMode::Overwrite).await;
    }
    match requests.put(path, &payload, PutMode::Create).await {
        Err(Failure::Present | Failure::Unsupported) => {}
        put => return put,
    }
    // A run that was killed has put it, or this one has and never heard of it.
    match requests.read(path, COMPARED).await {
        Ok(there) if payload.iter().flatten().eq(&there.bytes) => Ok(there.about.tag),
        Ok(there) if embedded_input(&there.bytes).is_none() => {
            Err(Failure::Unfit(format!("an object {IN_THE_WAY}")))
        }
        // A picture of other candles, by a run whose index is gone.
        Ok(_) | Err(Failure::Absent) => requests.put(path, &payload, PutMode::Overwrite).await,
        Err(failure) => Err(failure),
    }
}
