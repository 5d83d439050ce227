//! What the person says about an import, saved as it is said.

use std::collections::HashMap;

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::model::{self, Import, Options};
use super::watch::Watched;
use crate::api::{Api, ApiError, use_api};

/// Mapping and options as they stand on the screen. The server's answer brings the preview; what it refuses stays on
/// the screen with the reason.
#[derive(Clone, Copy)]
pub struct Draft {
    api: Api,
    watched: Watched,
    id: StoredValue<String>,
    /// Target per column; empty leaves the column out.
    pub fields: RwSignal<Vec<String>>,
    /// How rows are read and matched.
    pub options: RwSignal<Options>,
    /// Reasons by target; the empty name holds those of the whole.
    pub faults: RwSignal<HashMap<String, String>>,
    /// A save is under way.
    pub saving: RwSignal<bool>,
    /// More has changed since the save under way began.
    again: StoredValue<bool>,
}

impl Draft {
    /// The draft of an import as it was read.
    pub fn new(watched: Watched, import: &Import) -> Self {
        Self {
            api: use_api(),
            watched,
            id: StoredValue::new(import.id.clone()),
            fields: RwSignal::new(fields(import)),
            options: RwSignal::new(import.options.clone()),
            faults: RwSignal::default(),
            saving: RwSignal::new(false),
            again: StoredValue::new(false),
        }
    }

    /// Sends a column somewhere else.
    pub fn map(self, column: usize, field: String) {
        self.fields.update(|fields| {
            if let Some(place) = fields.get_mut(column) {
                *place = field;
            }
        });
        self.save();
    }

    /// Changes options.
    pub fn set(self, change: impl FnOnce(&mut Options)) {
        self.options.update(change);
        self.save();
    }

    /// Reads the file anew with another encoding or delimiter, or another sheet of it: columns begin anew.
    pub fn reread(self, member: &'static str, value: impl Into<Value>) {
        let body = json!({ member: value.into() });
        self.saving.set(true);
        spawn_local(async move {
            let answer = model::revise(self.api, &self.id.get_value(), &body).await;
            if let Ok(import) = &answer {
                let _ = self.fields.try_set(fields(import));
                let _ = self.options.try_set(import.options.clone());
            }
            self.took(answer);
            let _ = self.saving.try_set(false);
        });
    }

    fn body(self) -> Value {
        let mapping = self.fields.with_untracked(|fields| {
            let one = |(index, field): (usize, &String)| {
                let field = (!field.is_empty()).then_some(field);
                json!({"index": index, "field": field})
            };
            fields.iter().enumerate().map(one).collect::<Vec<_>>()
        });
        json!({"mapping": mapping, "options": self.options.get_untracked()})
    }

    /// One request at a time; changes meanwhile go out together with the next.
    fn save(self) {
        if self.saving.get_untracked() {
            self.again.set_value(true);
            return;
        }
        self.saving.set(true);
        spawn_local(async move {
            loop {
                self.again.try_update_value(|again| *again = false);
                let answer = model::revise(self.api, &self.id.get_value(), &self.body()).await;
                if self.again.try_get_value() != Some(true) {
                    self.took(answer);
                    break;
                }
            }
            let _ = self.saving.try_set(false);
        });
    }

    fn took(self, answer: Result<Import, ApiError>) {
        match answer {
            Ok(import) => {
                let _ = self.faults.try_set(HashMap::new());
                self.watched.take(import);
            }
            Err(error) => _ = self.faults.try_set(faults(&error)),
        }
    }
}

fn fields(import: &Import) -> Vec<String> {
    let columns = import.columns.iter();
    columns
        .map(|column| column.field.clone().unwrap_or_default())
        .collect()
}

/// Reasons by the target at the end of their pointer, such as `/mapping/emails`.
fn faults(error: &ApiError) -> HashMap<String, String> {
    let found = error
        .problem()
        .map(|problem| problem.errors.as_slice())
        .unwrap_or_default();
    if found.is_empty() {
        return HashMap::from([(String::new(), error.text())]);
    }
    let target = |pointer: &str| {
        pointer
            .strip_prefix("/mapping/")
            .unwrap_or_default()
            .to_owned()
    };
    found
        .iter()
        .map(|fault| (target(&fault.pointer), fault.detail.clone()))
        .collect()
}
