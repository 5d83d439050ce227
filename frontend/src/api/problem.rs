//! What can go wrong with a request, and which field it is about.

use std::collections::HashMap;

use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::i18n::k;

/// Why a request failed.
#[derive(Clone, Debug)]
pub enum ApiError {
    /// No answer from the server.
    Offline,
    /// The server said no.
    Problem(Box<Problem>),
    /// The answer was not what the API promises.
    Unreadable(String),
}

impl ApiError {
    /// A sentence for people: what happened and what to do.
    pub fn text(&self) -> String {
        match self {
            Self::Offline => k::error::OFFLINE.get().to_owned(),
            Self::Unreadable(_) => k::error::UNREADABLE.get().to_owned(),
            Self::Problem(problem) if !problem.detail.is_empty() => problem.detail.clone(),
            Self::Problem(problem) if !problem.title.is_empty() => problem.title.clone(),
            Self::Problem(problem) => k::error::status(&problem.status.to_string()),
        }
    }

    /// The id under which the server's log knows it.
    pub fn id(&self) -> Option<String> {
        self.problem()
            .map(|problem| problem.request_id.clone())
            .filter(|id| !id.is_empty())
    }

    /// The server's answer, if it gave one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }
}

/// An RFC 9457 answer.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: String,
    /// Short text in the caller's language.
    pub title: String,
    /// Full sentence in the caller's language.
    pub detail: String,
    /// Id in the server's log.
    pub request_id: String,
    /// Faults of single fields.
    pub errors: Vec<FieldFault>,
    /// The record as it is now, when the version was stale.
    pub current: Option<Value>,
}

impl Problem {
    /// Someone else changed the record first.
    pub const fn is_stale(&self) -> bool {
        self.status == 412
    }
}

/// What is wrong with one field.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub struct FieldFault {
    /// JSON pointer such as `/emails/0`.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// Sentence in the caller's language.
    pub detail: String,
    /// What the sentence names.
    pub params: HashMap<String, String>,
}

/// The faults of a form, by field.
#[derive(Clone, Copy)]
pub struct FormErrors {
    by_field: RwSignal<HashMap<String, String>>,
    general: RwSignal<Option<String>>,
}

impl Default for FormErrors {
    fn default() -> Self {
        Self {
            by_field: RwSignal::default(),
            general: RwSignal::new(None),
        }
    }
}

impl FormErrors {
    /// Takes the faults of a failed save; what belongs to no field becomes [`Self::general`].
    pub fn show(self, error: &ApiError) {
        let faults = error
            .problem()
            .map(|problem| problem.errors.as_slice())
            .unwrap_or_default();
        let field = |pointer: &str| {
            let mut parts = pointer.trim_start_matches('/').split('/');
            match (parts.next().unwrap_or_default(), parts.next()) {
                ("custom", Some(name)) => format!("custom.{name}"),
                (name, _) => name.to_owned(),
            }
        };
        let by_field = faults
            .iter()
            .map(|fault| (field(&fault.pointer), fault.detail.clone()))
            .collect();
        self.put(by_field, faults.is_empty().then(|| error.text()));
    }

    /// Takes faults that somebody else has found a field for; the focus goes to the first faulty input.
    pub fn put(self, by_field: HashMap<String, String>, general: Option<String>) {
        self.by_field.set(by_field);
        self.general.set(general);
        request_animation_frame(focus_first);
    }

    /// Forgets all faults.
    pub fn clear(self) {
        self.by_field.set(HashMap::new());
        self.general.set(None);
    }

    /// The fault of one field, for the `error` of its control.
    pub fn of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.by_field.with(|all| all.get(field).cloned()))
    }

    /// The fault of the whole, for a banner above the form.
    pub fn general(self) -> Signal<Option<String>> {
        self.general.into()
    }
}

/// The focus goes to the first faulty control.
fn focus_first() {
    let first = document()
        .query_selector("[aria-invalid='true']")
        .ok()
        .flatten();
    if let Some(control) =
        first.and_then(|e| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(e).ok())
    {
        // Only fails for detached elements.
        let _ = control.focus();
    }
}
