//! What happened with a record, newest first, upcoming on top.

use leptos::prelude::*;

use super::button::{Button, Variant};
use super::icon::{Glyph, Icon};
use super::markdown::Markdown;
use crate::i18n::{day_title, k, local_day, time};

/// One entry.
#[derive(Clone)]
pub struct Entry {
    /// Id, for keeping places.
    pub id: String,
    /// RFC 3339 instant.
    pub at: String,
    /// What kind it is.
    pub icon: Icon,
    /// Bold part: "Call, 12 min".
    pub title: String,
    /// Grey part: "by Dewi".
    pub by: String,
    /// Text below.
    pub body: String,
    /// Held at the top.
    pub pinned: bool,
    /// Lies ahead.
    pub upcoming: bool,
}

/// Entries grouped by day. Give them in the order shown: upcoming, pinned, then newest first.
#[component]
pub fn Timeline(
    /// The entries.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
    /// Loads older ones; leave out at the end.
    #[prop(into)]
    on_older: Signal<Option<Callback<()>>>,
    /// Actions of one entry, drawn behind its time.
    #[prop(optional, into)]
    actions: Option<Callback<Entry, AnyView>>,
) -> impl IntoView {
    let groups = move || {
        let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
        for entry in entries.get() {
            let title = group_title(&entry);
            match groups.last_mut() {
                Some((last, list)) if *last == title => list.push(entry),
                _ => groups.push((title, vec![entry])),
            }
        }
        groups
            .into_iter()
            .map(|(title, list)| {
                let rows = list
                    .into_iter()
                    .map(|entry| view! { <EntryRow entry actions/> })
                    .collect_view();
                view! { <section class="timeline-day"><h2>{title}</h2><ol>{rows}</ol></section> }
            })
            .collect_view()
    };
    view! {
        <div class="timeline">
            {groups}
            {move || on_older.get().map(|on_press| view! { <Button label=k::ui::OLDER variant=Variant::Quiet on_press/> })}
        </div>
    }
}

fn group_title(entry: &Entry) -> String {
    if entry.upcoming {
        k::ui::UPCOMING.get().to_owned()
    } else if entry.pinned {
        k::ui::PINNED.get().to_owned()
    } else {
        local_day(&entry.at).map(day_title).unwrap_or_default()
    }
}

#[component]
fn EntryRow(entry: Entry, actions: Option<Callback<Entry, AnyView>>) -> impl IntoView {
    let long = entry.body.chars().count() > 280;
    let open = RwSignal::new(!long);
    let stamp = entry.at.clone();
    let day = local_day(&entry.at);
    let upcoming = entry.upcoming || entry.pinned;
    view! {
        <li class="entry">
            <span class="entry-dot"><Glyph icon=entry.icon/></span>
            <div class="entry-text">
                <p><strong>{entry.title.clone()}</strong>" "<span class="secondary">{entry.by.clone()}</span></p>
                <div class="entry-body" class:clipped=move || !open.get()><Markdown text=entry.body.clone()/></div>
                {long.then(|| view! {
                    <button type="button" class="btn quiet small" on:click=move |_| open.update(|on| *on = !*on)>
                        <span class="btn-label">{move || if open.get() { k::common::LESS.get() } else { k::common::MORE.get() }}</span>
                    </button>
                })}
            </div>
            <time datetime=entry.at.clone() class="secondary">
                {move || day.filter(|_| upcoming).map(|day| format!("{} ", day_title(day)))}{move || time(&stamp)}
            </time>
            {actions.map(|actions| actions.run(entry.clone()))}
        </li>
    }
}
