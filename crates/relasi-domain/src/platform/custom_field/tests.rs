use serde_json::json;

use super::*;
use crate::{fault::Fault, locale::Language};

fn defined(json: Value) -> CustomField {
    serde_json::from_value(json).expect("a definition")
}

fn faults(json: Value) -> Vec<(String, &'static str)> {
    let mut faults = Faults::default();
    defined(json).validate(&mut faults);
    let told = |fault: Fault| (fault.pointer, fault.code);
    faults.0.into_iter().map(told).collect()
}

#[test]
fn definitions_make_fields() {
    let field = defined(json!({
        "object": "contact", "name": "tier", "label": "Tier", "labels": {"id": "Tingkat"},
        "kind": "choice", "options": [{"code": "gold", "label": "Gold", "labels": {"th": "ทอง"}}],
        "required": true, "is_unique": true, "storage_key": "c1",
    }))
    .field();
    assert_eq!(field.name, "custom.tier");
    assert_eq!(field.pointer(), "/custom/tier");
    assert_eq!(field.kind, Kind::Choice(vec!["gold".into()].into()));
    assert!(field.required && field.sortable && !field.searched);
    let gold = field.words_of("gold").expect("it has a name");
    assert_eq!(gold.of(Language::Th), "ทอง");
    let custom = field.custom.expect("it is custom");
    assert_eq!(custom.label.of(Language::Id), "Tingkat");
    assert_eq!(custom.label.of(Language::En), "Tier");
    assert!(custom.unique && custom.key == "c1");
}

#[test]
fn every_kind_has_a_form_of_its_own() {
    let kinds: Vec<Kind> = KINDS
        .iter()
        .map(|kind| defined(json!({"kind": kind})).kind())
        .collect();
    for (index, kind) in kinds.iter().enumerate() {
        assert!(!kinds[..index].contains(kind), "{kind:?}");
    }
}

#[test]
fn each_part_is_checked() {
    for (definition, pointer, code) in [
        (json!({"name": "Tier"}), "/name", "not_name"),
        (
            json!({"labels": {"fr": "x"}}),
            "/labels/fr",
            "unknown_member",
        ),
        (json!({"kind": "choice"}), "/options", "required"),
        (json!({"kind": "money"}), "/currency", "required"),
        (
            json!({"kind": "money", "currency": "rp"}),
            "/currency",
            "not_currency",
        ),
        (json!({"kind": "relation"}), "/target", "required"),
        (
            json!({"kind": "relation", "target": "user"}),
            "/target",
            "not_a_choice",
        ),
        (
            json!({"kind": "boolean", "is_unique": true}),
            "/is_unique",
            "not_for_this_type",
        ),
        (
            json!({"kind": "date", "default_value": "soon"}),
            "/default_value",
            "not_date",
        ),
        (
            json!({"kind": "text", "is_unique": true, "default_value": "x"}),
            "/default_value",
            "not_for_this_type",
        ),
        (
            json!({"kind": "choices", "options": [{"code": "a", "label": "A"}, {"code": "a", "label": ""}]}),
            "/options/1/code",
            "already_exists",
        ),
    ] {
        let found = faults(definition.clone());
        assert!(
            found.contains(&(pointer.to_owned(), code)),
            "{definition}: {found:?}"
        );
    }
    let whole = json!({"kind": "money", "currency": "IDR", "name": "budget", "default_value": 5});
    assert_eq!(faults(whole), []);
}

#[test]
fn names_come_from_labels() {
    assert_eq!(name_of("Tier (2026)").as_deref(), Some("tier_2026"));
    assert_eq!(
        name_of("  Kelas Pelanggan "),
        Some("kelas_pelanggan".to_owned())
    );
    assert_eq!(name_of("ระดับ"), None);
    assert_eq!(name_of("2nd"), None);
}
