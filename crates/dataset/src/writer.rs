//! Writes a data set: all threads read or render pictures, and one writes them, in the order of the candles.

use cache::{
    Observer, Run,
    index::{Reader, rows::Known},
    pipeline::{Stop, Unit, Units, run_in_order},
};
use market::Market;

use crate::{
    DatasetPlan, DatasetSummary, Error, Form, Reason, description,
    folder::Folder,
    form::{FormWriter, imagefolder::Imagefolder, manifest::Csv, webdataset::Webdataset},
    sample::Sample,
    sampler::Sampler,
    stretch,
};

/// Rows that are read at a time: a gap may have many more than the unit has ends.
const ROWS: u32 = 1024;

impl DatasetPlan<'_> {
    /// Writes the data set into its folder, which appears complete or not at all. A dry run only reads.
    ///
    /// # Errors
    /// Where a file cannot be written, candles have changed since the plan was made, the cache's pictures are
    /// not what they should be, or the run was cancelled.
    pub fn write(&self, market: &mut Market, run: &mut Run<'_>) -> Result<DatasetSummary, Error> {
        run.observer.expect(self.summary.pictures, 0);
        match (self.options.dry_run, &self.source) {
            (true, None) => return Ok(self.summary.clone()),
            // Whether the cache's pictures are what they should be is only known once they are read.
            (true, Some(_)) => return self.take(market, None, run),
            (false, _) => {}
        }
        let folder = Folder::create(&self.options.to)?;
        let mut form = self.form(&folder)?;
        let summary = self.take(market, Some(&mut *form), run)?;
        form.finish()?;
        description::write(self, &summary, &folder)?;
        folder.finish()?;
        Ok(summary)
    }

    /// A writer of the form, which writes into `folder`.
    fn form<'a>(&'a self, folder: &'a Folder) -> Result<Box<dyn FormWriter + 'a>, Error> {
        Ok(match self.options.form {
            Form::Imagefolder => Box::new(Imagefolder::start(self, folder)?),
            Form::Webdataset => Box::new(Webdataset::start(self, folder)),
            Form::Csv => Box::new(Csv::start(folder)?),
            #[cfg(feature = "parquet")]
            form @ (Form::HfParquet | Form::Parquet) => {
                Box::new(crate::form::parquet::Parquet::start(self, folder, form)?)
            }
            #[cfg(not(feature = "parquet"))]
            Form::HfParquet | Form::Parquet => return Err(crate::OptionsError::NoParquet.into()),
        })
    }

    /// Hands every picture to `form`; gives what there is of them.
    fn take(
        &self,
        market: &mut Market,
        mut form: Option<&mut dyn FormWriter>,
        run: &mut Run<'_>,
    ) -> Result<DatasetSummary, Error> {
        let reader = self.source.as_ref().map(|(cache, _)| cache.reader()).transpose()?;
        let stop = &Stop::new(run.cancel);
        let mut summary = DatasetSummary::new(self.options, self.series.len(), &self.splits);
        let spec_hash = self.options.spec.hash().to_string();
        let feed = move |units: &Units<'_>| {
            for (series, planned) in self.series.iter().enumerate().zip(&self.digests) {
                let take = |mut unit: Unit| {
                    if let Some(reader) = &reader {
                        unit.known = rows(reader, &unit, &spec_hash)?;
                    }
                    units(unit).map_err(|_| Error::Cancelled)
                };
                let digest = stretch::read(market, series, self.options, self.now, stop.cancel(), take)?;
                if digest != *planned {
                    return Err(Error::Changed(stretch::name(series.1)));
                }
            }
            Ok(())
        };
        let worker = || {
            let mut sampler = Sampler::new(self, stop);
            move |unit: &Unit| sampler.samples(unit)
        };
        let take = |made: Vec<Result<Sample, Reason>>, observer: &mut dyn Observer| {
            let mut count = 0;
            for sample in made {
                match sample {
                    Ok(sample) => {
                        summary.add(sample.split, sample.end, sample.class, sample.is_across_gap);
                        count += 1;
                        if let Some(form) = &mut form {
                            form.add(sample)?;
                        }
                    }
                    Err(why) => summary.left_out.add(why),
                }
            }
            observer.advance(count, count, 0);
            Ok(())
        };
        run_in_order(self.options.jobs, stop, run.observer, feed, worker, take)?;
        if stop.is_set() {
            return Err(Error::Cancelled);
        }
        summary.check()?;
        Ok(summary)
    }
}

/// The rows of a unit's ends.
fn rows(reader: &Reader, unit: &Unit, spec_hash: &str) -> Result<Vec<Known>, cache::Error> {
    let mut known = Vec::with_capacity(unit.ends.len());
    let (mut next, last) =
        (unit.ends.first().map(|end| end.at), unit.ends.last().map_or(i64::MAX, |end| end.at));
    while let Some(first) = next {
        let read = reader.entries(&unit.group, Some(Some(spec_hash)), (first, last), ROWS)?;
        next = read.last().filter(|_| read.len() == ROWS as usize).and_then(|row| row.end.checked_add(1));
        let is_asked = |row: &Known| unit.ends.binary_search_by_key(&row.end, |end| end.at).is_ok();
        known.extend(read.into_iter().filter(is_asked));
    }
    Ok(known)
}
