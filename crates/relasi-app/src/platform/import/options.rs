//! How a file is read and matched.

use relasi_domain::locale::{DateOrder, DecimalMark};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// By which values rows match records that are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// By e-mail addresses.
    #[default]
    Email,
    /// By phone numbers.
    Phone,
    /// By internet domain; companies only.
    Domain,
    /// By name without legal form; companies only.
    Name,
    /// By what no two of them have: the code of a product; book, product and quantity of a price; currency and day of an
    /// exchange rate. These, and nothing else.
    Key,
    /// Not at all.
    None,
}

impl Matching {
    /// The field whose values decide, when it has several.
    pub(super) fn field(self) -> Option<&'static str> {
        match self {
            Self::Email => Some("emails"),
            Self::Phone => Some("phones"),
            Self::Domain | Self::Name | Self::Key | Self::None => None,
        }
    }
}

/// What happens to a row that matches a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMatch {
    /// Its values are written into the record.
    #[default]
    Update,
    /// It is left out.
    Skip,
    /// It becomes a record of its own all the same.
    Create,
}

/// How the company of a contact is found. One that is not found is made, if the row has a name for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyBy {
    /// By the domain column, then by name, then by the domain of the e-mail address.
    #[default]
    Domain,
    /// By name only.
    Name,
    /// Contacts get no company.
    None,
}

/// The mark before the fraction of numbers such as 1.234 that can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 1.5
    Point,
    /// 1,5
    Comma,
}

impl From<DecimalMark> for Mark {
    fn from(mark: DecimalMark) -> Self {
        match mark {
            DecimalMark::Point => Self::Point,
            DecimalMark::Comma => Self::Comma,
        }
    }
}

impl From<Mark> for DecimalMark {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Point => Self::Point,
            Mark::Comma => Self::Comma,
        }
    }
}

/// How a file is read and matched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Which number comes first in dates such as 9/8/2026; none when the file does not tell, then the day.
    pub date_order: Option<DateOrder>,
    /// The mark before fractions; none when the file does not tell.
    pub decimal_mark: Option<Mark>,
    /// By which values rows match records that are there.
    #[serde(rename = "match")]
    pub matching: Matching,
    /// What happens to a row that matches.
    pub on_match: OnMatch,
    /// How the company of a contact is found.
    pub company: CompanyBy,
    /// The program whose export the file is read as.
    pub preset: Option<String>,
    /// What columns of consent are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose_id: Option<Uuid>,
    /// Whether the time in which new leads should be answered begins with the import.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub start_clocks: bool,
}
