//! What the page of forms works on.

use leptos::prelude::*;
use relasi_domain::marketing::form::Design;
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub const PATH: &str = "/forms";

/// A form.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Form {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) design: Design,
    pub(super) active: bool,
    pub(super) held: i64,
}

impl Form {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    /// The whole address of its page.
    pub(super) fn address(&self) -> String {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}/f/{}", self.slug)
    }
}

/// The forms, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) found: RwSignal<Option<Result<Vec<Form>, String>>>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Form>>,
    pub(super) editing: RwSignal<bool>,
    pub(super) placing: RwSignal<bool>,
    pub(super) looking: RwSignal<bool>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            found: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            placing: RwSignal::new(false),
            looking: RwSignal::new(false),
        };
        desk.load();
        desk
    }

    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, PATH).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.found.try_set(Some(found));
        });
    }

    pub(super) fn edit(self, form: Option<Form>) {
        self.chosen.set(form);
        self.editing.set(true);
    }

    /// What the builder is about; tracked.
    pub(super) fn heading(self) -> String {
        self.chosen.with(|one| match one {
            Some(form) => k::web_forms::edit(&form.name),
            None => k::web_forms::ADD.get().to_owned(),
        })
    }

    pub(super) fn name(self) -> String {
        self.chosen
            .with(|one| one.as_ref().map(|one| one.name.clone()))
            .unwrap_or_default()
    }

    pub(super) fn place(self, form: &Form) {
        self.chosen.set(Some(form.clone()));
        self.placing.set(true);
    }

    pub(super) fn look(self, form: &Form) {
        self.chosen.set(Some(form.clone()));
        self.looking.set(true);
    }

    pub(super) fn set_active(self, form: &Form, active: bool) {
        let (path, version) = (form.path(), form.version);
        let said = if active {
            k::web_forms::switched_on(&form.name)
        } else {
            k::web_forms::switched_off(&form.name)
        };
        spawn_local(async move {
            let body = json!({"active": active});
            match self.api.patch(&path, version, &body).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    pub(super) fn delete(self, form: &Form) {
        let (path, version) = (form.path(), form.version);
        let said = k::web_forms::deleted(&form.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}
