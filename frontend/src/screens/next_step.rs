//! What comes next: asked wherever the last step of an open deal or lead is done, so that none is left without.

use std::sync::Arc;

use leptos::prelude::*;
use relasi_domain::identity::access::Action;
use relasi_domain::interaction::activity;
use relasi_domain::record::Object;
use relasi_domain::sales::{deal, lead, pipeline};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Api, FormErrors, use_api};
use crate::i18n::{k, today};
use crate::keys;
use crate::records::fields::{whole, with_required};
use crate::records::{Draft, Record, RecordForm, instant, store};
use crate::screens::tasks::new_task;
use crate::screens::verbs;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::toast::{Toasts, use_toasts};

type Then = Arc<dyn Fn() + Send + Sync>;

/// Asks for next steps; there is one of it around all pages.
#[derive(Clone, Copy)]
pub struct NextSteps {
    api: Api,
    toasts: Toasts,
    owed: RwSignal<Option<Owed>>,
}

/// A deal or lead that is left without a step.
#[derive(Clone)]
struct Owed {
    object: &'static Object,
    record: Record,
    /// The step that was done, where it is to be open again unless another is planned.
    done: Option<Record>,
    /// Shows what was changed.
    then: Then,
}

/// The one around the pages.
pub fn use_next_steps() -> NextSteps {
    expect_context()
}

impl NextSteps {
    /// Makes it available to everything below.
    pub fn provide() -> Self {
        let steps = Self {
            api: use_api(),
            toasts: use_toasts(),
            owed: RwSignal::new(None),
        };
        provide_context(steps);
        steps
    }

    /// A step was done. Asks for the next one if there is none; where the pipeline wants one, the step is open again as
    /// long as none is planned.
    pub fn finished(self, step: Record, then: impl Fn() + Send + Sync + 'static) {
        self.look(step, true, Arc::new(then));
    }

    /// A call or meeting was written down. Asks for what comes of it if nothing is planned.
    pub fn logged(self, activity: Record, then: impl Fn() + Send + Sync + 'static) {
        let happened = activity.text("done_at").is_some()
            && activity.text("kind").is_some_and(activity::lasts);
        if happened {
            self.look(activity, false, Arc::new(then));
        }
    }

    fn look(self, activity: Record, may_reopen: bool, then: Then) {
        let may_plan = self.api.session().with_untracked(|session| {
            let session = session.as_ref();
            session.is_some_and(|session| session.may_on(Action::Add, activity::OBJECT.name))
        });
        let about = [(&deal::OBJECT, "deal_id"), (&lead::OBJECT, "lead_id")];
        let about = about.into_iter().find_map(|(object, member)| {
            let knows = whole(object).field("next_step_at").is_some();
            let id = activity.text(member).filter(|_| knows)?;
            Some((object, id.to_owned()))
        });
        let Some((object, id)) = about.filter(|_| may_plan) else {
            return;
        };
        spawn_local(async move {
            // Who can't read it can't plan for it either.
            let Ok(record) = store::get(self.api, object, &id).await else {
                return;
            };
            if !is_open(object, &record) || !record.value("next_step_at").is_null() {
                return;
            }
            let required = may_reopen && self.is_required(&record).await;
            let done = required.then_some(activity);
            let owed = Owed {
                object,
                record,
                done,
                then,
            };
            _ = self.owed.try_set(Some(owed));
        });
    }

    /// The pipeline wants every open deal to have a next step.
    async fn is_required(self, record: &Record) -> bool {
        let Some(id) = record.text("pipeline_id") else {
            return false;
        };
        let pipeline = store::get(self.api, &pipeline::OBJECT, id).await;
        pipeline.is_ok_and(|pipeline| pipeline.value("next_step_required") == true)
    }

    /// Nothing was planned: what must not be left without a step has the former one again.
    fn leave(self, owed: &Owed) {
        let (Some(step), then) = (owed.done.clone(), owed.then.clone()) else {
            return;
        };
        spawn_local(async move {
            let (object, body) = (&activity::OBJECT, json!({}));
            match verbs::post(self.api, object, &step, "reopen", &body, "done_at").await {
                Ok(step) => self
                    .toasts
                    .ok(k::tasks::reopened(&step.title(&activity::OBJECT))),
                Err(error) => self.toasts.bad(error.text()),
            }
            then();
        });
    }
}

/// Whether something is still to be done for a deal or lead.
fn is_open(object: &Object, record: &Record) -> bool {
    let status = record.text("status").unwrap_or_default();
    if object.name == deal::OBJECT.name {
        status == "open"
    } else {
        !matches!(status, "unqualified" | "converted")
    }
}

/// The dialog, shown while a step is owed.
#[component]
pub fn NextStepDialog(steps: NextSteps) -> impl IntoView {
    let open = RwSignal::new(false);
    let planned = StoredValue::new(false);
    Effect::new(move |_| {
        let owes = steps.owed.with(Option::is_some);
        planned.set_value(false);
        open.set(owes);
    });
    let close = move |()| {
        let owed = steps.owed.get_untracked();
        if let Some(owed) = owed.filter(|_| !planned.get_value()) {
            steps.leave(&owed);
        }
        steps.owed.set(None);
    };
    let done = Callback::new(move |()| {
        planned.set_value(true);
        open.set(false);
    });
    view! {
        <Modal open title=k::deals::ASK_STEP on_close=close>
            {move || steps.owed.get().map(|owed| view! { <StepForm steps owed open done/> })}
        </Modal>
    }
}

#[component]
fn StepForm(
    steps: NextSteps,
    owed: Owed,
    open: RwSignal<bool>,
    /// Called once the step is planned.
    done: Callback<()>,
) -> impl IntoView {
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let name = owed.record.title(owed.object);
    let words = match &owed.done {
        Some(step) => k::deals::step_owed(&name, &step.title(&activity::OBJECT)),
        None => k::deals::step_open(&name),
    };
    let may_skip = owed.done.is_none();
    let mut given = new_task();
    given.insert(format!("{}_id", owed.object.name), owed.record.id().into());
    let due = instant::of_local(today().plus(1), "09:00");
    given.insert("due_at".to_owned(), due.into());
    let draft = Draft::new(given);
    let then = owed.then;
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let then = then.clone();
        spawn_local(async move {
            let made = store::create(steps.api, &activity::OBJECT, draft.body()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match made {
                Ok(step) => {
                    let words = k::tasks::saved(&step.title(&activity::OBJECT));
                    steps.toasts.ok(words);
                    done.run(());
                    then();
                }
                Err(error) => errors.show(&error),
            }
        });
    };
    let fields = with_required(&activity::OBJECT, &["subject", "due_at", "kind"]);
    let cancel = if may_skip {
        k::deals::STEP_SKIP
    } else {
        k::deals::STEP_BACK
    };
    keys::bind(
        keys::Scope::Dialog,
        "Ctrl Enter",
        k::common::SAVE,
        save.clone(),
    );
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <p class="secondary">{words}</p>
            <RecordForm object=&activity::OBJECT fields draft errors autofocus=true/>
            <div class="row-end">
                <Button label=cancel variant=Variant::Quiet on_press=move |()| open.set(false)/>
                <Button label=k::common::SAVE variant=Variant::Primary submit=true busy key_hint="Ctrl Enter"/>
            </div>
        </form>
    }
}
