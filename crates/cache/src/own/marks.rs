//! [`MarksSource`]: marks, from a table.

use render_core::{Color, MAX_MARKS, Mark, MarkKind, MarkSide, similar_names};

use super::{
    BoxedCharacter, IdleColumns, OwnError, OwnFile,
    scope::{ScopeColumns, Scoped},
    table::OwnTable,
};
use crate::Error;

/// The marks of a file.
#[derive(Debug)]
pub struct MarksSource {
    pub file: OwnFile,
    pub marks: Scoped<Mark>,
    /// The first character that the font lacks.
    pub boxed: Option<BoxedCharacter>,
    /// The columns that mean nothing.
    pub idle: IdleColumns,
}

/// Where the fields of marks stand.
struct Columns {
    /// None where all of them are trades.
    kind: Option<usize>,
    /// None where it is the time of each row.
    time: Option<usize>,
    price: Option<usize>,
    time2: Option<usize>,
    price2: Option<usize>,
    side: Option<usize>,
    color: Option<usize>,
    text: Option<usize>,
}

/// What columns are called that mean something.
const NAMES: [&str; 10] =
    ["kind", "time", "price", "time2", "price2", "side", "color", "text", "symbol", "interval"];
const TRADES: [&str; 4] = ["entry_time", "entry_price", "exit_time", "exit_price"];

const SIDES: [(&str, MarkSide); 2] = [("long", MarkSide::Long), ("short", MarkSide::Short)];

impl MarksSource {
    /// Reads marks.
    pub fn of(table: &OwnTable) -> Result<Self, Error> {
        let columns = Columns::of(table)?;
        let taken: Vec<usize> = columns.all().chain(table.table.time_columns()).collect();
        let scopes = ScopeColumns::of(table, &taken);
        let (file, count) = (&table.file.name, table.table.rows.len());
        if count > MAX_MARKS {
            return Err(OwnError::TooManyMarks { file: file.clone(), count, most: MAX_MARKS }.into());
        }
        let (mut marks, mut boxed) = (Scoped::default(), None);
        for (row, about) in table.table.rows.iter().enumerate() {
            let mark = columns.mark(table, row)?;
            mark.check().map_err(|why| table.refuse(row, why))?;
            if boxed.is_none()
                && let Some(character) = mark.text.chars().find(|c| !(' '..='~').contains(c))
            {
                let (unit, line) = (table.table.format().unit(), about.line);
                boxed = Some(BoxedCharacter { file: file.clone(), unit, line, character });
            }
            let items: &mut Vec<Mark> = marks.0.entry(scopes.scope(table, row)).or_default();
            items.push(mark);
        }
        let taken: Vec<usize> = taken.into_iter().chain(scopes.all()).collect();
        let idle = table.idle(true, &taken, &[&NAMES[..], &TRADES].concat());
        Ok(Self { file: table.file.clone(), marks, boxed, idle })
    }
}

impl Columns {
    fn of(table: &OwnTable) -> Result<Self, Error> {
        let kind = table.column(&["kind", "type"]);
        let time = table.column(&["time", "entry_time"]);
        let price = table.column(&["price", "entry_price"]);
        if kind.is_none() && table.column(&["entry_time"]).and(table.column(&["entry_price"])).is_none() {
            let (file, columns) = (table.file.name.clone(), table.table.columns.clone());
            return Err(OwnError::MarkColumns { file, columns }.into());
        }
        let times = table.table.time_columns();
        Ok(Self {
            kind,
            time: time.filter(|time| !times.contains(time)),
            price,
            time2: table.column(&["time2", "exit_time"]),
            price2: table.column(&["price2", "exit_price"]),
            side: table.column(&["side"]),
            color: table.column(&["color", "colour"]),
            text: table.column(&["text"]),
        })
    }

    /// All that there are.
    fn all(&self) -> impl Iterator<Item = usize> {
        let Self { kind, time, price, time2, price2, side, color, text } = *self;
        [kind, time, price, time2, price2, side, color, text].into_iter().flatten()
    }

    fn mark(&self, table: &OwnTable, row: usize) -> Result<Mark, Error> {
        let text = |column: Option<usize>| column.map_or("", |column| table.text(row, column));
        let kind = match self.kind {
            None => MarkKind::Trade,
            Some(column) => {
                let name = table.text(row, column);
                MarkKind::named(&name.to_lowercase()).ok_or_else(|| {
                    table.refuse(row, format!("{name:?} is no kind of mark{}", near(name, MarkKind::names())))
                })?
            }
        };
        let time = match self.time {
            None => table.table.rows.get(row).filter(|row| row.has_time()).map(|row| row.time),
            column => table.time(row, column)?,
        };
        let side = match text(self.side) {
            "" => MarkSide::default(),
            name => {
                let found = SIDES.iter().find(|(side, _)| side.eq_ignore_ascii_case(name));
                let names = SIDES.iter().map(|(side, _)| *side);
                let wrong = || table.refuse(row, format!("{name:?} is no side{}", near(name, names)));
                found.map(|(_, side)| *side).ok_or_else(wrong)?
            }
        };
        let color = match text(self.color) {
            "" => None,
            color => {
                let color = color.parse::<Color>();
                Some(color.map_err(|error| table.refuse(row, error.to_string()))?)
            }
        };
        Ok(Mark {
            kind,
            time,
            price: table.number(row, self.price)?,
            time2: table.time(row, self.time2)?,
            price2: table.number(row, self.price2)?,
            side,
            color,
            text: text(self.text).to_owned(),
        })
    }
}

/// The end of a message about a name that there is none of: those that resemble it, or else all.
fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let near = similar_names(name, known.iter().copied());
    if near.is_empty() {
        format!("; there are {}", known.join(", "))
    } else {
        format!("; did you mean {}?", near.join(" or "))
    }
}

/// Whether a mark may show in a window from the one of these times to before the other.
pub fn may_show(mark: &Mark, from: i64, until: i64) -> bool {
    let start = mark.time.unwrap_or(i64::MIN);
    let goes_on = matches!(mark.kind, MarkKind::Hline | MarkKind::Stop | MarkKind::Target | MarkKind::Trade);
    let end = mark.time2.unwrap_or(if goes_on { i64::MAX } else { start });
    start < until && end >= from
}
