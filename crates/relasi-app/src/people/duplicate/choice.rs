//! Which values a merged record gets.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    fault::{Fault, Faults},
    field::{Field, Item, Kind, Write},
    record::Document,
    shape::Shape,
};
use relasi_persistence::store::item_key;
use serde::Deserialize;
use serde_json::Value;

/// Whose value a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// That of the record that stays.
    Survivor,
    /// That of the record that goes.
    Loser,
    /// Those of both, each once; for fields with several values.
    Both,
}

/// The patch that makes the survivor what was chosen. Without a choice it keeps what it has, takes over what it has not,
/// and joins lists: also in fields that the caller does not know, as nothing gets lost.
pub(super) fn patch(
    (known, whole): (Shape<'_>, Shape<'_>),
    survivor: &Document,
    loser: &Document,
    choices: &BTreeMap<String, Choice>,
) -> Result<Document, Faults> {
    let mut faults = Faults::default();
    for (name, choice) in choices {
        let code = match known.field(name) {
            None => "unknown_member",
            Some(field) if field.write == Write::Never => "read_only_member",
            Some(field) if *choice == Choice::Both && !matches!(field.kind, Kind::Many(_)) => {
                "one_value_only"
            }
            Some(_) => continue,
        };
        faults.push(Fault::at(format!("/fields/{name}"), code));
    }
    faults.into_result()?;
    let mut patch = Document::new();
    for field in whole.fields().filter(|field| field.write != Write::Never) {
        let name = field.name.as_ref();
        let (mine, theirs) = (field.of(survivor).clone(), field.of(loser).clone());
        let chosen = match choices.get(name) {
            Some(Choice::Loser) => theirs,
            Some(Choice::Both) => joined(&field, &mine, theirs),
            None if matches!(field.kind, Kind::Many(_)) => joined(&field, &mine, theirs),
            // Whose a record is stays, unless somebody says otherwise.
            None if mine.is_null() && !matches!(name, "owner_id" | "team_id") => theirs,
            Some(Choice::Survivor) | None => mine.clone(),
        };
        if chosen != mine {
            field.set(&mut patch, chosen);
        }
    }
    Ok(patch)
}

/// A list with the items of another one that it has not.
fn joined(field: &Field, mine: &Value, theirs: Value) -> Value {
    let Kind::Many(item) = &field.kind else {
        return theirs;
    };
    let mut all = mine.as_array().cloned().unwrap_or_default();
    let mut keys: BTreeSet<String> = all.iter().map(|entry| key(item, entry)).collect();
    let theirs = theirs.as_array().cloned().unwrap_or_default();
    all.extend(
        theirs
            .into_iter()
            .filter(|entry| keys.insert(key(item, entry))),
    );
    if all.is_empty() {
        mine.clone()
    } else {
        Value::Array(all)
    }
}

fn key(item: &Item, entry: &Value) -> String {
    item_key(
        item,
        entry
            .as_str()
            .or_else(|| entry["value"].as_str())
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use relasi_domain::{people::contact, platform::custom_field::CustomField, shape::Customs};
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        value.as_object().cloned().unwrap()
    }

    fn added() -> Customs {
        let fields = [("a", "number"), ("b", "number"), ("c", "choices")];
        let fields = fields.map(|(name, kind)| {
            let field = CustomField {
                name: Some(name.to_owned()),
                kind: kind.to_owned(),
                ..CustomField::default()
            };
            ("contact".to_owned(), field.field())
        });
        Customs::new(1, fields)
    }

    #[test]
    fn what_is_missing_is_taken_over_and_lists_are_joined() {
        let added = added();
        let shape = Shape::new(&contact::OBJECT, &added);
        let survivor = document(
            json!({"full_name": "Siti", "emails": [{"value": "a@x.example"}], "phones": [], "owner_id": null, "custom": {"a": 1, "c": ["x"]}}),
        );
        let loser = document(
            json!({"full_name": "Sti", "emails": [{"value": "A@x.example"}, {"value": "b@x.example"}],
            "city": "Bandung", "owner_id": "someone", "custom": {"a": 2, "b": 3, "c": ["y", "x"]}}),
        );
        let made = patch((shape, shape), &survivor, &loser, &BTreeMap::new()).unwrap();
        assert_eq!(
            Value::Object(made),
            json!({
                "emails": [{"value": "a@x.example"}, {"value": "b@x.example"}], "city": "Bandung", "custom": {"b": 3, "c": ["x", "y"]},
            })
        );
        let choices = [
            ("full_name", Choice::Loser),
            ("emails", Choice::Survivor),
            ("city", Choice::Survivor),
            ("custom.a", Choice::Loser),
            ("custom.b", Choice::Survivor),
        ];
        let choices = choices
            .map(|(name, choice)| (name.to_owned(), choice))
            .into();
        let made = patch((shape, shape), &survivor, &loser, &choices).unwrap();
        assert_eq!(
            Value::Object(made),
            json!({"full_name": "Sti", "custom": {"a": 2, "c": ["x", "y"]}})
        );
    }

    #[test]
    fn choices_that_can_not_be_are_refused_at_once() {
        let wrong = [
            ("full_name", Choice::Both),
            ("next_step_at", Choice::Loser),
            ("shoe_size", Choice::Loser),
        ];
        let wrong = wrong.map(|(name, choice)| (name.to_owned(), choice)).into();
        let empty = Document::new();
        let faults = patch(
            (Shape::from(&contact::OBJECT), Shape::from(&contact::OBJECT)),
            &empty,
            &empty,
            &wrong,
        )
        .unwrap_err();
        let codes: Vec<&str> = faults.0.iter().map(|fault| fault.code).collect();
        assert_eq!(
            codes,
            ["one_value_only", "read_only_member", "unknown_member"]
        );
    }
}
