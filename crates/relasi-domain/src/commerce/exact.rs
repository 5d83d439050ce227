//! Numbers with up to six decimals, without rounding: quantities and percentages.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Number, Value};

use crate::field::{millionths, parse_number, written};

/// A number in millionths. In JSON a number such as `1.5`, in texts the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(pub i64);

/// How many parts one has.
pub const ONE: i64 = 1_000_000;

impl Exact {
    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self(number * ONE)
    }

    /// Plain decimal text: `-12.5`.
    pub fn parse(text: &str) -> Option<Self> {
        parse_number(text.trim()).map(Self)
    }

    /// As plain decimal text without needless zeros.
    pub fn text(self) -> String {
        written(self.0)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % ONE == 0 {
            return serializer.serialize_i64(self.0 / ONE);
        }
        // Fifteen digits go through a JSON number and back unharmed.
        let number: Option<Number> = serde_json::from_str(&self.text()).ok();
        number.unwrap_or_else(|| 0.into()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = millionths(&value).map(Self);
        number.ok_or_else(|| D::Error::custom("is no number with at most six decimals"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_travel_as_json_numbers() {
        for (json, parts) in [
            (json!(120), 120_000_000),
            (json!(1.5), 1_500_000),
            (json!(0.000_001), 1),
        ] {
            let read: Exact = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(read, Exact(parts));
            assert_eq!(serde_json::to_value(read).unwrap(), json);
        }
        for wrong in [json!("1"), json!(0.000_000_1), json!(1e12)] {
            assert!(
                serde_json::from_value::<Exact>(wrong.clone()).is_err(),
                "{wrong}"
            );
        }
        assert_eq!(Exact::parse("7.25"), Some(Exact(7_250_000)));
        assert_eq!(Exact::parse("7,25"), None);
    }
}
