//! [`OwnTable`]: a file's table, with the file's name for messages.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use readers::{Content, ReadOptions, Source, Table};
use render_core::{Digest, similar_names};

use super::{IdleColumns, OwnError, OwnFile};
use crate::Error;

/// A table, and the file that it is of.
pub struct OwnTable {
    pub file: OwnFile,
    pub table: Table,
}

/// One of the ways of `readers` to read a table.
type ReadTable = fn(&Source, &ReadOptions, &AtomicBool) -> Result<Table, readers::Error>;

/// Reads a file.
pub fn read(
    path: &Path,
    read: ReadTable,
    options: &ReadOptions,
    cancel: &AtomicBool,
) -> Result<OwnTable, Error> {
    let name = path.display().to_string();
    let open = |source: io::Error| Error::from(OwnError::Open { file: name.clone(), source });
    // Before it is opened: a pipe would be waited for.
    if !fs::metadata(path).map_err(open)?.is_file() {
        return Err(open(io::Error::other("is no regular file")));
    }
    let bytes = fs::read(path).map_err(open)?;
    let sha256 = Digest::of(&bytes);
    let fault = |source: readers::Error| match source {
        readers::Error::Cancelled => Error::Cancelled,
        source => OwnError::Read { file: name.clone(), source }.into(),
    };
    let source = match Source::open(Arc::new(bytes)).map_err(fault)? {
        Content::One(source) => source,
        Content::Archive(mut members) => match (members.pop(), members.is_empty()) {
            (Some(member), true) => member.source.map_err(fault)?,
            _ => return Err(OwnError::Archive { file: name }.into()),
        },
    };
    let table = read(&source, options, cancel).map_err(fault)?;
    Ok(OwnTable { file: OwnFile { name, sha256 }, table })
}

impl OwnTable {
    /// The columns that are not among those that are `taken`, nor an index without a meaning, beside the names of
    /// columns that there may be.
    pub fn idle(&self, is_of_marks: bool, taken: &[usize], known: &[&str]) -> IdleColumns {
        let is_index =
            |name: &str| name.is_empty() || name.eq_ignore_ascii_case("index") || name == "Unnamed: 0";
        let columns = self.table.columns.iter().enumerate();
        let idle = columns.filter(|(at, name)| !taken.contains(at) && !is_index(name));
        let columns: Vec<String> = idle.map(|(_, name)| name.clone()).collect();
        // What the file has is not meant by another name.
        let known: Vec<&str> =
            known.iter().copied().filter(|name| self.table.column(name).is_none()).collect();
        let mut similar: Vec<String> = Vec::new();
        for column in &columns {
            let first = similar_names(column, known.iter().copied()).into_iter().next();
            similar.extend(first.filter(|name| !similar.contains(name)));
        }
        IdleColumns { is_of_marks, file: self.file.name.clone(), columns, similar }
    }

    /// The error that says what is wrong with a row.
    pub fn refuse(&self, row: usize, why: String) -> Error {
        let (unit, line) = (self.table.format().unit(), self.table.rows.get(row).map_or(0, |row| row.line));
        OwnError::Row { file: self.file.name.clone(), unit, line, why }.into()
    }

    /// The error of reading it.
    pub fn fault(&self, source: readers::Error) -> Error {
        OwnError::Read { file: self.file.name.clone(), source }.into()
    }
}
