//! Advice for errors of caches.

use cache::{Change, IndexFault, Shard};
use candles::format_utc;
use market::{ReadError, SeriesError};
use rusqlite::ErrorCode;

use super::{
    market::market,
    own::{given_by, own, them},
    store::store,
};

/// In which kind of command an index cannot be used; its advice differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// The index is one that a flag can replace.
    Usual,
    /// It is a shard's, which is made again by its shard alone.
    Shard(Shard),
    /// It is the one that shards are merged into.
    MergeInto,
    /// It is one that is to be merged.
    MergeFrom,
}

/// Why a cache cannot be used.
pub fn cache(error: &cache::Error, context: &Context) -> String {
    use cache::Error as E;
    let advice = match error {
        E::Market(error) => return market(error),
        E::Store(error) => return store(error),
        E::Own(error) => return own(error),
        E::OwnNotGiven { part } => return format!("{error}; give {} by {}", them(part), given_by(part)),
        E::OwnNotDrawn { .. } => "; leave it out, or render such pictures first",
        E::OwnBetween { .. } => "; --series-times before draws it at the last candle before",
        E::Index { fault, .. } => return format!("{error}{}", index(fault, *context)),
        E::Locked { .. } if *context == Context::Usual => {
            "; wait until it is done, or choose another --index"
        }
        E::Locked { .. } => "; wait until it is done",
        E::NoPictures { .. } => "; bring them there, or say by --root where they are",
        E::RebuildOfSome => {
            let some = "--symbol, --interval, --start, --end and --stride";
            return format!("--rebuild-index makes the whole index; leave out {some}");
        }
        E::OtherPlan { change: Some(change), .. } => {
            return format!("{error}; {}", settle_hint(change));
        }
        E::Changed(_) => "; move its index away, and render all shards from candles that stand still",
        E::NothingToMerge => "; name the indexes of shards",
        E::NoRoot => "; say it by --root",
        E::TwoRoots { roots, .. } => {
            let (first, second) = &**roots;
            let how = match (first.folder(), second.folder()) {
                (Some(_), Some(_)) => format!("one folder (rsync -a {second}/ {first}/)"),
                _ => "one root".to_owned(),
            };
            return format!("{error}; bring all of them to {how}, and name it by --root");
        }
        _ => "",
    };
    format!("{error}{advice}")
}

/// Why a series cannot be used.
pub fn series(fault: &ReadError) -> String {
    let advice = match fault {
        ReadError::Series(SeriesError::Gaps(_)) => ", or leave it out with --start or --end",
        _ => "",
    };
    format!("{fault}{advice}")
}

/// What to do where the clock makes a plan another one.
pub fn settle_hint(change: &Change) -> String {
    format!(
        "an interval that is over at {} changes the plan; --end {} settles it",
        format_utc(change.at),
        format_utc(change.settled)
    )
}

/// What to do about an index that cannot be used.
fn index(fault: &IndexFault, context: Context) -> String {
    use IndexFault as F;
    const REBUILD: &str =
        "; `image-cache repair --rebuild-index`, with the same flags, makes it again from the pictures";
    const CHOOSE: &str = "; choose another --index";
    let code = match fault {
        F::Sqlite(error) => error.sqlite_error_code(),
        _ => None,
    };
    let usual = match fault {
        F::Absent => "; name yours with --index, or make one with `image-cache render`",
        F::Directory => "; --index takes a file",
        F::Empty => REBUILD,
        F::Sqlite(_) if code == Some(ErrorCode::DatabaseCorrupt) => REBUILD,
        F::Sqlite(_) if code == Some(ErrorCode::NotADatabase) => {
            "; choose another --index or, if it was one, `image-cache repair --rebuild-index`, with the same flags"
        }
        F::Foreign(_) => CHOOSE,
        F::OtherTool => "; move it away, or choose another --index",
        // All of the above say what a flag can do; whatever comes now is the same in every command.
        fault => return anywhere(fault, code),
    };
    match (context, fault) {
        (Context::Usual, _) => usual.to_owned(),
        (Context::Shard(shard), _) => format!("; move it away, and render shard {shard} again"),
        (Context::MergeInto, F::Directory) => "; merge into a file".to_owned(),
        (Context::MergeInto, _) => "; merge into a new index".to_owned(),
        (Context::MergeFrom, F::Absent) => {
            "; `image-cache render --shard` makes indexes of shards".to_owned()
        }
        (Context::MergeFrom, _) => "; render the shard again, and merge the index that this makes".to_owned(),
    }
}

fn anywhere(fault: &IndexFault, code: Option<ErrorCode>) -> String {
    use IndexFault as F;
    let advice = match fault {
        F::NoPictures => "; make some with `image-cache render`",
        F::Sqlite(_) if matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            "; `image-cache verify --no-record` and `status` only read it"
        }
        F::OtherVersion(_) => ", so move it away and run again",
        F::BadId => "; move the index away and run again",
        F::Lock { .. } => "; `verify --no-record`, `repair --dry-run` and `status` need none",
        F::RootAbsent(_) => "; say where they are, or were, by --root",
        F::Busy => "; try again when it is done",
        F::Unrecognised(_) => "; move it away, and run this again",
        F::IsShard(shard, _) => {
            return format!("; go on with --shard {shard}, or choose another --index");
        }
        F::HoldsShards(_) => "; merge the others into it, or choose another --index",
        F::NotThisShard(..) => "; move it away, or choose another --index",
        F::RebuildOfShard(_) => "; move it away, and render or merge it again",
        F::RebuildNamed(shard) => {
            return format!("; move it away, and run `render --shard {shard}` again");
        }
        F::RebuildAmongShards { .. } => "; move it away, and render or merge again what it was of",
        F::NoShard => "; `image-cache render --shard` makes one",
        F::Nameless(_) => "; render it again",
        F::OtherCount(..) => "; merge shards of one count",
        F::NoNames => "; merge into a new index",
        F::OwnShard => "; merge into another",
        F::NotMerged => "; merge into a new one",
        F::OtherRoot(..) => {
            "; leave --root out (IMAGE_CACHE_ROOT and `root` in the configuration as well), or merge all shards \
             into a new index"
        }
        F::NoRoot => "; say it by --root",
        F::Changed => "; merge it again once nobody writes to it",
        F::Row(_) => "; render the shard again",
        _ => "",
    };
    advice.to_owned()
}
