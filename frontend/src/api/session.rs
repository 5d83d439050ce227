//! Signing in and out, and the access token.

use std::cell::RefCell;
use std::fmt::Write as _;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::identity::field_right::FieldRights;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Api;
use super::client::Request;
use super::problem::ApiError;

/// Who works where, and the token for it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Session {
    /// Short-lived; never stored.
    access_token: String,
    /// The person.
    pub user: User,
    /// The workspace.
    pub workspace: Workspace,
    /// owner, admin, manager, member, `read_only`, or the id of a role of the workspace's own.
    pub role: String,
    /// How far each action reaches on objects without rights of their own.
    rights: Value,
    /// The same of single objects.
    object_rights: Value,
    /// The fields that the person may not see, or not change.
    pub field_rights: FieldRights,
    /// The workspace asks for a second factor, which the person sets up before anything else.
    pub second_factor_missing: bool,
}

/// The password was right; the second factor is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Challenge {
    /// Goes with the second step.
    pub challenge: String,
    /// `totp`, `passkey`, `recovery_code`.
    pub methods: Vec<String>,
}

/// What to ask the browser for a passkey with.
#[derive(Clone, Debug, Deserialize)]
pub struct PasskeyOptions {
    /// Comes back with the answer.
    pub token: String,
    /// The argument of `navigator.credentials`.
    pub public_key: Value,
}

impl Session {
    /// Whether an action of the workspace is given, or one on records reaches something.
    pub fn may(&self, action: Action) -> bool {
        self.rights[action.code()] != "none"
    }

    /// Whether an action on records reaches all of them, of whatever object has no rights of its own.
    pub fn may_all(&self, action: Action) -> bool {
        self.rights[action.code()] == "all"
    }

    /// Whether an action reaches any record of the object.
    pub fn may_on(&self, action: Action, object: &str) -> bool {
        match &self.object_rights[object] {
            Value::Null => self.may(action),
            own => own[action.code()] != "none",
        }
    }
}

/// The person signed in.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct User {
    /// Id.
    pub id: String,
    /// Full name.
    pub full_name: String,
    /// Address for signing in.
    pub email: String,
    /// Tag of the chosen language.
    pub language: Option<String>,
}

/// The team's workspace.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Workspace {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
    /// Tag of the workspace's language.
    pub language: Option<String>,
    /// Counts the changes of the fields that it has added; 0 when it never added any.
    pub fields_version: i64,
    /// The app shows people only, and no companies.
    pub hides_companies: bool,
}

type Refresh = Shared<LocalBoxFuture<'static, bool>>;

thread_local! {
    /// The refresh now under way. A second one would use the cookie twice, which the server takes for theft.
    static REFRESH: RefCell<Option<Refresh>> = const { RefCell::new(None) };
}

impl Api {
    pub(super) fn token(self) -> Option<String> {
        self.session
            .with_untracked(|session| session.as_ref().map(|s| s.access_token.clone()))
    }

    /// Signs in, or answers what the second step needs.
    pub async fn sign_in(self, email: &str, password: &str) -> Result<Option<Challenge>, ApiError> {
        let body = json!({ "email": email, "password": password });
        let reply = Request::post("/sessions").json(&body).send_open().await?;
        if reply.status == 202 {
            return reply.read().map(Some);
        }
        self.session.set(Some(reply.read()?));
        Ok(None)
    }

    /// The last step of a sign-in.
    pub async fn go_on(self, path: &str, body: &Value) -> Result<(), ApiError> {
        let reply = Request::post(path).json(body).send_open().await?;
        self.session.set(Some(reply.read()?));
        Ok(())
    }

    /// Takes the session that set-up or an accepted invitation answered with.
    pub fn begin(self, session: Session) {
        self.session.set(Some(session));
    }

    /// Signs out here; the server ends the session.
    pub async fn sign_out(self) -> Result<(), ApiError> {
        let ended = Request::delete("/sessions/current").send(self).await;
        self.session.set(None);
        ended.map(|_| ())
    }

    /// Goes on in another workspace of the person; the whole app starts anew there, so that nothing of the former one
    /// stays in memory.
    pub async fn switch(self, workspace_id: &str) -> Result<(), ApiError> {
        let body = json!({ "workspace_id": workspace_id });
        self.post("/sessions/switch", &body).await?;
        start_anew();
        Ok(())
    }

    /// Gets a new access token by the cookie; callers at the same time share one request.
    /// False means that the person must sign in.
    pub async fn refresh(self) -> bool {
        let refresh = REFRESH.with_borrow_mut(|running| {
            running
                .get_or_insert_with(|| {
                    async move {
                        let done = self.refresh_once().await;
                        REFRESH.set(None);
                        done
                    }
                    .boxed_local()
                    .shared()
                })
                .clone()
        });
        refresh.await
    }

    async fn refresh_once(self) -> bool {
        let request = Request::post("/sessions/refresh").header("X-Relasi-Refresh", "1");
        match request
            .send_open()
            .await
            .and_then(super::Reply::read::<Session>)
        {
            // Another tab has gone over to another workspace: what this one shows, and what it was about to write,
            // belongs to the former.
            Ok(session) if self.is_elsewhere(&session) => {
                start_anew();
                false
            }
            Ok(session) => {
                self.session.set(Some(session));
                true
            }
            // Without an answer the session may still be good.
            Err(ApiError::Offline) => false,
            Err(_) => {
                self.session.set(None);
                false
            }
        }
    }

    fn is_elsewhere(self, session: &Session) -> bool {
        self.session.with_untracked(|former| {
            former
                .as_ref()
                .is_some_and(|former| former.workspace.id != session.workspace.id)
        })
    }
}

pub(super) fn start_anew() {
    // A browser that refuses leaves the screen as it is.
    let _ = window().location().set_href("/app");
}

/// A random UUID (version 4). By hand: `randomUUID` is missing where the page comes over plain HTTP.
pub(super) fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // Fails for more than 65,536 bytes only.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    bytes
        .iter()
        .enumerate()
        .fold(String::new(), |mut text, (at, byte)| {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
