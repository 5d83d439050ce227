//! Deals and the way they went: what about, with whom, through which stages, to what end.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Way, goods::Goods};

/// Place of "no answer" among the reasons for losing.
pub(super) const NO_ANSWER: usize = 3;

/// Where a deal ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Going on.
    Open,
    /// Still open, but nobody has done anything for weeks.
    Quiet,
    Won,
    Lost,
}

/// A deal's story.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) id: Uuid,
    pub(super) firm: usize,
    pub(super) person: usize,
    pub(super) goods: Goods,
    /// Worth in minor units of the firm's currency.
    pub(super) amount: i64,
    pub(super) service: bool,
    pub(super) created: DateTime<Utc>,
    /// When it entered each open stage, the first at its making.
    pub(super) entered: Vec<DateTime<Utc>>,
    pub(super) closed: Option<DateTime<Utc>>,
    pub(super) fate: Fate,
    pub(super) close_date: NaiveDate,
    /// Place in the list of sources.
    pub(super) source: usize,
    /// Place in the list of reasons for losing.
    pub(super) reason: usize,
    /// Number of its quote.
    pub(super) number: usize,
}

impl Course {
    /// How far a stage is on the way, from 0 to 3.
    pub(super) fn phase(stage: usize, way: &Way) -> usize {
        stage * 4 / way.open.len().max(1)
    }
}
