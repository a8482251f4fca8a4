//! [`Sampler`]: makes samples, of pictures that it reads from the cache or renders.

use cache::{
    Depth,
    check::{Checker, Today, Verdict},
    index::rows::Status,
    pipeline::{End, Stop, Unit},
};
use candles::format_utc;
use render_core::{Digest, Renderer, STYLE_VERSION, frame, input_digest, picture_path};

use crate::{
    DatasetPlan, Error, Label, Reason, assign,
    plan::{Candidate, candidate},
    sample::{Cell, Columns, Sample},
};

/// One thread's means of making samples.
pub struct Sampler<'a> {
    plan: &'a DatasetPlan<'a>,
    stop: &'a Stop<'a>,
    checker: Option<Checker<'a>>,
    renderer: Renderer,
}

impl<'a> Sampler<'a> {
    pub fn new(plan: &'a DatasetPlan<'a>, stop: &'a Stop<'a>) -> Self {
        let checker = plan.source.as_ref().map(|(_, store)| Checker::new(&**store, Depth::Hash).keeping());
        Self { plan, stop, checker, renderer: Renderer::new() }
    }

    /// The samples of a unit's ends, or why there is none.
    pub fn samples(&mut self, unit: &Unit) -> Result<Vec<Result<Sample, Reason>>, Error> {
        if let Some(checker) = &mut self.checker {
            checker.will_judge(&unit.known);
        }
        unit.ends.iter().map(|end| self.sample(unit, end)).collect()
    }

    fn sample(&mut self, unit: &Unit, end: &End) -> Result<Result<Sample, Reason>, Error> {
        if self.stop.is_set() {
            return Err(Error::Cancelled);
        }
        let DatasetPlan { options, splits, series, .. } = self.plan;
        let found = candidate(options, unit, end);
        let (split, found) = match found.and_then(|found| Ok((assign(splits, &found.footprint)?, found))) {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let (series, spec, window) = (&series[unit.number], &options.spec, &found.window);
        let path = picture_path(series.symbol.as_str(), &series.interval, end.at, spec)
            .map_err(cache::Error::from)?;
        let input = input_digest(window, spec);
        let (png, sha256) = if self.checker.is_some() {
            match self.cached(unit, end.at, &path, input)? {
                Ok(picture) => picture,
                Err(why) => return Ok(Err(why)),
            }
        } else {
            let png = self.renderer.render_input(window, spec, &input);
            let sha256 = png.digest();
            (png.into_bytes(), sha256)
        };
        let columns = self.columns(&found, split, sha256, input);
        let class = found.label.and_then(Label::class);
        let is_across_gap = found.is_across_gap;
        Ok(Ok(Sample { end: end.at, split, class, is_across_gap, path, png, columns }))
    }

    /// The cache's picture, which must be what today's candles make.
    fn cached(
        &mut self,
        unit: &Unit,
        end: i64,
        path: &str,
        input: Digest,
    ) -> Result<Result<(Vec<u8>, Digest), Reason>, Error> {
        let row = unit.known.binary_search_by_key(&end, |row| row.end).ok().map(|at| &unit.known[at]);
        let row = row.filter(|row| row.status != Status::Missing);
        let (Some(row), Some(checker), Some((cache, _))) = (row, &mut self.checker, &self.plan.source) else {
            return Ok(Err(Reason::Absent));
        };
        let (status, reason) = match checker.judge(&unit.group, row, &Today::Input(input), || None) {
            Verdict::Fine => return Ok(row.sha256.map(|it| (checker.take(), it)).ok_or(Reason::Absent)),
            Verdict::Bad(status, reason) => (status.as_str(), reason.into_owned()),
            Verdict::Unreadable(reason) => ("unreadable", reason),
            // What is drawn is given, or there would be no plan.
            Verdict::NotGiven => return Ok(Err(Reason::Bad)),
        };
        if self.plan.options.skip_bad {
            return Ok(Err(Reason::Bad));
        }
        let picture = cache.root.at(row.path.as_deref().unwrap_or(path));
        Err(Error::Picture { picture, status, reason })
    }

    fn columns(&self, found: &Candidate<'_>, split: usize, sha256: Digest, input: Digest) -> Columns {
        let DatasetPlan { options, splits, summary, .. } = self.plan;
        let window = &found.window;
        let text = |text: &dyn ToString| Some(Cell::Text(text.to_string()));
        let integer = |number: usize| i64::try_from(number).ok().map(Cell::Integer);
        let start = window.candles().first().map_or(window.end(), |first| first.open_time);
        let label = found.label.and_then(|label| match label {
            Label::Class(class) => text(&summary.classes[class]),
            Label::Value(value) => Some(Cell::Float(value)),
        });
        let pixels = if options.pixel_hash { text(&frame(window, &options.spec).digest()) } else { None };
        let columns = [
            ("symbol", text(&window.symbol())),
            ("interval", text(&window.interval().name())),
            ("start", text(&format_utc(start))),
            ("end", text(&format_utc(window.end()))),
            ("label", label),
            ("horizon", found.label.and_then(|_| integer(options.horizon()))),
            ("split", text(&splits[split].name)),
            ("sha256", text(&sha256)),
            ("input_sha256", text(&input)),
            ("pixel_sha256", pixels),
            ("style_version", integer(STYLE_VERSION as usize)),
            ("spec", text(&options.spec.hash())),
        ];
        columns.into_iter().filter_map(|(name, cell)| Some((name, cell?))).collect()
    }
}
