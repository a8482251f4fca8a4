//! Marks: what a user wants seen at a time and a price.

use std::cmp::Ordering;

use crate::{Color, similar::similar_names};

/// Longest text of a mark, in characters.
const LONGEST_TEXT: usize = 64;

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// `span`: a stretch of time, shaded behind the candles from `time` to `time2`.
    Span,
    /// `box`: a rectangle behind the candles, from `time` and `price` to `time2` and `price2`; without `time2` one whose
    /// two prices hold from `time` on.
    Box,
    /// `hline`: a line at `price` across the panel, from `time` on where there is one.
    Hline,
    /// `vline`: a line at `time` across the panel.
    Vline,
    /// `line`: a line from `time` and `price` to `time2` and `price2`, straight on its scale. One that began before the
    /// window enters where it would by the clock, since a picture knows no candles before its own: where nights or
    /// weekends take no room, it may lie otherwise than in a window that shows its beginning.
    Line,
    /// `stop`: the level of a stop, from `time` on, until `time2` where there is one.
    Stop,
    /// `target`: the level of a target, likewise.
    Target,
    /// `trade`: a link from an entry at `time` and `price` to an exit at `time2` and `price2`, coloured by profit;
    /// neutral whatever its own colour, and level, while there is no exit. It enters a window as a line does.
    Trade,
    /// `buy`: an arrow below the candle of `time`, or above it where there is no room; none where the price panel shows
    /// nothing of the candle.
    Buy,
    /// `sell`: an arrow above the candle of `time`, likewise.
    Sell,
    /// `text`: a text at `time` and `price` or near by; without a price, or with one that the panel does not show, above,
    /// below or beside the candle.
    Text,
}

const KINDS: [(&str, MarkKind); 11] = [
    ("buy", MarkKind::Buy),
    ("sell", MarkKind::Sell),
    ("trade", MarkKind::Trade),
    ("stop", MarkKind::Stop),
    ("target", MarkKind::Target),
    ("hline", MarkKind::Hline),
    ("vline", MarkKind::Vline),
    ("line", MarkKind::Line),
    ("span", MarkKind::Span),
    ("box", MarkKind::Box),
    ("text", MarkKind::Text),
];

/// Which way a trade goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MarkSide {
    /// `long`: a rise is a profit.
    #[default]
    Long,
    /// `short`: a fall is a profit.
    Short,
}

/// A mark, unchecked until it is one of [`Own`](crate::Own).
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Where it is or begins, in ms since the Unix epoch, UTC.
    pub time: Option<i64>,
    /// Its price, in units of the candles' prices.
    pub price: Option<f64>,
    /// Where it ends.
    pub time2: Option<i64>,
    /// The price where it ends.
    pub price2: Option<f64>,
    /// Which way a trade goes.
    pub side: MarkSide,
    /// A colour in place of the usual one, for all of the mark's time; that of a trade only once it has ended. It must not
    /// tell what came after `time`.
    pub color: Option<Color>,
    /// What stands beside it: in the first place near by where it covers no candle, no arrow and no other text. Where there
    /// is none, the text is left out.
    pub text: String,
}

const SIDES: [(&str, MarkSide); 2] = [("long", MarkSide::Long), ("short", MarkSide::Short)];

/// The place of a name among others, whatever its case, or why there is none.
fn place_of(name: &str, known: &[&str], what: &str) -> Result<usize, String> {
    if let Some(place) = known.iter().position(|other| other.eq_ignore_ascii_case(name)) {
        return Ok(place);
    }
    let near = similar_names(name, known.iter().copied());
    let hint = match near.is_empty() {
        true => format!("there are {}", known.join(", ")),
        false => format!("did you mean {}?", near.join(" or ")),
    };
    Err(format!("{name:?} is no {what}; {hint}"))
}

impl MarkSide {
    /// The side that a text names; long where it is empty.
    ///
    /// # Errors
    /// In words that there is none of that name, and which ones there are.
    pub fn read(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Ok(Self::default());
        }
        place_of(name, &SIDES.map(|(name, _)| name), "side").map(|at| SIDES[at].1)
    }

    /// `long` or `short`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Short => "short",
        }
    }
}

impl MarkKind {
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().find(|(other, _)| *other == name).map(|(_, kind)| *kind)
    }

    /// The kind that a text names.
    ///
    /// # Errors
    /// In words that there is none of that name, and which ones resemble it.
    pub fn read(name: &str) -> Result<Self, String> {
        place_of(name, &KINDS.map(|(name, _)| name), "kind of mark").map(|at| KINDS[at].1)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The names of all kinds.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, _)| *name)
    }

    /// Whether a mark of this kind must have, and whether it may have: time, price, time2, price2, text.
    fn takes(self) -> [(&'static str, Takes); 5] {
        use Takes::{Maybe, Must, Never};
        let [time, price, time2, price2, text] = match self {
            Self::Buy | Self::Sell => [Must, Maybe, Never, Never, Maybe],
            Self::Trade => [Must, Must, Maybe, Maybe, Never],
            Self::Stop | Self::Target => [Must, Must, Maybe, Never, Never],
            Self::Hline => [Maybe, Must, Never, Never, Maybe],
            Self::Vline => [Must, Never, Never, Never, Maybe],
            Self::Line => [Must, Must, Must, Must, Never],
            Self::Box => [Must, Must, Maybe, Must, Never],
            Self::Span => [Must, Never, Must, Never, Never],
            Self::Text => [Must, Maybe, Never, Never, Must],
        };
        [("time", time), ("price", price), ("time2", time2), ("price2", price2), ("text", text)]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Must,
    Maybe,
    Never,
}

impl Mark {
    /// A mark of that kind with nothing said of it yet.
    #[must_use]
    pub fn new(kind: MarkKind) -> Self {
        let side = MarkSide::default();
        Self {
            kind,
            time: None,
            price: None,
            time2: None,
            price2: None,
            side,
            color: None,
            text: String::new(),
        }
    }

    /// Whether the mark says what its kind needs, and nothing that it has no use for.
    ///
    /// # Errors
    /// In words what is missing, or too much.
    pub fn check(&self) -> Result<(), String> {
        let kind = match self.kind {
            MarkKind::Hline => "an hline".to_owned(),
            kind => format!("a {}", kind.name()),
        };
        let has = [
            self.time.is_some(),
            self.price.is_some(),
            self.time2.is_some(),
            self.price2.is_some(),
            !self.text.is_empty(),
        ];
        for ((field, takes), has) in self.kind.takes().into_iter().zip(has) {
            match takes {
                Takes::Must if !has => return Err(format!("{kind} needs a {field}")),
                Takes::Never if has => return Err(format!("{kind} has no {field}; leave it empty")),
                _ => {}
            }
        }
        if self.kind == MarkKind::Trade && self.time2.is_some() != self.price2.is_some() {
            return Err("a trade's exit needs both time2 and price2, or neither".to_owned());
        }
        if [self.price, self.price2].into_iter().flatten().any(|price| !price.is_finite()) {
            return Err("a price is not finite".to_owned());
        }
        if self.time.zip(self.time2).is_some_and(|(from, to)| to < from) {
            return Err("time2 is before time".to_owned());
        }
        if self.text.chars().any(char::is_control) {
            return Err("its text has control characters".to_owned());
        }
        match self.text.chars().count() {
            0..=LONGEST_TEXT => Ok(()),
            count => Err(format!("its text has {count} characters, which is more than {LONGEST_TEXT}")),
        }
    }

    /// One order of marks, whatever order they came in: by time, then by all else.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let price = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.is_some().cmp(&b.is_some()),
        };
        (self.time, self.kind, self.time2)
            .cmp(&(other.time, other.kind, other.time2))
            .then_with(|| price(self.price, other.price))
            .then_with(|| price(self.price2, other.price2))
            .then_with(|| (self.side, self.color, &self.text).cmp(&(other.side, other.color, &other.text)))
    }
}
