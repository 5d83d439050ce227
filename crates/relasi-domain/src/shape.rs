//! Objects as a workspace knows them: with the fields that it added.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    field::{CUSTOM, Field, FieldRef},
    record::Object,
};

/// The fields that a workspace added, cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customs(Arc<Added>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Added {
    version: i64,
    fields: BTreeMap<String, Vec<Arc<Field>>>,
}

impl Customs {
    /// Fields in the order in which they are shown, each with its object. `version` counts their changes.
    pub fn new(version: i64, fields: impl IntoIterator<Item = (String, Field)>) -> Self {
        let mut by_object: BTreeMap<String, Vec<Arc<Field>>> = BTreeMap::new();
        for (object, field) in fields {
            by_object.entry(object).or_default().push(Arc::new(field));
        }
        Self(Arc::new(Added {
            version,
            fields: by_object,
        }))
    }

    /// Which state of the fields this is; 0 when none were ever added.
    pub fn version(&self) -> i64 {
        self.0.version
    }

    /// The fields added to an object.
    pub fn of(&self, object: &Object) -> &[Arc<Field>] {
        self.0.fields.get(object.name).map_or(&[], Vec::as_slice)
    }
}

/// An object with the fields that a workspace added.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    /// The object.
    pub object: &'static Object,
    customs: Option<&'s Customs>,
}

impl<'s> Shape<'s> {
    /// The object in a workspace with these fields.
    pub fn new(object: &'static Object, customs: &'s Customs) -> Self {
        Self {
            object,
            customs: Some(customs),
        }
    }

    /// Another object of the same workspace.
    pub fn at(self, object: &'static Object) -> Self {
        Self { object, ..self }
    }

    /// The fields that the workspace added.
    pub fn added(self) -> &'s [Arc<Field>] {
        self.customs.map_or(&[], |customs| customs.of(self.object))
    }

    /// The added fields by whose values doubles are found.
    pub fn marking(self) -> impl Iterator<Item = &'s Arc<Field>> {
        let marks = |field: &&Arc<Field>| {
            let custom = field.custom.as_deref();
            custom.is_some_and(|custom| custom.marks_duplicates)
        };
        self.added().iter().filter(marks)
    }

    /// A field by its name: own, common, or `custom.<name>`.
    pub fn field(self, name: &str) -> Option<FieldRef> {
        if name.starts_with(CUSTOM) {
            let added = self.added().iter().find(|field| field.name == name);
            if let Some(added) = added {
                return Some(FieldRef::Added(Arc::clone(added)));
            }
        }
        self.object.field(name).map(FieldRef::Built)
    }

    /// All fields in the order in which they are shown.
    pub fn fields(self) -> impl Iterator<Item = FieldRef> + use<'s> {
        let added = self.added().iter().cloned().map(FieldRef::Added);
        self.object.all_fields().map(FieldRef::Built).chain(added)
    }
}

impl From<&'static Object> for Shape<'_> {
    fn from(object: &'static Object) -> Self {
        Self {
            object,
            customs: None,
        }
    }
}

impl From<&&'static Object> for Shape<'_> {
    fn from(object: &&'static Object) -> Self {
        Self::from(*object)
    }
}
