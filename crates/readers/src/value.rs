//! One field of a row.

use candles::parse_utc;

use crate::RowFault;

/// The usual ways to write a time of day, `T` or a space aside, and what makes each whole.
const REST: [(usize, &str); 4] = [(10, "T00:00:00Z"), (13, ":00:00Z"), (16, ":00Z"), (19, "Z")];

/// A number as written, with a point before its decimals.
pub(crate) fn number(what: &'static str, field: &str) -> Result<f64, RowFault> {
    let field = field.trim();
    if field.is_empty() {
        return Err(RowFault::Empty(what));
    }
    field.parse().map_err(|_| RowFault::NotNumber { what, field: field.to_owned() })
}

/// A time as ms since the epoch.
///
/// Whole numbers are seconds, ms, µs or ns, whichever puts them nearest to our
/// days: seconds up to the year 5138, ms from 1973 to 5138 and so on. Eight
/// digits are `YYYYMMDD` where that is a day.
pub(crate) fn time(field: &str) -> Result<i64, RowFault> {
    let field = field.trim();
    if field.is_empty() {
        return Err(RowFault::Empty("time"));
    }
    let (sign, digits) = field.strip_prefix('-').map_or((1, field), |digits| (-1, digits));
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if units.is_empty() || !is_number(units) || !is_number(fraction) {
        return date(field);
    }
    if let (1, 8, "") = (sign, units.len(), fraction)
        && let Some(ms) = parse_utc(&format!("{}-{}-{}", &units[..4], &units[4..6], &units[6..]))
    {
        return Ok(ms);
    }
    let too_fine = || RowFault::TimeTooFine(field.to_owned());
    let number: i64 = units.parse().map_err(|_| RowFault::TimeOutOfRange(field.to_owned()))?;
    let zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
    let ms = if number < 100_000_000_000 {
        let millis = fraction.get(..3).unwrap_or(fraction);
        if !zeros(&fraction[millis.len()..]) {
            return Err(too_fine());
        }
        number * 1000 + format!("{millis:0<3}").parse::<i64>().unwrap_or(0)
    } else {
        let per_ms = if number < 100_000_000_000_000 {
            1
        } else if number < 100_000_000_000_000_000 {
            1000
        } else {
            1_000_000
        };
        if number % per_ms != 0 || !zeros(fraction) {
            return Err(too_fine());
        }
        number / per_ms
    };
    Ok(sign * ms)
}

/// A date with the year first, and a time of day or none; UTC where no offset says otherwise.
fn date(field: &str) -> Result<i64, RowFault> {
    let wrong = || RowFault::Time(field.to_owned());
    let text = field.strip_suffix("UTC").or_else(|| field.strip_suffix("GMT")).unwrap_or(field).trim_end();
    if !text.is_ascii() || text.len() < 10 {
        return Err(wrong());
    }
    let (day, rest) = text.split_at(10);
    let day = day.replace(['/', '.'], "-");
    let text = format!("{day}{rest}");
    let zone = |text: &str| text.get(10..).is_some_and(|rest| rest.contains(['+', '-', 'Z', 'z']));
    let rfc3339 = if zone(&text) {
        with_offset(&text)
    } else {
        let fraction = text.get(19..).is_some_and(|rest| rest.starts_with('.'));
        let length = if fraction { 19 } else { text.len() };
        let rest = REST.iter().find(|(at, _)| *at == length).map(|(_, rest)| rest);
        format!("{text}{}", rest.ok_or_else(wrong)?)
    };
    parse_utc(&rfc3339).ok_or_else(wrong)
}

/// With the offset as RFC 3339 has it: `+0000` and `+00` become `+00:00`.
fn with_offset(text: &str) -> String {
    let sign = text.get(11..).and_then(|rest| rest.rfind(['+', '-'])).map(|at| at + 11);
    match sign.map(|at| (at, text.len() - at)) {
        Some((_, 3)) => format!("{text}:00"),
        Some((at, 5)) => format!("{}:{}", &text[..at + 3], &text[at + 3..]),
        _ => text.to_owned(),
    }
}
