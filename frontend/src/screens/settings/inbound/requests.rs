//! What came to a hook, and what became of it.

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Hook};
use super::object_of;
use crate::i18n::{Key, k, label};
use crate::records::refs::page_path;
use crate::records::{instant, labels};
use crate::screens::settings::older::NewestFirst;
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Size};
use crate::ui::icon::{self, Icon};
use crate::ui::tag::{Status, Tone};

#[derive(Clone, PartialEq, Deserialize)]
struct Came {
    id: String,
    received_at: String,
    body: Value,
    state: String,
    record_id: Option<String>,
    faults: Vec<Fault>,
    error: Option<String>,
}

/// Why something did not become a record.
#[derive(Clone, PartialEq, Deserialize)]
pub struct Fault {
    pointer: String,
    detail: String,
}

impl Fault {
    /// "Birthday: this is no date"; tracked.
    pub fn text(&self, hook: &Hook) -> String {
        let field = self
            .pointer
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        match object_of(hook) {
            Some(object) if !field.is_empty() => {
                format!("{}: {}", labels::field(object, field), self.detail)
            }
            _ => self.detail.clone(),
        }
    }
}

pub(super) fn state(code: &str) -> (Key, Tone, Icon) {
    match code {
        "created" => (k::inbound::CREATED, Tone::Ok, icon::CIRCLE_CHECK),
        "updated" => (k::inbound::UPDATED, Tone::Ok, icon::CIRCLE_CHECK),
        "skipped" => (k::inbound::SKIPPED, Tone::Info, icon::CIRCLE),
        "failed" => (k::inbound::FAILED, Tone::Bad, icon::CIRCLE_X),
        _ => (k::inbound::WAITING, Tone::Info, icon::CLOCK),
    }
}

/// The newest first, each of which can be taken again.
#[component]
pub fn Requests(desk: Desk) -> impl IntoView {
    let turn = RwSignal::new(0_u32);
    move || {
        turn.track();
        let Some(hook) = desk.chosen.get_untracked() else {
            return ().into_any();
        };
        let path = format!("{}/requests", hook.path());
        let hook = StoredValue::new(hook);
        let line =
            Callback::new(move |came: Came| view! { <Line came hook desk turn/> }.into_any());
        view! {
            <div class="row-end"><Button label=k::inbound::LOOK_AGAIN icon=icon::REFRESH_CW size=Size::Small on_press=move |()| turn.update(|turn| *turn += 1)/></div>
            <NewestFirst path none=k::inbound::NOTHING_CAME icon=icon::DOWNLOAD class="requests" line/>
        }
        .into_any()
    }
}

#[component]
fn Line(came: Came, hook: StoredValue<Hook>, desk: Desk, turn: RwSignal<u32>) -> impl IntoView {
    let (word, tone, drawing) = state(&came.state);
    let (at, code) = (came.received_at.clone(), came.state.clone());
    let body = serde_json::to_string_pretty(&came.body).unwrap_or_default();
    let body = StoredValue::new(body);
    let open = came.record_id.as_deref().and_then(|id| {
        let object = hook.with_value(object_of)?;
        page_path(object, id)
    });
    let (faults, error) = (came.faults.clone(), came.error.clone());
    let why = move || {
        let error = error.as_deref().map(|code| {
            let known = label(&format!("inbound.error_{code}"));
            known.map_or_else(|| code.to_owned(), |key| key.get().to_owned())
        });
        let faults = faults
            .iter()
            .map(|fault| hook.with_value(|hook| fault.text(hook)));
        faults
            .chain(error)
            .map(|text| view! { <p class="hint webhook-trouble">{text}</p> })
            .collect_view()
    };
    let id = StoredValue::new(came.id.clone());
    let again = move |()| {
        let path = hook.with_value(|hook| format!("{}/replay", hook.path()));
        spawn_local(async move {
            let order = json!({"request_id": id.get_value()});
            match desk.api.post(&path, &order).await {
                Ok(_) => desk.toasts.ok(k::inbound::TAKEN_AGAIN.get()),
                Err(error) => desk.toasts.bad(error.text()),
            }
            let _ = turn.try_update(|turn| *turn += 1);
        });
    };
    view! {
        <li class="settings-line delivery" data-state=code>
            <div class="settings-line-text">
                <strong>{move || instant::shown(&at)}</strong>
                {why}
                {open.map(|path| view! { <p class="hint"><a class="inbound-record" href=path>{k::inbound::OPEN_RECORD}</a></p> })}
                <Accordion title=k::inbound::BODY><pre class="webhook-answer">{body.get_value()}</pre></Accordion>
            </div>
            <Status label=word tone icon=drawing/>
            <Button label=k::inbound::TAKE_AGAIN size=Size::Small on_press=again/>
        </li>
    }
}
