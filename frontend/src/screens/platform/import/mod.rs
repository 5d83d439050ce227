//! Import: File, Match, Check, Import, Done.

mod agreed;
mod check;
mod csv;
mod done;
mod former;
mod mapping;
mod matching;
mod model;
mod objects;
mod preset;
mod preview;
mod progress;
mod reading;
mod sheets;
mod start;
mod watch;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use relasi_domain::identity::access::Action;

use crate::api::use_api;
use crate::frame::PageBar;
use crate::i18n::k;
use crate::screens::settings::rights::may;
use crate::ui::feedback::{EmptyState, ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tabs::Stepper;
use check::CheckStep;
use done::DoneStep;
use former::FormerImports;
use matching::MatchStep;
use model::State;
use progress::Progress;
use start::FileStep;
use watch::Watched;

/// `/app/import`: a file, and the imports so far.
#[component]
pub fn ImportStart() -> impl IntoView {
    let allowed = may(Action::Import);
    view! {
        <PageBar title=k::import::TITLE/>
        <div class="page-body import">
            <Show when=move || allowed.get() fallback=|| view! { <EmptyState text=k::import::NOT_ALLOWED icon=icon::LOCK/> }>
                <Steps current=Signal::stored(0) on_choose=|_: usize| ()/>
                <FileStep/>
                <FormerImports/>
            </Show>
        </div>
    }
}

/// `/app/import/:id`: one import, at the step it has come to.
#[component]
pub fn ImportPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id").unwrap_or_default()));
    // Each import has a page of its own, so that nothing of the one before stays.
    move || view! { <ImportOf id=id.get()/> }
}

#[component]
fn ImportOf(id: String) -> impl IntoView {
    let watched = Watched::new(use_api());
    watched.load(id.clone());
    let title = move || {
        let name = watched
            .import
            .with(|i| i.as_ref().map(|i| i.file_name.clone()));
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| k::import::TITLE.get().to_owned())
    };
    let again = move |()| watched.load(id.clone());
    view! {
        <PageBar title=title trail=(k::import::TITLE.into(), "/app/import")/>
        <div class="page-body import">
            {move || match (watched.broken.get(), watched.import.with(Option::is_some)) {
                (Some((text, error_id)), false) => {
                    let on_retry = Callback::new(again.clone());
                    match error_id {
                        Some(error_id) => view! { <ErrorState text error_id on_retry/> }.into_any(),
                        None => view! { <ErrorState text on_retry/> }.into_any(),
                    }
                }
                (_, false) => view! { <Skeleton lines=8/> }.into_any(),
                (_, true) => view! { <Wizard watched/> }.into_any(),
            }}
        </div>
    }
}

/// The steps of an import that is there.
#[component]
fn Wizard(watched: Watched) -> impl IntoView {
    // Going back to matching from a later step.
    let back = RwSignal::new(false);
    let own = Memo::new(move |_| {
        watched
            .import
            .with(|i| i.as_ref().map_or(0, model::Import::step))
    });
    let step = Memo::new(move |_| if back.get() { 1 } else { own.get() });
    let state = Memo::new(move |_| watched.import.with(|i| i.as_ref().map(|i| i.state)));
    // What the job does next is looked at where it happens.
    Effect::watch(move || own.get(), move |_, _, _| back.set(false), false);
    let navigate = use_navigate();
    let choose = move |at: usize| match at {
        0 => navigate("/app/import", NavigateOptions::default()),
        1 => back.set(true),
        _ => back.set(false),
    };
    view! {
        <Steps current=step on_choose=choose/>
        {move || match (step.get(), state.get()) {
            (1, _) => view! { <MatchStep watched back/> }.into_any(),
            (2, Some(State::Checking)) => view! { <Progress watched text=k::import::CHECKING/> }.into_any(),
            (2, _) => view! { <CheckStep watched back/> }.into_any(),
            (3, _) => view! { <Progress watched text=k::import::LEAVE/> }.into_any(),
            (_, Some(State::Undoing)) => view! { <Progress watched text=k::import::LEAVE/> }.into_any(),
            _ => view! { <DoneStep watched/> }.into_any(),
        }}
    }
}

#[component]
fn Steps(
    #[prop(into)] current: Signal<usize>,
    #[prop(into)] on_choose: Callback<usize>,
) -> impl IntoView {
    let steps = Signal::stored(vec![
        TextProp::from(k::import::STEP_FILE),
        k::import::STEP_MATCH.into(),
        k::import::STEP_CHECK.into(),
        k::import::STEP_IMPORT.into(),
        k::import::STEP_DONE.into(),
    ]);
    view! { <Stepper label=k::import::STEPS steps current on_choose/> }
}
