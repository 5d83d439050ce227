//! What was sent to a form; what is held is let through or thrown away.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use crate::i18n::{Key, k, label};
use crate::records::fields::whole;
use crate::records::{instant, labels};
use crate::screens::settings::listed::items;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::tag::{Tag, Tone};

#[derive(Clone, Deserialize)]
struct Submission {
    id: String,
    received_at: String,
    state: String,
    reason: Option<String>,
    answers: Map<String, Value>,
    consents: Vec<Value>,
    lead_id: Option<String>,
}

/// The newest ones, with what can be done.
#[component]
pub fn Submissions(desk: Desk) -> impl IntoView {
    let Some(form) = desk.chosen.get_untracked() else {
        return ().into_any();
    };
    let path = StoredValue::new(form.path());
    let found = RwSignal::new(None::<Result<Vec<Submission>, String>>);
    let load = move |()| {
        spawn_local(async move {
            let at = format!("{}/submissions?limit=50", path.get_value());
            let answer = items(desk.api, &at).await.map_err(|error| error.text());
            let _ = found.try_set(Some(answer));
        });
    };
    load(());
    let decide = Callback::new(move |(verb, id): (&'static str, String)| {
        spawn_local(async move {
            let at = format!("{}/{verb}", path.get_value());
            let body = json!({"submission_id": id});
            match desk.api.post(&at, &body).await {
                Ok(_) => desk.toasts.ok(match verb {
                    "release" => k::web_forms::RELEASED.get(),
                    _ => k::web_forms::DISCARDED.get(),
                }),
                Err(error) => desk.toasts.bad(error.text()),
            }
            load(());
            desk.load();
        });
    });
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::web_forms::NOTHING_SENT}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|one| view! { <Line one decide/> });
                view! { <ul class="settings-lines submissions">{lines.collect_view()}</ul> }.into_any()
            }
        }}
    }
    .into_any()
}

/// A text by a code; the code itself where there is none.
fn word(kind: &str, code: &str) -> String {
    label(&format!("web_forms.{kind}_{code}"))
        .map_or_else(|| code.to_owned(), |key: Key| key.get().to_owned())
}

/// An answer as people read it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all
            .iter()
            .map(|one| one.get("value").map_or_else(|| text(one), text))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(all) => all
            .iter()
            .map(|(name, value)| format!("{name}: {}", text(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[component]
fn Line(one: Submission, decide: Callback<(&'static str, String)>) -> impl IntoView {
    let object = whole(relasi_domain::marketing::form::MAKES);
    let answers = one.answers.into_iter().map(move |(name, value)| {
        let said = text(&value);
        view! { <p class="hint answer">{move || labels::field(object, &name)}": "{said}</p> }
    });
    let tone = match one.state.as_str() {
        "held" => Tone::Warn,
        "added" => Tone::Info,
        _ => Tone::Ok,
    };
    let (state, reason) = (one.state.clone(), one.reason);
    let held = one.state == "held";
    let agreed = i64::try_from(one.consents.len()).unwrap_or_default();
    let (through, away) = (one.id.clone(), one.id);
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{move || instant::shown(&one.received_at)}</strong>
                {answers.collect_view()}
                {(agreed > 0).then(|| view! { <p class="hint">{move || k::web_forms::agreed(agreed)}</p> })}
                {reason.map(|reason| view! { <p class="hint">{move || word("held", &reason)}</p> })}
            </div>
            <Tag label=move || word("state", &state) tone/>
            {one.lead_id.map(|id| view! { <a class="btn plain small" href=format!("/app/leads/{id}")>{k::web_forms::OPEN_LEAD}</a> })}
            {held.then(|| view! {
                <Button label=k::web_forms::RELEASE size=Size::Small on_press=move |()| decide.run(("release", through.clone()))/>
                <Button label=k::web_forms::DISCARD size=Size::Small variant=Variant::Quiet on_press=move |()| decide.run(("discard", away.clone()))/>
            })}
        </li>
    }
}
