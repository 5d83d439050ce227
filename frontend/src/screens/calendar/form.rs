//! The form of an entry: a new one, or one to change, do, or take away, alone or with its series.

use leptos::prelude::*;
use relasi_domain::interaction::activity::{OBJECT, recurs};
use relasi_domain::record::Document;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::model::Calendar;
use super::outlook::{RuleOutlook, rule_scope};
use super::reminders::{Reminders, RemindersInput};
use super::repeat::{RepeatInput, Repeating};
use crate::api::{ApiError, FormErrors, Reply, Request};
use crate::i18n::k;
use crate::keys;
use crate::records::fields::{added, has_outcomes, outcomes};
use crate::records::{Draft, Record, RecordForm, labels, store};
use crate::screens::next_step::{NextSteps, use_next_steps};
use crate::screens::verbs;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::select::{Choice, Select};

/// What the form is for.
#[derive(Clone, PartialEq, Debug)]
pub enum Entry {
    /// A new entry with some values given.
    New(Document),
    /// One to change.
    Of(Record),
}

/// Shown while the calendar has something in its form.
#[component]
pub fn EntryDialog(calendar: Calendar) -> impl IntoView {
    let open = RwSignal::new(false);
    let form = calendar.form;
    Effect::new(move |_| open.set(form.with(Option::is_some)));
    let title = TextProp::from(move || match form.get() {
        Some(Entry::Of(record)) => record.title(&OBJECT),
        _ => k::calendar::NEW.get().to_owned(),
    });
    view! {
        <Modal open title width=Width::Medium on_close=move |()| form.set(None)>
            {move || form.get_untracked().map(|of| view! { <EntryForm calendar of open/> })}
        </Modal>
    }
}

/// What the form needs beside its inputs.
#[derive(Clone, Copy)]
struct Desk {
    calendar: Calendar,
    next: NextSteps,
    record: StoredValue<Option<Record>>,
    draft: Draft,
    repeating: Repeating,
    reminders: Reminders,
    /// `this`, `following` or `all`.
    scope: RwSignal<String>,
    errors: FormErrors,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
}

impl Desk {
    /// Sends something, and closes the form when it was taken.
    fn send(self, work: impl Future<Output = Result<String, ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.errors.clear();
        spawn_local(async move {
            let answer = work.await;
            // The form may be closed by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(said) => {
                    self.calendar.toasts.ok(said);
                    self.open.set(false);
                    self.calendar.load();
                }
                Err(error) => self.errors.show(&error),
            }
        });
    }

    async fn verb(self, record: &Record, verb: &str, body: &Value) -> Result<Reply, ApiError> {
        let path = format!("/activities/{}/{verb}", record.id());
        let request = Request::post(&path).json(body).version(record.version());
        request.send(self.calendar.api).await
    }

    fn save(self) {
        let rule = self.repeating.rule();
        match self.record.get_value() {
            None => self.send(async move {
                let mut body = self.draft.body();
                if !rule.is_empty() {
                    body.insert("recurrence".to_owned(), rule.into());
                }
                let made = store::create(self.calendar.api, &OBJECT, body).await?;
                self.reminders.save(self.calendar.api, made.id()).await?;
                Ok(k::tasks::saved(&made.title(&OBJECT)))
            }),
            Some(record) => self.send(self.change(record, rule)),
        }
    }

    async fn change(self, record: Record, rule: String) -> Result<String, ApiError> {
        let api = self.calendar.api;
        let changes = self.draft.changes();
        let scope = self.scope.get_untracked();
        let mut now = record;
        if !changes.is_empty() {
            now = if scope == "this" {
                store::patch(api, &OBJECT, now.id(), now.version(), changes).await?
            } else {
                let body = json!({"scope": scope, "changes": store::nested(changes)});
                self.verb(&now, "change-series", &body).await?.read()?
            };
        }
        if self.repeating.changed() {
            let rule = Some(rule).filter(|rule| !rule.is_empty());
            let zone = super::zone();
            let body = json!({"recurrence": rule, "time_zone": zone, "scope": rule_scope(&scope)});
            now = self.verb(&now, "repeat", &body).await?.read()?;
        }
        self.reminders.save(api, now.id()).await?;
        Ok(k::tasks::saved(&now.title(&OBJECT)))
    }

    fn remove(self) {
        let Some(record) = self.record.get_value() else {
            return;
        };
        let (calendar, scope) = (self.calendar, self.scope.get_untracked());
        self.send(async move {
            let title = record.title(&OBJECT);
            if scope == "this" {
                store::delete(calendar.api, &OBJECT, record.id(), record.version()).await?;
                let id = record.id().to_owned();
                calendar
                    .toasts
                    .undoable(k::record::trashed(&title), move || {
                        let id = id.clone();
                        spawn_local(async move {
                            match store::restore(calendar.api, &OBJECT, &id).await {
                                Ok(_) => calendar.load(),
                                Err(error) => calendar.toasts.bad(error.text()),
                            }
                        });
                    });
            } else {
                self.verb(&record, "end-series", &json!({"scope": scope}))
                    .await?;
            }
            Ok(k::record::trashed(&title))
        });
    }

    fn finish(self, outcome: &str) {
        let Some(record) = self.record.get_value() else {
            return;
        };
        let done = record.text("done_at").is_some();
        let body = match (done, outcome) {
            (true, _) | (false, "") => json!({}),
            (false, outcome) => json!({"outcome": outcome}),
        };
        let (api, calendar, next) = (self.calendar.api, self.calendar, self.next);
        self.send(async move {
            let verb = if done { "reopen" } else { "complete" };
            let now = verbs::post(api, &OBJECT, &record, verb, &body, "done_at").await?;
            let title = now.title(&OBJECT);
            if done {
                return Ok(k::tasks::reopened(&title));
            }
            next.finished(now, move || calendar.load());
            Ok(k::tasks::finished(&title))
        });
    }
}

/// The fields in their order.
const FIELDS: [&str; 12] = [
    "subject",
    "due_at",
    "duration_minutes",
    "all_day",
    "location",
    "contact_id",
    "company_id",
    "deal_id",
    "attendees",
    "members",
    "priority",
    "body",
];

#[component]
fn EntryForm(calendar: Calendar, of: Entry, open: RwSignal<bool>) -> impl IntoView {
    let (draft, record) = match of {
        Entry::New(given) => (Draft::new(given), None),
        Entry::Of(record) => (Draft::of(&record), Some(record)),
    };
    let kind = Signal::derive(move || draft.text("kind"));
    let rule = record
        .as_ref()
        .filter(|record| record.text("series_id").is_some());
    let repeating = Repeating::of(rule.and_then(|record| record.text("recurrence")));
    let id = record.as_ref().map(|record| record.id().to_owned());
    let done = record
        .as_ref()
        .is_some_and(|record| record.text("done_at").is_some());
    let (is_new, in_series) = (record.is_none(), rule.is_some() && !done);
    let series = StoredValue::new(id.clone().filter(|_| in_series));
    let mut fields = FIELDS.to_vec();
    if is_new {
        fields.insert(0, "kind");
    }
    fields.extend(added(&OBJECT).map(|field| field.name.as_ref()));
    let desk = Desk {
        calendar,
        next: use_next_steps(),
        record: StoredValue::new(record),
        draft,
        repeating,
        reminders: Reminders::load(calendar.api, id, kind),
        scope: RwSignal::new("this".to_owned()),
        errors: FormErrors::default(),
        busy: RwSignal::new(false),
        open,
    };
    keys::bind(
        keys::Scope::Dialog,
        "Ctrl Enter",
        k::common::SAVE,
        move || desk.save(),
    );
    view! {
        <form class="create-form" on:submit=move |event| { event.prevent_default(); desk.save(); }>
            {in_series.then(|| view! { <ScopeChoice scope=desk.scope/> })}
            <RecordForm object=&OBJECT fields draft errors=desk.errors autofocus=true/>
            <Show when=move || !done && recurs(&kind.get())>
                <RepeatInput repeating/>
                {series.get_value().map(|id| view! { <RuleOutlook api=calendar.api id repeating scope=desk.scope/> })}
                <RemindersInput reminders=desk.reminders/>
            </Show>
            {(!is_new).then(|| view! { <Finish desk done kind/> })}
            <div class="row-end">
                {(!is_new).then(|| view! { <Button label=k::record::TO_TRASH variant=Variant::Danger on_press=move |()| desk.remove()/> })}
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy=desk.busy key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}

/// How much of a series a change concerns.
#[component]
fn ScopeChoice(scope: RwSignal<String>) -> impl IntoView {
    let choices = Signal::derive(|| {
        vec![
            Choice::new("this", k::calendar::ONLY_THIS.get()),
            Choice::new("following", k::calendar::FOLLOWING.get()),
            Choice::new("all", k::calendar::ALL_OF_SERIES.get()),
        ]
    });
    view! { <Select label=k::calendar::CHANGE value=scope choices hint=k::calendar::CHANGE_HINT/> }
}

/// Marks the entry as done, with how it went, or takes that back.
#[component]
fn Finish(desk: Desk, done: bool, kind: Signal<String>) -> impl IntoView {
    let outcome = RwSignal::new(untrack(|| {
        let first = outcomes(&kind.get()).into_iter().next();
        first.unwrap_or_default()
    }));
    let choices = Signal::derive(move || {
        let codes = kind.with(|kind| outcomes(kind)).into_iter();
        let choice = |code: String| {
            let label = labels::choice(&OBJECT, "outcome", &code);
            Choice::new(code, label)
        };
        codes.map(choice).collect::<Vec<_>>()
    });
    let label = if done {
        k::calendar::REOPEN
    } else {
        k::calendar::FINISH
    };
    let asks = move || !done && kind.with(|kind| has_outcomes(kind));
    view! {
        <div class="finish">
            <Show when=asks><Select label=move || labels::field(&OBJECT, "outcome") value=outcome choices/></Show>
            <Button label on_press=move |()| outcome.with_untracked(|outcome| desk.finish(outcome))/>
        </div>
    }
}
