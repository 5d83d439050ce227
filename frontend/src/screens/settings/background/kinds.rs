//! Kinds of work: how many wait, run and were given up, and what can be done with them.

use leptos::prelude::*;

use super::desk::{Desk, Kind};
use crate::i18n::{k, number};
use crate::records::instant;
use crate::screens::platform::jobs::kind_name;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::tag::{Status, Tone};

/// Each kind with its numbers.
#[component]
pub fn Kinds(desk: Desk) -> impl IntoView {
    let kinds = Memo::new(move |_| {
        desk.work.with(|work| match work {
            Some(Ok(work)) => work.kinds.clone(),
            _ => Vec::new(),
        })
    });
    let line = move |kind: Kind| view! { <KindLine kind desk/> };
    view! {
        <section class="stack background-part">
            <h2>{k::background::KINDS}</h2>
            <ul class="settings-lines">{move || kinds.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// "3 waiting · 1 running · waits since Monday 08:15"; tracked.
fn facts(kind: &Kind) -> String {
    let mut parts = Vec::new();
    if kind.ready > 0 {
        parts.push(k::background::waiting(&number(kind.ready)));
    }
    if kind.running > 0 {
        parts.push(k::background::running(&number(kind.running)));
    }
    if kind.dead > 0 {
        parts.push(k::background::given_up(&number(kind.dead)));
    }
    let since = kind.due_since.as_deref();
    parts.extend(since.map(|since| k::background::oldest(&instant::shown(since))));
    if parts.is_empty() {
        return k::background::IDLE.get().to_owned();
    }
    parts.join(" · ")
}

#[component]
fn KindLine(kind: Kind, desk: Desk) -> impl IntoView {
    let paused = kind.paused;
    let (name, shown) = (StoredValue::new(kind.name.clone()), kind.clone());
    let turn = move |()| name.with_value(|name| desk.stand_still("kind", name, !paused));
    let again = move |()| name.with_value(|name| desk.requeue_all(name));
    let label = if paused {
        k::background::RESUME
    } else {
        k::background::PAUSE
    };
    view! {
        <li class="settings-line background-line" data-kind=kind.name.clone()>
            <div class="settings-line-text">
                <strong>{move || name.with_value(|name| kind_name(name))}</strong>
                <p class="hint">{move || facts(&shown)}</p>
            </div>
            {paused.then(|| view! { <Status label=k::background::PAUSED tone=Tone::Warn icon=icon::CLOCK/> })}
            {(kind.dead > 0).then(|| view! { <Button label=k::background::REQUEUE_ALL size=Size::Small on_press=again/> })}
            <Button label size=Size::Small on_press=turn/>
        </li>
    }
}
