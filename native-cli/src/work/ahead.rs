//! What a worker says early of a unit, where pictures are far away.

use render_core::picture_path;

use super::{Case, Task, Worker, largest};
use crate::{
    feed::{Subject, Unit},
    rows::Status,
};

impl Worker<'_> {
    /// Says what the unit's ends will ask of the store, so that they need not wait for it one by one.
    pub(super) fn look_ahead(&mut self, unit: &Unit) {
        match self.shop.task {
            Task::Render { .. } => {
                let ok = unit.known.iter().filter(|row| row.status == Status::Ok).map(|row| row.end);
                self.shop.store.will_look(&mut ok.filter_map(|end| path(unit, end)));
            }
            Task::Verify | Task::Repair { .. } => self.checker.will_judge(&unit.known),
            Task::Adopt => {
                let cases = unit.ends.iter().map(|end| Case::new(unit, *end, None));
                let spec = |case: &Case<'_>| case.picture.as_ref().map(|(_, spec)| largest(spec));
                let paths = cases.filter_map(|case| Some((case.path().ok()?, spec(&case)?))).collect();
                self.shop.store.will_open(paths, &mut self.looks);
            }
        }
    }
}

fn path(unit: &Unit, end: i64) -> Option<String> {
    let Subject::Known(series, spec) = &unit.subject else {
        return None;
    };
    picture_path(series.symbol.as_str(), &series.interval, end, spec).ok()
}
