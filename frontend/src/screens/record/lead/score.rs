//! How promising a lead is, and why.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::super::live::Live;
use super::super::related::Section;
use crate::api::Reply;
use crate::i18n::{Key, decimal, k, number, percent};
use crate::records::instant;
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, PartialEq, Deserialize)]
struct Met {
    name: String,
    points: i64,
    since: String,
    until: Option<String>,
    counts: bool,
}

#[derive(Clone, PartialEq, Deserialize)]
struct Because {
    feature: String,
    value: String,
    weight: i64,
    won: i64,
    lost: i64,
}

#[derive(Clone, PartialEq, Deserialize)]
struct By {
    number: i64,
    reasons: Vec<Because>,
}

#[derive(Clone, PartialEq, Deserialize)]
struct Found {
    score: Option<i64>,
    grade: Option<String>,
    chance: Option<i64>,
    rules: Vec<Met>,
    model: Option<By>,
}

/// Facts that are shown at first: those that weigh most.
const SHOWN: usize = 6;

/// The card on the page of a lead.
#[component]
pub fn ScoreCard(live: Live) -> impl IntoView {
    let found = RwSignal::new(None::<Found>);
    Effect::new(move |_| {
        live.news();
        // What rules go by may have changed.
        live.with(|_| ());
        let path = format!("/leads/{}/score", live.id());
        spawn_local(async move {
            // What can't be read stays as it was.
            if let Ok(read) = live.api.get(&path).await.and_then(Reply::read::<Found>) {
                let _ = found.try_set(Some(read));
            }
        });
    });
    let count = Signal::derive(move || {
        found.with(|found| {
            let score = found.as_ref()?;
            let parts = usize::from(score.score.is_some()) + usize::from(score.model.is_some());
            i64::try_from(parts).ok()
        })
    });
    let cards = move || {
        let score = found.get()?;
        let (points, grade) = (score.score, score.grade.clone().unwrap_or_default());
        let rules = points.map(|points| view! { <RuleCard points grade rules=score.rules/> });
        let model = score
            .model
            .map(|by| view! { <ModelCard chance=score.chance by/> });
        Some(view! { {rules}{model} })
    };
    let empty = move || {
        let converted = live.with(|lead| lead.text("status") == Some("converted"));
        if converted {
            k::scores::CARD_CONVERTED.get()
        } else {
            k::scores::CARD_EMPTY.get()
        }
    };
    view! {
        <Section title=k::scores::CARD count empty>
            <ul class="cards score-cards">{cards}</ul>
        </Section>
    }
}

/// A grade and its colour.
fn tone(grade: &str) -> Tone {
    match grade {
        "a" => Tone::Ok,
        "b" => Tone::Info,
        "c" => Tone::Warn,
        _ => Tone::Neutral,
    }
}

#[component]
fn RuleCard(points: i64, grade: String, rules: Vec<Met>) -> impl IntoView {
    let letter = grade.to_uppercase();
    let (tag, none) = (letter.clone(), rules.is_empty());
    let line = |rule: Met| {
        let expired = !rule.counts;
        let (since, until) = (rule.since, rule.until);
        let when = move || {
            let since = k::scores::since(&instant::shown(&since));
            match &until {
                Some(until) if expired => k::scores::expired(&instant::shown(until)),
                Some(until) => format!("{since}, {}", k::scores::until(&instant::shown(until))),
                None => since,
            }
        };
        let points = rule.points;
        view! {
            <li class="score-line" class:expired=expired>
                <span>{rule.name}<span class="hint">{when}</span></span>
                <strong class="number">{move || signed(points)}</strong>
            </li>
        }
    };
    view! {
        <li class="related-card">
            <div class="related-card-head">
                <strong>{move || k::scores::by_rules(&letter, &number(points))}</strong>
                <Tag label=move || tag.clone() tone=tone(&grade)/>
            </div>
            {none.then(|| view! { <p class="secondary">{k::scores::NO_POINTS}</p> })}
            <ul class="score-lines">{rules.into_iter().map(line).collect_view()}</ul>
        </li>
    }
}

fn signed(points: i64) -> String {
    if points > 0 {
        format!("+{}", number(points))
    } else {
        number(points)
    }
}

/// A weight in hundredths: "+0.8".
fn weighed(weight: i64) -> String {
    let text = decimal(weight * 10_000);
    if weight > 0 { format!("+{text}") } else { text }
}

#[component]
fn ModelCard(chance: Option<i64>, by: By) -> impl IntoView {
    let (count, all) = (by.number, by.reasons.len());
    #[expect(clippy::cast_precision_loss, reason = "per cent")]
    let shown = move || chance.map(|chance| percent(chance as f64 / 100.0));
    let head = move || {
        let shown = shown().unwrap_or_else(|| k::common::NONE.get().to_owned());
        k::scores::by_model(&shown, &number(count))
    };
    let line = |reason: Because| {
        let Because {
            feature,
            value,
            weight,
            won,
            lost,
        } = reason;
        let words = move || format!("{} = {}", feature_name(&feature).get(), value_name(&value));
        let hint = move || k::scores::weight_hint(&number(lost), &number(won));
        view! {
            <li class="score-line" title=hint>
                <span>{words}</span>
                <strong class="number" class:good=move || 0 < weight class:bad=move || weight < 0>{move || weighed(weight)}</strong>
                <span class="hidden-visually">{hint}</span>
            </li>
        }
    };
    let mut reasons = by.reasons;
    let rest = reasons.split_off(SHOWN.min(all));
    let more = (!rest.is_empty()).then(|| {
        view! {
            <details>
                <summary class="hint">{k::common::MORE}</summary>
                <ul class="score-lines">{rest.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <li class="related-card">
            <div class="related-card-head"><strong>{head}</strong></div>
            <ul class="score-lines">{reasons.into_iter().map(line).collect_view()}</ul>
            {more}
        </li>
    }
}

fn feature_name(feature: &str) -> Key {
    match feature {
        "source" => k::scores::F_SOURCE,
        "campaign" => k::scores::F_CAMPAIGN,
        "country" => k::scores::F_COUNTRY,
        "language" => k::scores::F_LANGUAGE,
        "job" => k::scores::F_JOB,
        "email" => k::scores::F_EMAIL,
        "phone" => k::scores::F_PHONE,
        "company" => k::scores::F_COMPANY,
        "website" => k::scores::F_WEBSITE,
        "response" => k::scores::F_RESPONSE,
        _ => k::scores::F_TOUCHES,
    }
}

/// A code in words; what people wrote stays as it is.
fn value_name(value: &str) -> String {
    let key = match value {
        "none" => k::scores::V_NONE,
        "yes" => k::scores::V_YES,
        "no" => k::scores::V_NO,
        "public" => k::scores::V_PUBLIC,
        "own" => k::scores::V_OWN,
        "head" => k::scores::V_HEAD,
        "manager" => k::scores::V_MANAGER,
        "buyer" => k::scores::V_BUYER,
        "other" => k::scores::V_OTHER,
        "hour" => k::scores::V_HOUR,
        "day" => k::scores::V_DAY,
        "week" => k::scores::V_WEEK,
        _ => return value.to_owned(),
    };
    key.get().to_owned()
}
