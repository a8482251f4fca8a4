//! Parquet: a manifest, or the pictures themselves with what Hugging Face's loader wants to know of them.

use std::{fs, io::Write, mem, sync::Arc};

use parquet::{
    basic::Compression,
    column::writer::ColumnWriter,
    data_type::ByteArray,
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};
use serde_json::{Map, Value, json};

use super::{Cell, Columns, Form, Set, class, file_name};
use crate::{error::Error, export::make::Sample};

/// Rows of a group: few enough pictures to be held in memory, as loaders expect.
const ROWS: usize = 256;
/// What a file has besides its rows, generously.
const FOOTER: u64 = 24 << 10;
/// The column of the pictures' bytes.
const BYTES: &str = "image.bytes";

/// A file being written.
type Writer = SerializedFileWriter<Box<dyn Write + Send>>;

pub struct Parquet {
    set: Set,
    with_pictures: bool,
    /// Of each split, or one for all.
    parts: Vec<Part>,
}

#[derive(Default)]
struct Part {
    rows: Vec<(Columns, Option<ByteArray>)>,
    /// The most bytes that this shard can have so far.
    size: u64,
    shards: u32,
    writer: Option<Writer>,
}

impl Parquet {
    /// `data/SPLIT-00000-of-00001.parquet` and so on, where Hugging Face's loader looks for them.
    pub fn with_pictures(set: Set) -> Self {
        let parts = set.splits.iter().map(|_| Part::default()).collect();
        Self { set, with_pictures: true, parts }
    }

    /// `manifest.parquet`.
    pub fn manifest(set: Set) -> Self {
        Self { set, with_pictures: false, parts: vec![Part::default()] }
    }

    fn flush(&mut self, part: usize) -> Result<(), Error> {
        let rows = mem::take(&mut self.parts[part].rows);
        let Some((columns, _)) = rows.first() else {
            return Ok(());
        };
        let name = self.name(part, self.parts[part].shards);
        if self.parts[part].writer.is_none() {
            if self.with_pictures {
                self.set.create_folder("data")?;
            }
            let file: Box<dyn Write + Send> = Box::new(self.set.create(&name)?);
            let writer = begin(file, columns, self.with_pictures.then_some(&*self.set.classes));
            self.parts[part].writer = Some(writer.map_err(refuse(&self.set, &name))?);
        }
        match &mut self.parts[part].writer {
            Some(writer) => write(writer, &rows).map_err(refuse(&self.set, &name)),
            None => Ok(()),
        }
    }

    fn end_shard(&mut self, part: usize) -> Result<(), Error> {
        self.flush(part)?;
        let name = self.name(part, self.parts[part].shards);
        if let Some(writer) = self.parts[part].writer.take() {
            let mut file = writer.into_inner().map_err(refuse(&self.set, &name))?;
            file.flush().map_err(self.set.refuse(&name))?;
            self.parts[part].shards += 1;
            self.parts[part].size = 0;
        }
        Ok(())
    }

    /// How many shards there will be is not known before the last one.
    fn name(&self, part: usize, shard: u32) -> String {
        if self.with_pictures {
            format!("data/{}-{shard:05}", self.set.splits[part])
        } else {
            "manifest.parquet".to_owned()
        }
    }
}

impl Form for Parquet {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let mut columns = self.set.columns(sample);
        let part = if self.with_pictures { sample.split } else { 0 };
        let picture = if self.with_pictures {
            columns.insert(0, ("image.path", Cell::Text(file_name(sample).to_owned())));
            if let (Some(class), Some(label)) =
                (class(sample), columns.iter_mut().find(|(name, _)| *name == "label"))
            {
                label.1 = Cell::Whole(i64::try_from(class).unwrap_or(i64::MAX));
            }
            let size = sample.png.len() as u64 + columns.iter().map(|(_, cell)| size_of(cell)).sum::<u64>();
            if self.parts[part].size > FOOTER && self.parts[part].size + size > self.set.shard_size {
                self.end_shard(part)?;
            }
            self.parts[part].size = self.parts[part].size.max(FOOTER) + size;
            Some(ByteArray::from(sample.png.clone()))
        } else {
            columns.insert(0, ("file_path", Cell::Text(sample.path.clone())));
            None
        };
        self.parts[part].rows.push((columns, picture));
        if self.parts[part].rows.len() >= ROWS { self.flush(part) } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), Error> {
        for part in 0..self.parts.len() {
            self.end_shard(part)?;
            let shards = self.parts[part].shards;
            for shard in (0..shards).filter(|_| self.with_pictures) {
                let name = self.name(part, shard);
                let whole = format!("{name}-of-{shards:05}.parquet");
                fs::rename(self.set.path(&name), self.set.path(&whole)).map_err(self.set.refuse(&whole))?;
            }
        }
        Ok(())
    }
}

fn begin(
    file: Box<dyn Write + Send>,
    columns: &Columns,
    classes: Option<&[String]>,
) -> Result<Writer, ParquetError> {
    // Every column may be null as far as its type goes: loaders compare types with their own, which may.
    let mut schema = String::from("message schema {");
    let mut features = Map::new();
    if classes.is_some() {
        schema += " optional group image { optional binary bytes; optional binary path (STRING); }";
        features.insert("image".to_owned(), json!({ "mode": "RGB", "decode": true, "_type": "Image" }));
    }
    for (name, value) in columns.iter().filter(|(name, _)| *name != "image.path") {
        let (kind, dtype) = match value {
            Cell::Text(_) => ("binary", "string"),
            Cell::Whole(_) => ("int64", "int64"),
            Cell::Number(_) => ("double", "float64"),
        };
        let of_text = if dtype == "string" { " (STRING)" } else { "" };
        schema += &format!(" optional {kind} {name}{of_text};");
        let feature = match classes {
            Some(classes) if *name == "label" && !classes.is_empty() => {
                json!({ "names": classes, "_type": "ClassLabel" })
            }
            _ => json!({ "dtype": dtype, "_type": "Value" }),
        };
        features.insert((*name).to_owned(), feature);
    }
    schema += " }";
    let mut properties = WriterProperties::builder()
        // Bytes must not change with the version of a library.
        .set_created_by("image-cache".to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .set_column_dictionary_enabled(ColumnPath::from(parts_of(BYTES)), false)
        .set_column_statistics_enabled(ColumnPath::from(parts_of(BYTES)), EnabledStatistics::None);
    if classes.is_some() {
        let info = json!({ "info": { "features": Value::Object(features) } });
        properties = properties
            .set_key_value_metadata(Some(vec![KeyValue::new("huggingface".to_owned(), info.to_string())]));
    }
    let schema = Arc::new(parse_message_type(&schema)?);
    SerializedFileWriter::new(file, schema, Arc::new(properties.build()))
}

/// The most bytes that a value can take, with its share of a page's and a group's head.
fn size_of(cell: &Cell) -> u64 {
    16 + match cell {
        Cell::Text(text) => text.len() as u64,
        Cell::Whole(_) | Cell::Number(_) => 8,
    }
}

fn parts_of(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Writes rows as one group.
fn write(writer: &mut Writer, rows: &[(Columns, Option<ByteArray>)]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    let mut index = 0;
    let mut pictures = rows.iter().all(|(_, picture)| picture.is_some());
    while let Some(mut column) = group.next_column()? {
        if mem::take(&mut pictures) {
            let values: Vec<ByteArray> = rows.iter().filter_map(|(_, picture)| picture.clone()).collect();
            if let ColumnWriter::ByteArrayColumnWriter(column) = column.untyped() {
                column.write_batch(&values, Some(&vec![2; values.len()]), None)?;
            }
        } else {
            let cells = rows.iter().map(|(columns, _)| &columns[index].1);
            // A member of the picture's group lies one level deeper.
            let level = if rows[0].0[index].0.contains('.') { 2 } else { 1 };
            let levels = vec![level; rows.len()];
            match column.untyped() {
                ColumnWriter::ByteArrayColumnWriter(column) => {
                    let text = |cell: &Cell| match cell {
                        Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                        _ => None,
                    };
                    let values: Vec<ByteArray> = cells.filter_map(text).collect();
                    column.write_batch(&values, Some(&levels), None)?;
                }
                ColumnWriter::Int64ColumnWriter(column) => {
                    let whole = |cell: &Cell| if let Cell::Whole(whole) = cell { Some(*whole) } else { None };
                    column.write_batch(&cells.filter_map(whole).collect::<Vec<_>>(), Some(&levels), None)?;
                }
                ColumnWriter::DoubleColumnWriter(column) => {
                    let number =
                        |cell: &Cell| if let Cell::Number(number) = cell { Some(*number) } else { None };
                    column.write_batch(&cells.filter_map(number).collect::<Vec<_>>(), Some(&levels), None)?;
                }
                _ => return Err(ParquetError::General("a column of another type".to_owned())),
            }
            index += 1;
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

fn refuse<'a>(set: &'a Set, name: &'a str) -> impl Fn(ParquetError) -> Error + 'a {
    move |error| Error::file(&set.to.join(name), format!("cannot be written: {error}"))
}
