//! Whom a member reports to, and further teams.

use leptos::prelude::*;
use serde_json::json;

use super::member_line::Change;
use super::members::Member;
use crate::i18n::k;
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::combobox::{Combobox, local_finder};
use crate::ui::dialog::Modal;
use crate::ui::icon;
use crate::ui::select::Choice;

/// The button and its dialog.
#[component]
pub fn PlaceButton(
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
    teams: RwSignal<Vec<(String, String)>>,
    change: Change,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let title = move || {
        let name = member.get().map(|m| m.full_name).unwrap_or_default();
        k::roles::place_of(&name)
    };
    view! {
        <IconButton label=title icon=icon::USERS_ROUND on_press=move |()| open.set(true)/>
        <Modal open title><PlaceForm member members teams change open/></Modal>
    }
}

#[component]
fn PlaceForm(
    member: Memo<Option<Member>>,
    members: RwSignal<Vec<Member>>,
    teams: RwSignal<Vec<(String, String)>>,
    change: Change,
    open: RwSignal<bool>,
) -> impl IntoView {
    let Some(now) = member.get_untracked() else {
        return ().into_any();
    };
    let others = members.with_untracked(|all| {
        let others = all.iter().filter(|m| m.active && m.id != now.id);
        others
            .map(|m| Choice::new(m.id.clone(), m.full_name.clone()))
            .collect::<Vec<_>>()
    });
    let above = members.with_untracked(|all| {
        let above = all.iter().find(|m| Some(&m.id) == now.manager_id.as_ref());
        above.map(|m| Choice::new(m.id.clone(), m.full_name.clone()))
    });
    let manager = RwSignal::new(above);
    let more = RwSignal::new(now.more_team_ids.clone());
    let name = now.full_name.clone();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let manager = manager.get_untracked().map(|choice| choice.value);
        let patch = json!({ "manager_id": manager, "more_team_ids": more.get_untracked() });
        open.set(false);
        change.run((patch, k::settings::member_changed(&name)));
    };
    let main = now.team_id;
    let line = move |(id, name): (String, String)| {
        let (mine, theirs) = (id.clone(), id);
        let toggle = move |_| {
            more.update(|all| match all.iter().position(|one| *one == theirs) {
                Some(place) => _ = all.remove(place),
                None => all.push(theirs.clone()),
            });
        };
        let on = move || more.with(|all| all.contains(&mine));
        view! { <label class="check-line"><input type="checkbox" prop:checked=on on:change=toggle/>{name}</label> }
    };
    let further: Vec<_> = teams.with_untracked(|all| {
        let further = all.iter().filter(|(id, _)| Some(id) != main.as_ref());
        further.cloned().collect()
    });
    let some = !further.is_empty();
    view! {
        <form class="stack" on:submit=save novalidate=true>
            <Combobox label=k::roles::MANAGER value=manager find=local_finder(others) hint=k::roles::MANAGER_HINT/>
            {some.then(|| view! {
                <fieldset class="choices-input">
                    <legend>{k::roles::MORE_TEAMS}</legend>
                    <div class="checks">{further.into_iter().map(line).collect_view()}</div>
                </fieldset>
            })}
            <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true/></div>
        </form>
    }
    .into_any()
}
