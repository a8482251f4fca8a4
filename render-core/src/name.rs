//! Where a picture's file lives below the cache's root.

use std::fmt;

use candles::{Civil, Interval, Symbol, civil, in_calendar, parse_utc};

use crate::{Error, STYLE_VERSION, Spec};

/// What a temporary name may add to a file name.
const ROOM_FOR_TEMPORARY: usize = 24;

/// The path of a picture relative to the cache's root, with `/` between its parts:
/// `BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png`.
///
/// # Errors
/// Where the symbol cannot name a file, the name would be too long, or `end`
/// (ms since the epoch) is not on a whole second of the years 0 to 9999.
pub fn picture_path(symbol: &str, interval: &Interval, end: i64, spec: &Spec) -> Result<String, Error> {
    Symbol::check(symbol)?;
    if end.rem_euclid(1000) != 0 || !in_calendar(end) {
        return Err(Error::EndTime(end));
    }
    let path = PicturePath {
        symbol,
        interval: interval.name(),
        end,
        width: spec.width(),
        height: spec.height(),
        window: spec.window(),
        style_version: STYLE_VERSION,
        tag: spec.tag(),
    };
    let path = path.text();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.len() + ROOM_FOR_TEMPORARY > 255 {
        return Err(Error::NameTooLong(name.to_owned()));
    }
    Ok(path)
}

/// What the path of a picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PicturePath<'a> {
    /// The symbol, such as `BTCUSDT`.
    pub symbol: &'a str,
    /// The interval's name, such as `1h`.
    pub interval: &'a str,
    /// The window's end, in ms since the epoch.
    pub end: i64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Candles in the window.
    pub window: u32,
    /// The `1` of `v1`.
    pub style_version: u32,
    /// What tells the spec from the default one; empty for that.
    pub tag: &'a str,
}

impl<'a> PicturePath<'a> {
    /// Reads a path relative to the cache's root; `None` where no picture of any version has it.
    #[must_use]
    pub fn parse(path: &'a str) -> Option<Self> {
        let mut parts = path.split('/');
        let (symbol, interval) = (parts.next()?, parts.next()?);
        Symbol::check(symbol).and_then(|()| Interval::check_code(interval)).ok()?;
        let name = parts.nth(2)?.strip_prefix(symbol)?.strip_prefix('_')?.strip_prefix(interval)?;
        let mut words = name.strip_prefix('_')?.strip_suffix(".png")?.split('_');
        let (day, time) = words.next()?.split_once('T')?;
        let end = parse_utc(&format!("{day}T{}Z", time.replace('-', ":")))?;
        let size = words.next()?.strip_prefix("px")?;
        let (width, height) = size.split_once('x').unwrap_or((size, size));
        let parsed = Self {
            symbol,
            interval,
            end,
            width: width.parse().ok()?,
            height: height.parse().ok()?,
            window: words.next()?.strip_prefix('w')?.parse().ok()?,
            style_version: words.next()?.strip_prefix('v')?.parse().ok()?,
            tag: words.next().unwrap_or_default(),
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        // There is one way to write each, so all that is left over is refused here.
        (parsed.tag.bytes().all(plain) && parsed.text() == path).then_some(parsed)
    }
}

impl PicturePath<'_> {
    /// The path. A run that finds nothing to do makes one for every entry and little else, so its digits are put in by
    /// hand, in a third of the instructions that `write!` takes.
    fn text(&self) -> String {
        let Self { symbol, interval, end, width, height, window, style_version, tag } = *self;
        let Civil { year, month, day, hour, minute, second } = civil(end);
        let year = year.unsigned_abs();
        let mut path = String::with_capacity(2 * (symbol.len() + interval.len()) + tag.len() + 80);
        let put = |path: &mut String, before: &str, number: u32, digits: usize| {
            path.push_str(before);
            push(path, number, digits);
        };
        let series = |path: &mut String, between: &str, after: &str| {
            [symbol, between, interval, after].into_iter().for_each(|part| path.push_str(part));
        };
        series(&mut path, "/", "/");
        put(&mut path, "", year, 4);
        put(&mut path, "/", month.into(), 2);
        path.push('/');
        series(&mut path, "_", "_");
        put(&mut path, "", year, 4);
        for (before, number) in [("-", month), ("-", day), ("T", hour), ("-", minute), ("-", second)] {
            put(&mut path, before, number.into(), 2);
        }
        put(&mut path, "_px", width, 1);
        if width != height {
            put(&mut path, "x", height, 1);
        }
        put(&mut path, "_w", window, 1);
        put(&mut path, "_v", style_version, 1);
        path.push_str(if tag.is_empty() { "" } else { "_" });
        path.push_str(tag);
        path.push_str(".png");
        path
    }
}

/// Appends a number with so many digits at least.
fn push(text: &mut String, number: u32, digits: usize) {
    if digits > 1 || number > 9 {
        push(text, number / 10, digits.saturating_sub(1));
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

impl fmt::Display for PicturePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_one_of_the_contract() {
        let hour = Interval::new("1h", 3_600_000).expect("valid");
        let end = parse_utc("2023-01-07T05:00:00Z").expect("a time");
        assert_eq!(
            picture_path("BTCUSDT", &hour, end, &Spec::default()).expect("valid"),
            "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png"
        );
        assert_eq!(picture_path("BTCUSDT", &hour, end + 1, &Spec::default()), Err(Error::EndTime(end + 1)));
        assert!(picture_path("../x", &hour, end, &Spec::default()).is_err());
    }

    #[test]
    fn no_path_of_months_is_one_of_minutes_where_case_does_not_count() {
        let end = parse_utc("2023-01-01").expect("a time");
        let path = |code: &str| {
            let interval = Interval::parse(code).expect(code);
            picture_path("X", &interval, end, &Spec::default()).expect("valid")
        };
        assert_eq!(path("1M"), "X/1mo/2023/01/X_1mo_2023-01-01T00-00-00_px1280_w150_v1.png");
        assert_eq!(path("1M"), path("1mo"));
        assert_ne!(path("1M").to_lowercase(), path("1m").to_lowercase());
    }

    #[test]
    fn a_path_that_was_written_can_be_read_and_no_other() {
        let path = "BTC_1h/1h/2023/01/BTC_1h_1h_2023-01-07T05-00-00_px640x480_w20_v3_yahoo-log.png";
        let read = PicturePath::parse(path).expect("a path");
        assert_eq!((read.symbol, read.interval, read.style_version), ("BTC_1h", "1h", 3));
        assert_eq!((read.width, read.height, read.window, read.tag), (640, 480, 20, "yahoo-log"));
        assert_eq!(read.to_string(), path);
        let early =
            PicturePath { end: parse_utc("0007-11-30T23:59:08Z").expect("a time"), width: 480, ..read };
        let early_path = "BTC_1h/1h/0007/11/BTC_1h_1h_0007-11-30T23-59-08_px480_w20_v3_yahoo-log.png";
        assert_eq!(early.to_string(), early_path);
        for (from, to) in [
            ("BTC_1h/1h", "../1h"),
            ("2023/01/", "2023/02/"),
            ("/01/", "/01//"),
            ("px640x480", "px640x0480"),
            ("px640x480", "px640x640"),
            ("_v3", "_v+3"),
            (".png", ".PNG"),
            ("yahoo-log", "yahoo_log"),
            ("yahoo-log", "ya/hoo"),
            ("yahoo-log", ""),
            ("T05-00-00", "T05-00-61"),
            ("T05-00-00", "T24-00-00"),
        ] {
            assert_eq!(PicturePath::parse(&path.replace(from, to)), None, "{from} as {to}");
        }
    }
}
