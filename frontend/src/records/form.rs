//! Forms made of an object's fields.

use leptos::prelude::*;
use relasi_domain::field::{Write, is_nothing};
use relasi_domain::record::{Document, Object};
use serde_json::Value;

use super::fields::{is_open, whole};
use super::input::{FieldInput, text_signal};
use super::labels;
use super::store::Record;
use crate::api::FormErrors;
use crate::lazy;
use crate::ui::address_input::{AddressInput, Part};
use crate::ui::banner::Banner;
use crate::ui::tag::Tone;

/// What is being written into a form.
#[derive(Clone, Copy)]
pub struct Draft {
    start: StoredValue<Document>,
    now: RwSignal<Document>,
}

impl Draft {
    /// A form for a new record with some values given.
    pub fn new(given: Document) -> Self {
        Self {
            start: StoredValue::new(Document::new()),
            now: RwSignal::new(given),
        }
    }

    /// A form for changing a record.
    pub fn of(record: &Record) -> Self {
        Self {
            start: StoredValue::new(record.fields.clone()),
            now: RwSignal::new(record.fields.clone()),
        }
    }

    /// The value of a field; tracked.
    pub fn value(self, name: &str) -> Value {
        self.now
            .with(|now| now.get(name).cloned().unwrap_or_default())
    }

    /// The text of a field; tracked.
    pub fn text(self, name: &str) -> String {
        self.now.with(|now| {
            now.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        })
    }

    /// Writes a field; `null` empties it.
    pub fn set(self, name: &str, value: Value) {
        self.now.update(|now| {
            now.insert(name.to_owned(), value);
        });
    }

    /// Whether anything differs from the start; tracked.
    pub fn changed(self) -> bool {
        !self.differences().is_empty()
    }

    /// The members that differ from the start, as a merge patch.
    pub fn changes(self) -> Document {
        untrack(|| self.differences())
    }

    /// All members with a value, for a new record.
    pub fn body(self) -> Document {
        untrack(|| self.written())
    }

    /// All members with a value; tracked.
    pub fn written(self) -> Document {
        self.now.with(|now| {
            now.iter()
                .filter(|(_, value)| !is_nothing(value))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        })
    }

    fn differences(self) -> Document {
        self.now
            .with(|now| self.start.with_value(|start| differences(start, now)))
    }
}

fn differences(start: &Document, now: &Document) -> Document {
    let before = |name: &String| start.get(name).unwrap_or(&Value::Null);
    now.iter()
        .filter(|(name, value)| before(name) != *value)
        .filter(|(name, value)| !(is_nothing(before(name)) && is_nothing(value)))
        .map(|(name, value)| {
            let blank_text = value.is_string() && is_nothing(value);
            let value = if blank_text {
                Value::Null
            } else {
                value.clone()
            };
            (name.clone(), value)
        })
        .collect()
}

/// The fields of an address.
const ADDRESS: [&str; 5] = ["address", "city", "province", "postal_code", "country"];

/// The named fields one below the other, each with the input of its kind and its fault below it; faults of no
/// field stand above.
#[component]
pub fn RecordForm(
    /// The object whose fields they are.
    object: &'static Object,
    /// Field names in order; names the object does not have are left out.
    #[prop(into)]
    fields: Vec<&'static str>,
    /// Where the values go.
    draft: Draft,
    /// Faults of the last save.
    errors: FormErrors,
    /// The first field takes the focus.
    #[prop(optional)]
    autofocus: bool,
    /// A further part of a form: what is wrong with it as a whole stands above its first part.
    #[prop(optional)]
    rest: bool,
) -> impl IntoView {
    lazy::record_form(Form {
        object,
        fields,
        draft,
        errors,
        autofocus,
        rest,
    })
}

/// What a [`RecordForm`] shows. Its inputs come when a form is first opened.
#[derive(Clone)]
pub struct Form {
    object: &'static Object,
    fields: Vec<&'static str>,
    draft: Draft,
    errors: FormErrors,
    autofocus: bool,
    rest: bool,
}

impl Form {
    /// Draws the inputs.
    pub fn inputs(self) -> impl IntoView {
        let Self {
            object,
            fields,
            draft,
            errors,
            autofocus,
            rest,
        } = self;
        let whole_address = ADDRESS
            .iter()
            .all(|part| fields.contains(part) && is_open(object, part));
        let inputs = fields
            .into_iter()
            .filter(|name| !whole_address || *name == ADDRESS[0] || !ADDRESS.contains(name))
            .filter_map(|name| whole(object).field(name))
            .filter(|field| field.write != Write::Never)
            .enumerate()
            .map(|(at, field)| {
                if whole_address && field.name == ADDRESS[0] {
                    return view! { <AddressFields object draft errors/> }.into_any();
                }
                view! { <FieldInput object field draft errors autofocus={autofocus && at == 0}/> }
                    .into_any()
            })
            .collect_view();
        view! {
            <div class="record-form">
                {move || errors.general().get().filter(|_| !rest).map(|text| view! { <Banner text tone=Tone::Bad/> })}
                {inputs}
            </div>
        }
    }
}

/// The fields that are one address, as one input.
#[component]
fn AddressFields(object: &'static Object, draft: Draft, errors: FormErrors) -> impl IntoView {
    let [line, city, province, postal_code, country] = ADDRESS.map(|name| Part {
        label: TextProp::from(move || labels::field(object, name)),
        value: text_signal(draft, name),
        error: errors.of(name),
    });
    let label = move || labels::field(object, ADDRESS[0]);
    view! { <AddressInput label line city province postal_code country/> }
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::{Value, json};

    #[test]
    fn patches_what_differs() {
        let document = |value: Value| value.as_object().cloned().unwrap_or_default();
        let start = document(json!({"name": "A", "city": "Bandung", "source": null, "tags": []}));
        let now =
            document(json!({"name": "A", "city": " ", "source": "", "tags": [], "phone": "1"}));
        let wanted = document(json!({"city": null, "phone": "1"}));
        assert_eq!(differences(&start, &now), wanted);
    }
}
