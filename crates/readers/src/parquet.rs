//! Rows of Parquet files, as records of texts, so that there is one way to understand columns.

use std::{
    io::{self, BufReader, Seek, SeekFrom},
    sync::Arc,
};

use crate::record::Record;
use parquet::{
    basic::{ConvertedType, Encoding, LogicalType, TimeUnit, Type},
    column::{
        page::{Page, PageMetadata, PageReader},
        reader::{ColumnReader, ColumnReaderImpl, get_column_reader},
    },
    data_type::{ByteArray, DataType, FixedLenByteArray},
    errors::{ParquetError, Result as ParquetResult},
    file::{
        metadata::RowGroupMetaData,
        reader::{ChunkReader, FileReader, Length, SerializedFileReader},
    },
    schema::types::ColumnDescriptor,
};

use crate::{
    Bytes, Error,
    bytes::BytesReader,
    cell::{Unit, Whole, Zone, half, write_decimal, write_shown, write_whole},
    magic::FileKind,
    source::Records,
};

/// How many rows are read at once from each column.
const BATCH: usize = 1024;

/// The bytes of the file at any place.
struct Chunks(Arc<dyn Bytes>);

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<BytesReader>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let mut reader = BytesReader::new(&self.0);
        reader.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<bytes::Bytes> {
        let end = start.checked_add(length as u64);
        // Before memory is taken for what is not there.
        if end.is_none_or(|end| end > self.0.size()) {
            return Err(ParquetError::EOF("it ends before that".to_owned()));
        }
        let mut room = vec![0; length];
        io::Read::read_exact(&mut self.get_read(start)?, &mut room)?;
        Ok(room.into())
    }
}

/// The rows of a file.
struct Table {
    file: SerializedFileReader<Chunks>,
    columns: Vec<Column>,
    names: Vec<String>,
    /// The row group to be read next.
    next_group: usize,
    /// Rows of the batch that were not given yet.
    left: usize,
    /// Rows that were given.
    count: u64,
}

/// A column, and where it is read.
struct Column {
    /// Its place among all columns of the file.
    place: usize,
    meaning: Meaning,
    /// The level of values that are there.
    defined: i16,
    reader: Option<ColumnReader>,
    /// Texts of the batch that were not given yet, one after the other, and where each ends.
    texts: Vec<u8>,
    ends: Vec<usize>,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Plain(Whole),
    Unsigned,
    Half,
}

/// The rows of the table in a file.
pub(crate) fn open(bytes: &Arc<dyn Bytes>) -> Result<Box<dyn Records>, Error> {
    let file = SerializedFileReader::new(Chunks(Arc::clone(bytes))).map_err(damaged)?;
    let chunks = file.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
    for chunk in chunks {
        // The crate takes these for granted.
        let starts = [Some(chunk.data_page_offset()), chunk.dictionary_page_offset()];
        if chunk.compressed_size() < 0 || starts.iter().flatten().any(|start| *start < 0) {
            return Err(damaged(ParquetError::EOF("a column lies outside".to_owned())));
        }
    }
    let schema = file.metadata().file_metadata().schema_descr();
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    for (place, column) in schema.columns().iter().enumerate() {
        // Lists and structures are no values of candles.
        if column.max_rep_level() == 0 && column.path().parts().len() == 1 {
            names.push(column.name().to_owned());
            columns.push(Column {
                place,
                meaning: Meaning::of(column),
                defined: column.max_def_level(),
                reader: None,
                texts: Vec::new(),
                ends: Vec::new(),
            });
        }
    }
    if columns.is_empty() {
        return Err(Error::Unfit("has no columns of plain values"));
    }
    Ok(Box::new(Table { file, columns, names, next_group: 0, left: 0, count: 0 }))
}

impl Records for Table {
    fn names(&self) -> Option<&[String]> {
        Some(&self.names)
    }

    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        record.clear();
        while self.left == 0 {
            if !self.read_batch().map_err(damaged)? {
                return Ok(None);
            }
        }
        self.left -= 1;
        self.count += 1;
        for column in &mut self.columns {
            let row = column.ends.len() - self.left - 1;
            let start = row.checked_sub(1).map_or(0, |before| column.ends[before]);
            record.push_field(&column.texts[start..column.ends[row]]);
        }
        Ok(Some(self.count))
    }
}

impl Table {
    /// Reads some rows of the group, or begins the next one. Returns whether there are any.
    fn read_batch(&mut self) -> ParquetResult<bool> {
        let mut counts = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            counts.push(column.read_batch()?);
        }
        if counts.iter().any(|count| *count != counts[0]) {
            return Err(ParquetError::General("its columns are not equally long".to_owned()));
        }
        self.left = counts[0];
        if self.left == 0 {
            if self.next_group == self.file.num_row_groups() {
                return Ok(false);
            }
            let group = self.file.get_row_group(self.next_group)?;
            self.next_group += 1;
            for column in &mut self.columns {
                let pages =
                    Pages { pages: group.get_column_page_reader(column.place)?, has_dictionary: false };
                let about = group.metadata().column(column.place).column_descr_ptr();
                column.reader = Some(get_column_reader(about, Box::new(pages)));
            }
        }
        Ok(true)
    }
}

/// The pages of a column, checked for what the crate takes for granted.
struct Pages {
    pages: Box<dyn PageReader>,
    has_dictionary: bool,
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        const DICTIONARY: [Encoding; 2] = [Encoding::PLAIN_DICTIONARY, Encoding::RLE_DICTIONARY];
        let page = self.pages.get_next_page()?;
        match &page {
            Some(Page::DictionaryPage { .. }) => self.has_dictionary = true,
            Some(page) if DICTIONARY.contains(&page.encoding()) && !self.has_dictionary => {
                return Err(ParquetError::General("a dictionary is missing".to_owned()));
            }
            _ => {}
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl Column {
    /// Reads the texts of some rows. Returns how many.
    fn read_batch(&mut self) -> ParquetResult<usize> {
        use ColumnReader as Reader;
        self.texts.clear();
        self.ends.clear();
        let meaning = self.meaning;
        let whole = match meaning {
            Meaning::Plain(whole) => whole,
            _ => Whole::Number,
        };
        let is_unsigned = matches!(meaning, Meaning::Unsigned);
        let Some(mut reader) = self.reader.take() else { return Ok(0) };
        let read = match &mut reader {
            Reader::BoolColumnReader(reader) => self.fill(reader, |text, value| write_shown(text, value)),
            Reader::Int32ColumnReader(reader) if is_unsigned => {
                self.fill(reader, |text, value| write_shown(text, value.cast_unsigned()))
            }
            Reader::Int64ColumnReader(reader) if is_unsigned => {
                self.fill(reader, |text, value| write_shown(text, value.cast_unsigned()))
            }
            Reader::Int32ColumnReader(reader) => {
                self.fill(reader, |text, value| write_whole(text, i64::from(*value), whole))
            }
            Reader::Int64ColumnReader(reader) => {
                self.fill(reader, |text, value| write_whole(text, *value, whole))
            }
            // Times of old writers, in days and ns.
            Reader::Int96ColumnReader(reader) => self.fill(reader, |text, value| {
                write_whole(text, value.to_nanos(), Whole::Time(Unit::Nanos, Zone::Utc));
            }),
            // The decimals that were meant, rather than those of the nearest f64.
            Reader::FloatColumnReader(reader) => self.fill(reader, |text, value| write_shown(text, value)),
            Reader::DoubleColumnReader(reader) => self.fill(reader, |text, value| write_shown(text, value)),
            Reader::ByteArrayColumnReader(reader) => {
                self.fill(reader, |text, value: &ByteArray| write_bytes(text, value.data(), meaning))
            }
            Reader::FixedLenByteArrayColumnReader(reader) => {
                self.fill(reader, |text, value: &FixedLenByteArray| write_bytes(text, value.data(), meaning))
            }
        };
        self.reader = Some(reader);
        read
    }

    fn fill<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        write: impl Fn(&mut Vec<u8>, &T::T),
    ) -> ParquetResult<usize> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let is_optional = self.defined > 0;
        let (count, ..) =
            reader.read_records(BATCH, is_optional.then_some(&mut levels), None, &mut values)?;
        let mut values = values.iter();
        for row in 0..count {
            if !is_optional || levels.get(row) == Some(&self.defined) {
                let value = values.next();
                let value = value.ok_or_else(|| ParquetError::EOF("a value is missing".to_owned()))?;
                write(&mut self.texts, value);
            }
            self.ends.push(self.texts.len());
        }
        Ok(count)
    }
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Self {
        let unit = |unit| match unit {
            TimeUnit::MILLIS => Unit::Millis,
            TimeUnit::MICROS => Unit::Micros,
            TimeUnit::NANOS => Unit::Nanos,
        };
        let decimals = |scale: i32| Whole::Decimal(u8::try_from(scale.clamp(0, 76)).unwrap_or(0));
        Self::Plain(match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(time)), _) => {
                let zone = if time.is_adjusted_to_u_t_c { Zone::Utc } else { Zone::Unknown };
                Whole::Time(unit(time.unit), zone)
            }
            (Some(LogicalType::Time(time)), _) => Whole::TimeOfDay(unit(time.unit)),
            (Some(LogicalType::Float16), _) => return Self::Half,
            (_, ConvertedType::TIMESTAMP_MILLIS) => Whole::Time(Unit::Millis, Zone::Utc),
            (_, ConvertedType::TIMESTAMP_MICROS) => Whole::Time(Unit::Micros, Zone::Utc),
            (_, ConvertedType::TIME_MILLIS) => Whole::TimeOfDay(Unit::Millis),
            (_, ConvertedType::TIME_MICROS) => Whole::TimeOfDay(Unit::Micros),
            (_, ConvertedType::DATE) => Whole::Date,
            (_, ConvertedType::DECIMAL) => decimals(column.type_scale()),
            (
                _,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) if matches!(column.physical_type(), Type::INT32 | Type::INT64) => return Self::Unsigned,
            _ => Whole::Number,
        })
    }
}

/// Writes bytes as the text that they are, or as the number.
fn write_bytes(text: &mut Vec<u8>, bytes: &[u8], meaning: Meaning) {
    match meaning {
        Meaning::Half => {
            if let Ok(bits) = bytes.try_into() {
                write_shown(text, half(u16::from_le_bytes(bits)));
            }
        }
        // Numbers of more bytes are no prices.
        Meaning::Plain(Whole::Decimal(decimals)) if (1..=16).contains(&bytes.len()) => {
            let sign = if bytes[0] < 128 { 0 } else { -1 };
            let value = bytes.iter().fold(sign, |value: i128, byte| value << 8 | i128::from(*byte));
            write_decimal(text, value, decimals);
        }
        Meaning::Plain(Whole::Decimal(_)) => {}
        _ if std::str::from_utf8(bytes).is_ok() => text.extend(bytes),
        _ => {}
    }
}

fn damaged(error: ParquetError) -> Error {
    Error::Damaged(FileKind::Parquet.name(), io::Error::other(error))
}

#[cfg(test)]
mod tests;
