//! What the page of webhooks works on.

use std::future::Future;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/webhook-endpoints";

/// An address that is told of events.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Endpoint {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) kinds: Vec<String>,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    pub(super) failing_since: Option<String>,
    /// Only just after it was made.
    #[serde(default)]
    pub(super) secret: Option<String>,
}

impl Endpoint {
    /// What it is called: what it is for, else its address.
    pub fn name(&self) -> String {
        if self.description.is_empty() {
            self.url.clone()
        } else {
            self.description.clone()
        }
    }

    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }
}

/// The addresses, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) found: RwSignal<Option<Result<Vec<Endpoint>, String>>>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Endpoint>>,
    /// The form is open.
    pub(super) editing: RwSignal<bool>,
    /// The deliveries are shown.
    pub(super) looking: RwSignal<bool>,
    /// An instant is asked for.
    pub(super) replaying: RwSignal<bool>,
    /// The secret is shown.
    pub(super) told: RwSignal<bool>,
    pub(super) secret: RwSignal<String>,
}

impl Desk {
    /// Reads the addresses.
    pub fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            found: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            looking: RwSignal::new(false),
            replaying: RwSignal::new(false),
            told: RwSignal::new(false),
            secret: RwSignal::new(String::new()),
        };
        desk.load();
        desk
    }

    /// Reads them anew.
    pub fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    /// Opens the form.
    pub fn edit(self, endpoint: Option<Endpoint>) {
        self.chosen.set(endpoint);
        self.editing.set(true);
    }

    /// What the form is about; tracked.
    pub fn heading(self) -> String {
        self.chosen.with(|one| match one {
            Some(endpoint) => k::webhooks::edit(&endpoint.name()),
            None => k::webhooks::ADD.get().to_owned(),
        })
    }

    /// Shows a secret, once.
    pub(super) fn tell(self, secret: Option<String>) {
        if let Some(secret) = secret {
            self.secret.set(secret);
            self.told.set(true);
        }
    }

    fn run(self, done: String, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        spawn_local(async move {
            match work.await {
                Ok(()) => self.toasts.ok(done),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Makes an address active, or has it wait.
    pub(super) fn set_state(self, endpoint: &Endpoint, state: &'static str) {
        let (path, version, name) = (endpoint.path(), endpoint.version, endpoint.name());
        let said = if state == "active" {
            k::webhooks::activated(&name)
        } else {
            k::webhooks::was_paused(&name)
        };
        self.run(said, async move {
            self.api
                .patch(&path, version, &json!({"state": state}))
                .await?;
            Ok(())
        });
    }

    /// Removes an address.
    pub(super) fn delete(self, endpoint: &Endpoint) {
        let (path, version) = (endpoint.path(), endpoint.version);
        self.run(k::webhooks::deleted(&endpoint.name()), async move {
            self.api.delete(&path, Some(version)).await?;
            Ok(())
        });
    }

    /// Makes a new secret and shows it.
    pub(super) fn rotate(self, endpoint: &Endpoint) {
        let request = Request::post(&format!("{}/rotate-secret", endpoint.path()));
        let request = request.json(&json!({})).version(endpoint.version);
        spawn_local(async move {
            match request
                .send(self.api)
                .await
                .and_then(Reply::read::<Endpoint>)
            {
                Ok(rotated) => self.tell(rotated.secret),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Shows what was sent.
    pub(super) fn look(self, endpoint: &Endpoint) {
        self.chosen.set(Some(endpoint.clone()));
        self.looking.set(true);
    }

    /// Sends a test, and shows what comes of it.
    pub(super) fn test(self, endpoint: &Endpoint) {
        let endpoint = endpoint.clone();
        spawn_local(async move {
            let path = format!("{}/test", endpoint.path());
            match self.api.post(&path, &json!({})).await {
                Ok(_) => self.look(&endpoint),
                Err(error) => self.toasts.bad(error.text()),
            }
        });
    }

    /// Asks from when on everything is sent again.
    pub(super) fn replay(self, endpoint: &Endpoint) {
        self.chosen.set(Some(endpoint.clone()));
        self.replaying.set(true);
    }
}
