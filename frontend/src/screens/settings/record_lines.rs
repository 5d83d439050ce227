//! Records of the settings as lines: made, changed and put into the trash in one place.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::record::Object;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use crate::api::{FormErrors, use_api};
use crate::i18n::{Key, k};
use crate::records::list::CreateDialog;
use crate::records::refs::use_titles;
use crate::records::store::{self, Query, Record};
use crate::records::{Draft, RecordForm};
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::toast::use_toasts;

/// Lines of one object.
#[derive(Clone, Copy)]
pub struct Lines {
    /// What they are.
    pub object: &'static Object,
    /// Heading.
    pub title: Key,
    /// What they are for.
    pub about: TextOf,
    /// The button that makes one.
    pub new: Key,
    /// Fields of the form.
    pub fields: &'static [&'static str],
    /// The order.
    pub sort: &'static str,
    /// References to name.
    pub include: &'static str,
    /// A record in words; tracked.
    pub words: fn(&Record) -> String,
}

/// What is said below a heading; tracked.
pub type TextOf = fn() -> String;

/// Heading, lines and the button that makes another one.
#[component]
pub fn RecordLines(
    /// Which.
    of: &'static Lines,
    /// Rises when others have made some.
    #[prop(optional)]
    news: RwSignal<u32>,
) -> impl IntoView {
    let (api, titles, toasts) = (use_api(), use_titles(), use_toasts());
    let allowed = may(Action::Settings);
    let found = RwSignal::new(None::<Result<Vec<Record>, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let query = Query {
                sort: of.sort.to_owned(),
                include: of.include.to_owned(),
                limit: 200,
                ..Query::default()
            };
            let page = store::list(api, of.object, &query).await;
            let page = page.inspect(|page| titles.learn(page));
            let items = page.map(|page| page.items).map_err(|error| error.text());
            found.try_set(Some(items));
        });
    });
    Effect::new(move |_| {
        news.track();
        load.run(());
    });
    let (adding, changing) = (RwSignal::new(false), RwSignal::new(false));
    let changed = RwSignal::new(None::<Record>);
    let trash = move |record: Record| {
        let (id, version) = (record.id().to_owned(), record.version());
        let name = untrack(|| (of.words)(&record));
        spawn_local(async move {
            if let Err(error) = store::delete(api, of.object, &id, version).await {
                toasts.bad(error.text());
                return;
            }
            load.run(());
            toasts.undoable(k::settings::trashed(&name), move || {
                let id = id.clone();
                spawn_local(async move {
                    if let Err(error) = store::restore(api, of.object, &id).await {
                        toasts.bad(error.text());
                    }
                    load.run(());
                });
            });
        });
    };
    let line = move |record: Record| {
        let (shown, named, other) = (record.clone(), record.clone(), record.clone());
        let away = record.clone();
        let trash_name = move || k::settings::trash_named(&(of.words)(&named));
        let change_name = move || k::commerce::change_named(&(of.words)(&other));
        let change = move |()| {
            changed.set(Some(record.clone()));
            changing.set(true);
        };
        view! {
            <li class="settings-line">
                <div class="settings-line-text">{move || (of.words)(&shown)}</div>
                <Show when=move || allowed.get()>
                    {
                        let (change, away) = (change.clone(), away.clone());
                        let (change_name, trash_name) = (change_name.clone(), trash_name.clone());
                        view! {
                            <IconButton label=change_name icon=icon::PENCIL on_press=change/>
                            <IconButton label=trash_name icon=icon::TRASH_2 on_press=move |()| trash(away.clone())/>
                        }
                    }
                </Show>
            </li>
        }
    };
    view! {
        <section class="settings-part">
            <h2>{of.title}</h2>
            <p class="secondary">{move || (of.about)()}</p>
            {move || match found.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <p class="hint">{k::commerce::NONE_YET}</p> }.into_any(),
                Some(Ok(all)) => view! { <ul class="settings-lines">{all.into_iter().map(line).collect_view()}</ul> }.into_any(),
            }}
            <Show when=move || allowed.get()>
                <p><Button label=of.new icon=icon::PLUS on_press=move |()| adding.set(true)/></p>
            </Show>
            <CreateDialog object=of.object title=of.new fields=of.fields open=adding on_done=move |_| load.run(())/>
            <Modal open=changing title=k::commerce::CHANGE width=Width::Medium>
                {move || changed.get().map(|record| view! { <ChangeForm of record open=changing load/> })}
            </Modal>
        </section>
    }
}

#[component]
fn ChangeForm(
    of: &'static Lines,
    record: Record,
    open: RwSignal<bool>,
    load: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let draft = Draft::of(&record);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let fields: Vec<&'static str> = of
        .fields
        .iter()
        .copied()
        .filter(|name| {
            let field = of.object.field(name);
            field.is_some_and(|field| field.write == relasi_domain::field::Write::Always)
        })
        .collect();
    let record = StoredValue::new(record);
    let save = move || {
        busy.set(true);
        errors.clear();
        let (id, version) = record.with_value(|record| (record.id().to_owned(), record.version()));
        spawn_local(async move {
            let saved = store::patch(api, of.object, &id, version, draft.changes()).await;
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    open.try_set(false);
                    load.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="create-form" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=of.object fields draft errors autofocus=true/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// The way to a file with many of them.
#[component]
pub fn FromFile(object: &'static Object) -> impl IntoView {
    let (settings, imports) = (may(Action::Settings), may(Action::Import));
    view! {
        <Show when=move || settings.get() && imports.get()>
            <a class="btn plain medium" href=format!("/app/import?object={}", object.name)>
                <span class="btn-label">{k::import::FROM_FILE}</span>
            </a>
        </Show>
    }
}
