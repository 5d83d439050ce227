//! Writing down what happened with a record and what comes next.

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::interaction::{activity, mention::plain};
use relasi_domain::record::Document;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::mail::MailDraft;
use super::moment;
use crate::api::{ApiError, FormErrors};
use crate::i18n::{era, k, today};
use crate::records::{Draft, fields, instant, labels, store};
use crate::screens::next_step::{NextSteps, use_next_steps};

/// Characters that a subject holds.
const SUBJECT_MAX: usize = 250;

/// What the fields below the text hold.
#[derive(Clone, Copy, Default)]
pub(super) struct Inputs {
    pub(super) when: RwSignal<String>,
    pub(super) outcome: RwSignal<String>,
    pub(super) direction: RwSignal<String>,
    pub(super) minutes: RwSignal<String>,
    pub(super) location: RwSignal<String>,
}

/// What is being written about a record.
#[derive(Clone, Copy)]
pub struct Log {
    pub(super) live: Live,
    pub(super) kind: RwSignal<String>,
    pub(super) inputs: StoredValue<Inputs>,
    /// Fields that the workspace has added.
    pub(super) own: Draft,
    /// A message to a contact.
    message: StoredValue<MailDraft>,
    pub(super) errors: FormErrors,
    pub(super) busy: RwSignal<bool>,
    pub(super) saved: RwSignal<u32>,
    pub(super) node: NodeRef<leptos::html::Textarea>,
    next: NextSteps,
    /// Shows a step that was planned after what was written down.
    pub(super) on_planned: StoredValue<Arc<dyn Fn() + Send + Sync>>,
}

impl Log {
    /// For the record of a page.
    pub fn of(live: Live) -> Self {
        let errors = FormErrors::default();
        Self {
            live,
            kind: RwSignal::new("note".to_owned()),
            inputs: StoredValue::new(Inputs::default()),
            own: Draft::new(Document::new()),
            message: StoredValue::new(MailDraft::of(live, errors)),
            errors,
            busy: RwSignal::new(false),
            saved: RwSignal::new(0),
            node: NodeRef::new(),
            next: use_next_steps(),
            on_planned: StoredValue::new(Arc::new(move || live.refresh())),
        }
    }

    /// Chooses a kind and puts the cursor into the text.
    pub fn start(self, kind: &str) {
        self.kind.set(kind.to_owned());
        if let Some(area) = self.node.get_untracked() {
            // Only fails for detached elements.
            let _ = area.focus();
        }
    }

    /// The message that is being written, when it is one.
    pub(super) fn mail(self) -> MailDraft {
        self.message.get_value()
    }

    /// Whether what is written is sent, and not only noted; tracked.
    pub(super) fn sends(self) -> bool {
        self.kind.with(|kind| kind == "email") && self.mail().is_sent()
    }

    pub(super) fn prefill(self) {
        if self.kind.with(|kind| kind == "email") {
            self.mail().prepare();
        }
        let inputs = self.inputs.get_value();
        let kind = self.kind.get();
        let tomorrow = if kind == "task" {
            k::common::TOMORROW.get().to_lowercase()
        } else {
            String::new()
        };
        inputs.when.set(tomorrow);
        // Most of what is written down went well.
        let usual = fields::outcomes(&kind).into_iter().next();
        let usual = usual.filter(|_| activity::lasts(&kind));
        inputs.outcome.set(usual.unwrap_or_default());
        inputs.direction.set(
            if matches!(kind.as_str(), "call" | "email") {
                "outbound"
            } else {
                ""
            }
            .to_owned(),
        );
        inputs.minutes.set(String::new());
        inputs.location.set(String::new());
    }

    /// The moment typed; `Err` when there is a text that means none. Tracked.
    pub(super) fn moment(self) -> Result<Option<String>, ()> {
        let text = self.inputs.get_value().when.get();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let now = instant::clock(&now());
        let (day, clock) = moment::parse(&text, today(), &now, era()).ok_or(())?;
        Ok(Some(instant::of_local(day, &clock)))
    }

    pub(super) fn save(self, text: &str) {
        let Ok(moment) = untrack(|| self.moment()) else {
            return;
        };
        let kind = self.kind.get_untracked();
        if untrack(|| self.sends()) {
            return self.send(text.trim().to_owned());
        }
        let body = self.body(&kind, text.trim(), moment);
        self.busy.set(true);
        self.errors.clear();
        spawn_local(async move {
            match store::create(self.live.api, &activity::OBJECT, body).await {
                Ok(made) => {
                    let word = labels::choice(&activity::OBJECT, "kind", &kind);
                    let id = made.id().to_owned();
                    if let Some(planned) = self.on_planned.try_get_value() {
                        self.next.logged(made, move || planned());
                    }
                    self.live
                        .toasts
                        .undoable(k::record::logged(&word), move || {
                            let id = id.clone();
                            spawn_local(async move { self.take_back(&id).await });
                        });
                    self.clear_own();
                    self.saved.try_update(|n| *n += 1);
                }
                Err(error) => self.refused(&error),
            }
            self.busy.try_set(false);
            self.live.refresh();
        });
    }

    fn send(self, text: String) {
        self.busy.set(true);
        self.errors.clear();
        spawn_local(async move {
            match self.mail().send(&text).await {
                Ok(()) => {
                    self.saved.try_update(|n| *n += 1);
                }
                Err(error) => self.refused(&error),
            }
            self.busy.try_set(false);
            self.live.refresh();
        });
    }

    fn refused(self, error: &ApiError) {
        self.live.toasts.bad(error.text());
        let has_faults = error.problem().is_some_and(|one| !one.errors.is_empty());
        if has_faults {
            self.errors.show(error);
        }
    }

    fn clear_own(self) {
        for field in fields::added(&activity::OBJECT) {
            self.own.set(&field.name, Value::Null);
        }
    }

    async fn take_back(self, id: &str) {
        let gone = match store::get(self.live.api, &activity::OBJECT, id).await {
            Ok(now) => store::delete(self.live.api, &activity::OBJECT, id, now.version()).await,
            Err(error) => Err(error),
        };
        match gone {
            Ok(()) => self.live.toasts.ok(k::common::UNDONE.get()),
            Err(error) => self.live.toasts.bad(error.text()),
        }
        self.live.refresh();
    }

    fn body(self, kind: &str, text: &str, moment: Option<String>) -> Document {
        let (subject, rest) = split(text);
        let subject = if subject.is_empty() {
            labels::choice(&activity::OBJECT, "kind", kind)
        } else {
            subject
        };
        let mut body = Document::new();
        let mut put = |name: &str, value: Value| _ = body.insert(name.to_owned(), value);
        put("kind", kind.into());
        put("subject", subject.into());
        put(
            &format!("{}_id", self.live.object.name),
            self.live.id().into(),
        );
        if let Some(rest) = rest {
            put("body", rest.into());
        }
        let inputs = self.inputs.get_value();
        let ahead = moment.as_deref().is_some_and(|at| !instant::is_past(at));
        match moment {
            _ if kind == "note" => put("done_at", now().into()),
            _ if kind == "task" => put("due_at", moment.into()),
            Some(at) if ahead => put("due_at", at.into()),
            at => put("done_at", at.unwrap_or_else(now).into()),
        }
        for (name, value) in [
            ("outcome", inputs.outcome),
            ("direction", inputs.direction),
            ("location", inputs.location),
        ] {
            let value = value.get_untracked();
            if !(value.trim().is_empty() || (ahead && name == "outcome")) {
                put(name, value.trim().into());
            }
        }
        if let Ok(minutes) = inputs.minutes.get_untracked().trim().parse::<i64>() {
            put("duration_minutes", minutes.into());
        }
        body.extend(self.own.body());
        body
    }
}

fn now() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// The first line as the subject, and the whole as the text when there is more than that line, or it names somebody.
fn split(text: &str) -> (String, Option<String>) {
    let readable = plain(text);
    let first = readable.lines().next().unwrap_or_default().trim();
    if first.chars().count() <= SUBJECT_MAX && first == text {
        return (first.to_owned(), None);
    }
    (
        first.chars().take(SUBJECT_MAX).collect(),
        Some(text.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn takes_the_first_line_as_the_subject() {
        assert_eq!(split("Wants 120 kg"), ("Wants 120 kg".to_owned(), None));
        let (subject, body) = split("Wants 120 kg\nfor December");
        assert_eq!(subject, "Wants 120 kg");
        assert_eq!(body.as_deref(), Some("Wants 120 kg\nfor December"));
        assert_eq!(split(&"ก".repeat(300)).0.chars().count(), 250);
        let named = "Ask @[Siti](user:0198c0de-0000-7000-8000-000000000000)";
        assert_eq!(
            split(named),
            ("Ask @Siti".to_owned(), Some(named.to_owned()))
        );
    }
}
