//! One account in the list, and what is to be published of its key.

use leptos::prelude::*;
use serde_json::json;

use super::desk::{Account, Desk};
use super::pace_fields::today_line;
use crate::i18n::{Key, k};
use crate::records::instant;
use crate::records::mail_words::reason;
use crate::ui::button::{Button, Size};
use crate::ui::icon::{self, Icon};
use crate::ui::popover::{Menu, MenuItem};
use crate::ui::tag::{Status, Tone};

fn state(account: &Account) -> (Key, Tone, Icon) {
    let broken = account.send_error.is_some() || account.sync_error.is_some();
    match account.state.as_str() {
        "active" if broken => (k::emails::TROUBLE, Tone::Warn, icon::TRIANGLE_ALERT),
        "active" => (k::emails::ACTIVE, Tone::Ok, icon::CIRCLE_CHECK),
        _ => (k::emails::PAUSED, Tone::Info, icon::CLOCK),
    }
}

/// What is wrong, and what the server said; tracked.
fn trouble(account: &Account) -> Vec<String> {
    let told = |what: Key, error: &Option<String>, reply: &Option<String>| {
        let error = error.as_deref()?;
        let said = reply.as_deref().unwrap_or_default();
        let text = format!("{}: {} {said}", what.get(), reason(error).get());
        Some(text.trim().to_owned())
    };
    let both = [
        told(k::emails::OUT, &account.send_error, &account.send_reply),
        told(k::emails::IN, &account.sync_error, &account.sync_reply),
    ];
    both.into_iter().flatten().collect()
}

/// Whose it is, whether it works, and what can be done with it.
#[component]
pub(super) fn AccountLine(account: Account, desk: Desk) -> impl IntoView {
    let (label, tone, icon) = state(&account);
    let whose = if account.user_id.is_some() {
        k::emails::OWN
    } else {
        k::emails::OF_WORKSPACE
    };
    let default = account.is_default.then_some(k::emails::IS_DEFAULT);
    let facts = move || {
        let parts = [Some(whose), default].into_iter().flatten();
        parts.map(Key::get).collect::<Vec<_>>().join(" · ")
    };
    let paced = account.clone();
    let today = move || today_line(&paced);
    let synced = account.synced_at.clone();
    let synced = move || {
        let synced = synced.as_deref().map(instant::shown);
        synced.map(|at| view! { <p class="hint">{k::emails::last_sync(&at)}</p> })
    };
    let told = account.clone();
    let trouble = move || {
        let all = trouble(&told).into_iter();
        all.map(|text| view! { <p class="hint webhook-trouble">{text}</p> })
            .collect_view()
    };
    let name = account.sender_name.clone();
    let address = account.address.clone();
    let more = move || k::emails::more(&address);
    let may_change = account.may_change;
    let fetches = account.imap.is_some() && account.state == "active";
    let one = StoredValue::new(account.clone());
    let items = Signal::derive(move || actions(one, desk));
    let sync = move |()| one.with_value(|one| desk.sync(one));
    view! {
        <li class="settings-line email-account">
            <div class="settings-line-text">
                <strong>{account.address}</strong>" "<span class="secondary">{name}</span>
                <p class="hint">{facts}</p>
                <p class="hint">{today}</p>
                {synced}
                {trouble}
            </div>
            <Status label tone icon/>
            {(may_change && fetches).then(|| view! { <Button label=k::emails::SYNC size=Size::Small on_press=sync/> })}
            {may_change.then(|| view! { <Menu label=more items icon_only=true size=Size::Small/> })}
        </li>
    }
}

fn actions(one: StoredValue<Account>, desk: Desk) -> Vec<MenuItem> {
    let act = move |does: fn(Desk, &Account)| move || one.with_value(|one| does(desk, one));
    let active = one.with_value(|one| one.state == "active");
    let has_key = one.with_value(|one| one.dkim.is_some());
    let mut items = vec![
        MenuItem::new(
            k::common::EDIT,
            act(|desk, one| desk.edit(Some(one.clone()))),
        )
        .icon(icon::PENCIL),
    ];
    if active {
        items.push(MenuItem::new(k::emails::TEST, act(Desk::test)).icon(icon::SEND));
    }
    items.push(MenuItem::new(k::email_domain::LOOK, act(Desk::look)).icon(icon::GLOBE));
    if has_key {
        items.push(MenuItem::new(k::emails::SHOW_KEY, act(Desk::tell)).icon(icon::KEY_ROUND));
    }
    let key = if has_key {
        k::emails::NEW_KEY
    } else {
        k::emails::MAKE_KEY
    };
    items.push(MenuItem::new(key, act(Desk::make_key)).icon(icon::KEY_ROUND));
    let (label, drawing) = if active {
        (k::emails::PAUSE, icon::CLOCK)
    } else {
        (k::emails::RESUME, icon::CIRCLE_CHECK)
    };
    let turn = move || {
        one.with_value(|one| desk.change(one, json!({"active": !active})));
    };
    items.push(MenuItem::new(label, turn).icon(drawing));
    items.push(
        MenuItem::new(k::common::DELETE, act(Desk::delete))
            .icon(icon::TRASH_2)
            .danger(),
    );
    items
}

/// The DNS record that proves signatures.
#[component]
pub(super) fn Record(desk: Desk) -> impl IntoView {
    let dkim = desk
        .chosen
        .with_untracked(|one| one.as_ref().and_then(|one| one.dkim.clone()));
    let (name, value) = dkim.map(|dkim| (dkim.name, dkim.value)).unwrap_or_default();
    view! {
        <div class="stack">
            <p>{k::emails::KEY_TEXT}</p>
            <p class="hint">{k::emails::KEY_NAME}</p>
            <pre class="email-record">{name}</pre>
            <p class="hint">{k::emails::KEY_VALUE}</p>
            <pre class="email-record">{value}</pre>
        </div>
    }
}
