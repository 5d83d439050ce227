//! Erasing a person: what goes, what stays, the name typed, a reason.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use crate::api::{FormErrors, Reply};
use crate::i18n::{Key, k, number};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Rows {
    table: String,
    rows: i64,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Preview {
    name: String,
    erased: Vec<Rows>,
    kept: Vec<Rows>,
}

/// The dialog; the page is left once it is begun.
#[component]
pub fn EraseDialog(live: Live, open: RwSignal<bool>, gone: Callback<()>) -> impl IntoView {
    view! { <Modal open title=k::privacy::ERASE_TITLE width=Width::Medium><Erase live open gone/></Modal> }
}

#[component]
fn Erase(live: Live, open: RwSignal<bool>, gone: Callback<()>) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Preview, String>>);
    let load = move || {
        spawn_local(async move {
            let path = format!("/{}/{}/erasure", live.object.plural, live.id());
            let read = live.api.get(&path).await.and_then(Reply::read::<Preview>);
            let _ = found.try_set(Some(read.map_err(|error| error.text())));
        });
    };
    load();
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(preview)) => view! { <Order live preview open gone/> }.into_any(),
        }}
    }
}

/// What a table is called for people; several are taken together.
fn kind(table: &str) -> (u8, Key) {
    match table {
        "contacts" => (0, k::privacy::KIND_CONTACTS),
        "leads" => (0, k::privacy::KIND_LEADS),
        "deals" => (1, k::privacy::KIND_DEALS),
        "activities" => (2, k::privacy::KIND_ACTIVITIES),
        "comments" => (3, k::privacy::KIND_COMMENTS),
        "files" | "file_versions" => (4, k::privacy::KIND_FILES),
        "consents" | "lead_consents" => (5, k::privacy::KIND_CONSENTS),
        "contact_roles" | "relationships" => (6, k::privacy::KIND_RELATIONS),
        "audit_entries" | "timeline_events" => (7, k::privacy::KIND_HISTORY),
        _ => (8, k::privacy::KIND_OTHERS),
    }
}

#[component]
fn Sums(title: Key, rows: Vec<Rows>) -> impl IntoView {
    let mut sums: Vec<(u8, Key, i64)> = Vec::new();
    // A file and its versions are one thing.
    for one in rows.iter().filter(|one| one.table != "file_versions") {
        let (place, name) = kind(&one.table);
        match sums.iter_mut().find(|(known, _, _)| *known == place) {
            Some((_, _, sum)) => *sum += one.rows,
            None => sums.push((place, name, one.rows)),
        }
    }
    sums.sort_by_key(|(place, _, _)| *place);
    let any = !sums.is_empty();
    let lines = sums.into_iter().map(|(_, name, sum)| view! { <li><span>{name}</span><span class="sum">{move || number(sum)}</span></li> });
    let lines = lines.collect_view();
    any.then(|| view! { <section class="stack"><h3>{title}</h3><ul class="erase-sums">{lines}</ul></section> })
}

#[component]
fn Order(live: Live, preview: Preview, open: RwSignal<bool>, gone: Callback<()>) -> impl IntoView {
    let (typed, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let name = preview.name;
    let erase = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({"name": typed.get_untracked(), "reason": reason.get_untracked()});
        spawn_local(async move {
            let path = format!("/{}/{}/erasure", live.object.plural, live.id());
            let sent = live.api.post(&path, &body).await;
            let _ = busy.try_set(false);
            match sent {
                Ok(_) => {
                    live.toasts.ok(k::privacy::ERASE_STARTED.get());
                    let _ = open.try_set(false);
                    gone.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack erase" on:submit=erase novalidate=true>
            <Banner text=k::privacy::ERASE_TEXT tone=Tone::Warn/>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Sums title=k::privacy::GOES rows=preview.erased/>
            <Sums title=k::privacy::STAYS rows=preview.kept/>
            <TextInput label=move || k::privacy::type_name(&name) value=typed required=true error=errors.of("name")/>
            <TextArea label=k::privacy::REASON value=reason required=true limit=500_usize error=errors.of("reason")/>
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::privacy::ERASE_BUTTON variant=Variant::Danger submit=true busy/>
            </div>
        </form>
    }
}
