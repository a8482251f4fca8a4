//! [`Case`]: one end of a unit, with what its row says and what its candles make today.

use std::sync::Arc;

use candles::format_utc;
use render_core::{Digest, InputDigests, Spec, Window};

use crate::{
    End, Error, Known, Mark, Place, Reason, Status, Today, Unit,
    finding::{GAP, INVALID_CANDLE, SHORT_HISTORY, wide_gap},
};

/// An end, all that is known of it, and what its candles make today.
pub(super) struct Case<'a> {
    pub unit: &'a Unit,
    pub end: i64,
    pub known: Option<&'a Known>,
    pub today: Today,
    /// What there is to render, if today has an input, and the digest of that.
    pub picture: Option<(Window<'a>, &'a Arc<Spec>, Digest)>,
    /// How many candles are missing in its window.
    pub missing: u64,
    /// Whether it is an end no more.
    pub is_unexpected: bool,
}

impl<'a> Case<'a> {
    /// The case of an end whose window may span so many missing candles, or any number of them. `digests` are those of
    /// the unit's candles.
    pub fn new(
        unit: &'a Unit,
        digests: Option<&InputDigests<'_>>,
        end: End,
        known: Option<&'a Known>,
        max_gap: Option<u64>,
    ) -> Self {
        let (today, picture) = (Today::NotAsked, None);
        let is_unexpected = matches!(end.candle, Place::Unexpected);
        let mut case = Self { unit, end: end.at, known, today, picture, missing: 0, is_unexpected };
        case.today = match &unit.subject {
            Err(today) => today.clone(),
            Ok((_, spec)) => match window(unit, &end, spec) {
                Ok(window) => {
                    case.missing = missing(unit, &end, spec);
                    if let Some(most) = max_gap.filter(|most| case.missing > *most) {
                        case.today = Today::Unable(wide_gap(case.missing, most));
                        return case;
                    }
                    let (Some(digests), Place::Here(last)) = (digests, end.candle) else { return case };
                    let input = digests.digest(last + 1 - window.all().len(), &window, spec);
                    case.picture = Some((window, spec, input));
                    Today::Input(input)
                }
                Err(today) => today,
            },
        };
        case
    }

    /// Where the picture lies, if its series and spec are known and a file name can show its end.
    pub fn path(&self) -> Option<Result<String, render_core::Error>> {
        self.unit.path(self.end)
    }

    /// Refuses values at times that are no candle's, where that is asked for.
    pub fn check_own(&self) -> Result<(), Error> {
        match (&self.unit.own, &self.picture) {
            (Some(own), Some((window, ..))) => own.check(window),
            _ => Ok(()),
        }
    }

    pub fn mark(&self, status: Status, reason: Option<Reason>) -> Mark {
        Mark { group: Arc::clone(&self.unit.group), end: self.end, status, reason }
    }
}

/// More bytes than any picture of a spec has, because compressed pixels never have more bytes than twice the pixels.
pub(super) fn largest(spec: &Spec) -> u64 {
    2 * 3 * u64::from(spec.width()) * u64::from(spec.height()) + (1 << 20)
}

/// How many candles the calendar expects in the window of an end and are missing there. The warm-up is not looked at.
#[must_use]
pub fn missing(unit: &Unit, end: &End, spec: &Spec) -> u64 {
    match end.candle {
        Place::Here(last) => unit.missing((last + 1).saturating_sub(spec.window() as usize), last),
        Place::Gap | Place::Unexpected | Place::Outside => 0,
    }
}

/// The window of an end with its warm-up. At the beginning of a series the warm-up is as long as there are candles.
///
/// # Errors
/// [`Today::Unable`], with the reason why there is no window.
pub fn window<'a>(unit: &'a Unit, end: &End, spec: &Spec) -> Result<Window<'a>, Today> {
    let length = spec.window() as usize;
    let last = match end.candle {
        Place::Here(position) => position,
        Place::Gap | Place::Unexpected => return Err(Today::Unable(format!("{GAP}: no candle at this end"))),
        Place::Outside => return Err(Today::Unable("the source has no candle at this end".to_owned())),
    };
    let unable = |reason: String| Err(Today::Unable(reason));
    let Some(drawn) = (last + 1).checked_sub(length) else {
        return unable(format!("{SHORT_HISTORY}: {} of {length} candles", last + 1));
    };
    let first = drawn.saturating_sub(spec.warmup() as usize);
    let next_fault = unit.faults.partition_point(|(position, _)| *position < first);
    if let Some((position, fault)) = unit.faults.get(next_fault).filter(|(position, _)| *position <= last) {
        let at = format_utc(unit.candles[*position].open_time);
        return unable(format!("{INVALID_CANDLE} at {at}: {fault}"));
    }
    let Some((series, _)) = unit.subject.as_ref().ok() else {
        return unable("its series is not known".to_owned());
    };
    let window = unit
        .candles
        .window(series.symbol.as_str(), &series.interval, first..last + 1, drawn - first)
        .map_err(|error| Today::Unable(error.to_string()))?;
    Ok(unit.own.as_ref().map_or(window, |own| window.with_own(own.own())))
}
