//! Splits of a data set by time, none of which shares a candle with another.

use render_core::{format_utc, parse_utc};

/// Splits as they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Splits {
    /// One, of all pictures.
    Whole,
    /// By the times of their ends: name, first, and the time before which the last lies.
    Ranges(Vec<(String, i64, i64)>),
    /// Shares of the pictures, the oldest first.
    Shares(Vec<(String, f64)>),
}

/// The split of a data set that is not split.
const ONLY: &str = "train";

impl Splits {
    /// Reads `train=2023-01-01..2023-04-01` and the like, or `train=0.8` and the like.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        if texts.is_empty() {
            return Ok(Self::Whole);
        }
        let mut named: Vec<(String, &str)> = Vec::new();
        for text in texts {
            let (name, rest) = text.split_once('=').ok_or_else(|| {
                format!("{text:?} is no split; write NAME=FROM..TO or NAME=SHARE, such as train=0.8")
            })?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            // A folder, a file and a loader's split have this name.
            if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
                return Err(format!("{name:?} is no name for a split; it has letters, digits and _ alone"));
            }
            if named.iter().any(|(other, _)| other == name) {
                return Err(format!("two splits are named {name}"));
            }
            named.push((name.to_owned(), rest));
        }
        let ranges = named.iter().filter(|(_, rest)| rest.contains("..")).count();
        if ranges == 0 {
            Self::shares(named)
        } else if ranges == named.len() {
            Self::ranges(named)
        } else {
            Err("splits are all times or all shares, not some of each".to_owned())
        }
    }

    /// The names that are asked for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (ranges, shares): (&[_], &[_]) = match self {
            Self::Whole => (&[], &[]),
            Self::Ranges(ranges) => (ranges, &[]),
            Self::Shares(shares) => (&[], shares),
        };
        let ranges = ranges.iter().map(|(name, ..): &(String, i64, i64)| name.as_str());
        ranges.chain(shares.iter().map(|(name, _): &(String, f64)| name.as_str()))
    }

    fn shares(named: Vec<(String, &str)>) -> Result<Self, String> {
        let mut shares = Vec::new();
        for (name, rest) in named {
            let share = rest.parse().ok().map(|crate::value::Fraction(share)| share);
            let share = share.filter(|share| *share > 0.0 && *share <= 1.0);
            shares.push((
                name,
                share.ok_or_else(|| {
                    format!(
                        "{rest:?} is no share and no range of times; write 0.8, 80% or 2023-01-01..2023-04-01"
                    )
                })?,
            ));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if sum > 1.0 + 1e-9 {
            return Err(format!("the shares of the splits add up to {sum}, which is more than 1"));
        }
        Ok(Self::Shares(shares))
    }

    fn ranges(named: Vec<(String, &str)>) -> Result<Self, String> {
        let mut ranges: Vec<(String, i64, i64)> = Vec::new();
        for (name, rest) in named {
            let (from, to) = rest.split_once("..").unwrap_or((rest, ""));
            let time = |text: &str, open: i64| match text {
                "" => Ok(open),
                text => parse_utc(text).ok_or_else(|| {
                    format!("{text:?} is no time; write YYYY-MM-DD, or RFC 3339 such as 2023-01-07T05:00:00Z")
                }),
            };
            let (from, to) = (time(from, i64::MIN)?, time(to, i64::MAX)?);
            if from >= to {
                return Err(format!("split {name} does not begin before it ends"));
            }
            if let Some((other, ..)) = ranges.iter().find(|(_, first, until)| from < *until && *first < to) {
                return Err(format!("splits {other} and {name} overlap"));
            }
            ranges.push((name, from, to));
        }
        Ok(Self::Ranges(ranges))
    }
}

/// What of the market a picture and its label are made of.
#[derive(Debug, Clone, Copy)]
pub struct Footprint {
    /// The open time of the window's last candle.
    pub end: i64,
    /// The open time of the first candle that decides a pixel.
    pub from: i64,
    /// When the last candle of the horizon, or of the window, is over.
    pub until: i64,
    /// The length of a candle.
    pub step: i64,
}

/// A split of a data set, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub name: String,
    /// Its ends lie from this time on,
    pub start: i64,
    /// and before this one.
    pub end: i64,
    /// When all that earlier splits are made of is over: no candle of this one may open before.
    pub after: i64,
    /// The last end of earlier splits.
    last_end: Option<i64>,
}

/// Where a picture goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Split(usize),
    /// Its end lies in no split.
    Outside,
    /// It would share candles with an earlier split, or lies closer to it than the embargo.
    Embargo,
}

/// Settles the splits of these pictures, with an embargo of so many candles between any two.
///
/// # Errors
/// Where pictures of two splits that are ranges share candles, or lie closer than the embargo.
pub fn settle(asked: &Splits, pictures: &[Footprint], embargo: u32) -> Result<Vec<Split>, String> {
    let split =
        |name: &str, start, end| Split { name: name.to_owned(), start, end, after: i64::MIN, last_end: None };
    let mut splits = match asked {
        Splits::Whole => vec![split(ONLY, i64::MIN, i64::MAX)],
        Splits::Ranges(ranges) => ranges.iter().map(|(name, from, to)| split(name, *from, *to)).collect(),
        Splits::Shares(shares) => {
            let mut ends: Vec<i64> = pictures.iter().map(|picture| picture.end).collect();
            ends.sort_unstable();
            let mut sum = 0.0;
            let mut start = i64::MIN;
            let mut splits = Vec::new();
            for (name, share) in shares {
                sum += share;
                // The end of that rank and all that have its time belong to what follows.
                let rank = (sum * ends.len() as f64).round() as usize;
                let end = ends.get(rank).copied().unwrap_or(i64::MAX);
                splits.push(split(name, start, end.max(start)));
                start = end;
            }
            splits
        }
    };
    let mut order: Vec<usize> = (0..splits.len()).collect();
    order.sort_by_key(|&number| splits[number].start);
    for (rank, &number) in order.iter().enumerate() {
        let own = |picture: &&Footprint| (splits[number].start..splits[number].end).contains(&picture.end);
        if matches!(asked, Splits::Ranges(_)) {
            let earlier = rank.checked_sub(1).map_or("", |rank| &splits[order[rank]].name);
            refuse_shared(&splits[number], earlier, pictures.iter().filter(own), embargo)?;
        }
        let kept = |picture: &&Footprint| own(picture) && splits[number].has_room(picture, embargo);
        let (mut until, mut last_end) = (splits[number].after, splits[number].last_end);
        for picture in pictures.iter().filter(kept) {
            until = until.max(picture.until);
            last_end = last_end.max(Some(picture.end));
        }
        for &later in &order[rank + 1..] {
            (splits[later].after, splits[later].last_end) = (until, last_end);
        }
    }
    Ok(splits)
}

/// Where a picture goes among settled splits.
pub fn place(splits: &[Split], picture: &Footprint, embargo: u32) -> Place {
    match splits.iter().position(|split| (split.start..split.end).contains(&picture.end)) {
        None => Place::Outside,
        Some(number) if splits[number].has_room(picture, embargo) => Place::Split(number),
        Some(_) => Place::Embargo,
    }
}

impl Split {
    /// Whether a picture is made of candles that no earlier split is made of, and lies far enough from it.
    fn has_room(&self, picture: &Footprint, embargo: u32) -> bool {
        let apart = |last: i64| i128::from(picture.end) - i128::from(last);
        picture.from >= self.after
            && self.last_end.is_none_or(|last| apart(last) >= i128::from(embargo) * i128::from(picture.step))
    }
}

fn refuse_shared<'a>(
    split: &Split,
    earlier: &str,
    own: impl Iterator<Item = &'a Footprint> + Clone,
    embargo: u32,
) -> Result<(), String> {
    let shared = own.clone().filter(|picture| !split.has_room(picture, embargo));
    let Some(first) = shared.clone().min_by_key(|picture| picture.end) else {
        return Ok(());
    };
    let last = shared.map(|picture| picture.end).max().unwrap_or(first.end);
    let mend = match own.map(|picture| picture.end).filter(|&end| end > last).min() {
        Some(end) => format!("let {} begin at {}", split.name, format_utc(end)),
        None => format!("no end of {} is far enough away", split.name),
    };
    Err(format!(
        "split {} begins too early after {earlier}: the picture of {} is made of candles from {} on, and {earlier} is made of candles up to {} with an embargo of {embargo} candles; {mend}, or let {earlier} end earlier",
        split.name,
        format_utc(first.end),
        format_utc(first.from),
        format_utc(split.after),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures of windows of 3 candles with a horizon of 2, one at every step.
    fn pictures(count: i64) -> Vec<Footprint> {
        (2..count).map(|end| Footprint { end, from: end - 2, until: end + 3, step: 1 }).collect()
    }

    fn parse(text: &str) -> Result<Splits, String> {
        Splits::parse(&text.split(',').map(str::to_owned).collect::<Vec<_>>())
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
            let error = parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn no_candle_of_a_share_is_in_another() {
        let pictures = pictures(1000);
        let asked = parse("train=0.6,val=0.2,test=0.2").expect("splits");
        for embargo in [0, 5, 50] {
            let splits = settle(&asked, &pictures, embargo).expect("settled");
            let of = |number| {
                pictures
                    .iter()
                    .filter(move |picture| place(&splits, picture, embargo) == Place::Split(number))
            };
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
            for pair in spans.windows(2) {
                assert!(pair[1].0 >= pair[0].1, "{spans:?}");
                assert!(pair[1].2 - pair[0].3 >= i64::from(embargo), "{spans:?}");
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
        let error = settle(&asked(50_000), &pictures, 5).expect_err("shared");
        assert!(error.contains("test begins too early after train"), "{error}");
        // The last of train ends at 49,999 and looks at candles to 50,001, so the first of test begins at 50,002.
        assert!(settle(&asked(50_003), &pictures, 5).is_err());
        assert!(settle(&asked(50_004), &pictures, 5).is_ok(), "{}", at(50_004));
        assert!(settle(&asked(50_004), &pictures, 6).is_err(), "a longer embargo is kept as well");
    }

    #[test]
    fn splits_may_stand_in_any_order_of_time() {
        let asked = Splits::Ranges(vec![("test".to_owned(), 50, 90), ("train".to_owned(), 0, 40)]);
        let splits = settle(&asked, &pictures(100), 0).expect("settled");
        let at = |end| place(&splits, &Footprint { end, from: end - 2, until: end + 3, step: 1 }, 0);
        assert_eq!((at(10), at(60), at(45)), (Place::Split(1), Place::Split(0), Place::Outside));
    }
}
