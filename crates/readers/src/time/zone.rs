//! Local times of the world's time zones, with and without summer time, by the `jiff` crate and the data built into it.

use candles::Civil;

/// A time zone by its name, such as `America/New_York`.
#[derive(Debug, Clone)]
pub struct TimeZone {
    name: String,
    #[cfg(feature = "time-zones")]
    zone: jiff::tz::TimeZone,
}

/// There is no time zone of this name, or none in this build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0:?}; write a name such as America/New_York")]
pub struct UnknownZone(pub String);

impl TimeZone {
    /// The zone of this name.
    ///
    /// # Errors
    /// [`UnknownZone`] where there is none.
    #[cfg(feature = "time-zones")]
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let zone = jiff::tz::TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        Ok(Self { name: name.to_owned(), zone })
    }

    /// The zone of this name; without the feature `time-zones` there is none.
    ///
    /// # Errors
    /// [`UnknownZone`].
    #[cfg(not(feature = "time-zones"))]
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        Err(UnknownZone(name.to_owned()))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many minutes local times are ahead of UTC, where they come twice the first time and the second; `None` for one
    /// that never comes.
    #[cfg(feature = "time-zones")]
    pub(crate) fn offsets(&self, civil: Civil) -> Option<(i32, i32)> {
        use jiff::{civil::DateTime, tz::AmbiguousOffset};
        let Civil { year, month, day, hour, minute, second } = civil;
        let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(u8::cast_signed);
        let time = DateTime::new(i16::try_from(year).ok()?, month, day, hour, minute, second, 0).ok()?;
        let minutes = |offset: jiff::tz::Offset| offset.seconds() / 60;
        match self.zone.to_ambiguous_timestamp(time).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some((minutes(offset), minutes(offset))),
            AmbiguousOffset::Fold { before, after } => Some((minutes(before), minutes(after))),
            AmbiguousOffset::Gap { .. } => None,
        }
    }

    #[cfg(not(feature = "time-zones"))]
    #[expect(clippy::unused_self, reason = "there is no zone to ask")]
    pub(crate) fn offsets(&self, _: Civil) -> Option<(i32, i32)> {
        None
    }
}

impl PartialEq for TimeZone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for TimeZone {}
