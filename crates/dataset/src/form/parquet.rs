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
/// The columns of the pictures' bytes and names.
const BYTES: &str = "image.bytes";
const PATH: &str = "image.path";

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
    rows: Vec<Columns>,
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
        let shard = &mut self.shards[split];
        let rows = mem::take(&mut shard.rows);
        let Some(columns) = rows.first() else {
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
                none.insert(begin(file, columns, classes).map_err(cannot_write(self.folder, &name))?)
            }
        };
        write(writer, &rows).map_err(cannot_write(self.folder, &name))
    }

    fn end_shard(&mut self, split: usize) -> Result<(), Error> {
        self.flush(split)?;
        let name = self.name(split, self.shards[split].number);
        if let Some(writer) = self.shards[split].writer.take() {
            let mut file = writer.into_inner().map_err(cannot_write(self.folder, &name))?;
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
}

impl FormWriter for Parquet<'_> {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let split = if self.with_pictures { sample.split } else { 0 };
        let columns = if self.with_pictures {
            let mut columns = sample.columns_after([
                (BYTES, Cell::Bytes(sample.png.clone())),
                (PATH, Cell::Text(sample.file_name().to_owned())),
            ]);
            if let (Some(class), Some(label)) =
                (sample.class, columns.0.iter_mut().find(|(name, _)| *name == "label"))
            {
                label.1 = Cell::Integer(i64::try_from(class).unwrap_or(i64::MAX));
            }
            let size = columns.0.iter().map(|(_, cell)| size_of(cell)).sum::<u64>();
            let filled = self.shards[split].size;
            if filled > FOOTER && filled + size > self.plan.options.shard_size() {
                self.end_shard(split)?;
            }
            self.shards[split].size = self.shards[split].size.max(FOOTER) + size;
            columns
        } else {
            sample.columns_after([("file_path", Cell::Text(sample.path.clone()))])
        };
        self.shards[split].rows.push(columns);
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

fn cannot_write(folder: &Folder, name: &str) -> impl FnOnce(ParquetError) -> Error + use<> {
    let cannot_write = folder.cannot_write(name);
    |error| cannot_write(io::Error::other(error))
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
    for (name, value) in columns.0.iter().filter(|(name, _)| ![BYTES, PATH].contains(name)) {
        let (kind, dtype) = match value {
            Cell::Text(_) | Cell::Bytes(_) => ("binary", "string"),
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
    match cell {
        Cell::Bytes(bytes) => bytes.len() as u64,
        Cell::Text(text) => 16 + text.len() as u64,
        Cell::Integer(_) | Cell::Float(_) => 16 + 8,
    }
}

fn parts_of(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Writes rows as one group.
fn write(writer: &mut Writer, rows: &[Columns]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (index, (name, _)) in rows.first().iter().flat_map(|columns| &columns.0).enumerate() {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        let cells = rows.iter().map(|columns| &columns.0[index].1);
        // A member of the picture's group lies one level deeper.
        let level = if [BYTES, PATH].contains(name) { 2 } else { 1 };
        let levels = vec![level; rows.len()];
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(column) => {
                let bytes = cells.filter_map(|cell| match cell {
                    Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                    Cell::Bytes(bytes) => Some(ByteArray::from(bytes.clone())),
                    _ => None,
                });
                column.write_batch(&bytes.collect::<Vec<_>>(), Some(&levels), None)?;
            }
            ColumnWriter::Int64ColumnWriter(column) => {
                let numbers =
                    cells.filter_map(|cell| if let Cell::Integer(it) = cell { Some(*it) } else { None });
                column.write_batch(&numbers.collect::<Vec<_>>(), Some(&levels), None)?;
            }
            ColumnWriter::DoubleColumnWriter(column) => {
                let numbers =
                    cells.filter_map(|cell| if let Cell::Float(it) = cell { Some(*it) } else { None });
                column.write_batch(&numbers.collect::<Vec<_>>(), Some(&levels), None)?;
            }
            _ => return Err(ParquetError::General("a column of another type".to_owned())),
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs::File, sync::Arc};

    use cache::{PictureCache, Run};
    use market::{Filter, Market};
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::{Row, RowAccessor},
    };
    use render_core::{Digest, Spec, SpecOptions};

    use crate::{DatasetOptions, Form, LabelOptions, LabelRule};

    use super::*;

    /// A folder with a cache of small pictures, and a data set of them in `set`.
    fn exported(form: Form, shard_size: Option<u64>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let spec = SpecOptions { width: 16, height: 16, window: 10, ..SpecOptions::default() };
        let label = LabelOptions { rule: Some(LabelRule::Direction), horizon: 2, ..LabelOptions::default() };
        let options = DatasetOptions {
            filter: Filter { stride: 50, ..Filter::default() },
            labelling: label.check().expect("a label"),
            shard_size,
            ..DatasetOptions::new(folder.path().join("set"), form, Arc::new(Spec::new(spec).expect("a spec")))
        };
        let (index, root) = (folder.path().join("index.sqlite"), folder.path().join("pictures"));
        let cache = PictureCache::open(index, None, root, Default::default()).expect("a cache");
        let mut market = Market::sample().expect("a market");
        let mut run = Run { now: i64::MAX, cancel: &Default::default(), observer: &mut () };
        let request = cache::RenderRequest {
            filter: options.filter.clone(),
            ..cache::RenderRequest::new(Arc::clone(&options.spec))
        };
        cache.render(&mut market, &request, &mut run).expect("pictures");
        let plan = DatasetPlan::new(&market, &options, Some(&cache), &mut run).expect("a plan");
        let summary = plan.write(&mut market, &mut run).expect("written");
        assert!(summary.pictures > 80 && summary.left_out.absent == 0, "{summary:?}");
        folder
    }

    fn read(file: &std::path::Path) -> (Vec<Row>, Vec<KeyValue>) {
        let reader = SerializedFileReader::new(File::open(file).expect("a file")).expect("Parquet");
        let facts = reader.metadata().file_metadata().key_value_metadata().cloned();
        (reader.into_iter().collect::<Result<_, _>>().expect("rows"), facts.unwrap_or_default())
    }

    #[test]
    fn shards_hold_the_pictures_and_their_classes_and_are_no_larger_than_asked_for() {
        let folder = exported(Form::HfParquet, Some(70_000));
        let mut files: Vec<_> = fs::read_dir(folder.path().join("set/data"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        assert!(files.len() > 1, "{files:?}");
        let last = format!("train-{:05}-of-{:05}.parquet", files.len() - 1, files.len());
        assert!(files.iter().any(|file| file.ends_with(&last)), "{files:?}");
        for file in files {
            assert!(fs::metadata(&file).expect("a file").len() <= 70_000);
            let (rows, facts) = read(&file);
            assert!(facts.iter().any(|fact| {
                fact.key == "huggingface" && fact.value.as_ref().is_some_and(|it| it.contains("ClassLabel"))
            }));
            for row in rows {
                let image = row.get_group(0).expect("a picture");
                let (bytes, name) =
                    (image.get_bytes(0).expect("bytes"), image.get_string(1).expect("a name"));
                assert_eq!(&Digest::of(bytes.data()).to_string(), row.get_string(8).expect("a digest"));
                assert!(name.ends_with("_px16_w10_v1.png") && row.get_long(5).is_ok_and(|class| class < 2));
            }
        }
    }

    #[test]
    fn a_manifest_names_the_files_of_the_cache() {
        let folder = exported(Form::Parquet, None);
        let (rows, facts) = read(&folder.path().join("set/manifest.parquet"));
        assert!(facts.iter().all(|fact| fact.key != "huggingface"));
        for row in rows {
            let bytes = fs::read(folder.path().join("pictures").join(row.get_string(0).expect("a path")));
            assert_eq!(
                &Digest::of(&bytes.expect("a picture")).to_string(),
                row.get_string(8).expect("a digest")
            );
            assert!(["down", "up"].contains(&row.get_string(5).expect("a label").as_str()));
        }
    }
}
