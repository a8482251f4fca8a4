//! Requests: so many at a time, repeated while a connection breaks, and counted when they fail.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
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
    failure::{Failure, is_broken_off, words},
};
use crate::{error::Error, interrupt::Interrupt, store::About};

/// The first pause before a request is repeated; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// So many failures in a row, at least, are taken for the server's rather than the objects'.
const FAILURES: usize = 4;

/// What all requests to one root share.
pub struct Requests {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    shown: String,
    at_a_time: Semaphore,
    patience: Duration,
    /// Failures in a row that end the run.
    limit: usize,
    failures: AtomicUsize,
    lost: OnceLock<String>,
    interrupt: Interrupt,
}

/// An object that was read.
#[derive(Debug)]
pub struct Fetched {
    pub about: About,
    /// Nothing where there was more than was asked for.
    pub bytes: Vec<u8>,
}

impl From<&ObjectMeta> for About {
    fn from(meta: &ObjectMeta) -> Self {
        Self { size: meta.size, tag: meta.e_tag.clone() }
    }
}

impl Requests {
    pub fn new(
        bucket: &Bucket,
        store: Arc<dyn ObjectStore>,
        patience: Duration,
        interrupt: Interrupt,
    ) -> Self {
        Self {
            store,
            prefix: bucket.prefix.clone(),
            shown: bucket.to_string(),
            at_a_time: Semaphore::new(bucket.requests),
            patience,
            limit: bucket.requests.max(FAILURES),
            failures: AtomicUsize::new(0),
            lost: OnceLock::new(),
            interrupt,
        }
    }

    /// How many it pays to have under way or in a queue.
    pub fn most(&self) -> usize {
        self.limit
    }

    /// Asks whether the bucket is there, as its first page of names tells.
    pub async fn probe(&self) -> Result<(), Failure> {
        self.ask(|| async { self.store.list(Some(&self.prefix)).try_next().await.map(drop) }).await
    }

    pub async fn about(&self, path: &str) -> Result<About, Failure> {
        let location = self.location(path)?;
        let meta = self.ask(|| self.store.head(&location)).await?;
        Ok(About::from(&meta))
    }

    /// Reads an object, unless it is larger than `most`.
    pub async fn read(&self, path: &str, most: u64) -> Result<Fetched, Failure> {
        let location = self.location(path)?;
        self.ask(|| async {
            let got = self.store.get_opts(&location, GetOptions::default()).await?;
            let about = About::from(&got.meta);
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
                self.store.put_opts(&location, payload.clone(), options)
            })
            .await?;
        Ok(put.e_tag)
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        let location = self.location(path)?;
        self.ask(|| self.store.delete(&location)).await
    }

    /// What lies directly in a folder; its names are those of whole objects.
    pub async fn list(&self, folder: &str) -> Result<ListResult, Failure> {
        let location = if folder.is_empty() { self.prefix.clone() } else { self.location(folder)? };
        let listed = self.ask(|| self.store.list_with_delimiter(Some(&location))).await;
        // A folder that is absent is an empty one; only a bucket can be missing.
        listed.map_err(|failure| match failure {
            Failure::Absent => Failure::Refused("the bucket is gone".to_owned()),
            failure => failure,
        })
    }

    fn location(&self, path: &str) -> Result<Path, Failure> {
        let whole =
            if self.prefix.as_ref().is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        Path::parse(whole).map_err(|error| Failure::Unfit(error.to_string()))
    }

    /// Makes a request when it is its turn. What the client repeats by itself is not repeated
    /// here: only a connection that broke when a request may have been done already.
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

    /// Counts a failure; where as many follow each other as may be under way at a time, the run ends.
    fn note(&self, error: &object_store::Error, after: Duration) -> Failure {
        let failure = match Failure::of(error) {
            Failure::Unanswered(why) if after >= Duration::from_secs(1) => {
                Failure::Unanswered(format!("{why} (tried for {} s)", after.as_secs()))
            }
            failure => failure,
        };
        if failure.is_answer() {
            self.failures.store(0, Ordering::Relaxed);
        } else if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= self.limit {
            let first = self.lost.set(failure.clone().into_text()).is_ok();
            if first {
                self.interrupt.set();
            }
        }
        failure
    }

    pub fn is_lost(&self) -> Option<Error> {
        let why = self.lost.get()?;
        let why = format!(
            "{} requests in a row failed, so the run was ended; every picture with a row is in place. The last one: {why}",
            self.limit
        );
        Some(Error::Root { root: self.shown.clone(), why })
    }
}

/// An error of the client itself.
impl From<object_store::Error> for Failure {
    fn from(error: object_store::Error) -> Self {
        Self::Unanswered(words(&error))
    }
}
