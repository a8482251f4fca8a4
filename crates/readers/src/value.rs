//! One field of a row.

use crate::parse_utc;

/// The usual ways to write a time of day, `T` or a space aside, and what makes each whole.
const REST: [(usize, &str); 4] = [(10, "T00:00:00Z"), (13, ":00:00Z"), (16, ":00Z"), (19, "Z")];

/// A number as written, with a point before its decimals.
pub(super) fn number(what: &str, field: &str) -> Result<f64, String> {
    let field = field.trim();
    if field.is_empty() {
        return Err(format!("{what} is empty"));
    }
    field.parse().map_err(|_| {
        let hint = if field.contains(',') {
            "; decimals come after a point, and nothing parts thousands"
        } else {
            ""
        };
        format!("{what} {} is not a number{hint}", shown(field))
    })
}

/// A time as ms since the epoch.
///
/// Whole numbers are seconds, ms, µs or ns, whichever puts them nearest to our
/// days: seconds up to the year 5138, ms from 1973 to 5138 and so on. Eight
/// digits are `YYYYMMDD` where that is a day.
pub(super) fn time(field: &str) -> Result<i64, String> {
    let field = field.trim();
    if field.is_empty() {
        return Err("time is empty".to_owned());
    }
    let (sign, digits) = field.strip_prefix('-').map_or((1, field), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return date(field);
    }
    if let (1, 8, "") = (sign, whole.len(), fraction)
        && let Some(ms) = parse_utc(&format!("{}-{}-{}", &whole[..4], &whole[4..6], &whole[6..]))
    {
        return Ok(ms);
    }
    let too_fine = || format!("time {} is not a whole number of milliseconds", shown(field));
    let number: i64 = whole.parse().map_err(|_| format!("time {} is out of range", shown(field)))?;
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
fn date(field: &str) -> Result<i64, String> {
    let wrong = || {
        format!(
            "time {} is not understood; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS (UTC), RFC 3339 or a number since the epoch",
            shown(field)
        )
    };
    let text = field.strip_suffix("UTC").or_else(|| field.strip_suffix("GMT")).unwrap_or(field).trim_end();
    if !text.is_ascii() || text.len() < 10 {
        return Err(wrong());
    }
    let (day, rest) = text.split_at(10);
    let day = day.replace(['/', '.'], "-");
    let text = format!("{day}{rest}");
    let zone = |text: &str| text.get(10..).is_some_and(|rest| rest.contains(['+', '-', 'Z', 'z']));
    let whole = if zone(&text) {
        with_offset(&text)
    } else {
        let fraction = text.get(19..).is_some_and(|rest| rest.starts_with('.'));
        let length = if fraction { 19 } else { text.len() };
        let rest = REST.iter().find(|(at, _)| *at == length).map(|(_, rest)| rest);
        format!("{text}{}", rest.ok_or_else(wrong)?)
    };
    parse_utc(&whole).ok_or_else(wrong)
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

/// A field as a message shows it: quoted, and not all of a long one.
fn shown(field: &str) -> String {
    match field.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &field[..end]),
        None => format!("{field:?}"),
    }
}
