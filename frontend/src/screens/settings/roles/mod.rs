//! Roles: the built-in ones to look at, and those that the workspace makes.

mod editor;
mod fields;
pub mod known;
mod table;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use self::editor::RoleEditor;
use self::known::Role;
use super::listed::listed;
use super::rights::may;
use crate::api::use_api;
use crate::i18n::k;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, IconButton, Size, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon;
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;

/// What the page works on.
#[derive(Clone, Copy)]
struct Desk {
    /// The editor is open.
    open: RwSignal<bool>,
    /// What it shows; none for a new role.
    edited: RwSignal<Option<Role>>,
    /// Reads the roles again.
    load: Callback<()>,
    /// The person makes roles.
    allowed: Signal<bool>,
}

impl Desk {
    fn show(self, role: Option<Role>) {
        self.edited.set(role);
        self.open.set(true);
    }

    /// Whether the role in the editor is only looked at; tracked.
    fn looks(self) -> bool {
        let fixed = |role: &Role| role.built_in || !role.assignable;
        !self.allowed.get() || self.edited.with(|role| role.as_ref().is_some_and(fixed))
    }
}

/// The page.
#[component]
pub fn Roles() -> impl IntoView {
    let (found, load) = listed::<Role>(use_api(), "/roles");
    let desk = Desk {
        open: RwSignal::new(false),
        edited: RwSignal::new(None),
        load: Callback::new(move |()| load()),
        allowed: may(Action::Members),
    };
    load();
    let title = move || {
        desk.edited
            .with(|role| role.as_ref().map(Role::called))
            .unwrap_or_else(|| k::roles::NEW.get().to_owned())
    };
    view! {
        <div class="row">
            <p class="secondary settings-about">{k::roles::TEXT}</p>
            <span class="spacer"></span>
            <Show when=move || desk.allowed.get()>
                <Button label=k::roles::NEW variant=Variant::Primary icon=icon::PLUS on_press=move |()| desk.show(None)/>
            </Show>
        </div>
        <Show when=move || !desk.allowed.get()><Banner text=k::settings::READ_ONLY tone=Tone::Info/></Show>
        {move || match found.get() {
            None => view! { <Skeleton lines=5/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
            Some(Ok(all)) => view! {
                <ul class="settings-lines roles">{all.into_iter().map(|role| view! { <RoleLine role desk/> }).collect_view()}</ul>
            }.into_any(),
        }}
        <Modal open=desk.open title width=Width::Wide><RoleEditor desk/></Modal>
    }
}

#[component]
fn RoleLine(role: Role, desk: Desk) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let kept = StoredValue::new(role.clone());
    let name = move || kept.with_value(Role::called);
    let about = move || {
        let own = kept.with_value(|role| role.description.clone());
        match kept.with_value(|role| role.id.clone()).as_str() {
            "owner" => k::roles::ABOUT_OWNER.get().to_owned(),
            "admin" => k::roles::ABOUT_ADMIN.get().to_owned(),
            "manager" => k::roles::ABOUT_MANAGER.get().to_owned(),
            "member" => k::roles::ABOUT_MEMBER.get().to_owned(),
            "read_only" => k::roles::ABOUT_READ_ONLY.get().to_owned(),
            _ => own,
        }
    };
    let copy = move |()| {
        let id = kept.with_value(|role| role.id.clone());
        let body = json!({ "name": k::roles::copy_of(&untrack(name)) });
        spawn_local(async move {
            let reply = api.post(&format!("/roles/{id}/copy"), &body).await;
            match reply.and_then(crate::api::Reply::read::<Role>) {
                Ok(made) => {
                    desk.load.run(());
                    desk.show(Some(made));
                }
                Err(error) => toasts.bad(error.text()),
            }
        });
    };
    let remove = move |()| {
        let (path, version) = kept.with_value(|role| (format!("/roles/{}", role.id), role.version));
        spawn_local(async move {
            match api.delete(&path, Some(version)).await {
                Ok(_) => toasts.ok(k::roles::removed(&untrack(name))),
                Err(error) => toasts.bad(error.text()),
            }
            desk.load.run(());
        });
    };
    let (own, mine) = (!role.built_in, role.assignable);
    let changes = move || desk.allowed.get() && own && mine;
    let show = move |()| desk.show(Some(kept.get_value()));
    let open = move || {
        if changes() {
            k::roles::change_named(&name())
        } else {
            k::roles::look_named(&name())
        }
    };
    view! {
        <li class="settings-line">
            <div class="settings-line-text">
                <strong>{name}</strong>" "{(!own).then(|| view! { <Tag label=k::roles::BUILT_IN/> })}
                <p class="hint">{about}</p>
            </div>
            <span class="secondary nowrap">{k::settings::people(role.members)}</span>
            <span title=open><Button size=Size::Small on_press=show
                label=move || if changes() { k::common::EDIT.get() } else { k::roles::LOOK.get() }/></span>
            <Show when=move || desk.allowed.get()>
                <IconButton label=move || k::roles::copy_named(&name()) icon=icon::COPY on_press=copy/>
            </Show>
            <Show when=changes>
                <IconButton label=move || k::roles::remove_named(&name()) icon=icon::TRASH_2 on_press=remove/>
            </Show>
        </li>
    }
}
