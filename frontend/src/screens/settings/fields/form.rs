//! The sheet in which a field is defined.

use leptos::prelude::*;
use relasi_domain::platform::custom_field::OBJECT;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::default::Default;
use super::desk::Desk;
use super::options::{Options, Row};
use super::words::Words;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::records::input::FieldInput;
use crate::records::{Draft, store};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;

/// Label, type and rules of a field.
#[component]
pub fn FieldForm(desk: Desk) -> impl IntoView {
    let api = use_api();
    let edited = desk.edited.get_untracked();
    let draft = edited.as_ref().map_or_else(|| new_draft(desk), Draft::of);
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let rows = RwSignal::new(Row::of(&draft.value("options")));
    let owner = Owner::current().unwrap_or_default();
    let kind = Memo::new(move |_| draft.text("kind"));
    let is_new = edited.is_none();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        if has_options(&untrack(|| draft.text("kind"))) {
            draft.set("options", Row::to_json(&rows.get_untracked()));
        }
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => store::create(api, &OBJECT, draft.body()).await,
                Some(field) => {
                    let changes = draft.changes();
                    store::patch(api, &OBJECT, field.id(), field.version(), changes).await
                }
            };
            let _ = busy.try_set(false);
            match saved {
                Ok(field) => {
                    let name = field.title(&OBJECT);
                    let said = if is_new {
                        k::fields::created(&name)
                    } else {
                        k::fields::saved(&name)
                    };
                    desk.toasts.ok(said);
                    desk.editing.set(false);
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let label = if is_new {
        k::fields::CREATE
    } else {
        k::common::SAVE
    };
    view! {
        <form class="record-form" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <Member name="label" draft errors autofocus=true/>
            <Member name="kind" draft errors/>
            {(!is_new).then(|| view! { <p class="hint">{k::fields::KIND_NOTE}</p> })}
            {move || of_kind(&kind.get(), draft, errors, rows, &owner)}
            <Rules draft errors/>
            <Default draft errors rows/>
            <Words draft errors/>
            <div class="row-end"><Button label variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

fn new_draft(desk: Desk) -> Draft {
    let session = desk.api.session();
    let currency = session.with_untracked(|s| s.as_ref().map(|s| s.workspace.currency.clone()));
    let start = json!({ "object": desk.object.get_untracked(), "kind": "text", "currency": currency, "target": "company" });
    Draft::new(start.as_object().cloned().unwrap_or_default())
}

fn has_options(kind: &str) -> bool {
    matches!(kind, "choice" | "choices")
}

/// What only some types need.
fn of_kind(
    kind: &str,
    draft: Draft,
    errors: FormErrors,
    rows: RwSignal<Vec<Row>>,
    owner: &Owner,
) -> AnyView {
    match kind {
        "money" => view! { <Member name="currency" draft errors/> }.into_any(),
        "relation" => view! { <Member name="target" draft errors/> }.into_any(),
        kind if has_options(kind) => {
            let owner = owner.clone();
            view! { <Options rows owner error=errors.of("options")/> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// A member of the definition with the input of its kind.
#[component]
fn Member(
    name: &'static str,
    draft: Draft,
    errors: FormErrors,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    OBJECT.field(name).map(|field| {
        view! { <FieldInput object=&OBJECT field draft errors autofocus/> }
    })
}

#[component]
fn Rules(draft: Draft, errors: FormErrors) -> impl IntoView {
    let single = move || {
        !matches!(
            draft.text("kind").as_str(),
            "long_text" | "boolean" | "choices"
        )
    };
    let faults = ["is_unique", "marks_duplicates"].map(|name| errors.of(name));
    view! {
        <fieldset class="choices-input">
            <legend>{k::fields::RULES}</legend>
            <Member name="required" draft errors/>
            <Show when=single>
                <Member name="is_unique" draft errors/>
                <Member name="marks_duplicates" draft errors/>
            </Show>
            <Member name="private" draft errors/>
            {move || faults.iter().filter_map(|fault| fault.get()).map(|text| view! { <p class="field-error">{text}</p> }).collect_view()}
        </fieldset>
    }
}
