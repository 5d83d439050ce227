//! The last step: what came of it, and the way back.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use relasi_domain::locale;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::check::{CountCards, Problems};
use super::model::{Import, State};
use super::objects::{has_key, place};
use super::sheets::OtherSheets;
use super::watch::Watched;
use crate::api::{Request, use_api};
use crate::i18n::k;
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::icon;
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// Counts, the file of problems, undo.
#[component]
pub fn DoneStep(watched: Watched) -> impl IntoView {
    let import = watched.import.get_untracked();
    import.map(|import| view! { <DoneOf watched import/> })
}

#[component]
fn DoneOf(watched: Watched, import: Import) -> impl IntoView {
    let (busy, toasts, api) = (RwSignal::new(false), use_toasts(), use_api());
    let (state, target, counts) = (import.state, import.target(), import.counts);
    let undoable = matches!(state, State::Done | State::Failed | State::Cancelled);
    let undo = move |()| {
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = watched.start("undo").await {
                toasts.bad(error.text());
            }
            let _ = busy.try_set(false);
        });
    };
    // What matches is settled while importing; whoever is only alike is looked for afterwards.
    let (searching, navigate) = (RwSignal::new(false), use_navigate());
    let made = state == State::Done && counts.is_some_and(|counts| counts.created > 0);
    let search = json!({"object": target.name, "import_id": import.id});
    let find = move |()| {
        searching.set(true);
        let (search, navigate) = (search.clone(), navigate.clone());
        spawn_local(async move {
            match Request::post("/duplicates/scan")
                .json(&search)
                .send(api)
                .await
            {
                Ok(_) => navigate(
                    &format!("/app/quality/duplicates?object={}", target.name),
                    NavigateOptions::default(),
                ),
                Err(error) => toasts.bad(error.text()),
            }
            let _ = searching.try_set(false);
        });
    };
    let name = move || k::import::open_records(&labels::many(target).to_lowercase());
    let (text, tone) = outcome(&import);
    view! {
        <Banner text tone/>
        {counts.map(|counts| view! { <CountCards counts/> })}
        {(import.source.sheets.len() > 1).then(|| view! { <OtherSheets import=import.clone()/> })}
        {counts.filter(|c| c.rejected > 0).map(|counts| view! { <Problems import counts/> })}
        <div class="import-foot">
            {undoable.then(|| view! { <Button label=k::import::UNDO icon=icon::UNDO_2 busy=busy on_press=undo/> })}
            <span class="spacer"></span>
            {(made && !has_key(target)).then(|| view! { <Button label=k::duplicates::AMONG_NEW icon=icon::MERGE busy=searching on_press=find/> })}
            <a class="btn plain medium" href="/app/import"><span class="btn-label">{k::import::ANOTHER}</span></a>
            <a class="btn primary medium" href=place(target)><span class="btn-label">{name}</span></a>
        </div>
    }
}

/// How it ended, in words.
fn outcome(import: &Import) -> (TextProp, Tone) {
    match import.state {
        State::Failed if import.error.is_some() => {
            let code = import.error.clone().unwrap_or_default();
            let text = move || k::import::failed(&error_text(&code));
            (TextProp::from(text), Tone::Bad)
        }
        // An undo that somebody stopped leaves no error code.
        State::Failed | State::Cancelled => (k::import::CANCELLED.into(), Tone::Warn),
        State::Undone => (k::import::UNDONE.into(), Tone::Info),
        _ => (k::import::DONE.into(), Tone::Ok),
    }
}

/// The text of an error code; tracked.
fn error_text(code: &str) -> String {
    let language = labels::shown();
    let of = |area: &str| locale::text(language, &format!("{area}.{code}"));
    let text = of("problem")
        .or_else(|| of("fault"))
        .or_else(|| locale::text(language, "problem.internal"));
    text.unwrap_or(code).to_owned()
}
