//! [`DatasetOptions`]: what a data set is to be.

use std::{path::PathBuf, sync::Arc};

use cache::OwnSources;
use market::Filter;
use render_core::{ColorType, Spec};

use crate::{Form, Labelling, OptionsError, Splits};

/// Bytes of a shard, unless told otherwise.
const SHARD: u64 = 256_000_000;

/// The splits that Hugging Face's loader of folders tells apart by their names.
const FOLDERS: [&str; 3] = ["train", "validation", "test"];

/// Everything that decides what a data set is.
#[derive(Debug, Clone)]
pub struct DatasetOptions {
    /// Which ends.
    pub filter: Filter,
    /// How pictures look.
    pub spec: Arc<Spec>,
    /// Series of one's own and marks, where the spec draws such.
    pub own: Option<Arc<OwnSources>>,
    /// The folder, which must not exist yet or be empty.
    pub to: PathBuf,
    /// What its loader reads.
    pub form: Form,
    /// The most missing candles, of those that the calendar expects, that a window or a label's horizon may span; any
    /// number, if that is none.
    pub max_gap: Option<u64>,
    /// Whether its pictures are rendered straight into it, instead of being copied from a cache, where they
    /// must be what today's candles make.
    pub render: bool,
    /// What pictures are labelled with, if with anything.
    pub labelling: Option<Labelling>,
    /// How its pictures are divided.
    pub splits: Splits,
    /// Candles between two splits; by default, and at least, [`least_embargo`](Self::least_embargo).
    pub embargo: Option<u32>,
    /// The most bytes of a shard; 256 MB by default.
    pub shard_size: Option<u64>,
    /// Whether to add the column `pixel_sha256`, which costs milliseconds a picture.
    pub pixel_hash: bool,
    /// Whether to leave out pictures of the cache that are corrupt or stale, instead of failing.
    pub skip_bad: bool,
    /// Whether only to find out what there would be.
    pub dry_run: bool,
    /// Threads that read or render pictures.
    pub jobs: usize,
}

impl DatasetOptions {
    /// A data set of all the cache's pictures in one split, without labels, made by one thread.
    #[must_use]
    pub fn new(to: PathBuf, form: Form, spec: Arc<Spec>) -> Self {
        Self {
            filter: Filter::default(),
            spec,
            own: None,
            to,
            form,
            max_gap: None,
            render: false,
            labelling: None,
            splits: Splits::default(),
            embargo: None,
            shard_size: None,
            pixel_hash: false,
            skip_bad: false,
            dry_run: false,
            jobs: 1,
        }
    }

    /// Checks that no option contradicts another. Touches no file.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), OptionsError> {
        let Self { form, .. } = *self;
        if !form.is_built() {
            return Err(OptionsError::NoParquet);
        }
        if self.render && form.is_manifest() {
            return Err(OptionsError::RenderedManifest);
        }
        if self.shard_size.is_some() && !form.has_shards() {
            return Err(OptionsError::NoShards);
        }
        if form == Form::Imagefolder {
            if self.spec.options().color == ColorType::Indexed {
                return Err(OptionsError::PaletteFolder);
            }
            if let Some(name) = self.splits.names().into_iter().find(|name| !FOLDERS.contains(name)) {
                return Err(OptionsError::SplitName(name.to_owned()));
            }
        }
        let least = self.least_embargo();
        match self.embargo.filter(|embargo| *embargo < least) {
            Some(embargo) => Err(OptionsError::Embargo(embargo, least)),
            None => Ok(()),
        }
    }

    /// Candles that a picture and its label are made of: closer to each other, splits would share some.
    #[must_use]
    pub fn least_embargo(&self) -> u32 {
        let horizon = u32::try_from(self.horizon()).unwrap_or(u32::MAX);
        self.spec.window().saturating_add(self.spec.warmup()).saturating_add(horizon)
    }

    /// Candles between two splits.
    pub(crate) fn embargo(&self) -> u32 {
        self.embargo.unwrap_or_else(|| self.least_embargo())
    }

    pub(crate) fn shard_size(&self) -> u64 {
        self.shard_size.unwrap_or(SHARD)
    }

    /// Candles after a window that its label is made of.
    pub(crate) fn horizon(&self) -> usize {
        self.labelling.as_ref().map_or(0, |labelling| labelling.horizon)
    }
}
