//! The history of a record: each write with what it changed, the record as it stood, and the way back.

mod as_of;
mod feed;
mod revert;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use relasi_domain::record::Object;

use self::as_of::AsOfDay;
use self::feed::Feed;
use self::revert::{Point, revert};
use super::id_of;
use super::live::Live;
use super::page::may_edit;
use crate::frame::PageBar;
use crate::i18n::{Day, k, today};
use crate::records::change_list::{Behind, ChangeList, SetBack};
use crate::records::changes::{self, Change, Entry};
use crate::records::refs::page_path;
use crate::records::{Record, labels};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::date_input::DateInput;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;

/// `/app/history/:object/:id`; the day in the address as `at`.
#[component]
pub fn PastPage() -> impl IntoView {
    let params = use_params_map();
    let named = Memo::new(move |_| {
        params.with(|params| (params.get("object").unwrap_or_default(), id_of(params)))
    });
    move || {
        let (object, id) = named.get();
        let object = relasi_domain::object(&object);
        match object.and_then(|object| Some((object, page_path(object, &id)?))) {
            Some((object, path)) => view! { <Past object id path/> }.into_any(),
            None => view! { <PageBar title=k::place::NOT_FOUND/><EmptyState text=k::place::NOT_FOUND_TEXT icon=icon::SEARCH/> }.into_any(),
        }
    }
}

#[component]
fn Past(object: &'static Object, id: String, path: String) -> impl IntoView {
    let live = Live::open(object, id);
    let title = move || k::history::of(&live.with(|record| record.title(object)));
    let body = move || match live.failure() {
        Some(error) => {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| live.refresh()/> }.into_any()
        }
        None => view! { <DayChoice live/><Writes live/> }.into_any(),
    };
    view! {
        <PageBar title>
            <a class="btn plain medium" href=path><span class="btn-label">{move || labels::one(object)}</span></a>
        </PageBar>
        <div class="page-body past-page">{body}</div>
    }
}

/// May the person set fields back: those of a record that does not lie in the trash.
fn may_revert(live: Live) -> Signal<bool> {
    let may_edit = may_edit(live.object);
    Signal::derive(move || {
        may_edit.get() && live.with(|record| record.text("deleted_at").is_none())
    })
}

/// The day as of which the record is shown.
#[component]
fn DayChoice(live: Live) -> impl IntoView {
    let (query, navigate) = (use_query_map(), use_navigate());
    let day = Memo::new(move |_| query.with(|query| Day::parse_iso(&query.get("at")?)));
    let value = RwSignal::new(day.get_untracked());
    Effect::new(move |_| value.set(day.get()));
    let object = live.object;
    let choose = Callback::new(move |day: Option<Day>| {
        let at = day
            .map(|day| format!("?at={}", day.iso()))
            .unwrap_or_default();
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(
            &format!("/app/history/{}/{}{at}", object.name, live.id()),
            options,
        );
    });
    view! {
        <section class="past-day" aria-label=k::history::AS_OF_DAY>
            <div class="row">
                <DateInput label=k::history::AS_OF_DAY value on_change=choose/>
                <Show when=move || day.get().is_some() fallback=move || view! {
                    <Button label=k::common::YESTERDAY size=Size::Small variant=Variant::Quiet on_press=move |()| choose.run(Some(today().plus(-1)))/>
                }>
                    <Button label=k::common::CLOSE size=Size::Small variant=Variant::Quiet on_press=move |()| choose.run(None)/>
                </Show>
            </div>
            {move || day.get().map(|day| view! { <AsOfDay live day/> })}
        </section>
    }
}

/// What was written, the newest first.
#[component]
fn Writes(live: Live) -> impl IntoView {
    let feed = Feed::of(live);
    let may_revert = may_revert(live);
    let beside = Callback::new(move |_: Entry| live.record().unwrap_or_default());
    let behind = Behind::new(move |(entry, change): (Entry, Change)| {
        view! { <Show when=move || may_revert.get()><SetBackOne live entry=entry.clone() change=change.clone()/></Show> }.into_any()
    });
    let broken = move || {
        feed.failure.get().map(|error| {
            let (text, error_id) = (error.text(), error.id().unwrap_or_default());
            view! { <ErrorState text error_id on_retry=move |()| feed.load(None)/> }
        })
    };
    view! {
        <section class="past-writes" aria-label=k::history::WRITES>
            <Show when=move || feed.loaded.get() fallback=|| view! { <Skeleton lines=6/> }>
                {broken}
                <ChangeList entries=feed.entries beside behind/>
                <Show when=move || feed.cursor.with(Option::is_some)>
                    <Button label=k::ui::OLDER variant=Variant::Quiet busy=feed.busy on_press=move |()| feed.older()/>
                </Show>
            </Show>
        </section>
    }
}

/// The way back of one change, where there is one: of the record itself, to another value than it has.
#[component]
fn SetBackOne(live: Live, entry: Entry, change: Change) -> impl IntoView {
    let name = change.field.clone();
    let old = change.old.clone();
    let own = entry.record_id == live.id() && revert::is_open(live.object, &name);
    let differs = Memo::new(move |_| live.with(|record| *record.value(&name) != old));
    let of = StoredValue::new((entry, change));
    let field =
        move || of.with_value(|(entry, change)| changes::field_name(&entry.object, &change.field));
    let value = move || {
        let beside = live.with(Record::clone);
        of.with_value(|(entry, change)| {
            changes::text(&entry.object, &change.field, &change.old, &beside)
        })
    };
    let press = move |()| {
        of.with_value(|(entry, change)| {
            revert(
                live,
                &Point::Before(entry.id.clone()),
                vec![change.field.clone()],
            );
        });
    };
    view! {
        <Show when=move || own && differs.get()>
            <SetBack field=Signal::derive(field) value=Signal::derive(value) on_press=press/>
        </Show>
    }
}
