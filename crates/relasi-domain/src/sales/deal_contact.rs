//! What somebody does in a deal on the other side.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    field::Field,
    record::{Guard, Object, Record},
};

/// A person of a deal in the role of the buying centre that they have. Somebody may have several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DealContact {
    /// The deal.
    pub deal_id: Uuid,
    /// The person.
    pub contact_id: Uuid,
    /// One of [`ROLES`].
    pub role: String,
    /// What else is to be said of it.
    pub note: Option<String>,
}

/// Roles of a buying centre, the most telling first.
pub static ROLES: &[Cow<'static, str>] = &[
    Cow::Borrowed("decision_maker"),
    Cow::Borrowed("champion"),
    Cow::Borrowed("influencer"),
    Cow::Borrowed("buyer"),
    Cow::Borrowed("user"),
    Cow::Borrowed("blocker"),
    Cow::Borrowed("other"),
];

static FIELDS: &[Field] = &[
    Field::reference("deal_id", "deal").required().on_create(),
    Field::reference("contact_id", "contact").required(),
    Field::choice("role", ROLES).required().sortable(),
    Field::text("note", 500).keyed().private(),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "deal_contact",
    plural: "deal-contacts",
    table: "deal_contacts",
    title: "note",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

impl Record for DealContact {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "deal_contact";
}
