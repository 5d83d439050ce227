//! The sign-ins of a member, and what can be done when a phone or a laptop is lost.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::members::Member;
use super::security::history::SignIns;
use crate::api::use_api;
use crate::i18n::{Key, k};
use crate::ui::button::{Button, IconButton, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::icon;
use crate::ui::toast::use_toasts;

/// The button and its dialog. Whose rights reach further than one's own can only be looked at.
#[component]
pub fn SecurityButton(member: Memo<Option<Member>>, touchable: Memo<bool>) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = move || member.get().map(|m| m.full_name).unwrap_or_default();
    let id = move || member.get().map(|m| m.id).unwrap_or_default();
    view! {
        <IconButton icon=icon::SHIELD label=move || k::security::of_member(&name()) on_press=move |()| open.set(true)/>
        <Modal open title=move || k::security::of_member(&name()) width=Width::Medium>
            <div class="stack">
                <Show when=move || touchable.get()>
                    <Act path=format!("/members/{}/sessions", id()) label=k::security::SIGN_OUT_MEMBER
                        text=k::security::SIGN_OUT_MEMBER_TEXT done=k::security::MEMBER_SIGNED_OUT/>
                    <Act path=format!("/members/{}/second-factors", id()) label=k::security::REMOVE_FACTORS
                        text=k::security::REMOVE_FACTORS_TEXT done=k::security::FACTORS_REMOVED/>
                </Show>
                <h3>{k::security::SIGN_INS}</h3>
                <SignIns path=format!("/members/{}/sign-ins", id())/>
            </div>
        </Modal>
    }
}

/// Something to be done, after a second press.
#[component]
fn Act(path: String, label: Key, text: Key, done: Key) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (sure, busy) = (RwSignal::new(false), RwSignal::new(false));
    let path = StoredValue::new(path);
    let go = move |()| {
        busy.set(true);
        let path = path.get_value();
        spawn_local(async move {
            match api.delete(&path, None).await {
                Ok(_) => toasts.ok(done.get()),
                Err(error) => toasts.bad(error.text()),
            }
            // The dialog may be closed by now.
            let _ = (busy.try_set(false), sure.try_set(false));
        });
    };
    view! {
        <div class="stack">
            <p class="hint">{text}</p>
            <div class="row">
                {move || if sure.get() {
                    view! {
                        <Button label variant=Variant::Danger busy on_press=go/>
                        <Button label=k::common::CANCEL on_press=move |()| sure.set(false)/>
                    }.into_any()
                } else {
                    view! { <Button label on_press=move |()| sure.set(true)/> }.into_any()
                }}
            </div>
        </div>
    }
}
