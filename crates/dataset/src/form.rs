//! The forms of a data set: each writes samples as one kind of loader reads them.

mod imagefolder;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod webdataset;

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use render_core::{STYLE_VERSION, format_utc};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{label::Label, make::Sample, plan::Plan};
use crate::{args, config::ExportSettings, error::Error};

/// Bytes that wait for the disk.
const BUFFER: usize = 1 << 20;

/// Takes samples in order, split by split or mixed, and writes them.
pub trait Form {
    fn add(&mut self, sample: &Sample) -> Result<(), Error>;
    /// Writes what is left, once all samples are in.
    fn finish(&mut self) -> Result<(), Error>;
}

/// Takes samples in and keeps nothing, for a dry run.
pub struct Nowhere;

impl Form for Nowhere {
    fn add(&mut self, _: &Sample) -> Result<(), Error> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

/// What all forms know of a data set.
#[derive(Clone)]
pub struct Set {
    /// Where it is made, and where it will be.
    folder: PathBuf,
    to: PathBuf,
    pub splits: Vec<String>,
    pub classes: Vec<String>,
    horizon: usize,
    spec: String,
    shard_size: u64,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Text(String),
    Whole(i64),
    Number(f64),
}

/// The columns of a sample, in order.
pub type Columns = Vec<(&'static str, Cell)>;

/// Columns as an object of JSON.
pub struct Object<'a>(pub &'a Columns);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The form that is asked for, to be written into `folder`.
pub fn start(settings: &ExportSettings, plan: &Plan, folder: &Path) -> Result<Box<dyn Form>, Error> {
    let set = Set {
        folder: folder.to_owned(),
        to: settings.to.clone(),
        splits: plan.splits.iter().map(|split| split.name.clone()).collect(),
        classes: settings.classes(),
        horizon: settings.horizon(),
        spec: settings.spec.hash().to_string(),
        shard_size: settings.shard_size,
    };
    Ok(match settings.form {
        args::Form::Imagefolder => Box::new(imagefolder::Imagefolder::start(set)?),
        args::Form::Webdataset => Box::new(webdataset::Webdataset::start(set)),
        args::Form::Csv => Box::new(manifest::Csv::start(&set)?),
        #[cfg(feature = "parquet")]
        args::Form::HfParquet => Box::new(parquet::Parquet::with_pictures(set)),
        #[cfg(feature = "parquet")]
        args::Form::Parquet => Box::new(parquet::Parquet::manifest(set)),
        #[cfg(not(feature = "parquet"))]
        args::Form::HfParquet | args::Form::Parquet => return Err(no_parquet()),
    })
}

/// Refuses what this build cannot write, before anything is done.
pub fn check(form: args::Form) -> Result<(), Error> {
    #[cfg(not(feature = "parquet"))]
    if matches!(form, args::Form::HfParquet | args::Form::Parquet) {
        return Err(no_parquet());
    }
    let _ = form;
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn no_parquet() -> Error {
    Error::Usage(
        "this build of image-cache writes no Parquet; build it with `cargo build --release --features parquet`"
            .to_owned(),
    )
}

impl Set {
    /// All that is said of a sample, the label by its name.
    fn columns(&self, sample: &Sample) -> Columns {
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut columns = vec![
            ("symbol", text(&sample.symbol)),
            ("interval", text(sample.interval.code())),
            ("start", Cell::Text(format_utc(sample.start))),
            ("end", Cell::Text(format_utc(sample.end))),
        ];
        if let Some(label) = sample.label {
            let label = match label {
                Label::Class(class) => text(&self.classes[class]),
                Label::Value(value) => Cell::Number(value),
            };
            columns.push(("label", label));
            columns.push(("horizon", Cell::Whole(i64::try_from(self.horizon).unwrap_or(i64::MAX))));
        }
        columns.push(("split", text(&self.splits[sample.split])));
        columns.push(("sha256", Cell::Text(sample.sha256.to_string())));
        columns.push(("input_sha256", Cell::Text(sample.input.to_string())));
        if let Some(pixels) = sample.pixels {
            columns.push(("pixel_sha256", Cell::Text(pixels.to_string())));
        }
        columns.push(("style_version", Cell::Whole(STYLE_VERSION.into())));
        columns.push(("spec", text(&self.spec)));
        columns
    }

    /// Tells of an error at a file of the data set, whose name is relative to it.
    fn refuse<'a>(&'a self, name: &'a str) -> impl Fn(io::Error) -> Error + 'a {
        move |error| Error::file(&self.to.join(name), format!("cannot be written: {error}"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn create(&self, name: &str) -> Result<BufWriter<File>, Error> {
        File::create(self.path(name))
            .map(|file| BufWriter::with_capacity(BUFFER, file))
            .map_err(self.refuse(name))
    }

    fn create_folder(&self, name: &str) -> Result<(), Error> {
        fs::create_dir_all(self.path(name)).map_err(self.refuse(name))
    }
}

/// The number of a sample's class, where its label is one.
fn class(sample: &Sample) -> Option<usize> {
    match sample.label {
        Some(Label::Class(class)) => Some(class),
        Some(Label::Value(_)) | None => None,
    }
}

/// The name of a picture's file.
fn file_name(sample: &Sample) -> &str {
    sample.path.rsplit('/').next().unwrap_or(&sample.path)
}

/// A name as shards have it, where readers cut names at the first point. No name of ours has a `~`.
pub fn key(name: &str) -> String {
    name.strip_suffix(".png").unwrap_or(name).replace('.', "~")
}

/// Writes a value as a line of JSON.
fn write_line(out: &mut dyn Write, columns: &Columns) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Object(columns))?;
    out.write_all(b"\n")
}
