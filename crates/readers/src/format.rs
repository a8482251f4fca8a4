//! How a source is to be read: what the first pass finds out, and the second pass goes by.

mod kind;

use std::fmt;

pub(crate) use kind::Kind;

use crate::record::Record;

use crate::{
    Columns, Error, Role, RowFault, Source, TimeZone,
    columns::{by_name, by_order, is_utc, names_closing, names_zone, names_zone_of_times, time_columns},
    delimited::{DelimitedForm, unquoted},
    encoding::Encoding,
    json::JsonForm,
    number::{NumberEvidence, NumberFormat, is_nothing},
    options::ReadOptions,
    source::Records,
    time::{Clock, TimeEvidence, TimeFormat, TimeHints, has_offset, may_be_date, rough_time},
};

/// As many rows are kept to find columns and formats.
const KEPT: usize = 1024;
/// No longer than this together, in bytes.
const KEPT_BYTES: usize = 8 << 20;
/// `now` where nobody tells it: years further ahead are none of candles.
pub(crate) const FAR_AHEAD: i64 = 4_102_444_800_000;

/// What a source turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// CSV and its like.
    Delimited {
        /// What parts columns.
        delimiter: char,
        /// Whether a header names them.
        has_header: bool,
    },
    /// One JSON text, and where in it the candles stand.
    Json(String),
    /// A JSON value on each line.
    JsonLines,
    /// The table of a Parquet, Feather or Excel file.
    Table,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delimited { delimiter, has_header } => {
                let header = if *has_header { "with" } else { "without" };
                let marks = match delimiter {
                    ',' => "commas",
                    ';' => "semicolons",
                    '\t' => "tabs",
                    '|' => "bars",
                    ' ' => "blanks",
                    _ => "marks",
                };
                write!(f, "CSV {header} a header, {marks}")
            }
            Self::Json(place) if place.is_empty() => f.write_str("JSON"),
            Self::Json(place) => write!(f, "JSON, {place}"),
            Self::JsonLines => f.write_str("JSON lines"),
            Self::Table => f.write_str("table"),
        }
    }
}

/// How a source is to be read.
#[derive(Debug, Clone)]
pub struct Format {
    pub(crate) parser: Parser,
    /// What the columns are called, where they have names.
    pub names: Option<Vec<String>>,
    /// What stands in them.
    pub columns: Columns,
    /// How times are written.
    pub time: TimeFormat,
    /// Where times that tell no zone are local.
    pub time_zone: Option<TimeZone>,
    /// How numbers are written.
    pub numbers: NumberFormat,
    /// What stands beside the rows says that this is traded.
    pub symbol: Option<String>,
    /// Digits of a time of day that is written as a number.
    pub(crate) of_day: Option<usize>,
    /// No candle opens later.
    pub(crate) latest: i64,
}

#[derive(Debug, Clone)]
pub(crate) enum Parser {
    Delimited(DelimitedForm),
    Json(JsonForm),
    Table,
}

impl Parser {
    pub fn records<'a>(&'a self, source: &'a Source) -> Result<Box<dyn Records + 'a>, Error> {
        match self {
            Self::Delimited(form) => form.records(source),
            Self::Json(form) => form.records(source),
            Self::Table => source.table().unwrap_or(Err(Error::NoRows)),
        }
    }
}

/// Finds out how a source is to be read: from its first rows, and from all where those leave the order of dates open.
///
/// # Errors
/// Where there is nothing to read, and where the rows do not decide and the options do not say.
pub fn understand(source: &Source, options: &ReadOptions) -> Result<Format, Error> {
    let parser = parser(source, options.columns.is_some())?;
    let mut records = parser.records(source)?;
    let names = records.names().map(<[String]>::to_vec);
    let rows = first_rows(&parser, &mut *records)?;
    if rows.is_empty() {
        return Err(Error::NoRows);
    }
    let numbers = numbers(&parser, &rows, options)?;
    let plain: Vec<Record> = rows.iter().map(|row| normalised(row, numbers)).collect();
    let known = match (&options.columns, &names) {
        (Some(roles), _) => given(roles, &plain)?,
        (None, Some(names)) => {
            by_name(names, &plain, options.symbol.as_deref()).map_err(|fault| fault.at(1))?
        }
        (None, None) => time_columns(&plain)?,
    };
    check_zone(&parser, names.as_deref(), &known, &rows, options)?;
    let of_day = known.place(Role::TimeOfDay).and_then(|place| of_day(&rows, place));
    let latest = if options.now > 0 { options.now } else { FAR_AHEAD };
    let written = |row: &Record| written_time(row, &known, of_day);
    let has_values = |row: &&Record| {
        known.prices().is_none_or(|prices| prices.iter().any(|at| !is_nothing(&field(row, *at))))
    };
    let times: Vec<String> =
        rows.iter().filter(has_values).map(written).filter(|time| !is_nothing(time)).collect();
    let time = match options.unit {
        Some(unit) => TimeFormat::Epoch(unit),
        None => {
            let hints = TimeHints {
                now: latest,
                interval: options.interval,
                order: options.date_order,
                is_free: false,
            };
            time_format(times, &mut *records, &written, &hints)?
        }
    };
    let columns = match (&options.columns, &names) {
        (None, None) => {
            let mut clock = Clock::new(time, options.time_zone.as_ref(), latest, Some(true));
            let read = |row: &Record| Some((row.clone(), clock.read(&written(row)).ok()?.ms));
            let (rows, times): (Vec<_>, Vec<_>) = plain.iter().filter_map(read).unzip();
            by_order(known.clone(), &rows, &times)?
        }
        _ => known.clone(),
    };
    let symbol = match &parser {
        Parser::Delimited(form) => form.symbol.clone(),
        Parser::Json(form) => form.symbol.clone(),
        Parser::Table => None,
    };
    drop(records);
    let time_zone = options.time_zone.clone();
    Ok(Format { parser, names, columns, time, time_zone, numbers, symbol, of_day, latest })
}

/// How times are written: from those of the first rows, and from all that follow where these leave the order of dates
/// open.
pub(crate) fn time_format(
    first: Vec<String>,
    records: &mut dyn Records,
    written: &dyn Fn(&Record) -> String,
    hints: &TimeHints,
) -> Result<TimeFormat, Error> {
    let mut evidence = TimeEvidence::new(first);
    let mut record = Record::new();
    while evidence.is_open() && hints.order.is_none() && records.read(&mut record)?.is_some() {
        let time = written(&record);
        // What is no date at all is a fault of its own row.
        if rough_time(&time).is_some() {
            evidence.see(&time);
        }
    }
    Ok(evidence.settle(hints)?)
}

/// The time of a row as it is written.
pub(crate) fn written_time(row: &Record, columns: &Columns, of_day: Option<usize>) -> String {
    let date = field(row, columns.place(Role::Time).unwrap_or(0));
    match columns.place(Role::TimeOfDay) {
        Some(place) => join(&date, &field(row, place), of_day),
        None => date,
    }
}

/// Refuses local times of a zone that a header, a column or something beside the rows names, where neither the times nor
/// the options tell it. Dates alone are of no zone.
pub(crate) fn check_zone(
    parser: &Parser,
    names: Option<&[String]>,
    columns: &Columns,
    rows: &[Record],
    options: &ReadOptions,
) -> Result<(), Error> {
    let time = rows.first().map(|row| written_time(row, columns, None)).unwrap_or_default();
    if options.time_zone.is_some() || has_offset(&time) || time.parse::<f64>().is_ok() || !time.contains(':')
    {
        return Ok(());
    }
    let names = names.unwrap_or_default();
    let of_header =
        columns.place(Role::Time).and_then(|place| names.get(place)).filter(|name| names_zone(name)).cloned();
    let of_column = || {
        let place = names.iter().position(|name| names_zone_of_times(name))?;
        let zone = field(rows.first()?, place);
        (!is_utc(&zone)).then_some(zone)
    };
    let beside = || match parser {
        Parser::Json(form) => form.zone.clone(),
        Parser::Delimited(form) => form.zone.clone(),
        Parser::Table => None,
    };
    match of_header.or_else(of_column).or_else(beside) {
        Some(zone) => Err(Error::ZoneOfHeader(zone)),
        None => Ok(()),
    }
}

fn parser(source: &Source, columns_told: bool) -> Result<Parser, Error> {
    match Kind::of(source)? {
        Kind::Table => Ok(Parser::Table),
        Kind::Sheet => DelimitedForm::of_sheet(source).map(Parser::Delimited),
        Kind::Json => JsonForm::of(source).map(Parser::Json),
        Kind::Delimited => DelimitedForm::of(source, columns_told).map(Parser::Delimited),
    }
}

pub(crate) fn first_rows(parser: &Parser, records: &mut dyn Records) -> Result<Vec<Record>, Error> {
    let (mut rows, mut record, mut bytes) = (Vec::new(), Record::new(), 0);
    while rows.len() < KEPT && bytes < KEPT_BYTES {
        match records.read(&mut record) {
            Ok(None) => break,
            Ok(Some(_)) => {}
            Err(Error::Row { .. }) => continue,
            Err(error) => return Err(error),
        }
        if let Parser::Delimited(form) = parser
            && (form.is_header(&record) || !form.has_width(&record))
        {
            continue;
        }
        // Blanks and quotes around fields tell nothing.
        let row: Record = record.iter().map(unquoted).collect();
        bytes += row.size();
        rows.push(row);
    }
    Ok(rows)
}

/// How numbers are written, from the columns of which half may be numbers or more: digits in a text say nothing of them.
pub(crate) fn numbers(
    parser: &Parser,
    rows: &[Record],
    options: &ReadOptions,
) -> Result<NumberFormat, Error> {
    let width = rows.iter().map(Record::len).max().unwrap_or(0);
    let may_commas_part = matches!(parser, Parser::Delimited(form) if form.delimiter != b',');
    let has_points = || rows.iter().flat_map(Record::iter).any(is_day_with_points);
    let mut evidence = NumberEvidence::new(may_commas_part && has_points());
    for place in 0..width {
        let fields = || rows.iter().map(|row| row.field(place)).filter(|field| !is_nothing(field));
        let numbers = || fields().filter(|field| may_be_number(field));
        let (count, all) = (numbers().count(), fields().count());
        if count * 2 >= all {
            let is_multiple = ['K', 'M', 'B', 'k', 'm', 'b'];
            evidence.see(numbers().map(|field| field.trim_end_matches(is_multiple)), count == all);
        }
    }
    Ok(evidence.settle(options.decimal, options.thousands)?)
}

/// Whether a field begins with a day such as `02.01.2023`.
fn is_day_with_points(field: &str) -> bool {
    let mut parts = field.splitn(3, '.');
    let mut digits = |most: usize| {
        parts.next().is_some_and(|part| {
            let count = part.bytes().take_while(u8::is_ascii_digit).count();
            (1..=most).contains(&count) && (count == part.len() || most > 2)
        })
    };
    digits(2) && digits(2) && digits(4)
}

/// Whether a field may be a number in any format, and is no date.
pub(crate) fn may_be_number(field: &str) -> bool {
    let is_odd = |c: char| ",+'$€£¥₹ \u{a0}\u{202f}KMBkmb".contains(c);
    field.bytes().any(|byte| byte.is_ascii_digit())
        && field.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-') || is_odd(c))
        && (is_plain(field) || !may_be_date(field))
}

/// Whether a field has nothing but digits and one point, so that no date can be meant.
fn is_plain(field: &str) -> bool {
    field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && field.bytes().filter(|byte| *byte == b'.').count() <= 1
}

/// A row whose numbers are written with a point, and nothing between thousands.
pub(crate) fn normalised(row: &Record, numbers: NumberFormat) -> Record {
    let is_default = numbers == NumberFormat::default();
    let field = |field: &str| match field {
        _ if is_default && is_plain(field) => field.to_owned(),
        _ if may_be_date(field) || is_nothing(field) => field.to_owned(),
        _ => numbers.read_volume("", field).map_or_else(|_| field.to_owned(), |number| number.to_string()),
    };
    row.iter().map(field).collect()
}

/// Columns as the options give them.
fn given(roles: &[Role], rows: &[Record]) -> Result<Columns, Error> {
    let columns = Columns { roles: roles.to_vec() };
    let needed = [Role::Time, Role::Open, Role::High, Role::Low, Role::Close];
    if let Some(role) = needed.into_iter().find(|role| columns.place(*role).is_none()) {
        return Err(Error::NotGiven(role.name()));
    }
    if let Some(twice) = needed.into_iter().find(|role| roles.iter().filter(|own| *own == role).count() > 1) {
        return Err(Error::GivenTwice(twice.name()));
    }
    let width = rows.iter().map(Record::len).max().unwrap_or(0);
    if columns.least() > width {
        return Err(Error::TooManyGiven(roles.len(), width));
    }
    Ok(columns)
}

/// How many digits a time of day has that is written as a number.
pub(crate) fn of_day(rows: &[Record], place: usize) -> Option<usize> {
    let fields: Vec<String> = rows.iter().map(|row| field(row, place)).collect();
    let is_number = |field: &String| field.bytes().all(|byte| byte.is_ascii_digit());
    let longest = fields.iter().map(String::len).max()?;
    let is_hour = |field: &String| field.parse::<u32>().is_ok_and(|hour| hour < 24);
    // Hours alone, or hours and minutes, or seconds too, without zeros before them.
    let digits = match longest {
        5.. => 6,
        ..=2 if fields.iter().all(is_hour) => 2,
        _ => 4,
    };
    fields.iter().all(is_number).then_some(digits)
}

/// A date and a time of day as one text.
pub(crate) fn join(date: &str, of_day: &str, digits: Option<usize>) -> String {
    // A date may bring an empty time of day.
    let date = date.split_once([' ', 'T']).map_or(date, |(date, _)| date);
    match digits {
        Some(digits) => format!("{date} {of_day:0>digits$}"),
        None => format!("{date} {of_day}"),
    }
}

/// A field as text.
pub(crate) fn field(row: &Record, place: usize) -> String {
    unquoted(row.field(place)).to_owned()
}

impl Format {
    /// What the source turned out to be.
    #[must_use]
    pub fn form(&self) -> Form {
        match &self.parser {
            Parser::Delimited(form) if form.is_sheet() => Form::Table,
            Parser::Delimited(form) => {
                Form::Delimited { delimiter: char::from(form.delimiter), has_header: form.names.is_some() }
            }
            Parser::Json(form) if form.is_lines => Form::JsonLines,
            Parser::Json(form) => Form::Json(form.place.clone()),
            Parser::Table => Form::Table,
        }
    }

    /// How its text is encoded; a table is not.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.parser {
            Parser::Delimited(form) if form.is_sheet() => None,
            Parser::Delimited(form) => Some(form.encoding),
            Parser::Json(_) => Some(Encoding::Utf8),
            Parser::Table => None,
        }
    }

    /// What rows are counted in.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match &self.parser {
            Parser::Delimited(form) if form.is_sheet() => "row",
            Parser::Delimited(_) => "line",
            Parser::Json(form) if form.is_lines => "line",
            Parser::Json(_) => "element",
            Parser::Table => "row",
        }
    }

    /// Whether the names of its columns are those of files whose times are of closing.
    pub(crate) fn has_closing_times(&self) -> bool {
        self.names.as_deref().is_some_and(names_closing)
    }

    /// Whether there is a column of volumes; where there is none, all are 0.
    #[must_use]
    pub fn has_volume(&self) -> bool {
        self.columns.place(Role::Volume).is_some()
    }

    /// The error of a row in this line.
    pub(crate) fn fault(&self, fault: RowFault, line: u64) -> Error {
        Error::Row { unit: self.unit(), line, fault }
    }
}
