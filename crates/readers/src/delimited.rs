//! Rows of CSV and its like: where a header stands, what parts columns, and the records of a text.

mod delimiter;
mod header;
mod table;

use std::io::Read;

use crate::{
    Error, Source,
    encoding::{self, Encoding},
    lines::Splitter,
    magic::nul_line,
    record::Record,
    source::Records,
    time::may_be_time,
};
use delimiter::{delimiter, told};

/// As much of a text tells what parts its columns.
const HEAD: u64 = 64 << 10;
/// What parts the columns of a sheet: nothing that is written.
const SHEET: u8 = 0;
/// As many lines may stand above the rows.
const MOST_ABOVE: usize = 25;
/// How the rows of a text are parted, and what stands above them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DelimitedForm {
    pub delimiter: u8,
    pub encoding: Encoding,
    /// The header's names, if there is a header.
    pub names: Option<Vec<String>>,
    /// Records that stand above the rows, the header among them.
    above: usize,
    /// What the fields of a header are, to know it when it comes again.
    header: Record,
    /// How many fields a row has.
    width: usize,
    /// What a line below the header says is traded.
    pub symbol: Option<String>,
    /// A line above the rows that says a time zone, unless that is UTC.
    pub zone: Option<String>,
}

impl DelimitedForm {
    /// Looks at the beginning of a text.
    ///
    /// `columns_told` says that the columns are known, so that a header decides nothing.
    pub fn of(source: &Source, columns_told: bool) -> Result<Self, Error> {
        let (mut form, records, is_told) = Self::head(source, delimiter)?;
        if columns_told {
            form.find_rows(&records)?;
        } else {
            form.find_header(&records, usize::from(is_told))?;
        }
        Ok(form)
    }

    /// The first records of a text and whether it tells itself what parts its columns; if not, `delimiter` finds it.
    fn head(source: &Source, delimiter: fn(&[u8]) -> u8) -> Result<(Self, Vec<Record>, bool), Error> {
        let (mut reader, mut encoding) = encoding::open(source)?;
        let mut head = Vec::new();
        reader.by_ref().take(HEAD).read_to_end(&mut head)?;
        let is_whole = (head.len() as u64) < HEAD;
        if !is_whole {
            // The last line is cut off.
            let end = head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).ok_or(Error::RowTooLong)?;
            head.truncate(end + 1);
        }
        if head.trim_ascii().is_empty() {
            return Err(Error::NoRows);
        }
        if let Some(line) = nul_line(&head) {
            return Err(Error::Nul(line));
        }
        if encoding == Encoding::Utf8
            && std::str::from_utf8(&head).is_err_and(|error| error.error_len().is_some())
        {
            encoding = Encoding::Latin1;
        }
        let (delimiter, is_told) = match told(&head) {
            Some(delimiter) => (delimiter, true),
            None => (delimiter(&head), false),
        };
        let mut lines = Splitter::new(&head[..], delimiter);
        let (mut records, mut record) = (Vec::new(), Record::new());
        while records.len() < 4 * MOST_ABOVE {
            match lines.read(&mut record) {
                Ok(Some(_)) => records.push(record.clone()),
                Ok(None) => break,
                // The beginning may end within quotes, and a quote that is left open is a fault of its own row.
                Err(_) if !records.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok((Self::unread(delimiter, encoding), records, is_told))
    }

    /// Nothing but how the text is parted.
    fn unread(delimiter: u8, encoding: Encoding) -> Self {
        let (names, header, symbol, zone) = (None, Record::new(), None, None);
        Self { delimiter, encoding, names, above: 0, header, width: 0, symbol, zone }
    }

    /// Looks at the first rows of a sheet, which has no delimiter.
    pub fn of_sheet(source: &Source) -> Result<Self, Error> {
        let records = Self::sheet_head(source)?;
        let mut form = Self::unread(SHEET, Encoding::Utf8);
        form.find_header(&records, 0)?;
        Ok(form)
    }

    fn sheet_head(source: &Source) -> Result<Vec<Record>, Error> {
        let mut table = source.table().unwrap_or(Err(Error::NoRows))?;
        let (mut records, mut record) = (Vec::new(), Record::new());
        while records.len() < 4 * MOST_ABOVE && table.read(&mut record)?.is_some() {
            records.push(record.clone());
        }
        if records.is_empty() { Err(Error::NoRows) } else { Ok(records) }
    }

    /// Whether the rows are those of a sheet.
    pub fn is_sheet(&self) -> bool {
        self.delimiter == SHEET
    }

    /// The rows, from the first one on.
    pub fn records<'a>(&'a self, source: &'a Source) -> Result<Box<dyn Records + 'a>, Error> {
        let mut record = Record::new();
        if self.is_sheet() {
            let mut table = source.table().unwrap_or(Err(Error::NoRows))?;
            for _ in 0..self.above {
                table.read(&mut record)?;
            }
            return Ok(Box::new(SheetRows { form: self, table }));
        }
        let (reader, _) = encoding::open(source)?;
        let mut lines = Splitter::new(reader, self.delimiter);
        for _ in 0..self.above {
            lines.read(&mut record)?;
        }
        Ok(Box::new(Delimited { form: self, lines }))
    }
}

/// The rows of a sheet below its header.
struct SheetRows<'a> {
    form: &'a DelimitedForm,
    table: Box<dyn Records + 'a>,
}

impl Records for SheetRows<'_> {
    fn names(&self) -> Option<&[String]> {
        self.form.names.as_deref()
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        self.table.read(record)
    }
}

struct Delimited<'a> {
    form: &'a DelimitedForm,
    lines: Splitter<Box<dyn Read + 'a>>,
}

impl Records for Delimited<'_> {
    fn names(&self) -> Option<&[String]> {
        self.form.names.as_deref()
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        self.lines.read(record)
    }
}

impl DelimitedForm {
    /// Whether a record is the header again, as in files that were put together.
    pub fn is_header(&self, record: &Record) -> bool {
        let plain = |name: &str| name.trim_start_matches('\u{feff}').trim().to_lowercase();
        // Nearly all rows begin with a digit, as no header does.
        !record.field(0).starts_with(|first: char| first.is_ascii_digit())
            && record.len() == self.header.len()
            && !self.header.field(0).is_empty()
            && (record.iter().eq(self.header.iter())
                || record.iter().map(plain).eq(self.header.iter().map(plain)))
    }

    /// Whether a record has as many fields as rows have; what is empty behind them does not count.
    pub fn has_width(&self, record: &Record) -> bool {
        record.len() >= self.width && record.iter().skip(self.width).all(|field| field.trim().is_empty())
    }

    /// Whether a record is a line of words, such as one that says where a file was downloaded. Of rows after it nobody
    /// knows whether they are of the same series.
    pub fn is_note(&self, record: &Record) -> bool {
        let first = record.field(0);
        let has_digits = first.bytes().any(|byte| byte.is_ascii_digit());
        let words = first.split_whitespace().filter(|word| is_word(word)).count();
        // A row that is cut off begins with its time.
        record.len() < self.width && is_word(first) && (!has_digits || words >= 3)
    }

    /// Whether a record is a comment, or the address that some publishers put above each header.
    pub fn is_comment(record: &Record) -> bool {
        let first = record.field(0);
        first.starts_with('#')
            || (record.len() == 1 && (first.starts_with("http://") || first.starts_with("https://")))
    }

    /// How many fields a row has.
    pub fn width(&self) -> usize {
        self.width
    }
}

/// Whether a text is neither a number nor a time, nor empty.
fn is_word(text: &str) -> bool {
    let text = unquoted(text);
    text.chars().any(char::is_alphabetic) && text.parse::<f64>().is_err() && !may_be_time(text)
}

/// A field without blanks and quotes around it: quotes behind a blank are part of the field for CSV.
pub(crate) fn unquoted(field: &str) -> &str {
    let field = field.trim();
    match field.as_bytes() {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => field[1..field.len() - 1].trim(),
        _ => field,
    }
}
