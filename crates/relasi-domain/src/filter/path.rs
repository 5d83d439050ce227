//! The way from a record to a field of its own or of a record it refers to.

use std::fmt;

use crate::{
    field::{CUSTOM, Field, FieldRef, Kind},
    filter::MAX_HOPS,
    record::Object,
    shape::Shape,
};

/// A field, reached over references.
#[derive(Clone)]
pub struct Path {
    /// The object that is filtered.
    pub root: &'static Object,
    /// The references followed from there, first to last.
    pub hops: Vec<Hop>,
    /// The field of the last object.
    pub field: FieldRef,
}

/// One reference followed.
#[derive(Clone)]
pub struct Hop {
    /// The reference field, for example `company_id`.
    pub field: &'static Field,
    /// The object it refers to.
    pub object: &'static Object,
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    UnknownField,
    TooManyHops,
}

/// Fields that live beside the others in each row.
static ROW: [Field; 2] = [
    Field::reference("id", ""),
    Field::new("version", Kind::Integer),
];

impl Path {
    /// A path such as `company.industry`, from `root`.
    pub fn new<'s>(text: &str, root: impl Into<Shape<'s>>) -> Option<Self> {
        Self::find(text, root.into()).ok()
    }

    pub(super) fn find(text: &str, shape: Shape<'_>) -> Result<Self, Lost> {
        let (steps, name) = split(text);
        let root = shape.object;
        let mut object = root;
        let mut hops = Vec::new();
        for step in steps.split('.').filter(|_| !steps.is_empty()) {
            if hops.len() == MAX_HOPS {
                return Err(Lost::TooManyHops);
            }
            let hop = follow(shape.at(object), step).ok_or(Lost::UnknownField)?;
            object = hop.object;
            hops.push(hop);
        }
        let row = || ROW.iter().find(|f| f.name == name).map(FieldRef::Built);
        let field = shape
            .at(object)
            .field(name)
            .or_else(row)
            .ok_or(Lost::UnknownField)?;
        Ok(Self { root, hops, field })
    }

    /// The object whose field it is.
    pub fn object(&self) -> &'static Object {
        self.hops.last().map_or(self.root, |hop| hop.object)
    }
}

/// The references to follow, and the name of the field at their end, which has a point in it when it is a custom one.
fn split(text: &str) -> (&str, &str) {
    let end = text.rfind(CUSTOM).filter(|at| {
        let whole = *at == 0 || text[..*at].ends_with('.');
        whole && !text[*at + CUSTOM.len()..].contains('.')
    });
    match end.or_else(|| text.rfind('.').map(|at| at + 1)) {
        Some(at) => (text[..at].trim_end_matches('.'), &text[at..]),
        None => ("", text),
    }
}

fn follow(shape: Shape<'_>, step: &str) -> Option<Hop> {
    let field = shape.object.field(&format!("{step}_id"))?;
    // One that may not be seen leads nowhere.
    shape.field(&field.name)?;
    let Kind::Reference(target) = &field.kind else {
        return None;
    };
    crate::object(target).map(|object| Hop { field, object })
}

impl PartialEq for Hop {
    fn eq(&self, other: &Self) -> bool {
        self.field.name == other.field.name && self.object.name == other.object.name
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.root.name == other.root.name
            && self.hops == other.hops
            && self.field.name == other.field.name
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hop in &self.hops {
            write!(f, "{}.", hop.field.name.trim_end_matches("_id"))?;
        }
        f.write_str(&self.field.name)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.root.name)
    }
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->{}", self.field.name, self.object.name)
    }
}
