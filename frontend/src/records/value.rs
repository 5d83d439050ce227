//! Values of fields as people read them.

use leptos::prelude::*;
use relasi_domain::field::{Field, Item, Kind, Point, millionths};
use relasi_domain::record::Object;
use serde_json::json;

use super::people::use_people;
use super::refs::{page_path, use_titles};
use super::store::Record;
use super::tags::use_tags;
use super::{instant, labels, waiting};
use crate::i18n::{Day, date_short, decimal, k, money, number};
use crate::ui::tag::{Avatar, Tag, Tone};

/// Draws a field of a record; nothing for no value.
pub fn show(object: &'static Object, field: &'static Field, record: &Record) -> AnyView {
    let name = field.name.as_ref();
    if record.value(name).is_null() {
        return ().into_any();
    }
    let text = record.text(name).map(str::to_owned);
    match &field.kind {
        Kind::Text { .. } => text.map(|text| plain(name, text)).into_any(),
        Kind::LongText { .. } => text
            .map(|text| view! { <span class="long-text">{text}</span> })
            .into_any(),
        Kind::Integer => record.integer(name).map(|n| move || number(n)).into_any(),
        Kind::Number => number_of(record, name).into_any(),
        Kind::Point(Point::Link) => text.map(|text| plain("website", text)).into_any(),
        Kind::Point(Point::Email) => points(&[json!({ "value": text })], "mailto:"),
        Kind::Point(Point::Phone) => points(&[json!({ "value": text })], "tel:"),
        Kind::Money { currency } => {
            let currency = currency.of(|name| record.text(name));
            let currency = currency.unwrap_or_default().to_owned();
            record
                .integer(name)
                .map(|minor| view! { <span class="money">{move || money(minor, &currency)}</span> })
                .into_any()
        }
        Kind::Boolean => {
            let yes = record.value(name) == true;
            let word = if yes { k::common::YES } else { k::common::NO };
            view! { {word} }.into_any()
        }
        Kind::Date => text
            .and_then(|text| Day::parse_iso(&text))
            .map(|day| move || date_short(day))
            .into_any(),
        Kind::Instant if name == "response_due_at" => waiting::left(record),
        Kind::Instant => text.map(|at| move || instant::shown(&at)).into_any(),
        Kind::Choice(_) => text.map(|code| choice(object, name, code)).into_any(),
        Kind::Person => text.map(person).into_any(),
        Kind::Reference(target) => text.map(|id| reference(target, id)).into_any(),
        Kind::Many(Item::Choice(_)) => choice_marks(object, name, record.items(name)),
        Kind::Many(item) => many(item, record, name),
        Kind::Json => ().into_any(),
    }
}

/// The same value as one line of text, for titles, sorting by eye and "yours / theirs"; tracked.
pub fn text(object: &'static Object, field: &Field, record: &Record) -> String {
    let name = field.name.as_ref();
    let text = record.text(name).unwrap_or_default();
    match &field.kind {
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Point(_) => text.to_owned(),
        Kind::Integer => record.integer(name).map(number).unwrap_or_default(),
        Kind::Number => number_of(record, name).unwrap_or_default(),
        Kind::Money { currency } => {
            let currency = currency.of(|name| record.text(name)).unwrap_or_default();
            record
                .integer(name)
                .map(|minor| money(minor, currency))
                .unwrap_or_default()
        }
        Kind::Boolean => match record.value(name).as_bool() {
            Some(true) => k::common::YES.get().to_owned(),
            Some(false) => k::common::NO.get().to_owned(),
            None => String::new(),
        },
        Kind::Date => Day::parse_iso(text).map(date_short).unwrap_or_default(),
        Kind::Instant | Kind::Choice(_) if text.is_empty() => String::new(),
        Kind::Instant => instant::shown(text),
        Kind::Choice(_) => labels::choice(object, name, text),
        Kind::Person => use_people().name(text).unwrap_or_default(),
        Kind::Reference(target) => relasi_domain::object(target)
            .and_then(|object| use_titles().get(object, text))
            .unwrap_or_default(),
        Kind::Many(item) => {
            let words = record.items(name).iter().filter_map(|entry| match item {
                Item::Email | Item::Phone => entry["value"].as_str().map(str::to_owned),
                Item::Choice(_) => Some(labels::choice(object, name, entry.as_str()?)),
                Item::Reference(target) if target == "user" => use_people().name(entry.as_str()?),
                Item::Reference(target) if target != "tag" => {
                    use_titles().get(relasi_domain::object(target)?, entry.as_str()?)
                }
                Item::Reference(_) => use_tags().get(entry.as_str()?).map(|(word, _)| word),
            });
            words.collect::<Vec<_>>().join(", ")
        }
        Kind::Json => String::new(),
    }
}

fn plain(name: &str, text: String) -> AnyView {
    let web = match name {
        "website" => Some(text.clone()).filter(|url| url.starts_with("http")),
        "domain" => Some(format!("https://{text}")),
        _ => None,
    };
    match web {
        Some(href) => {
            view! { <a href=href target="_blank" rel="noopener noreferrer">{text}</a> }.into_any()
        }
        None => view! { <span>{text}</span> }.into_any(),
    }
}

/// A number with its decimals as it was sent.
fn number_of(record: &Record, name: &str) -> Option<String> {
    millionths(record.value(name)).map(decimal)
}

/// Several choices as marks.
fn choice_marks(object: &'static Object, name: &str, codes: &[serde_json::Value]) -> AnyView {
    let codes = codes.iter().filter_map(|code| code.as_str());
    let marks = codes.map(|code| choice(object, name, code.to_owned()).into_any());
    view! { <span class="tags">{marks.collect_view()}</span> }.into_any()
}

/// A choice as a mark.
fn choice(object: &'static Object, name: &str, code: String) -> impl IntoView + use<> {
    let name = name.to_owned();
    let tone = choice_tone(&code);
    view! { <Tag label=move || labels::choice(object, &name, &code) tone/> }
}

/// The tone that goes with well-known codes.
pub fn choice_tone(code: &str) -> Tone {
    match code {
        "customer" | "won" | "reached" | "converted" | "accepted" => Tone::Ok,
        "lead" | "mql" | "sql" | "working" | "sent" | "viewed" => Tone::Info,
        "opportunity" | "evangelist" | "qualified" | "approved" => Tone::Accent,
        "lost" | "wrong_number" | "declined" => Tone::Bad,
        "high" | "waiting" | "expired" => Tone::Warn,
        _ => Tone::Neutral,
    }
}

/// A person with avatar and name.
pub fn person(id: String) -> impl IntoView {
    let people = use_people();
    let of = id.clone();
    let name = Signal::derive(move || people.name(&of).unwrap_or_default());
    view! { <span class="person"><Avatar name id size="small"/><span class="cut">{name}</span></span> }
}

/// A link to the record with this id, by its title.
pub fn reference(target: &str, id: String) -> impl IntoView + use<> {
    let titles = use_titles();
    let object = relasi_domain::object(target);
    let href = object.and_then(|object| page_path(object, &id));
    let title = move || {
        object
            .and_then(|object| titles.get(object, &id))
            .unwrap_or_default()
    };
    match href {
        Some(href) => view! { <a class="cut" href=href>{title}</a> }.into_any(),
        None => view! { <span class="cut">{title}</span> }.into_any(),
    }
}

fn many(item: &Item, record: &Record, name: &str) -> AnyView {
    let items = record.items(name);
    match item {
        Item::Reference(target) if target == "user" => {
            let ids = items.iter().filter_map(|id| id.as_str().map(str::to_owned));
            view! { <span class="row">{ids.map(person).collect_view()}</span> }.into_any()
        }
        Item::Reference(target) if target != "tag" => {
            let ids = items.iter().filter_map(|id| id.as_str().map(str::to_owned));
            let titles = ids.map(|id| reference(target, id));
            view! { <span class="row">{titles.collect_view()}</span> }.into_any()
        }
        Item::Reference(_) => {
            let ids = items.iter().filter_map(|id| id.as_str().map(str::to_owned));
            tag_marks(ids.collect()).into_any()
        }
        // Drawn with their words.
        Item::Choice(_) => ().into_any(),
        Item::Email => points(items, "mailto:"),
        Item::Phone => points(items, "tel:"),
    }
}

fn points(items: &[serde_json::Value], scheme: &str) -> AnyView {
    let line = |entry: &serde_json::Value| {
        let value = entry["value"].as_str()?.to_owned();
        let label = entry["label"]
            .as_str()
            .filter(|l| !l.is_empty())
            .map(str::to_owned);
        let target: String = if scheme == "tel:" {
            value
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect()
        } else {
            value.clone()
        };
        let href = format!("{scheme}{target}");
        Some(view! {
            <span class="point"><a href=href>{value}</a>{label.map(|label| view! { <span class="hint">{move || labels::purpose(&label)}</span> })}</span>
        })
    };
    view! { <span class="points">{items.iter().filter_map(line).collect_view()}</span> }.into_any()
}

/// Up to three tags in their colours, the rest as "+2".
pub fn tag_marks(ids: Vec<String>) -> impl IntoView {
    let tags = use_tags();
    move || {
        let all: Vec<_> = ids.iter().filter_map(|id| tags.get(id)).collect();
        let rest: Vec<_> = all.iter().skip(3).map(|(word, _)| word.clone()).collect();
        let shown = all
            .into_iter()
            .take(3)
            .map(|(label, tone)| view! { <Tag label tone/> })
            .collect_view();
        let more = (!rest.is_empty()).then(|| {
            let count = i64::try_from(rest.len()).unwrap_or(i64::MAX);
            view! { <span class="tag neutral" title=rest.join(", ") aria-label=k::common::more_count(count)>"+"{rest.len()}</span> }
        });
        view! { <span class="tags">{shown}{more}</span> }
    }
}
