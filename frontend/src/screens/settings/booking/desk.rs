//! What the page of booking pages works on.

use leptos::prelude::*;
use relasi_domain::marketing::booking::{Design, Host};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, use_api};
use crate::i18n::k;
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub const PATH: &str = "/booking-pages";

/// A booking page.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Page {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) design: Design,
    pub(super) hosts: Vec<Host>,
    pub(super) active: bool,
    pub(super) nobody_left: bool,
}

impl Page {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    /// The whole address of its page.
    pub(super) fn address(&self) -> String {
        let origin = window().location().origin().unwrap_or_default();
        format!("{origin}/b/{}", self.slug)
    }
}

/// The pages, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) found: RwSignal<Option<Result<Vec<Page>, String>>>,
    /// The one that a dialog is about; none for a new one.
    pub(super) chosen: RwSignal<Option<Page>>,
    pub(super) editing: RwSignal<bool>,
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

    pub(super) fn edit(self, page: Option<Page>) {
        self.chosen.set(page);
        self.editing.set(true);
    }

    /// What the builder is about; tracked.
    pub(super) fn heading(self) -> String {
        self.chosen.with(|one| match one {
            Some(page) => k::booking::edit(&page.name),
            None => k::booking::ADD.get().to_owned(),
        })
    }

    pub(super) fn name(self) -> String {
        self.chosen
            .with(|one| one.as_ref().map(|one| one.name.clone()))
            .unwrap_or_default()
    }

    pub(super) fn look(self, page: &Page) {
        self.chosen.set(Some(page.clone()));
        self.looking.set(true);
    }

    pub(super) fn copy(self, page: &Page) {
        let _ = window().navigator().clipboard().write_text(&page.address());
        self.toasts.ok(k::common::COPIED.get());
    }

    pub(super) fn preview(self, page: &Page) {
        if page.active {
            let _ = window().open_with_url_and_target(&page.address(), "_blank");
        } else {
            self.toasts.bad(k::booking::OFF_HINT.get());
        }
    }

    pub(super) fn set_active(self, page: &Page, active: bool) {
        let (path, version) = (page.path(), page.version);
        let said = if active {
            k::booking::switched_on(&page.name)
        } else {
            k::booking::switched_off(&page.name)
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

    pub(super) fn delete(self, page: &Page) {
        let (path, version) = (page.path(), page.version);
        let said = k::booking::deleted(&page.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}
