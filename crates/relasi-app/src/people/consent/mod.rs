//! Whether people may be contacted: for which purpose, by which channel, and by what proof.
//!
//! A workspace says what it uses data for ([`Purpose`]). What a person agreed to or took back is noted each time and never
//! changed; the newest note of a purpose and channel counts.

mod ask;
mod import;
mod note;
mod purpose;
mod view;

use std::borrow::Cow;

use relasi_domain::{people::contact, record::Object, sales::lead};

pub use ask::{Verdict, may_contact, may_contact_record};
pub(crate) use import::{Said, note_all};
pub use note::{NewNote, note};
pub(crate) use purpose::create_as;
pub use purpose::{MAX_PURPOSES, NewPurpose, Purpose, PurposePatch, change, create, list};
pub use view::{Current, Note, View, view};

/// Whose consent it is: of which object, and where it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The object.
    pub object: &'static Object,
    table: &'static str,
    column: &'static str,
}

/// That of contacts.
pub static CONTACT: Subject = Subject {
    object: &contact::OBJECT,
    table: "consents",
    column: "contact_id",
};

/// That of leads, which goes over to the contact that they become.
pub static LEAD: Subject = Subject {
    object: &lead::OBJECT,
    table: "lead_consents",
    column: "lead_id",
};

/// On what a use of data rests.
pub const BASES: [&str; 6] = [
    "consent",
    "contract",
    "legal_obligation",
    "vital_interest",
    "public_interest",
    "legitimate_interest",
];

/// Ways to reach people.
pub fn channels() -> impl Iterator<Item = &'static str> {
    let told = relasi_domain::people::contact::CHANNELS.iter();
    told.map(Cow::as_ref).chain(["post"])
}

/// How somebody said so.
pub const SOURCES: [&str; 8] = [
    "form",
    "phone",
    "in_person",
    "email",
    "chat",
    "paper",
    "import",
    "api",
];
