//! Inviting people by link.

use leptos::prelude::*;
use relasi_domain::identity::role::Role;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use super::listed::listed;
use super::members::team_choices;
use super::once::Once;
use super::roles::known::{Known, use_roles};
use crate::api::{FormErrors, Reply, use_api};
use crate::i18n::{date_short, k, local_day};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::select::Select;
use crate::ui::tag::Tone;
use crate::ui::text_input::TextInput;
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Invitation {
    id: String,
    email: String,
    role: String,
    expires_at: String,
}

#[derive(Deserialize)]
struct Invited {
    path: String,
    mailed: bool,
}

/// The address of an invitation's link.
fn address(invited: &Invited) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{}", invited.path)
}

/// The button and its dialog.
#[component]
pub fn InviteButton(
    teams: RwSignal<Vec<(String, String)>>,
    #[prop(into)] on_invited: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button label=k::settings::INVITE variant=Variant::Primary icon=icon::USER_PLUS on_press=move |()| open.set(true)/>
        <Modal open title=k::settings::INVITE><InviteForm teams on_invited open/></Modal>
    }
}

#[component]
fn InviteForm(
    teams: RwSignal<Vec<(String, String)>>,
    on_invited: Callback<()>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (api, errors) = (use_api(), FormErrors::default());
    let busy = RwSignal::new(false);
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Member.code().to_owned());
    let team = RwSignal::new(String::new());
    let link = RwSignal::new(None::<(String, bool)>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let mut body =
            json!({ "email": email.get_untracked().trim(), "role": role.get_untracked() });
        if team.with_untracked(|team| !team.is_empty()) {
            body["team_id"] = team.get_untracked().into();
        }
        spawn_local(async move {
            match api
                .post("/invitations", &body)
                .await
                .and_then(Reply::read::<Invited>)
            {
                Ok(invited) => {
                    let _ = link.try_set(Some((address(&invited), invited.mailed)));
                    on_invited.run(());
                }
                Err(error) => errors.show(&error),
            }
            let _ = busy.try_set(false);
        });
    };
    let choices = Signal::derive(move || teams.with(|all| team_choices(all)));
    let roles = use_roles();
    let role_choices = Signal::derive(move || roles.choices(""));
    move || {
        match link.get() {
        Some((value, mailed)) => {
            let label = move || k::settings::link(&email.get_untracked());
            let sent = move || k::mail::invite_mailed(&email.get_untracked());
            view! {
                {mailed.then(|| view! { <Banner text=sent() tone=Tone::Ok/> })}
                <Once value label hint=k::settings::LINK_ONCE copy_label=k::settings::COPY_LINK copied=k::settings::LINK_COPIED open/>
            }
            .into_any()
        }
        None => view! {
            <form class="stack" on:submit=submit novalidate=true>
                <p class="secondary">{k::settings::INVITE_TEXT}</p>
                {move || errors.general().get().map(|text| view! { <Banner text tone=Tone::Bad/> })}
                <TextInput label=k::settings::EMAIL value=email kind="email" required=true autofocus=true error=errors.of("email")/>
                <Select label=k::settings::ROLE value=role choices=role_choices error=errors.of("role")/>
                <Select label=k::settings::TEAM value=team choices error=errors.of("team_id")/>
                <div class="row-end"><Button label=k::settings::MAKE_LINK variant=Variant::Primary submit=true busy/></div>
            </form>
        }
        .into_any(),
    }
    }
}

/// Links that are still good; loaded again when `invited` counts up.
#[component]
pub fn OpenInvitations(invited: RwSignal<u32>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (found, load) = listed::<Invitation>(api, "/invitations");
    Effect::new(move |_| {
        invited.track();
        load();
    });
    let revoke = Callback::new(move |(id, email): (String, String)| {
        spawn_local(async move {
            match api.delete(&format!("/invitations/{id}"), None).await {
                Ok(_) => toasts.ok(k::settings::revoked(&email)),
                Err(error) => toasts.bad(error.text()),
            }
            load();
        });
    });
    let (fresh, shown) = (
        RwSignal::new(None::<(String, String, bool)>),
        RwSignal::new(false),
    );
    let again = Callback::new(move |(id, email): (String, String)| {
        spawn_local(async move {
            let path = format!("/invitations/{id}/resend");
            let answer = api.post(&path, &json!({})).await;
            match answer.and_then(Reply::read::<Invited>) {
                Ok(invited) => {
                    let _ = fresh.try_set(Some((email, address(&invited), invited.mailed)));
                    let _ = shown.try_set(true);
                }
                Err(error) => toasts.bad(error.text()),
            }
            load();
        });
    });
    view! {
        <Modal open=shown title=k::mail::NEW_LINK>{move || fresh.get().map(|(email, value, mailed)| {
            let (named, sent) = (email.clone(), k::mail::invite_mailed(&email));
            let label = move || k::settings::link(&named);
            view! {
                {mailed.then(|| view! { <Banner text=sent tone=Tone::Ok/> })}
                <Once value label hint=k::settings::LINK_ONCE copy_label=k::settings::COPY_LINK copied=k::settings::LINK_COPIED open=shown/>
            }
        })}</Modal>
        <section class="stack">
            <h2>{k::settings::INVITATIONS}</h2>
            {move || match found.get() {
                None => view! { <Skeleton lines=2/> }.into_any(),
                Some(Err(text)) => view! { <ErrorState text on_retry=move |()| load()/> }.into_any(),
                Some(Ok(all)) if all.is_empty() => view! { <p class="secondary">{k::settings::INVITATIONS_NONE}</p> }.into_any(),
                Some(Ok(all)) => view! {
                    <ul class="settings-lines">{all.into_iter().map(|one| view! { <InvitationLine one revoke again/> }).collect_view()}</ul>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn InvitationLine(
    one: Invitation,
    revoke: Callback<(String, String)>,
    again: Callback<(String, String)>,
) -> impl IntoView {
    let Invitation {
        id,
        email,
        role,
        expires_at,
    } = one;
    let roles: Known = use_roles();
    let (shown, tip) = (email.clone(), email.clone());
    let (anew, about) = ((id.clone(), email.clone()), email.clone());
    let until = move || local_day(&expires_at).map(|day| k::settings::expires(&date_short(day)));
    view! {
        <li class="settings-line">
            <Glyph icon=icon::MAIL/>
            <div class="settings-line-text"><strong>{shown}</strong><p class="hint">{move || roles.name(&role)}" · "{until}</p></div>
            <span title=move || k::mail::resend_named(&about)>
                <Button label=k::mail::RESEND size=Size::Small on_press=move |()| again.run(anew.clone())/>
            </span>
            <span title=move || k::settings::revoke_named(&tip)>
                <Button label=k::settings::REVOKE size=Size::Small on_press=move |()| revoke.run((id.clone(), email.clone()))/>
            </span>
        </li>
    }
}
