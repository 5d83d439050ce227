//! A record goes to another day.

use leptos::prelude::*;
use relasi_domain::field::{Field, Kind, Write};
use serde_json::Value;

use crate::i18n::{Day, k, local_day};
use crate::records::list::Hands;
use crate::records::{Record, instant};
use crate::ui::button::{Button, Variant};
use crate::ui::date_input::DateInput;
use crate::ui::dialog::Modal;

/// The day of a record by a field, where the person is.
pub fn day_of(field: &Field, record: &Record) -> Option<Day> {
    let text = record.text(&field.name)?;
    match field.kind {
        Kind::Date => Day::parse_iso(text),
        _ => local_day(text),
    }
}

/// Whether records can be given another day.
pub fn moves(field: &Field) -> bool {
    field.write == Write::Always
}

/// The value of a field on another day; a point in time keeps its time of day.
pub fn on_day(field: &Field, record: Option<&Record>, day: Day) -> Value {
    if field.kind == Kind::Date {
        return day.iso().into();
    }
    let before = record.and_then(|record| record.text(&field.name));
    let clock = before.map_or_else(|| "09:00".to_owned(), instant::clock);
    instant::of_local(day, &clock).into()
}

/// Stores the new day; undo puts the old one back.
pub fn place(hands: Hands, field: &'static Field, id: &str, day: Day) {
    let Some(record) = hands.rows().find(id) else {
        return;
    };
    if moves(field) && day_of(field, &record) != Some(day) {
        let new = on_day(field, Some(&record), day);
        hands.editing().change(id, field.name.as_ref(), new, true);
    }
}

/// Asks for the day that a record goes to.
#[component]
pub fn MoveDialog(
    hands: Hands,
    field: &'static Field,
    moving: RwSignal<Option<String>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(moving.with(Option::is_some)));
    view! {
        <Modal open title=k::views::MOVE_TO on_close=move |()| moving.set(None)>
            <MoveForm hands field moving/>
        </Modal>
    }
}

#[component]
fn MoveForm(
    hands: Hands,
    field: &'static Field,
    moving: RwSignal<Option<String>>,
) -> impl IntoView {
    let id = moving.get_untracked().unwrap_or_default();
    let record = hands.rows().find(&id);
    let day = RwSignal::new(record.as_ref().and_then(|record| day_of(field, record)));
    let name = record.map(|record| record.title(hands.state().spec.object));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(day) = day.get_untracked() {
            place(hands, field, &id, day);
            moving.set(None);
        }
    };
    view! {
        <form class="stack" on:submit=submit>
            <p>{name}</p>
            <DateInput label=k::views::NEW_DAY value=day required=true autofocus=true/>
            <div class="row-end"><Button label=k::views::MOVE variant=Variant::Primary submit=true/></div>
        </form>
    }
}
