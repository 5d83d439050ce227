//! What a definition must be like.

use serde::Deserialize;
use serde_json::Value;

use super::{Choosable, CustomField, TARGETS, Translations};
use crate::{
    choices::{LANGUAGES, bad_currency},
    fault::{Fault, Faults},
    field::{Item, Kind},
    record::Document,
};

/// The most codes of a choice.
const MAX_OPTIONS: usize = 200;
/// The most characters of a label, and of a help text.
const MAX_LABEL: usize = 80;
const MAX_HELP: usize = 500;

/// Checks the JSON forms of the members that no field kind describes.
pub fn forms(document: &Document, faults: &mut Faults) {
    for member in ["labels", "help"] {
        match document.get(member) {
            None | Some(Value::Null) => {}
            Some(Value::Object(all)) => {
                for (language, _) in all.iter().filter(|(_, text)| !text.is_string()) {
                    faults.push(Fault::at(format!("/{member}/{language}"), "not_text"));
                }
            }
            Some(_) => faults.push(Fault::field(member, "not_an_object")),
        }
    }
    match document.get("options") {
        None | Some(Value::Null) => {}
        Some(Value::Array(options)) => {
            for (index, option) in options.iter().enumerate() {
                if let Err(error) = Choosable::deserialize(option) {
                    let fault = Fault::at(format!("/options/{index}"), "malformed");
                    faults.push(fault.with("error", error));
                }
            }
        }
        Some(_) => faults.push(Fault::field("options", "not_list")),
    }
}

pub(super) fn check(field: &CustomField, faults: &mut Faults) {
    let name = field.name.as_deref();
    faults.check(name.is_some_and(|name| !is_name(name)), "name", "not_name");
    translations("labels", &field.labels, MAX_LABEL, faults);
    translations("help", &field.help, MAX_HELP, faults);
    let kind = field.kind();
    match &kind {
        Kind::Choice(_) | Kind::Many(Item::Choice(_)) => options(field, faults),
        Kind::Money { .. } => {
            let currency = field.currency.as_deref();
            faults.check(currency.is_none(), "currency", "required");
            let bad = currency.is_some_and(bad_currency);
            faults.check(bad, "currency", "not_currency");
        }
        Kind::Reference(_) => {
            let target = field.target.as_deref();
            faults.check(target.is_none(), "target", "required");
            let known = |target: &str| TARGETS.iter().any(|object| object == target);
            let bad = target.is_some_and(|target| !known(target));
            faults.check(bad, "target", "not_a_choice");
        }
        _ => {}
    }
    let several = matches!(kind, Kind::LongText { .. } | Kind::Boolean | Kind::Many(_));
    faults.check(field.is_unique && several, "is_unique", "not_for_this_type");
    let marks = field.marks_duplicates && several;
    faults.check(marks, "marks_duplicates", "not_for_this_type");
    default(field, faults);
}

/// Small letters, digits and low lines, a letter first.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 60
        && name.bytes().all(plain)
}

fn translations(member: &str, all: &Translations, max: usize, faults: &mut Faults) {
    for (language, text) in all {
        let at = || format!("/{member}/{language}");
        let known = LANGUAGES.contains(&language.as_str());
        faults.wrong(!known, at, "unknown_member");
        if text.chars().count() > max {
            faults.push(Fault::at(at(), "too_long").with("max", max));
        }
    }
}

fn options(field: &CustomField, faults: &mut Faults) {
    faults.check(field.options.is_empty(), "options", "required");
    if field.options.len() > MAX_OPTIONS {
        faults.push(Fault::field("options", "too_many").with("max", MAX_OPTIONS));
    }
    for (index, option) in field.options.iter().enumerate() {
        let at = |member: &str| format!("/options/{index}/{member}");
        faults.wrong(!is_name(&option.code), || at("code"), "not_name");
        let before = &field.options[..index];
        let twice = before.iter().any(|other| other.code == option.code);
        faults.wrong(twice, || at("code"), "already_exists");
        let nameless = option.label.trim().is_empty();
        faults.wrong(nameless, || at("label"), "required");
        if option.label.chars().count() > MAX_LABEL {
            faults.push(Fault::at(at("label"), "too_long").with("max", MAX_LABEL));
        }
        translations(
            &format!("options/{index}/labels"),
            &option.labels,
            MAX_LABEL,
            faults,
        );
    }
}

/// A default has the form of the field's values, and can't be that of every record when they are to differ.
fn default(field: &CustomField, faults: &mut Faults) {
    if field.default_value.is_null() {
        return;
    }
    let mut found = Faults::default();
    if matches!(field.kind(), Kind::Person | Kind::Reference(_)) || field.is_unique {
        found.push(Fault::field("default_value", "not_for_this_type"));
    } else if field.default_value != Value::Array(Vec::new()) {
        field.field().check(&field.default_value, &mut found);
    }
    faults.0.extend(found.0.into_iter().map(|fault| Fault {
        pointer: "/default_value".to_owned(),
        ..fault
    }));
}
