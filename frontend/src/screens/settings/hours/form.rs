//! The form of a calendar: zone, hours of each day, days off, teams.

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use super::model::{Calendar, PATH};
use super::week::{WeekDays, WeekInput};
use crate::api::{FormErrors, Reply};
use crate::i18n::{Day, k};
use crate::records::store::{self, Query};
use crate::screens::session::browser::time_zones;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::date_input::DateInput;
use crate::ui::icon;
use crate::ui::select::Choice;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// A day off that is being written.
#[derive(Clone, Copy)]
struct Off {
    key: usize,
    day: RwSignal<Option<Day>>,
    name: RwSignal<String>,
}

/// Zone, hours, days off, teams.
#[component]
pub fn CalendarForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let zone = desk.api.session().with_untracked(|session| {
        let zone = session.as_ref().map(|s| s.workspace.time_zone.clone());
        zone.unwrap_or_default()
    });
    let of = |part: fn(&Calendar) -> String, none: &str| {
        RwSignal::new(edited.as_ref().map_or_else(|| none.to_owned(), part))
    };
    let name = of(|one| one.name.clone(), "");
    let zone = edited.as_ref().map_or(zone, |one| one.time_zone.clone());
    let zone = RwSignal::new(Some(Choice::new(zone.clone(), zone)));
    let days = WeekDays::of(edited.as_ref().map(|one| &one.week));
    let off = RwSignal::new(
        edited
            .iter()
            .flat_map(|one| &one.holidays)
            .enumerate()
            .map(|(key, holiday)| Off {
                key,
                day: RwSignal::new(Day::parse_iso(&holiday.day.to_string())),
                name: RwSignal::new(holiday.name.clone()),
            })
            .collect::<Vec<_>>(),
    );
    let teams = RwSignal::new(
        edited
            .as_ref()
            .map_or_else(Vec::new, |one| one.team_ids.clone()),
    );
    let usual = RwSignal::new(edited.as_ref().is_some_and(|one| one.is_default));
    let was_usual = usual.get_untracked();
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        let Some(week) = days.read() else {
            return;
        };
        busy.set(true);
        let mut body = json!({
            "name": name.get_untracked().trim(), "time_zone": zone.get_untracked().map(|zone| zone.value), "week": week,
            "holidays": holidays(&off.get_untracked()), "team_ids": teams.get_untracked(),
        });
        if usual.get_untracked() {
            body["is_default"] = json!(true);
        }
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(one) => {
                    let path = format!("{PATH}/{}", one.id);
                    desk.api.patch(&path, one.version, &body).await
                }
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Calendar>) {
                Ok(calendar) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::hours::saved(&calendar.name));
                    desk.load.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let boxed = move |event: web_sys::Event| usual.set(event_target_checked(&event));
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::hours::NAME value=name required=true autofocus=true error=errors.of("name")/>
            <Combobox label=k::settings::TIME_ZONE value=zone find=local_finder(time_zones()) required=true error=errors.of("time_zone")/>
            <WeekInput days error=errors.of("week")/>
            <Holidays off/>
            <Teams chosen=teams/>
            {(!was_usual).then(|| view! {
                <label class="check-line"><input type="checkbox" prop:checked=move || usual.get() on:change=boxed/>{k::hours::MAKE_USUAL}</label>
            })}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// Those that have a day.
fn holidays(off: &[Off]) -> Vec<Value> {
    let written = off.iter().filter_map(|one| {
        let day = one.day.get_untracked()?;
        Some(json!({"day": day.iso(), "name": one.name.get_untracked().trim()}))
    });
    written.collect()
}

#[component]
fn Holidays(off: RwSignal<Vec<Off>>) -> impl IntoView {
    let add = move |()| {
        off.update(|all| {
            let key = all.iter().map(|one| one.key + 1).max().unwrap_or(0);
            all.push(Off {
                key,
                day: RwSignal::new(None),
                name: RwSignal::new(String::new()),
            });
        });
    };
    let remove = move |key: usize| off.update(|all| all.retain(|one| one.key != key));
    view! {
        <fieldset class="stack">
            <legend>{k::hours::HOLIDAYS}</legend>
            <For each=move || off.get() key=|one| one.key children=move |one| view! {
                <div class="holiday-line">
                    <DateInput label=k::hours::DAY value=one.day/>
                    <TextInput label=k::hours::DAY_NAME value=one.name/>
                    <IconButton label=k::hours::REMOVE_DAY icon=icon::TRASH_2 on_press=move |()| remove(one.key)/>
                </div>
            }/>
            <div class="row"><Button label=k::hours::ADD_DAY size=Size::Small icon=icon::PLUS on_press=add/></div>
        </fieldset>
    }
}

/// Boxes for the teams of the workspace; nothing where there are none.
#[component]
pub fn Teams(chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let api = crate::api::use_api();
    let object: &'static Object = &relasi_domain::identity::team::OBJECT;
    let all = RwSignal::new(Vec::<(String, String)>::new());
    spawn_local(async move {
        let query = Query {
            sort: "name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        if let Ok(page) = store::list(api, object, &query).await {
            let teams = page.items.iter();
            let teams = teams.map(|team| (team.id().to_owned(), team.title(object)));
            let _ = all.try_set(teams.collect());
        }
    });
    let line = move |(id, name): (String, String)| {
        let (mine, theirs) = (id.clone(), id);
        let on = move || chosen.with(|all| all.contains(&mine));
        let toggle = move |event: web_sys::Event| {
            let ticked = event_target_checked(&event);
            chosen.update(|all| {
                all.retain(|one| *one != theirs);
                if ticked {
                    all.push(theirs.clone());
                }
            });
        };
        view! { <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{name}</label> }
    };
    view! {
        <Show when=move || all.with(|all| !all.is_empty())>
            <fieldset class="choices-input">
                <legend>{k::hours::TEAMS}</legend>
                <div class="checks">{move || all.get().into_iter().map(line).collect_view()}</div>
            </fieldset>
        </Show>
    }
}
