//! [`Requests`]: a limited number at a time, repeated while connections break, and counted when they fail.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use object_store::{
    Attribute, Attributes, GetOptions, ListResult, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode,
    PutOptions, PutPayload, path::Path,
};
use tokio::{sync::Semaphore, time::sleep};

use super::{
    bucket::Bucket,
    failure::{Failure, is_broken_off},
};
use crate::{Environment, Error, FileInfo};

/// The first pause before a request is repeated; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Fewer failures in a row may be due to the objects; more mean that the server is away.
const FAILURES: usize = 4;

/// What all requests to one root share.
pub struct Requests {
    client: Arc<dyn ObjectStore>,
    prefix: Path,
    /// The root's URL.
    url: String,
    environment: Environment,
    at_a_time: Semaphore,
    patience: Duration,
    /// Failures in a row that end the run.
    limit: usize,
    failures: AtomicUsize,
    lost: OnceLock<String>,
    cancelled: Arc<AtomicBool>,
    is_ours: fn(&[u8]) -> bool,
}

/// An object that was read.
#[derive(Debug)]
pub struct Fetched {
    pub about: FileInfo,
    /// Empty if the object is larger than what was asked for.
    pub bytes: Vec<u8>,
}

impl From<&ObjectMeta> for FileInfo {
    fn from(meta: &ObjectMeta) -> Self {
        Self { size: meta.size, etag: meta.e_tag.clone() }
    }
}

impl Requests {
    pub fn new(
        bucket: &Bucket,
        client: Arc<dyn ObjectStore>,
        patience: Duration,
        cancelled: &Arc<AtomicBool>,
        is_ours: fn(&[u8]) -> bool,
    ) -> Self {
        Self {
            client,
            prefix: bucket.prefix.clone(),
            url: bucket.to_string(),
            environment: bucket.environment.clone(),
            at_a_time: Semaphore::new(bucket.requests),
            patience,
            limit: bucket.requests.max(FAILURES),
            failures: AtomicUsize::new(0),
            lost: OnceLock::new(),
            cancelled: Arc::clone(cancelled),
            is_ours,
        }
    }

    /// Whether these bytes are a picture of ours.
    pub fn is_ours(&self, bytes: &[u8]) -> bool {
        (self.is_ours)(bytes)
    }

    /// How many requests it is worth having under way or waiting.
    pub fn most(&self) -> usize {
        self.limit
    }

    /// Asks for the first page of names, to learn whether the bucket is there.
    pub async fn probe(&self) -> Result<(), Failure> {
        self.ask(|| async { self.client.list(Some(&self.prefix)).try_next().await.map(drop) }).await
    }

    pub async fn about(&self, path: &str) -> Result<FileInfo, Failure> {
        let location = self.location(path)?;
        let meta = self.ask(|| self.client.head(&location)).await?;
        Ok(FileInfo::from(&meta))
    }

    /// Reads an object, unless it is larger than `most`.
    pub async fn read(&self, path: &str, most: u64) -> Result<Fetched, Failure> {
        let location = self.location(path)?;
        self.ask(|| async {
            let got = self.client.get_opts(&location, GetOptions::default()).await?;
            let about = FileInfo::from(&got.meta);
            let bytes = if about.size > most { Vec::new() } else { got.bytes().await?.into() };
            Ok(Fetched { about, bytes })
        })
        .await
    }

    /// Puts an object; gives its ETag.
    pub async fn put(
        &self,
        path: &str,
        payload: &PutPayload,
        mode: PutMode,
    ) -> Result<Option<String>, Failure> {
        let location = self.location(path)?;
        let put = self
            .ask(|| {
                let mut attributes = Attributes::new();
                attributes.insert(Attribute::ContentType, "image/png".into());
                let options = PutOptions { mode: mode.clone(), attributes, ..PutOptions::default() };
                self.client.put_opts(&location, payload.clone(), options)
            })
            .await?;
        Ok(put.e_tag)
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let location = self.location(path)?;
        self.ask(|| self.client.delete(&location)).await
    }

    /// What lies directly in a folder; its names are those of whole objects.
    pub async fn list(&self, folder: &str) -> Result<ListResult, Failure> {
        let location = if folder.is_empty() { self.prefix.clone() } else { self.location(folder)? };
        let listed = self.ask(|| self.client.list_with_delimiter(Some(&location))).await;
        // There are no folders to be absent; only a bucket can be.
        listed.map_err(|failure| match failure {
            Failure::Absent => Failure::Refused("the bucket is gone".to_owned()),
            failure => failure,
        })
    }

    fn location(&self, path: &str) -> Result<Path, Failure> {
        let key =
            if self.prefix.as_ref().is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        Path::parse(key).map_err(|error| Failure::Unfit(error.to_string()))
    }

    /// Makes a request when it is its turn. The client itself repeats most requests that fail; only those are
    /// repeated here whose connection broke when the server may have done them already.
    async fn ask<T, F>(&self, request: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = object_store::Result<T>>,
    {
        let turn = self.at_a_time.acquire().await;
        let (started, mut pause) = (Instant::now(), PAUSE);
        loop {
            if let Some(why) = self.lost.get() {
                return Err(Failure::Unanswered(why.clone()));
            }
            let error = match request().await {
                Ok(answer) => {
                    self.failures.store(0, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if !(is_broken_off(&error) && started.elapsed() + pause < self.patience) {
                drop(turn);
                return Err(self.note(&error, started.elapsed()));
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(2 * pause);
        }
    }

    /// Counts a failure; once as many follow each other as may be under way at a time, the work is cancelled.
    fn note(&self, error: &object_store::Error, after: Duration) -> Failure {
        let failure = match Failure::of(error, &self.environment) {
            Failure::Unanswered(why) if after >= Duration::from_secs(1) => {
                Failure::Unanswered(format!("{why} (tried for {} s)", after.as_secs()))
            }
            failure => failure,
        };
        if failure.is_answer() {
            self.failures.store(0, Ordering::Relaxed);
        } else if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= self.limit
            && self.lost.set(failure.clone().into_text()).is_ok()
        {
            self.cancelled.store(true, Ordering::Relaxed);
        }
        failure
    }

    pub fn is_lost(&self) -> Option<Error> {
        let last = self.lost.get()?.clone();
        Some(Error::Lost { root: self.url.clone(), requests: self.limit, last })
    }
}
