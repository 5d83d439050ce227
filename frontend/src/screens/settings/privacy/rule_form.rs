//! The form of a rule.

use leptos::prelude::*;
use relasi_domain::people::contact;
use relasi_domain::record::Object;
use relasi_domain::sales::lead;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::rules::{Desk, PATH, Rule};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::filter_input::FilterInput;
use crate::records::privacy::word;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

fn choices(kind: &'static str, codes: &[&'static str]) -> Vec<Choice> {
    codes
        .iter()
        .map(|code| Choice::new(*code, word(kind, code)))
        .collect()
}

/// People, who can be narrowed down and erased.
pub fn people(object: &str) -> Option<&'static Object> {
    [&contact::OBJECT, &lead::OBJECT]
        .into_iter()
        .find(|one| one.name == object)
}

/// What, after how long, which, and what happens.
#[component]
pub fn RuleForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start = |of: fn(&Rule) -> String, otherwise: &str| {
        RwSignal::new(edited.as_ref().map_or_else(|| otherwise.to_owned(), of))
    };
    let name = start(|rule| rule.name.clone(), "");
    let object = start(|rule| rule.object.clone(), "contact");
    let months = start(|rule| rule.months.to_string(), "24");
    let filter = start(|rule| rule.filter.clone(), "");
    let action = start(|rule| rule.action.clone(), "list");
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let is_new = edited.is_none();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let number = months
            .get_untracked()
            .trim()
            .parse::<i64>()
            .unwrap_or_default();
        let filter = if object.with_untracked(|object| people(object).is_some()) {
            filter.get_untracked()
        } else {
            String::new()
        };
        let mut body = json!({"name": name.get_untracked(), "months": number, "filter": filter, "action": action.get_untracked()});
        if is_new {
            body["object"] = json!(object.get_untracked());
        }
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(PATH, &body).await,
                Some(rule) => {
                    desk.api
                        .patch(&format!("{PATH}/{}", rule.id), rule.version, &body)
                        .await
                }
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Rule>) {
                Ok(rule) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::privacy::rule_saved(&rule.name));
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let objects = Signal::derive(|| choices("object", &["contact", "lead", "activity", "file"]));
    let actions = Signal::derive(move || {
        if object.with(|object| people(object).is_some()) {
            choices("action", &["list", "trash", "erase"])
        } else {
            choices("action", &["list", "trash"])
        }
    });
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::privacy::NAME value=name required=true autofocus=true error=errors.of("name")/>
            {is_new.then(|| view! { <Select label=k::privacy::OBJECT value=object choices=objects error=errors.of("object")/> })}
            <TextInput label=k::privacy::MONTHS value=months kind="number" required=true error=errors.of("months")/>
            {move || object.with(|object| people(object)).map(|object| view! {
                <FilterInput object label=k::privacy::FILTER value=filter hint=k::privacy::FILTER_HINT error=errors.of("filter")/>
            })}
            <Select label=k::privacy::ACTION value=action choices=actions error=errors.of("action")/>
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
