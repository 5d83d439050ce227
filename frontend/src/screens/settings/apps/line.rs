//! One app in the list.

use leptos::prelude::*;

use super::desk::{App, Desk};
use crate::i18n::k;
use crate::screens::settings::api_keys::scope_name;
use crate::ui::button::Size;
use crate::ui::icon::{self, Glyph};
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Tag, Tone};

/// The app and what can be done with it.
#[component]
pub fn AppLine(app: App, desk: Desk) -> impl IntoView {
    let one = StoredValue::new(app.clone());
    let facts = move || {
        one.with_value(|app| {
            let scopes: Vec<String> = app.scopes.iter().map(|scope| scope_name(scope)).collect();
            let secret = app.secret_hint.as_ref();
            let secret = secret.map(|hint| format!("{} …{hint}", k::apps::SECRET.get()));
            let parts = [
                Some(k::apps::people(app.people)),
                secret,
                Some(scopes.join(", ")),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let name = app.name.clone();
    let more = move || k::apps::more(&name);
    let items = Signal::derive(move || actions(one, desk));
    view! {
        <li class="settings-line">
            <Glyph icon=icon::LINK/>
            <div class="settings-line-text">
                <strong>{app.name.clone()}</strong>" "
                {(!app.active).then(|| view! { <Tag label=k::apps::OFF tone=Tone::Warn/> })}
                <p class="hint">{k::apps::CLIENT_ID}": "<code>{app.client_id.clone()}</code></p>
                <p class="hint">{facts}</p>
            </div>
            <Menu label=more items icon_only=true size=Size::Small/>
        </li>
    }
}

fn actions(one: StoredValue<App>, desk: Desk) -> Vec<MenuItem> {
    let act = move |does: fn(Desk, &App)| move || one.with_value(|one| does(desk, one));
    let (active, confidential) = one.with_value(|one| (one.active, one.confidential));
    let edit = act(|desk, one| desk.edit(Some(one.clone())));
    let mut items = vec![MenuItem::new(k::common::EDIT, edit).icon(icon::PENCIL)];
    items.push(MenuItem::new(k::api_keys::LOG, act(Desk::read)).icon(icon::HISTORY));
    if confidential {
        items.push(MenuItem::new(k::apps::NEW_SECRET, act(Desk::rotate)).icon(icon::KEY_ROUND));
    }
    items.push(if active {
        let off = act(|desk, one| desk.set_active(one, false));
        MenuItem::new(k::apps::TURN_OFF, off).icon(icon::LOCK)
    } else {
        let on = act(|desk, one| desk.set_active(one, true));
        MenuItem::new(k::apps::TURN_ON, on).icon(icon::CIRCLE_CHECK)
    });
    let remove = MenuItem::new(k::common::DELETE, act(Desk::ask));
    items.push(remove.icon(icon::TRASH_2).danger());
    items
}
