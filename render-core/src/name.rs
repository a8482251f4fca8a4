//! Where a picture's file lives below the cache's root.

use crate::{
    Error, Interval, STYLE_VERSION, Spec,
    calendar::{Civil, civil, in_calendar},
    window::check_name,
};

/// What a temporary name may add to a file name.
const ROOM_FOR_TEMPORARY: usize = 24;

/// The path of a picture relative to the cache's root, with `/` between its parts:
/// `BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png`.
///
/// # Errors
/// Where the symbol cannot name a file, the name would be too long, or `end`
/// (ms since the epoch) is not on a whole second of the years 0 to 9999.
pub fn picture_path(symbol: &str, interval: &Interval, end: i64, spec: &Spec) -> Result<String, Error> {
    check_name("symbol", symbol)?;
    if end.rem_euclid(1000) != 0 || !in_calendar(end) {
        return Err(Error::EndTime(end));
    }
    let code = interval.code();
    let Civil { year, month, day, hour, minute, second } = civil(end);
    let (width, height) = (spec.width(), spec.height());
    let size = if width == height { format!("{width}") } else { format!("{width}x{height}") };
    let tag = spec.tag();
    let separator = if tag.is_empty() { "" } else { "_" };
    let name = format!(
        "{symbol}_{code}_{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}_px{size}_w{window}_v{STYLE_VERSION}{separator}{tag}.png",
        window = spec.window(),
    );
    if name.len() + ROOM_FOR_TEMPORARY > 255 {
        return Err(Error::NameTooLong(name));
    }
    Ok(format!("{symbol}/{code}/{year:04}/{month:02}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_one_of_the_contract() {
        let hour = Interval::new("1h", 3_600_000).expect("valid");
        let end = crate::parse_utc("2023-01-07T05:00:00Z").expect("a time");
        assert_eq!(
            picture_path("BTCUSDT", &hour, end, &Spec::default()).expect("valid"),
            "BTCUSDT/1h/2023/01/BTCUSDT_1h_2023-01-07T05-00-00_px1280_w150_v1.png"
        );
        assert_eq!(picture_path("BTCUSDT", &hour, end + 1, &Spec::default()), Err(Error::EndTime(end + 1)));
        assert!(picture_path("../x", &hour, end, &Spec::default()).is_err());
    }
}
