//! Values as the value index holds them: text whose order is that of the values.

use super::Value;

/// The most bytes of a text in the index; longer ones are equal when they begin alike.
pub const MAX_INDEXED: usize = 1_000;

impl Value {
    /// The value as text that sorts and compares like it.
    pub fn indexed(&self) -> String {
        match self {
            Self::Text(text) => {
                let end = text.floor_char_boundary(MAX_INDEXED);
                text[..end].to_owned()
            }
            Self::Integer(number) | Self::Number(number) => ordered(*number),
            Self::Instant(instant) => ordered(instant.timestamp_micros()),
            Self::Boolean(truth) => u8::from(*truth).to_string(),
            Self::Date(date) => date.to_string(),
            Self::Id(id) => id.to_string(),
        }
    }
}

/// A point in time, in microseconds since 1970, that [`Value::indexed`] wrote.
pub fn indexed_instant(text: &str) -> Option<i64> {
    let bits = u64::from_str_radix(text, 16).ok()?;
    Some((bits ^ (1 << 63)).cast_signed())
}

/// Sixteen hexadecimal digits that sort like the number: its bits with the sign turned around.
fn ordered(number: i64) -> String {
    format!("{:016x}", number.cast_unsigned() ^ (1 << 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_text() {
        let numbers = [i64::MIN, -1_000, -1, 0, 1, 9, 10, 1_000, i64::MAX];
        let texts = numbers.map(|n| Value::Integer(n).indexed());
        assert!(texts.is_sorted());
        assert_eq!(texts[3], "8000000000000000");
        assert!(
            numbers
                .iter()
                .zip(&texts)
                .all(|(n, text)| indexed_instant(text) == Some(*n))
        );
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let indexed = Value::Text("ก".repeat(500)).indexed();
        assert_eq!(indexed, "ก".repeat(333));
    }
}
