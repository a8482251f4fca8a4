//! Rows of CSV and its like: where a header stands, what parts columns, and the records of a text.

mod table;

use std::io::Read;

use crate::{
    Error, Role, RowFault, Source,
    columns::is_name_of,
    encoding::{self, Encoding},
    lines::Splitter,
    magic::nul_line,
    record::Record,
    source::Records,
    time::may_be_time,
};

/// As much of a text tells what parts its columns.
const HEAD: u64 = 64 << 10;
/// What parts the columns of a sheet: nothing that is written.
const SHEET: u8 = 0;
/// As many lines may stand above the rows.
const MOST_ABOVE: usize = 25;
/// What parts columns, the likeliest first: of equals, what is no part of numbers comes first.
const DELIMITERS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

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

    /// Finds the first row below whatever stands above it.
    fn find_rows(&mut self, records: &[Record]) -> Result<(), Error> {
        let first = records.iter().take(MOST_ABOVE).position(is_data);
        let first = first.ok_or(Error::Unfit("there are no rows with a time and four numbers"))?;
        if let Some(above) = first.checked_sub(1).map(|at| &records[at])
            && above.iter().all(|name| is_word(name) || name.is_empty())
        {
            self.header = above.clone();
        }
        let widths = records[first..].iter().filter(|row| is_data(row)).map(|row| row.len() as i64).collect();
        (self.above, self.width) =
            (first, crate::most_common(widths).and_then(|width| usize::try_from(width).ok()).unwrap_or(0));
        Ok(())
    }

    /// Finds the header, and what else stands above the rows.
    fn find_header(&mut self, records: &[Record], above: usize) -> Result<(), Error> {
        let is_header = |record: &Record| {
            let names: Vec<_> = record.iter().collect();
            [Role::Open, Role::High, Role::Low, Role::Close]
                .iter()
                .all(|role| names.iter().any(|name| is_name_of(*role, name)))
        };
        let width = |records: &[Record]| {
            // Lines that are no rows tell no width where some are.
            let is_row = |record: &&Record| is_data(record) || !records.iter().any(is_data);
            let widths = records.iter().filter(is_row).map(|record| record.len() as i64).collect();
            crate::most_common(widths).and_then(|width| usize::try_from(width).ok()).unwrap_or(0)
        };
        let names = |record: &Record| record.iter().map(|name| unquoted(name).to_owned()).collect::<Vec<_>>();
        let header = records.iter().take(MOST_ABOVE).position(is_header);
        let until = header.or_else(|| records.iter().position(is_data)).unwrap_or(0);
        self.zone = records[..until].iter().find_map(zone_of);
        let told = records
            .iter()
            .take(MOST_ABOVE)
            .enumerate()
            .find_map(|(at, record)| Some((at, of_symbol(&names(record))?)));
        if let Some(at) = header.or(told.as_ref().map(|(at, _)| *at)) {
            let mut names = names(&records[at]);
            if header.is_none()
                && let Some((_, (own, symbol))) = told
            {
                names = own;
                self.symbol = Some(symbol);
            }
            self.header = records[at].clone();
            self.above = at + 1;
            self.above += self.below(&records[at + 1..], &names);
            let rows = &records[self.above.min(records.len())..];
            self.width = if rows.is_empty() { names.len() } else { width(rows) };
            let names = self.fitted(names, rows);
            // Commas before decimals or between thousands part columns as well where nothing is quoted.
            let filled = |row: &Record| {
                row.iter().rposition(|field| !field.trim().is_empty()).map_or(0, |last| last + 1)
            };
            if self.width > names.len() && rows.iter().any(|row| filled(row) > names.len()) {
                return Err(RowFault::Columns(self.width, names.len()).at(self.above as u64 + 1));
            }
            self.names = Some(names);
            return Ok(());
        }
        // Without a header, the first line that looks like a candle begins the rows.
        let first = records.iter().take(MOST_ABOVE).position(is_data);
        let first = first.ok_or_else(|| match records.get(above) {
            Some(line) if line.len() > 1 => {
                let names = line.iter().map(|name| unquoted(name).to_owned()).collect();
                no_column(names).at(above as u64 + 1)
            }
            _ => Error::Unfit("there are no columns; separate them by commas, semicolons or tabs"),
        })?;
        if records[first].len() < 5 {
            return Err(RowFault::FewColumns(records[first].len()).at(first as u64 + 1));
        }
        // Names that say nothing may say something else than the rows seem to.
        if let Some(above) = first.checked_sub(1).map(|at| &records[at])
            && above.len() == records[first].len()
            && above.iter().all(is_word)
        {
            let names = above.iter().map(|name| unquoted(name).to_owned()).collect();
            return Err(no_column(names).at(first as u64));
        }
        (self.above, self.width) = (first, width(&records[first..]));
        Ok(())
    }

    /// Passes over lines below a header that are no rows, as yfinance has them: `Ticker,AAPL,AAPL` and `Date,,`.
    fn below(&mut self, records: &[Record], names: &[String]) -> usize {
        let mut count = 0;
        for record in records.iter().take(3) {
            // A line of units: `,USD,USD`.
            if record.len() > 4
                && record.iter().all(|field| field.trim().is_empty() || is_word(field))
                && record.iter().filter(|field| is_word(field)).count() >= 4
            {
                let is_index = !is_name_of(Role::Symbol, record.field(0).trim());
                if is_index {
                    return count + 1;
                }
            }
            let field = |at: usize| record.field(at).trim().to_owned();
            let rest: Vec<String> = (1..record.len()).map(field).filter(|field| !field.is_empty()).collect();
            let is_ticker = is_name_of(Role::Symbol, &field(0)) && rest.len() + 1 == names.len();
            if is_ticker && rest.iter().all(|ticker| *ticker == rest[0]) {
                self.symbol = rest.into_iter().next();
            } else if !(is_name_of(Role::Time, &field(0)) && rest.is_empty()) {
                break;
            }
            count += 1;
        }
        // Only together with a line for the index are they no rows.
        if count == 1 && self.symbol.is_none() { 0 } else { count }
    }

    /// Names for all fields of a row: a header may lack one for rows' own names, and rows may end with a comma.
    fn fitted(&self, mut names: Vec<String>, rows: &[Record]) -> Vec<String> {
        // The header of several lines names its columns' kind here, and its index below.
        if self.symbol.is_some()
            && !names.iter().any(|name| is_name_of(Role::Time, name))
            && let Some(first) = names.first_mut()
        {
            *first = "Date".to_owned();
        }
        let ends_empty = rows.iter().all(|row| {
            let last = self.width.checked_sub(1).and_then(|last| row.get(last));
            row.len() < self.width || last.is_some_and(|last| last.trim().is_empty())
        });
        if self.width == names.len() + 1 && !ends_empty {
            names.insert(0, String::new());
        }
        names
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

/// Names that are those of no candle, with the first one that is wanting.
fn no_column(names: Vec<String>) -> RowFault {
    let prices = [Role::Open, Role::High, Role::Low, Role::Close];
    let is_wanting = |role: &Role| !names.iter().any(|name| is_name_of(*role, name));
    let wanted = prices.into_iter().find(is_wanting).unwrap_or(Role::Time).name();
    RowFault::NoColumn { wanted, names }
}

/// Whether a record may be a row of a candle: a time, and four numbers or more.
fn is_data(record: &Record) -> bool {
    let number = |field: &&str| {
        let digits = field.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = field.chars().all(|c| c.is_ascii_digit() || ".,+-eE '$\u{a0}\"KMBkmb".contains(c));
        digits > 0 && is_plain
    };
    let has_time = record.iter().take(3).any(|field| may_be_time(unquoted(field)));
    has_time && record.iter().filter(number).count() >= 4
}

/// What a line above the rows says of the zone of times, unless that is UTC.
fn zone_of(record: &Record) -> Option<String> {
    let line = record.iter().collect::<Vec<_>>().join(" ");
    let small = line.to_lowercase();
    let is_zone = ["timezone", "time zone", "time_zone"].iter().any(|word| small.contains(word));
    (is_zone && !small.contains("utc") && !small.contains("gmt")).then(|| line.trim().to_owned())
}

/// Names that all begin with one symbol, as R's quantmod writes them, without it, and the symbol: `AAPL.Open`.
fn of_symbol(names: &[String]) -> Option<(Vec<String>, String)> {
    let prices = [Role::Open, Role::High, Role::Low, Role::Close];
    let of = |role: Role| {
        let mut symbols =
            names.iter().filter_map(|name| name.rsplit_once('.').filter(|(_, name)| is_name_of(role, name)));
        let (symbol, _) = symbols.next()?;
        // A second symbol would be lost.
        symbols.next().is_none().then_some(symbol)
    };
    let symbol = of(Role::Open)?;
    if !prices.into_iter().all(|role| of(role) == Some(symbol)) {
        return None;
    }
    let own = |name: &String| {
        name.strip_prefix(symbol).and_then(|name| name.strip_prefix('.')).unwrap_or(name).to_owned()
    };
    Some((names.iter().map(own).collect(), symbol.to_owned()))
}

/// Whether a text is neither a number nor a time, nor empty.
fn is_word(text: &str) -> bool {
    let text = unquoted(text);
    text.chars().any(char::is_alphabetic) && text.parse::<f64>().is_err() && !may_be_time(text)
}

/// What `sep=;` says, as spreadsheets write it above all.
fn told(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    match line.trim_ascii() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark] => Some(*mark),
        _ => None,
    }
}

/// What parts most lines into the same number of columns.
fn delimiter(head: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.trim_ascii().is_empty())
        .take(4 * MOST_ABOVE)
        .collect();
    let counted = |delimiter: u8| {
        let counts: Vec<i64> = lines.iter().map(|line| parted(line, delimiter)).collect();
        let usual =
            crate::most_common(counts.iter().copied().filter(|count| *count >= 3).collect()).unwrap_or(0);
        (counts.iter().filter(|count| **count == usual && usual > 0).count(), usual)
    };
    // The first of equals wins.
    let mut best = (b',', (0, 0));
    for delimiter in DELIMITERS {
        let own = counted(delimiter);
        if own.0 > best.1.0 {
            best = (delimiter, own);
        }
    }
    best.0
}

/// How often a line has a mark outside quotes.
fn parted(line: &[u8], delimiter: u8) -> i64 {
    let mut quoted = false;
    let is_mark = |byte: &&u8| {
        quoted ^= **byte == b'"';
        **byte == delimiter && !quoted
    };
    line.iter().filter(is_mark).count() as i64
}

/// A field without blanks and quotes around it: quotes behind a blank are part of the field for CSV.
pub(crate) fn unquoted(field: &str) -> &str {
    let field = field.trim();
    match field.as_bytes() {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => field[1..field.len() - 1].trim(),
        _ => field,
    }
}
