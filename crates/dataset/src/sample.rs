//! [`Sample`]: a picture and all that its data set says of it, read from the cache or rendered.

use cache::{
    Depth,
    check::{Checker, Today, Verdict},
    index::rows::Status,
    pipeline::{End, Stop, Unit},
};
use candles::format_utc;
use render_core::{Digest, Renderer, STYLE_VERSION, frame, input_digest, picture_path};
use serde::{Serialize, Serializer};

use crate::{
    error::Error,
    label::Label,
    plan::{Candidate, DatasetPlan, candidate},
    split::{Assignment, assign},
    summary::LeftOut,
};

/// A picture, and all that its data set says of it.
pub struct Sample {
    pub end: i64,
    /// The split's number.
    pub split: usize,
    /// The class's number, where its label is a class.
    pub class: Option<usize>,
    /// Where it is in the cache.
    pub path: String,
    pub png: Vec<u8>,
    /// All that is said of it, the label by its name.
    pub columns: Columns,
}

/// The columns of a sample, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns(pub Vec<(&'static str, Cell)>);

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Text(String),
    Integer(i64),
    Float(f64),
    #[cfg(feature = "parquet")]
    Bytes(Vec<u8>),
}

/// As an object of JSON.
impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Sample {
    /// The name of its file.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The columns with others before them.
    pub fn columns_after<const N: usize>(&self, first: [(&'static str, Cell); N]) -> Columns {
        Columns(first.into_iter().chain(self.columns.0.iter().cloned()).collect())
    }
}

/// A name as shards have it, where readers cut names at the first point. No name of ours has a `~`.
pub fn key(name: &str) -> String {
    name.strip_suffix(".png").unwrap_or(name).replace('.', "~")
}

/// What a unit gives.
#[derive(Default)]
pub struct Samples {
    pub samples: Vec<Sample>,
    /// The pictures that the cache has not, or not as they should be.
    pub left_out: LeftOut,
}

/// One thread's means of making samples.
pub struct Sampler<'a> {
    plan: &'a DatasetPlan<'a>,
    stop: &'a Stop<'a>,
    checker: Option<Checker<'a>>,
    renderer: Renderer,
    spec_hash: String,
}

impl<'a> Sampler<'a> {
    pub fn new(plan: &'a DatasetPlan<'a>, stop: &'a Stop<'a>) -> Self {
        let checker = plan.source.as_ref().map(|(_, store)| Checker::new(&**store, Depth::Hash).keeping());
        Self {
            plan,
            stop,
            checker,
            renderer: Renderer::new(),
            spec_hash: plan.options.spec.hash().to_string(),
        }
    }

    /// The samples of a unit's ends.
    pub fn samples(&mut self, unit: &Unit) -> Result<Samples, Error> {
        let mut made = Samples::default();
        if let Some(checker) = &mut self.checker {
            checker.will_judge(&unit.known);
        }
        for end in &unit.ends {
            if self.stop.is_set() {
                return Err(Error::Cancelled);
            }
            made.samples.extend(self.sample(unit, end, &mut made.left_out)?);
        }
        Ok(made)
    }

    /// The picture of an end, where the plan has one.
    fn sample(&mut self, unit: &Unit, end: &End, left_out: &mut LeftOut) -> Result<Option<Sample>, Error> {
        let DatasetPlan { options, splits, series, .. } = self.plan;
        // The plan has counted what the candles leave out.
        let Some(found) = candidate(options, unit, end, &mut LeftOut::default()) else {
            return Ok(None);
        };
        let Assignment::Split(split) = assign(splits, &found.footprint) else {
            return Ok(None);
        };
        let (series, spec, window) = (&series[unit.number], &options.spec, &found.window);
        let path = picture_path(series.symbol.as_str(), &series.interval, end.at, spec)
            .map_err(cache::Error::from)?;
        let input = input_digest(window, spec);
        let (png, sha256) = if self.checker.is_some() {
            match self.cached(unit, end.at, &path, input, left_out)? {
                Some(picture) => picture,
                None => return Ok(None),
            }
        } else {
            let png = self.renderer.render_input(window, spec, &input);
            let sha256 = png.digest();
            (png.into_bytes(), sha256)
        };
        let columns = self.columns(&found, split, sha256, input);
        Ok(Some(Sample { end: end.at, split, class: found.class(), path, png, columns }))
    }

    /// The cache's picture, which must be what today's candles make.
    fn cached(
        &mut self,
        unit: &Unit,
        end: i64,
        path: &str,
        input: Digest,
        left_out: &mut LeftOut,
    ) -> Result<Option<(Vec<u8>, Digest)>, Error> {
        let (Some(checker), Some((cache, _))) = (&mut self.checker, &self.plan.source) else {
            return Ok(None);
        };
        let row = unit.known.binary_search_by_key(&end, |row| row.end).ok().map(|at| &unit.known[at]);
        let Some(row) = row.filter(|row| row.status != Status::Missing) else {
            left_out.absent += 1;
            return Ok(None);
        };
        let (status, reason) = match checker.judge(&unit.group, row, &Today::Input(input), || None) {
            Verdict::Fine => return Ok(row.sha256.map(|sha256| (checker.take(), sha256))),
            Verdict::Bad(status, reason) => (status.as_str(), reason.into_owned()),
            Verdict::Unreadable(reason) => ("unreadable", reason),
        };
        if self.plan.options.skip_bad {
            left_out.bad += 1;
            return Ok(None);
        }
        let picture = cache.root.at(row.path.as_deref().unwrap_or(path));
        Err(Error::Picture { picture, status, reason })
    }

    fn columns(&self, found: &Candidate<'_>, split: usize, sha256: Digest, input: Digest) -> Columns {
        let (Candidate { window, .. }, options) = (found, self.plan.options);
        let (classes, splits) = (&self.plan.summary.classes, &self.plan.splits);
        let start = window.candles().first().map_or(window.end(), |first| first.open_time);
        let text = |text: &dyn ToString| Some(Cell::Text(text.to_string()));
        let integer = |number| Some(Cell::Integer(number));
        let horizon = i64::try_from(options.horizon()).unwrap_or(i64::MAX);
        let label = found.label.and_then(|label| match label {
            Label::Class(class) => text(&classes[class]),
            Label::Value(value) => Some(Cell::Float(value)),
        });
        let columns = [
            ("symbol", text(&window.symbol())),
            ("interval", text(&window.interval().code())),
            ("start", text(&format_utc(start))),
            ("end", text(&format_utc(window.end()))),
            ("label", label),
            ("horizon", found.label.and_then(|_| integer(horizon))),
            ("split", text(&splits[split].name)),
            ("sha256", text(&sha256)),
            ("input_sha256", text(&input)),
            (
                "pixel_sha256",
                options.pixel_hash.then(|| Cell::Text(frame(window, &options.spec).digest().to_string())),
            ),
            ("style_version", integer(STYLE_VERSION.into())),
            ("spec", text(&self.spec_hash)),
        ];
        Columns(columns.into_iter().filter_map(|(name, cell)| Some((name, cell?))).collect())
    }
}
