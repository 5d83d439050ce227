//! What differs between the languages of the product: texts, dates and numbers.

mod country;
#[cfg(test)]
mod coverage;
mod currency;
mod date;
mod month;
mod number;
#[cfg(test)]
mod tests;
mod texts;

pub use country::parse_country;
pub use currency::minor_digits;
pub use date::{DateOrder, detect_date_order, parse_date, parse_date_time};
pub use number::{Decimal, DecimalMark, detect_decimal_mark, parse_number};
#[cfg(target_arch = "wasm32")]
pub use texts::supply;
pub use texts::{choice_label, field_label, format, text};

use serde::{Deserialize, Serialize};

/// A language of the product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Indonesian.
    Id,
    /// Thai.
    Th,
}

impl Language {
    /// All languages in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::En, Self::Id, Self::Th];

    /// The language's tag, for example `th`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Id => "id",
            Self::Th => "th",
        }
    }

    /// Reads a tag such as `th` or `id-ID`; `in` is Indonesian's old code.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag
            .split(['-', '_'])
            .next()
            .unwrap_or("")
            .trim()
            .to_ascii_lowercase();
        match language.as_str() {
            "en" => Some(Self::En),
            "id" | "in" => Some(Self::Id),
            "th" => Some(Self::Th),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header likes best; none when it names none of ours.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',') {
            let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
            let quality: f32 = quality.trim().parse().unwrap_or(0.0);
            let better = quality > 0.0 && best.is_none_or(|(_, other)| quality > other);
            if let Some(language) = Self::from_tag(tag.trim()).filter(|_| better) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}
