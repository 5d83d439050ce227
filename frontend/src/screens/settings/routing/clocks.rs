//! The limits within which leads should be answered, and who is told.

use leptos::prelude::*;
use relasi_domain::sales::speed::{self, MAX_MARKS, Mark};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Desk, SETTINGS, Settings};
use super::rule_form::{teams, tick};
use crate::api::FormErrors;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// A limit that is being written.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    minutes: RwSignal<String>,
    owner: RwSignal<bool>,
    manager: RwSignal<bool>,
    team: RwSignal<String>,
}

impl Line {
    fn of(key: usize, mark: &Mark) -> Self {
        let team = mark.team_id.map(|id| id.to_string());
        Self {
            key,
            minutes: RwSignal::new(mark.minutes.to_string()),
            owner: RwSignal::new(mark.owner),
            manager: RwSignal::new(mark.manager),
            team: RwSignal::new(team.unwrap_or_default()),
        }
    }

    fn mark(self) -> Mark {
        let minutes = self.minutes.get_untracked();
        let team = self.team.get_untracked();
        Mark {
            minutes: minutes.trim().parse().unwrap_or_default(),
            owner: self.owner.get_untracked(),
            manager: self.manager.get_untracked(),
            team_id: team.parse().ok(),
        }
    }
}

/// On or off, and a line for each limit.
#[component]
pub fn Clocks(desk: Desk, settings: Settings) -> impl IntoView {
    let version = settings.version;
    let on = RwSignal::new(settings.clocks.on);
    let marks = settings.clocks.marks.iter().enumerate();
    let lines = RwSignal::new(
        marks
            .map(|(key, mark)| Line::of(key, mark))
            .collect::<Vec<_>>(),
    );
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        errors.clear();
        let clocks = speed::Clocks {
            on: on.get_untracked(),
            marks: lines.get_untracked().into_iter().map(Line::mark).collect(),
        };
        spawn_local(async move {
            let body = json!({"clocks": clocks});
            let saved = desk.api.patch(SETTINGS, version, &body).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    desk.toasts.ok(k::routing::CLOCKS_SAVED.get());
                    desk.load_settings();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let add = move |()| {
        lines.update(|all| {
            let key = all.iter().map(|one| one.key + 1).max().unwrap_or(0);
            let mark = Mark {
                minutes: 120,
                owner: true,
                manager: false,
                team_id: None,
            };
            all.push(Line::of(key, &mark));
        });
    };
    let remove = move |key: usize| lines.update(|all| all.retain(|one| one.key != key));
    let team_choices = teams(desk);
    view! {
        <p class="hint">{k::routing::CLOCKS_HINT}</p>
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().or_else(|| errors.of("clocks").get()).map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {tick(k::routing::CLOCKS_ON, on)}
            <For each=move || lines.get() key=|one| one.key children=move |one| view! {
                <fieldset class="clock-line">
                    <legend class="hidden-visually">{move || k::routing::limit_of(&one.minutes.get())}</legend>
                    <TextInput label=k::routing::MINUTES value=one.minutes kind="number"/>
                    {tick(k::routing::TELL_OWNER, one.owner)}
                    {tick(k::routing::TELL_MANAGER, one.manager)}
                    <TeamChoice value=one.team choices=team_choices/>
                    <IconButton label=move || k::routing::remove_limit(&one.minutes.get()) icon=icon::TRASH_2 on_press=move |()| remove(one.key)/>
                </fieldset>
            }/>
            <div class="row">
                <Show when=move || lines.with(|all| all.len() < MAX_MARKS)>
                    <Button label=k::routing::ADD_LIMIT size=Size::Small icon=icon::PLUS on_press=add/>
                </Show>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy/>
            </div>
        </form>
    }
}

#[component]
fn TeamChoice(value: RwSignal<String>, choices: RwSignal<Vec<Choice>>) -> impl IntoView {
    view! {
        <Show when=move || choices.with(|all| all.len() > 1)>
            <Select label=k::routing::TELL_TEAM value choices/>
        </Show>
    }
}
