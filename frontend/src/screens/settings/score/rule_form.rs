//! The form of a rule.

use leptos::prelude::*;
use relasi_domain::sales::lead;
use relasi_domain::sales::score::Happening;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Desk, RULES, Rule, happening};
use crate::api::{FormErrors, Reply};
use crate::i18n::k;
use crate::records::filter_input::FilterInput;
use crate::records::store::encode;
use crate::screens::settings::routing::tick;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// What happened, which leads, how many points, for how long; and how many leads that is now.
#[component]
pub fn RuleForm(desk: Desk) -> impl IntoView {
    let edited = desk.chosen.get_untracked();
    let start = |of: fn(&Rule) -> String, none: &str| {
        RwSignal::new(edited.as_ref().map_or_else(|| none.to_owned(), of))
    };
    let name = start(|rule| rule.name.clone(), "");
    let filter = start(|rule| rule.filter.clone(), "");
    let what = start(
        |rule| {
            rule.happening
                .map(Happening::code)
                .unwrap_or_default()
                .to_owned()
        },
        "",
    );
    let points = start(|rule| rule.points.to_string(), "10");
    let days = start(
        |rule| rule.days.map(|days| days.to_string()).unwrap_or_default(),
        "",
    );
    let active = RwSignal::new(edited.as_ref().is_none_or(|rule| rule.active));
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let number = |text: RwSignal<String>| text.get_untracked().trim().parse::<i64>().ok();
        let body = json!({
            "name": name.get_untracked().trim(), "filter": filter.get_untracked().trim(),
            "happening": Happening::from_code(&what.get_untracked()), "points": number(points).unwrap_or(0),
            "days": number(days), "active": active.get_untracked(),
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
                    desk.toasts.ok(k::scores::saved(&rule.name));
                    desk.load();
                    desk.load_settings();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let choices = Signal::derive(|| {
        let choice = |one: Happening| Choice::new(one.code(), happening(one).get());
        let none = Choice::new("", k::scores::NOTHING_HAPPENED.get());
        std::iter::once(none)
            .chain(Happening::ALL.map(choice))
            .collect::<Vec<_>>()
    });
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::scores::NAME value=name required=true autofocus=true hint=k::scores::NAME_HINT error=errors.of("name")/>
            <Select label=k::scores::HAPPENING value=what choices error=errors.of("happening")/>
            <FilterInput object=&lead::OBJECT label=k::scores::FILTER value=filter hint=k::scores::FILTER_HINT error=errors.of("filter")/>
            <Preview desk filter errors/>
            <TextInput label=k::scores::POINTS value=points kind="number" hint=k::scores::POINTS_HINT error=errors.of("points")/>
            <TextInput label=k::scores::DAYS value=days kind="number" hint=k::scores::DAYS_HINT error=errors.of("days")/>
            {tick(k::scores::ACTIVE, active)}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

#[derive(serde::Deserialize)]
struct Count {
    count: i64,
}

/// How many leads a filter takes.
#[component]
fn Preview(desk: Desk, filter: RwSignal<String>, errors: FormErrors) -> impl IntoView {
    let found = RwSignal::new(None::<i64>);
    let ask = move |()| {
        let path = format!(
            "/leads/count?filter={}",
            encode(filter.get_untracked().trim())
        );
        errors.clear();
        spawn_local(async move {
            match desk.api.get(&path).await.and_then(Reply::read::<Count>) {
                Ok(all) => _ = found.try_set(Some(all.count)),
                Err(error) => errors.show(&error),
            }
        });
    };
    Effect::new(move |_| {
        filter.track();
        found.set(None);
    });
    view! {
        <div class="row">
            <Button label=k::scores::TRY size=Size::Small on_press=ask/>
            <span role="status" class="hint">{move || found.get().map(k::scores::matching)}</span>
        </div>
    }
}
