//! The way from a record to a field of its own or of a record it refers to.

use std::fmt;

use crate::{
    field::{Field, Kind},
    filter::MAX_HOPS,
    record::Object,
};

/// A field, reached over references.
#[derive(Clone)]
pub struct Path {
    /// The object that is filtered.
    pub root: &'static Object,
    /// The references followed from there, first to last.
    pub hops: Vec<Hop>,
    /// The field of the last object.
    pub field: &'static Field,
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
    pub fn new(text: &str, root: &'static Object) -> Option<Self> {
        Self::find(text, root).ok()
    }

    pub(super) fn find(text: &str, root: &'static Object) -> Result<Self, Lost> {
        let (steps, name) = text
            .rsplit_once('.')
            .map_or(("", text), |(steps, name)| (steps, name));
        let mut object = root;
        let mut hops = Vec::new();
        for step in steps.split('.').filter(|_| !steps.is_empty()) {
            if hops.len() == MAX_HOPS {
                return Err(Lost::TooManyHops);
            }
            let hop = follow(object, step).ok_or(Lost::UnknownField)?;
            object = hop.object;
            hops.push(hop);
        }
        let own = object.field(name);
        let field = own
            .or_else(|| ROW.iter().find(|f| f.name == name))
            .ok_or(Lost::UnknownField)?;
        Ok(Self { root, hops, field })
    }

    /// The object whose field it is.
    pub fn object(&self) -> &'static Object {
        self.hops.last().map_or(self.root, |hop| hop.object)
    }
}

fn follow(object: &'static Object, step: &str) -> Option<Hop> {
    let field = object.field(&format!("{step}_id"))?;
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
