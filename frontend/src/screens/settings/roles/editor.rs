//! The form of a role: its name, and what it may do.

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::identity::field_right::FieldRights;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::Desk;
use super::fields::Fields;
use super::known::{Rights, Role};
use super::table::{ScopeTable, action_label};
use crate::api::{FormErrors, Reply, use_api};
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

/// A new role sees and writes what is its own, and no field that is closed to whoever makes it.
fn start(fields: FieldRights) -> Rights {
    let scopes = [
        ("see", "own"),
        ("add", "own"),
        ("edit", "own"),
        ("delete", "none"),
        ("export", "none"),
    ];
    Rights {
        records: scopes
            .map(|(action, scope)| (action.to_owned(), scope.to_owned()))
            .into(),
        fields,
        ..Rights::default()
    }
}

/// Name, table and rights; only to look at where the role does not change.
#[component]
pub fn RoleEditor(desk: Desk) -> impl IntoView {
    let (api, toasts, errors) = (use_api(), use_toasts(), FormErrors::default());
    let edited = desk.edited.get_untracked();
    let looks = untrack(|| desk.looks());
    let of = |text: fn(&Role) -> String| edited.as_ref().map(text).unwrap_or_default();
    let session = api.session().get_untracked();
    let closed = session
        .map(|session| session.field_rights)
        .unwrap_or_default();
    let name = RwSignal::new(of(|role| role.name.clone().unwrap_or_default()));
    let description = RwSignal::new(of(|role| role.description.clone()));
    let rights = RwSignal::new(
        edited
            .as_ref()
            .map_or_else(|| start(closed), |role| role.rights.clone()),
    );
    let busy = RwSignal::new(false);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let body = json!({
            "name": name.get_untracked().trim(), "description": description.get_untracked().trim(), "rights": rights.get_untracked(),
        });
        let edited = edited.clone();
        spawn_local(async move {
            let reply = match &edited {
                None => api.post("/roles", &body).await,
                Some(role) => {
                    let path = format!("/roles/{}", role.id);
                    api.patch(&path, role.version, &body).await
                }
            };
            let _ = busy.try_set(false);
            match reply.and_then(Reply::read::<Role>) {
                Ok(role) => {
                    toasts.ok(k::roles::saved(&role.called()));
                    desk.open.set(false);
                    desk.load.run(());
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let beyond = errors.of("rights");
    let wrong = move || {
        beyond
            .get()
            .map(|text| view! { <Banner text tone=Tone::Bad/> })
    };
    view! {
        <form class="stack role-editor" on:submit=save novalidate=true>
            {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
            {(!looks).then(|| view! {
                <div class="role-names">
                    <TextInput label=k::settings::NAME value=name required=true autofocus=true error=errors.of("name")/>
                    <TextInput label=k::roles::DESCRIPTION value=description error=errors.of("description")/>
                </div>
            })}
            <ScopeTable rights looks/>
            {wrong}
            <p class="hint">{k::roles::SCOPES}</p>
            <Workspace rights looks/>
            <Fields rights looks/>
            {(!looks).then(|| view! {
                <div class="row-end"><Button label=k::common::SAVE variant=Variant::Primary submit=true busy/></div>
            })}
        </form>
    }
}

/// What is given for the workspace as a whole.
#[component]
fn Workspace(rights: RwSignal<Rights>, looks: bool) -> impl IntoView {
    let line = move |action: Action| {
        let code = action.code();
        let on = move || rights.with(|rights| rights.workspace.iter().any(|one| one == code));
        let toggle = move |_| {
            rights.update(
                |rights| match rights.workspace.iter().position(|one| one == code) {
                    Some(place) => _ = rights.workspace.remove(place),
                    None => rights.workspace.push(code.to_owned()),
                },
            );
        };
        view! {
            <label class="check-line">
                <input type="checkbox" prop:checked=on disabled=looks on:change=toggle/>{action_label(action)}
            </label>
        }
    };
    view! {
        <fieldset class="choices-input">
            <legend>{k::roles::WORKSPACE}</legend>
            {Action::OF_WORKSPACE.map(line).into_iter().collect_view()}
        </fieldset>
    }
}
