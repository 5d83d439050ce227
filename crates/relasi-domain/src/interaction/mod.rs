//! What passes between us and the people we know, and among ourselves about them.

pub mod activity;
pub mod call_list;
pub mod comment;
pub mod file;
pub mod mail_domain;
pub mod mention;
pub mod outcome;
pub mod recurrence;
pub mod reminder;
pub mod warm_up;

use crate::{
    commerce::{product, quote},
    people::{company, contact},
    record::Object,
    sales::{deal, lead},
};

/// Objects whose records have files, comments and followers.
pub static DISCUSSED: [&Object; 7] = [
    &contact::OBJECT,
    &company::OBJECT,
    &lead::OBJECT,
    &deal::OBJECT,
    &activity::OBJECT,
    &product::OBJECT,
    &quote::OBJECT,
];

/// Whether records of an object have files, comments and followers.
pub fn is_discussed(object: &Object) -> bool {
    DISCUSSED.iter().any(|known| known.name == object.name)
}

/// The object of this name, if its records have files, comments and followers.
pub fn discussed(name: &str) -> Option<&'static Object> {
    DISCUSSED.into_iter().find(|object| object.name == name)
}
