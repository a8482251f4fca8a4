//! Splits of a data set by time, none of which shares a candle with another.

use candles::{format_utc, parse_utc};

use crate::{Reason, parse_fraction};

/// Splits as they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Splits {
    /// By the times of their ends: name, first, and the time before which the last lies.
    Ranges(Vec<(String, i64, i64)>),
    /// Shares of the pictures, the oldest first.
    Shares(Vec<(String, f64)>),
}

/// Why there can be no such splits, with what would do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub enum SplitError {
    /// What is asked for is no split, or contradicts itself.
    Wrong(String),
    /// Pictures of two splits share candles, or lie closer than the embargo.
    TooClose(String),
}

const SPLIT: &str = "split; write NAME=FROM..TO or NAME=SHARE, such as train=0.8";
/// No folder, file and loader's split could have another name.
const NAME: &str = "name for a split; it has letters, digits and _ alone";
const SHARE: &str = "share and no range of times; write 0.8, 80% or 2023-01-01..2023-04-01";
const TIME: &str = "time; write YYYY-MM-DD, or RFC 3339 such as 2023-01-07T05:00:00Z";

/// One split, `train`, of all pictures.
impl Default for Splits {
    fn default() -> Self {
        Self::Ranges(vec![("train".to_owned(), i64::MIN, i64::MAX)])
    }
}

impl Splits {
    /// Reads `train=2023-01-01..2023-04-01` and the like, or `train=0.8` and the like; without texts there is one split.
    ///
    /// # Errors
    /// Says what is wrong with which text.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, SplitError> {
        if texts.is_empty() {
            return Ok(Self::default());
        }
        let mut named: Vec<(String, &str)> = Vec::new();
        for text in texts.iter().map(AsRef::as_ref) {
            let (name, rest) = text.split_once('=').ok_or_else(|| refuse(text, SPLIT))?;
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if name.is_empty() || name.len() > 64 || !name.bytes().all(is_plain) {
                return Err(refuse(name, NAME));
            }
            if named.iter().any(|(other, _)| other == name) {
                return Err(SplitError::Wrong(format!("two splits are named {name}")));
            }
            named.push((name.to_owned(), rest));
        }
        match named.iter().filter(|(_, rest)| rest.contains("..")).count() {
            0 => Self::shares(named),
            ranges if ranges == named.len() => Self::ranges(named),
            _ => Err(SplitError::Wrong("splits are all times or all shares, not some of each".to_owned())),
        }
    }

    /// The names of the splits.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Ranges(ranges) => ranges.iter().map(|(name, ..)| name.as_str()).collect(),
            Self::Shares(shares) => shares.iter().map(|(name, _)| name.as_str()).collect(),
        }
    }

    fn shares(named: Vec<(String, &str)>) -> Result<Self, SplitError> {
        let share = |(name, rest): (String, &str)| {
            let share = parse_fraction(rest).filter(|share| *share > 0.0 && *share <= 1.0);
            Ok((name, share.ok_or_else(|| refuse(rest, SHARE))?))
        };
        let shares: Vec<_> = named.into_iter().map(share).collect::<Result<_, SplitError>>()?;
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if sum > 1.0 + 1e-9 {
            return Err(SplitError::Wrong(format!(
                "the shares of the splits add up to {sum}, which is more than 1"
            )));
        }
        Ok(Self::Shares(shares))
    }

    fn ranges(named: Vec<(String, &str)>) -> Result<Self, SplitError> {
        let mut ranges: Vec<(String, i64, i64)> = Vec::new();
        for (name, rest) in named {
            let (from, to) = rest.split_once("..").unwrap_or((rest, ""));
            let time = |text: &str, open: i64| match text {
                "" => Ok(open),
                text => parse_utc(text).ok_or_else(|| refuse(text, TIME)),
            };
            let (from, to) = (time(from, i64::MIN)?, time(to, i64::MAX)?);
            if from >= to {
                return Err(SplitError::Wrong(format!("split {name} does not begin before it ends")));
            }
            if let Some((other, ..)) = ranges.iter().find(|(_, first, until)| from < *until && *first < to) {
                return Err(SplitError::Wrong(format!("splits {other} and {name} overlap")));
            }
            ranges.push((name, from, to));
        }
        Ok(Self::Ranges(ranges))
    }

    /// Divides these pictures, with an embargo of so many candles between any two splits.
    ///
    /// # Errors
    /// [`SplitError::TooClose`] where pictures of two ranges share candles, or lie closer than the embargo.
    pub fn divide(&self, pictures: &[Footprint], embargo: u32) -> Result<Vec<Split>, SplitError> {
        let split = |name: &String, start, end| {
            let (name, after, last_end) = (name.clone(), i64::MIN, None);
            Split { name, start, end, after, last_end, embargo }
        };
        let mut splits: Vec<Split> = match self {
            Self::Ranges(ranges) => ranges.iter().map(|(name, from, to)| split(name, *from, *to)).collect(),
            Self::Shares(shares) => {
                let mut ends: Vec<i64> = pictures.iter().map(|picture| picture.end).collect();
                ends.sort_unstable();
                let (mut sum, mut start) = (0.0, i64::MIN);
                let share = |(name, share): &(String, f64)| {
                    sum += share;
                    // The end of that rank and all that have its time belong to what follows.
                    let rank = (sum * ends.len() as f64).round() as usize;
                    let end = ends.get(rank).copied().unwrap_or(i64::MAX).max(start);
                    split(name, std::mem::replace(&mut start, end), end)
                };
                shares.iter().map(share).collect()
            }
        };
        let mut in_order: Vec<&mut Split> = splits.iter_mut().collect();
        in_order.sort_by_key(|split| split.start);
        let (mut after, mut last_end, mut earlier) = (i64::MIN, None, "");
        for split in in_order {
            (split.after, split.last_end) = (after, last_end);
            let split = &*split;
            let own: Vec<_> = pictures.iter().filter(|picture| split.has_time_of(picture)).collect();
            if matches!(self, Self::Ranges(_)) {
                split.refuse_shared(earlier, &own)?;
            }
            for picture in own.into_iter().filter(|picture| split.has_room(picture)) {
                after = after.max(picture.until);
                last_end = last_end.max(Some(picture.end));
            }
            earlier = &split.name;
        }
        Ok(splits)
    }
}

fn refuse(text: &str, why: &'static str) -> SplitError {
    SplitError::Wrong(format!("{text:?} is no {why}"))
}

/// What of the market a picture and its label are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// The open time of the window's last candle.
    pub end: i64,
    /// The open time of the first candle that decides a pixel.
    pub from: i64,
    /// When the last candle of the horizon, or of the window, is over.
    pub until: i64,
    /// The length of a candle, at the most.
    pub step: i64,
}

/// A split of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// Its name.
    pub name: String,
    /// Its ends lie from this time on,
    pub start: i64,
    /// and before this one.
    pub end: i64,
    /// When all that earlier splits are made of is over: no candle of this one may open before.
    pub after: i64,
    /// The last end of earlier splits.
    last_end: Option<i64>,
    /// Candles from that end to the first of this split.
    embargo: u32,
}

/// The number of the split that a picture belongs to.
///
/// # Errors
/// [`Reason::Outside`] or [`Reason::Embargo`], if it belongs to none.
pub fn assign(splits: &[Split], picture: &Footprint) -> Result<usize, Reason> {
    let number = splits.iter().position(|split| split.has_time_of(picture)).ok_or(Reason::Outside)?;
    if splits[number].has_room(picture) { Ok(number) } else { Err(Reason::Embargo) }
}

impl Split {
    fn has_time_of(&self, picture: &Footprint) -> bool {
        (self.start..self.end).contains(&picture.end)
    }

    /// Whether a picture is made of candles that no earlier split is made of, and lies far enough from it.
    fn has_room(&self, picture: &Footprint) -> bool {
        let apart = |last: i64| i128::from(picture.end) - i128::from(last);
        let embargo = i128::from(self.embargo) * i128::from(picture.step);
        picture.from >= self.after && self.last_end.is_none_or(|last| apart(last) >= embargo)
    }

    /// Refuses this split if any of its pictures has no room.
    fn refuse_shared(&self, earlier: &str, own: &[&Footprint]) -> Result<(), SplitError> {
        let shared = own.iter().filter(|picture| !self.has_room(picture));
        let Some(picture) = shared.clone().min_by_key(|picture| picture.end) else {
            return Ok(());
        };
        let last = shared.map(|picture| picture.end).max();
        let begin = own.iter().map(|picture| picture.end).filter(|&end| Some(end) > last).min();
        let Self { name, embargo, .. } = self;
        let [end, from, after] = [picture.end, picture.from, self.after].map(format_utc);
        let mend = match begin.map(format_utc) {
            Some(begin) => format!("let {name} begin at {begin}"),
            None => format!("no end of {name} is far enough away"),
        };
        Err(SplitError::TooClose(format!(
            "split {name} begins too early after {earlier}: the picture of {end} is made of candles from {from} on, and \
             {earlier} is made of candles up to {after} with an embargo of {embargo} candles; {mend}, or let {earlier} \
             end earlier"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures of windows of 3 candles with a horizon of 2, one at every step.
    fn pictures(count: i64) -> Vec<Footprint> {
        (2..count).map(|end| Footprint { end, from: end - 2, until: end + 3, step: 1 }).collect()
    }

    fn parse(text: &str) -> Result<Splits, SplitError> {
        Splits::parse(&text.split(',').collect::<Vec<_>>())
    }

    #[test]
    fn what_is_no_split_is_refused_with_the_reason() {
        for (text, why) in [
            ("train", "NAME=FROM..TO"),
            ("=0.5", "no name"),
            ("a/b=0.5", "no name"),
            ("a=0.5,a=0.5", "two splits"),
            ("a=0.7,b=0.5", "add up to"),
            ("a=0", "no share"),
            ("a=0.5,b=2023-01-01..", "not some of each"),
            ("a=2023-01-02..2023-01-01", "begin before"),
            ("a=2023-01-01..2023-02-01,b=2023-01-31..", "overlap"),
            ("a=yesterday..", "no time"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn no_candle_of_a_share_is_in_another() {
        let pictures = pictures(1000);
        let asked = parse("train=0.6,val=0.2,test=0.2").expect("splits");
        for embargo in [0, 5, 50] {
            let splits = asked.divide(&pictures, embargo).expect("settled");
            let of = |number| pictures.iter().filter(move |picture| assign(&splits, picture) == Ok(number));
            let spans: Vec<_> = (0..3)
                .map(|number| {
                    let of: Vec<_> = of.clone()(number).collect();
                    let ends = of.iter().map(|picture| picture.end);
                    (
                        of.iter().map(|picture| picture.from).min().expect("one"),
                        of.iter().map(|picture| picture.until).max().expect("one"),
                        ends.clone().min().expect("one"),
                        ends.max().expect("one"),
                    )
                })
                .collect();
            for both in spans.windows(2) {
                assert!(both[1].0 >= both[0].1, "{spans:?}");
                assert!(both[1].2 - both[0].3 >= i64::from(embargo), "{spans:?}");
            }
        }
    }

    #[test]
    fn ranges_that_share_a_candle_are_refused_and_the_first_time_that_would_do_is_named() {
        let pictures = pictures(100_000);
        let at = |ms: i64| format_utc(ms).replace("Z", &format!(".{:03}Z", ms % 1000));
        let asked = |start: i64| {
            Splits::Ranges(vec![("train".to_owned(), 0, 50_000), ("test".to_owned(), start, i64::MAX)])
        };
        let error = asked(50_000).divide(&pictures, 5).expect_err("shared").to_string();
        assert!(error.contains("test begins too early after train"), "{error}");
        // The last of train ends at 49,999 and looks at candles to 50,001, so the first of test begins at 50,002.
        assert!(asked(50_003).divide(&pictures, 5).is_err());
        assert!(asked(50_004).divide(&pictures, 5).is_ok(), "{}", at(50_004));
        assert!(asked(50_004).divide(&pictures, 6).is_err(), "a longer embargo is kept as well");
    }

    #[test]
    fn splits_may_stand_in_any_order_of_time() {
        let asked = Splits::Ranges(vec![("test".to_owned(), 50, 90), ("train".to_owned(), 0, 40)]);
        let splits = asked.divide(&pictures(100), 0).expect("settled");
        let at = |end| assign(&splits, &Footprint { end, from: end - 2, until: end + 3, step: 1 });
        assert_eq!((at(10), at(60), at(45)), (Ok(1), Ok(0), Err(Reason::Outside)));
    }
}
