//! The form of how a member works.

use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Working, words};
use super::rule_form::tick;
use crate::api::{FormErrors, Request, use_api};
use crate::i18n::{Day, k, local_day};
use crate::records::instant;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::date_input::DateInput;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// Languages, skills, territories, limits, away.
#[component]
pub fn ProfileForm(
    chosen: RwSignal<Option<Working>>,
    open: RwSignal<bool>,
    load: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let Some(now) = chosen.get_untracked() else {
        return ().into_any();
    };
    let list = |words: &[String]| RwSignal::new(words.join(", "));
    let limit =
        |limit: Option<i64>| RwSignal::new(limit.map(|n| n.to_string()).unwrap_or_default());
    let profile = &now.profile;
    let (languages, skills) = (list(&profile.languages), list(&profile.skills));
    let territories = list(&profile.territories);
    let (most_open, a_day) = (limit(profile.max_open), limit(profile.max_per_day));
    let until = profile.away_until.map(|at| at.to_rfc3339());
    let until: Option<Day> = until.and_then(|at| local_day(&at));
    let away = RwSignal::new(until);
    let by_mail = RwSignal::new(profile.alerts_by_mail);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        errors.clear();
        let count = |text: RwSignal<String>| text.get_untracked().trim().parse::<i64>().ok();
        let many = |text: RwSignal<String>| text.with_untracked(|text| words(text));
        // Whoever is back on a day takes leads from its beginning on.
        let until = away.get_untracked();
        let body = json!({
            "languages": many(languages), "skills": many(skills), "territories": many(territories),
            "max_open": count(most_open), "max_per_day": count(a_day),
            "away_until": until.map(|day| instant::of_local(day, "00:00")), "alerts_by_mail": by_mail.get_untracked(),
        });
        let (path, version) = (format!("/work-profiles/{}", now.user_id), now.version);
        spawn_local(async move {
            let saved = Request::put(&path)
                .json(&body)
                .version(version)
                .send(api)
                .await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    open.set(false);
                    toasts.ok(k::routing::PROFILE_SAVED.get());
                    load.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <TextInput label=k::routing::LANGUAGES value=languages hint=k::routing::LANGUAGES_HINT autofocus=true error=errors.of("languages")/>
            <TextInput label=k::routing::SKILLS value=skills hint=k::routing::COMMAS error=errors.of("skills")/>
            <TextInput label=k::routing::TERRITORIES value=territories hint=k::routing::TERRITORIES_HINT error=errors.of("territories")/>
            <TextInput label=k::routing::MAX_OPEN value=most_open kind="number" error=errors.of("max_open")/>
            <TextInput label=k::routing::MAX_PER_DAY value=a_day kind="number" error=errors.of("max_per_day")/>
            <DateInput label=k::routing::AWAY_UNTIL value=away error=errors.of("away_until")/>
            {tick(k::routing::ALERTS_BY_MAIL, by_mail)}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
    .into_any()
}
