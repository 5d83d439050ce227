//! Rights to single fields, a part of those of a role.

use std::collections::{BTreeMap, btree_map};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    OBJECTS,
    fault::Faults,
    field::CUSTOM,
    record::{Document, Object},
};

/// What may be done with a field of the records that one reaches.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum FieldRight {
    /// It is as if there were no such field.
    Hidden,
    /// It is seen and not changed.
    See,
    /// Whatever the rights to the record allow.
    #[default]
    Edit,
}

impl FieldRight {
    /// Every right, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Hidden, Self::See, Self::Edit];

    /// Its code in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::See => "see",
            Self::Edit => "edit",
        }
    }
}

/// Objects whose fields a role may not see or change: those of the CRM that people fill in.
const NARROWABLE: [&str; 8] = [
    "contact",
    "company",
    "deal",
    "activity",
    "contact_role",
    "relationship",
    "product",
    "quote",
];

/// Fields that no record can be understood without, though the product fills them.
const BASIC: [(&str, &str); 2] = [("deal", "status"), ("quote", "status")];

/// An object and a field of it.
type Named = (&'static str, &'static str);

/// Fields to which a role has the right that it has to another one: what a product costs oneself is told by prices too.
const FOLLOWING: [(Named, Named); 1] = [(("price", "unit_cost"), ("product", "cost"))];

/// Whether roles have rights of their own to fields of an object.
pub fn has_field_rights(object: &Object) -> bool {
    NARROWABLE.contains(&object.name)
}

/// Whether a role may be kept from seeing a field of an object. Never those that every record has, so that it can be
/// named, opened and understood.
pub fn can_be_hidden(object: &Object, name: &str) -> bool {
    if name.starts_with(CUSTOM) {
        return object.extensible;
    }
    let own = object.fields.iter().find(|field| field.name == name);
    own.is_some_and(|field| {
        !field.required && name != object.title && !BASIC.contains(&(object.name, name))
    })
}

/// The fields of objects with less than the right to edit them, by the names of objects and fields: own ones and
/// `custom.<name>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldRights(BTreeMap<String, BTreeMap<String, FieldRight>>);

impl FieldRights {
    /// Every field may be edited.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The right to a field.
    pub fn of(&self, object: &str, name: &str) -> FieldRight {
        let follows = FOLLOWING.iter().find(|(field, _)| *field == (object, name));
        let (object, name) = follows.map_or((object, name), |(_, other)| *other);
        let own = self.0.get(object).and_then(|fields| fields.get(name));
        own.copied().unwrap_or_default()
    }

    /// The fields of an object with less than the right to edit them.
    pub fn fields<'f>(&'f self, object: &'f str) -> impl Iterator<Item = (&'f str, FieldRight)> {
        let fields = self.0.get(object).into_iter().flatten();
        let own = fields.map(|(name, right)| (name.as_str(), *right));
        let following = FOLLOWING.iter().filter(move |(field, _)| field.0 == object);
        let following = following.map(move |((object, name), _)| (*name, self.of(object, name)));
        own.chain(following.filter(|(_, right)| *right < FieldRight::Edit))
    }

    /// All of them, with their objects.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, FieldRight)> {
        let objects = self.0.iter();
        objects.flat_map(|(object, fields)| {
            let fields = fields.iter();
            fields.map(|(name, right)| (object.as_str(), name.as_str(), *right))
        })
    }

    /// Sets the right to a field.
    pub fn set(&mut self, object: &str, name: &str, right: FieldRight) {
        if right < FieldRight::Edit {
            let fields = self.0.entry(object.to_owned()).or_default();
            fields.insert(name.to_owned(), right);
        } else if let btree_map::Entry::Occupied(mut fields) = self.0.entry(object.to_owned()) {
            fields.get_mut().remove(name);
            if fields.get().is_empty() {
                fields.remove();
            }
        }
    }

    /// Whether these give everything that `other` gives.
    pub fn cover(&self, other: &Self) -> bool {
        self.all()
            .all(|(object, name, right)| right >= other.of(object, name))
    }

    /// Takes the members out of a record of an object that may not be seen.
    pub fn mask(&self, object: &Object, record: &mut Document) {
        for (name, right) in self.fields(object.name) {
            if right > FieldRight::Hidden {
                continue;
            }
            match name.strip_prefix(CUSTOM) {
                None => _ = record.remove(name),
                Some(name) => {
                    let custom = record.get_mut("custom");
                    if let Some(custom) = custom.and_then(serde_json::Value::as_object_mut) {
                        custom.remove(name);
                    }
                }
            }
        }
    }

    /// What is wrong with them in a role that `adds` records of these objects or does not.
    pub fn check(&self, adds: impl Fn(&str) -> bool, faults: &mut Faults) {
        for (object, name, right) in self.all() {
            let at = || format!("/rights/fields/{object}/{name}");
            let Some(object) = OBJECTS.iter().find(|known| known.name == object) else {
                continue;
            };
            let Some(field) = object.field(name) else {
                let custom = name.starts_with(CUSTOM) && object.extensible;
                faults.wrong(!custom, at, "unknown_field");
                continue;
            };
            let is_own = object.fields.iter().any(|own| own.name == name);
            let shown = right == FieldRight::Hidden && !can_be_hidden(object, name);
            if shown || !is_own {
                faults.wrong(true, at, "field_of_every_record");
            } else {
                faults.wrong(field.required && adds(object.name), at, "needed_to_add");
            }
        }
    }
}

impl<'de> Deserialize<'de> for FieldRights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = BTreeMap::<String, BTreeMap<String, FieldRight>>::deserialize(deserializer)?;
        let mut rights = Self::default();
        for (object, fields) in written {
            let known = OBJECTS.iter().find(|known| known.name == object);
            if !known.is_some_and(|object| has_field_rights(object)) {
                return Err(D::Error::custom(format!(
                    "no rights to fields of `{object}`"
                )));
            }
            for (name, right) in fields {
                rights.set(&object, &name, right);
            }
        }
        Ok(rights)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::people::contact;

    fn rights(json: serde_json::Value) -> FieldRights {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_cost_of_a_price_goes_by_that_of_the_product() {
        let hidden = rights(json!({"product": {"cost": "hidden"}}));
        assert_eq!(hidden.of("price", "unit_cost"), FieldRight::Hidden);
        let told: Vec<_> = hidden.fields("price").collect();
        assert_eq!(told, [("unit_cost", FieldRight::Hidden)]);
        let open = rights(json!({"product": {"price": "see"}}));
        assert_eq!(open.of("price", "unit_cost"), FieldRight::Edit);
        assert_eq!(open.fields("price").count(), 0);
    }

    #[test]
    fn what_may_be_edited_is_not_written_down() {
        let read = rights(json!({"contact": {"city": "edit", "emails": "see"}, "deal": {}}));
        assert_eq!(
            serde_json::to_value(&read).unwrap(),
            json!({"contact": {"emails": "see"}})
        );
        let mut none = read;
        none.set("contact", "emails", FieldRight::Edit);
        assert!(none.is_empty());
        for wrong in [
            json!({"pipeline": {"name": "see"}}),
            json!({"contact": {"city": "some"}}),
        ] {
            assert!(serde_json::from_value::<FieldRights>(wrong).is_err());
        }
    }

    #[test]
    fn nobody_gives_more_of_a_field_than_they_have() {
        let sees = rights(json!({"contact": {"birth_date": "see"}}));
        let hides = rights(json!({"contact": {"birth_date": "hidden"}}));
        let free = FieldRights::default();
        assert!(free.cover(&sees) && sees.cover(&hides) && sees.cover(&sees));
        assert!(!sees.cover(&free) && !hides.cover(&sees));
    }

    #[test]
    fn records_lose_what_is_hidden() {
        let rights = rights(
            json!({"contact": {"city": "hidden", "custom.tier": "hidden", "emails": "see"}}),
        );
        let record =
            json!({"id": 1, "city": "Solo", "emails": [], "custom": {"tier": "gold", "size": 2}});
        let mut record = record.as_object().cloned().unwrap();
        rights.mask(&contact::OBJECT, &mut record);
        assert_eq!(
            json!(record),
            json!({"id": 1, "emails": [], "custom": {"size": 2}})
        );
    }

    #[test]
    fn no_role_is_kept_from_what_records_are_known_by_or_cannot_be_made_without() {
        let rights = rights(json!({
            "contact": {"full_name": "hidden", "city": "hidden", "owner_id": "see", "colour": "see", "custom.any": "hidden"},
            "deal": {"name": "see", "status": "hidden", "amount": "see"},
            "activity": {"subject": "see", "custom.any": "see"},
        }));
        let mut faults = Faults::default();
        rights.check(|object| object == "deal", &mut faults);
        let found: Vec<_> = faults
            .0
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/rights/fields/contact/colour", "unknown_field"),
                ("/rights/fields/contact/full_name", "field_of_every_record"),
                ("/rights/fields/contact/owner_id", "field_of_every_record"),
                ("/rights/fields/deal/name", "needed_to_add"),
                ("/rights/fields/deal/status", "field_of_every_record"),
            ]
        );
    }
}
