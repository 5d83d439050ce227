//! Reasons that become one.

use leptos::prelude::*;
use relasi_domain::sales::{pipeline, texts};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Request, use_api};
use crate::i18n::k;
use crate::records::labels;
use crate::records::store::Record;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::toast::use_toasts;

/// Shown while `merging` names a pipeline and one of its lists.
#[component]
pub fn MergeDialog(
    /// The pipeline and the field of the list; closing sets it to `None`.
    merging: RwSignal<Option<(Record, &'static str)>>,
    /// Called when they are one.
    on_saved: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(merging.with(Option::is_some)));
    view! {
        <Modal open title=k::deals::MERGE on_close=move |()| merging.set(None)>
            {move || merging.get().map(|(pipeline, list)| view! { <MergeForm pipeline list open on_saved/> })}
        </Modal>
    }
}

#[component]
fn MergeForm(
    pipeline: Record,
    list: &'static str,
    open: RwSignal<bool>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let all: Vec<String> = texts(Some(pipeline.value(list)))
        .map(str::to_owned)
        .collect();
    let to = RwSignal::new(all.first().cloned().unwrap_or_default());
    let marked = RwSignal::new(Vec::<String>::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let choices = all.iter().map(|one| Choice::new(one.clone(), one.clone()));
    let choices = Signal::stored(choices.collect::<Vec<_>>());
    let kept = StoredValue::new(pipeline);
    let save = move || {
        let to = to.get_untracked();
        let mut from = marked.get_untracked();
        from.retain(|one| *one != to);
        if from.is_empty() {
            error.set(Some(k::deals::MERGE_NONE.get().to_owned()));
            return;
        }
        busy.set(true);
        let kind = if list == "won_reasons" { "won" } else { "lost" };
        let body = json!({ "kind": kind, "from": from, "to": to });
        let (id, version) = kept.with_value(|one| (one.id().to_owned(), one.version()));
        spawn_local(async move {
            let path = format!("/pipelines/{id}/merge-reasons");
            let request = Request::post(&path).json(&body).version(version);
            let done = request.send(api).await;
            busy.try_set(false);
            match done {
                Ok(_) => {
                    toasts.ok(k::deals::MERGE_STARTED.get());
                    open.try_set(false);
                    on_saved.run(());
                }
                Err(fault) => _ = error.try_set(Some(fault.text())),
            }
        });
    };
    let line = move |reason: String| {
        let (mine, shown) = (StoredValue::new(reason.clone()), reason);
        let on = move || marked.with(|all| all.contains(&mine.get_value()));
        let stays = move || to.with(|to| *to == mine.get_value());
        let toggle = move |_| {
            marked.update(
                |all| match all.iter().position(|one| *one == mine.get_value()) {
                    Some(place) => _ = all.remove(place),
                    None => all.push(mine.get_value()),
                },
            );
            error.set(None);
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=move || on() && !stays() prop:disabled=stays on:change=toggle/>{shown}
            </label>
        }
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            {move || error.get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <p class="secondary">{k::deals::MERGE_TEXT}</p>
            <Select label=k::deals::MERGE_INTO value=to choices/>
            <fieldset class="choices-input">
                <legend>{move || labels::field(&pipeline::OBJECT, list)}</legend>
                {all.into_iter().map(line).collect_view()}
            </fieldset>
            <div class="row-end"><Button label=k::deals::MERGE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
