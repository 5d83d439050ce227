//! What was learnt, how it did in its tests, and the switch.

use leptos::prelude::*;
use serde_json::json;

use super::calibration::{Calibration, share};
use super::model::{Desk, Examination, MODELS, Model, Settings};
use crate::i18n::{decimal, k, number};
use crate::records::instant;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::kpi::Kpi;
use crate::ui::tag::{Tag, Tone};

/// Models, the newest first, and the button that learns another one.
#[component]
pub fn Models(desk: Desk) -> impl IntoView {
    let label = move || {
        if desk.learning.get() {
            k::scores::LEARNING.get()
        } else {
            k::scores::LEARN.get()
        }
    };
    let busy = desk.learning;
    view! {
        <p class="hint">{k::scores::MODEL_HINT}</p>
        <div class="row"><Button label icon=icon::REFRESH_CW busy on_press=move |()| desk.begin(MODELS)/></div>
        {move || match desk.models.get() {
            None => view! { <Skeleton lines=3/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| desk.load_models()/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::scores::NO_MODELS}</p> }.into_any(),
            Some(Ok(all)) => {
                let settings = desk.settings.get().and_then(Result::ok);
                let card = |model: Model| settings.clone().map(|settings| view! { <ModelCard desk model settings/> });
                view! { <ol class="settings-lines score-models">{all.into_iter().map(card).collect_view()}</ol> }.into_any()
            }
        }}
    }
}

/// AUC or Brier score as a number from 0 to 1.
fn fraction(parts: Option<i64>) -> String {
    parts.map_or_else(
        || k::common::NONE.get().to_owned(),
        |parts| decimal(parts * 100),
    )
}

#[component]
fn ModelCard(desk: Desk, model: Model, settings: Settings) -> impl IntoView {
    let (count, version) = (model.number, settings.version);
    let on = settings.model_id.as_ref() == Some(&model.id);
    let id = model.id.clone();
    let switch_on = move |()| {
        let said = k::scores::is_on(&number(count));
        desk.set(version, json!({"model_id": id}), said);
    };
    let switch_off = move |()| {
        let said = k::scores::IS_OFF.get().to_owned();
        desk.set(version, json!({"model_id": null}), said);
    };
    let test = model.test.clone();
    let (n, auc, brier, base) = (test.n, test.auc, test.brier, test.base_rate);
    // Always saying the base rate.
    let without_model = base.map(|base| base * (10_000 - base) / 10_000);
    let (learned, day) = (test.learned, model.learned_at.clone());
    let least = settings.least_auc;
    let button = if on {
        view! {
            <Tag label=k::scores::IN_USE tone=Tone::Ok/>
            <Button label=k::scores::EXAMINE size=Size::Small busy=desk.learning on_press=move |()| desk.begin("/lead-score/examine")/>
            <Button label=k::scores::SWITCH_OFF size=Size::Small on_press=switch_off/>
        }
        .into_any()
    } else if model.good {
        view! { <Button label=k::scores::SWITCH_ON size=Size::Small variant=Variant::Primary on_press=switch_on/> }.into_any()
    } else {
        view! { <p class="hint">{move || k::scores::not_good(&fraction(Some(least)))}</p> }
            .into_any()
    };
    view! {
        <li class="panel score-model">
            <div class="row">
                <h3>{move || k::scores::model_title(&number(count))}</h3>
                <span class="spacer"></span>
                {button}
            </div>
            <p class="hint">{move || k::scores::learned_on(&number(learned), &instant::shown(&day))}</p>
            <div class="kpis">
                <Kpi label=k::scores::AUC value=move || fraction(auc) note=k::scores::AUC_NOTE/>
                <Kpi label=k::scores::BRIER value=move || fraction(brier) note=move || k::scores::brier_note(&fraction(without_model))/>
                <Kpi label=k::scores::BASE_RATE value=move || share(base) note=move || k::scores::of_n(&number(n))/>
            </div>
            <Calibration figures=test/>
            <Examinations all=model.examinations/>
        </li>
    }
}

#[component]
fn Examinations(all: Vec<Examination>) -> impl IntoView {
    let line = |one: Examination| {
        let (words, tone) = match one.verdict.as_str() {
            "holds" => (k::scores::HOLDS, Tone::Ok),
            "fell" => (k::scores::FELL, Tone::Bad),
            _ => (k::scores::TOO_FEW, Tone::Neutral),
        };
        let (at, auc, n) = (one.at, one.test.auc, one.test.n);
        view! {
            <li class="row">
                <span>{move || instant::shown(&at)}</span>
                <span class="secondary">{k::scores::AUC}" "{move || fraction(auc)}", "{move || k::scores::of_n(&number(n))}</span>
                <Tag label=words tone/>
            </li>
        }
    };
    (!all.is_empty()).then(|| {
        view! {
            <h4>{k::scores::EXAMINED}</h4>
            <ul class="plain-list">{all.into_iter().map(line).collect_view()}</ul>
        }
    })
}
