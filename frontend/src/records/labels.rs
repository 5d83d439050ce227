//! Names of objects, fields and choices in the language now shown, from the domain's own texts.

use relasi_domain::field::{Field, Kind};
use relasi_domain::locale;
use relasi_domain::record::Object;

use crate::i18n::{Language, language};
use crate::ui::select::Choice;

/// The language now shown, as the domain knows it; tracked.
pub fn shown() -> locale::Language {
    match language() {
        Language::En => locale::Language::En,
        Language::Id => locale::Language::Id,
        Language::Th => locale::Language::Th,
    }
}

/// What a field is called; tracked. A field without a text shows its API name.
pub fn field(object: &Object, name: &str) -> String {
    locale::field_label(shown(), object.name, name).map_or_else(|| name.to_owned(), str::to_owned)
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
    locale::choice_label(shown(), object.name, field, code)
        .map_or_else(|| code.to_owned(), str::to_owned)
}

/// All choices of a field in their order; empty for fields of other kinds. Tracked.
pub fn choices(object: &Object, field: &Field) -> Vec<Choice> {
    let Kind::Choice(codes) = &field.kind else {
        return Vec::new();
    };
    codes
        .iter()
        .map(|code| Choice::new(code.as_ref(), choice(object, &field.name, code)))
        .collect()
}

/// Any other text of the domain, such as `role.admin`; tracked.
pub fn text(key: &str) -> Option<&'static str> {
    locale::text(shown(), key)
}
