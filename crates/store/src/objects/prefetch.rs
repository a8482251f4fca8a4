//! [`Prefetch`]: objects that are fetched before they are asked for, so that a thread seldom waits for one.

use std::{collections::VecDeque, sync::Arc};

use futures_util::future::{Either, select};
use tokio::sync::oneshot::{Receiver, channel};

use super::{Objects, failure::Failure, requests::Fetched};

/// Brings the object, once it is there.
type Fetch = Receiver<Result<Fetched, Failure>>;

/// What one thread has announced that it will open, in this order.
#[derive(Debug, Default)]
pub struct Prefetch {
    /// Paths, and the size above which an object is not read.
    wanted: VecDeque<(String, u64)>,
    fetched: VecDeque<(String, Fetch)>,
}

impl Prefetch {
    /// Takes an announcement, in the place of the one before.
    pub fn expect(&mut self, wanted: Vec<(String, u64)>) {
        self.fetched.clear();
        self.wanted = wanted.into();
    }

    /// Gives the fetch of `path`, if it was announced, and begins those after it, so that `at_a_time` are under way.
    pub fn take(
        &mut self,
        path: &str,
        at_a_time: usize,
        begin: impl Fn(&str, u64) -> Fetch,
    ) -> Option<Fetch> {
        if let Some(at) = self.fetched.iter().position(|(announced, _)| announced == path) {
            // The thread has passed over those before it.
            self.fetched.drain(..at);
        } else {
            let at = self.wanted.iter().position(|(announced, _)| announced == path)?;
            self.fetched.clear();
            self.wanted.drain(..at);
        }
        while self.fetched.len() < at_a_time
            && let Some((path, most)) = self.wanted.pop_front()
        {
            let fetch = begin(&path, most);
            self.fetched.push_back((path, fetch));
        }
        self.fetched.pop_front().map(|(_, fetch)| fetch)
    }
}

impl Objects {
    /// Begins to fetch an object.
    pub(super) fn fetch(&self, path: &str, most: u64) -> Fetch {
        let (mut answer, fetch) = channel();
        let (requests, path) = (Arc::clone(&self.requests), path.to_owned());
        self.spawn(async move {
            // If the thread does not want it any more, the fetch ends.
            let fetching = Box::pin(requests.read(&path, most));
            let unwanted = Box::pin(answer.closed());
            let fetched = match select(fetching, unwanted).await {
                Either::Left((fetched, _)) => fetched,
                Either::Right(_) => return,
            };
            let _ = answer.send(fetched);
        });
        fetch
    }
}
