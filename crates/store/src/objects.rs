//! A store in object storage: a picture is put in one request, and is there once the server has acknowledged it.
//!
//! There are no temporary files and no renaming here. All that is asynchronous stays in this module: its own threads
//! send and fetch, and the thread that calls waits for them.

mod bucket;
mod failure;
mod listing;
mod prefetch;
mod requests;
mod upload;

use std::{
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{Either, select},
    stream,
};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::{Semaphore, oneshot::channel},
    time::sleep,
};

use crate::{EntryKind, Error, FileInfo, LARGEST, LookupCache, Ownership, Pending, Replaces, Store};

pub use bucket::Bucket;
use listing::Listings;
pub use prefetch::Prefetch;
use requests::Requests;
pub use upload::Upload;
use upload::put;

/// How long the first request of a run is repeated: somebody may be watching who has mistyped an address.
const FIRST_PATIENCE: Duration = Duration::from_secs(8);
/// How often the cancellation flag is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How long requests under way may still take once the work is cancelled.
const GRACE: Duration = Duration::from_secs(5);
/// Threads that speak with the server: each can do thousands of requests a second.
const THREADS: usize = 4;
/// How much of finished pictures may wait in memory, in KiB.
const MEMORY: u32 = 64 << 10;

/// The prefix of a bucket.
pub struct Objects {
    requests: Arc<Requests>,
    /// How much memory finished pictures may still take while they wait, in KiB.
    memory: Arc<Semaphore>,
    /// Listings of the folders in which single pictures are looked up.
    lookups: Listings,
    /// Listings of the folders that a caller walks through. They are younger than those of `lookups`.
    walks: Listings,
    network: Handle,
    /// The threads of `network`, until they are let go.
    threads: Option<Runtime>,
}

impl Objects {
    /// Makes sure that the bucket is there and may be read.
    pub fn open(bucket: &Bucket, cancelled: &Arc<AtomicBool>, ownership: Ownership) -> Result<Self, Error> {
        let threads = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("network")
            .enable_all()
            .build()
            .map_err(Error::Thread)?;
        let connect = |patience| {
            let mut bucket = bucket.clone();
            bucket.patience = patience;
            Requests::new(bucket, cancelled, ownership)
        };
        let first = connect(FIRST_PATIENCE.min(bucket.patience))?;
        let objects = Self {
            requests: connect(bucket.patience)?,
            memory: Arc::new(Semaphore::new(MEMORY as usize)),
            lookups: Listings::default(),
            walks: Listings::default(),
            network: threads.handle().clone(),
            threads: Some(threads),
        };
        let root = || bucket.to_string();
        match objects.wait(first.probe()) {
            Ok(()) => Ok(objects),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NoSuchBucket(root())),
            Err(_) if cancelled.load(Ordering::Relaxed) && objects.is_lost().is_none() => {
                Err(Error::Interrupted)
            }
            Err(source) => Err(Error::Root { root: root(), source }),
        }
    }

    /// Waits for an answer, though not for long once the work is cancelled.
    fn wait<T>(&self, answer: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        self.network.block_on(self.unless_cancelled(answer))
    }

    async fn unless_cancelled<T>(&self, answer: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        let cancelled = async {
            while !self.requests.cancelled.load(Ordering::Relaxed) {
                sleep(LOOK).await;
            }
            sleep(GRACE).await;
        };
        match select(Box::pin(answer), Box::pin(cancelled)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                Err(io::Error::new(io::ErrorKind::NotConnected, "interrupted before there was an answer"))
            }
        }
    }
}

impl Store for Objects {
    fn about(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let listing = self.wait(self.lookups.get(&self.requests, folder))?;
        match listing.get(name) {
            Some(Some(about)) => Ok(about.clone()),
            // It may have been put there since the folder was listed.
            _ => self.about_now(path, cache),
        }
    }

    fn about_now(&self, path: &str, _cache: &mut LookupCache) -> io::Result<FileInfo> {
        self.wait(self.requests.about(path))
    }

    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)> {
        let (about, bytes) = self.wait(async {
            match cache.prefetch.take(path).await {
                Some(fetched) => fetched,
                None => self.requests.read(path, LARGEST).await,
            }
        })?;
        Ok((Box::new(Cursor::new(bytes)), about.size))
    }

    fn ownership(&self) -> &Ownership {
        &self.requests.ownership
    }

    fn stage(
        &self,
        path: &str,
        bytes: Vec<u8>,
        replaces: Replaces,
        cache: &mut LookupCache,
    ) -> io::Result<Pending> {
        let room = u32::try_from(bytes.len().div_ceil(1024)).unwrap_or(MEMORY).clamp(1, MEMORY);
        let memory = Arc::clone(&self.memory);
        let room = self.wait(async { memory.acquire_many_owned(room).await.map_err(io::Error::other) })?;
        let (settle, outcome) = channel();
        let (requests, key) = (Arc::clone(&self.requests), path.to_owned());
        let work = async move {
            // If the picture was given up, nobody listens.
            let _ = settle.send(put(&requests, &key, &bytes.into(), replaces).await);
            drop(room);
        };
        let mut pending = Pending::Object(Upload { work: Some(work.boxed()), outcome });
        if replaces != Replaces::Trusted {
            self.place(&mut pending, path, cache)?;
        }
        Ok(pending)
    }

    /// Begins to send a picture, unless that has been done.
    fn place(&self, pending: &mut Pending, _path: &str, _cache: &mut LookupCache) -> io::Result<()> {
        let Pending::Object(upload) = pending else {
            return Err(io::Error::other("was staged for another root"));
        };
        if let Some(work) = upload.work.take() {
            self.network.spawn(work);
        }
        Ok(())
    }

    fn settle(&self) {
        // All of the memory is free once no picture takes any. If the wait is cut short, `Pending::settled` tells.
        let _ =
            self.wait(async { self.memory.acquire_many(MEMORY).await.map(drop).map_err(io::Error::other) });
    }

    /// Does nothing: an object on its way arrives complete or not at all, and a later run finds it there.
    fn discard(&self, _pending: Pending, _path: &str, _cache: &mut LookupCache) {}

    fn delete(&self, paths: &[String]) -> Vec<io::Result<()>> {
        let delete = |path: String| async move { self.unless_cancelled(self.requests.delete(&path)).await };
        // No more at a time than requests may be under way: the others would only wait in a queue.
        let deleted = stream::iter(paths.to_vec()).map(delete).buffered(self.requests.most());
        self.network.block_on(deleted.collect())
    }

    fn entries(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let listing = self.wait(self.walks.get(&self.requests, folder))?;
        let kind = |about: &Option<_>| if about.is_some() { EntryKind::File } else { EntryKind::Folder };
        Ok(listing.iter().map(|(name, about)| (name.clone(), kind(about))).collect())
    }

    fn will_list(&self, folders: &[String]) {
        self.walks.ahead(&self.requests, &self.network, folders);
    }

    fn will_look(&self, paths: &mut dyn Iterator<Item = String>) {
        let folder = |path: String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let mut folders: Vec<String> = paths.filter_map(folder).collect();
        // Callers go through one folder after the other.
        folders.dedup();
        self.lookups.ahead(&self.requests, &self.network, &folders);
    }

    fn will_open(&self, paths: Vec<(String, u64)>, cache: &mut LookupCache) {
        cache.prefetch = Prefetch::new(paths, &self.requests, &self.network);
    }

    fn is_lost(&self) -> Option<Error> {
        let (root, last) = (self.requests.bucket.to_string(), self.requests.lost.get()?.clone());
        Some(Error::Lost { root, requests: self.requests.most(), last })
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // What still looks up a name or waits for an answer is not waited for.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}
