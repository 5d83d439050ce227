//! What can be done to a task at once: done, not done, later. Each can be undone.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, ApiError, use_api};
use crate::i18n::{Day, k, local_day, today};
use crate::records::{Record, instant};
use crate::screens::next_step::{NextSteps, use_next_steps};
use crate::screens::verbs;
use crate::ui::toast::{Toasts, use_toasts};

/// Where a task is put off to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Later {
    /// Today, at the same time if that lies ahead.
    Today,
    /// A day after it was due, but not before tomorrow.
    Day,
    /// A week after it was due, but not before a week from now.
    Week,
}

impl Later {
    fn day(self, due: Option<Day>) -> Day {
        let today = today();
        let from = due.map_or(today, |due| due.max(today));
        match self {
            Self::Today => today,
            Self::Day => from.plus(1),
            Self::Week => from.plus(7),
        }
    }
}

/// Tasks on the screen, and what can be done to them.
#[derive(Clone, Copy)]
pub struct Tasks {
    api: Api,
    toasts: Toasts,
    next: NextSteps,
    /// The tasks in order.
    pub rows: RwSignal<Vec<Record>>,
    /// Called after the server took a change, to load figures again.
    changed: Callback<()>,
}

impl Tasks {
    /// Tasks that are kept in `rows`.
    pub fn new(rows: RwSignal<Vec<Record>>, changed: Callback<()>) -> Self {
        Self {
            api: use_api(),
            toasts: use_toasts(),
            next: use_next_steps(),
            rows,
            changed,
        }
    }

    /// Ticks a task off, or takes the tick back when it is done; it leaves the list.
    pub fn toggle(self, task: Record) {
        let done = task.text("done_at").is_some();
        self.drop_row(task.id());
        spawn_local(async move {
            let verb = if done { "reopen" } else { "complete" };
            match verbs::post(self.api, &OBJECT, &task, verb, &json!({}), "done_at").await {
                Ok(now) => {
                    let subject = task.title(&OBJECT);
                    let said = if done {
                        k::tasks::reopened(&subject)
                    } else {
                        k::tasks::finished(&subject)
                    };
                    if !done {
                        self.next.finished(now.clone(), move || self.reload());
                    }
                    self.toasts
                        .undoable(said, move || self.back(now.clone(), done));
                    self.changed.run(());
                }
                Err(error) => self.refused(task, &error),
            }
        });
    }

    /// Undoes a tick, or its taking back.
    fn back(self, task: Record, done: bool) {
        spawn_local(async move {
            let verb = if done { "complete" } else { "reopen" };
            match verbs::post(self.api, &OBJECT, &task, verb, &json!({}), "done_at").await {
                Ok(_) => self.changed.run(()),
                Err(error) => self.toasts.bad(error.text()),
            }
        });
    }

    /// Puts a task off.
    pub fn put_off(self, task: &Record, later: Later) {
        let before = task.value("due_at").clone();
        let due = before.as_str().unwrap_or_default();
        let clock = match instant::clock(due) {
            clock if clock.is_empty() => "09:00".to_owned(),
            clock => clock,
        };
        let mut at = instant::of_local(later.day(local_day(due)), &clock);
        if later == Later::Today && instant::is_past(&at) {
            // The hour is over: the end of the day keeps it from being late at once.
            at = instant::of_local(today(), "23:59");
        }
        let said = k::tasks::moved(&task.title(&OBJECT), &super::due::due_words(&at).0);
        self.set_due(task.clone(), Value::String(at), Some((said, before)));
    }

    fn set_due(self, task: Record, due: Value, undo: Option<(String, Value)>) {
        let mut shown = task.clone();
        shown.fields.insert("due_at".to_owned(), due.clone());
        self.put(shown);
        spawn_local(async move {
            let mut changes = Document::new();
            changes.insert("due_at".to_owned(), due);
            match verbs::patch(self.api, &OBJECT, &task, changes, "due_at").await {
                Ok(now) => {
                    self.put(now.clone());
                    if let Some((said, before)) = undo {
                        self.toasts.undoable(said, move || {
                            self.set_due(now.clone(), before.clone(), None);
                        });
                    }
                    self.changed.run(());
                }
                Err(error) => self.refused(task, &error),
            }
        });
    }

    /// Shows a task as it is now, where it is in the list.
    pub fn put(self, task: Record) {
        // The list may have gone away while the answer was on its way.
        _ = self.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id() == task.id()) {
                *row = task;
            }
        });
    }

    /// Loads what depends on the tasks again.
    pub fn reload(self) {
        // The list may be gone by now.
        _ = self.changed.try_run(());
    }

    fn drop_row(self, id: &str) {
        self.rows.update(|rows| rows.retain(|row| row.id() != id));
    }

    fn refused(self, task: Record, error: &ApiError) {
        _ = self.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id() == task.id()) {
                *row = task;
            } else {
                let at = rows.partition_point(|row| row.text("due_at") <= task.text("due_at"));
                rows.insert(at, task);
            }
        });
        self.toasts.bad(error.text());
    }
}
