//! `manifest.csv`: what is said of each picture of the cache, which stays where it is.

use std::{
    fs::File,
    io::{self, BufWriter},
};

use csv::Writer;

use super::FormWriter;
use crate::{
    Error,
    folder::Folder,
    sample::{Cell, Sample},
};

const NAME: &str = "manifest.csv";

pub struct Csv<'a> {
    folder: &'a Folder,
    writer: Writer<BufWriter<File>>,
    has_header: bool,
}

impl<'a> Csv<'a> {
    pub fn start(folder: &'a Folder) -> Result<Self, Error> {
        Ok(Self { folder, writer: Writer::from_writer(folder.create_file(NAME)?), has_header: false })
    }
}

impl FormWriter for Csv<'_> {
    fn add(&mut self, mut sample: Sample) -> Result<(), Error> {
        sample.columns.insert(0, ("file_path", Cell::Text(sample.path)));
        let mut write = || {
            if !std::mem::replace(&mut self.has_header, true) {
                self.writer.write_record(sample.columns.iter().map(|(name, _)| name))?;
            }
            self.writer.write_record(sample.columns.iter().map(|(_, value)| match value {
                Cell::Text(text) => text.clone(),
                Cell::Integer(number) => number.to_string(),
                // The shortest text that reads back as the same number.
                Cell::Float(number) => format!("{number:?}"),
                #[cfg(feature = "parquet")]
                Cell::Bytes(_) => String::new(),
            }))
        };
        write().map_err(io::Error::from).map_err(self.folder.cannot_write(NAME))
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.writer.flush().map_err(self.folder.cannot_write(NAME))
    }
}
