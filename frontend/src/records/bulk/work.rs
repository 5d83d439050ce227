//! Starts operations and follows them to their end.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::model::{self, Action, Operation, Work};
use super::{Bulk, words};
use crate::api::{ApiError, Job, Problem, Reply};

/// Small selections are done in a moment.
const FIRST: Duration = Duration::from_millis(120);
const PAUSE: Duration = Duration::from_millis(500);

impl Bulk {
    /// Which records are meant, as the API takes them.
    fn target(self) -> Value {
        if self.all.get_untracked() {
            return self.list.target.run(());
        }
        json!({"ids": self.selected.get_untracked()})
    }

    fn order(self, action: &str, parameters: &Value) -> Value {
        let object = self.object.get_untracked().name;
        json!({"object": object, "action": action, "parameters": parameters, "target": self.target()})
    }

    /// Counts whom an action would concern.
    pub(super) async fn preview(self, action: Action) -> Result<Value, ApiError> {
        let (name, parameters) = action.counted();
        let reply = self
            .api
            .post("/bulk-operations/preview", &self.order(name, &parameters))
            .await
            .map_err(at_fields)?;
        Ok(reply.body)
    }

    /// Starts an action. A refusal comes back, its faults at the fields of the form.
    pub(super) async fn start(self, action: Action, parameters: Value) -> Result<(), ApiError> {
        let order = self.order(action.code(), &parameters);
        let started = self.api.post("/bulk-operations", &order).await;
        let operation: Operation = started.and_then(Reply::read).map_err(at_fields)?;
        self.ask.set(None);
        self.follow(operation);
        Ok(())
    }

    /// Takes an operation back.
    pub(super) fn undo(self, id: String) {
        spawn_local(async move {
            match model::undo(self.api, &id).await {
                Ok(operation) => self.follow(operation),
                Err(error) => self.toasts.bad(error.text()),
            }
        });
    }

    /// Asks the job to stop.
    pub(super) fn stop(self) {
        let job = self
            .work
            .with_untracked(|work| work.as_ref()?.operation.job_id.clone());
        let Some(job) = job else { return };
        spawn_local(async move {
            // A job that has just ended can't be stopped any more, which its operation shows by itself.
            let _ = self.api.cancel_job(&job).await;
        });
    }

    fn follow(self, operation: Operation) {
        let id = operation.id.clone();
        let work = Work {
            operation,
            done: 0,
            total: 0,
        };
        // The list may be gone; what was started goes on all the same.
        if self.work.try_set(Some(work)).is_some() {
            return;
        }
        spawn_local(async move {
            let mut pause = FIRST;
            loop {
                gloo_timers::future::sleep(pause).await;
                pause = PAUSE;
                // Without an answer the work goes on all the same: ask again.
                let Ok(operation) = model::get(self.api, &id).await else {
                    continue;
                };
                if !operation.is_busy() {
                    return self.end(operation);
                }
                let (done, total) = progress(self, &operation).await;
                let work = Work {
                    operation,
                    done,
                    total,
                };
                if self.work.try_set(Some(work)).is_some() {
                    return;
                }
            }
        });
    }

    /// What went well is said in passing, with a way back; all else stays until it has been read.
    fn end(self, operation: Operation) {
        let counts = operation.counts;
        let passing = counts.refused == 0
            && matches!(operation.state.as_str(), "done" | "undone")
            && operation.action != Action::Export
            && operation.undo_counts.is_none_or(|undo| undo.kept == 0);
        let text = untrack(|| words::outcome(&operation));
        let id = operation.id.clone();
        let shown = (!passing).then(|| Work {
            done: counts.total,
            total: counts.total,
            operation: operation.clone(),
        });
        let gone = self.work.try_set(shown).is_some();
        if passing {
            if operation.undo_until.is_some() {
                self.toasts.undoable(text, move || self.undo(id.clone()));
            } else {
                self.toasts.ok(text);
            }
        }
        if !gone && operation.action != Action::Export {
            let left = matches!(operation.action, Action::Delete | Action::Restore);
            if left {
                self.all.set(false);
                self.selected.update(BTreeSet::clear);
            }
            self.list.on_change.run(());
        }
    }
}

/// How far the job of an operation has come.
async fn progress(bulk: Bulk, operation: &Operation) -> (i64, i64) {
    let Some(job) = &operation.job_id else {
        return (0, 0);
    };
    let path = format!("/jobs/{job}");
    let job: Result<Job, _> = bulk.api.get(&path).await.and_then(Reply::read);
    job.map_or((0, 0), |job| (job.progress().done, job.progress().total))
}

/// Faults of the parameters as faults of the fields that they were made of; others are about the whole.
fn at_fields(error: ApiError) -> ApiError {
    let ApiError::Problem(problem) = error else {
        return error;
    };
    let mut problem: Problem = *problem;
    problem
        .errors
        .retain(|fault| fault.pointer.starts_with("/parameters"));
    for fault in &mut problem.errors {
        let pointer = fault.pointer.trim_start_matches("/parameters");
        fault.pointer = pointer.trim_start_matches("/changes").to_owned();
    }
    ApiError::Problem(Box::new(problem))
}
