//! What people may ask for who are in the records: a copy of everything that is kept about them, and to be erased.
//!
//! Both go by the data map ([`relasi_persistence::personal`]): rows are a person's when a column of theirs holds one of
//! the ids of that person's [`Circle`]. What names a person without an id is found by their [`Needles`].

mod artefacts;
mod circle;
mod copy;
mod copy_job;
mod erase;
mod job;
mod list;
mod marks;
mod needles;
mod order;
pub mod processing;
pub mod retention;
mod scrub;
mod scrub_quotes;

pub use copy_job::{COPY_EXTENSION, Copy, begin as begin_copy, file as copy_file, sweep};
pub use job::handlers;
pub use list::{Erasure, list};
pub(crate) use marks::{is_marked, lift, marked, suppressed};
pub use order::{Order, Preview, Started, preview, start};

use circle::Circle;
use needles::Needles;
use relasi_domain::{
    identity::access::{Access, Action},
    people::contact,
    record::Object,
    sales::lead,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::refusal::{Refusal, Result};

/// As what somebody is in the records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// As a contact.
    #[default]
    Contact,
    /// As a lead alone.
    Lead,
}

impl Known {
    /// The object whose record they are.
    pub(crate) fn object(self) -> &'static Object {
        match self {
            Self::Contact => &contact::OBJECT,
            Self::Lead => &lead::OBJECT,
        }
    }
}

/// Somebody who is in the records.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// As what.
    pub known: Known,
    /// The record.
    pub id: Uuid,
}

impl Person {
    /// Somebody who is a contact.
    pub fn contact(id: Uuid) -> Self {
        let known = Known::Contact;
        Self { known, id }
    }

    /// Somebody who is a lead alone.
    pub fn lead(id: Uuid) -> Self {
        let known = Known::Lead;
        Self { known, id }
    }
}

/// Whether somebody may have a person erased: who has the right to it, and sees and takes out everything that goes.
fn may_erase(access: &Access) -> Result<()> {
    if access.may(Action::Erase) && access.sees_everything() && access.takes_everything() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Whether somebody may have a copy of everything about a person, which reaches into records of all kinds and owners.
fn may_copy(access: &Access) -> Result<()> {
    if access.sees_everything() && access.takes_everything() {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}
