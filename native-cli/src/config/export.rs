//! What `export` is told.

use std::{num::NonZeroU32, sync::Arc};

use dataset::{DatasetOptions, LabelOptions, Splits};

use super::{Base, File, SAMPLE_STRIDE, Styles, settle, spec};
use crate::{
    args::{ExportArgs, LabelArgs, SetArgs},
    error::Error,
    value::Bytes,
};

/// Everything that decides what `export` does.
#[derive(Debug)]
pub struct ExportSettings {
    pub base: Base,
    pub options: DatasetOptions,
}

/// Settles everything that the command line of `export` left open.
pub fn export_settings(args: ExportArgs) -> Result<ExportSettings, Error> {
    let ExportArgs { set, label, base, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let SetArgs { to, form, render, split, embargo, shard_size, pixel_hash, skip_bad } = set;
    let LabelArgs { label: rule, horizon, threshold, bounds, upper, lower } = label;
    let horizon = horizon.map_or(0, NonZeroU32::get);
    let label = LabelOptions { rule, horizon, threshold, bounds, upper, lower };
    let base = settle(base, &ranks, &file.keys, SAMPLE_STRIDE)?;
    let options = DatasetOptions {
        filter: base.filter.clone(),
        render,
        labelling: label.check().map_err(dataset::Error::from)?,
        splits: Splits::parse(&split).map_err(dataset::Error::from)?,
        embargo,
        shard_size: shard_size.map(|Bytes(bytes)| bytes),
        pixel_hash,
        skip_bad,
        dry_run: dry.dry_run.or(file.keys.dry_run).unwrap_or(false),
        jobs: base.jobs,
        ..DatasetOptions::new(to, form, spec)
    };
    options.check().map_err(dataset::Error::from)?;
    Ok(ExportSettings { base, options })
}
