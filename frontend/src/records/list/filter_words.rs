//! What the values of a filter are called.

use relasi_domain::field::{Item, Kind};
use relasi_domain::filter::Path;
use relasi_domain::record::Object;

use crate::i18n::{Day, date_short, k};
use crate::records::fields::path;
use crate::records::people::use_people;
use crate::records::refs::use_titles;
use crate::records::tags::use_tags;
use crate::records::{instant, labels};
use crate::ui::filter_bar::{Conditions, Part};
use crate::ui::filter_parts;

/// Writes the words for all values; tracked, so that they follow the language and names that come later.
pub fn with_words(object: &'static Object, mut conditions: Conditions) -> Conditions {
    write(object, &mut conditions.list);
    conditions
}

fn write(object: &'static Object, parts: &mut [Part]) {
    for part in parts {
        let condition = match part {
            Part::One(condition) => condition,
            Part::Group(group) => {
                write(object, &mut group.parts);
                continue;
            }
        };
        let Some(path) = path(object, &condition.field) else {
            continue;
        };
        for value in &mut condition.values {
            let words = words(&path, &value.value);
            if !words.is_empty() {
                value.label = words;
            }
        }
    }
}

fn words(path: &Path, value: &str) -> String {
    match &path.field.kind {
        Kind::Choice(_) | Kind::Many(Item::Choice(_)) => {
            labels::choice(path.object(), &path.field.name, value)
        }
        Kind::Person if value == "me" => k::common::YOU.get().to_owned(),
        Kind::Person => use_people().name(value).unwrap_or_default(),
        Kind::Many(Item::Reference(target)) if target == "user" => match value {
            "me" => k::common::YOU.get().to_owned(),
            id => use_people().name(id).unwrap_or_default(),
        },
        Kind::Many(Item::Reference(target)) if target == "tag" => use_tags()
            .get(value)
            .map(|(word, _)| word)
            .unwrap_or_default(),
        Kind::Reference(target) if target == "team" && value == "my_team" => {
            k::filter::MY_TEAM.get().to_owned()
        }
        Kind::Reference(target) | Kind::Many(Item::Reference(target)) => {
            relasi_domain::object(target)
                .and_then(|object| use_titles().get(object, value))
                .unwrap_or_default()
        }
        Kind::Date | Kind::Instant => match (Day::parse_iso(value), value.len()) {
            (Some(day), 10) => date_short(day),
            (Some(_), _) => instant::shown(value),
            _ => filter_parts::relative_words(value).unwrap_or_else(|| value.to_owned()),
        },
        Kind::Boolean if value == "true" => k::common::YES.get().to_owned(),
        Kind::Boolean => k::common::NO.get().to_owned(),
        _ => value.to_owned(),
    }
}
