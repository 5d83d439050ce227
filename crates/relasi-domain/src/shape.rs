//! Objects as a workspace knows them: with the fields that it added.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    OBJECTS,
    field::{CUSTOM, Field, FieldRef, Write},
    identity::field_right::{FieldRight, FieldRights},
    interaction::{activity, outcome::Outcomes},
    record::Object,
};

/// The fields that a workspace added, and what it made of those of the product; cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customs(Arc<Added>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Added {
    version: i64,
    fields: BTreeMap<String, Vec<Arc<Field>>>,
    outcomes: Outcomes,
    /// The field of the outcome of activities, where the workspace has others than the usual ones.
    outcome: Option<Arc<Field>>,
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
            ..Added::default()
        }))
    }

    /// The same in a workspace with these outcomes of activities.
    pub fn with_outcomes(mut self, outcomes: Outcomes) -> Self {
        let added = Arc::make_mut(&mut self.0);
        let own = outcomes != Outcomes::default();
        added.outcome = own.then(|| Arc::new(outcomes.field()));
        added.outcomes = outcomes;
        self
    }

    /// The outcomes of activities.
    pub fn outcomes(&self) -> &Outcomes {
        &self.0.outcomes
    }

    /// Whether an object has other fields than in every workspace.
    pub fn change(&self, object: &Object) -> bool {
        let outcome = object.name == activity::OBJECT.name && self.0.outcome.is_some();
        outcome || !self.of(object).is_empty()
    }

    /// A field of the product as the workspace has it.
    fn built(&self, object: &Object, field: &'static Field) -> FieldRef {
        match &self.0.outcome {
            Some(outcome) if object.name == activity::OBJECT.name && field.name == outcome.name => {
                FieldRef::Added(Arc::clone(outcome))
            }
            _ => FieldRef::Built(field),
        }
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

/// What the fields of objects are for a role that may not see or change all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Built-in fields with less than the right to edit them, in their form for the role; none for those it may not see.
    built: BTreeMap<&'static str, BTreeMap<&'static str, Option<Arc<Field>>>>,
    customs: Customs,
}

impl Narrowed {
    /// The fields of a workspace by the rights of a role.
    pub fn new(rights: &FieldRights, customs: &Customs) -> Self {
        if rights.is_empty() {
            return Self {
                built: BTreeMap::new(),
                customs: customs.clone(),
            };
        }
        let mut built: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let mut added = Vec::new();
        for object in OBJECTS {
            for (name, right) in rights.fields(object.name) {
                if let Some(field) = object.field(name) {
                    let fields = built.entry(object.name).or_default();
                    let own = customs.built(object, field);
                    fields.insert(&*field.name, narrowed(&own, right).map(Arc::new));
                }
            }
            for field in customs.of(object) {
                let right = rights.of(object.name, &field.name);
                let field = narrowed(field, right);
                added.extend(field.map(|field| (object.name.to_owned(), field)));
            }
        }
        let kept = Customs::new(customs.version(), added);
        Self {
            built,
            customs: kept.with_outcomes(customs.outcomes().clone()),
        }
    }

    fn built(&self, object: &Object, field: &'static Field) -> Option<FieldRef> {
        let fields = self.built.get(object.name);
        match fields.and_then(|fields| fields.get(field.name.as_ref())) {
            None => Some(self.customs.built(object, field)),
            Some(form) => form.clone().map(FieldRef::Added),
        }
    }
}

/// A field in its form for who has this right to it.
fn narrowed(field: &Field, right: FieldRight) -> Option<Field> {
    let write = match right {
        FieldRight::Hidden => return None,
        FieldRight::See => Write::Never,
        FieldRight::Edit => field.write,
    };
    Some(Field {
        write,
        ..field.clone()
    })
}

/// An object with the fields that a workspace added, as a role knows them.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    /// The object.
    pub object: &'static Object,
    customs: Option<&'s Customs>,
    narrowed: Option<&'s Narrowed>,
}

impl<'s> Shape<'s> {
    /// The object in a workspace with these fields.
    pub fn new(object: &'static Object, customs: &'s Customs) -> Self {
        Self {
            object,
            customs: Some(customs),
            narrowed: None,
        }
    }

    /// The object as a role knows it.
    pub fn narrowed(object: &'static Object, narrowed: &'s Narrowed) -> Self {
        Self {
            object,
            customs: Some(&narrowed.customs),
            narrowed: Some(narrowed),
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
        self.object.field(name).and_then(|field| self.built(field))
    }

    fn built(self, field: &'static Field) -> Option<FieldRef> {
        match (self.narrowed, self.customs) {
            (Some(narrowed), _) => narrowed.built(self.object, field),
            (None, Some(customs)) => Some(customs.built(self.object, field)),
            (None, None) => Some(FieldRef::Built(field)),
        }
    }

    /// All fields in the order in which they are shown.
    pub fn fields(self) -> impl Iterator<Item = FieldRef> + use<'s> {
        let added = self.added().iter().cloned().map(FieldRef::Added);
        let built = self.object.all_fields();
        built
            .filter_map(move |field| self.built(field))
            .chain(added)
    }
}

impl From<&'static Object> for Shape<'_> {
    fn from(object: &'static Object) -> Self {
        Self {
            object,
            customs: None,
            narrowed: None,
        }
    }
}

impl From<&&'static Object> for Shape<'_> {
    fn from(object: &&'static Object) -> Self {
        Self::from(*object)
    }
}
