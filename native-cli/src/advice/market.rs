//! Advice for errors of market databases and of imports.

use candles::text::shown;
use market::{DatabaseError, Error, Refusal};
use render_core::similar_names;

/// Names that a message lists before it gives up.
const MOST_NAMES: usize = 20;

/// Why a market database cannot be used, or has nothing of what was asked for.
pub fn market(error: &Error) -> String {
    let advice = match error {
        Error::Database { source, .. } => match source {
            DatabaseError::Absent => "; name yours with --db, or try --sample",
            DatabaseError::NotMade => "; name yours with --db",
            DatabaseError::Directory => "; --db takes the database file in it",
            _ => "",
        },
        Error::NoSuchName { known, .. } if known.is_empty() => "; it holds no series at all",
        Error::NoSuchName { name, known, .. } => {
            let near = similar_names(name, known.iter().map(String::as_str));
            let near: Vec<String> = near.iter().map(|near| shown(near)).collect();
            return match near.is_empty() {
                true => format!("{error}; it has {}", list(known)),
                false => format!("{error}; did you mean {}?", near.join(" or ")),
            };
        }
        Error::NoSuchSeries { known, .. } => return format!("{error}; it has {}", list(known)),
        Error::Refused(Refusal::Unnamed(_)) => {
            return "--resample without files takes a --symbol and an --interval".to_owned();
        }
        Error::Refused(refusal) => return refusal.to_string(),
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

fn list(names: &[String]) -> String {
    let listed: Vec<String> = names.iter().take(MOST_NAMES).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", listed.join(", "))
}
