//! [`Prefetch`]: objects that are fetched before they are asked for, so that a thread seldom waits for one.

use std::{collections::VecDeque, io, sync::Arc};

use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use tokio::runtime::Handle;

use super::requests::{Fetched, Requests};

/// What one thread has announced that it will open, in this order.
#[derive(Default)]
pub struct Prefetch {
    announced: VecDeque<String>,
    objects: Option<BoxStream<'static, io::Result<Fetched>>>,
}

impl Prefetch {
    /// Fetches as many objects at a time as requests may be under way, from when the first one is taken. Each path
    /// comes with the size above which its object is not read.
    pub fn new(paths: Vec<(String, u64)>, requests: &Arc<Requests>, network: &Handle) -> Self {
        let announced = paths.iter().map(|(path, _)| path.clone()).collect();
        let at_a_time = requests.bucket.requests;
        let (requests, network) = (Arc::clone(requests), network.clone());
        let fetch = move |(path, most): (String, u64)| {
            let requests = Arc::clone(&requests);
            // If the thread does not want the object any more, the fetch ends.
            let (work, object) = async move { requests.read(&path, most).await }.remote_handle();
            network.spawn(work);
            object
        };
        Self { announced, objects: Some(stream::iter(paths).map(fetch).buffered(at_a_time).boxed()) }
    }

    /// Gives the object at `path`, if it was announced. Those that were announced before it are passed over.
    pub async fn take(&mut self, path: &str) -> Option<io::Result<Fetched>> {
        let at = self.announced.iter().position(|announced| announced == path)?;
        self.announced.drain(..=at);
        self.objects.as_mut()?.skip(at).next().await
    }
}
