//! Whether indexes of shards ([`ShardIndex`]) and the one that they go into belong to one plan ([`MergedPlan`]).

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
};
use store::{Root, real_path};

use crate::{
    claim::{self, Standing, has_rows},
    config::MergeSettings,
    error::Error,
    index::{self, Index, Reader},
    plan::Selection,
    schema,
    shard::Shards,
};

/// What to do about a file that is no index of a shard.
pub const NO_INDEX: &str = "render the shard again, and merge the index that this makes";

/// An index that is to be merged.
pub struct ShardIndex {
    pub file: PathBuf,
    pub reader: Reader,
    pub standing: Standing,
    pub shards: Shards,
    /// Whether it has all its rows.
    pub is_finished: bool,
    /// Where it says that its pictures are.
    pub root: Option<Root>,
}

/// The plan of all shards.
pub struct MergedPlan {
    pub plan: String,
    pub selection: Selection,
    /// How many shards it has.
    pub of: NonZeroU32,
}

impl ShardIndex {
    /// Opens all that are named.
    ///
    /// One that cannot be read does not keep the others from being merged; it is given with the reason.
    pub fn all(settings: &MergeSettings, into: &Path) -> Result<(Vec<Self>, Vec<Error>), Error> {
        let (mut all, mut bad) = (Vec::new(), Vec::new());
        for named in &settings.from {
            let file = index::follow(named)?;
            if !file.exists() {
                let why = "does not exist; `image-cache render --shard` makes indexes of shards".to_owned();
                return Err(Error::Index { file, why });
            }
            index::must_exist(&file).map_err(|error| error.advising(NO_INDEX))?;
            if real_path(&file) == real_path(into) {
                return Err(Error::Usage(format!(
                    "{} is both what is merged and what it is merged into",
                    file.display()
                )));
            }
            match Self::open(file) {
                Ok(shard) => all.push(shard),
                Err(error @ Error::Index { .. }) => bad.push(error.advising(NO_INDEX)),
                Err(error) => return Err(error),
            }
        }
        match bad.pop() {
            Some(error) if all.is_empty() => Err(error),
            last => {
                bad.extend(last);
                Ok((all, bad))
            }
        }
    }

    fn open(file: PathBuf) -> Result<Self, Error> {
        let refuse = |why: &str| Error::Index { file: file.clone(), why: why.to_owned() };
        let no_shard = "is no index of a shard; `image-cache render --shard` makes one";
        let Some(reader) = Reader::existing(&file)? else {
            return Err(refuse(no_shard));
        };
        let read = || -> rusqlite::Result<_> {
            let count: i64 =
                reader.connection.query_row("SELECT count(*) FROM images", [], |row| row.get(0))?;
            Ok((Standing::read(&reader.connection)?, u64::try_from(count).unwrap_or(0)))
        };
        let (standing, rows) = read().map_err(|error| reader.refuse(&error))?;
        let shards = match &standing.shard {
            None if standing.is_merged() => {
                return Err(refuse("is merged from all shards of its plan already"));
            }
            None => return Err(refuse(no_shard)),
            Some(text) => text.parse::<Shards>(),
        };
        let shards = shards.map_err(|()| refuse("does not say which shard it is; render it again"))?;
        let is_finished = standing.is_merged() || standing.finished == Some(rows);
        let root = standing.root_at(&file)?;
        Ok(Self { file, reader, standing, shards, is_finished, root })
    }
}

impl MergedPlan {
    /// The plan of these shards, if they have one.
    pub fn of(shards: &[ShardIndex]) -> Result<Self, Error> {
        let Some(first) = shards.first() else {
            return Err(Error::Usage("there is nothing to merge; name the indexes of shards".to_owned()));
        };
        let (Some(plan), Some(selection)) = (&first.standing.plan, &first.standing.selection) else {
            let why = "does not say of which plan it is; render it again".to_owned();
            return Err(Error::Index { file: first.file.clone(), why });
        };
        let of_all = Self { plan: plan.clone(), selection: selection.clone(), of: first.shards.of };
        shards.iter().try_for_each(|shard| of_all.fits(&shard.file, &shard.standing, &shard.shards))?;
        Ok(of_all)
    }

    fn fits(&self, file: &Path, standing: &Standing, shards: &Shards) -> Result<(), Error> {
        let refuse = |why: String| Err(Error::Index { file: file.to_owned(), why });
        if let Some(how) = standing.differences(&self.plan, &self.selection) {
            return refuse(format!("is of {how}"));
        }
        if shards.of != self.of {
            return refuse(format!(
                "is one of {} shards and not of {}; merge shards of one count",
                shards.of, self.of
            ));
        }
        Ok(())
    }

    /// Refuses an index that these cannot be merged into; gives what it says of itself.
    pub fn check(&self, into: &Path) -> Result<Standing, Error> {
        self.look(into).map_err(|error| error.advising("merge into a new index"))
    }

    fn look(&self, into: &Path) -> Result<Standing, Error> {
        let refuse = |why: &str| Err(Error::Index { file: into.to_owned(), why: why.to_owned() });
        if into.is_dir() {
            return refuse("is a directory; merge into a file");
        }
        let Some(reader) = Reader::existing(into)? else {
            return Ok(Standing::default());
        };
        let read = || Ok((Standing::read(&reader.connection)?, has_rows(&reader.connection)?));
        let (standing, has_rows) = read().map_err(|error: rusqlite::Error| reader.refuse(&error))?;
        match (&standing.merged, &standing.shard) {
            (Some(of), shard) => {
                let shards = shard.clone().unwrap_or_else(|| format!("/{of}")).parse::<Shards>();
                match shards {
                    Ok(shards) => self.fits(into, &standing, &shards).map(|()| standing),
                    Err(()) => refuse("does not say which shards it holds; merge into a new index"),
                }
            }
            (None, Some(_)) => refuse("is a shard's own index; merge into another"),
            (None, None) if has_rows => {
                refuse("is an index that shards were not merged into; merge into a new one")
            }
            (None, None) => Ok(standing),
        }
    }

    /// Makes an index one that these are merged into; gives the shards that are in it.
    pub fn open(&self, index: &mut Index, root: &Root) -> Result<Shards, Error> {
        let none = Shards { of: self.of, indexes: Default::default() };
        let standing = Standing::read(&index.connection).map_err(|error| index.refuse(&error))?;
        let place = claim::place_of(root, index.file());
        if standing.is_merged() {
            if standing.root.is_none() {
                index.note(claim::ROOT, &place)?;
            }
            return Ok(standing.merged_shards().unwrap_or(none));
        }
        let selection = serde_json::to_string(&self.selection).unwrap_or_default();
        let of = self.of.to_string();
        let values = [
            (claim::PLAN, self.plan.clone()),
            (claim::SELECTION, selection),
            (claim::ROOT, place),
            (claim::SHARD, none.to_string()),
            (claim::MERGED, of),
        ];
        index.write(|transaction| {
            values.iter().try_for_each(|(key, value)| schema::put(transaction, key, value).map(drop))
        })?;
        Ok(none)
    }
}
