//! Advice about series of one's own and marks.

use cache::{BoxedCharacter, IdleColumns, OwnError, OwnFile, OwnPart};
use candles::text::shown;
use readers::NoColumn;

use super::market::text;

/// What gives something, as one types it.
pub fn given_by(part: &OwnPart) -> String {
    match part {
        OwnPart::Series(name) => format!("--series {name}=FILE"),
        OwnPart::Marks => "--marks FILE".to_owned(),
    }
}

/// What is not given, and how to give it.
pub fn not_given(part: &OwnPart) -> String {
    format!("{part} not given; give {} by {}", them(part), given_by(part))
}

/// Its pronoun.
pub fn them(part: &OwnPart) -> &'static str {
    if *part == OwnPart::Marks { "them" } else { "it" }
}

/// That a file is of other times than all pictures.
pub fn outside(part: &OwnPart, file: &OwnFile) -> String {
    let name = &file.name;
    match part {
        OwnPart::Series(series) => {
            format!(
                "no value of {name} lies in the times of these pictures, so they show nothing of series {series}"
            )
        }
        OwnPart::Marks => {
            format!("no mark of {name} lies in the times of these pictures, so they show none of it")
        }
    }
}

/// That a text has a character that the font lacks.
pub fn boxed(boxed: &BoxedCharacter) -> String {
    let BoxedCharacter { file, unit, line, character } = boxed;
    format!(
        "{file}: {unit} {line}: the font of pictures lacks {character:?}; a box stands in place of each such character"
    )
}

/// Columns that are told before a note gives up.
const MOST_IDLE: usize = 8;

/// That columns of a file mean nothing, and which ones may be meant.
pub fn idle(idle: &IdleColumns) -> String {
    let IdleColumns { is_of_marks, file, columns, similar } = idle;
    let mut names: Vec<String> = columns.iter().take(MOST_IDLE).map(|name| shown(name)).collect();
    let more = columns.len().saturating_sub(MOST_IDLE);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let names = names.join(", ");
    let what = match columns.len() {
        1 => format!("column {names} of {file} means nothing here"),
        _ => format!("columns {names} of {file} mean nothing here"),
    };
    match (similar.is_empty(), is_of_marks) {
        (true, _) => what,
        (false, true) => format!("{what}; marks have {}", similar.join(", ")),
        (false, false) => format!("{what}; series have {}", similar.join(", ")),
    }
}

/// Why a file of values or marks cannot be used, and what to do.
pub fn own(error: &OwnError) -> String {
    let advice = match error {
        OwnError::Columns { file, source } => match source {
            NoColumn::Value { columns, .. } | NoColumn::Band { columns, .. } if columns.is_empty() => {
                format!("; give {file} a column of values beside its times")
            }
            NoColumn::Value { .. } => format!("; name the one that is meant: --series COLUMN={file}"),
            NoColumn::Band { name, .. } => format!(
                "; --series {name}:band={file} takes two columns of these names, or {name}_lower and {name}_upper"
            ),
            NoColumn::Kind { .. } => "; `image-cache render --help` lists the columns of --marks".to_owned(),
        },
        OwnError::Archive { .. } => "; unpack it, and name one of them".to_owned(),
        OwnError::Read { file, source } => return format!("{file}: {}", text(source)),
        OwnError::Open { .. } | OwnError::TooManyMarks { .. } | OwnError::Row { .. } => String::new(),
    };
    format!("{error}{advice}")
}
