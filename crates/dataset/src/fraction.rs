//! Shares and returns as users write them.

/// Reads a share or a return that is written `0.02` or `2%`.
#[must_use]
pub fn parse_fraction(text: &str) -> Option<f64> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let number = number.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(number / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cent_is_a_hundredth() {
        assert_eq!(parse_fraction("2%"), Some(0.02));
        assert_eq!(parse_fraction("-0.5"), Some(-0.5));
        for wrong in ["", "%", "nan", "inf", "1/2"] {
            assert_eq!(parse_fraction(wrong), None, "{wrong:?}");
        }
    }
}
