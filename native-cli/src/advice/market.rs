//! Advice for errors of market databases and of imports.

use candles::text::shown;
use market::{DatabaseError, Error, Refusal};
use readers::{IntervalDoubt, PlacementDoubt, RowFault};
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

/// Why `import` does not take a file, or does not build a series, and what to do.
pub fn import(refusal: &Refusal) -> String {
    let advice = match refusal {
        Refusal::Contradicted { what, .. } => format!("; give --{what} to decide"),
        Refusal::Unnamed(what) => format!(", and its rows tell none; give --{what}"),
        Refusal::OtherSymbol { .. } => "; give --symbol to decide".to_owned(),
        Refusal::NoSuchSymbol { .. } => "; give --symbol one of these, or leave it out".to_owned(),
        Refusal::SameSymbol { .. } => {
            "; put each into a file of its own, and give each a --symbol".to_owned()
        }
        Refusal::Markets { .. } => "; import each with a --symbol of its own".to_owned(),
        Refusal::Interval(doubt) => interval(doubt).to_owned(),
        Refusal::Placement(doubt) => placement(doubt).to_owned(),
        Refusal::Conflict(_) | Refusal::WouldChange { .. } => {
            "; --on-conflict last or --on-conflict first decides".to_owned()
        }
        Refusal::Text(error) => return text(error),
        _ => String::new(),
    };
    format!("{refusal}{advice}")
}

/// Why a text cannot be read, and what to do.
pub fn text(error: &readers::Error) -> String {
    use readers::{Error as Text, NumberDoubt, OrderDoubt, TimeDoubt};
    const COLUMNS: &str =
        "; name the columns by --columns, such as --columns time,open,high,low,close,volume";
    let advice = match error {
        Text::Order(
            OrderDoubt::Count(_) | OrderDoubt::NoPrices | OrderDoubt::NoTime | OrderDoubt::Open(_),
        )
        | Text::NotGiven(_)
        | Text::GivenTwice(_)
        | Text::TooManyGiven(..) => COLUMNS,
        Text::Row {
            fault: RowFault::NoColumn { .. } | RowFault::SameName(_) | RowFault::FewColumns(_),
            ..
        } => COLUMNS,
        Text::Time(TimeDoubt::Order(_)) => "; give --date-order dmy or mdy",
        Text::Time(TimeDoubt::Unit(..) | TimeDoubt::Ahead(_)) => {
            "; give --time-format s, ms, us or ns, if one is right"
        }
        Text::Time(TimeDoubt::Rounded(_)) => {
            "; export it again with times as text, or in another format than a spreadsheet's"
        }
        Text::Time(TimeDoubt::NoDate(_)) => "; write the date into each row",
        Text::Time(TimeDoubt::Unknown(_)) => {
            "; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or a number since 1970, or give --date-order or --columns"
        }
        Text::Number(NumberDoubt::Either(_) | NumberDoubt::PointEither(_) | NumberDoubt::Mixed) => {
            "; give --decimal , or --decimal . and --thousands"
        }
        Text::ZoneOfHeader(_) => "; give --time-zone, such as --time-zone Europe/Athens",
        Text::NotBuilt { .. } => "; or build image-cache with `cargo build --release --all-features`",
        Text::Sqlite => "; image-cache reads a market database by --db, and exports of others as CSV",
        Text::Interval(doubt) => interval(doubt),
        Text::Placement(doubt) => placement(doubt),
        Text::Row { fault, unit, line } => return format!("{unit} {line}: {}", row(fault)),
        _ => "",
    };
    format!("{error}{advice}")
}

/// What is wrong with a row, and what to do.
pub fn row(fault: &RowFault) -> String {
    const NUMBERS: &str = "; --decimal and --thousands say how numbers are written";
    let advice = match fault {
        RowFault::TimeCell { field, .. } if field.is_empty() => "",
        RowFault::Time(..) | RowFault::TimeCell { .. } => {
            "; --time-zone, --date-order and --time-format say how times are written"
        }
        RowFault::NotNumber(_, field) if field.contains(',') => NUMBERS,
        RowFault::Cell { field, .. } if field.contains(',') => NUMBERS,
        RowFault::Ahead(_) => "; give --time-format, if its unit is another one",
        _ => "",
    };
    format!("{fault}{advice}")
}

fn interval(doubt: &IntervalDoubt) -> &'static str {
    match doubt {
        IntervalDoubt::OneCandle | IntervalDoubt::Irregular(_) => "; give --interval",
        IntervalDoubt::Distance { is_multiple: true, .. } => {
            "; give their interval by --interval, or --sparse if those between are missing"
        }
        IntervalDoubt::Distance { .. } => "; give their interval by --interval",
        IntervalDoubt::Mixed { .. } => "; --sparse takes it where candles between are missing",
    }
}

fn placement(doubt: &PlacementDoubt) -> &'static str {
    match doubt {
        PlacementDoubt::Closing(_) => {
            "; name the column of opening by --columns, or write the time of opening"
        }
        PlacementDoubt::TimesOfDay(_) => {
            "; give --time-zone if its times are local, or --interval if they are no days"
        }
        PlacementDoubt::Week(_) => "; give --week-start with that day if it is the first",
        PlacementDoubt::Weeks => "; give --week-start with the day that they begin on",
        PlacementDoubt::Months => "; write the first day of each month",
    }
}

fn list(names: &[String]) -> String {
    let listed: Vec<String> = names.iter().take(MOST_NAMES).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", listed.join(", "))
}
