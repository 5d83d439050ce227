//! The form of a rule.

use leptos::prelude::*;
use relasi_domain::sales::lead;
use relasi_domain::sales::routing::{Method, Needs};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Desk, RULES, Rule, method, words};
use crate::api::{FormErrors, Reply};
use crate::i18n::{Key, k};
use crate::records::filter_input::FilterInput;
use crate::records::people::use_people;
use crate::records::store::{self, Query};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::combobox::Combobox;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// Which leads, who, how, what is asked of them, who else.
#[component]
pub fn RuleForm(desk: Desk) -> impl IntoView {
    let people = use_people();
    let edited = desk.chosen.get_untracked();
    let start = |of: fn(&Rule) -> String, none: &str| {
        RwSignal::new(edited.as_ref().map_or_else(|| none.to_owned(), of))
    };
    let name = start(|rule| rule.name.clone(), "");
    let filter = start(|rule| rule.filter.clone(), "");
    let how = start(
        |rule| rule.method.code().to_owned(),
        Method::RoundRobin.code(),
    );
    let team = start(|rule| rule.team_id.clone().unwrap_or_default(), "");
    let skills = start(|rule| rule.needs.skills.join(", "), "");
    let users = RwSignal::new(
        edited
            .as_ref()
            .map_or_else(Vec::new, |rule| rule.user_ids.clone()),
    );
    let needs = edited
        .as_ref()
        .map(|rule| rule.needs.clone())
        .unwrap_or_default();
    let (language, territory) = (
        RwSignal::new(needs.language),
        RwSignal::new(needs.territory),
    );
    let active = RwSignal::new(edited.as_ref().is_none_or(|rule| rule.active));
    let fallback = edited.as_ref().and_then(|rule| rule.fallback_id.clone());
    let fallback = fallback.map(|id| {
        let name = untrack(|| people.name(&id)).unwrap_or_default();
        Choice::new(id, name)
    });
    let fallback = RwSignal::new(fallback);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let needs = Needs {
            language: language.get_untracked(),
            territory: territory.get_untracked(),
            skills: skills.with_untracked(|text| words(text)),
        };
        let body = json!({
            "name": name.get_untracked().trim(), "filter": filter.get_untracked().trim(), "method": how.get_untracked(),
            "user_ids": users.get_untracked(), "team_id": Some(team.get_untracked()).filter(|id| !id.is_empty()), "needs": needs,
            "fallback_id": fallback.get_untracked().map(|choice| choice.value), "active": active.get_untracked(),
        });
        let edited = edited.clone();
        spawn_local(async move {
            let saved = match &edited {
                None => desk.api.post(RULES, &body).await,
                Some(rule) => {
                    let path = format!("{RULES}/{}", rule.id);
                    desk.api.patch(&path, rule.version, &body).await
                }
            };
            let _ = busy.try_set(false);
            match saved.and_then(Reply::read::<Rule>) {
                Ok(rule) => {
                    desk.editing.set(false);
                    desk.toasts.ok(k::routing::saved(&rule.name));
                    desk.load();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let methods = Signal::derive(|| {
        let choice = |one: Method| Choice::new(one.code(), method(one).get());
        Method::ALL.map(choice).to_vec()
    });
    let team_choices = teams(desk);
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::routing::NAME value=name required=true autofocus=true hint=k::routing::NAME_HINT error=errors.of("name")/>
            <FilterInput object=&lead::OBJECT label=k::routing::FILTER value=filter hint=k::routing::FILTER_HINT error=errors.of("filter")/>
            <Select label=k::routing::METHOD value=how choices=methods error=errors.of("method")/>
            <fieldset class="choices-input">
                <legend>{k::routing::WHO}</legend>
                {move || errors.of("user_ids").get().map(|text| view! { <Banner text tone=Tone::Bad inline=true/> })}
                <div class="checks">{move || people.choices().into_iter().map(|choice| person(choice, users)).collect_view()}</div>
            </fieldset>
            <Show when=move || team_choices.with(|all| all.len() > 1)>
                <Select label=k::routing::TEAM value=team choices=team_choices error=errors.of("team_id")/>
            </Show>
            <fieldset class="choices-input">
                <legend>{k::routing::NEEDS}</legend>
                <div class="checks">{tick(k::routing::NEEDS_LANGUAGE, language)}{tick(k::routing::NEEDS_TERRITORY, territory)}</div>
            </fieldset>
            <TextInput label=k::routing::NEEDS_SKILLS value=skills hint=k::routing::COMMAS error=errors.of("needs")/>
            <Combobox label=k::routing::FALLBACK value=fallback find=people.finder() hint=k::routing::FALLBACK_HINT error=errors.of("fallback_id")/>
            {tick(k::routing::ACTIVE, active)}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// A box for something that is or is not.
pub fn tick(label: Key, value: RwSignal<bool>) -> impl IntoView {
    let toggle = move |event: web_sys::Event| value.set(event_target_checked(&event));
    view! { <label class="check-line"><input type="checkbox" prop:checked=move || value.get() on:change=toggle/>{label}</label> }
}

/// A box for somebody who is one of several or not.
pub fn person(choice: Choice, users: RwSignal<Vec<String>>) -> impl IntoView {
    let (mine, theirs) = (choice.value.clone(), choice.value);
    let on = move || users.with(|all| all.contains(&mine));
    let toggle = move |event: web_sys::Event| {
        let ticked = event_target_checked(&event);
        users.update(|all| {
            all.retain(|one| *one != theirs);
            if ticked {
                all.push(theirs.clone());
            }
        });
    };
    view! { <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{choice.label}</label> }
}

/// The teams to choose from, none first.
pub fn teams(desk: Desk) -> RwSignal<Vec<Choice>> {
    let found = RwSignal::new(vec![Choice::new("", untrack(|| k::common::NONE.get()))]);
    let object = &relasi_domain::identity::team::OBJECT;
    spawn_local(async move {
        let query = Query {
            sort: "name".to_owned(),
            limit: 200,
            ..Query::default()
        };
        if let Ok(page) = store::list(desk.api, object, &query).await {
            let _ = found.try_update(|all| {
                let teams = page.items.iter();
                all.extend(teams.map(|team| Choice::new(team.id(), team.title(object))));
            });
        }
    });
    found
}
