//! A tag: a word that people and companies can be marked with.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    field::Field,
    record::{Guard, Object, Record},
};

/// A word with a colour.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tag {
    /// The word.
    pub name: String,
    /// One of the colours of the design tokens.
    pub colour: Option<String>,
}

pub static COLOURS: &[Cow<'static, str>] = &[
    Cow::Borrowed("teal"),
    Cow::Borrowed("gold"),
    Cow::Borrowed("violet"),
    Cow::Borrowed("red"),
    Cow::Borrowed("blue"),
    Cow::Borrowed("green"),
];

static FIELDS: &[Field] = &[
    Field::text("name", 60).required().sortable().keyed(),
    Field::choice("colour", COLOURS),
];

/// The object as data.
pub static OBJECT: Object = Object {
    name: "tag",
    plural: "tags",
    table: "tags",
    title: "name",
    fields: FIELDS,
    searchable: false,
    extensible: false,
    guard: Guard::Records,
};

impl Record for Tag {
    const OBJECT: &'static Object = &OBJECT;
    const NAME: &'static str = "tag";
}
