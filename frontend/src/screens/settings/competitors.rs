//! Who else is after deals: made, changed, to the trash.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::record::Document;
use relasi_domain::sales::competitor::OBJECT;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm, labels};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// The page.
#[component]
pub fn Competitors() -> impl IntoView {
    let api = use_api();
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<Vec<Record>, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let query = Query {
                sort: "name".to_owned(),
                limit: 200,
                ..Query::default()
            };
            let answer = store::list(api, &OBJECT, &query).await;
            let answer = answer.map(|page| page.items).map_err(|error| error.text());
            let _ = found.try_set(Some(answer));
        });
    });
    load.run(());
    // The one being changed; an empty record is a new one.
    let edited = RwSignal::new(None::<Record>);
    let line = move |rival: Record| view! { <Line rival allowed load edited/> };
    view! {
        <p class="secondary">{k::deals::RIVALS_TEXT}</p>
        <Show when=move || !allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::deals::RIVALS_NONE}</p> }.into_any(),
            Some(Ok(all)) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
        }}
        <Show when=move || allowed.get()>
            <div class="row"><Button label=k::deals::ADD_RIVAL variant=Variant::Primary icon=icon::PLUS on_press=move |()| edited.set(Some(Record::default()))/></div>
        </Show>
        <Form edited load/>
    }
}

#[component]
fn Line(
    rival: Record,
    allowed: Signal<bool>,
    load: Callback<()>,
    edited: RwSignal<Option<Record>>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let name = StoredValue::new(rival.title(&OBJECT));
    let text = |field: &'static str| {
        let text = rival.text(field)?.to_owned();
        Some(
            view! { <p class="secondary"><strong>{move || labels::field(&OBJECT, field)}</strong>" "{text}</p> },
        )
    };
    let about = ["strengths", "weaknesses"].map(text);
    let site = rival.text("website").map(str::to_owned);
    let site = site.map(|url| {
        let href = url.clone();
        view! { <a href=href target="_blank" rel="noopener noreferrer">{url}</a> }
    });
    let kept = StoredValue::new(rival);
    let trash = move |()| {
        let rival = kept.get_value();
        spawn_local(async move {
            let id = rival.id().to_owned();
            if let Err(error) = store::delete(api, &OBJECT, &id, rival.version()).await {
                toasts.bad(error.text());
                return;
            }
            load.run(());
            toasts.undoable(k::settings::trashed(&rival.title(&OBJECT)), move || {
                let id = id.clone();
                spawn_local(async move {
                    if let Err(error) = store::restore(api, &OBJECT, &id).await {
                        toasts.bad(error.text());
                    }
                    load.run(());
                });
            });
        });
    };
    view! {
        <li class="rival-line">
            <div class="rival-words"><strong>{name.get_value()}</strong>{site}{about}</div>
            <Show when=move || allowed.get()>
                <IconButton label=move || k::deals::edit_named(&name.get_value()) icon=icon::PENCIL on_press=move |()| edited.set(Some(kept.get_value()))/>
                <IconButton label=move || k::settings::trash_named(&name.get_value()) icon=icon::TRASH_2 on_press=trash/>
            </Show>
        </li>
    }
}

#[component]
fn Form(edited: RwSignal<Option<Record>>, load: Callback<()>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(edited.with(Option::is_some)));
    let is_new = move || edited.with(|one| one.as_ref().is_some_and(|one| one.id().is_empty()));
    let title = move || {
        if is_new() {
            k::deals::ADD_RIVAL.get()
        } else {
            k::deals::CHANGE_RIVAL.get()
        }
    };
    view! {
        <Modal open title width=Width::Medium on_close=move |()| edited.set(None)>
            {move || edited.get().map(|rival| view! { <Inputs rival open load/> })}
        </Modal>
    }
}

#[component]
fn Inputs(rival: Record, open: RwSignal<bool>, load: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (id, version) = (rival.id().to_owned(), rival.version());
    let draft = if id.is_empty() {
        Draft::new(Document::new())
    } else {
        Draft::of(&rival)
    };
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move || {
        let id = id.clone();
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let saved = if id.is_empty() {
                store::create(api, &OBJECT, draft.body()).await
            } else {
                store::patch(api, &OBJECT, &id, version, draft.changes()).await
            };
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.ok(k::deals::RIVAL_SAVED.get());
                    open.try_set(false);
                    load.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&OBJECT fields=vec!["name", "website", "strengths", "weaknesses"] draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
