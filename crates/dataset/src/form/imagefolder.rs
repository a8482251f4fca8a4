//! `SPLIT/CLASS/NAME.png`, with what is said of each picture in `SPLIT/metadata.jsonl`.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
};

use super::{Cell, Form, Set, class, file_name, write_line};
use crate::{error::Error, export::make::Sample};

const METADATA: &str = "metadata.jsonl";

pub struct Imagefolder {
    set: Set,
    metadata: Vec<BufWriter<File>>,
}

impl Imagefolder {
    pub fn start(set: Set) -> Result<Self, Error> {
        let mut metadata = Vec::new();
        for split in &set.splits {
            set.create_folder(split)?;
            for class in &set.classes {
                set.create_folder(&format!("{split}/{class}"))?;
            }
            metadata.push(set.create(&format!("{split}/{METADATA}"))?);
        }
        Ok(Self { set, metadata })
    }
}

impl Form for Imagefolder {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let (set, split) = (&self.set, &self.set.splits[sample.split]);
        let name = match class(sample) {
            Some(class) => format!("{}/{}", set.classes[class], file_name(sample)),
            None => file_name(sample).to_owned(),
        };
        let path = format!("{split}/{name}");
        fs::write(set.path(&path), &sample.png).map_err(set.refuse(&path))?;
        let mut columns = vec![("file_name", Cell::Text(name))];
        columns.extend(set.columns(sample));
        let metadata = format!("{split}/{METADATA}");
        write_line(&mut self.metadata[sample.split], &columns).map_err(set.refuse(&metadata))
    }

    fn finish(&mut self) -> Result<(), Error> {
        for (metadata, split) in self.metadata.iter_mut().zip(&self.set.splits) {
            metadata.flush().map_err(self.set.refuse(&format!("{split}/{METADATA}")))?;
        }
        Ok(())
    }
}
