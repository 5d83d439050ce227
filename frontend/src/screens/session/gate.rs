//! Lets the app proper in once there is a session, and asks again when it ends.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::login::SignInForm;
use super::provider::Provider;
use crate::api::{Api, ApiError, Reply, Request, Session, use_api};
use crate::i18n::{self, Language, k};
use crate::lazy;
use crate::records::fields;
use crate::records::people::use_people;
use crate::records::tags::use_tags;
use crate::storage;
use crate::ui::dialog::Modal;
use crate::ui::feedback::{ErrorState, Skeleton};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Entrance {
    Asking,
    Open,
    /// A second factor has to be set up first.
    Lacking,
    NoAnswer,
}

/// What the server says before anybody signs in.
#[derive(Deserialize)]
pub struct SetUpState {
    /// It still has no workspace.
    pub needed: bool,
    /// Passkeys can be used at this address.
    pub passkeys: bool,
    /// It sends e-mail.
    pub mail: bool,
    /// The one service by which people sign in.
    pub sign_in_provider: Option<Provider>,
    /// There are several such services.
    pub sign_in_providers: bool,
}

/// What the server says before anybody signs in.
pub async fn setup_state() -> Result<SetUpState, ApiError> {
    let reply = Request::get("/setup").send_open().await;
    reply.and_then(Reply::read)
}

/// Whether the server still has no workspace.
pub async fn setup_needed() -> Result<bool, ApiError> {
    setup_state().await.map(|state| state.needed)
}

/// The frame for who is signed in; everybody else goes to `/login` or `/setup` and comes back.
#[component]
pub fn Gate() -> impl IntoView {
    let api = use_api();
    let entrance = RwSignal::new(Entrance::Asking);
    let (navigate, location) = (use_navigate(), use_location());
    let ask = Callback::new(move |()| {
        entrance.set(Entrance::Asking);
        let navigate = navigate.clone();
        let here = untrack(|| {
            format!(
                "{}{}",
                location.pathname.get(),
                location.search.get_with_mark()
            )
        });
        spawn_local(async move {
            if untrack(|| api.session().with(Option::is_some)) || api.refresh().await {
                if untrack(|| complete(api, |_| ())).is_none() {
                    entrance.set(Entrance::Lacking);
                    return;
                }
                fields::load(api).await;
                entrance.set(Entrance::Open);
                return;
            }
            match setup_needed().await {
                Ok(true) => navigate("/setup", NavigateOptions::default()),
                Ok(false) => {
                    let next = crate::records::store::encode(&here);
                    navigate(
                        &format!("/login?next={next}"),
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    );
                }
                Err(_) => entrance.set(Entrance::NoAnswer),
            }
        });
    });
    ask.run(());
    follow_person(api);
    follow_fields(api);
    move || match entrance.get() {
        Entrance::Asking => view! { <div class="gate-wait"><Skeleton lines=6/></div> }.into_any(),
        Entrance::NoAnswer => {
            view! { <main class="bare"><ErrorState text=k::error::OFFLINE on_retry=ask/></main> }
                .into_any()
        }
        Entrance::Lacking => lazy::second_factor(),
        Entrance::Open => view! { {lazy::frame()}<SignInAgain/> }.into_any(),
    }
}

/// Something of the session of somebody who has the second factor that the workspace asks for; tracked.
fn complete<T>(api: Api, read: impl Fn(&Session) -> T) -> Option<T> {
    let session = api.session();
    session.with(|s| s.as_ref().filter(|s| !s.second_factor_missing).map(read))
}

/// A new token tells of fields that were added, closed or opened since the last one.
fn follow_fields(api: Api) {
    let version = move || {
        complete(api, |session| {
            (
                session.workspace.fields_version,
                session.field_rights.clone(),
            )
        })
    };
    Effect::watch(
        version,
        move |_, _, _| spawn_local(fields::load(api)),
        false,
    );
}

/// What belongs to a person is loaded when they come: names, tags, their language.
fn follow_person(api: Api) {
    let (people, tags) = (use_people(), use_tags());
    let person = Memo::new(move |_| complete(api, |session| session.user.clone()));
    Effect::new(move |before: Option<Option<String>>| {
        let Some(user) = person.get() else {
            return before.flatten();
        };
        if before.flatten().as_deref() != Some(user.id.as_str()) {
            people.load(api);
            tags.load(api);
            // A language chosen in this browser stays; on a new device the person's own one is taken.
            let chosen = storage::read("relasi.language").is_some();
            if let Some(language) = user
                .language
                .as_deref()
                .and_then(Language::from_tag)
                .filter(|_| !chosen)
            {
                i18n::switch(language);
            }
        }
        Some(user.id)
    });
    keep_language(api);
}

/// A language chosen in the app becomes the person's own, for mails and other devices.
fn keep_language(api: Api) {
    Effect::watch(
        i18n::language,
        move |language, _, _| {
            let language = *language;
            let own = untrack(|| complete(api, |session| session.user.language.clone())).flatten();
            if own.is_none() || own.as_deref() == Some(language.tag()) {
                return;
            }
            spawn_local(async move {
                // Without an answer the choice still holds in this browser.
                let _ = store_language(api, language).await;
            });
        },
        false,
    );
}

async fn store_language(api: Api, language: Language) -> Result<(), ApiError> {
    let body = serde_json::json!({ "language": language.tag() });
    Request::patch("/me")
        .json(&body)
        .send(api)
        .await
        .map(|_| ())
}

/// A card over the page when the session ends while someone works; the page and its drafts stay.
#[component]
fn SignInAgain() -> impl IntoView {
    let session = use_api().session();
    let open = RwSignal::new(false);
    Effect::new(move |had: Option<bool>| {
        let has = session.with(Option::is_some);
        if has {
            open.set(false);
        } else if had == Some(true) {
            open.set(true);
        }
        has
    });
    view! {
        <Modal open title=k::session::ENDED>
            <p>{k::session::ENDED_TEXT}</p>
            <SignInForm on_done=move |()| open.set(false)/>
            <p class="hint"><a href="/login">{k::provider::OTHER_WAYS}</a></p>
        </Modal>
    }
}

/// The query string with its mark, for addresses to come back to.
trait WithMark {
    fn get_with_mark(&self) -> String;
}

impl WithMark for Memo<String> {
    fn get_with_mark(&self) -> String {
        let search = self.get();
        let search = search.trim_start_matches('?');
        if search.is_empty() {
            String::new()
        } else {
            format!("?{search}")
        }
    }
}
