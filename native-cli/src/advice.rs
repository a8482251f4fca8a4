//! Errors of the libraries as the command line prints them: what is wrong, and what flags or commands help.
//!
//! The libraries say only what is wrong, since they know no flags. Advice stands here and nowhere else.

use candles::text::shown;
use market::{DatabaseError, Error, ReadError, SeriesError};
use render_core::near;
use store::UrlFault;

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
    };
    format!("{error}{advice}")
}

/// Why a series is refused.
pub fn series(error: &SeriesError) -> String {
    match error {
        SeriesError::Gaps(_) => format!("{error}, or leave it out with --start or --end"),
        _ => error.to_string(),
    }
}

/// Why a series cannot be read.
pub fn reading(error: &ReadError) -> String {
    match error {
        ReadError::Series(error) => series(error),
        _ => error.to_string(),
    }
}

/// Why a root cannot be used.
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

fn list(names: &[String]) -> String {
    let listed: Vec<String> = names.iter().take(MOST_NAMES).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", listed.join(", "))
}
