//! Errors of the libraries as the command line prints them: what is wrong, and what flags or commands help.
//!
//! The libraries say only what is wrong, since they know no flags. Advice stands here and nowhere else.

use candles::text::shown;
use market::{DatabaseError, Error, ReadError, SeriesError};
use render_core::{Knob, SpecError, Takes, near};

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
