//! What was sent to an address, and what came of it.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::desk::{Desk, Endpoint};
use crate::api::Reply;
use crate::i18n::{Key, k, label, number};
use crate::records::instant;
use crate::ui::accordion::Accordion;
use crate::ui::button::{Button, Size};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Icon};
use crate::ui::tag::{Status, Tone};

/// How often it is looked again while something is under way.
const AGAIN: Duration = Duration::from_secs(2);

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Delivery {
    id: String,
    at: String,
    kind: String,
    state: String,
    attempts: i64,
    next_attempt_at: Option<String>,
    status: Option<i64>,
    error: Option<String>,
    response: Option<String>,
    duration_ms: Option<i64>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Delivery>,
    next_cursor: Option<String>,
}

/// What has been read so far.
#[derive(Clone, Copy)]
struct Log {
    desk: Desk,
    found: RwSignal<Option<Result<Vec<Delivery>, String>>>,
    next: RwSignal<Option<String>>,
}

impl Log {
    /// The newest, or those after the last one shown.
    fn read(self, more: bool) {
        let Some(endpoint) = self.desk.chosen.get_untracked() else {
            return;
        };
        let cursor = self.next.get_untracked().filter(|_| more);
        let cursor = cursor.map(|id| format!("&cursor={id}")).unwrap_or_default();
        spawn_local(async move {
            let path = format!("{}/deliveries?limit=20{cursor}", endpoint.path());
            let answer = self.desk.api.get(&path).await.and_then(Reply::read::<Page>);
            // The dialog may be gone by now.
            let _ = self.found.try_update(|found| match answer {
                Ok(mut page) => {
                    let _ = self.next.try_set(page.next_cursor);
                    match found {
                        Some(Ok(all)) if more => all.append(&mut page.items),
                        _ => *found = Some(Ok(page.items)),
                    }
                }
                Err(error) => *found = Some(Err(error.text())),
            });
        });
    }

    fn resend(self, id: String) {
        let Some(endpoint) = self.desk.chosen.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let path = format!("{}/resend", endpoint.path());
            if let Err(error) = self.desk.api.post(&path, &json!({"delivery_id": id})).await {
                self.desk.toasts.bad(error.text());
            }
            self.read(false);
        });
    }

    /// Whether something may change by itself soon.
    fn is_under_way(self) -> bool {
        self.found.with_untracked(|found| {
            let all = found.as_ref().and_then(|found| found.as_ref().ok());
            all.is_some_and(|all| all.iter().any(|one| one.state == "pending"))
        })
    }
}

/// The newest deliveries, followed while some are under way.
#[component]
pub fn Deliveries(desk: Desk) -> impl IntoView {
    let log = Log {
        desk,
        found: RwSignal::new(None),
        next: RwSignal::new(None),
    };
    log.read(false);
    let look = move || {
        if log.is_under_way() {
            log.read(false);
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let active = desk
        .chosen
        .with_untracked(|one| one.as_ref().is_some_and(is_active));
    view! {
        {move || match log.found.get() {
            None => view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| log.read(false)/> }.into_any(),
            Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::webhooks::NOTHING_SENT}</p> }.into_any(),
            Some(Ok(all)) => {
                let lines = all.into_iter().map(|delivery| view! { <Line delivery log active/> });
                view! { <ul class="settings-lines deliveries">{lines.collect_view()}</ul> }.into_any()
            }
        }}
        <Show when=move || log.next.with(Option::is_some)>
            <div class="row"><Button label=k::webhooks::OLDER on_press=move |()| log.read(true)/></div>
        </Show>
    }
}

fn is_active(endpoint: &Endpoint) -> bool {
    endpoint.state == "active"
}

fn state(delivery: &Delivery) -> (Key, Tone, Icon) {
    match delivery.state.as_str() {
        "delivered" => (k::webhooks::DELIVERED, Tone::Ok, icon::CIRCLE_CHECK),
        "failed" => (k::webhooks::GIVEN_UP, Tone::Bad, icon::CIRCLE_X),
        _ if delivery.attempts == 0 => (k::webhooks::WAITING, Tone::Info, icon::CLOCK),
        _ => (k::webhooks::COMES_AGAIN, Tone::Warn, icon::TRIANGLE_ALERT),
    }
}

/// "HTTP 503 · 2 tries · 120 ms · next Monday 08:15"; tracked.
fn facts(delivery: &Delivery) -> String {
    let mut parts = Vec::new();
    parts.extend(delivery.status.map(|status| format!("HTTP {status}")));
    let error = delivery.error.as_deref();
    parts.extend(error.map(|code| {
        let known = label(&format!("webhooks.{}", code.trim_start_matches("webhook_")));
        known.map_or_else(|| code.to_owned(), |key| key.get().to_owned())
    }));
    if delivery.attempts > 0 {
        parts.push(k::webhooks::tries(delivery.attempts));
    }
    parts.extend(
        delivery
            .duration_ms
            .map(|ms| k::webhooks::took(&number(ms))),
    );
    let next = delivery
        .next_attempt_at
        .as_deref()
        .filter(|_| delivery.attempts > 0);
    parts.extend(next.map(|at| k::webhooks::next_try(&instant::shown(at))));
    parts.join(" · ")
}

#[component]
fn Line(delivery: Delivery, log: Log, active: bool) -> impl IntoView {
    let (word, tone, drawing) = state(&delivery);
    let response = delivery.response.clone().filter(|text| !text.is_empty());
    let response = response.map(|text| {
        let text = StoredValue::new(text);
        view! { <Accordion title=k::webhooks::ANSWER><pre class="webhook-answer">{text.get_value()}</pre></Accordion> }
    });
    let id = StoredValue::new(delivery.id.clone());
    let again = move |()| log.resend(id.get_value());
    let (at, kind, code) = (
        delivery.at.clone(),
        delivery.kind.clone(),
        delivery.state.clone(),
    );
    view! {
        <li class="settings-line delivery" data-state=code>
            <div class="settings-line-text">
                <strong>{kind}</strong>
                <p class="hint">{move || instant::shown(&at)}</p>
                <p class="hint">{move || facts(&delivery)}</p>
                {response}
            </div>
            <Status label=word tone icon=drawing/>
            {active.then(|| view! { <Button label=k::webhooks::RESEND size=Size::Small on_press=again/> })}
        </li>
    }
}
