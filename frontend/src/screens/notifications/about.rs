//! Several notifications about one record: one row that opens.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::line::{NotificationLine, glyph, words};
use super::news::Notification;
use super::snooze::SnoozeMenu;
use crate::i18n::{day_title, k, local_day, number, time};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::icon::{self, Glyph};

/// Notifications by record, each group where its last one stands; what is about no record stands alone.
pub fn by_record(all: Vec<Notification>) -> Vec<Vec<Notification>> {
    let mut groups: Vec<Vec<Notification>> = Vec::new();
    for one in all {
        let same = |group: &&mut Vec<Notification>| {
            let first = &group[0];
            one.record_id.is_some()
                && (&first.object, &first.record_id) == (&one.object, &one.record_id)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// What the page does with the lines.
#[derive(Clone, Copy)]
pub struct Doing {
    /// One was read.
    pub read: Callback<String>,
    /// All about a record are to be read.
    pub read_about: Callback<String>,
    /// These are to come back at a time, or at once.
    pub snooze: Callback<(Vec<String>, Option<String>)>,
}

/// The last one in words, how many there are, and all of them once it is opened.
#[component]
pub fn RecordLines(
    /// At least two, about one record.
    group: Vec<Notification>,
    /// What can be done.
    doing: Doing,
    /// Records whose rows are open; it outlives the row, which is drawn again when something was read.
    opened: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let Some(last) = group.first().cloned() else {
        return ().into_any();
    };
    let unread = group.iter().any(|one| one.read_at.is_none());
    let ids: Vec<String> = group.iter().map(|one| one.id.clone()).collect();
    let count = i64::try_from(group.len()).unwrap_or(i64::MAX);
    let title = last.data["title"].as_str().unwrap_or_default().to_owned();
    let (at, symbol) = (last.created_at.clone(), glyph(&last));
    let when = move || local_day(&at).map(|day| format!("{} {}", day_title(day), time(&at)));
    let record = last.record_id.clone().unwrap_or_default();
    let of = record.clone();
    let open = Memo::new(move |_| opened.with(|all| all.contains(&of)));
    let of = record.clone();
    let toggle = move |_| {
        opened.update(|all| {
            if !all.remove(&of) {
                all.insert(of.clone());
            }
        });
    };
    let snoozed = last.snoozed_until.clone().filter(|_| last.is_hidden());
    let name = title.clone();
    let lines = StoredValue::new(group);
    view! {
        <li class="news" class:unread=unread>
            <button type="button" aria-expanded=move || if open.get() { "true" } else { "false" } on:click=toggle>
                <Glyph icon=symbol/>
                <span class="news-words">
                    <span class="news-about"><span class="cut">{title}</span><span class="count">{number(count)}</span></span>
                    <span class="news-last">{move || words(&last)}</span>
                    {unread.then(|| view! { <span class="hidden-visually">{k::notifications::UNREAD}</span> })}
                </span>
                <span class="hint">{when}</span>
                {move || view! { <Glyph icon=if open.get() { icon::CHEVRON_DOWN } else { icon::CHEVRON_RIGHT }/> }}
                <span class="news-dot" aria-hidden="true"></span>
            </button>
            <SnoozeMenu ids snoozed on_choose=doing.snooze/>
            <Show when=move || open.get()>
                <ol class="news-list news-inner" aria-label=name.clone()>
                    {lines.get_value().into_iter().map(|notification| view! { <NotificationLine notification on_read=doing.read/> }).collect_view()}
                    {unread.then(|| {
                        let record = record.clone();
                        view! { <li><Button label=k::notifications::READ_THESE size=Size::Small variant=Variant::Quiet on_press=move |()| doing.read_about.run(record.clone())/></li> }
                    })}
                </ol>
            </Show>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Notification, by_record};

    #[test]
    fn what_is_about_one_record_stands_together() {
        let one = |id: &str, record: Option<&str>| -> Notification {
            serde_json::from_value(json!({
                "id": id, "kind": "changed", "object": record.map(|_| "deal"), "record_id": record,
                "data": {}, "created_at": "", "read_at": null, "snoozed_until": null,
            }))
            .unwrap()
        };
        let all = vec![
            one("1", Some("a")),
            one("2", None),
            one("3", Some("b")),
            one("4", Some("a")),
            one("5", None),
        ];
        let ids: Vec<String> = by_record(all)
            .iter()
            .map(|group| group.iter().map(|one| one.id.as_str()).collect())
            .collect();
        assert_eq!(ids, ["14", "2", "3", "5"]);
    }
}
