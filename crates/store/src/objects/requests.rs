//! [`Requests`]: a limited number at a time, repeated while connections break, and counted when they fail.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use object_store::{
    Attribute, Attributes, GetOptions, ListResult, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode,
    PutOptions, PutPayload, path::Path, prefix::PrefixStore,
};
use tokio::{sync::Semaphore, time::sleep};

use super::{
    bucket::Bucket,
    failure::{failure, is_broken_off, words},
};
use crate::{Error, FileInfo, Ownership};

/// The first pause before a request is repeated; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(100);
/// Fewer failures in a row may be due to the objects; more mean that the server is away.
const FAILURES: usize = 4;

/// What all requests to one root share.
pub struct Requests {
    pub bucket: Bucket,
    client: PrefixStore<Arc<dyn ObjectStore>>,
    at_a_time: Semaphore,
    /// Failures in a row.
    failures: AtomicUsize,
    /// Why the last one of too many failed.
    pub lost: OnceLock<String>,
    pub cancelled: Arc<AtomicBool>,
    pub ownership: Ownership,
}

/// What is known of an object that was read, and its bytes.
pub type Fetched = (FileInfo, Vec<u8>);

impl From<&ObjectMeta> for FileInfo {
    fn from(meta: &ObjectMeta) -> Self {
        Self { size: meta.size, etag: meta.e_tag.clone() }
    }
}

impl Requests {
    pub fn new(
        bucket: Bucket,
        cancelled: &Arc<AtomicBool>,
        ownership: Ownership,
    ) -> Result<Arc<Self>, Error> {
        let client = bucket.connect().map_err(|error| Error::Root {
            root: bucket.to_string(),
            source: io::Error::other(words(&error, &bucket.environment)),
        })?;
        Ok(Arc::new(Self {
            client: PrefixStore::new(client, bucket.prefix.clone()),
            at_a_time: Semaphore::new(bucket.requests),
            failures: AtomicUsize::new(0),
            lost: OnceLock::new(),
            cancelled: Arc::clone(cancelled),
            ownership,
            bucket,
        }))
    }

    /// How many requests it is worth having under way or waiting; so many failures in a row end the run.
    pub fn most(&self) -> usize {
        self.bucket.requests.max(FAILURES)
    }

    /// Asks for the first page of names, to learn whether the bucket is there.
    pub async fn probe(&self) -> io::Result<()> {
        self.ask(|| async { self.client.list(None).try_next().await.map(drop) }).await
    }

    pub async fn about(&self, path: &str) -> io::Result<FileInfo> {
        let location = location(path)?;
        let meta = self.ask(|| self.client.head(&location)).await?;
        Ok(FileInfo::from(&meta))
    }

    /// Reads an object. There are no bytes if it is larger than `most`.
    pub async fn read(&self, path: &str, most: u64) -> io::Result<Fetched> {
        let location = location(path)?;
        self.ask(|| async {
            let got = self.client.get_opts(&location, GetOptions::default()).await?;
            let about = FileInfo::from(&got.meta);
            let bytes = if about.size > most { Vec::new() } else { got.bytes().await?.into() };
            Ok((about, bytes))
        })
        .await
    }

    /// Puts an object; gives its ETag.
    pub async fn put(&self, path: &str, payload: &PutPayload, mode: PutMode) -> io::Result<Option<String>> {
        let location = location(path)?;
        let attributes = Attributes::from_iter([(Attribute::ContentType, "image/png")]);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let put = self.ask(|| self.client.put_opts(&location, payload.clone(), options.clone())).await?;
        Ok(put.e_tag)
    }

    pub async fn delete(&self, path: &str) -> io::Result<()> {
        let location = location(path)?;
        self.ask(|| self.client.delete(&location)).await
    }

    /// What lies directly in a folder; its names are those of whole objects.
    pub async fn list(&self, folder: &str) -> io::Result<ListResult> {
        let location = location(folder)?;
        let listed = self.ask(|| self.client.list_with_delimiter(Some(&location))).await;
        listed.map_err(|error| match error.kind() {
            // There are no folders to be absent; only a bucket can be.
            io::ErrorKind::NotFound => io::Error::new(io::ErrorKind::NotConnected, "the bucket is gone"),
            _ => error,
        })
    }

    /// Makes a request when it is its turn. The client itself repeats most requests that fail; only those are
    /// repeated here whose connection broke when the server may have done them already.
    async fn ask<T, F>(&self, request: impl Fn() -> F) -> io::Result<T>
    where
        F: Future<Output = object_store::Result<T>>,
    {
        let _turn = self.at_a_time.acquire().await;
        let (started, mut pause) = (Instant::now(), PAUSE);
        loop {
            if let Some(why) = self.lost.get() {
                return Err(io::Error::new(io::ErrorKind::NotConnected, why.clone()));
            }
            match request().await {
                Ok(answer) => {
                    self.failures.store(0, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(error) if is_broken_off(&error) && started.elapsed() + pause < self.bucket.patience => {}
                Err(error) => {
                    return Err(self.note(failure(&error, started.elapsed(), &self.bucket.environment)));
                }
            }
            sleep(pause).await;
            pause *= 2;
        }
    }

    /// Counts a failure; once as many follow each other as may be under way at a time, the work is cancelled.
    fn note(&self, failure: io::Error) -> io::Error {
        if !matches!(failure.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotConnected) {
            // It is an answer about the object, so the server is well.
            self.failures.store(0, Ordering::Relaxed);
        } else if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= self.most()
            && self.lost.set(failure.to_string()).is_ok()
        {
            self.cancelled.store(true, Ordering::Relaxed);
        }
        failure
    }
}

fn location(path: &str) -> io::Result<Path> {
    Path::parse(path).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}
