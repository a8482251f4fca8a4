//! One field of a row.

use candles::parse_utc;

use crate::RowFault;

/// The usual lengths of a time of day after a date, and what makes each whole.
const REST: [(usize, &str); 4] = [(0, "T00:00:00Z"), (3, ":00:00Z"), (6, ":00Z"), (9, "Z")];
const UNKNOWN: &str = "is not understood; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS (UTC), RFC 3339 or a number since \
                       the epoch";

/// A number as written, with a point before its decimals.
pub(crate) fn number(what: &'static str, field: &str) -> Result<f64, RowFault> {
    match field.trim() {
        "" => Err(RowFault::Value(what, "is empty")),
        field => field.parse().map_err(|_| RowFault::NotNumber(what, field.to_owned())),
    }
}

/// A time as ms since the epoch.
///
/// Whole numbers are seconds, ms, µs or ns, whichever puts them nearest to our
/// days: seconds up to the year 5138, ms from 1973 to 5138 and so on. Eight
/// digits are `YYYYMMDD` where that is a day.
pub(crate) fn time(field: &str) -> Result<i64, RowFault> {
    let field = field.trim();
    if field.is_empty() {
        return Err(RowFault::Value("time", "is empty"));
    }
    let (sign, digits) = field.strip_prefix('-').map_or((1, field), |digits| (-1, digits));
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if units.is_empty() || !is_number(units) || !is_number(fraction) {
        return date(field).ok_or_else(|| RowFault::Time(field.to_owned(), UNKNOWN));
    }
    if let (1, 8, "") = (sign, units.len(), fraction)
        && let Some(ms) = parse_utc(&format!("{}-{}-{}", &units[..4], &units[4..6], &units[6..]))
    {
        return Ok(ms);
    }
    let number: i64 = units.parse().map_err(|_| RowFault::Time(field.to_owned(), "is out of range"))?;
    // How many decimals may follow, and how many of the smallest units make a ms.
    let (decimals, per_ms) = match number {
        ..100_000_000_000 => (3, 1),
        100_000_000_000..100_000_000_000_000 => (0, 1),
        100_000_000_000_000..100_000_000_000_000_000 => (0, 1000),
        _ => (0, 1_000_000),
    };
    let (kept, rest) = fraction.split_at(decimals.min(fraction.len()));
    let kept = kept.bytes().chain(std::iter::repeat(b'0')).take(decimals);
    let smallest = kept.fold(number, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    if smallest % per_ms != 0 || rest.bytes().any(|byte| byte != b'0') {
        return Err(RowFault::Time(field.to_owned(), "is not a whole number of milliseconds"));
    }
    Ok(sign * (smallest / per_ms))
}

/// A date with the year first, and a time of day or none; UTC where no offset says otherwise.
fn date(field: &str) -> Option<i64> {
    let text = field.strip_suffix("UTC").or_else(|| field.strip_suffix("GMT")).unwrap_or(field).trim_end();
    let (day, rest) = text.split_at_checked(10).filter(|_| text.is_ascii())?;
    let mut text = format!("{}{rest}", day.replace(['/', '.'], "-"));
    match text.rfind(['+', '-']).filter(|&at| at > 10).map(|at| text.len() - at) {
        // An offset as RFC 3339 has it: `+00` and `+0000` become `+00:00`.
        Some(3) => text.push_str(":00"),
        Some(5) => text.insert(text.len() - 2, ':'),
        _ if rest.contains(['+', '-', 'Z', 'z']) => {}
        _ => {
            let length = rest.find('.').unwrap_or(rest.len());
            text.push_str(REST.iter().find(|(until, _)| *until == length)?.1);
        }
    }
    parse_utc(&text)
}
