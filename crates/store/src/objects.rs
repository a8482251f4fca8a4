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
    thread,
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream,
};
use tokio::{runtime::Runtime, sync::Semaphore, time::sleep};

use crate::{EntryKind, Error, FileInfo, LARGEST, LookupCache, Ownership, Pending, Replaces, Store};

pub use bucket::Bucket;
use failure::Failure;
use listing::Listings;
pub use prefetch::Prefetch;
use requests::Requests;
use upload::MEMORY;
pub use upload::Upload;

/// How long the first request of a run is repeated: somebody may be watching who has mistyped an address.
const FIRST_PATIENCE: Duration = Duration::from_secs(8);
/// How often the cancellation flag is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Threads that speak with the server, at most: each can do thousands of requests a second.
const MOST_THREADS: usize = 8;

/// The prefix of a bucket.
pub struct Objects {
    requests: Arc<Requests>,
    /// How much memory finished pictures may still take while they wait, in KiB.
    memory: Arc<Semaphore>,
    /// Listings of the folders in which single pictures are looked up.
    lookups: Listings,
    /// Listings of the folders that a caller walks through. They are younger than those of `lookups`.
    walks: Listings,
    /// How many objects are fetched in advance for each thread.
    prefetched: usize,
    /// How long requests under way may still take once the work is cancelled.
    grace: Duration,
    cancelled: Arc<AtomicBool>,
    ownership: Ownership,
    runtime: Option<Runtime>,
}

impl Objects {
    /// Makes sure that the bucket is there and may be read.
    pub fn open(bucket: &Bucket, cancelled: &Arc<AtomicBool>, ownership: Ownership) -> Result<Self, Error> {
        let refuse = |source: io::Error| Error::Server { root: bucket.to_string(), source };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("network")
            .enable_all()
            .build()
            .map_err(Error::Thread)?;
        let connect = |patience| {
            let client =
                bucket.connect(patience).map_err(|error| refuse(io::Error::other(bucket.words(&error))))?;
            Ok::<_, Error>(Arc::new(Requests::new(bucket, client, patience, cancelled, ownership.is_ours)))
        };
        let first = connect(FIRST_PATIENCE.min(bucket.patience))?;
        let objects = Self {
            requests: connect(bucket.patience)?,
            memory: Arc::new(Semaphore::new(MEMORY as usize)),
            lookups: Listings::default(),
            walks: Listings::default(),
            prefetched: bucket.requests.div_ceil(bucket.jobs.max(1)).max(2),
            grace: bucket.grace,
            cancelled: Arc::clone(cancelled),
            ownership,
            runtime: Some(runtime),
        };
        match objects.wait(async move { first.probe().await }) {
            Ok(()) => Ok(objects),
            Err(Failure::Absent) => Err(Error::NoSuchBucket { root: bucket.to_string() }),
            Err(_) if cancelled.load(Ordering::Relaxed) && objects.is_lost().is_none() => {
                Err(Error::Interrupted)
            }
            Err(failure) => Err(refuse(failure.into())),
        }
    }

    /// Waits for an answer, though not for long once the work is cancelled.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(self.unless_cancelled(answer)),
            None => Err(Failure::interrupted()),
        }
    }

    async fn unless_cancelled<T>(
        &self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let cancelled = async {
            while !self.cancelled.load(Ordering::Relaxed) {
                sleep(LOOK).await;
            }
            sleep(self.grace).await;
        };
        match select(Box::pin(answer), Box::pin(cancelled)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Failure::interrupted()),
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }

    /// Begins to send a picture, unless that has been done.
    fn begin(&self, upload: &mut Upload, path: &str) {
        if let Some(work) = upload.begin(Arc::clone(&self.requests), path.to_owned()) {
            self.spawn(work);
        }
    }

    fn list_ahead(&self, listings: &Listings, folders: &[String]) {
        for listing in listings.ahead(&self.requests, folders) {
            self.spawn(listing);
        }
    }
}

impl Store for Objects {
    fn about(&self, path: &str, cache: &mut LookupCache) -> io::Result<FileInfo> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let listing = self.wait(self.lookups.get(&self.requests, folder))?;
        match listing.files.get(name) {
            Some(about) => Ok(about.clone()),
            // It may have been put there since the folder was listed.
            None => self.about_now(path, cache),
        }
    }

    fn about_now(&self, path: &str, _cache: &mut LookupCache) -> io::Result<FileInfo> {
        Ok(self.wait(self.requests.about(path))?)
    }

    fn open_picture(&self, path: &str, cache: &mut LookupCache) -> io::Result<(Box<dyn Read>, u64)> {
        let begin = |path: &str, most| self.fetch(path, most);
        let fetched = match cache.prefetch.take(path, self.prefetched, begin) {
            Some(fetch) => self.wait(async { fetch.await.unwrap_or(Err(Failure::interrupted())) })?,
            None => self.wait(self.requests.read(path, LARGEST))?,
        };
        let size = fetched.about.size;
        Ok((Box::new(Cursor::new(fetched.bytes)), size))
    }

    fn ownership(&self) -> &Ownership {
        &self.ownership
    }

    fn stage(&self, path: &str, bytes: Vec<u8>, replaces: Replaces) -> io::Result<Pending> {
        let memory = Arc::clone(&self.memory);
        let (mut upload, room) = Upload::new(bytes, replaces);
        let room = self.wait(async move {
            memory.acquire_many_owned(room).await.map_err(|error| Failure::Unanswered(error.to_string()))
        })?;
        upload.hold(room);
        if replaces != Replaces::Trusted {
            self.begin(&mut upload, path);
        }
        Ok(Pending::Object(upload))
    }

    fn place(&self, pending: &mut Pending, path: &str) -> io::Result<()> {
        match pending {
            Pending::Object(upload) => self.begin(upload, path),
            Pending::File(_) => return Err(io::Error::other("was staged for another root")),
        }
        Ok(())
    }

    fn settle(&self) {
        let memory = Arc::clone(&self.memory);
        // All of the memory is free once no picture takes any. If the wait is cut short, `Pending::settled` tells.
        let _ = self.wait(async move {
            let _ = memory.acquire_many(MEMORY).await;
            Ok(())
        });
    }

    /// Does nothing: an object on its way arrives complete or not at all, and a later run finds it there.
    fn discard(&self, _pending: Pending) {}

    fn delete(&self, paths: &[String]) -> Vec<io::Result<()>> {
        let Some(runtime) = &self.runtime else {
            return Vec::new();
        };
        let delete = |path: String| async move {
            self.unless_cancelled(self.requests.delete(&path)).await.map_err(io::Error::from)
        };
        // No more at a time than requests may be under way: the others would only wait in a queue.
        let deleted = stream::iter(paths.iter().cloned()).map(delete).buffered(self.requests.most());
        runtime.block_on(deleted.collect())
    }

    fn entries(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let listing = self.wait(self.walks.get(&self.requests, folder))?;
        let folders = listing.folders.iter().map(|name| (name.clone(), EntryKind::Folder));
        Ok(folders.chain(listing.files.keys().map(|name| (name.clone(), EntryKind::File))).collect())
    }

    fn will_list(&self, folders: &[String]) {
        self.list_ahead(&self.walks, folders);
    }

    fn will_look(&self, paths: &mut dyn Iterator<Item = String>) {
        let folder = |path: String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let mut folders: Vec<String> = paths.filter_map(folder).collect();
        // Callers go through one folder after the other.
        folders.dedup();
        self.list_ahead(&self.lookups, &folders);
    }

    fn will_open(&self, paths: Vec<(String, u64)>, cache: &mut LookupCache) {
        cache.prefetch.expect(paths);
    }

    fn is_lost(&self) -> Option<Error> {
        self.requests.is_lost()
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // What still looks up a name or waits for an answer is not waited for.
            runtime.shutdown_background();
        }
    }
}
