//! Teams: make, rename, to the trash.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::identity::team;
use relasi_domain::record::Document;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::members;
use super::rights::may;
use super::saving::{SaveNote, Saving};
use crate::api::use_api;
use crate::i18n::k;
use crate::records::store::{self, Query, Record};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{AvatarStack, Tone};
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// The page.
#[component]
pub fn Teams() -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<Vec<Record>, String>>);
    let in_team = RwSignal::new(Vec::<members::Member>::new());
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let query = Query {
                sort: "name".to_owned(),
                limit: 200,
                ..Query::default()
            };
            let people = members::list(api).await.unwrap_or_default();
            let _ = in_team.try_set(
                people
                    .into_iter()
                    .filter(|m| m.active && m.team_id.is_some())
                    .collect(),
            );
            let answer = store::list(api, &team::OBJECT, &query).await;
            let _ = found.try_set(Some(
                answer.map(|page| page.items).map_err(|error| error.text()),
            ));
        });
    });
    load.run(());
    let people_of = move |id: &str| {
        in_team.with(|all| {
            all.iter()
                .filter(|m| m.team_id.as_deref() == Some(id))
                .map(|m| (m.user_id.clone(), m.full_name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let line = move |team: Record| {
        let id = team.id().to_owned();
        view! { <TeamLine team allowed saving load people=Signal::derive(move || people_of(&id))/> }
    };
    view! {
        <p class="secondary">{k::settings::TEAMS_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        <SaveNote saving/>
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::settings::TEAMS_NONE}</p> }.into_any(),
            Some(Ok(all)) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }}
        <Show when=move || allowed.get()><NewTeam saving load/></Show>
    }
}

#[component]
fn TeamLine(
    team: Record,
    allowed: Signal<bool>,
    saving: Saving,
    load: Callback<()>,
    people: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (
        StoredValue::new(team.id().to_owned()),
        StoredValue::new(team.version()),
    );
    let name = RwSignal::new(team.title(&team::OBJECT));
    let count = move || i64::try_from(people.with(Vec::len)).unwrap_or_default();
    let rename = move |text: String| {
        saving.run(async move {
            let changes = Document::from_iter([("name".to_owned(), json!(text.trim()))]);
            let saved = store::patch(
                api,
                &team::OBJECT,
                &id.get_value(),
                version.get_value(),
                changes,
            )
            .await?;
            version.set_value(saved.version());
            Ok(())
        });
    };
    let trash = move |()| {
        let (id, name) = (id.get_value(), name.get_untracked());
        let version = version.get_value();
        spawn_local(async move {
            if let Err(error) = store::delete(api, &team::OBJECT, &id, version).await {
                toasts.bad(error.text());
                return;
            }
            load.run(());
            toasts.undoable(k::settings::trashed(&name), move || {
                let id = id.clone();
                spawn_local(async move {
                    if let Err(error) = store::restore(api, &team::OBJECT, &id).await {
                        toasts.bad(error.text());
                    }
                    load.run(());
                });
            });
        });
    };
    view! {
        <li class="settings-line">
            <div class="settings-line-text"><TextInput label=k::settings::TEAM_NAME value=name bare=true
                read_only=Signal::derive(move || !allowed.get()) on_commit=rename/></div>
            <Show when=move || !people.with(Vec::is_empty)><AvatarStack people/></Show>
            <span class="secondary nowrap">{move || k::settings::people(count())}</span>
            <Show when=move || allowed.get()>
                <IconButton label=move || k::settings::trash_named(&name.get()) icon=icon::TRASH_2 on_press=trash/>
            </Show>
        </li>
    }
}

#[component]
fn NewTeam(saving: Saving, load: Callback<()>) -> impl IntoView {
    let api = use_api();
    let name = RwSignal::new(String::new());
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = name.with_untracked(|text| text.trim().to_owned());
        if text.is_empty() {
            return;
        }
        saving.run(async move {
            let body = Document::from_iter([("name".to_owned(), json!(text))]);
            store::create(api, &team::OBJECT, body).await?;
            let _ = name.try_set(String::new());
            load.run(());
            Ok(())
        });
    };
    view! {
        <form class="settings-add" on:submit=add>
            <TextInput label=k::settings::NEW_TEAM value=name/>
            <Button label=k::settings::ADD_TEAM variant=Variant::Primary icon=icon::PLUS submit=true/>
        </form>
    }
}
