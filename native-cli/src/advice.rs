//! Errors of the libraries as the command line prints them: what is wrong, and what flags or commands help.
//!
//! The libraries say only what is wrong, since they know no flags. Advice stands here and nowhere else.

mod dataset;

use cache::{Change, IndexFault, Shard};
use candles::{format_utc, text::shown};
use market::{DatabaseError, Error, ReadError, Refusal, SeriesError};
use render_core::{Knob, SpecError, Takes, near};
use rusqlite::ErrorCode;
use store::UrlFault;

pub use dataset::{dataset, left_out};

/// Names that a message lists before it gives up.
const MOST_NAMES: usize = 20;

/// Why a market database cannot be used, or has nothing of what was asked for.
pub fn market(error: &Error) -> String {
    let advice = match error {
        Error::Database { source: DatabaseError::Absent, .. } => {
            "; name yours with --db, or try --sample".to_owned()
        }
        Error::Database { source: DatabaseError::NotMade, .. } => "; name yours with --db".to_owned(),
        Error::Database { source: DatabaseError::Directory, .. } => {
            "; --db takes the database file in it".to_owned()
        }
        Error::Database { .. } => String::new(),
        Error::NoSuchName { known, .. } if known.is_empty() => "; it holds no series at all".to_owned(),
        Error::NoSuchName { name, known, .. } => {
            let near = near(name, known.iter().map(String::as_str));
            let near: Vec<String> = near.iter().map(|near| shown(near)).collect();
            match near.is_empty() {
                true => format!("; it has {}", list(known)),
                false => format!("; did you mean {}?", near.join(" or ")),
            }
        }
        Error::NoSuchSeries { known, .. } => format!("; it has {}", list(known)),
        Error::Resample(Refusal::Unnamed(_)) => {
            return "--resample without files takes a --symbol and an --interval".to_owned();
        }
        Error::Resample(refusal) => return refusal.to_string(),
    };
    format!("{error}{advice}")
}

/// Why `import` does not take a file, or does not build a series.
pub fn import(refusal: &Refusal) -> String {
    let advice = match refusal {
        Refusal::Contradicted { what, .. } => format!("; give --{what} to decide"),
        Refusal::Unnamed(what) => format!("; give --{what}"),
        Refusal::Distance { is_multiple, .. } => {
            let or_sparse = if *is_multiple { ", or --sparse if those between are missing" } else { "" };
            format!("; give their interval by --interval{or_sparse}")
        }
        Refusal::ParquetNotBuilt => {
            "; build image-cache with `cargo build --release --features parquet`".to_owned()
        }
        _ => String::new(),
    };
    format!("{refusal}{advice}")
}

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
        E::Index { fault, .. } => index(fault, *context),
        E::Locked { .. } if *context == Context::Usual => {
            "; wait until it is done, or choose another --index".to_owned()
        }
        E::Locked { .. } => "; wait until it is done".to_owned(),
        E::NoPictures { .. } => "; bring them there, or say by --root where they are".to_owned(),
        E::RebuildOfSome => {
            return "--rebuild-index makes the whole index; leave out --symbol, --interval, --start, --end and \
                    --stride"
                .to_owned();
        }
        E::OtherPlan { change: Some(change), .. } => format!("; {}", settle_hint(change)),
        E::Changed(_) => {
            "; move its index away, and render all shards from candles that stand still".to_owned()
        }
        E::NothingToMerge => "; name the indexes of shards".to_owned(),
        E::NoRoot => "; say it by --root".to_owned(),
        E::TwoRoots { roots, .. } => {
            let (first, second) = &**roots;
            let how = match (first.folder(), second.folder()) {
                (Some(_), Some(_)) => format!("one folder (rsync -a {second}/ {first}/)"),
                _ => "one root".to_owned(),
            };
            format!("; bring all of them to {how}, and name it by --root")
        }
        _ => String::new(),
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
    const REBUILD: &str = "; `image-cache repair --rebuild-index` makes it again from the pictures";
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
            "; choose another --index or, if it was one, `image-cache repair --rebuild-index`"
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
        F::IsMarket => "; choose another --index",
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

/// What to do about a spec that there cannot be, as the end of a message.
pub fn spec(error: &SpecError) -> String {
    match error {
        SpecError::Value { knob: "style", .. } => "; `image-cache styles` lists all of them".to_owned(),
        SpecError::Contradiction { other, mend, .. } => {
            let is_switch = Knob::named(other).is_some_and(|knob| knob.takes == Takes::YesNo);
            let space = if is_switch { '=' } else { ' ' };
            format!("; leave one of them out, or say --{other}{space}{mend}")
        }
        SpecError::Value { .. } | SpecError::UnknownKnob { .. } | SpecError::Json(_) => String::new(),
    }
}

fn list(names: &[String]) -> String {
    let listed: Vec<String> = names.iter().take(MOST_NAMES).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", listed.join(", "))
}

/// What the user reads of an error of the store.
pub fn store(error: &store::Error) -> String {
    let advice = match error {
        store::Error::Url { scheme, fault } => {
            let advice = match fault {
                UrlFault::Folder => format!("; write the folder's path as it is, without {scheme}:"),
                UrlFault::OtherScheme => {
                    "; AWS_ENDPOINT_URL names a server of one's own; a folder of this name is ./ and the name"
                        .to_owned()
                }
                UrlFault::NotBuilt => {
                    "; build it with `cargo build --release --features object-store`".to_owned()
                }
                UrlFault::Credentials => {
                    "; give them in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                        .to_owned()
                }
                UrlFault::Query => "; credentials are given in the environment".to_owned(),
                UrlFault::NoBucket => "; write one as s3://BUCKET/PREFIX".to_owned(),
                UrlFault::Malformed(_) => String::new(),
            };
            return format!("--root {error}{advice}");
        }
        store::Error::NoSuchBucket { .. } => "; create it first",
        store::Error::Lost { .. } => ". Every picture with a row is in place",
        _ => "",
    };
    format!("{error}{advice}")
}
