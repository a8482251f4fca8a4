//! What `export` is told.

use std::{path::PathBuf, sync::Arc};

use render_core::{ColorType, Spec};

use super::{Base, File, SAMPLE_STRIDE, Styles, settle, spec};
use crate::{
    args::{ExportArgs, Form, LabelArgs, LabelRule, SetArgs},
    error::Error,
    export::{Labelling, Rule, Splits, check_form},
    value::{Bytes, Fraction},
};

/// Bytes of a shard, unless told otherwise.
const SHARD: u64 = 256_000_000;

/// The splits that Hugging Face's loader of folders tells apart by their names.
const FOLDERS: [&str; 3] = ["train", "validation", "test"];

/// Everything that decides what `export` does.
#[derive(Debug)]
pub struct ExportSettings {
    pub base: Base,
    pub spec: Arc<Spec>,
    pub to: PathBuf,
    pub form: Form,
    pub render: bool,
    pub labelling: Option<Labelling>,
    pub splits: Splits,
    /// Candles between two splits.
    pub embargo: u32,
    pub shard_size: u64,
    pub pixel_hash: bool,
    pub skip_bad: bool,
    pub dry_run: bool,
}

/// Settles everything that the command line of `export` left open.
pub fn export_settings(args: ExportArgs) -> Result<ExportSettings, Error> {
    let ExportArgs { set, label, base, dry, spec, ranks } = args;
    let file = File::read(base.common.config.as_deref())?;
    let spec = Arc::new(spec::settle(&spec, &ranks, &file, &Styles::of(&file)?)?);
    let SetArgs { to, form, render, split, embargo, shard_size, pixel_hash, skip_bad } = set;
    let refuse = |why: &str| Err(Error::Usage(why.to_owned()));
    check_form(form)?;
    let is_manifest = matches!(form, Form::Csv | Form::Parquet);
    if is_manifest && render {
        return refuse(
            "--render leaves no pictures that a manifest could name; choose another form with --as",
        );
    }
    if shard_size.is_some() && !matches!(form, Form::Webdataset | Form::HfParquet) {
        return refuse("--shard-size is for the forms that have shards, webdataset and hf-parquet");
    }
    if form == Form::Imagefolder && spec.options().color == ColorType::Indexed {
        return refuse(
            "loaders of imagefolder misread the colours of --color indexed as brightness; use --color rgb, or --as webdataset or hf-parquet, whose loaders convert them",
        );
    }
    let splits = Splits::parse(&split).map_err(|why| Error::Usage(format!("--split: {why}")))?;
    if form == Form::Imagefolder
        && let Some(name) = splits.names().find(|name| !FOLDERS.contains(name))
    {
        return Err(Error::Usage(format!(
            "--split: loaders of imagefolder find no split in a folder {name}, or put it into another one; name it {}, or use another form",
            FOLDERS.join(" or ")
        )));
    }
    let labelling = labelling(&label)?;
    let horizon = label.horizon.map_or(0, std::num::NonZeroU32::get);
    let least = spec.window().saturating_add(spec.warmup()).saturating_add(horizon);
    let embargo = match embargo {
        Some(embargo) if embargo < least => {
            return Err(Error::Usage(format!(
                "--embargo {embargo} lets splits share candles; window, warm-up and horizon together have {least}"
            )));
        }
        embargo => embargo.unwrap_or(least),
    };
    Ok(ExportSettings {
        base: settle(base, &ranks, &file.keys, SAMPLE_STRIDE)?,
        spec,
        to,
        form,
        render,
        labelling,
        splits,
        embargo,
        shard_size: shard_size.map_or(SHARD, |Bytes(bytes)| bytes),
        pixel_hash,
        skip_bad,
        dry_run: dry.dry_run.or(file.keys.dry_run).unwrap_or(false),
    })
}

impl ExportSettings {
    /// Candles after a window that its label is made of.
    pub fn horizon(&self) -> usize {
        self.labelling.as_ref().map_or(0, |labelling| labelling.horizon)
    }

    /// The names of the labels' classes, by number.
    pub fn classes(&self) -> Vec<String> {
        self.labelling.as_ref().map(Labelling::classes).unwrap_or_default()
    }
}

fn labelling(args: &LabelArgs) -> Result<Option<Labelling>, Error> {
    let LabelArgs { label, horizon, threshold, bounds, upper, lower } = args;
    let only = |given: bool, flag: &str, rule: LabelRule, name: &str| {
        if given && *label != Some(rule) {
            return Err(Error::Usage(format!("{flag} belongs to --label {name}")));
        }
        Ok(())
    };
    only(threshold.is_some(), "--threshold", LabelRule::Direction, "direction")?;
    only(!bounds.is_empty(), "--bounds", LabelRule::Classes, "classes")?;
    only(upper.is_some(), "--upper", LabelRule::TripleBarrier, "triple-barrier")?;
    only(lower.is_some(), "--lower", LabelRule::TripleBarrier, "triple-barrier")?;
    let (Some(label), Some(horizon)) = (label, horizon) else {
        return Ok(None);
    };
    let rule = match label {
        LabelRule::Return => Rule::Return,
        LabelRule::Direction => {
            let threshold = threshold.map_or(0.0, |Fraction(threshold)| threshold);
            if threshold < 0.0 {
                return Err(Error::Usage("--threshold is 0 or more".to_owned()));
            }
            Rule::Direction { threshold: threshold.abs() }
        }
        LabelRule::Classes => {
            let bounds: Vec<f64> = bounds.iter().map(|&Fraction(bound)| bound).collect();
            if bounds.is_empty() || !bounds.is_sorted_by(|a, b| a < b) {
                return Err(Error::Usage(
                    "--label classes needs --bounds, rising, such as -2%,0,2%".to_owned(),
                ));
            }
            Rule::Classes { bounds }
        }
        LabelRule::TripleBarrier => {
            let barrier = |given: Option<Fraction>, flag: &str, most: f64| {
                let barrier = given.map(|Fraction(barrier)| barrier);
                barrier.filter(|barrier| *barrier > 0.0 && *barrier <= most).ok_or_else(|| {
                    let limit = if most < 2.0 { " and at most 100%" } else { "" };
                    Error::Usage(format!("--label triple-barrier needs {flag}, above 0{limit}, such as 2%"))
                })
            };
            Rule::TripleBarrier {
                upper: barrier(*upper, "--upper", f64::MAX)?,
                lower: barrier(*lower, "--lower", 1.0)?,
            }
        }
    };
    Ok(Some(Labelling { rule, horizon: horizon.get() as usize }))
}
