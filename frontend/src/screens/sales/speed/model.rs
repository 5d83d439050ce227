//! The figures as the API has them.

use serde::Deserialize;

use crate::i18n::percent;
pub use crate::records::waiting::lasting;

/// The share answered in time.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Within {
    pub(super) minutes: i64,
    pub(super) n: i64,
    pub(super) met: i64,
    pub(super) share: Option<i64>,
}

/// How soon.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Speeds {
    pub(super) n: i64,
    pub(super) answered: i64,
    pub(super) median: Option<i64>,
    pub(super) p90: Option<i64>,
    pub(super) within: Vec<Within>,
}

/// Leads of one owner or source.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Group {
    pub(super) key: Option<String>,
    wall: Speeds,
    business: Speeds,
}

impl Group {
    pub(super) fn speeds(&self, in_business: bool) -> &Speeds {
        if in_business {
            &self.business
        } else {
            &self.wall
        }
    }
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Curves {
    wall: Vec<Within>,
    business: Vec<Within>,
}

/// A period.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Report {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) time_zone: String,
    pub(super) limits: Vec<i64>,
    wall: Speeds,
    business: Speeds,
    curve: Curves,
    pub(super) by: String,
    pub(super) groups: Vec<Group>,
    pub(super) filter: String,
}

impl Report {
    pub(super) fn speeds(&self, in_business: bool) -> &Speeds {
        if in_business {
            &self.business
        } else {
            &self.wall
        }
    }

    pub(super) fn curve(&self, in_business: bool) -> &[Within] {
        if in_business {
            &self.curve.business
        } else {
            &self.curve.wall
        }
    }
}

/// A share in ten-thousandths as people read it; a dash for none.
pub fn share(share: Option<i64>) -> String {
    #[expect(clippy::cast_precision_loss, reason = "ten-thousandths are small")]
    share.map_or_else(|| "–".to_owned(), |part| percent(part as f64 / 10_000.0))
}
