//! What the page of apps works on.

use std::future::Future;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, Reply, Request, use_api};
use crate::i18n::k;
use crate::screens::settings::listed::{Listed, items};
use crate::ui::toast::{Toasts, use_toasts};

pub(super) const PATH: &str = "/apps";

/// An app of others.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct App {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) client_id: String,
    pub(super) name: String,
    pub(super) confidential: bool,
    pub(super) secret_hint: Option<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) active: bool,
    pub(super) people: i64,
    /// Only just after it was made.
    #[serde(default)]
    pub(super) client_secret: Option<String>,
}

impl App {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }
}

/// The apps, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) found: Listed<App>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<App>>,
    /// The form is open.
    pub(super) editing: RwSignal<bool>,
    /// It is asked whether to remove one.
    pub(super) removing: RwSignal<bool>,
    /// What one was used for is shown.
    pub(super) reading: RwSignal<bool>,
    /// The secret is shown.
    pub(super) told: RwSignal<bool>,
    pub(super) secret: RwSignal<String>,
}

impl Desk {
    /// Reads the apps.
    pub fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            found: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            removing: RwSignal::new(false),
            reading: RwSignal::new(false),
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

    /// The name of the chosen one; tracked.
    pub fn name(self) -> String {
        self.chosen
            .with(|one| one.as_ref().map(|app| app.name.clone()))
            .unwrap_or_default()
    }

    /// What the form is about; tracked.
    pub fn heading(self) -> String {
        if self.chosen.with(Option::is_some) {
            k::apps::edit(&self.name())
        } else {
            k::apps::ADD.get().to_owned()
        }
    }

    /// Opens the form.
    pub fn edit(self, app: Option<App>) {
        self.chosen.set(app);
        self.editing.set(true);
    }

    /// Asks whether to remove one.
    pub fn ask(self, app: &App) {
        self.chosen.set(Some(app.clone()));
        self.removing.set(true);
    }

    /// Shows what one was used for.
    pub(super) fn read(self, app: &App) {
        self.chosen.set(Some(app.clone()));
        self.reading.set(true);
    }

    /// Shows a secret, once.
    pub(super) fn tell(self, app: App) {
        if let Some(secret) = app.client_secret.clone() {
            self.secret.set(secret);
            self.chosen.set(Some(app));
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

    /// Turns one on or off.
    pub(super) fn set_active(self, app: &App, active: bool) {
        let (path, version) = (app.path(), app.version);
        let said = if active {
            k::apps::turned_on(&app.name)
        } else {
            k::apps::turned_off(&app.name)
        };
        self.run(said, async move {
            let body = json!({"active": active});
            self.api.patch(&path, version, &body).await?;
            Ok(())
        });
    }

    /// Removes the chosen one.
    pub(super) fn delete(self) {
        self.removing.set(false);
        let Some(app) = self.chosen.get_untracked() else {
            return;
        };
        self.run(k::apps::deleted(&app.name), async move {
            self.api.delete(&app.path(), Some(app.version)).await?;
            Ok(())
        });
    }

    /// Makes a new secret and shows it.
    pub(super) fn rotate(self, app: &App) {
        let request = Request::post(&format!("{}/rotate-secret", app.path()));
        let request = request.json(&json!({})).version(app.version);
        spawn_local(async move {
            match request.send(self.api).await.and_then(Reply::read::<App>) {
                Ok(rotated) => self.tell(rotated),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}
