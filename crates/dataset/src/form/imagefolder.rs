//! `SPLIT/CLASS/NAME.png`, with what is said of each picture in `SPLIT/metadata.jsonl`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use super::FormWriter;
use crate::{
    error::Error,
    folder::Folder,
    plan::DatasetPlan,
    sample::{Cell, Sample},
};

pub struct Imagefolder<'a> {
    plan: &'a DatasetPlan<'a>,
    folder: &'a Folder,
    /// The name and file of each split's metadata.
    metadata: Vec<(String, BufWriter<File>)>,
}

impl<'a> Imagefolder<'a> {
    pub fn start(plan: &'a DatasetPlan<'a>, folder: &'a Folder) -> Result<Self, Error> {
        let mut metadata = Vec::new();
        for split in &plan.splits {
            folder.create_folder(&split.name)?;
            for class in &plan.summary.classes {
                folder.create_folder(&format!("{}/{class}", split.name))?;
            }
            let name = format!("{}/metadata.jsonl", split.name);
            let file = folder.create_file(&name)?;
            metadata.push((name, file));
        }
        Ok(Self { plan, folder, metadata })
    }
}

impl FormWriter for Imagefolder<'_> {
    fn add(&mut self, sample: &Sample) -> Result<(), Error> {
        let Self { plan, folder, metadata } = self;
        let name = match sample.class {
            Some(class) => format!("{}/{}", plan.summary.classes[class], sample.file_name()),
            None => sample.file_name().to_owned(),
        };
        folder.write(&format!("{}/{name}", plan.splits[sample.split].name), &sample.png)?;
        let (metadata_name, file) = &mut metadata[sample.split];
        serde_json::to_writer(&mut *file, &sample.columns_after([("file_name", Cell::Text(name))]))
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(folder.cannot_write(metadata_name))
    }

    fn finish(&mut self) -> Result<(), Error> {
        let Self { folder, metadata, .. } = self;
        metadata.iter_mut().try_for_each(|(name, file)| file.flush().map_err(folder.cannot_write(name)))
    }
}
