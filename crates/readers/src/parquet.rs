//! Rows of Parquet files, as records of texts, so that there is one way to understand columns.

use std::{fmt::Write, io, sync::Arc};

use candles::format_utc;
use csv::ByteRecord;
use parquet::{
    errors::ParquetError,
    file::reader::{ChunkReader, FileReader, SerializedFileReader},
    record::{Field, reader::RowIter},
    schema::types::Type,
};

use crate::{Error, Form, Rows, columns::Columns, source::Source};

/// Numbers up to this, in ms of 1973, are taken for seconds where they are read.
const SMALLEST_MS: u64 = 100_000_000_000;

/// The rows of a file.
struct Table {
    rows: RowIter<'static>,
    /// How many were read.
    count: u64,
}

impl Rows<'static> {
    /// The rows of a Parquet file.
    ///
    /// # Errors
    /// Where its description is damaged, or names no columns of candles.
    pub fn parquet(file: impl ChunkReader + 'static) -> Result<Self, Error> {
        let failing = |error| Error::Read("is no Parquet file that can be read", io::Error::other(error));
        let (names, rows) = open(file).map_err(failing)?;
        let columns = Columns::by_name(names.iter()).map_err(|fault| fault.at(1))?;
        Ok(Self::of(Form::Table, Box::new(Table { rows, count: 0 }), columns))
    }
}

/// The names of the columns, and the rows.
fn open(file: impl ChunkReader + 'static) -> Result<(Vec<String>, RowIter<'static>), ParquetError> {
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema();
    // Lists and structures are no values of candles.
    let is_plain = |field: &&Arc<Type>| field.is_primitive() && !is_list(field);
    let plain: Vec<Arc<Type>> = schema.get_fields().iter().filter(is_plain).cloned().collect();
    let names = plain.iter().map(|field| field.name().to_owned()).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(plain).build()?;
    let rows = RowIter::from_file_into(Box::new(reader)).project(Some(projection))?;
    Ok((names, rows))
}

impl Source for Table {
    fn read(&mut self, record: &mut ByteRecord, _: &Columns) -> Result<Option<u64>, Error> {
        let Some(row) = self.rows.next().transpose().map_err(io::Error::other)? else { return Ok(None) };
        self.count += 1;
        record.clear();
        for (_, field) in row.get_column_iter() {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = write_field(&mut text, field);
            record.push_field(text.as_bytes());
        }
        Ok(Some(self.count))
    }
}

fn is_list(field: &Type) -> bool {
    let about = field.get_basic_info();
    about.has_repetition() && about.repetition() == parquet::basic::Repetition::REPEATED
}

fn write_field(line: &mut String, field: &Field) -> std::fmt::Result {
    match field {
        Field::Byte(_) | Field::Short(_) | Field::Int(_) | Field::Long(_) | Field::Decimal(_) => {
            write!(line, "{field}")
        }
        Field::UByte(_) | Field::UShort(_) | Field::UInt(_) | Field::ULong(_) => write!(line, "{field}"),
        // The decimals that were meant, rather than those of the nearest f32.
        Field::Float(number) => write!(line, "{number}"),
        Field::Double(number) => write!(line, "{number}"),
        Field::Date(days) => write!(line, "{}", format_utc(i64::from(*days) * 86_400_000)),
        Field::TimestampMillis(ms) => write_time(line, *ms),
        Field::TimestampMicros(us) if us % 1000 == 0 => write_time(line, us / 1000),
        Field::TimestampMicros(us) => write!(line, "{us}"),
        Field::Str(text) => line.write_str(text),
        _ => Ok(()),
    }
}

fn write_time(line: &mut String, ms: i64) -> std::fmt::Result {
    if ms.unsigned_abs() < SMALLEST_MS { line.write_str(&format_utc(ms)) } else { write!(line, "{ms}") }
}
