//! Who was erased: certificates without the person.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Deserialize;

use crate::i18n::k;
use crate::records::instant;
use crate::records::people::use_people;
use crate::screens::settings::older::NewestFirst;
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Erasure {
    id: String,
    state: String,
    reason: String,
    counts: BTreeMap<String, i64>,
    created_at: String,
    created_by: String,
    finished_at: Option<String>,
}

/// The list, the newest first.
#[component]
pub fn Erasures() -> impl IntoView {
    let line = Callback::new(|one: Erasure| view! { <Line one/> }.into_any());
    view! { <NewestFirst path="/erasures".to_owned() none=k::privacy::NO_ERASURES icon=icon::SHIELD class="erasures" line/> }
}

#[component]
fn Line(one: Erasure) -> impl IntoView {
    let people = use_people();
    let (label, tone) = match one.state.as_str() {
        "done" => (k::privacy::ERASURE_DONE, Tone::Ok),
        "running" => (k::privacy::ERASURE_RUNNING, Tone::Info),
        _ => (k::privacy::ERASURE_FAILED, Tone::Bad),
    };
    let rows: i64 = one.counts.values().sum();
    let when = one.finished_at.unwrap_or(one.created_at);
    let by = one.created_by;
    let about = move || {
        let by = people.name(&by).unwrap_or_default();
        format!(
            "{} · {by} · {}",
            instant::shown(&when),
            k::privacy::rows_erased(rows)
        )
    };
    view! {
        <li class="settings-line" id=format!("erasure-{}", one.id)>
            <div class="settings-line-text"><strong>{one.reason}</strong><p class="hint">{about}</p></div>
            <Tag label tone/>
        </li>
    }
}
