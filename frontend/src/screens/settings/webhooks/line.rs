//! One address in the list.

use leptos::prelude::*;

use super::desk::{Desk, Endpoint};
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::ui::button::{Button, Size};
use crate::ui::icon::{self, Icon};
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tone};

/// The state of an address in a word.
fn state(endpoint: &Endpoint) -> (Key, Tone, Icon) {
    match endpoint.state.as_str() {
        "active" if endpoint.failing_since.is_some() => {
            (k::webhooks::FAILING, Tone::Warn, icon::TRIANGLE_ALERT)
        }
        "active" => (k::webhooks::ACTIVE, Tone::Ok, icon::CIRCLE_CHECK),
        "paused" => (k::webhooks::PAUSED, Tone::Info, icon::CLOCK),
        _ => (k::webhooks::DISABLED, Tone::Bad, icon::CIRCLE_X),
    }
}

/// Why it is disabled, or since when nothing arrives; tracked.
fn trouble(endpoint: &Endpoint) -> Option<String> {
    match endpoint.reason.as_deref() {
        Some("gone") => Some(k::webhooks::REASON_GONE.get().to_owned()),
        Some("failing") => Some(k::webhooks::REASON_FAILING.get().to_owned()),
        Some(_) => Some(k::webhooks::REASON_CREATOR_LEFT.get().to_owned()),
        None => {
            let since = endpoint.failing_since.as_deref()?;
            Some(k::webhooks::failing_since(&instant::shown(since)))
        }
    }
}

/// Where it leads, what it wants, how it is, and what can be done with it.
#[component]
pub fn EndpointLine(endpoint: Endpoint, desk: Desk) -> impl IntoView {
    let (label, tone, icon) = state(&endpoint);
    let (url, name) = (endpoint.url.clone(), endpoint.name());
    let described = !endpoint.description.is_empty();
    let kinds = endpoint.kinds.join(", ");
    let wants = move || {
        if kinds.is_empty() {
            k::webhooks::EVERYTHING.get().to_owned()
        } else {
            kinds.clone()
        }
    };
    let told = endpoint.clone();
    let trouble =
        move || trouble(&told).map(|text| view! { <p class="hint webhook-trouble">{text}</p> });
    let one = StoredValue::new(endpoint.clone());
    let items = Signal::derive(move || actions(one, desk));
    let looked = move |()| one.with_value(|one| desk.look(one));
    let more = move || k::webhooks::more(&name);
    view! {
        <li class="settings-line webhook-line">
            <div class="settings-line-text">
                <strong>{endpoint.name()}</strong>
                {described.then(|| view! { <p class="hint">{url}</p> })}
                <p class="hint">{wants}</p>
                {trouble}
            </div>
            <Status label tone icon/>
            <Button label=k::webhooks::DELIVERIES size=Size::Small on_press=looked/>
            <Menu label=more items icon_only=true size=Size::Small/>
        </li>
    }
}

fn actions(one: StoredValue<Endpoint>, desk: Desk) -> Vec<MenuItem> {
    let act = move |does: fn(Desk, &Endpoint)| move || one.with_value(|one| does(desk, one));
    let active = one.with_value(|one| one.state == "active");
    let edit = act(|desk, one| desk.edit(Some(one.clone())));
    let mut items = vec![MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL)];
    if active {
        items.push(MenuItem::new(k::webhooks::TEST, act(Desk::test)).icon(icon::SEND));
        items.push(MenuItem::new(k::webhooks::REPLAY, act(Desk::replay)).icon(icon::HISTORY));
        let pause = act(|desk, one| desk.set_state(one, "paused"));
        items.push(MenuItem::new(k::webhooks::PAUSE, pause).icon(icon::CLOCK));
    } else {
        let go_on = act(|desk, one| desk.set_state(one, "active"));
        items.push(MenuItem::new(k::webhooks::ACTIVATE, go_on).icon(icon::CIRCLE_CHECK));
    }
    items.push(MenuItem::new(k::webhooks::ROTATE, act(Desk::rotate)).icon(icon::KEY_ROUND));
    items.push(
        MenuItem::new(k::common::DELETE, act(Desk::delete))
            .icon(icon::TRASH_2)
            .danger(),
    );
    items
}
