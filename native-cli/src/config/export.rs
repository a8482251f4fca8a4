//! What `export` is told.

use std::{num::NonZeroU32, sync::Arc};

use cache::OwnFiles;
use dataset::{DatasetOptions, LabelOptions, Splits};

use super::{
    base::{Base, SAMPLE_STRIDE, settle},
    origin::Origins,
    own, spec,
};
use crate::{
    args::{ExportArgs, LabelArgs, SetArgs},
    error::Error,
};

/// Everything that decides what `export` does.
pub struct ExportSettings {
    pub base: Base,
    pub options: DatasetOptions,
    /// Files of series of one's own and of marks.
    pub own: OwnFiles,
}

/// Settles everything that the command line of `export` left open.
pub fn export_settings(args: ExportArgs, origins: &Origins) -> Result<ExportSettings, Error> {
    let ExportArgs { set, label, base, gap, dry, spec, own, written } = args;
    let spec = Arc::new(spec::settle(&spec, Some(&own), origins)?);
    let SetArgs { to, form, render, split, embargo, shard_size, pixel_hash, skip_bad } = set;
    let LabelArgs { label: rule, horizon, threshold, bounds, upper, lower } = label;
    let horizon = horizon.map_or(0, NonZeroU32::get);
    let label = LabelOptions { rule, horizon, threshold, bounds, upper, lower };
    let base = settle(base, origins, SAMPLE_STRIDE)?;
    let options = DatasetOptions {
        filter: base.filter.clone(),
        max_gap: gap.max_gap,
        render,
        labelling: label.check().map_err(dataset::Error::from)?,
        splits: Splits::parse(&split).map_err(dataset::Error::from)?,
        embargo,
        shard_size,
        pixel_hash,
        skip_bad,
        dry_run: dry.dry_run.unwrap_or(false),
        jobs: base.jobs,
        ..DatasetOptions::new(to, form, spec)
    };
    options.check().map_err(dataset::Error::from)?;
    Ok(ExportSettings { base, options, own: own::settle(own, &written, origins) })
}
