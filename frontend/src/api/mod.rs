//! The client of the REST API: who is signed in, requests, faults.
//!
//! The access token lives in memory only; a new one comes by the refresh cookie, asked for once at a time.

mod client;
mod events;
mod job;
mod problem;
mod session;
mod upload;

use leptos::prelude::*;

pub use client::{Reply, Request};
pub use events::{Events, News, Told, is_being_edited, use_events};
pub use job::{Job, Progress};
pub use problem::{ApiError, FieldFault, FormErrors, Problem};
pub use session::{Challenge, PasskeyOptions, Session, User, Workspace};

/// The API as a context of the whole app: `use_api()`.
#[derive(Clone, Copy)]
pub struct Api {
    session: RwSignal<Option<Session>>,
}

/// The app's API client.
pub fn use_api() -> Api {
    expect_context()
}

impl Api {
    /// Makes the client; the app does it once.
    pub fn provide() {
        provide_context(Self {
            session: RwSignal::new(None),
        });
    }

    /// Who is signed in; tracked. `None` before the first answer and after signing out.
    pub fn session(self) -> Signal<Option<Session>> {
        self.session.into()
    }

    /// The id of who is signed in.
    pub fn user_id(self) -> Option<String> {
        self.session
            .with_untracked(|session| session.as_ref().map(|session| session.user.id.clone()))
    }

    /// `GET`, for `path` below `/api/v1` such as `/contacts?limit=50`.
    pub async fn get(self, path: &str) -> Result<Reply, ApiError> {
        Request::get(path).send(self).await
    }

    /// `POST` with an idempotency key of its own.
    pub async fn post(self, path: &str, body: &serde_json::Value) -> Result<Reply, ApiError> {
        Request::post(path).json(body).send(self).await
    }

    /// Merge patch of the record as read with `version`; [`Problem::is_stale`] tells that someone was faster.
    pub async fn patch(
        self,
        path: &str,
        version: i64,
        body: &serde_json::Value,
    ) -> Result<Reply, ApiError> {
        Request::patch(path)
            .json(body)
            .version(version)
            .send(self)
            .await
    }

    /// `DELETE` of the record as read with `version`.
    pub async fn delete(self, path: &str, version: Option<i64>) -> Result<Reply, ApiError> {
        let request = Request::delete(path);
        version
            .map_or(request.clone(), |version| request.version(version))
            .send(self)
            .await
    }
}
