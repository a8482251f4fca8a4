//! Parquet: a manifest, or the pictures themselves with what Hugging Face's loader wants to know of them.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    mem,
    sync::Arc,
};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};
use serde_json::{Map, Value, json};

use super::{Form, FormWriter};
use crate::{
    DatasetPlan, Error,
    folder::Folder,
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
type Writer = SerializedFileWriter<BufWriter<File>>;

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
    /// The most bytes that its rows can take so far.
    size: u64,
    number: u32,
    writer: Option<Writer>,
}

impl<'a> Parquet<'a> {
    /// `data/SPLIT-00000-of-00001.parquet` and so on, where Hugging Face's loader looks for them, or
    /// `manifest.parquet`.
    pub fn start(plan: &'a DatasetPlan<'a>, folder: &'a Folder, form: Form) -> Result<Self, Error> {
        let with_pictures = form == Form::HfParquet;
        if with_pictures {
            folder.create_folder("data")?;
        }
        let shards = if with_pictures { plan.splits.len() } else { 1 };
        let shards = (0..shards).map(|_| Shard::default()).collect();
        Ok(Self { plan, folder, with_pictures, shards })
    }

    /// Writes the rows that have gathered as one group, and ends the shard if it is complete.
    fn write(&mut self, split: usize, is_complete: bool) -> Result<(), Error> {
        let (folder, name) = (self.folder, self.name(split, self.shards[split].number));
        let cannot_write = |error: ParquetError| folder.cannot_write(&name)(io::Error::other(error));
        let shard = &mut self.shards[split];
        let rows = mem::take(&mut shard.rows);
        if let Some(first) = rows.first() {
            let writer = match &mut shard.writer {
                Some(writer) => writer,
                none => {
                    let classes = self.with_pictures.then_some(&*self.plan.summary.classes);
                    none.insert(begin(folder.create_file(&name)?, first, classes).map_err(cannot_write)?)
                }
            };
            write(writer, first, &rows).map_err(cannot_write)?;
        }
        if let Some(writer) = shard.writer.take_if(|_| is_complete) {
            let mut file = writer.into_inner().map_err(cannot_write)?;
            file.flush().map_err(folder.cannot_write(&name))?;
            (shard.number, shard.size) = (shard.number + 1, 0);
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
    fn add(&mut self, mut sample: Sample) -> Result<(), Error> {
        let mut split = 0;
        if self.with_pictures {
            split = sample.split;
            let name = Cell::Text(sample.file_name().to_owned());
            for (column, cell) in &mut sample.columns {
                if let ("label", Some(class)) = (*column, sample.class) {
                    *cell = Cell::Integer(i64::try_from(class).unwrap_or(i64::MAX));
                }
            }
            sample.columns.splice(..0, [(BYTES, Cell::Bytes(sample.png)), (PATH, name)]);
            let size = sample.columns.iter().map(|(_, cell)| size_of(cell)).sum::<u64>();
            let filled = self.shards[split].size;
            if filled > 0 && FOOTER + filled + size > self.plan.options.shard_size() {
                self.write(split, true)?;
            }
            self.shards[split].size += size;
        } else {
            sample.columns.insert(0, ("file_path", Cell::Text(sample.path)));
        }
        self.shards[split].rows.push(sample.columns);
        if self.shards[split].rows.len() >= ROWS { self.write(split, false) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        for split in 0..self.shards.len() {
            self.write(split, true)?;
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
    file: BufWriter<File>,
    columns: &[(&str, Cell)],
    classes: Option<&[String]>,
) -> Result<Writer, ParquetError> {
    // Every column may be null as far as its type goes: loaders compare types with their own, which may.
    let mut schema = String::from("message schema {");
    let mut features = Map::new();
    if classes.is_some() {
        schema += " optional group image { optional binary bytes; optional binary path (STRING); }";
        features.insert("image".to_owned(), json!({ "mode": "RGB", "decode": true, "_type": "Image" }));
    }
    for (name, value) in columns.iter().filter(|(name, _)| ![BYTES, PATH].contains(name)) {
        let (kind, of_text, dtype) = match value {
            Cell::Text(_) | Cell::Bytes(_) => ("binary", " (STRING)", "string"),
            Cell::Integer(_) => ("int64", "", "int64"),
            Cell::Float(_) => ("double", "", "float64"),
        };
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
    let bytes = ColumnPath::from(BYTES.split('.').map(str::to_owned).collect::<Vec<_>>());
    let mut properties = WriterProperties::builder()
        // Bytes must not change with the version of a library.
        .set_created_by("image-cache".to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .set_column_dictionary_enabled(bytes.clone(), false)
        .set_column_statistics_enabled(bytes, EnabledStatistics::None);
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

/// Writes rows, which have the columns of the first one, as one group.
fn write(writer: &mut Writer, first: &[(&str, Cell)], rows: &[Columns]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (index, (name, cell)) in first.iter().enumerate() {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        // A member of the picture's group lies one level deeper.
        let levels = &*vec![if [BYTES, PATH].contains(name) { 2 } else { 1 }; rows.len()];
        let cells = rows.iter().map(|columns| &columns[index].1);
        match cell {
            Cell::Text(_) | Cell::Bytes(_) => {
                put::<ByteArrayType>(&mut column, levels, cells, |cell| match cell {
                    Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                    Cell::Bytes(bytes) => Some(ByteArray::from(bytes.clone())),
                    _ => None,
                })
            }
            Cell::Integer(_) => put::<Int64Type>(&mut column, levels, cells, |cell| match cell {
                Cell::Integer(number) => Some(*number),
                _ => None,
            }),
            Cell::Float(_) => put::<DoubleType>(&mut column, levels, cells, |cell| match cell {
                Cell::Float(number) => Some(*number),
                _ => None,
            }),
        }?;
        column.close()?;
    }
    group.close()?;
    Ok(())
}

fn put<'c, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    levels: &[i16],
    cells: impl Iterator<Item = &'c Cell>,
    value: fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<T::T> = cells.filter_map(value).collect();
    column.typed::<T>().write_batch(&values, Some(levels), None).map(drop)
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

    use crate::{DatasetOptions, LabelOptions, LabelRule, Reason};

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
        assert!(summary.pictures > 80 && summary.left_out.of(Reason::Absent) == 0, "{summary:?}");
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
