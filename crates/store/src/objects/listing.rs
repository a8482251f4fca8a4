//! [`Listings`]: the contents of folders, asked for once and remembered for a while.
//!
//! A page of a listing tells of a thousand objects for the price of asking for one.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{runtime::Handle, sync::OnceCell};

use super::requests::Requests;
use crate::FileInfo;

/// Folders that are remembered, at most.
const FOLDERS: usize = 64;
/// Names that are remembered, at most, besides those of the newest folder.
const NAMES: usize = 200_000;
/// How many announced folders are listed in advance.
const AHEAD: usize = 32;

/// The names in a folder, with what is known of those that are objects' names.
pub type Listing = HashMap<String, Option<FileInfo>>;

type Slot = Arc<OnceCell<Result<Arc<Listing>, Arc<io::Error>>>>;

/// The folders that were last asked for, the newest at the end.
#[derive(Debug, Default)]
pub struct Listings(Mutex<VecDeque<(String, Slot)>>);

impl Listings {
    /// The contents of a folder. Threads that ask for the same folder wait for the same answer.
    pub async fn get(&self, requests: &Requests, folder: &str) -> io::Result<Arc<Listing>> {
        let slot = self.slot(folder);
        slot.get_or_init(|| list(requests, folder)).await.clone().map_err(|error| {
            // The next call asks again.
            self.slots().retain(|(_, other)| !Arc::ptr_eq(other, &slot));
            io::Error::new(error.kind(), error.to_string())
        })
    }

    /// Lists folders in advance.
    pub fn ahead(&self, requests: &Arc<Requests>, network: &Handle, folders: &[String]) {
        for folder in folders.iter().take(AHEAD) {
            let (slot, requests, folder) = (self.slot(folder), Arc::clone(requests), folder.clone());
            network.spawn(async move {
                slot.get_or_init(|| list(&requests, &folder)).await;
            });
        }
    }

    fn slot(&self, folder: &str) -> Slot {
        let mut slots = self.slots();
        if let Some((_, slot)) = slots.iter().find(|(name, _)| name == folder) {
            return Arc::clone(slot);
        }
        let names = |(_, slot): &(String, Slot)| match slot.get() {
            Some(Ok(listing)) => listing.len(),
            _ => 0,
        };
        while slots.len() >= FOLDERS || slots.iter().map(names).sum::<usize>() > NAMES {
            slots.pop_front();
        }
        let slot = Slot::default();
        slots.push_back((folder.to_owned(), Arc::clone(&slot)));
        slot
    }

    fn slots(&self) -> MutexGuard<'_, VecDeque<(String, Slot)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn list(requests: &Requests, folder: &str) -> Result<Arc<Listing>, Arc<io::Error>> {
    let listed = requests.list(folder).await?;
    let objects = listed.objects.iter().map(|meta| (&meta.location, Some(FileInfo::from(meta))));
    let all = objects.chain(listed.common_prefixes.iter().map(|folder| (folder, None)));
    Ok(Arc::new(all.filter_map(|(path, about)| Some((path.filename()?.to_owned(), about))).collect()))
}
