//! The bands of the grades, and how open leads are spread over them.

use leptos::prelude::*;
use relasi_domain::sales::lead::GRADES;
use relasi_domain::sales::score;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::model::{Desk, SETTINGS, Settings};
use crate::api::FormErrors;
use crate::i18n::{k, number};
use crate::records::store::encode;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::kpi::{Bar, BarList};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;

/// The least points of each grade, and the least that a model must do.
#[component]
pub fn Bands(desk: Desk, settings: Settings) -> impl IntoView {
    let version = settings.version;
    let text = |points: i64| RwSignal::new(points.to_string());
    let (a, b, c) = (
        text(settings.bands.a),
        text(settings.bands.b),
        text(settings.bands.c),
    );
    let least = text(settings.least_auc / 100);
    let (errors, busy) = (FormErrors::default(), RwSignal::new(false));
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        errors.clear();
        let points = |text: RwSignal<String>| text.get_untracked().trim().parse().unwrap_or(0);
        let bands = score::Bands {
            a: points(a),
            b: points(b),
            c: points(c),
        };
        let body = json!({"bands": bands, "least_auc": points(least) * 100});
        spawn_local(async move {
            let saved = desk.api.patch(SETTINGS, version, &body).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => {
                    desk.toasts.ok(k::scores::GRADES_SAVED.get());
                    desk.load_settings();
                    desk.load_models();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    view! {
        <p class="hint">{k::scores::GRADES_HINT}</p>
        <form class="stack" on:submit=save novalidate=true>
            {move || errors.general().get().or_else(|| errors.of("bands").get()).map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div class="row score-bands">
                <TextInput label=move || k::scores::least_of("A") value=a kind="number"/>
                <TextInput label=move || k::scores::least_of("B") value=b kind="number"/>
                <TextInput label=move || k::scores::least_of("C") value=c kind="number"/>
            </div>
            <TextInput label=k::scores::LEAST_AUC value=least kind="number" error=errors.of("least_auc")/>
            <div class="row"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}

/// Open leads by grade, as bars that open them.
#[component]
pub fn Spread(settings: Settings) -> impl IntoView {
    let working = settings.working;
    let all = settings.grades;
    let bars = move || {
        let count = |grade: Option<&str>| {
            let found = all.iter().find(|one| one.grade.as_deref() == grade);
            found.map_or(0, |one| one.count)
        };
        let bar = |label: String, grade: Option<&str>| {
            let count = count(grade);
            let test = grade.map_or_else(
                || "grade is empty".to_owned(),
                |grade| format!("grade = {grade}"),
            );
            let filter = format!("{test} and status not in (unqualified, converted)");
            #[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
            let value = count as f64;
            Bar {
                label,
                value,
                shown: number(count),
                href: Some(format!("/app/leads?f={}", encode(&filter))),
                few: false,
            }
        };
        let graded = GRADES
            .iter()
            .map(|grade| bar(grade.to_uppercase(), Some(grade)));
        let rest = bar(k::scores::NO_GRADE.get().to_owned(), None);
        graded.chain([rest]).collect::<Vec<_>>()
    };
    view! {
        <h3>{k::scores::SPREAD}</h3>
        <p class="hint" role="status">{move || working.then(|| k::scores::WORKING.get())}</p>
        <BarList bars=Signal::derive(bars)/>
    }
}
