//! Announces what a unit will ask of a store that is far away.

use render_core::picture_path;

use super::{
    Task, Worker,
    case::{Case, largest},
};
use crate::{index::Status, pipeline::Unit};

impl Worker<'_> {
    /// Tells the store what the unit's ends will ask, so that they need not wait for each answer in turn.
    pub(super) fn look_ahead(&mut self, unit: &Unit) {
        match self.shared.task {
            Task::Render { .. } => {
                let ok = unit.known.iter().filter(|row| row.status == Status::Ok).map(|row| row.end);
                self.shared.store.will_look(&mut ok.filter_map(|end| path(unit, end)));
            }
            Task::Verify | Task::Repair => self.checker.will_judge(&unit.known),
            Task::Adopt => {
                let cases = unit.ends.iter().map(|end| Case::new(unit, *end, None));
                let spec = |case: &Case<'_>| case.picture.as_ref().map(|(_, spec)| largest(spec));
                let paths = cases.filter_map(|case| Some((case.path()?.ok()?, spec(&case)?))).collect();
                self.shared.store.will_open(paths, &mut self.cache);
            }
        }
    }
}

fn path(unit: &Unit, end: i64) -> Option<String> {
    let (series, spec) = unit.subject.known()?;
    picture_path(series.symbol.as_str(), &series.interval, end, spec).ok()
}
