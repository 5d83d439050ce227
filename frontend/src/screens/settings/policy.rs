//! What the workspace asks of whoever comes in.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::rights::may;
use crate::api::{FormErrors, Reply, Request, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextArea;
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Policy {
    require_second_factor: bool,
    session_minutes: Option<i64>,
    session_idle_minutes: Option<i64>,
    allowed_networks: Vec<String>,
    #[serde(skip_serializing)]
    version: i64,
}

/// Minutes that are offered; another length that was set stays.
const ENDS: [i64; 5] = [480, 1440, 10_080, 20_160, 43_200];
const IDLES: [i64; 5] = [30, 60, 480, 1440, 10_080];

/// The page. It is for those who may change settings.
#[component]
pub fn SecurityPolicy() -> impl IntoView {
    let allowed = may(Action::Settings);
    move || {
        if allowed.get() {
            view! { <Known/> }.into_any()
        } else {
            view! { <Banner text=k::settings::READ_ONLY tone=Tone::Info/> }.into_any()
        }
    }
}

#[component]
fn Known() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Policy, String>>);
    let load = move || {
        spawn_local(async move {
            let answer = api.get("/workspace/security").await;
            let answer = answer.and_then(Reply::read::<Policy>);
            // The page may be gone by now.
            let _ = found.try_set(Some(answer.map_err(|error| error.text())));
        });
    };
    load();
    move || match found.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
        Some(Ok(policy)) => view! { <PolicyForm policy/> }.into_any(),
    }
}

fn minutes(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn shown(minutes: Option<i64>) -> String {
    minutes.map_or_else(String::new, |minutes| minutes.to_string())
}

/// "8 hours"; tracked.
fn length(minutes: i64) -> String {
    match minutes {
        days if days % 1440 == 0 => k::security::days(days / 1440),
        hours if hours % 60 == 0 => k::security::hours(hours / 60),
        minutes => k::security::minutes(minutes),
    }
}

fn choices(offered: [i64; 5], set: Option<i64>) -> Vec<Choice> {
    let mut all: Vec<i64> = offered.into_iter().chain(set).collect();
    all.sort_unstable();
    all.dedup();
    let none = Choice::new("", k::security::AS_INSTALLED.get());
    let rest = all
        .into_iter()
        .map(|minutes| Choice::new(minutes.to_string(), length(minutes)));
    std::iter::once(none).chain(rest).collect()
}

#[component]
fn PolicyForm(policy: Policy) -> impl IntoView {
    let (api, toasts, errors) = (use_api(), use_toasts(), FormErrors::default());
    let busy = RwSignal::new(false);
    let version = RwSignal::new(policy.version);
    let required = RwSignal::new(policy.require_second_factor);
    let (end_set, idle_set) = (policy.session_minutes, policy.session_idle_minutes);
    let (end, idle) = (
        RwSignal::new(shown(end_set)),
        RwSignal::new(shown(idle_set)),
    );
    let networks = RwSignal::new(policy.allowed_networks.join("\n"));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let lines = networks.get_untracked();
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let body = json!({
            "require_second_factor": required.get_untracked(),
            "session_minutes": end.with_untracked(|text| minutes(text)),
            "session_idle_minutes": idle.with_untracked(|text| minutes(text)),
            "allowed_networks": lines.collect::<Vec<_>>(),
        });
        let request = Request::put("/workspace/security").json(&body);
        let request = request.version(version.get_untracked());
        spawn_local(async move {
            let answer = request.send(api).await.and_then(Reply::read::<Policy>);
            match answer {
                Ok(stored) => {
                    let _ = version.try_set(stored.version);
                    let _ = networks.try_set(stored.allowed_networks.join("\n"));
                    toasts.ok(k::security::POLICY_SAVED.get());
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let wrong_factor = errors.of("require_second_factor");
    view! {
        <form class="stack settings-form" on:submit=submit novalidate=true>
            <p class="secondary">{k::security::POLICY_TEXT}</p>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            <div>
                <label class="check-line">
                    <input type="checkbox" aria-describedby="second-factor-hint" prop:checked=move || required.get()
                        on:change=move |event| required.set(event_target_checked(&event))/>
                    {k::security::REQUIRE}
                </label>
                <p class="hint" id="second-factor-hint">{k::security::REQUIRE_HINT}</p>
                {move || wrong_factor.get().map(|text| view! { <Banner text tone=Tone::Bad inline=true/> })}
            </div>
            <Select label=k::security::SESSION_END value=end choices=Signal::derive(move || choices(ENDS, end_set))
                hint=k::security::SESSION_END_HINT error=errors.of("session_minutes")/>
            <Select label=k::security::SESSION_IDLE value=idle choices=Signal::derive(move || choices(IDLES, idle_set))
                hint=k::security::SESSION_IDLE_HINT error=errors.of("session_idle_minutes")/>
            <TextArea label=k::security::NETWORKS value=networks hint=k::security::NETWORKS_HINT error=errors.of("allowed_networks")/>
            <div class="row"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
        </form>
    }
}
