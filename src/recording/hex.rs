//! Bytes that stand in JSON as a string of lower-case hex digits.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Bytes, written as hex digits in a recording.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Hex(pub Vec<u8>);

const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// Stands in `VALUES` for a byte that is no hex digit.
const NO_DIGIT: u8 = 0xff;
/// The value of each byte as a hex digit: a table, since a recording is for the most part hex digits.
const VALUES: [u8; 256] = values();

impl Hex {
    fn to_text(&self) -> String {
        // Room for all digits at once: a send may have a megabyte of bytes.
        let mut digits = Vec::with_capacity(self.0.len() * 2);
        for byte in &self.0 {
            digits.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        String::from_utf8(digits).unwrap_or_default()
    }

    /// Reads digits in pairs; an error says what is wrong in a few words, however long the text is.
    fn from_text(text: &str) -> Result<Hex, String> {
        let digits = text.as_bytes();
        if !digits.len().is_multiple_of(2) {
            return Err(format!("{} hex digits, which is not an even number", digits.len()));
        }
        let mut bytes = Vec::with_capacity(digits.len() / 2);
        let mut seen = 0;
        for pair in digits.chunks_exact(2) {
            let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
            seen |= high | low;
            bytes.push(high << 4 | low);
        }
        // Digits are below 16; asked once rather than of each.
        if seen > 15 {
            let strange = text.chars().position(|digit| !digit.is_ascii_hexdigit()).unwrap_or(0);
            return Err(format!("character {} of the bytes is not a hex digit", strange + 1));
        }
        Ok(Hex(bytes))
    }
}

const fn values() -> [u8; 256] {
    let mut values = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        values[DIGITS[digit] as usize] = digit as u8;
        values[DIGITS[digit].to_ascii_uppercase() as usize] = digit as u8;
        digit += 1;
    }
    values
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Hex;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an even number of hex digits")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Hex, E> {
                Hex::from_text(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        let all = Hex((0..=255).collect());
        let text = serde_json::to_string(&all).unwrap();
        assert!(text.starts_with("\"000102"));
        assert_eq!(serde_json::from_str::<Hex>(&text).unwrap(), all);
    }

    #[test]
    fn capital_digits_are_read_too() {
        assert_eq!(serde_json::from_str::<Hex>("\"0aFF\"").unwrap(), Hex(vec![0x0a, 0xff]));
    }

    #[test]
    fn half_a_byte_and_a_strange_digit_are_refused() {
        let error = |json: &str| serde_json::from_str::<Hex>(json).unwrap_err().to_string();
        assert!(error("\"abc\"").starts_with("3 hex digits, which is not an even number"));
        assert!(error("\"00fz\"").starts_with("character 4 of the bytes is not a hex digit"));
        assert!(error("\"粘0\"").starts_with("character 1 of the bytes is not a hex digit"));
        assert!(error("17").contains("expected an even number of hex digits"));
    }
}
