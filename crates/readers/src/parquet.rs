//! Parquet files, handed on as CSV with a header, so that there is one way to understand columns.

use std::{
    fmt::Write,
    io::{self, Read},
    sync::Arc,
};

use candles::format_utc;
use parquet::{
    errors::ParquetError,
    file::reader::{ChunkReader, FileReader, SerializedFileReader},
    record::{Field, reader::RowIter},
    schema::types::Type,
};

use crate::{Error, Text};

/// Numbers up to this, in ms of 1973, are taken for seconds where they are read.
const SMALLEST_MS: u64 = 100_000_000_000;

/// The rows of a file as text.
struct Table {
    rows: RowIter<'static>,
    /// A row as text, and how much of it is handed on.
    line: String,
    done: usize,
}

impl Text<'static> {
    /// The table of a Parquet file as text.
    ///
    /// # Errors
    /// Where its description is damaged.
    pub fn parquet(file: impl ChunkReader + 'static) -> Result<Self, Error> {
        let failing = |error| Error::Read("is no Parquet file that can be read", io::Error::other(error));
        Table::new(file).map(Self::of_table).map_err(failing)
    }
}

impl Table {
    fn new(file: impl ChunkReader + 'static) -> Result<Self, ParquetError> {
        let reader = SerializedFileReader::new(file)?;
        let schema = reader.metadata().file_metadata().schema();
        // Lists and structures are no values of candles.
        let plain: Vec<Arc<Type>> = schema
            .get_fields()
            .iter()
            .filter(|field| field.is_primitive() && !is_list(field))
            .cloned()
            .collect();
        let mut line = String::new();
        for field in &plain {
            quote(&mut line, field.name());
            line.push(',');
        }
        end(&mut line);
        let projection = Type::group_type_builder(schema.name()).with_fields(plain).build()?;
        let rows = RowIter::from_file_into(Box::new(reader)).project(Some(projection))?;
        Ok(Self { rows, line, done: 0 })
    }
}

fn is_list(field: &Type) -> bool {
    let about = field.get_basic_info();
    about.has_repetition() && about.repetition() == parquet::basic::Repetition::REPEATED
}

impl Read for Table {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.done == self.line.len() {
            let Some(row) = self.rows.next() else { return Ok(0) };
            (self.done, self.line) = (0, std::mem::take(&mut self.line));
            self.line.clear();
            for (_, field) in row.map_err(io::Error::other)?.get_column_iter() {
                // Writing to a string cannot fail.
                let _ = write_field(&mut self.line, field);
                self.line.push(',');
            }
            end(&mut self.line);
        }
        let count = (&self.line.as_bytes()[self.done..]).read(room)?;
        self.done += count;
        Ok(count)
    }
}

fn end(line: &mut String) {
    line.pop();
    line.push('\n');
}

fn quote(line: &mut String, text: &str) {
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
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
        Field::Str(text) => {
            quote(line, text);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn write_time(line: &mut String, ms: i64) -> std::fmt::Result {
    if ms.unsigned_abs() < SMALLEST_MS {
        line.push_str(&format_utc(ms));
        return Ok(());
    }
    write!(line, "{ms}")
}
