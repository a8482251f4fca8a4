//! Rows of a workbook's sheet, as records of texts, so that there is one way to understand columns.

use std::{
    io::{self, BufReader},
    sync::Arc,
};

use crate::record::Record;
use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError};

use crate::{
    Bytes, Error,
    bytes::BytesReader,
    cell::write_shown,
    limits::LARGEST_SHEET,
    magic::{FileKind, Workbook},
    source::Records,
};

mod compound;

/// Which sheet of a workbook is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The first one that holds anything.
    pub name: String,
    /// The others that hold something, which are not read.
    pub others: Vec<String>,
}

/// A workbook that is open.
enum Book {
    Excel(Xlsx<BufReader<BytesReader>>),
    OldExcel(Xls<BufReader<BytesReader>>),
    OpenDocument(Ods<BufReader<BytesReader>>),
}

/// The rows of a sheet.
#[derive(Default)]
struct Table {
    /// The texts of all cells, one after the other, and where each ends.
    texts: Vec<u8>,
    ends: Vec<usize>,
    rows: Vec<Row>,
    /// The first and the last column that holds anything.
    first: Option<usize>,
    last: usize,
    /// The row that is given next.
    next: usize,
}

/// A row that holds something.
struct Row {
    /// As the program shows it.
    number: u64,
    /// The column of its first cell.
    column: usize,
    /// How many cells there are before it, in all of the sheet.
    cells: usize,
}

/// Which sheet of a workbook is read.
pub(crate) fn sheet(workbook: Workbook, bytes: &Arc<dyn Bytes>) -> Result<Sheet, Error> {
    let mut book = Book::open(workbook, bytes)?;
    let mut filled = Vec::new();
    for name in book.names() {
        if book.holds_something(&name)? {
            filled.push(name);
        }
    }
    if filled.is_empty() {
        return Err(Error::NoRows);
    }
    let name = filled.remove(0);
    Ok(Sheet { name, others: filled })
}

/// The rows of a sheet.
pub(crate) fn open(
    workbook: Workbook,
    bytes: &Arc<dyn Bytes>,
    name: &str,
) -> Result<Box<dyn Records>, Error> {
    Ok(Box::new(Book::open(workbook, bytes)?.read(name)?))
}

impl Book {
    fn open(workbook: Workbook, bytes: &Arc<dyn Bytes>) -> Result<Self, Error> {
        const ENCRYPTED: Error = Error::Unfit("is encrypted; save it without a password");
        let source = || BufReader::new(BytesReader::new(bytes));
        Ok(match workbook {
            Workbook::Excel => Self::Excel(Xlsx::new(source()).map_err(damaged)?),
            Workbook::OpenDocument => Self::OpenDocument(Ods::new(source()).map_err(damaged)?),
            Workbook::OldExcel => {
                compound::expect_whole(bytes).map_err(damaged)?;
                match Xls::new(source()) {
                    Ok(book) => Self::OldExcel(book),
                    Err(XlsError::Password) => return Err(ENCRYPTED),
                    // Newer workbooks are encrypted within a file of the old kind.
                    Err(error) => match Xlsx::new(source()) {
                        Err(XlsxError::Password) => return Err(ENCRYPTED),
                        _ => return Err(damaged(error)),
                    },
                }
            }
        })
    }

    /// The names of the sheets that have cells.
    fn names(&self) -> Vec<String> {
        let sheets = match self {
            Self::Excel(book) => book.sheets_metadata(),
            Self::OldExcel(book) => book.sheets_metadata(),
            Self::OpenDocument(book) => book.sheets_metadata(),
        };
        let sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| sheet.name.clone()).collect()
    }

    fn holds_something(&mut self, name: &str) -> Result<bool, Error> {
        if let Self::Excel(book) = self {
            let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
            while let Some(cell) = cells.next_cell().map_err(damaged)? {
                if *cell.get_value() != DataRef::Empty {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Ok(!self.read(name)?.rows.is_empty())
    }

    fn read(&mut self, name: &str) -> Result<Table, Error> {
        let mut table = Table::default();
        let range = match self {
            // Cell by cell, since one far away from the others would make a range of millions.
            Self::Excel(book) => {
                let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
                while let Some(cell) = cells.next_cell().map_err(damaged)? {
                    table.push(cell.get_position(), cell.get_value())?;
                }
                return Ok(table);
            }
            Self::OldExcel(book) => book.worksheet_range(name).map_err(damaged)?,
            Self::OpenDocument(book) => book.worksheet_range(name).map_err(damaged)?,
        };
        let (row, column) = range.start().unwrap_or_default();
        for (down, cells) in (row..).zip(range.rows()) {
            for (right, cell) in (column..).zip(cells) {
                table.push((down, right), &reference(cell))?;
            }
        }
        Ok(table)
    }
}

impl Table {
    /// Adds a cell; each stands after the one before, in its row or in one further below.
    fn push(&mut self, (row, column): (u32, u32), value: &DataRef<'_>) -> Result<(), Error> {
        if *value == DataRef::Empty {
            return Ok(());
        }
        let (number, column) = (u64::from(row) + 1, column as usize);
        if self.rows.last().is_none_or(|row| row.number < number) {
            self.rows.push(Row { number, column, cells: self.ends.len() });
        }
        let Some(row) = self.rows.last().filter(|row| row.number == number) else {
            return Err(damaged("its rows are out of order"));
        };
        let next = row.column + self.ends.len() - row.cells;
        if column < next {
            return Err(damaged("its cells are out of order"));
        }
        // Those between that hold nothing.
        self.ends.resize(self.ends.len() + column - next, self.texts.len());
        write(&mut self.texts, value);
        self.ends.push(self.texts.len());
        self.first = Some(self.first.map_or(column, |first| first.min(column)));
        self.last = self.last.max(column);
        let size =
            self.texts.len() + size_of::<usize>() * self.ends.len() + size_of::<Row>() * self.rows.len();
        if size as u64 > LARGEST_SHEET { Err(Error::LargeSheet) } else { Ok(()) }
    }
}

impl Records for Table {
    fn names(&self) -> Option<&[String]> {
        None
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        record.clear();
        let Some(row) = self.rows.get(self.next) else { return Ok(None) };
        self.next += 1;
        let end = self.rows.get(self.next).map_or(self.ends.len(), |next| next.cells);
        let first = self.first.unwrap_or_default();
        // All rows are as wide as the widest.
        (first..row.column).for_each(|_| record.push_field(b""));
        for cell in row.cells..end {
            let start = cell.checked_sub(1).map_or(0, |before| self.ends[before]);
            record.push_field(&self.texts[start..self.ends[cell]]);
        }
        (record.len()..=self.last - first).for_each(|_| record.push_field(b""));
        Ok(Some(row.number))
    }
}

/// The same cell, as it is read from newer workbooks.
fn reference(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(is) => DataRef::Bool(*is),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::DateTimeIso(time) => DataRef::DateTimeIso(time.clone()),
        Data::DurationIso(time) => DataRef::DurationIso(time.clone()),
        Data::Error(_) | Data::Empty => DataRef::Empty,
    }
}

fn write(text: &mut Vec<u8>, value: &DataRef<'_>) {
    match value {
        DataRef::Int(number) => write_shown(text, number),
        DataRef::Float(number) => write_shown(text, number),
        DataRef::String(value) => text.extend(value.as_bytes()),
        DataRef::SharedString(value) => text.extend(value.as_bytes()),
        DataRef::Bool(is) => write_shown(text, is),
        DataRef::DateTime(time) => write_time(text, *time),
        DataRef::DateTimeIso(time) => text.extend(time.as_bytes()),
        DataRef::DurationIso(time) => write_shown(text, clock(time).as_ref().unwrap_or(time)),
        // `#N/A` and its like are no values.
        DataRef::Error(_) | DataRef::Empty => {}
    }
}

/// Writes a time, which has no zone, or the time of day that a part of a day is.
fn write_time(text: &mut Vec<u8>, time: ExcelDateTime) {
    let (year, month, day, hour, minute, second, ms) = time.to_ymd_hms_milli();
    if !time.is_duration() && time.as_f64() >= 1.0 {
        write_shown(text, format_args!("{year:04}-{month:02}-{day:02}T"));
    } else if time.as_f64() >= 1.0 {
        // Hours, rather than a time of day.
        return write_shown(text, time.as_f64());
    }
    write_shown(text, format_args!("{hour:02}:{minute:02}:{second:02}"));
    if ms > 0 {
        write_shown(text, format_args!(".{ms:03}"));
    }
}

/// `09:30:00` of `PT09H30M00S`.
fn clock(duration: &str) -> Option<String> {
    let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    Some(format!("{hours:0>2}:{minutes:0>2}:{seconds:0>2}"))
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Damaged(FileKind::Workbook(Workbook::Excel).name(), io::Error::other(error))
}

#[cfg(test)]
mod tests;
