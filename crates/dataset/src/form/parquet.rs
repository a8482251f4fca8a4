//! Parquet: a manifest, or the pictures themselves with what Hugging Face's loader wants to know of them.

use std::{
    fs,
    io::{self, Write},
    mem,
    sync::Arc,
};

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

use super::FormWriter;
use crate::{
    error::Error,
    folder::Folder,
    plan::DatasetPlan,
    sample::{Cell, Columns, Sample},
};

/// Rows of a group: few enough pictures to be held in memory, as loaders expect.
const ROWS: usize = 256;
/// What a file has besides its rows, generously.
const FOOTER: u64 = 24 << 10;
/// The column of the pictures' bytes.
const BYTES: &str = "image.bytes";

/// A file being written.
type Writer = SerializedFileWriter<Box<dyn Write + Send>>;

pub struct Parquet<'a> {
    plan: &'a DatasetPlan<'a>,
    folder: &'a Folder,
    with_pictures: bool,
    /// Of each split, or one for all.
    shards: Vec<Shard>,
}

/// The shard that is being filled.
#[derive(Default)]
struct Shard {
    rows: Vec<(Columns, Option<ByteArray>)>,
    /// The most bytes that it can have so far.
    size: u64,
    number: u32,
    writer: Option<Writer>,
}

impl<'a> Parquet<'a> {
    /// `data/SPLIT-00000-of-00001.parquet` and so on, where Hugging Face's loader looks for them.
    pub fn with_pictures(plan: &'a DatasetPlan<'a>, folder: &'a Folder) -> Self {
        let shards = plan.splits.iter().map(|_| Shard::default()).collect();
        Self { plan, folder, with_pictures: true, shards }
    }

    /// `manifest.parquet`.
    pub fn manifest(plan: &'a DatasetPlan<'a>, folder: &'a Folder) -> Self {
        Self { plan, folder, with_pictures: false, shards: vec![Shard::default()] }
    }

    /// Writes the rows that have gathered as one group.
    fn flush(&mut self, split: usize) -> Result<(), Error> {
        let name = self.name(split, self.shards[split].number);
        let (cannot_begin, cannot_write) = (self.cannot_write(&name), self.cannot_write(&name));
        let shard = &mut self.shards[split];
        let rows = mem::take(&mut shard.rows);
        let Some((columns, _)) = rows.first() else {
            return Ok(());
        };
        let writer = match &mut shard.writer {
            Some(writer) => writer,
            none => {
                if self.with_pictures {
                    self.folder.create_folder("data")?;
                }
                let file: Box<dyn Write + Send> = Box::new(self.folder.create_file(&name)?);
                let classes = self.with_pictures.then_some(&*self.plan.summary.classes);
                none.insert(begin(file, columns, classes).map_err(cannot_begin)?)
            }
        };
        write(writer, &rows).map_err(cannot_write)
    }

    fn end_shard(&mut self, split: usize) -> Result<(), Error> {
        self.flush(split)?;
        let name = self.name(split, self.shards[split].number);
        if let Some(writer) = self.shards[split].writer.take() {
            let mut file = writer.into_inner().map_err(self.cannot_write(&name))?;
            file.flush().map_err(self.folder.cannot_write(&name))?;
            self.shards[split].number += 1;
            self.shards[split].size = 0;
        }
        Ok(())
    }

    /// How many shards there will be is not known before the last one.
    fn name(&self, split: usize, shard: u32) -> String {
        if self.with_pictures {
            format!("data/{}-{shard:05}", self.plan.splits[split].name)
        } else {
            "manifest.parquet".to_owned()
        }
    }

    fn cannot_write(&self, name: &str) -> impl FnOnce(ParquetError) -> Error + use<> {
        let cannot_write = self.folder.cannot_write(name);
        |error| cannot_write(io::Error::other(error))
    }
}

impl FormWriter for Parquet<'_> {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let split = if self.with_pictures { sample.split } else { 0 };
        let (columns, picture) = if self.with_pictures {
            let mut columns = sample.columns_after("image.path", sample.file_name());
            if let (Some(class), Some(label)) =
                (sample.class, columns.0.iter_mut().find(|(name, _)| *name == "label"))
            {
                label.1 = Cell::Integer(i64::try_from(class).unwrap_or(i64::MAX));
            }
            let size = sample.png.len() as u64 + columns.0.iter().map(|(_, cell)| size_of(cell)).sum::<u64>();
            let filled = self.shards[split].size;
            if filled > FOOTER && filled + size > self.plan.options.shard_size() {
                self.end_shard(split)?;
            }
            self.shards[split].size = self.shards[split].size.max(FOOTER) + size;
            (columns, Some(ByteArray::from(sample.png.clone())))
        } else {
            (sample.columns_after("file_path", sample.path.as_str()), None)
        };
        self.shards[split].rows.push((columns, picture));
        if self.shards[split].rows.len() >= ROWS { self.flush(split) } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), Error> {
        for split in 0..self.shards.len() {
            self.end_shard(split)?;
            let shards = self.shards[split].number;
            for shard in (0..shards).filter(|_| self.with_pictures) {
                let name = self.name(split, shard);
                let complete = format!("{name}-of-{shards:05}.parquet");
                fs::rename(self.folder.path(&name), self.folder.path(&complete))
                    .map_err(self.folder.cannot_write(&complete))?;
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
    for (name, value) in columns.0.iter().filter(|(name, _)| *name != "image.path") {
        let (kind, dtype) = match value {
            Cell::Text(_) => ("binary", "string"),
            Cell::Integer(_) => ("int64", "int64"),
            Cell::Float(_) => ("double", "float64"),
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
        Cell::Integer(_) | Cell::Float(_) => 8,
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
            let cells = rows.iter().map(|(columns, _)| &columns.0[index].1);
            // A member of the picture's group lies one level deeper.
            let level = if rows[0].0.0[index].0.contains('.') { 2 } else { 1 };
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
                    let whole =
                        |cell: &Cell| if let Cell::Integer(whole) = cell { Some(*whole) } else { None };
                    column.write_batch(&cells.filter_map(whole).collect::<Vec<_>>(), Some(&levels), None)?;
                }
                ColumnWriter::DoubleColumnWriter(column) => {
                    let number =
                        |cell: &Cell| if let Cell::Float(number) = cell { Some(*number) } else { None };
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
