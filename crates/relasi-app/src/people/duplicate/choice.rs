//! Which values a merged record gets.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    fault::{Fault, Faults},
    field::{Field, Item, Kind, Write},
    record::{Document, Object},
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
/// and joins lists.
pub(super) fn patch(
    object: &'static Object,
    survivor: &Document,
    loser: &Document,
    choices: &BTreeMap<String, Choice>,
) -> Result<Document, Faults> {
    let mut faults = Faults::default();
    for (name, choice) in choices {
        let code = match object.field(name) {
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
    for field in object
        .all_fields()
        .filter(|field| field.write != Write::Never)
    {
        let name = field.name.as_ref();
        let of = |document: &Document| document.get(name).cloned().unwrap_or(Value::Null);
        let (mine, theirs) = (of(survivor), of(loser));
        let chosen = match choices.get(name) {
            Some(Choice::Loser) => theirs,
            Some(Choice::Both) => joined(field, &mine, theirs),
            None if matches!(field.kind, Kind::Many(_)) => joined(field, &mine, theirs),
            // Whose a record is stays, unless somebody says otherwise.
            None if mine.is_null() && !matches!(name, "owner_id" | "team_id") => theirs,
            Some(Choice::Survivor) | None => mine.clone(),
        };
        if chosen != mine {
            patch.insert(name.to_owned(), chosen);
        }
    }
    let custom = custom(survivor, loser);
    if survivor.get("custom") != Some(&custom) {
        patch.insert("custom".to_owned(), custom);
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

/// Values of custom fields; those of the survivor come first.
fn custom(survivor: &Document, loser: &Document) -> Value {
    let of = |document: &Document| {
        document
            .get("custom")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let mut all = of(loser);
    all.extend(
        of(survivor)
            .into_iter()
            .filter(|(_, value)| !value.is_null()),
    );
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use relasi_domain::people::contact;
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_is_missing_is_taken_over_and_lists_are_joined() {
        let survivor = document(
            json!({"full_name": "Siti", "emails": [{"value": "a@x.example"}], "phones": [], "owner_id": null, "custom": {"a": 1}}),
        );
        let loser = document(
            json!({"full_name": "Sti", "emails": [{"value": "A@x.example"}, {"value": "b@x.example"}],
            "city": "Bandung", "owner_id": "someone", "custom": {"a": 2, "b": 3}}),
        );
        let made = patch(&contact::OBJECT, &survivor, &loser, &BTreeMap::new()).unwrap();
        assert_eq!(
            Value::Object(made),
            json!({
                "emails": [{"value": "a@x.example"}, {"value": "b@x.example"}], "city": "Bandung", "custom": {"a": 1, "b": 3},
            })
        );
        let choices = [
            ("full_name", Choice::Loser),
            ("emails", Choice::Survivor),
            ("city", Choice::Survivor),
        ];
        let choices = choices
            .map(|(name, choice)| (name.to_owned(), choice))
            .into();
        let made = patch(&contact::OBJECT, &survivor, &loser, &choices).unwrap();
        assert_eq!(
            Value::Object(made),
            json!({"full_name": "Sti", "custom": {"a": 1, "b": 3}})
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
        let faults = patch(&contact::OBJECT, &empty, &empty, &wrong).unwrap_err();
        let codes: Vec<&str> = faults.0.iter().map(|fault| fault.code).collect();
        assert_eq!(
            codes,
            ["one_value_only", "read_only_member", "unknown_member"]
        );
    }
}
