//! [`Faulty`]: object storage in memory that counts requests and does to each what a test decides.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    client::{HttpError, HttpErrorKind},
    memory::InMemory,
    path::Path,
};

/// How many requests of each kind there were.
pub type Counts = BTreeMap<What, usize>;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Lists a folder, or the bucket.
    List,
    /// Asks about an object.
    Head,
    /// Reads an object.
    Get,
    /// Puts an object where there is none.
    Create,
    /// Puts an object over what is there.
    Overwrite,
    /// Deletes an object.
    Delete,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// It is done and acknowledged.
    Done,
    /// The connection breaks before it is done.
    Broken,
    /// It is done, and the connection breaks before the answer.
    DoneUnheard,
    /// The server refuses it.
    Denied,
    /// The server has too much to do.
    Busy,
    /// There is no answer, ever.
    Never,
}

type Decide = Box<dyn Fn(usize, What, &str) -> Fate + Send + Sync>;

/// The store in memory.
pub struct Faulty {
    inner: InMemory,
    decide: Mutex<Arc<Decide>>,
    counts: Mutex<Counts>,
    active: AtomicUsize,
    most: AtomicUsize,
}

impl Default for Faulty {
    fn default() -> Self {
        Self {
            inner: InMemory::new(),
            decide: Mutex::new(Arc::new(Box::new(|_, _, _| Fate::Done))),
            counts: Mutex::default(),
            active: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

/// Waits for the store in memory, which never takes long.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

/// The client's error for a connection that breaks.
fn broken_off() -> Error {
    let reset = io::Error::from(io::ErrorKind::ConnectionReset);
    Error::Generic { store: "test", source: Box::new(HttpError::new(HttpErrorKind::Interrupted, reset)) }
}

impl Fate {
    /// The client's error.
    fn error(self) -> Error {
        let status = match self {
            Self::Denied => "403 Forbidden",
            Self::Busy => "503 Slow Down",
            _ => return broken_off(),
        };
        Error::Generic { store: "test", source: format!("status code: {status}: ").into() }
    }
}

impl Faulty {
    /// Lets `decide` say what becomes of each request, by its number, kind and object.
    pub fn decide(&self, decide: impl Fn(usize, What, &str) -> Fate + Send + Sync + 'static) {
        *self.decide.lock().expect("no panic") = Arc::new(Box::new(decide));
    }

    /// Counts from nothing again.
    pub fn forget(&self) {
        self.counts.lock().expect("no panic").clear();
    }

    /// How many requests of each kind there were.
    pub fn counts(&self) -> Counts {
        self.counts.lock().expect("no panic").clone()
    }

    /// How many requests there were.
    pub fn asked(&self) -> usize {
        self.counts().values().sum()
    }

    /// How many requests were under way at a time, at most.
    pub fn most_at_a_time(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// Every object, by no request.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        block_on(async {
            let all: Vec<ObjectMeta> = self.inner.list(None).try_collect().await.expect("a list");
            let mut objects = BTreeMap::new();
            for meta in all {
                let got = self.inner.get(&meta.location).await.expect("an object");
                objects.insert(meta.location.to_string(), got.bytes().await.expect("bytes").to_vec());
            }
            objects
        })
    }

    /// Puts an object, by no request.
    pub fn set(&self, path: &str, bytes: &[u8]) {
        block_on(self.inner.put(&Path::from(path), bytes.to_vec().into())).expect("put");
    }

    /// Deletes an object, by no request.
    pub fn remove(&self, path: &str) {
        block_on(self.inner.delete(&Path::from(path))).expect("deleted");
    }

    /// Counts a request, and says what becomes of it.
    fn fate(&self, what: What, path: &str) -> Fate {
        let number = {
            let mut counts = self.counts.lock().expect("no panic");
            let number = counts.values().sum();
            *counts.entry(what).or_default() += 1;
            number
        };
        let decide = Arc::clone(&*self.decide.lock().expect("no panic"));
        decide(number, what, path)
    }

    async fn ask<T>(&self, what: What, path: &str, done: impl Future<Output = Result<T>>) -> Result<T> {
        let active = self.active.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(active, Ordering::Relaxed);
        let fate = self.fate(what, path);
        // Others get their turn while this one is under way.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        let answer = match fate {
            Fate::Done => done.await,
            Fate::DoneUnheard => {
                drop(done.await);
                Err(broken_off())
            }
            Fate::Never => std::future::pending().await,
            failed => Err(failed.error()),
        };
        self.active.fetch_sub(1, Ordering::Relaxed);
        answer
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let what = if opts.mode == PutMode::Create { What::Create } else { What::Overwrite };
        self.ask(what, location.as_ref(), self.inner.put_opts(location, payload, opts)).await
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        unreachable!("pictures are put whole")
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let what = if options.head { What::Head } else { What::Get };
        self.ask(what, location.as_ref(), self.inner.get_opts(location, options)).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        // It is only ever asked to delete one object, and the store in memory needs no waiting.
        match self.fate(What::Delete, "") {
            Fate::Done => self.inner.delete_stream(locations),
            Fate::DoneUnheard => self.inner.delete_stream(locations).map(|_| Err(broken_off())).boxed(),
            failed => stream::once(async move { Err(failed.error()) }).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.fate(What::List, "") {
            Fate::Done => self.inner.list(prefix),
            failed => stream::once(async move { Err(failed.error()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let path = prefix.map(ToString::to_string).unwrap_or_default();
        self.ask(What::List, &path, self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        unreachable!("nothing is copied")
    }
}
