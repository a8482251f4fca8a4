//! [`MarksSource`]: marks, from a table.

use readers::{MarkColumns, MarkRow, Scoped};
use render_core::{Color, MAX_MARKS, Mark, MarkKind, MarkSide};

use super::{BoxedCharacter, IdleColumns, OwnError, OwnFile, table::OwnTable};
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

impl MarksSource {
    /// Reads marks.
    pub fn of(table: &OwnTable) -> Result<Self, Error> {
        let (file, count) = (&table.file.name, table.table.rows.len());
        let columns = MarkColumns::of(&table.table)
            .map_err(|source| OwnError::Columns { file: file.clone(), source })?;
        if count > MAX_MARKS {
            return Err(OwnError::TooManyMarks { file: file.clone(), count, most: MAX_MARKS }.into());
        }
        let (mut marks, mut boxed) = (Scoped::default(), None);
        for (row, about) in table.table.rows.iter().enumerate() {
            let told = columns.row(&table.table, row).map_err(|error| table.fault(error))?;
            let mark = mark(&told, |why| table.refuse(row, why))?;
            mark.check().map_err(|why| table.refuse(row, why))?;
            if boxed.is_none()
                && let Some(character) = mark.text.chars().find(|c| !(' '..='~').contains(c))
            {
                let (unit, line) = (table.table.format().unit(), about.line);
                boxed = Some(BoxedCharacter { file: file.clone(), unit, line, character });
            }
            marks.push(columns.scope(&table.table, row), mark);
        }
        let idle = table.idle(true, columns.taken(), &MarkColumns::NAMES);
        Ok(Self { file: table.file.clone(), marks, boxed, idle })
    }
}

/// The mark that a row tells of.
fn mark(row: &MarkRow<'_>, wrong: impl Fn(String) -> Error) -> Result<Mark, Error> {
    let &MarkRow { kind, time, price, time2, price2, side, color, text } = row;
    let color = Some(color).filter(|color| !color.is_empty()).map(str::parse::<Color>);
    Ok(Mark {
        kind: MarkKind::read(kind).map_err(&wrong)?,
        time,
        price,
        time2,
        price2,
        side: MarkSide::read(side).map_err(&wrong)?,
        color: color.transpose().map_err(|error| wrong(error.to_string()))?,
        text: text.to_owned(),
    })
}

/// Whether a mark may show in a window from the one of these times to before the other.
pub fn may_show(mark: &Mark, from: i64, until: i64) -> bool {
    let start = mark.time.unwrap_or(i64::MIN);
    let goes_on = matches!(mark.kind, MarkKind::Hline | MarkKind::Stop | MarkKind::Target | MarkKind::Trade);
    let end = mark.time2.unwrap_or(if goes_on { i64::MAX } else { start });
    start < until && end >= from
}
