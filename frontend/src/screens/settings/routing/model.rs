//! What the page of routing works on.

use leptos::prelude::*;
use relasi_domain::sales::routing::{Method, Needs, Profile};
use relasi_domain::sales::speed;
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, Reply, use_api};
use crate::i18n::{Key, k};
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub const RULES: &str = "/routing-rules";
pub const SETTINGS: &str = "/routing-settings";

/// A rule.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Rule {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) position: i64,
    pub(super) name: String,
    pub(super) filter: String,
    pub(super) method: Method,
    pub(super) user_ids: Vec<String>,
    pub(super) team_id: Option<String>,
    pub(super) needs: Needs,
    pub(super) fallback_id: Option<String>,
    pub(super) active: bool,
}

/// What holds for all rules.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Settings {
    pub(super) version: i64,
    pub(super) default_user_id: Option<String>,
    pub(super) clocks: speed::Clocks,
}

/// How a member works.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Working {
    pub(super) user_id: String,
    pub(super) version: i64,
    #[serde(flatten)]
    pub(super) profile: Profile,
}

/// Rules, settings and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) rules: RwSignal<Option<Result<Vec<Rule>, String>>>,
    pub(super) settings: RwSignal<Option<Result<Settings, String>>>,
    /// None for a new one.
    pub(super) chosen: RwSignal<Option<Rule>>,
    pub(super) editing: RwSignal<bool>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            rules: RwSignal::new(None),
            settings: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
        };
        desk.load();
        desk.load_settings();
        desk
    }

    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, RULES).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.rules.try_set(Some(found));
        });
    }

    pub(super) fn load_settings(self) {
        spawn_local(async move {
            let found = self.api.get(SETTINGS).await.and_then(Reply::read);
            let found = found.map_err(|error| error.text());
            let _ = self.settings.try_set(Some(found));
        });
    }

    /// Changes a rule and says so.
    pub(super) fn patch(self, rule: &Rule, body: Value, said: String) {
        let (path, version) = (format!("{RULES}/{}", rule.id), rule.version);
        spawn_local(async move {
            match self.api.patch(&path, version, &body).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }

    pub(super) fn delete(self, rule: &Rule) {
        let (path, version) = (format!("{RULES}/{}", rule.id), rule.version);
        let said = k::routing::deleted(&rule.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load();
        });
    }
}

/// What a method is called.
pub const fn method(method: Method) -> Key {
    match method {
        Method::RoundRobin => k::routing::ROUND_ROBIN,
        Method::LeastOpen => k::routing::LEAST_OPEN,
    }
}

/// Words with commas between them.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
