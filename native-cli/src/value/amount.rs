//! Amounts that a data set is described with.

use std::str::FromStr;

use super::Malformed;

/// Reads a return, written `0.02` or `2%`.
pub fn fraction(text: &str) -> Result<f64, Malformed> {
    dataset::parse_fraction(text)
        .ok_or_else(|| Malformed::from("write a fraction such as 0.02, or per cent such as 2%"))
}

/// A number of bytes, written `1000000`, `256M` or `1GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(pub u64);

const UNITS: [(&str, u64); 10] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("K", 1000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("B", 1),
];

impl FromStr for Bytes {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let read = || {
            let unit = UNITS.iter().find(|(unit, _)| {
                let at = text.len().saturating_sub(unit.len());
                text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(unit))
            });
            let (unit, scale) = unit.copied().unwrap_or(("", 1));
            let number: u64 = text[..text.len() - unit.len()].trim_end().parse().ok()?;
            number.checked_mul(scale).filter(|&bytes| bytes > 0).map(Self)
        };
        read().ok_or_else(|| Malformed::from("write a number of bytes, such as 256M or 1GiB"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_usual_units() {
        let bytes = |text: &str| text.parse().ok().map(|Bytes(bytes)| bytes);
        assert_eq!(bytes("12"), Some(12));
        assert_eq!(bytes("256M"), Some(256_000_000));
        assert_eq!(bytes("1GiB"), Some(1 << 30));
        assert_eq!(bytes("3 kb"), Some(3000));
        for wrong in ["", "0", "M", "-1", "1.5G", "99999999999G", "1T", "é"] {
            assert_eq!(bytes(wrong), None, "{wrong:?}");
        }
    }
}
