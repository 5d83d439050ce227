//! What the page of inbound hooks works on.

use std::future::Future;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/inbound-hooks";

/// Where one field gets its value from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    pub(super) field: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) from: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}

/// An address that others send to.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Hook {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) object: String,
    pub(super) mapping: Vec<Line>,
    pub(super) options: Value,
    pub(super) state: String,
    /// Only just after it was made.
    #[serde(default)]
    pub(super) token: Option<String>,
}

impl Hook {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    pub(super) fn option(&self, name: &str) -> String {
        self.options[name].as_str().unwrap_or_default().to_owned()
    }
}

/// The hooks, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) found: RwSignal<Option<Result<Vec<Hook>, String>>>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Hook>>,
    pub(super) editing: RwSignal<bool>,
    pub(super) looking: RwSignal<bool>,
    pub(super) trying: RwSignal<bool>,
    pub(super) told: RwSignal<bool>,
    pub(super) address: RwSignal<String>,
}

impl Desk {
    /// Reads the hooks.
    pub fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            found: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            looking: RwSignal::new(false),
            trying: RwSignal::new(false),
            told: RwSignal::new(false),
            address: RwSignal::new(String::new()),
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
    pub fn edit(self, hook: Option<Hook>) {
        self.chosen.set(hook);
        self.editing.set(true);
    }

    /// What the form is about; tracked.
    pub fn heading(self) -> String {
        self.chosen.with(|one| match one {
            Some(hook) => k::inbound::edit(&hook.name),
            None => k::inbound::ADD.get().to_owned(),
        })
    }

    /// Shows the whole address, once.
    pub(super) fn tell(self, token: Option<String>) {
        if let Some(token) = token {
            let origin = window().location().origin().unwrap_or_default();
            self.address.set(format!("{origin}/api/v1/inbound/{token}"));
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

    /// Has it take what comes, or refuse it.
    pub(super) fn set_state(self, hook: &Hook, state: &'static str) {
        let (path, version) = (hook.path(), hook.version);
        let said = if state == "active" {
            k::inbound::activated(&hook.name)
        } else {
            k::inbound::was_paused(&hook.name)
        };
        self.run(said, async move {
            self.api
                .patch(&path, version, &json!({"state": state}))
                .await?;
            Ok(())
        });
    }

    /// Removes a hook.
    pub(super) fn delete(self, hook: &Hook) {
        let (path, version) = (hook.path(), hook.version);
        self.run(k::inbound::deleted(&hook.name), async move {
            self.api.delete(&path, Some(version)).await?;
            Ok(())
        });
    }

    /// Gives it another address and shows that.
    pub(super) fn rotate(self, hook: &Hook) {
        let request = Request::post(&format!("{}/rotate-token", hook.path()));
        let request = request.json(&json!({})).version(hook.version);
        spawn_local(async move {
            match request.send(self.api).await.and_then(Reply::read::<Hook>) {
                Ok(rotated) => self.tell(rotated.token),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    /// Shows what came.
    pub(super) fn look(self, hook: &Hook) {
        self.chosen.set(Some(hook.clone()));
        self.looking.set(true);
    }

    /// Asks for something to try it out with.
    pub(super) fn try_out(self, hook: &Hook) {
        self.chosen.set(Some(hook.clone()));
        self.trying.set(true);
    }
}
