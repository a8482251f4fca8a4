//! Tables of one's own: values and texts by time, for lines and marks that a user brings.

mod read;
mod scope;
mod understand;

use std::borrow::Cow;

pub use read::{read_table, read_table_of_some_times};

use crate::{
    Error, Format, Role, RowFault,
    delimited::unquoted,
    format::FAR_AHEAD,
    number::is_nothing,
    record::Record,
    time::{Clock, to_ms},
};

/// Rows of texts, each with its time.
///
/// The columns may mean anything: whoever wants a number, a text or a second time of a cell asks for it.
///
/// ```
/// use std::sync::atomic::AtomicBool;
///
/// use readers::{Error, ReadOptions, Source, read_table};
///
/// let text = "time;equity;note\n2023-01-02;1000,5;\n2023-01-01;;start\n2023-01-03;x;\n";
/// let table = read_table(&Source::text(text), &ReadOptions::default(), &AtomicBool::new(false))?;
/// assert_eq!(table.columns, ["time", "equity", "note"]);
/// assert_eq!(table.time_columns(), [0]);
/// let (equity, note) = (table.column("Equity").expect("a column"), table.column("note").expect("a column"));
/// assert_eq!(table.rows[0].time, 1_672_617_600_000);
/// assert_eq!(table.number(0, equity)?, Some(1000.5));
/// assert_eq!(table.number(1, equity)?, None);
/// assert_eq!(table.text(1, note), "start");
/// let error = table.number(2, equity).expect_err("no number").to_string();
/// assert_eq!(error, r#"line 4: column "equity": "x" is not a number"#);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    /// What all columns are called, those of times among them, in the order of the source. No two names are alike, also
    /// where case is ignored, but some may be empty, as that of an index is.
    pub columns: Vec<String>,
    /// The rows in the order of the source. They may be sorted and taken out: each knows its cells.
    pub rows: Vec<TableRow>,
    format: Format,
    /// How many cells a row has.
    width: usize,
    /// All cells, and where each ends.
    text: String,
    ends: Vec<u32>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableRow {
    /// Its line, from 1; in JSON and tables its number.
    pub line: u64,
    /// Its time in ms since the Unix epoch, UTC; what is beyond milliseconds is cut off. [`NO_TIME`](Self::NO_TIME)
    /// where it has none, which is only let be where that is asked for.
    pub time: i64,
    /// Its place among the rows of the source.
    place: u32,
}

impl TableRow {
    /// The time of a row that has none.
    pub const NO_TIME: i64 = i64::MIN;

    /// Whether it has a time.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.time != Self::NO_TIME
    }
}

impl Table {
    /// The place of a column by its name, whose case does not matter.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = name.trim().to_lowercase();
        self.columns.iter().position(|own| own.to_lowercase() == name)
    }

    /// The column that the times of rows come from, and the one of their times of day, where that is one of its own.
    #[must_use]
    pub fn time_columns(&self) -> Vec<usize> {
        let columns = [Role::Time, Role::TimeOfDay].map(|role| self.format.columns.place(role));
        columns.into_iter().flatten().collect()
    }

    /// How the source is written.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// The number in a cell; `None` where the cell says that there is none: it is empty, NaN or null.
    ///
    /// # Errors
    /// [`Error::Row`] where it is anything else than a finite number.
    pub fn number(&self, row: usize, column: usize) -> Result<Option<f64>, Error> {
        let field = unquoted(self.cell(row, column));
        if is_nothing(field) {
            return Ok(None);
        }
        match self.format.numbers.read_volume("", field) {
            Ok(number) if number.is_nan() => Ok(None),
            Ok(number) if number.is_infinite() => Err(self.fault(row, column, "is not a finite number")),
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.fault(row, column, "is not a number")),
        }
    }

    /// The text in a cell, without blanks around it.
    #[must_use]
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.cell(row, column).trim()
    }

    /// The time in a cell, in ms since the Unix epoch, UTC, where it is written as the rows' own times are; `None` where
    /// the cell is empty.
    ///
    /// # Errors
    /// [`Error::Row`] where it is no such time.
    pub fn time_of(&self, row: usize, column: usize) -> Result<Option<i64>, Error> {
        if self.format.columns.place(Role::Time) == Some(column) {
            return Ok(self.rows.get(row).filter(|row| row.has_time()).map(|row| row.time));
        }
        let field = unquoted(self.cell(row, column));
        if is_nothing(field) {
            return Ok(None);
        }
        let time = read_time(&mut self.clock(None), &to_ms(field));
        time.map(Some).map_err(|why| {
            let (column, field) = self.shown(row, column);
            self.row_fault(row, RowFault::TimeCell { column, field, why })
        })
    }

    /// The error that says what is wrong with a cell, for those who find it out, such as `"is no kind of mark"`.
    #[must_use]
    pub fn fault(&self, row: usize, column: usize, why: &'static str) -> Error {
        let (column, field) = self.shown(row, column);
        self.row_fault(row, RowFault::Cell { column, field, why })
    }

    /// The error of a row.
    pub(crate) fn row_fault(&self, row: usize, fault: RowFault) -> Error {
        self.format.fault(fault, self.rows.get(row).map_or(0, |row| row.line))
    }

    /// The name of a column, and what a cell in it says.
    fn shown(&self, row: usize, column: usize) -> (Box<str>, Box<str>) {
        let name = self.columns.get(column).map_or("", String::as_str);
        (name.into(), self.text(row, column).into())
    }

    /// A cell as it stands in the source.
    fn cell(&self, row: usize, column: usize) -> &str {
        let row = self.rows.get(row).filter(|_| column < self.width);
        row.map_or("", |row| self.stored(row.place as usize, column))
    }

    /// A cell of the row at this place in the source.
    fn stored(&self, place: usize, column: usize) -> &str {
        let at = place * self.width + column;
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        self.text.get(at.checked_sub(1).map_or(0, end)..end(at)).unwrap_or_default()
    }

    fn clock(&self, rises: Option<bool>) -> Clock<'_> {
        clock(&self.format, rises)
    }
}

/// Whether no field of a record has anything in it.
fn is_empty(record: &Record) -> bool {
    record.iter().all(|field| field.trim().is_empty())
}

/// Reads times of a table whose rows rise, fall or stand in any order.
fn clock(format: &Format, rises: Option<bool>) -> Clock<'_> {
    Clock::new(format.time, format.time_zone.as_ref(), format.latest, rises).floored()
}

/// Reads a time, or says what is wrong with it.
fn read_time(clock: &mut Clock<'_>, field: &str) -> Result<i64, &'static str> {
    match clock.read(field) {
        // Numbers of another unit, or with a digit too many, lie far ahead.
        Ok(instant) if instant.ms > FAR_AHEAD && clock.counts() => {
            Err("is ahead of the year 2100 in its unit")
        }
        Ok(instant) if candles::in_calendar(instant.ms) => Ok(instant.ms),
        Err(RowFault::Time(_, why)) => Err(why),
        _ => Err("is out of range"),
    }
}

/// The time of a row as it is written, from its cells.
fn written<'a>(format: &Format, cell: &dyn Fn(usize) -> &'a str) -> Cow<'a, str> {
    let field = |place: usize| unquoted(cell(place));
    let Some(place) = format.columns.place(Role::Time) else { return Cow::Borrowed("") };
    let date = field(place);
    match format.columns.place(Role::TimeOfDay) {
        Some(place) => to_ms(&crate::format::join(date, field(place), format.of_day)).into_owned().into(),
        None => to_ms(date),
    }
}
