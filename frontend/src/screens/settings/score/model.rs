//! What the page of lead scores works on.

use std::time::Duration;

use leptos::prelude::*;
use relasi_domain::sales::score::test::Figures;
use relasi_domain::sales::score::{Bands, Happening};
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, Job, Reply, Request, use_api};
use crate::i18n::{Key, k};
use crate::screens::settings::listed::items;
use crate::ui::toast::{Toasts, use_toasts};

pub const RULES: &str = "/score-rules";
pub const SETTINGS: &str = "/lead-score";
pub const MODELS: &str = "/lead-score/models";

/// How long until it is asked again whether work has ended.
const PAUSE: Duration = Duration::from_millis(700);

/// A rule.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Rule {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) filter: String,
    pub(super) happening: Option<Happening>,
    pub(super) points: i64,
    pub(super) days: Option<i64>,
    pub(super) active: bool,
}

/// Open leads of a grade.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Grade {
    pub(super) grade: Option<String>,
    pub(super) count: i64,
}

/// What holds for all scores.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Settings {
    pub(super) version: i64,
    pub(super) bands: Bands,
    pub(super) least_auc: i64,
    pub(super) model_id: Option<String>,
    pub(super) grades: Vec<Grade>,
    pub(super) working: bool,
}

/// A model looked at again.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Examination {
    pub(super) at: String,
    pub(super) verdict: String,
    pub(super) test: Figures,
}

/// What was learnt.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Model {
    pub(super) id: String,
    pub(super) number: i64,
    pub(super) learned_at: String,
    pub(super) test: Figures,
    pub(super) good: bool,
    pub(super) examinations: Vec<Examination>,
}

/// Rules, settings and models, and what is being done with one of them.
#[derive(Clone, Copy)]
pub struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) rules: RwSignal<Option<Result<Vec<Rule>, String>>>,
    pub(super) settings: RwSignal<Option<Result<Settings, String>>>,
    pub(super) models: RwSignal<Option<Result<Vec<Model>, String>>>,
    /// None for a new one.
    pub(super) chosen: RwSignal<Option<Rule>>,
    pub(super) editing: RwSignal<bool>,
    pub(super) learning: RwSignal<bool>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self {
            api: use_api(),
            toasts: use_toasts(),
            rules: RwSignal::new(None),
            settings: RwSignal::new(None),
            models: RwSignal::new(None),
            chosen: RwSignal::new(None),
            editing: RwSignal::new(false),
            learning: RwSignal::new(false),
        };
        desk.load();
        desk.load_settings();
        desk.load_models();
        desk
    }

    pub(super) fn load(self) {
        spawn_local(async move {
            let found = items(self.api, RULES).await.map_err(|error| error.text());
            // The page may be gone by now.
            let _ = self.rules.try_set(Some(found));
        });
    }

    /// Reads the settings, and again while leads are being worked out anew.
    pub(super) fn load_settings(self) {
        spawn_local(async move {
            loop {
                let found = self
                    .api
                    .get(SETTINGS)
                    .await
                    .and_then(Reply::read::<Settings>);
                let found = found.map_err(|error| error.text());
                let working = found.as_ref().is_ok_and(|settings| settings.working);
                if self.settings.try_set(Some(found)).is_some() || !working {
                    return;
                }
                gloo_timers::future::sleep(PAUSE).await;
            }
        });
    }

    pub(super) fn load_models(self) {
        spawn_local(async move {
            let found = items(self.api, MODELS).await.map_err(|error| error.text());
            let _ = self.models.try_set(Some(found));
        });
    }

    fn changed(self) {
        self.load();
        self.load_settings();
    }

    /// Changes a rule and says so.
    pub(super) fn patch(self, rule: &Rule, body: Value) {
        let (path, version) = (format!("{RULES}/{}", rule.id), rule.version);
        let said = k::scores::saved(&rule.name);
        spawn_local(async move {
            match self.api.patch(&path, version, &body).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.changed();
        });
    }

    pub(super) fn delete(self, rule: &Rule) {
        let (path, version) = (format!("{RULES}/{}", rule.id), rule.version);
        let said = k::scores::deleted(&rule.name);
        spawn_local(async move {
            match self.api.delete(&path, Some(version)).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.changed();
        });
    }

    /// Changes the settings of a version and says so.
    pub(super) fn set(self, version: i64, body: Value, said: String) {
        spawn_local(async move {
            match self.api.patch(SETTINGS, version, &body).await {
                Ok(_) => self.toasts.ok(said),
                Err(error) => self.toasts.bad(error.text()),
            }
            self.load_settings();
            self.load_models();
        });
    }

    /// Begins a job, waits for its end, and reads what came of it.
    pub(super) fn begin(self, path: &'static str) {
        self.learning.set(true);
        spawn_local(async move {
            let begun = Request::post(path).send(self.api).await;
            match begun.and_then(Reply::read::<Job>) {
                Ok(job) => self.wait(job.id).await,
                Err(error) => self.toasts.bad(error.text()),
            }
            if self.learning.try_set(false).is_none() {
                self.load_models();
                self.load_settings();
            }
        });
    }

    async fn wait(self, id: String) {
        let path = format!("/jobs/{id}");
        while let Ok(job) = self.api.get(&path).await.and_then(Reply::read::<Job>) {
            if !job.runs() || self.learning.try_get_untracked().is_none() {
                break;
            }
            gloo_timers::future::sleep(PAUSE).await;
        }
    }
}

/// What something that happened is called.
pub const fn happening(happening: Happening) -> Key {
    match happening {
        Happening::FormSent => k::scores::FORM_SENT,
        Happening::EmailReceived => k::scores::EMAIL_RECEIVED,
        Happening::CallHeld => k::scores::CALL_HELD,
        Happening::MeetingHeld => k::scores::MEETING_HELD,
    }
}
