//! The form of a hook.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Hook, PATH};
use super::mapping::{Mapping, MappingLines};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::labels;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// Name, what it makes, where fields come from, and what happens when a record is there already.
#[component]
pub fn HookForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start = |of: fn(&Hook) -> String, none: &str| {
        RwSignal::new(edited.as_ref().map_or_else(|| none.to_owned(), of))
    };
    let name = start(|one| one.name.clone(), "");
    let object = start(|one| one.object.clone(), "contact");
    let matching = start(|one| one.option("match"), "email");
    let on_match = start(|one| one.option("on_match"), "update");
    let mapping = Mapping::of(edited.as_ref().map_or(&[], |one| one.mapping.as_slice()));
    let kept = edited.as_ref().map(|one| one.options.clone());
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let is_new = edited.is_none();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let mut options = kept.clone().unwrap_or_else(|| json!({}));
        options["match"] = json!(matching.get_untracked());
        options["on_match"] = json!(on_match.get_untracked());
        let mut body = json!({"name": name.get_untracked().trim(), "mapping": mapping.whole(), "options": options});
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => {
                    body["object"] = json!(object.get_untracked());
                    desk.api.post(PATH, &body).await
                }
                Some(one) => desk.api.patch(&one.path(), one.version, &body).await,
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Hook>) {
                Ok(hook) => {
                    desk.editing.set(false);
                    if hook.token.is_none() {
                        desk.toasts.ok(k::inbound::saved(&hook.name));
                    }
                    desk.tell(hook.token);
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let objects = Signal::derive(|| {
        let named = |name: &str| {
            relasi_domain::object(name).map(|object| Choice::new(name, labels::one(object)))
        };
        ["contact", "company"]
            .into_iter()
            .filter_map(named)
            .collect::<Vec<_>>()
    });
    let shown = Signal::derive(move || object.with(|name| relasi_domain::object(name)).map(whole));
    let label = if is_new {
        k::inbound::CREATE
    } else {
        k::common::SAVE
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::inbound::NAME value=name required=true autofocus=true hint=k::inbound::NAME_HINT error=errors.of("name")/>
            {is_new.then(|| view! { <Select label=k::inbound::BECOMES value=object choices=objects error=errors.of("object")/> })}
            <Example mapping object=shown/>
            <fieldset class="stack">
                <legend>{k::inbound::MAPPING}</legend>
                <p class="hint">{k::inbound::MAPPING_HINT}</p>
                <MappingLines mapping object=shown/>
            </fieldset>
            <Select label=k::inbound::MATCH value=matching choices=Signal::derive(move || by(&object.get()))/>
            <Select label=k::inbound::ON_MATCH value=on_match choices=Signal::derive(on_matches)/>
            <div class="row-end"><Button label variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// By what a record that is there can be found; tracked.
fn by(object: &str) -> Vec<Choice> {
    let mut all = vec![
        Choice::new("email", k::import::MATCH_EMAIL.get()),
        Choice::new("phone", k::import::MATCH_PHONE.get()),
    ];
    if object == "company" {
        all.push(Choice::new("domain", k::import::MATCH_DOMAIN.get()));
        all.push(Choice::new("name", k::import::MATCH_NAME.get()));
    }
    all.push(Choice::new("none", k::inbound::MATCH_NONE.get()));
    all
}

fn on_matches() -> Vec<Choice> {
    vec![
        Choice::new("update", k::import::ON_MATCH_UPDATE.get()),
        Choice::new("skip", k::inbound::ON_MATCH_SKIP.get()),
        Choice::new("create", k::import::ON_MATCH_CREATE.get()),
    ]
}

/// An example of what will come, from which lines are proposed.
#[component]
fn Example(
    mapping: Mapping,
    object: Signal<Option<&'static relasi_domain::record::Object>>,
) -> impl IntoView {
    let (text, error) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let propose = move |()| {
        let example = text.with_untracked(|text| serde_json::from_str::<Value>(text));
        match (example, object.get_untracked()) {
            (Ok(example), Some(object)) if example.is_object() => {
                error.set(None);
                mapping.propose(object, &example);
            }
            _ => error.set(Some(k::inbound::NO_OBJECT.get().to_owned())),
        }
    };
    view! {
        <TextArea label=k::inbound::EXAMPLE value=text rows=4 hint=k::inbound::EXAMPLE_HINT error/>
        <div class="row"><Button label=k::inbound::PROPOSE size=Size::Small on_press=propose/></div>
    }
}
