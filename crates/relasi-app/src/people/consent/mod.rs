//! Whether people may be contacted: for which purpose, by which channel, and by what proof.
//!
//! A workspace says what it uses data for ([`Purpose`]). What a person agreed to or took back is noted each time and never
//! changed; the newest note of a purpose and channel counts.

mod ask;
mod note;
mod purpose;
mod view;

use std::borrow::Cow;

pub use ask::{Verdict, may_contact, may_contact_record};
pub use note::{NewNote, note};
pub use purpose::{MAX_PURPOSES, NewPurpose, Purpose, PurposePatch, change, create, list};
pub use view::{Current, Note, View, view};

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
