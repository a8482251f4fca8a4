//! `SPLIT/CLASS/NAME.png`, with what is said of each picture in `SPLIT/metadata.jsonl`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use super::FormWriter;
use crate::{
    DatasetPlan, Error,
    folder::Folder,
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
    fn add(&mut self, mut sample: Sample) -> Result<(), Error> {
        let Self { plan, folder, metadata } = self;
        let name = match sample.class {
            Some(class) => format!("{}/{}", plan.summary.classes[class], sample.file_name()),
            None => sample.file_name().to_owned(),
        };
        folder.write(&format!("{}/{name}", plan.splits[sample.split].name), &sample.png)?;
        sample.columns.insert(0, ("file_name", Cell::Text(name)));
        let (metadata_name, file) = &mut metadata[sample.split];
        serde_json::to_writer(&mut *file, &sample)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(folder.cannot_write(metadata_name))
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        let Self { folder, metadata, .. } = &mut *self;
        metadata.iter_mut().try_for_each(|(name, file)| file.flush().map_err(folder.cannot_write(name)))
    }
}
