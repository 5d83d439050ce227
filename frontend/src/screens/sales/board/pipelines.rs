//! The pipelines and the stages of the one shown.

use leptos::prelude::*;
use relasi_domain::sales::{pipeline, stage};
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, use_api};
use crate::records::{Query, Record, store};

/// A stage as the board needs it.
#[derive(Clone, PartialEq, Debug)]
pub struct Stage {
    /// Id.
    pub id: String,
    /// The pipeline it belongs to.
    pub pipeline: String,
    /// Name.
    pub name: String,
    /// open, won or lost.
    pub kind: String,
    /// All of it: what it asks for, when deals are quiet.
    pub record: Record,
}

impl Stage {
    fn of(record: &Record) -> Self {
        let text = |name| record.text(name).unwrap_or_default().to_owned();
        Self {
            id: record.id().to_owned(),
            pipeline: text("pipeline_id"),
            name: text("name"),
            kind: text("kind"),
            record: record.clone(),
        }
    }

    /// Deals in it are still being worked on.
    pub fn is_open(&self) -> bool {
        self.kind == "open"
    }
}

/// All pipelines and stages, in their order.
#[derive(Clone, Copy)]
pub struct Pipelines {
    api: Api,
    /// The pipelines.
    pub all: RwSignal<Vec<Record>>,
    /// The stages of all of them.
    pub stages: RwSignal<Vec<Stage>>,
    /// Both are here.
    pub loaded: RwSignal<bool>,
    /// Why they are not.
    pub fault: RwSignal<Option<ApiError>>,
}

impl Pipelines {
    /// Starts loading them.
    pub fn load() -> Self {
        let all = Self {
            api: use_api(),
            all: RwSignal::default(),
            stages: RwSignal::default(),
            loaded: RwSignal::new(false),
            fault: RwSignal::new(None),
        };
        all.reload();
        all
    }

    /// Loads them again.
    pub fn reload(self) {
        spawn_local(async move {
            let query = Query {
                sort: "position".to_owned(),
                limit: 200,
                ..Query::default()
            };
            let pipelines = store::list(self.api, &pipeline::OBJECT, &query).await;
            let stages = store::list(self.api, &stage::OBJECT, &query).await;
            // The page may have been left.
            if self.loaded.is_disposed() {
                return;
            }
            match (pipelines, stages) {
                (Ok(pipelines), Ok(stages)) => {
                    self.stages
                        .set(stages.items.iter().map(Stage::of).collect());
                    self.all.set(pipelines.items);
                    self.fault.set(None);
                    self.loaded.set(true);
                }
                (Err(error), _) | (_, Err(error)) => self.fault.set(Some(error)),
            }
        });
    }

    /// The stages of a pipeline; tracked.
    pub fn stages_of(self, pipeline: &str) -> Vec<Stage> {
        self.stages.with(|all| {
            all.iter()
                .filter(|stage| stage.pipeline == pipeline)
                .cloned()
                .collect()
        })
    }

    /// A stage; not tracked.
    pub fn stage(self, id: &str) -> Option<Stage> {
        self.stages
            .with_untracked(|all| all.iter().find(|stage| stage.id == id).cloned())
    }

    /// A pipeline; not tracked.
    pub fn pipeline(self, id: &str) -> Option<Record> {
        let all = self.all;
        all.with_untracked(|all| all.iter().find(|one| one.id() == id).cloned())
    }

    /// The currency new deals of a pipeline start with; tracked.
    pub fn currency(self, pipeline: &str) -> String {
        self.all.with(|all| {
            let found = all.iter().find(|one| one.id() == pipeline);
            found
                .and_then(|one| one.text("currency"))
                .unwrap_or_default()
                .to_owned()
        })
    }
}
