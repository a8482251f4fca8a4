//! The rows of a table: their cells as they stand, and their times.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Table, TableRow, clock, is_empty, read_time, understand::understand, written};
use crate::{
    Error, Format, ReadOptions, Role, RowFault, Source, delimited::DelimitedForm, format::Parser,
    limits::LARGEST_TABLE, record::Record, survey::check_units, time::Clock,
};

/// Rows read between two looks at the cancellation flag.
const ROWS_PER_LOOK: usize = 4096;

/// Reads a table of one's own: rows of a CSV, JSON, Feather, Parquet or Excel file with named columns, one of which holds
/// times. Which one, and how times and numbers are written, is found as it is for candles: by its name, or else it is the
/// first column that holds times. Rows may stand in any order, and several may have one time.
///
/// Of the options, those for times and numbers decide what the rows leave open, and `columns` may give the place of the
/// time. Times may lie ahead of `now`.
///
/// # Errors
/// Where the source is no such table, or cannot be read, or is too large for memory; for the first row that has no time
/// or not as many cells as there are columns; and where `cancel` is set.
pub fn read_table(source: &Source, options: &ReadOptions, cancel: &AtomicBool) -> Result<Table, Error> {
    read(source, options, false, cancel)
}

/// As [`read_table`], but a row's cell of the time may be empty, and there need be no column of times. Such a row's time
/// is [`NO_TIME`](TableRow::NO_TIME).
///
/// # Errors
/// As [`read_table`], but for that.
pub fn read_table_of_some_times(
    source: &Source,
    options: &ReadOptions,
    cancel: &AtomicBool,
) -> Result<Table, Error> {
    read(source, options, true, cancel)
}

fn read(source: &Source, options: &ReadOptions, may_lack: bool, cancel: &AtomicBool) -> Result<Table, Error> {
    let format = understand(source, options, may_lack)?;
    let columns = format.names.clone().unwrap_or_default();
    let (mut rows, mut text, mut ends) = (Vec::<TableRow>::new(), String::new(), Vec::<u32>::new());
    let mut records = format.parser.records(source)?;
    let mut clock = clock(&format, Some(true));
    let mut record = Record::new();
    while let Some(line) = records.read(&mut record)? {
        if !is_row(&format, &record) {
            continue;
        }
        if rows.len().is_multiple_of(ROWS_PER_LOOK) && cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let has_width = match &format.parser {
            Parser::Delimited(form) => form.has_width(&record),
            _ => record.len() == columns.len(),
        };
        if !has_width {
            return Err(format.fault(RowFault::Columns(record.len(), columns.len()), line));
        }
        let time = if may_lack && written(&format, &|place| record.field(place)).is_empty() {
            TableRow::NO_TIME
        } else {
            time(&format, &mut clock, &|place| record.field(place), line)?
        };
        for place in 0..columns.len() {
            text.push_str(record.field(place));
            ends.push(u32::try_from(text.len()).map_err(|_| Error::LargeTable)?);
        }
        let place = u32::try_from(rows.len()).map_err(|_| Error::LargeTable)?;
        rows.push(TableRow { line, time, place });
        if text.len() + size_of_val(&*ends) + size_of_val(&*rows) > LARGEST_TABLE {
            return Err(Error::LargeTable);
        }
    }
    let twice = clock.twice;
    drop(records);
    let mut table = Table { width: columns.len(), columns, rows, format, text, ends };
    // Only rules of a zone bring an hour twice.
    if cfg!(feature = "time-zones") && twice > 0 {
        table.settle_twice()?;
    }
    let times = || table.rows.iter().filter(|row| row.has_time()).map(|row| row.time);
    match times().min().zip(times().max()) {
        Some(range) => check_units(table.format.time, range)?,
        None if may_lack && !table.rows.is_empty() => {}
        None => return Err(Error::NoRows),
    }
    table.text.shrink_to_fit();
    table.ends.shrink_to_fit();
    table.rows.shrink_to_fit();
    Ok(table)
}

/// Whether a record is a row, and neither empty nor a header that came again nor a comment.
fn is_row(format: &Format, record: &Record) -> bool {
    if is_empty(record) {
        return false;
    }
    let Parser::Delimited(form) = &format.parser else { return true };
    // No time begins as comments do, but a colour does.
    let is_comment = format.columns.place(Role::Time) == Some(0) && DelimitedForm::is_comment(record);
    !is_comment && !form.is_header(record)
}

/// The time of a row from its cells.
fn time<'a>(
    format: &Format,
    clock: &mut Clock<'_>,
    cell: &dyn Fn(usize) -> &'a str,
    line: u64,
) -> Result<i64, Error> {
    let field = written(format, cell);
    let time = if field.is_empty() { Err("is empty") } else { read_time(clock, &field) };
    time.map_err(|why| {
        let names = format.names.as_deref().unwrap_or_default();
        let column = format.columns.place(Role::Time).and_then(|place| names.get(place));
        let column = column.map_or("", String::as_str).into();
        let fault = RowFault::TimeCell { column, field: (*field).into(), why };
        format.fault(fault, line)
    })
}

impl Table {
    /// Settles times of an hour that comes twice: only rows that rise or fall throughout tell which is meant.
    fn settle_twice(&mut self) -> Result<(), Error> {
        let is_sorted = |times: &[TableRow], rises: bool| {
            let is_before = |a: i64, b: i64| if rises { a < b } else { a > b };
            let times: Vec<i64> = times.iter().filter(|row| row.has_time()).map(|row| row.time).collect();
            times.array_windows().all(|[a, b]| is_before(*a, *b))
        };
        if is_sorted(&self.rows, true) {
            return Ok(());
        }
        let falling = self.with_times(Some(false));
        if let Ok(rows) = &falling
            && is_sorted(rows, false)
        {
            self.rows.clone_from(rows);
            return Ok(());
        }
        self.rows = self.with_times(None)?;
        Ok(())
    }

    /// The rows with their times read again.
    fn with_times(&self, rises: Option<bool>) -> Result<Vec<TableRow>, Error> {
        let mut clock = self.clock(rises);
        let again = |row: &TableRow| {
            if !row.has_time() {
                return Ok(*row);
            }
            let cell = |column| self.stored(row.place as usize, column);
            let time = time(&self.format, &mut clock, &cell, row.line)?;
            Ok(TableRow { time, ..*row })
        };
        self.rows.iter().map(again).collect()
    }
}
