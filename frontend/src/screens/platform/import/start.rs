//! The first step: which file, and what its rows become.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::model::Import;
use super::objects::{self, ObjectChoice};
use crate::api::{Reply, use_api};
use crate::download::file_of;
use crate::i18n::{k, percent};
use crate::records::store::encode;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::file_drop::FileDrop;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextArea;

/// A file on its way up.
#[derive(Clone, PartialEq)]
struct Sending {
    name: String,
    share: f64,
}

/// Drop, choose or paste; the page of the new import follows.
#[component]
pub fn FileStep() -> impl IntoView {
    let api = use_api();
    let navigate = use_navigate();
    let wanted = use_query_map().with_untracked(|query| query.get("object"));
    let object = RwSignal::new(objects::named(wanted.as_deref()));
    let sending = RwSignal::new(None::<Sending>);
    let fault = RwSignal::new(None::<String>);
    let send = UnsyncCallback::new(move |file: File| {
        if sending.with_untracked(Option::is_some) {
            return;
        }
        let (name, navigate) = (file.name(), navigate.clone());
        fault.set(None);
        sending.set(Some(Sending {
            name: name.clone(),
            share: 0.0,
        }));
        let path = format!(
            "/imports?object={}&file_name={}",
            object.get_untracked(),
            encode(&name)
        );
        let progress = move |share| {
            _ = sending.try_set(Some(Sending {
                name: name.clone(),
                share,
            }));
        };
        spawn_local(async move {
            let answer = api
                .upload(&path, &file, progress)
                .await
                .and_then(Reply::read::<Import>);
            match answer {
                Ok(import) => navigate(
                    &format!("/app/import/{}", import.id),
                    NavigateOptions::default(),
                ),
                Err(error) => _ = fault.try_set(Some(refusal(&error))),
            }
            let _ = sending.try_set(None);
        });
    });
    let on_files = UnsyncCallback::new(move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            send.run(file);
        }
    });
    view! {
        <section class="import-file stack">
            <div class="import-options"><ObjectChoice value=object/></div>
            {move || fault.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {move || match sending.get() {
                Some(sending) => view! { <SendingCard sending/> }.into_any(),
                None => view! { <FileDrop label=k::import::DROP hint=k::import::DROP_HINT accept=".csv,.tsv,.txt,.xlsx,.xlsm,.vcf,text/csv,text/plain,text/vcard" on_files/> }.into_any(),
            }}
            <Paste send/>
        </section>
    }
}

/// What is wrong with the file, rather than that something is.
fn refusal(error: &crate::api::ApiError) -> String {
    let first = error.problem().and_then(|problem| problem.errors.first());
    first.map_or_else(|| error.text(), |fault| fault.detail.clone())
}

#[component]
fn SendingCard(sending: Sending) -> impl IntoView {
    let Sending { name, share } = sending;
    let label = name.clone();
    view! {
        <div class="job" role="status">
            <div class="job-head">
                <strong>{move || k::import::uploading(&name)}</strong>
                <span class="spacer"></span>
                <span class="job-count">{move || percent(share)}</span>
            </div>
            <progress max="1" value=share.to_string() aria-label=label></progress>
            <p class="hint">{move || if share >= 1.0 { k::import::READING.get() } else { "" }}</p>
        </div>
    }
}

#[component]
fn Paste(send: UnsyncCallback<File>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let take = move |()| {
        let name = format!("{}.csv", k::import::PASTED_NAME.get());
        if let Ok(file) = file_of(&name, &text.get_untracked()) {
            send.run(file);
        }
    };
    view! {
        <div class="stack import-paste">
            <TextArea label=k::import::PASTE hint=k::import::PASTE_HINT value=text rows=3/>
            <Show when=move || text.with(|text| !text.trim().is_empty())>
                <div class="row"><Button label=k::import::PASTE_USE on_press=take/></div>
            </Show>
        </div>
    }
}
