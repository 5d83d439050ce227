//! Who else is after a deal, and how it went.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    field::Field,
    record::{Guard, Object, Record},
};

/// A competitor in a deal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DealCompetitor {
    /// The deal.
    pub deal_id: Uuid,
    /// Who else is after it.
    pub competitor_id: Uuid,
    /// One of [`STATES`].
    pub state: String,
    /// What is known of their offer.
    pub note: Option<String>,
}

/// Still in it.
pub const ENGAGED: &str = "engaged";
/// The deal was won, and they were in it.
pub const WON_AGAINST: &str = "won_against";
/// They won it.
pub const LOST_TO: &str = "lost_to";

/// How it stands with a competitor.
pub static STATES: &[Cow<'static, str>] = &[
    Cow::Borrowed(ENGAGED),
    Cow::Borrowed(WON_AGAINST),
    Cow::Borrowed(LOST_TO),
];

static FIELDS: &[Field] = &[
    Field::reference("deal_id", "deal").required().on_create(),
    Field::reference("competitor_id", "competitor")
        .required()
        .on_create(),
    Field::choice("state", STATES).required().sortable(),
    Field::text("note", 500).keyed(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "deal_competitor",
    plural: "deal-competitors",
    table: "deal_competitors",
    title: "note",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

impl Record for DealCompetitor {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "deal_competitor";
}
