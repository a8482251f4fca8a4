//! Days of the week.

/// A day of the week, which weeks may begin on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weekday {
    /// The day that weeks begin on unless told otherwise.
    #[default]
    Monday,
    /// The second day of ISO 8601.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth; the epoch was one.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The last.
    Sunday,
}

impl Weekday {
    /// All of them, from Monday on.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Its English name in small letters, as databases have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    /// The day of that name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.name() == name)
    }

    /// Days since Monday.
    pub(crate) fn number(self) -> i64 {
        self as i64
    }
}
