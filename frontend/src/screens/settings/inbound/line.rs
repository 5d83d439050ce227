//! One hook in the list.

use leptos::prelude::*;

use super::desk::{Desk, Hook};
use super::object_of;
use crate::i18n::k;
use crate::records::labels;
use crate::ui::button::{Button, Size};
use crate::ui::icon;
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tone};

/// What it makes, how many fields it fills, how it is, and what can be done with it.
#[component]
pub fn HookLine(hook: Hook, desk: Desk) -> impl IntoView {
    let active = hook.state == "active";
    let (label, tone, icon) = if active {
        (k::inbound::ACTIVE, Tone::Ok, icon::CIRCLE_CHECK)
    } else {
        (k::inbound::PAUSED, Tone::Info, icon::CLOCK)
    };
    let (object, fields) = (object_of(&hook), hook.mapping.len());
    let makes = move || {
        let becomes = object.map(labels::one).unwrap_or_default();
        let fields = k::inbound::fields(i64::try_from(fields).unwrap_or_default());
        format!("{becomes} · {fields}")
    };
    let (name, title) = (hook.name.clone(), hook.name.clone());
    let one = StoredValue::new(hook);
    let items = Signal::derive(move || actions(one, desk, active));
    let looked = move |()| one.with_value(|one| desk.look(one));
    let more = move || k::inbound::more(&name);
    view! {
        <li class="settings-line webhook-line">
            <div class="settings-line-text">
                <strong>{title}</strong>
                <p class="hint">{makes}</p>
            </div>
            <Status label tone icon/>
            <Button label=k::inbound::REQUESTS size=Size::Small on_press=looked/>
            <Menu label=more items icon_only=true size=Size::Small/>
        </li>
    }
}

fn actions(one: StoredValue<Hook>, desk: Desk, active: bool) -> Vec<MenuItem> {
    let act = move |does: fn(Desk, &Hook)| move || one.with_value(|one| does(desk, one));
    let edit = act(|desk, one| desk.edit(Some(one.clone())));
    let turn = if active {
        let pause = act(|desk, one| desk.set_state(one, "paused"));
        MenuItem::new(k::inbound::PAUSE, pause).icon(icon::CLOCK)
    } else {
        let go_on = act(|desk, one| desk.set_state(one, "active"));
        MenuItem::new(k::inbound::ACTIVATE, go_on).icon(icon::CIRCLE_CHECK)
    };
    vec![
        MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL),
        MenuItem::new(k::inbound::TRY, act(Desk::try_out)).icon(icon::SEND),
        turn,
        MenuItem::new(k::inbound::ROTATE, act(Desk::rotate)).icon(icon::KEY_ROUND),
        MenuItem::new(k::common::DELETE, act(Desk::delete))
            .icon(icon::TRASH_2)
            .danger(),
    ]
}
