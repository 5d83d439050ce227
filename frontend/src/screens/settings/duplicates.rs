//! From which likeness on two records are shown as duplicates.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::saving::{SaveNote, Saving};
use crate::api::{Reply, Request, use_api};
use crate::i18n::{k, number};
use crate::ui::feedback::Skeleton;
use crate::ui::select::{Choice, Select};
use crate::ui::toast::use_toasts;

#[derive(Clone, Copy, Deserialize)]
struct Thresholds {
    review: i64,
    sure: i64,
}

/// The thresholds, saved as they are chosen.
#[component]
pub fn DuplicateThresholds() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let loaded = RwSignal::new(None::<Thresholds>);
    spawn_local(async move {
        match api
            .get("/duplicates/settings")
            .await
            .and_then(Reply::read::<Thresholds>)
        {
            Ok(found) => _ = loaded.try_set(Some(found)),
            Err(error) => toasts.bad(error.text()),
        }
    });
    view! {
        <section class="stack settings-form">
            <h2>{k::duplicates::THRESHOLDS}</h2>
            <p class="secondary">{k::duplicates::THRESHOLDS_TEXT}</p>
            {move || match loaded.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(start) => view! { <Form start/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Form(start: Thresholds) -> impl IntoView {
    let (api, saving) = (use_api(), Saving::new());
    let review = RwSignal::new(start.review.to_string());
    let sure = RwSignal::new(start.sure.to_string());
    let choices = |kept: i64| {
        Signal::derive(move || {
            let mut all: Vec<i64> = (8..=20).map(|step| step * 5).chain([kept]).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter()
                .map(|score| Choice::new(score.to_string(), number(score)))
                .collect::<Vec<_>>()
        })
    };
    let value = |of: RwSignal<String>| of.get_untracked().parse::<i64>().unwrap_or_default();
    // The one that was not chosen follows, so that certainty is never below the doubt.
    let save = Callback::new(move |first: bool| {
        if value(review) > value(sure) {
            let (from, to) = if first {
                (review, sure)
            } else {
                (sure, review)
            };
            to.set(from.get_untracked());
        }
        let body = json!({"review": value(review), "sure": value(sure)});
        saving.run(async move {
            Request::put("/duplicates/settings")
                .json(&body)
                .send(api)
                .await
                .map(|_| ())
        });
    });
    view! {
        <SaveNote saving/>
        <Select label=k::duplicates::REVIEW value=review choices=choices(start.review) on_change=move |_: String| save.run(true)/>
        <Select label=k::duplicates::SURE_FROM value=sure choices=choices(start.sure) on_change=move |_: String| save.run(false)/>
    }
}
