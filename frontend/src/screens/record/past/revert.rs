//! Fields set back to what they had, with a way back from that.

use leptos::prelude::*;
use relasi_domain::record::Object;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::super::fact_row::is_editable;
use super::super::live::{Live, current};
use crate::api::ApiError;
use crate::i18n::k;
use crate::records::labels;

/// A place in the past of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Point {
    /// The end of a day, or an instant.
    At(String),
    /// Before the write of an entry.
    Before(String),
}

impl Point {
    fn body(&self, fields: &[String]) -> Value {
        match self {
            Self::At(at) => json!({"at": at, "fields": fields}),
            Self::Before(entry) => json!({"before": entry, "fields": fields}),
        }
    }
}

/// Whether a field can be set back at all.
pub fn is_open(object: &'static Object, name: &str) -> bool {
    object.field(name).is_some_and(is_editable)
}

/// Sets fields back.
pub fn revert(live: Live, point: &Point, fields: Vec<String>) {
    let Some(before) = live.record.get_untracked() else {
        return;
    };
    let (id, body) = (live.id(), point.body(&fields));
    let until_now = Point::At(before.text("updated_at").unwrap_or_default().to_owned());
    spawn_local(async move {
        match live.run(&id, "revert", &body, Some(before.version())).await {
            Ok(record) => {
                live.take(record);
                live.news.try_update(|n| *n += 1);
                let named: Vec<String> = fields
                    .iter()
                    .map(|name| labels::field(live.object, name))
                    .collect();
                let said = k::history::fields_set_back(&named.join(", "));
                live.toasts.undoable(said, move || {
                    let (id, back) = (id.clone(), until_now.body(&fields));
                    spawn_local(async move {
                        let done = live.run(&id, "revert", &back, None).await;
                        live.finish(done);
                    });
                });
            }
            Err(error) => {
                match current(&error) {
                    Some(now) => live.take(now),
                    None => live.load(),
                }
                live.toasts.bad(refused(live, &error));
            }
        }
    });
}

/// Why it was refused, each field by its name.
fn refused(live: Live, error: &ApiError) -> String {
    let faults = error.problem().map(|problem| problem.errors.as_slice());
    let faults = faults.unwrap_or_default().iter().map(|fault| {
        let name = fault
            .pointer
            .trim_start_matches('/')
            .replacen("custom/", "custom.", 1);
        let name = name.split('/').next().unwrap_or_default();
        format!("{}: {}", labels::field(live.object, name), fault.detail)
    });
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() {
        error.text()
    } else {
        faults.join(" ")
    }
}
