//! Custom fields in writes: their members, their defaults, values that no two records may have.

use relasi_domain::{
    fault::{Fault, Faults},
    field::{CUSTOM, Field, Write},
    filter::{Value as Indexed, values},
    identity::{
        access::{Access, Action},
        field_right::FieldRight,
    },
    interaction::activity,
    people::duplicate::marks,
    record::{Document, Object},
    shape::Shape,
};
use relasi_persistence::{Dialect, Statement, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Work, check::tidy_value};
use crate::refusal::{Refusal, Result};

/// Brings the custom members of a new record into order: what is not known is refused, what is left out gets its
/// default, everything is checked.
pub(super) fn complete(
    access: &Access,
    object: &'static Object,
    body: &mut Document,
    faults: &mut Faults,
) {
    let shape = access.whole(object);
    let given = body.remove("custom").filter(|given| !given.is_null());
    body.insert("custom".into(), json!({}));
    let given = given.unwrap_or_else(|| json!({}));
    let named = given.clone();
    merge(shape, body, given, faults);
    for field in shape.added() {
        let left_out = named.get(&field.name[CUSTOM.len()..]).is_none();
        let default = field.custom.as_ref().map(|custom| &custom.default);
        match default.filter(|default| left_out && !default.is_null()) {
            Some(default) => field.set(body, default.clone()),
            // Who can't fill a field in may leave it out.
            None if left_out && access.field(object, &field.name) == FieldRight::Edit => {
                field.check(&Value::Null, faults);
            }
            None => {}
        }
    }
}

/// Refuses custom members that the worker does not know or may not change. Emptying all of them means those that the
/// worker may change.
pub(super) fn members(
    access: &Access,
    object: &'static Object,
    body: &mut Document,
    faults: &mut Faults,
) {
    if access
        .rights()
        .fields()
        .fields(object.name)
        .next()
        .is_none()
    {
        return;
    }
    let open = |field: &Field| field.write == Write::Always;
    match body.get_mut("custom") {
        Some(custom @ Value::Null) => {
            let added = access.shape(object).added().iter();
            let names = added.filter(|field| open(field));
            let names = names.map(|field| (field.name[CUSTOM.len()..].to_owned(), Value::Null));
            *custom = Value::Object(names.collect());
        }
        Some(Value::Object(custom)) => custom.retain(|name, _| {
            let full = format!("{CUSTOM}{name}");
            let at = || format!("/custom/{name}");
            match (
                access.whole(object).field(&full),
                access.shape(object).field(&full),
            ) {
                (Some(_), None) => faults.wrong(true, at, "unknown_member"),
                (Some(_), Some(field)) if !open(&field) => {
                    faults.wrong(true, at, "read_only_member");
                }
                _ => return true,
            }
            false
        }),
        _ => {}
    }
}

/// Writes custom members into a record, as a merge patch does, and checks those that it names.
pub(crate) fn merge(shape: Shape<'_>, after: &mut Document, given: Value, faults: &mut Faults) {
    let given = match given {
        Value::Object(given) => given,
        Value::Null => {
            let names = shape
                .added()
                .iter()
                .map(|field| field.name[CUSTOM.len()..].to_owned());
            names.map(|name| (name, Value::Null)).collect()
        }
        _ => return faults.push(Fault::field("custom", "not_an_object")),
    };
    let mut custom = match after.remove("custom") {
        Some(Value::Object(custom)) => custom,
        _ => Document::new(),
    };
    for (name, mut value) in given {
        let Some(field) = shape.field(&format!("{CUSTOM}{name}")) else {
            faults.push(Fault::at(format!("/custom/{name}"), "unknown_member"));
            continue;
        };
        tidy_value(&field.kind, &mut value);
        field.check(&value, faults);
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            custom.remove(&name);
        } else {
            custom.insert(name, value);
        }
    }
    after.insert("custom".into(), Value::Object(custom));
}

/// Empties the custom members that a body which replaces a record leaves out.
pub(super) fn empty_rest(shape: Shape<'_>, body: &mut Document) {
    for field in shape
        .added()
        .iter()
        .filter(|field| field.write == Write::Always)
    {
        let custom = body.entry("custom").or_insert_with(|| json!({}));
        if let Some(custom) = custom.as_object_mut() {
            let name = field.name[CUSTOM.len()..].to_owned();
            custom.entry(name).or_insert(Value::Null);
        }
    }
}

/// The values of a record that no other one may have, with their storage keys.
fn own_values<'f>(field: &'f Field, document: &Document) -> Option<(&'f str, Vec<String>)> {
    let custom = field.custom.as_deref().filter(|custom| custom.unique)?;
    let values = values(field, field.of(document));
    Some((&custom.key, values.iter().map(Indexed::indexed).collect()))
}

/// Records that are named to whoever makes a double of them, for each field.
const NAMED: u32 = 10;

impl Work<'_> {
    /// Makes sure that what is written to records of an object is checked by its fields as they are now: a change of
    /// them waits for the end of this transaction. Objects as they are in every workspace cost nothing.
    pub(super) fn know_fields(&mut self, object: &'static Object) -> Result<()> {
        if !self.access.customs.change(object) {
            return Ok(());
        }
        self.compare_fields()
    }

    /// Before custom members or outcomes are refused: some may have been added that the work doesn't know of yet.
    pub(crate) fn know_members(&mut self, object: &'static Object, body: &Document) -> Result<()> {
        let shape = self.access.whole(object);
        let given = body.get("custom").and_then(Value::as_object);
        let unknown = |name: &String| shape.field(&format!("{CUSTOM}{name}")).is_none();
        let outcome = body.get("outcome").and_then(Value::as_str);
        let outcome = outcome.filter(|_| object.name == activity::OBJECT.name);
        let new = |code: &str| !self.access.customs.outcomes().takes(code);
        if given.is_some_and(|given| given.keys().any(unknown)) || outcome.is_some_and(new) {
            return self.compare_fields();
        }
        Ok(())
    }

    fn compare_fields(&mut self) -> Result<()> {
        let mut statement = Statement::new("SELECT fields_version FROM workspaces WHERE id = ");
        statement.bind(self.access.workspace_id);
        if self.conn.dialect() == Dialect::Postgres {
            statement.push(" FOR KEY SHARE");
        }
        let version = self.conn.row(&statement, |row| row.int(0))?;
        if version == Some(self.access.customs.version()) {
            Ok(())
        } else {
            Err(Refusal::FieldsChanged)
        }
    }

    /// Takes the values of a record that no other living one may have, and gives those back that it had `before`.
    pub(super) fn take_values(
        &mut self,
        object: &'static Object,
        after: &Document,
        before: Option<&Document>,
    ) -> Result<()> {
        let customs = self.access.customs.clone();
        let id = text_of(after, "id");
        let mut faults = Faults::default();
        for field in customs.of(object) {
            let Some((key, new)) = own_values(field, after) else {
                continue;
            };
            let old = before.and_then(|before| own_values(field, before));
            let old = old.map(|(_, old)| old).unwrap_or_default();
            if new == old {
                continue;
            }
            if !old.is_empty() {
                self.store().release(key, &id)?;
            }
            for value in &new {
                if !self.store().claim(key, value, &id)? {
                    let holder = self.store().holder(key, value)?;
                    let title = self.title_of(object, holder.as_deref())?;
                    faults.push(Fault::at(field.pointer(), "not_unique").with("title", title));
                }
            }
        }
        faults.into_result().map_err(Into::into)
    }

    /// Gives back the values of a record that goes into the trash.
    pub(crate) fn give_back(&mut self, object: &'static Object, document: &Document) -> Result<()> {
        let customs = self.access.customs.clone();
        let id = text_of(document, "id");
        for field in customs.of(object) {
            if let Some((key, values)) = own_values(field, document)
                && !values.is_empty()
            {
                self.store().release(key, &id)?;
            }
        }
        Ok(())
    }

    /// Living records that have the value of a new one in a field by which doubles are found.
    pub(super) fn custom_doubles(
        &mut self,
        object: &'static Object,
        draft: &Document,
        doubles: &mut Faults,
    ) -> Result<()> {
        let customs = self.access.customs.clone();
        let shape = Shape::new(object, &customs);
        let marks = marks(shape, draft);
        for field in shape.marking() {
            let values = marks.iter().filter(|mark| mark.field == field.name);
            let values: Vec<String> = values.map(|mark| mark.value.clone()).collect();
            let key = field.custom.as_ref().map_or("", |custom| &custom.key);
            for (_, id) in self.store().some_matches(object, key, &values, NAMED)? {
                let title = self.title_of(object, Some(&id))?;
                let fault = Fault::at(field.pointer(), "duplicate");
                doubles.push(fault.with("id", id).with("title", title));
            }
        }
        Ok(())
    }

    /// What a record is called, where the worker may see it.
    pub(crate) fn title_of(&mut self, object: &'static Object, id: Option<&str>) -> Result<String> {
        let id = id.and_then(|id| Uuid::try_parse(id).ok());
        let Some(id) = id else {
            return Ok(String::new());
        };
        match self.store().find(object, id)? {
            Some(found) if self.may(object, Action::See, &found)? => {
                Ok(text_of(&found, object.title))
            }
            _ => Ok(String::new()),
        }
    }
}
