//! Names of objects, fields and choices in the language now shown, from the domain's own texts.

use relasi_domain::field::{Custom, Field, Words};
use relasi_domain::locale;
use relasi_domain::record::Object;

use super::fields::{is_custom, is_offered, whole};
use super::store::Record;
use crate::i18n::language;
use crate::ui::select::Choice;

/// The language now shown, as the domain knows it; tracked.
pub fn shown() -> locale::Language {
    language().of_domain()
}

/// What a field is called; tracked. A field without a text shows its API name.
pub fn field(object: &Object, name: &str) -> String {
    if let Some(custom) = custom(object, name) {
        return custom.label.of(shown()).to_owned();
    }
    locale::field_label(shown(), object.name, name).map_or_else(|| name.to_owned(), str::to_owned)
}

/// What to enter into a field; empty where nothing need be said. Tracked.
pub fn help(field: &Field) -> String {
    let custom = field.custom.as_ref();
    custom.map_or_else(String::new, |custom| custom.help.of(shown()).to_owned())
}

/// What is known of a field that the workspace has added.
fn custom(object: &Object, name: &str) -> Option<&'static Custom> {
    let object = is_custom(name).then(|| relasi_domain::object(object.name))??;
    whole(object).field(name)?.custom.as_deref()
}

/// What the workspace calls a code, where it gave it a name.
fn words(object: &Object, field: &str, code: &str) -> Option<&'static Words> {
    let object = whole(relasi_domain::object(object.name)?);
    object.field(field)?.words_of(code)
}

/// The object's name for one record: "Contact"; tracked.
pub fn one(object: &Object) -> String {
    named(object, "one")
}

/// The object's name for several records: "Contacts"; tracked.
pub fn many(object: &Object) -> String {
    named(object, "many")
}

fn named(object: &Object, form: &str) -> String {
    locale::text(shown(), &format!("object.{}.{form}", object.name))
        .map_or_else(|| object.name.to_owned(), str::to_owned)
}

/// What a code of a choice field is called; tracked. Unknown codes show themselves.
pub fn choice(object: &Object, field: &str, code: &str) -> String {
    if let Some(words) = words(object, field, code) {
        return words.of(shown()).to_owned();
    }
    locale::choice_label(shown(), object.name, field, code)
        .map_or_else(|| code.to_owned(), str::to_owned)
}

/// All choices of a field in their order; empty for fields of other kinds. Tracked.
pub fn choices(object: &Object, field: &Field) -> Vec<Choice> {
    field
        .codes()
        .unwrap_or_default()
        .iter()
        .map(|code| Choice::new(code.as_ref(), choice(object, &field.name, code)))
        .collect()
}

/// The choices that a record with this value may get, in their order: without those that are no longer offered. Tracked.
pub fn offered(object: &Object, field: &Field, value: &str) -> Vec<Choice> {
    let mut all = choices(object, field);
    all.retain(|choice| choice.value == value || is_offered(object, &field.name, &choice.value));
    all
}

/// What a field is called by its definition; tracked.
pub fn of_definition(definition: &Record) -> String {
    let own = &definition.value("labels")[shown().tag()];
    let own = own.as_str().filter(|label| !label.is_empty());
    own.or_else(|| definition.text("label"))
        .unwrap_or_default()
        .to_owned()
}

/// Any other text of the domain, such as `role.admin`; tracked.
pub fn text(key: &str) -> Option<&'static str> {
    locale::text(shown(), key)
}

/// What addresses and numbers are for, as imports name it too; anything else may be written.
const PURPOSES: [&str; 5] = ["work", "mobile", "whatsapp", "home", "fax"];

/// What an address or number is for, in words; tracked.
pub fn purpose(label: &str) -> String {
    let known = PURPOSES
        .contains(&label)
        .then(|| text(&format!("point.{label}")));
    known.flatten().unwrap_or(label).to_owned()
}

/// The words of all purposes that have one; tracked.
pub fn purposes() -> Vec<&'static str> {
    PURPOSES
        .iter()
        .filter_map(|code| text(&format!("point.{code}")))
        .collect()
}

/// How a purpose is stored that was written in the words of any language.
pub fn purpose_written(words: &str) -> String {
    let means = |code: &&&str| {
        locale::Language::ALL.iter().any(|language| {
            locale::text(*language, &format!("point.{code}"))
                .is_some_and(|word| word.to_lowercase() == words.to_lowercase())
        })
    };
    PURPOSES
        .iter()
        .find(means)
        .map_or(words, |code| code)
        .to_owned()
}
