//! Numbers that are read to their last bit.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// A number of JSON, or a text with one. Only the text is read to the last bit, so exact hosts write that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a text with one")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        text.parse().map(Number).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_to_the_last_bit_and_numbers_as_json_has_them() {
        let read = |json: &str| serde_json::from_str::<Number>(json).map(|Number(value)| value.to_bits());
        for value in [0.1_f64 + 0.2, 1.0 / 3.0, 6.02214076e23, -0.0, 5e-324, 27_123.456_789_012_34] {
            assert_eq!(read(&format!("\"{value:?}\"")).ok(), Some(value.to_bits()), "{value}");
        }
        assert_eq!(read("-3").ok(), Some((-3.0_f64).to_bits()));
        assert_eq!(read("2.5").ok(), Some(2.5_f64.to_bits()));
        for json in ["\"\"", "\"1,5\"", "true", "[1]", "null"] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
