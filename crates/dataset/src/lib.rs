//! Data sets of pictures: labels that know nothing of the future, splits that share no candle, and the forms
//! that loaders read.
//!
//! [`DatasetOptions`] say what a data set is to be. [`DatasetPlan::new`] reads all candles and finds out what
//! it will hold, [`DatasetPlan::write`] writes it and answers with a [`DatasetSummary`]. A [`Labelling`] gives
//! the label of any candles, and [`Splits::divide`] divides any times, without a database or a picture.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cache::Run;
//! use dataset::{DatasetOptions, DatasetPlan, Form, LabelOptions, LabelRule};
//! use market::{Filter, Market};
//! use render_core::{Spec, SpecOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let spec = Spec::new(SpecOptions { width: 32, height: 32, window: 20, ..SpecOptions::default() })?;
//! let label = LabelOptions { rule: Some(LabelRule::Direction), horizon: 12, ..LabelOptions::default() };
//! let options = DatasetOptions {
//!     filter: Filter { stride: 100, ..Filter::default() },
//!     labelling: label.check()?,
//!     render: true,
//!     ..DatasetOptions::new(folder.path().join("set"), Form::Imagefolder, Arc::new(spec))
//! };
//!
//! let mut market = Market::sample()?;
//! let mut run = Run { now: i64::MAX, cancel: &Default::default(), observer: &mut () };
//! let plan = DatasetPlan::new(&market, &options, None, &mut run)?;
//! let summary = plan.write(&mut market, &mut run)?;
//! assert_eq!(summary, plan.summary);
//! assert_eq!(summary.classes, ["down", "up"]);
//! assert!(options.to.join("train/up").is_dir() && options.to.join("dataset.json").is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod description;
mod error;
mod folder;
mod form;
mod fraction;
mod label;
mod left_out;
mod named;
mod options;
mod plan;
mod sample;
mod sampler;
mod split;
mod stretch;
mod summary;
mod writer;

pub use error::{Error, OptionsError, PathFault};
pub use form::Form;
pub use fraction::parse_fraction;
pub use label::{Label, LabelError, LabelOptions, LabelRule, Labelling, Rule};
pub use left_out::{LeftOut, Reason};
pub use options::DatasetOptions;
pub use plan::{DatasetPlan, Item, Items};
pub use split::{Footprint, Split, SplitError, Splits, assign};
pub use summary::{DatasetSummary, SplitSummary};
