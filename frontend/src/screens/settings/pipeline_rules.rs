//! What a pipeline asks for, and the reasons that its deals end for.

use leptos::prelude::*;
use relasi_domain::sales::{pipeline, texts};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::reason_merge::MergeDialog;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::store::{self, Record};
use crate::records::{Draft, RecordForm, labels};
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::icon;
use crate::ui::text_input::TextArea;
use crate::ui::toast::use_toasts;

/// Shown while `pipeline` is something.
#[component]
pub fn PipelineRulesDialog(
    /// The pipeline; closing sets it to `None`.
    pipeline: RwSignal<Option<Record>>,
    /// Called when it was saved.
    on_saved: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let merging = RwSignal::new(None::<(Record, &'static str)>);
    Effect::new(move |_| open.set(pipeline.with(Option::is_some)));
    view! {
        <Modal open title=k::deals::OPTIONS width=Width::Medium on_close=move |()| pipeline.set(None)>
            {move || pipeline.get().map(|pipeline| view! { <RulesForm pipeline open merging on_saved/> })}
        </Modal>
        <MergeDialog merging on_saved/>
    }
}

/// The reasons of a list, one per line.
fn lines(pipeline: &Record, name: &str) -> String {
    let reasons: Vec<&str> = texts(Some(pipeline.value(name))).collect();
    reasons.join("\n")
}

/// The lines of a text as a list: none empty, none twice.
fn listed(text: &str) -> Value {
    let mut all: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !all.contains(&line) {
            all.push(line);
        }
    }
    json!(all)
}

#[component]
fn RulesForm(
    pipeline: Record,
    open: RwSignal<bool>,
    merging: RwSignal<Option<(Record, &'static str)>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (draft, errors) = (Draft::of(&pipeline), FormErrors::default());
    let lists =
        ["lost_reasons", "won_reasons"].map(|name| (name, RwSignal::new(lines(&pipeline, name))));
    let busy = RwSignal::new(false);
    let kept = StoredValue::new(pipeline);
    let save = move || {
        errors.clear();
        busy.set(true);
        for (name, text) in lists {
            draft.set(name, text.with_untracked(|text| listed(text)));
        }
        let changes = draft.changes();
        let (id, version) = kept.with_value(|one| (one.id().to_owned(), one.version()));
        spawn_local(async move {
            let saved = store::patch(api, &pipeline::OBJECT, &id, version, changes).await;
            busy.try_set(false);
            match saved {
                Ok(_) => {
                    toasts.ok(k::deals::PIPELINE_SAVED.get());
                    open.try_set(false);
                    on_saved.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let list = move |(name, text): (&'static str, RwSignal<String>)| {
        let label = TextProp::from(move || labels::field(&pipeline::OBJECT, name));
        let several = kept.with_value(|one| texts(Some(one.value(name))).count() > 1);
        let merge = move |()| {
            open.set(false);
            merging.set(Some((kept.get_value(), name)));
        };
        view! {
            <TextArea label value=text hint=k::deals::ONE_PER_LINE rows=6 error=errors.of(name)/>
            {several.then(|| view! { <Button label=k::deals::MERGE icon=icon::MERGE size=Size::Small on_press=merge/> })}
        }
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&pipeline::OBJECT fields=vec!["next_step_required", "win_reason_required"] draft errors/>
            {lists.map(list)}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::listed;
    use serde_json::json;

    #[test]
    fn lines_become_a_list() {
        assert_eq!(
            listed(" Price \n\nTiming\nPrice\n"),
            json!(["Price", "Timing"])
        );
        assert_eq!(listed("\n"), json!([]));
    }
}
