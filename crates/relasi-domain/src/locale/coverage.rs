//! Proves that everything that shows has a text. The build already proves that the languages have the same
//! keys, so English stands for all of them.

use std::{fs, path::Path};

use super::{Language, choice_label, field_label, text};
use crate::{OBJECTS, field::Kind, identity::role::Role};

#[test]
fn objects_fields_and_choices_have_texts() {
    let mut missing = Vec::new();
    for object in OBJECTS {
        for number in ["one", "many"] {
            let key = format!("object.{}.{number}", object.name);
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

/// Finds the codes in the source itself, of all crates that make faults, so that none can be forgotten.
#[test]
fn codes_have_texts() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    let mut problems = Vec::new();
    for crate_name in ["relasi-domain", "relasi-app", "relasi-http"] {
        let source = here.with_file_name(crate_name).join("src");
        if source.is_dir() {
            collect(&source, &mut faults, &mut problems);
        }
    }
    assert!(
        faults.len() > 40,
        "only {} codes found: how are faults made now?",
        faults.len()
    );
    let without = |group: &str, codes: Vec<String>| {
        let keys = codes.into_iter().map(|code| format!("{group}.{code}"));
        keys.filter(|key| text(Language::En, key).is_none())
            .collect::<Vec<_>>()
    };
    let mut missing = without("fault", faults);
    missing.extend(without("problem", problems));
    assert!(missing.is_empty(), "no text for {missing:#?}");
}

/// What precedes a fault's code in a call.
const FAULTS: [&str; 9] = [
    "Fault::at(",
    "Fault::field(",
    "faults.check(",
    "faults.wrong(",
    "fault(",
    "wrong(",
    "expect(",
    "stop(",
    "then_some(",
];
/// What precedes a problem's code.
const PROBLEMS: [&str; 3] = ["Conflict(", "Problem::new(", "Self::new(StatusCode"];

fn collect(folder: &Path, faults: &mut Vec<String>, problems: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                collect(&path, faults, problems);
            }
        } else if path.extension().is_some_and(|e| e == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("coverage.rs")
        {
            let source = fs::read_to_string(&path).expect("the source can be read");
            let product = source
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or("");
            for maker in FAULTS {
                codes_behind(product, maker, faults);
            }
            for maker in PROBLEMS {
                codes_behind(product, maker, problems);
            }
        }
    }
}

/// The last literal in the parentheses of each call of `maker`, when it has the form of a code.
fn codes_behind(source: &str, maker: &str, codes: &mut Vec<String>) {
    for call in source.split(maker).skip(1) {
        let mut depth = 1;
        let end = call.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let inside = call[..end.unwrap_or(0)].trim_end().trim_end_matches(',');
        let literal = inside
            .strip_suffix('"')
            .and_then(|rest| rest.rsplit_once('"'))
            .map(|(_, literal)| literal);
        let Some(code) = literal else { continue };
        let snake = !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if snake && !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
}
