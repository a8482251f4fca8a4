//! [`Listings`]: the contents of folders, asked for once and remembered for a while.
//!
//! A page of a listing tells of a thousand objects for the price of asking for one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use super::{failure::Failure, requests::Requests};
use crate::FileInfo;

/// Folders that are remembered, at most.
const FOLDERS: usize = 64;
/// Objects that are remembered, at most, besides those of the newest folder.
const OBJECTS: usize = 200_000;
/// How many announced folders are listed in advance.
const AHEAD: usize = 32;

/// The contents of a folder.
#[derive(Debug, Default)]
pub struct Listing {
    pub folders: Vec<String>,
    pub files: HashMap<String, FileInfo>,
}

type Slot = Arc<OnceCell<Result<Arc<Listing>, Failure>>>;

/// The folders that were last asked for, the newest at the end.
#[derive(Debug, Default)]
pub struct Listings(Mutex<VecDeque<(String, Slot)>>);

impl Listings {
    /// The contents of a folder. Threads that ask for the same folder wait for the same answer.
    pub async fn get(&self, requests: &Requests, folder: &str) -> Result<Arc<Listing>, Failure> {
        let slot = self.slot(folder);
        let listing = slot.get_or_init(|| list(requests, folder)).await.clone();
        if listing.is_err() {
            // The next call asks again.
            self.forget(&slot);
        }
        listing
    }

    /// The work of listing folders in advance.
    pub fn ahead(
        &self,
        requests: &Arc<Requests>,
        folders: &[String],
    ) -> Vec<impl Future<Output = ()> + Send + 'static> {
        let work = |folder: &String| {
            let (slot, requests, folder) = (self.slot(folder), Arc::clone(requests), folder.clone());
            async move {
                slot.get_or_init(|| list(&requests, &folder)).await;
            }
        };
        folders.iter().take(AHEAD).map(work).collect()
    }

    fn slot(&self, folder: &str) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = slots.iter().find(|(name, _)| name == folder) {
            return Arc::clone(slot);
        }
        let files = |slot: &Slot| {
            let listing = slot.get().and_then(|listing| listing.as_ref().ok());
            listing.map_or(0, |listing| listing.files.len())
        };
        let mut objects: usize = slots.iter().map(|(_, slot)| files(slot)).sum();
        while (slots.len() >= FOLDERS || objects > OBJECTS)
            && let Some((_, slot)) = slots.pop_front()
        {
            objects -= files(&slot);
        }
        let slot = Slot::default();
        slots.push_back((folder.to_owned(), Arc::clone(&slot)));
        slot
    }

    fn forget(&self, failed: &Slot) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, slot)| !Arc::ptr_eq(slot, failed));
    }
}

async fn list(requests: &Requests, folder: &str) -> Result<Arc<Listing>, Failure> {
    let listed = requests.list(folder).await?;
    let mut listing = Listing::default();
    listing
        .folders
        .extend(listed.common_prefixes.iter().filter_map(|path| path.filename().map(str::to_owned)));
    listing.files.extend(
        listed
            .objects
            .iter()
            .filter_map(|meta| Some((meta.location.filename()?.to_owned(), FileInfo::from(meta)))),
    );
    Ok(Arc::new(listing))
}
