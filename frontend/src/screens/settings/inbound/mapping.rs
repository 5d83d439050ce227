//! Where fields get their values from, as it is written in the form.

use leptos::prelude::*;
use relasi_domain::platform::import::{guess_targets, targets};
use relasi_domain::record::Object;
use serde_json::Value;

use super::desk::Line;
use crate::i18n::{k, number};
use crate::records::labels;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextInput;

/// How deep an example is looked through.
const DEEP: usize = 6;

/// The most places proposed from one example.
const MANY: usize = 60;

/// A line as it is written: places by comma, or a value behind `=`.
#[derive(Clone, Copy)]
pub struct Written {
    id: u32,
    pub(super) from: RwSignal<String>,
    pub(super) field: RwSignal<String>,
}

impl Written {
    fn new(id: u32, from: &str, field: &str) -> Self {
        Self {
            id,
            from: RwSignal::new(from.to_owned()),
            field: RwSignal::new(field.to_owned()),
        }
    }

    /// The line as the API takes it; none while it is empty.
    fn line(self) -> Option<Line> {
        let (from, field) = (self.from.get_untracked(), self.field.get_untracked());
        if field.is_empty() || from.trim().is_empty() {
            return None;
        }
        let value = from.trim_start().strip_prefix('=').map(str::to_owned);
        let places = from.split(',').map(|place| place.trim().to_owned());
        Some(Line {
            field,
            from: if value.is_some() {
                Vec::new()
            } else {
                places.filter(|place| !place.is_empty()).collect()
            },
            value,
        })
    }
}

/// The lines of the form.
#[derive(Clone, Copy)]
pub struct Mapping {
    pub(super) lines: RwSignal<Vec<Written>>,
    next: StoredValue<u32>,
}

impl Mapping {
    /// As a hook has it.
    pub fn of(lines: &[Line]) -> Self {
        let mapping = Self {
            lines: RwSignal::default(),
            next: StoredValue::new(0),
        };
        for line in lines {
            let from = match &line.value {
                Some(value) => format!("={value}"),
                None => line.from.join(", "),
            };
            mapping.add(&from, &line.field);
        }
        mapping
    }

    /// Adds a line.
    pub fn add(self, from: &str, field: &str) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.lines
            .update(|lines| lines.push(Written::new(id, from, field)));
    }

    /// Proposes lines for what an example has; those that are there stay.
    pub fn propose(self, object: &'static Object, example: &Value) {
        let mut found = Vec::new();
        places(example, &mut String::new(), 0, &mut found);
        let columns: Vec<(String, Vec<String>)> = found
            .iter()
            .map(|(place, text)| (heading(place), vec![text.clone()]))
            .collect();
        let guesses = guess_targets(object, &columns);
        for ((place, _), guess) in found.iter().zip(guesses) {
            let known = self.lines.with_untracked(|lines| {
                lines.iter().any(|line| {
                    line.from
                        .with_untracked(|from| from.split(',').any(|one| one.trim() == place))
                })
            });
            if !known {
                let target = guess.target.as_ref().filter(|one| !one.is_consent());
                let field = target.map(|target| target.name().to_owned());
                self.add(place, &field.unwrap_or_default());
            }
        }
    }

    /// The lines as the API takes them.
    pub fn whole(self) -> Vec<Line> {
        self.lines
            .with_untracked(|lines| lines.iter().filter_map(|line| line.line()).collect())
    }
}

/// The last part of a place that is a word, for guessing: `/customer/e-mail` is about an e-mail.
fn heading(place: &str) -> String {
    let words = place
        .rsplit('/')
        .find(|part| part.parse::<usize>().is_err());
    words.unwrap_or_default().replace(['_', '-'], " ")
}

fn places(value: &Value, at: &mut String, depth: usize, found: &mut Vec<(String, String)>) {
    if depth > DEEP || found.len() >= MANY {
        return;
    }
    let here = at.len();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                places(value, at, depth + 1, found);
                at.truncate(here);
            }
        }
        // Lists of plain values are one value; of others the first is looked at.
        Value::Array(items)
            if items
                .first()
                .is_some_and(|one| one.is_object() || one.is_array()) =>
        {
            at.push_str("/0");
            places(&items[0], at, depth + 1, found);
            at.truncate(here);
        }
        Value::Array(items) => {
            let text = items.iter().map(plain).collect::<Vec<_>>().join("; ");
            found.push((at.clone(), text));
        }
        other => found.push((at.clone(), plain(other))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// All lines, and a button for one more.
#[component]
pub fn MappingLines(mapping: Mapping, object: Signal<Option<&'static Object>>) -> impl IntoView {
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", k::import::LEAVE_OUT.get())];
        if let Some(object) = object.get() {
            // Nobody has said here what for, so nobody has agreed.
            let named = targets(object).into_iter().filter(|one| !one.is_consent());
            all.extend(
                named.map(|one| Choice::new(one.name(), one.label(labels::shown(), object))),
            );
        }
        all
    });
    let line = move |line: Written| {
        let at = move || {
            let place = mapping
                .lines
                .with(|lines| lines.iter().position(|one| one.id == line.id));
            number(i64::try_from(place.unwrap_or_default() + 1).unwrap_or_default())
        };
        let gone = move |()| {
            mapping
                .lines
                .update(|lines| lines.retain(|one| one.id != line.id));
        };
        view! {
            <li class="inbound-map">
                <TextInput label=move || k::inbound::from_named(&at()) value=line.from bare=true/>
                <Select label=move || k::inbound::field_named(&at()) value=line.field choices bare=true/>
                <IconButton label=move || k::inbound::remove_line(&at()) icon=icon::X size=Size::Small on_press=gone/>
            </li>
        }
    };
    view! {
        <ul class="inbound-maps">
            <For each=move || mapping.lines.get() key=|line| line.id children=line/>
        </ul>
        <Button label=k::inbound::ADD_LINE icon=icon::PLUS size=Size::Small variant=Variant::Quiet on_press=move |()| mapping.add("", "")/>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{heading, places};

    #[test]
    fn an_example_has_places() {
        let example = json!({"customer": {"e/mail": "a@b.example", "age": 7}, "tags": ["x", "y"], "items": [{"sku": 1}, {"sku": 2}], "none": null});
        let mut found = Vec::new();
        places(&example, &mut String::new(), 0, &mut found);
        let mut found: Vec<(&str, &str)> = found
            .iter()
            .map(|(place, text)| (place.as_str(), text.as_str()))
            .collect();
        found.sort_unstable();
        let wanted = [
            ("/customer/age", "7"),
            ("/customer/e~1mail", "a@b.example"),
            ("/items/0/sku", "1"),
            ("/none", ""),
            ("/tags", "x; y"),
        ];
        assert_eq!(found, wanted);
        assert_eq!(
            (
                heading("/customer/full_name").as_str(),
                heading("/phones/0").as_str()
            ),
            ("full name", "phones")
        );
    }
}
