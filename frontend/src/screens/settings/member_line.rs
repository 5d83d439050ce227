//! One member: role, team, whether they may sign in.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::hand_over::{HandOverButton, HandOverDialog};
use super::member_place::PlaceButton;
use super::member_security::SecurityButton;
use super::members::{Member, team_choices};
use super::rights::may;
use super::roles::known::use_roles;
use crate::api::{Reply, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::records::people::use_people;
use crate::ui::button::{Button, Size};
use crate::ui::select::Select;
use crate::ui::tag::{Avatar, Tag};
use crate::ui::toast::use_toasts;

/// A line of the table. One's own role and activity are for others to change.
#[component]
pub fn MemberLine(
    id: String,
    members: RwSignal<Vec<Member>>,
    teams: RwSignal<Vec<(String, String)>>,
) -> impl IntoView {
    let api = use_api();
    let member = Memo::new(move |_| members.with(|all| all.iter().find(|m| m.id == id).cloned()));
    let own = move || {
        api.session()
            .with(|s| s.as_ref().map(|s| s.user.id.clone()))
    };
    let manages = may(Action::Members);
    let roles = use_roles();
    let touchable = Memo::new(move |_| {
        let Some(member) = member.get() else {
            return false;
        };
        manages.get()
            && roles.may_give(&member.role)
            && own().as_deref() != Some(member.user_id.as_str())
    });
    let name = Signal::derive(move || member.get().map(|m| m.full_name).unwrap_or_default());
    let user = Signal::derive(move || member.get().map(|m| m.user_id).unwrap_or_default());
    let email = move || member.get().map(|m| m.email);
    let seen = move || {
        member.get().and_then(|m| m.last_seen_at).map_or_else(
            || k::settings::NEVER.get().to_owned(),
            |at| instant::shown(&at),
        )
    };
    let active = Memo::new(move |_| member.get().is_none_or(|m| m.active));
    let redraw = RwSignal::new(0_u32);
    let change = change_of(member, members, redraw);
    view! {
        <div class="settings-row" role="row" class:gone=move || !active.get()>
            <span role="cell" class="member-person"><Avatar name id=user/><span><strong>{name}</strong><span class="hint">{email}</span></span></span>
            <span role="cell"><RoleCell member touchable name change redraw/></span>
            <span role="cell"><TeamCell member manages teams name change redraw/></span>
            <span role="cell" class="secondary">
                {move || if active.get() { view! { {seen()} }.into_any() } else { view! { <Tag label=k::settings::INACTIVE/> }.into_any() }}
            </span>
            <span role="cell" class="row">
                <Show when=move || touchable.get()><Activity active name change member members/></Show>
                <Show when=move || manages.get()><SecurityButton member touchable/></Show>
                <Show when=move || manages.get() && !active.get()><HandOverButton member members/></Show>
                <Show when=move || manages.get()><PlaceButton member members teams change/></Show>
            </span>
        </div>
    }
}

/// What is changed, and what to say when it is.
pub type Change = Callback<(Value, String)>;

/// Shows a change at once, saves it, and goes back with the reason when the server says no.
fn change_of(
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
    redraw: RwSignal<u32>,
) -> Change {
    let (api, toasts, people) = (use_api(), use_toasts(), use_people());
    Callback::new(move |(patch, said): (Value, String)| {
        let Some(before) = member.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let path = format!("/members/{}", before.id);
            let answer = api
                .patch(&path, before.version, &patch)
                .await
                .and_then(Reply::read::<Member>);
            match answer {
                Ok(changed) => {
                    toasts.ok(said);
                    people.load(api);
                    let _ = members.try_update(|all| {
                        if let Some(place) = all.iter_mut().find(|m| m.id == changed.id) {
                            *place = changed;
                        }
                    });
                }
                Err(error) => {
                    toasts.bad(error.text());
                    let _ = redraw.try_update(|n| *n += 1);
                }
            }
        });
    })
}

#[component]
fn RoleCell(
    member: Memo<Option<Member>>,
    touchable: Memo<bool>,
    name: Signal<String>,
    change: Change,
    redraw: RwSignal<u32>,
) -> impl IntoView {
    let roles = use_roles();
    let role = move || member.get().map(|m| m.role).unwrap_or_default();
    let choices = Signal::derive(move || roles.choices(&role()));
    move || {
        redraw.track();
        if !touchable.get() {
            return view! { <span>{move || roles.name(&role())}</span> }.into_any();
        }
        let value = RwSignal::new(role());
        let on_change = move |role: String| {
            change.run((
                json!({ "role": role }),
                k::settings::member_changed(&name.get_untracked()),
            ));
        };
        view! { <Select label=move || k::settings::role_of(&name.get()) value choices bare=true on_change/> }.into_any()
    }
}

#[component]
fn TeamCell(
    member: Memo<Option<Member>>,
    manages: Signal<bool>,
    teams: RwSignal<Vec<(String, String)>>,
    name: Signal<String>,
    change: Change,
    redraw: RwSignal<u32>,
) -> impl IntoView {
    let team = move || member.get().and_then(|m| m.team_id).unwrap_or_default();
    move || {
        redraw.track();
        if !manages.get() {
            let called = move || {
                teams.with(|all| {
                    all.iter()
                        .find(|(id, _)| *id == team())
                        .map(|(_, name)| name.clone())
                })
            };
            return view! { <span>{called}</span> }.into_any();
        }
        let value = RwSignal::new(team());
        let on_change = move |id: String| {
            let id = (!id.is_empty()).then_some(id);
            change.run((
                json!({ "team_id": id }),
                k::settings::member_changed(&name.get_untracked()),
            ));
        };
        let choices = Signal::derive(move || teams.with(|all| team_choices(all)));
        view! { <Select label=move || k::settings::team_of(&name.get()) value choices bare=true on_change/> }.into_any()
    }
}

#[component]
fn Activity(
    active: Memo<bool>,
    name: Signal<String>,
    change: Change,
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
) -> impl IntoView {
    let leaving = RwSignal::new(false);
    let press = move |()| {
        // Who leaves is asked about what they leave behind.
        if active.get_untracked() {
            return leaving.set(true);
        }
        let said = k::settings::activated(&name.get_untracked());
        change.run((json!({ "active": true }), said));
    };
    let label = move || {
        if active.get() {
            k::settings::DEACTIVATE.get()
        } else {
            k::settings::ACTIVATE.get()
        }
    };
    let long = move || {
        if active.get() {
            k::settings::deactivate_named(&name.get())
        } else {
            k::settings::activate_named(&name.get())
        }
    };
    view! {
        <span title=long><Button label size=Size::Small on_press=press/></span>
        <HandOverDialog open=leaving member members leave=change/>
    }
}
