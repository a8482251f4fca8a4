//! Candles from text, row by row.
//!
//! Rows come one after the other, so a text may be larger than memory (JSON
//! excepted, which is an array to its end). A row that is not a candle is an
//! error of its own, with its line, and the next row is read all the same: the
//! caller decides whether one bad row spoils a file.

use std::{
    fmt,
    io::{Chain, Cursor, Read},
};

use candles::Candle;
use csv::ByteRecord;

use crate::{
    Error, RowFault,
    columns::{Columns, is_kline},
    json::Json,
    limits::LONGEST_JSON,
    lines::Lines,
    source::Source,
};

/// How much of a text is looked at to tell its form. A first line is never nearly as long.
const HEAD: u64 = 64 * 1024;

/// A candle and the line of the text that it was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Counted from 1.
    pub line: u64,
    /// The candle, checked.
    pub candle: Candle,
}

/// What a text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// CSV whose columns are known by their order: 12 of klines, or the first 6 or 7 of them.
    Klines {
        /// Columns.
        columns: usize,
    },
    /// CSV whose columns are known by their names.
    Header {
        /// What stands between two columns: a comma, a semicolon or a tab.
        delimiter: char,
    },
    /// JSON: an array of arrays as klines are, or of objects with the names of a header.
    Json,
    /// The table of a Parquet file; its rows are counted without the names.
    Table,
}

/// The rows of a text, one after the other.
///
/// Understood are
///
/// - klines as exchanges publish them: `open_time,open,high,low,close,volume`
///   and six columns more, or one, or none, without a header;
/// - CSV with a header that names time, open, high, low, close and, if there is
///   one, volume, in the usual spellings, other columns beside them;
/// - JSON arrays of such rows.
///
/// Columns are separated by commas, semicolons or tabs. Times are seconds, ms,
/// µs or ns since the Unix epoch, told apart row by row by their size, or
/// dates of UTC with the year first.
pub struct Rows<'a> {
    form: Form,
    /// `None` once it cannot be read any more.
    source: Option<Box<dyn Source + 'a>>,
    pub(crate) columns: Columns,
    /// The fields of the header, then those of the row that came last.
    pub(crate) record: ByteRecord,
    /// Where that begins.
    pub(crate) line: u64,
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("form", &self.form).finish_non_exhaustive()
    }
}

struct Csv<R> {
    reader: csv::Reader<Lines<Chain<Cursor<Vec<u8>>, R>>>,
    /// Columns of every row.
    width: usize,
    /// Whether a row was read already, to tell the form.
    ready: bool,
}

impl<'a> Rows<'a> {
    /// Looks at the beginning of a text.
    ///
    /// # Errors
    /// Where it is not text, or in none of the forms that are understood.
    pub fn new(mut source: impl Read + 'a) -> Result<Self, Error> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head)?;
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(Error::Unfit("the text is UTF-16; save it as UTF-8"));
        }
        if head.contains(&0) {
            return Err(Error::Unfit("this is no text"));
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => Err(Error::NoRows),
            Some(b'[' | b'{') => {
                source.take(LONGEST_JSON).read_to_end(&mut head)?;
                if head.len() as u64 > LONGEST_JSON {
                    return Err(Error::JsonTooLong);
                }
                let (json, columns) = Json::new(head)?;
                Ok(Self::of(Form::Json, Box::new(json), columns))
            }
            Some(_) => Self::csv(head, source),
        }
    }

    fn csv(head: Vec<u8>, source: impl Read + 'a) -> Result<Self, Error> {
        let delimiter = delimiter(&head);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Lines::new(Cursor::new(head).chain(source)));
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record)?;
        // Some publishers put their address above the header.
        if record.len() == 1 && !reader.read_byte_record(&mut record)? {
            return Err(Error::Unfit("there are no columns; separate them by commas, semicolons or tabs"));
        }
        let (width, line, ready) = (record.len(), line_of(&reader, &record), is_kline(&record));
        let (form, columns) = if ready {
            (Form::Klines { columns: width }, Columns::by_order())
        } else {
            let names = record.iter().map(|name| String::from_utf8_lossy(name));
            let columns = Columns::by_name(names).map_err(|fault| fault.at(line))?;
            (Form::Header { delimiter: char::from(delimiter) }, columns)
        };
        Ok(Self { record, line, ..Self::of(form, Box::new(Csv { reader, width, ready }), columns) })
    }

    /// The rows that come from this source.
    pub(crate) fn of(form: Form, source: Box<dyn Source + 'a>, columns: Columns) -> Self {
        Self { form, source: Some(source), columns, record: ByteRecord::new(), line: 1 }
    }

    /// What the text turned out to be.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Whether there is a column of volumes; where there is none, all are 0.
    #[must_use]
    pub fn has_volume(&self) -> bool {
        self.columns.volume.is_some()
    }

    fn read(&mut self) -> Result<Option<Row>, Error> {
        let Some(source) = &mut self.source else { return Ok(None) };
        let Some(line) = source.read(&mut self.record, &self.columns)? else { return Ok(None) };
        self.line = line;
        let candle = self.columns.candle(&self.record).map_err(|fault| fault.at(line))?;
        Ok(Some(Row { line, candle }))
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    /// [`Error::Row`] is about one row; after another error nothing follows.
    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.as_ref().is_err_and(|error| !matches!(error, Error::Row { .. })) {
            self.source = None;
        }
        read.transpose()
    }
}

impl<R: Read> Source for Csv<R> {
    fn read(&mut self, record: &mut ByteRecord, _: &Columns) -> Result<Option<u64>, Error> {
        if !std::mem::take(&mut self.ready) {
            self.reader.get_mut().begin_row();
            if !self.reader.read_byte_record(record)? {
                return Ok(None);
            }
        }
        let line = line_of(&self.reader, record);
        if record.len() == self.width {
            Ok(Some(line))
        } else {
            Err(RowFault::Columns(record.len(), self.width).at(line))
        }
    }
}

/// The separator that the first lines have most of.
fn delimiter(head: &[u8]) -> u8 {
    let mut lines = head.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let most = |line: &[u8]| {
        let count = |delimiter| line.iter().filter(|&&byte| byte == delimiter).count();
        // Of equals the last one is taken, and that is the comma.
        [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| count(delimiter)).filter(|&d| count(d) > 0)
    };
    let first = lines.next().and_then(most);
    first.or_else(|| lines.next().and_then(most)).unwrap_or(b',')
}

/// The line in which the record that was read last begins. The reader's own
/// position of a record lies before the empty lines above it.
fn line_of<R: Read>(reader: &csv::Reader<R>, record: &ByteRecord) -> u64 {
    let inside = record.as_slice().iter().filter(|&&byte| byte == b'\n').count() as u64;
    reader.position().line().saturating_sub(1 + inside)
}
