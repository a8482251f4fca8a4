//! `manifest.csv`: what is said of each picture of the cache, which stays where it is.

use std::{
    fs::File,
    io::{self, BufWriter},
};

use csv::Writer;

use super::{Cell, Form, Set};
use crate::{error::Error, export::make::Sample};

const NAME: &str = "manifest.csv";

pub struct Csv {
    set: Set,
    writer: Writer<BufWriter<File>>,
    begun: bool,
}

impl Csv {
    pub fn start(set: &Set) -> Result<Self, Error> {
        Ok(Self { set: set.clone(), writer: Writer::from_writer(set.create(NAME)?), begun: false })
    }
}

impl Form for Csv {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let mut columns = vec![("file_path", Cell::Text(sample.path.clone()))];
        columns.extend(self.set.columns(sample));
        let mut write = || {
            if !std::mem::replace(&mut self.begun, true) {
                self.writer.write_record(columns.iter().map(|(name, _)| name))?;
            }
            self.writer.write_record(columns.iter().map(|(_, value)| match value {
                Cell::Text(text) => text.clone(),
                Cell::Whole(number) => number.to_string(),
                // The shortest text that reads back as the same number.
                Cell::Number(number) => format!("{number:?}"),
            }))
        };
        write().map_err(|error| self.set.refuse(NAME)(io::Error::from(error)))
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.writer.flush().map_err(self.set.refuse(NAME))
    }
}
