//! Proves that everything that shows has a text. The build already proves that the languages have the same
//! keys, so English stands for all of them.

use std::{fs, path::Path};

use super::{Language, choice_label, field_label, text};
use crate::{OBJECTS, field::Kind, identity::role::Role};

#[test]
fn objects_fields_and_choices_have_texts() {
    let mut missing = Vec::new();
    for object in OBJECTS {
        for group in ["object", "objects"] {
            let key = format!("{group}.{}", object.name);
            missing.extend(text(Language::En, &key).is_none().then_some(key));
        }
        let row = ["id", "version"].into_iter();
        for name in object.all_fields().map(|field| &*field.name).chain(row) {
            let label = field_label(Language::En, object.name, name);
            missing.extend(
                label
                    .is_none()
                    .then(|| format!("field.{}.{name}", object.name)),
            );
        }
        for field in object.fields {
            let Kind::Choice(codes) = &field.kind else {
                continue;
            };
            for code in codes.iter() {
                let label = choice_label(Language::En, object.name, &field.name, code);
                missing.extend(
                    label
                        .is_none()
                        .then(|| format!("choice.{}.{}.{code}", object.name, field.name)),
                );
            }
        }
    }
    for role in Role::ALL {
        let key = format!("role.{}", role.code());
        missing.extend(text(Language::En, &key).is_none().then_some(key));
    }
    assert!(missing.is_empty(), "no text for {missing:#?}");
}

/// Finds the codes in the source itself, so that none can be forgotten.
#[test]
fn fault_codes_have_texts() {
    let mut codes = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut codes,
    );
    assert!(
        codes.len() > 40,
        "only {} codes found: how are faults made now?",
        codes.len()
    );
    codes.retain(|code| text(Language::En, &format!("fault.{code}")).is_none());
    assert!(codes.is_empty(), "no text for {codes:#?}");
}

/// What precedes a fault's code in a call.
const MAKERS: [&str; 8] = [
    "Fault::at(",
    "Fault::field(",
    "faults.check(",
    "fault(",
    "wrong(",
    "expect(",
    "stop(",
    "then_some(",
];

fn collect(folder: &Path, codes: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                collect(&path, codes);
            }
        } else if !path.ends_with("tests.rs") && !path.ends_with("coverage.rs") {
            let source = fs::read_to_string(&path).expect("the source can be read");
            let product = source
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or("");
            product
                .split(';')
                .for_each(|statement| codes_of(statement, codes));
        }
    }
}

/// Snake-case literals at the end of a call in a statement that makes a fault.
fn codes_of(statement: &str, codes: &mut Vec<String>) {
    if !MAKERS.iter().any(|maker| statement.contains(maker)) {
        return;
    }
    let pieces: Vec<&str> = statement.split('"').collect();
    for literal in pieces.windows(2).skip(1).step_by(2) {
        let [code, after] = literal else { continue };
        let ends =
            after.starts_with(')') || after.trim_start_matches(',').trim_start().starts_with(')');
        let snake = code.contains('_') && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if ends && (snake || *code == "required") && !codes.iter().any(|known| known == code) {
            codes.push((*code).to_owned());
        }
    }
}
