//! What one signs in with: codes of an app, recovery codes, passkeys; where one is signed in; who tried to.

mod ask;
mod codes;
mod first;
pub mod history;
mod links;
mod passkeys;
mod totp;

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

pub use first::SecondFactorFirst;

use super::apps::ConnectedApps;
use super::sessions::Sessions;
use crate::api::{Api, Reply, use_api};
use crate::i18n::k;
use crate::records::instant;
use crate::ui::button::{Button, Size, Variant};
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};
use crate::ui::icon::{self, Glyph};
use crate::ui::tag::{Tag, Tone};
use crate::ui::toast::use_toasts;
use ask::Ask;
use codes::Codes;
use passkeys::{Passkey, Passkeys};
use totp::TotpForm;

/// What somebody has.
#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Factors {
    totp_since: Option<String>,
    recovery_codes_left: i64,
    passkeys: Vec<Passkey>,
    passkeys_possible: bool,
}

impl Factors {
    fn any(&self) -> bool {
        self.totp_since.is_some() || !self.passkeys.is_empty()
    }
}

async fn factors(api: Api) -> Result<Factors, String> {
    let answer = api.get("/me/security").await.and_then(Reply::read);
    answer.map_err(|error| error.text())
}

/// The page.
#[component]
pub fn Security() -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(None::<Result<Factors, String>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let answer = factors(api).await;
            // The page may be gone by now.
            let _ = found.try_set(Some(answer));
        });
    });
    load.run(());
    view! {
        {move || match found.get() {
            None => view! { <Skeleton lines=6/> }.into_any(),
            Some(Err(text)) => view! { <ErrorState text on_retry=load/> }.into_any(),
            Some(Ok(factors)) => view! { <Owned factors load/> }.into_any(),
        }}
        <links::ServiceLinks/>
        <Sessions/>
        <ConnectedApps/>
        <history::OwnSignIns/>
    }
}

#[component]
fn Owned(factors: Factors, load: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let (adding, removing, renewing) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let codes = RwSignal::new(Vec::<String>::new());
    let showing = RwSignal::new(false);
    let show = Callback::new(move |new: Vec<String>| {
        if new.is_empty() {
            load.run(());
        } else {
            codes.set(new);
            showing.set(true);
        }
    });
    let any = factors.any();
    let since = factors.totp_since.clone();
    let on = since.is_some();
    let left = factors.recovery_codes_left;
    let text = move || match &since {
        Some(at) => k::security::totp_since(&instant::shown(at)),
        None => k::security::TOTP_OFF.get().to_owned(),
    };
    let set_up = if on {
        k::security::TOTP_CHANGE
    } else {
        k::security::TOTP_SET_UP
    };
    let removed = Callback::new(move |_| {
        toasts.ok(k::security::TOTP_REMOVED.get());
        load.run(());
    });
    let renewed = Callback::new(move |answer: serde_json::Value| {
        show.run(codes::of(&answer));
    });
    view! {
        <section class="stack">
            <h2>{k::security::SECOND_FACTOR}</h2>
            <p class="secondary">{k::security::SECOND_FACTOR_TEXT}</p>
            <ul class="settings-lines">
                <li class="settings-line field-line">
                    <Glyph icon=icon::LOCK/>
                    <div class="settings-line-text">
                        <strong>{k::security::TOTP}</strong>" "
                        {on.then(|| view! { <Tag label=k::security::ON tone=Tone::Ok/> })}
                        <p class="hint">{text}</p>
                    </div>
                    <Button label=set_up size=Size::Small on_press=move |()| adding.set(true)/>
                    {on.then(|| view! { <Button label=k::security::TURN_OFF size=Size::Small on_press=move |()| removing.set(true)/> })}
                </li>
                {any.then(|| view! {
                    <li class="settings-line field-line">
                        <Glyph icon=icon::FILE_TEXT/>
                        <div class="settings-line-text">
                            <strong>{k::security::RECOVERY_CODES}</strong>
                            <p class="hint">{move || k::security::codes_left(left)}</p>
                        </div>
                        <Button label=k::security::NEW_CODES size=Size::Small on_press=move |()| renewing.set(true)/>
                    </li>
                })}
            </ul>
        </section>
        <Passkeys passkeys=factors.passkeys.clone() possible=factors.passkeys_possible on_codes=show load/>
        <Modal open=adding title=k::security::TOTP_SET_UP_TITLE>
            <TotpForm on_done=Callback::new(move |codes: Vec<String>| {
                adding.set(false);
                toasts.ok(k::security::TOTP_ADDED.get());
                show.run(codes);
            })/>
        </Modal>
        <Ask open=removing title=k::security::TURN_OFF_TITLE text=k::security::TURN_OFF_TEXT go=k::security::TURN_OFF
            path="/me/totp/remove".to_owned() danger=true on_done=removed/>
        <Ask open=renewing title=k::security::NEW_CODES_TITLE text=k::security::NEW_CODES_TEXT go=k::security::NEW_CODES
            path="/me/recovery-codes".to_owned() on_done=renewed/>
        <Modal open=showing title=k::security::RECOVERY_CODES on_close=move |()| load.run(())>
            <Codes codes=codes.get_untracked()/>
            <div class="row-end modal-end"><Button label=k::security::CODES_KEPT variant=Variant::Primary on_press=move |()| showing.set(false)/></div>
        </Modal>
    }
}
