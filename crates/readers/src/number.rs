//! How numbers are written, found from a file's fields, and one number.

use std::{borrow::Cow, fmt};

use crate::RowFault;

/// How a file writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberFormat {
    /// What stands before decimals: a point or a comma.
    pub decimal: char,
    /// What parts thousands, if anything does: a comma, a point, a blank or an apostrophe.
    pub thousands: Option<char>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: '.', thousands: None }
    }
}

impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} before decimals", self.decimal)?;
        self.thousands.map_or(Ok(()), |mark| write!(f, ", {mark:?} between thousands"))
    }
}

/// How texts say that there is no value.
const NOTHING: [&str; 12] =
    ["", "nan", "null", "none", "na", "n/a", "#n/a", "nat", "nil", "-", "-\u{2d}", "\\n"];
/// Letters after a volume, and how many zeros they stand for.
const MULTIPLES: [(char, u32); 4] = [('k', 3), ('m', 6), ('b', 9), ('t', 12)];

/// Whether a field says that there is no value.
pub(crate) fn is_nothing(field: &str) -> bool {
    field.len() <= 4 && NOTHING.iter().any(|nothing| field.eq_ignore_ascii_case(nothing))
}

/// What the numbers that were seen so far tell of their format.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberEvidence {
    /// What numbers tell whose columns hold nothing else.
    alone: Marks,
    /// What all of them tell, also those that stand among texts.
    all: Marks,
    /// Dates and columns are written as where points part thousands: `02.01.2023;15.000`.
    may_points_part: bool,
}

/// The marks of some numbers, and what they can mean.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// A comma, or a point, that can only stand before decimals.
    comma_decimal: bool,
    point_decimal: bool,
    /// One that can only part thousands.
    comma_thousands: bool,
    point_thousands: bool,
    /// One before three digits, which may be either.
    comma_either: Option<String>,
    point_either: Option<String>,
    /// Thousands that nothing parts.
    plain_thousands: bool,
    /// The numbers of one column have a comma that may be either, and thousands that nothing parts.
    is_doubtful: bool,
    other_thousands: Option<char>,
    /// An apostrophe, which also parts the fractions of some prices.
    apostrophe: Option<String>,
}

impl NumberEvidence {
    pub fn new(may_points_part: bool) -> Self {
        Self { may_points_part, ..Self::default() }
    }

    /// Looks at the fields of a column that may be numbers; `is_alone` says that it holds no others.
    pub fn see<'a>(&mut self, fields: impl Iterator<Item = &'a str>, is_alone: bool) {
        let mut marks = Marks::default();
        fields.for_each(|field| marks.see(field));
        // Whoever parts thousands parts all of a column.
        let is_known = marks.comma_decimal || marks.comma_thousands || marks.point_decimal;
        marks.is_doubtful = marks.comma_either.is_some() && marks.plain_thousands && !is_known;
        // A point that leaves out others is none between thousands.
        marks.point_decimal |= marks.point_either.is_some() && marks.plain_thousands;
        if is_alone {
            self.alone.add(&marks);
        }
        self.all.add(&marks);
    }

    /// The format, as far as a file's own options leave it open.
    ///
    /// # Errors
    /// Where the numbers do not decide, or contradict each other; with one of them as it is written.
    pub fn settle(
        &self,
        decimal: Option<char>,
        thousands: Option<char>,
    ) -> Result<NumberFormat, NumberDoubt> {
        // Digits in a text, such as those of a version, say nothing where there are numbers beside them.
        let deciding = if self.alone.has_some() { &self.alone } else { &self.all };
        let decimal = match (decimal, thousands) {
            (Some(decimal), Some(thousands)) if decimal == thousands => {
                return Err(NumberDoubt::Same(decimal));
            }
            (Some(decimal), _) => decimal,
            // What parts thousands stands before no decimals.
            (None, Some('.')) => ',',
            (None, Some(',')) => '.',
            (None, Some(_)) => deciding.decimal_beside_others(),
            (None, None) => {
                let decimal = deciding.decimal()?;
                match &deciding.point_either {
                    Some(field) if self.may_points_part && decimal == '.' && !deciding.is_pointed() => {
                        return Err(NumberDoubt::PointEither(field.clone()));
                    }
                    _ => decimal,
                }
            }
        };
        let all = &self.all;
        if let (Some(field), None, None) = (&all.apostrophe, thousands, all.other_thousands) {
            return Err(NumberDoubt::Apostrophe(field.clone()));
        }
        let has_commas = all.comma_thousands || all.comma_either.is_some();
        // Where commas stand before decimals, a point parts thousands, also where the first one comes late.
        let own = if decimal == ',' { Some('.') } else { has_commas.then_some(',') };
        Ok(NumberFormat { decimal, thousands: thousands.or(all.other_thousands).or(own) })
    }
}

impl Marks {
    fn see(&mut self, field: &str) {
        // Nearly all numbers are plain.
        if field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
            && field.bytes().filter(|&byte| byte == b'.').count() <= 1
        {
            if let Some((before, after)) = field.split_once('.') {
                if after.len() == 3 && may_begin(before) {
                    self.point_either.get_or_insert_with(|| field.to_owned());
                } else {
                    self.point_decimal = true;
                }
            } else {
                self.plain_thousands |= field.trim_start_matches('-').len() > 3;
            }
            return;
        }
        let field = bare(field);
        let field = field.as_ref();
        if field.contains('\'') {
            let is_sure = field.matches('\'').count() > 1 || field.contains(['.', ',']);
            self.apostrophe.get_or_insert_with(|| field.to_owned());
            self.other_thousands = self.other_thousands.or(is_sure.then_some('\''));
        }
        for mark in [' ', '\u{a0}', '\u{202f}'] {
            if field.trim().contains(mark) {
                self.other_thousands = Some(mark);
            }
        }
        let count = |mark: char| field.matches(mark).count();
        let (commas, points) = (count(','), count('.'));
        let last_is_comma = field.rfind(',') > field.rfind('.');
        match (commas, points) {
            (0, 0) => {}
            (0, 1) => self.point_decimal = true,
            (0, _) => self.point_thousands = true,
            (1, 0) => {
                let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
                let (before, after) = field.split_once(',').unwrap_or_default();
                if digits(after) == 3 && may_begin(before) {
                    self.comma_either.get_or_insert_with(|| field.to_owned());
                } else {
                    self.comma_decimal = true;
                }
            }
            (_, 0) => self.comma_thousands = true,
            _ if last_is_comma => (self.comma_decimal, self.point_thousands) = (true, true),
            _ => (self.point_decimal, self.comma_thousands) = (true, true),
        }
    }

    fn add(&mut self, other: &Self) {
        self.comma_decimal |= other.comma_decimal;
        self.point_decimal |= other.point_decimal;
        self.comma_thousands |= other.comma_thousands;
        self.point_thousands |= other.point_thousands;
        self.point_either = self.point_either.take().or_else(|| other.point_either.clone());
        self.is_doubtful |= other.is_doubtful;
        self.comma_either = self.comma_either.take().or_else(|| other.comma_either.clone());
        self.apostrophe = self.apostrophe.take().or_else(|| other.apostrophe.clone());
        self.other_thousands = self.other_thousands.or(other.other_thousands);
    }

    /// Whether there is a point or a comma.
    fn has_some(&self) -> bool {
        let points = self.point_decimal || self.point_thousands || self.point_either.is_some();
        points || self.comma_decimal || self.comma_thousands || self.comma_either.is_some()
    }

    /// Whether points are known to stand before decimals.
    fn is_pointed(&self) -> bool {
        self.point_decimal || self.comma_thousands
    }

    /// What stands before decimals where neither commas nor points part thousands.
    fn decimal_beside_others(&self) -> char {
        let has_commas = self.comma_decimal || self.comma_either.is_some();
        if has_commas && !self.point_decimal { ',' } else { '.' }
    }

    /// What stands before decimals.
    fn decimal(&self) -> Result<char, NumberDoubt> {
        if self.comma_decimal && (self.comma_thousands || self.point_decimal) {
            return Err(NumberDoubt::Mixed);
        }
        if self.comma_decimal || (self.point_thousands && !self.point_decimal) {
            return Ok(',');
        }
        let is_known = self.comma_thousands || (self.point_decimal && !self.is_doubtful);
        match &self.comma_either {
            Some(field) if !is_known => Err(NumberDoubt::Either(field.clone())),
            _ => Ok('.'),
        }
    }
}

/// Whether digits may stand before the first mark between thousands.
fn may_begin(before: &str) -> bool {
    let before = before.trim_start_matches(['-', '+']);
    (1..=3).contains(&before.len()) && !before.starts_with('0')
}

/// Why the format of numbers is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberDoubt {
    /// A comma of one of them may part thousands or begin decimals.
    #[error("the comma of {0:?} may part thousands or stand before decimals")]
    Either(String),
    /// A point of one of them may part thousands or begin decimals, where dates are written as in `02.01.2023`.
    #[error("the point of {0:?} may part thousands or stand before decimals")]
    PointEither(String),
    /// One mark is said to part thousands and to begin decimals.
    #[error("{0:?} cannot part thousands and stand before decimals as well")]
    Same(char),
    /// An apostrophe of one of them may part thousands, or the fractions of a price.
    #[error("the apostrophe of {0:?} may part thousands or fractions of a price")]
    Apostrophe(String),
    /// Commas stand before decimals in some of them, and part thousands in others.
    #[error("some numbers have a comma before their decimals and others between thousands")]
    Mixed,
}

impl NumberFormat {
    /// A number, or what is wrong with it; `what` says which value it is.
    pub(crate) fn read(self, what: &'static str, field: &str) -> Result<f64, RowFault> {
        let not = || RowFault::NotNumber(what, field.to_owned());
        if self == Self::default()
            && let Ok(number) = field.parse()
        {
            return Ok(number);
        }
        self.plain(&bare(field)).and_then(|text| text.parse().ok()).ok_or_else(not)
    }

    /// A volume, which may be written as `3.49M`.
    pub(crate) fn read_volume(self, what: &'static str, field: &str) -> Result<f64, RowFault> {
        if field.as_bytes().last().is_some_and(u8::is_ascii_digit) {
            return self.read(what, field);
        }
        let last = field.chars().next_back().map(|last| last.to_ascii_lowercase());
        match MULTIPLES.iter().find(|(letter, _)| last == Some(*letter)) {
            Some((_, zeros)) => {
                let number = self.read(what, field[..field.len() - 1].trim_end());
                // The point is moved, and nothing multiplied: 2.3M is 2300000 and nothing beside it.
                let moved = |number: f64| format!("{number}e{zeros}").parse().unwrap_or(number);
                number.map(moved).map_err(|_| RowFault::NotNumber(what, field.to_owned()))
            }
            None => self.read(what, field),
        }
    }

    /// A number with a point before its decimals and nothing between its digits; `None` where it is not in this format.
    fn plain(self, field: &str) -> Option<String> {
        let mut parts = field.split(self.decimal);
        let (whole, decimals) = (parts.next()?, parts.next());
        if parts.next().is_some() || decimals.is_some_and(|decimals| decimals.contains(['.', ','])) {
            return None;
        }
        let mut text = match self.thousands {
            // Thousands are parted by threes, or it is another format.
            Some(mark) if whole.contains(mark) => {
                let mut groups = whole.split(mark);
                let first = groups.next()?.trim_start_matches(['-', '+']);
                let is_group = |group: &str| {
                    matches!(group.len(), 2 | 3) && group.bytes().all(|byte| byte.is_ascii_digit())
                };
                let is_last = whole.len() - whole.rfind(mark).map_or(0, |at| at + mark.len_utf8()) == 3;
                // In India all groups but the last have two digits.
                let groups: Vec<&str> = groups.collect();
                let is_alike = groups.iter().rev().skip(1).all(|group| group.len() == groups[0].len());
                if !(1..=3).contains(&first.len())
                    || !groups.iter().all(|group| is_group(group))
                    || !is_last
                    || !is_alike
                {
                    return None;
                }
                whole.replace(mark, "")
            }
            _ if self.decimal != '.' && whole.contains('.') => return None,
            _ => whole.to_owned(),
        };
        if let Some(decimals) = decimals {
            text.push('.');
            text.push_str(decimals);
        }
        let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
        let is_word = matches!(text.to_ascii_lowercase().trim_start_matches(['-', '+']), "inf" | "infinity");
        (is_word || text.bytes().all(is_plain)).then_some(text)
    }
}

/// A number without the sign of a currency.
fn bare(field: &str) -> Cow<'_, str> {
    const SIGNS: [char; 5] = ['$', '€', '£', '¥', '₹'];
    field.trim().trim_start_matches(SIGNS).trim_end_matches(SIGNS).trim().into()
}
