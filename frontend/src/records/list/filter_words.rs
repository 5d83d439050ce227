//! What the values of a filter are called.

use relasi_domain::field::{Item, Kind};
use relasi_domain::filter::Path;
use relasi_domain::record::Object;

use crate::i18n::{Day, date_short, k};
use crate::records::fields::whole;
use crate::records::people::use_people;
use crate::records::refs::use_titles;
use crate::records::tags::use_tags;
use crate::records::{instant, labels};
use crate::ui::filter_bar::Conditions;

/// Writes the words for all values; tracked, so that they follow the language and names that come later.
pub fn with_words(object: &'static Object, mut conditions: Conditions) -> Conditions {
    for condition in &mut conditions.list {
        let Some(path) = Path::new(&condition.field, whole(object)) else {
            continue;
        };
        for value in &mut condition.values {
            let words = words(&path, &value.value);
            if !words.is_empty() {
                value.label = words;
            }
        }
    }
    conditions
}

fn words(path: &Path, value: &str) -> String {
    match &path.field.kind {
        Kind::Choice(_) | Kind::Many(Item::Choice(_)) => {
            labels::choice(path.object(), &path.field.name, value)
        }
        Kind::Person if value == "me" => k::common::YOU.get().to_owned(),
        Kind::Person => use_people().name(value).unwrap_or_default(),
        Kind::Many(Item::Reference(target)) if target == "tag" => use_tags()
            .get(value)
            .map(|(word, _)| word)
            .unwrap_or_default(),
        Kind::Reference(target) | Kind::Many(Item::Reference(target)) => {
            relasi_domain::object(target)
                .and_then(|object| use_titles().get(object, value))
                .unwrap_or_default()
        }
        Kind::Date | Kind::Instant => match (Day::parse_iso(value), value.len()) {
            (Some(day), 10) => date_short(day),
            (Some(_), _) => instant::shown(value),
            _ => relative_words(value),
        },
        Kind::Boolean if value == "true" => k::common::YES.get().to_owned(),
        Kind::Boolean => k::common::NO.get().to_owned(),
        _ => value.to_owned(),
    }
}

fn relative_words(value: &str) -> String {
    match value {
        "today" => k::common::TODAY.get().to_owned(),
        "tomorrow" => k::common::TOMORROW.get().to_owned(),
        "yesterday" => k::common::YESTERDAY.get().to_owned(),
        "now" => k::lists::NOW.get().to_owned(),
        _ => {
            let days = value
                .strip_prefix("today-")
                .and_then(|rest| rest.strip_suffix('d'));
            days.and_then(|days| days.parse().ok())
                .map_or_else(|| value.to_owned(), k::lists::days_ago)
        }
    }
}
