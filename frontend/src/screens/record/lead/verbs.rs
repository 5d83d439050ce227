//! Verbs of a lead, run with what the server says of them.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::super::live::{Live, current};
use crate::api::ApiError;
use crate::i18n::Key;

/// Runs a verb of the lead and says what was done.
pub fn act(live: Live, verb: &'static str, body: Value, said: Key) {
    spawn_local(async move {
        if run(live, verb, &body).await.is_ok() {
            live.toasts.ok(said.get());
        }
    });
}

/// Runs a verb of the lead as it is shown; what is wrong is said, and answered for forms.
pub async fn run(live: Live, verb: &'static str, body: &Value) -> Result<(), ApiError> {
    let id = live.id();
    let version = live
        .record
        .try_with_untracked(|record| record.as_ref().map(crate::records::Record::version))
        .flatten();
    match live.run(&id, verb, body, version).await {
        Ok(record) => {
            live.take(record);
            let _ = live.news.try_update(|n| *n += 1);
            Ok(())
        }
        Err(error) => {
            if let Some(now) = current(&error) {
                live.take(now);
            }
            live.toasts.bad(words(&error));
            Err(error)
        }
    }
}

/// Every fault in a sentence; the whole problem where there are none.
pub fn words(error: &ApiError) -> String {
    let faults = error
        .problem()
        .map(|problem| problem.errors.as_slice())
        .unwrap_or_default();
    if faults.is_empty() {
        return error.text();
    }
    let details = faults.iter().map(|fault| fault.detail.as_str());
    details.collect::<Vec<_>>().join(" ")
}
