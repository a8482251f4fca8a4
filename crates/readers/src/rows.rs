//! Candles from text, row by row.
//!
//! Rows come one after the other, so a text may be larger than memory (JSON
//! excepted, which is an array to its end). A row that is not a candle is an
//! error of its own, with its line, and the next row is read all the same: the
//! caller decides whether one bad row spoils a file.

use std::io::{Chain, Cursor, Read};

use candles::Candle;
use csv::ByteRecord;

use crate::{Error, columns::Columns, json, lines::Lines};

/// How much of a text is looked at to tell its form. A first line is never nearly as long.
const HEAD: u64 = 64 * 1024;
/// JSON is held in memory to its end.
pub(crate) const LONGEST_JSON: u64 = 1 << 30;

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
#[derive(Debug)]
pub struct Rows<R> {
    pub(crate) form: Form,
    has_volume: bool,
    pub(crate) source: Source<R>,
}

#[derive(Debug)]
pub(crate) enum Source<R> {
    Csv(Box<Csv<R>>),
    Json(Box<json::Rows>),
    /// Nothing follows what could not be read at all.
    Ended,
}

#[derive(Debug)]
pub(crate) struct Csv<R> {
    reader: csv::Reader<Lines<Chain<Cursor<Vec<u8>>, R>>>,
    pub columns: Columns,
    pub record: ByteRecord,
    /// Whether `record` holds a row that was read to tell the form.
    ready: bool,
}

impl<R: Read> Rows<R> {
    /// Looks at the beginning of a text.
    ///
    /// # Errors
    /// Where it is not text, or in none of the forms that are understood.
    pub fn new(mut source: R) -> Result<Self, Error> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head)?;
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(Error::Utf16);
        }
        if head.contains(&0) {
            return Err(Error::NotText);
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
                let rows = json::Rows::new(head)?;
                Ok(Self {
                    form: Form::Json,
                    has_volume: rows.has_volume(),
                    source: Source::Json(Box::new(rows)),
                })
            }
            Some(_) => Self::csv(head, source),
        }
    }

    fn csv(head: Vec<u8>, source: R) -> Result<Self, Error> {
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
            return Err(Error::NoColumns);
        }
        let (form, columns) = match Columns::by_order(&record) {
            Some(columns) => (Form::Klines { columns: record.len() }, columns),
            None => {
                let names = record.iter().map(|name| String::from_utf8_lossy(name));
                let columns = Columns::by_name(names).map_err(|fault| fault.at(line_of(&reader, &record)))?;
                (Form::Header { delimiter: char::from(delimiter) }, columns)
            }
        };
        let ready = matches!(form, Form::Klines { .. });
        let has_volume = columns.has_volume();
        let source = Source::Csv(Box::new(Csv { reader, columns, record, ready }));
        Ok(Self { form, has_volume, source })
    }

    /// What the text turned out to be.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Whether there is a column of volumes; where there is none, all are 0.
    #[must_use]
    pub fn has_volume(&self) -> bool {
        self.has_volume
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Error>;

    /// [`Error::Row`] is about one row; after another error nothing follows.
    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.source {
            Source::Csv(csv) => csv.next(),
            Source::Json(rows) => rows.next(),
            Source::Ended => None,
        };
        if let Some(Err(error)) = &next
            && !matches!(error, Error::Row { .. })
        {
            self.source = Source::Ended;
        }
        next
    }
}

impl<R: Read> Csv<R> {
    fn next(&mut self) -> Option<Result<Row, Error>> {
        if !std::mem::take(&mut self.ready) {
            self.reader.get_mut().begin_row();
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error.into())),
            }
        }
        let line = self.line();
        let candle = self.columns.candle(&self.record);
        Some(candle.map(|candle| Row { line, candle }).map_err(|fault| fault.at(line)))
    }

    /// The line in which the present record begins.
    pub fn line(&self) -> u64 {
        line_of(&self.reader, &self.record)
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
