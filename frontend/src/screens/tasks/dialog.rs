//! The form of a task: a new one, or one to change.

use leptos::prelude::*;
use relasi_domain::interaction::activity::OBJECT;
use relasi_domain::record::Document;
use wasm_bindgen_futures::spawn_local;

use super::actions::Tasks;
use crate::api::{FormErrors, use_api};
use crate::i18n::k;
use crate::keys;
use crate::records::fields::added;
use crate::records::{Draft, Record, RecordForm, store};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::{Modal, Width};
use crate::ui::toast::use_toasts;

/// What the form is for.
#[derive(Clone, PartialEq, Debug)]
pub enum Task {
    /// A new task with some values given.
    New(Document),
    /// A task to change.
    Of(Record),
}

/// Shown while `task` is something.
#[component]
pub fn TaskDialog(
    /// What it is for; closing sets it to `None`.
    task: RwSignal<Option<Task>>,
    /// The list to show the change in.
    tasks: Tasks,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(task.with(Option::is_some)));
    let title = TextProp::from(move || match task.get() {
        Some(Task::Of(_)) => k::tasks::EDIT.get(),
        _ => k::tasks::NEW.get(),
    });
    view! {
        <Modal open title width=Width::Medium on_close=move |()| task.set(None)>
            {move || task.get_untracked().map(|of| view! { <TaskForm of tasks open/> })}
        </Modal>
    }
}

#[component]
fn TaskForm(of: Task, tasks: Tasks, open: RwSignal<bool>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let (draft, record) = match of {
        Task::New(given) => (Draft::new(given), None),
        Task::Of(record) => (Draft::of(&record), Some(record)),
    };
    let mut fields = vec![
        "subject",
        "due_at",
        "contact_id",
        "company_id",
        "deal_id",
        "priority",
        "body",
    ];
    if record.is_none() {
        fields.insert(1, "kind");
    }
    fields.extend(added(&OBJECT).map(|field| field.name.as_ref()));
    let record = StoredValue::new(record);
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        spawn_local(async move {
            let saved = match record.get_value() {
                Some(old) => {
                    let changes = draft.changes();
                    if changes.is_empty() {
                        return open.set(false);
                    }
                    store::patch(api, &OBJECT, old.id(), old.version(), changes).await
                }
                None => store::create(api, &OBJECT, draft.body()).await,
            };
            if busy.try_set(false).is_some() {
                return;
            }
            match saved {
                Ok(now) => {
                    toasts.ok(k::tasks::saved(&now.title(&OBJECT)));
                    tasks.put(now);
                    tasks.reload();
                    open.set(false);
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    keys::bind(keys::Scope::Dialog, "Ctrl Enter", k::common::SAVE, save);
    view! {
        <form class="create-form" on:submit=move |event| { event.prevent_default(); save(); }>
            <RecordForm object=&OBJECT fields draft errors autofocus=true/>
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}
