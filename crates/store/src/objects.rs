//! Pictures in object storage: each is put whole, and has its row once the server has acknowledged it.
//!
//! There are no temporaries and no renaming here. All that is asynchronous stays in this
//! module: its threads send and fetch, and whoever asks is a plain thread that waits.

mod ahead;
mod bucket;
mod failure;
mod listing;
mod requests;
mod upload;

use std::{
    io::{self, Cursor, Read},
    sync::Arc,
    thread,
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream,
};
use tokio::{runtime::Runtime, sync::Semaphore, time::sleep};

use super::{About, Kind, LARGEST, Over};
use crate::{error::Error, interrupt::Interrupt};

pub use ahead::Ahead;
pub use bucket::Bucket;
#[cfg(test)]
pub use bucket::Given;
use failure::Failure;
use listing::Listings;
use requests::Requests;
use upload::MEMORY;
pub use upload::Upload;

/// How long a request is repeated before it counts as failed. Below five minutes, so
/// that no signature grows too old.
const PATIENCE: Duration = Duration::from_secs(180);
/// The same at the start of a run, when somebody may be watching who has mistyped an address.
const FIRST_PATIENCE: Duration = Duration::from_secs(8);
/// What is on its way has so long to arrive once the user wants an end.
const GRACE: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 5000 });
/// How often it is looked whether the user does.
const LOOK: Duration = Duration::from_millis(100);
/// Threads that speak with the server, at most: each can do thousands of requests a second.
const MOST_THREADS: usize = 8;

/// The prefix of a bucket, as one index sees it.
pub struct Objects {
    requests: Arc<Requests>,
    /// How much of finished pictures may wait in memory, in KiB.
    memory: Arc<Semaphore>,
    /// What lies where pictures are looked at.
    looked: Listings,
    /// What lies where orphans are looked for, which is read anew.
    walked: Listings,
    /// Objects that are fetched before one thread asks for them.
    ahead: usize,
    interrupt: Interrupt,
    runtime: Option<Runtime>,
}

impl Objects {
    /// Makes sure that the bucket is there and may be read.
    pub fn open(bucket: &Bucket, interrupt: &Interrupt) -> Result<Self, Error> {
        let refuse = |why: String| Error::Root { root: bucket.to_string(), why };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("network")
            .enable_all()
            .build()
            .map_err(|error| Error::System { what: "cannot start a thread", why: error.to_string() })?;
        let connect = |patience| {
            let store = bucket.connect(patience).map_err(|error| refuse(failure::words(&error)))?;
            Ok::<_, Error>(Arc::new(Requests::new(bucket, store, patience, interrupt.clone())))
        };
        #[cfg(test)]
        let patience = bucket.given.as_ref().map_or(PATIENCE, |given| given.patience);
        #[cfg(not(test))]
        let patience = PATIENCE;
        let first = connect(FIRST_PATIENCE.min(patience))?;
        let objects = Self {
            requests: connect(patience)?,
            memory: Arc::new(Semaphore::new(MEMORY as usize)),
            looked: Listings::default(),
            walked: Listings::default(),
            ahead: bucket.requests.div_ceil(bucket.jobs.max(1)).max(2),
            interrupt: interrupt.clone(),
            runtime: Some(runtime),
        };
        match objects.wait(async move { first.probe().await }) {
            Ok(()) => Ok(objects),
            Err(Failure::Absent) => Err(refuse("there is no such bucket; create it first".to_owned())),
            Err(_) if interrupt.is_set() && objects.is_lost().is_none() => Err(Error::Interrupted),
            Err(failure) => Err(refuse(failure.into_text())),
        }
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(self.wait_for(answer)),
            None => Err(Failure::interrupted()),
        }
    }

    /// Waits for an answer, though not for long once the user wants an end.
    async fn wait_for<T>(&self, answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let interrupted = async {
            while !self.interrupt.is_set() {
                sleep(LOOK).await;
            }
            sleep(GRACE).await;
        };
        match select(Box::pin(answer), Box::pin(interrupted)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Failure::interrupted()),
        }
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }

    /// What is known of the object at `path`, from a listing of its folder where that is enough.
    pub fn about(&self, path: &str) -> io::Result<About> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let listing = self.wait(self.looked.get(&self.requests, folder))?;
        match listing.files.get(name) {
            Some(about) => Ok(about.clone()),
            // It may have come to lie there since.
            None => Ok(self.wait(self.requests.about(path))?),
        }
    }

    /// The same, and not from a listing.
    pub fn about_now(&self, path: &str) -> io::Result<About> {
        Ok(self.wait(self.requests.about(path))?)
    }

    /// Opens the picture at `path`, fetched already where that was foreseen.
    pub fn open_picture(&self, path: &str, ahead: &mut Ahead) -> io::Result<(Box<dyn Read>, u64)> {
        let fetched = match ahead.take(path, self.ahead, |path, most| self.fetch(path, most)) {
            Some(fetch) => self.wait(async { fetch.await.unwrap_or(Err(Failure::interrupted())) })?,
            None => self.wait(self.requests.read(path, LARGEST))?,
        };
        let size = fetched.about.size;
        Ok((Box::new(Cursor::new(fetched.bytes)), size))
    }

    /// Takes a picture in, and begins to send it unless its row must change first.
    pub fn stage(&self, path: &str, bytes: Vec<u8>, over: Over) -> io::Result<Upload> {
        let memory = Arc::clone(&self.memory);
        let (mut upload, room) = Upload::new(bytes, over);
        let room = self.wait(async move {
            memory.acquire_many_owned(room).await.map_err(|error| Failure::Unanswered(error.to_string()))
        })?;
        upload.hold(room);
        if over != Over::Trusted {
            self.begin(&mut upload, path);
        }
        Ok(upload)
    }

    /// Begins to send a picture, unless that is done.
    pub fn begin(&self, upload: &mut Upload, path: &str) {
        if let Some(work) = upload.begin(Arc::clone(&self.requests), path.to_owned()) {
            self.spawn(work);
        }
    }

    /// Waits until nothing is on its way any more.
    pub fn settle(&self) {
        let memory = Arc::clone(&self.memory);
        // All of the memory is free once no picture has any. Who cannot wait asks each picture.
        let _ = self.wait(async move {
            let _ = memory.acquire_many(MEMORY).await;
            Ok(())
        });
    }

    /// Deletes objects, many at a time.
    pub fn delete<'a>(&'a self, paths: &'a [String]) -> Vec<io::Result<()>> {
        let delete = |path: &'a String| async move {
            self.wait_for(self.requests.delete(path)).await.map_err(io::Error::from)
        };
        // More than may be under way at a time would only stand in a queue.
        let deleted = stream::iter(paths).map(delete).buffered(self.requests.most()).collect();
        match &self.runtime {
            Some(runtime) => runtime.block_on(deleted),
            None => Vec::new(),
        }
    }

    /// What lies below the prefix in a folder.
    pub fn entries(&self, folder: &str) -> io::Result<Vec<(String, Kind)>> {
        let listing = self.wait(self.walked.get(&self.requests, folder))?;
        let folders = listing.folders.iter().map(|name| (name.clone(), Kind::Folder));
        Ok(folders.chain(listing.files.keys().map(|name| (name.clone(), Kind::File))).collect())
    }

    /// Begins to list folders that orphans are looked for in soon.
    pub fn will_list(&self, folders: &[String]) {
        self.list_ahead(&self.walked, folders);
    }

    /// Begins to list the folders of pictures that are looked at soon.
    pub fn will_look(&self, folders: &[String]) {
        self.list_ahead(&self.looked, folders);
    }

    fn list_ahead(&self, listings: &Listings, folders: &[String]) {
        for listing in listings.ahead(&self.requests, folders) {
            self.spawn(listing);
        }
    }

    /// Why the run cannot go on, if the server is away for good.
    pub fn is_lost(&self) -> Option<Error> {
        self.requests.is_lost()
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Whatever still looks up a name or waits for an answer is not waited for.
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests;
