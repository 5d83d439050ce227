//! What came to light is written down: in words, with the records that show it.

use leptos::prelude::*;
use relasi_domain::insight::quality::{OBJECTS, Queue, SEVERITIES};
use relasi_domain::record::Object;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::audit::Review;
use super::finding::severity_word;
use super::model::{Step, queue_name};
use crate::api::{FormErrors, Request};
use crate::i18n::k;
use crate::records::fields::is_shown;
use crate::records::labels;
use crate::records::refs::reference_finder;
use crate::ui::button::{Button, Size};
use crate::ui::combobox::Combobox;
use crate::ui::icon::{self, Glyph};
use crate::ui::select::{Choice, Select};
use crate::ui::text_input::TextArea;

/// The objects that findings can be about, none in front; tracked.
fn objects() -> Vec<Choice> {
    let shown = OBJECTS.into_iter().filter(|object| is_shown(object));
    let choice = |object: &'static Object| Choice::new(object.name, labels::many(object));
    let none = Choice::new("", k::common::NONE.get());
    [none].into_iter().chain(shown.map(choice)).collect()
}

/// The queues of an object, none in front; tracked.
fn queues(object: &'static Object) -> Vec<Choice> {
    let mut all = vec![Choice::new("", k::common::NONE.get())];
    for queue in Queue::of(object) {
        let code = json!(queue);
        let code = code.as_str().unwrap_or_default();
        all.push(Choice::new(code, queue_name(code).get()));
    }
    all
}

/// What is being written down.
#[derive(Clone, Copy)]
struct Draft {
    text: RwSignal<String>,
    severity: RwSignal<String>,
    object: RwSignal<String>,
    queue: RwSignal<String>,
    records: RwSignal<Vec<Choice>>,
}

impl Draft {
    fn new() -> Self {
        Self {
            text: RwSignal::default(),
            severity: RwSignal::new("medium".to_owned()),
            object: RwSignal::default(),
            queue: RwSignal::default(),
            records: RwSignal::default(),
        }
    }

    /// A finding for each record, or one without.
    fn bodies(self) -> Vec<Value> {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let body = |record: Option<String>| {
            json!({
                "text": self.text.get_untracked(), "severity": self.severity.get_untracked(),
                "object": some(self.object.get_untracked()), "queue": some(self.queue.get_untracked()),
                "record_id": record,
            })
        };
        let records = self.records.get_untracked();
        if records.is_empty() {
            return vec![body(None)];
        }
        let ids = records.into_iter().map(|record| record.value);
        ids.map(|id| body(Some(id))).collect()
    }

    /// The first of the bodies is stored.
    fn stored(self) {
        self.records.update(|all| {
            if !all.is_empty() {
                all.remove(0);
            }
        });
    }
}

/// The form.
#[component]
pub fn AddFinding(review: Review, step: Memo<Option<Step>>) -> impl IntoView {
    let draft = Draft::new();
    let errors = FormErrors::default();
    let busy = RwSignal::new(false);
    let severities = Signal::derive(|| {
        SEVERITIES
            .map(|code| Choice::new(code, severity_word(code).0))
            .to_vec()
    });
    let about = move |_: String| {
        draft.queue.set(String::new());
        draft.records.set(Vec::new());
    };
    let save = move || {
        let Some(id) = step.with_untracked(|step| step.as_ref().map(|step| step.id.clone())) else {
            return;
        };
        errors.clear();
        busy.set(true);
        spawn_local(async move {
            let path = format!("/quality-steps/{id}/findings");
            for body in draft.bodies() {
                let answer = Request::post(&path).json(&body).send(review.api).await;
                // The page may have been left.
                if busy.is_disposed() {
                    return;
                }
                if let Err(error) = answer {
                    busy.set(false);
                    errors.show(&error);
                    review.load();
                    return;
                }
                draft.stored();
            }
            busy.set(false);
            draft.text.set(String::new());
            review.load();
        });
    };
    let place = move || {
        let object = draft.object.with(|name| relasi_domain::object(name))?;
        let choices = Signal::derive(move || queues(object));
        Some(view! {
            <Select label=k::quality::QUEUE value=draft.queue choices error=errors.of("queue")/>
            <Records object records=draft.records error=errors.of("record_id")/>
        })
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            <TextArea label=k::quality::FINDING value=draft.text rows=2 error=errors.of("text")/>
            <div class="quality-step-form">
                <Select label=k::quality::SEVERITY value=draft.severity choices=severities error=errors.of("severity")/>
                <Select label=k::quality::FINDING_ABOUT value=draft.object choices=Signal::derive(objects) error=errors.of("object") on_change=about/>
                {place}
            </div>
            <div class="row-end"><Button label=k::quality::ADD_FINDING size=Size::Small submit=true busy/></div>
        </form>
    }
}

/// Records as pills with a cross, and a search that adds one.
#[component]
fn Records(
    object: &'static Object,
    records: RwSignal<Vec<Choice>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let next = RwSignal::new(None::<Choice>);
    let find = reference_finder(crate::api::use_api(), object);
    let add = move |choice: Option<Choice>| {
        if let Some(choice) = choice {
            records.update(|all| {
                if all.iter().all(|one| one.value != choice.value) {
                    all.push(choice);
                }
            });
            next.set(None);
        }
    };
    let pill = move |record: Choice| {
        let (id, name) = (record.value, record.label);
        let remove = move |_| records.update(|all| all.retain(|one| one.value != id));
        let label = k::records::remove_named(&name);
        view! {
            <span class="tag neutral">{name}
                <button type="button" class="tag-remove" aria-label=label on:click=remove><Glyph icon=icon::X/></button>
            </span>
        }
    };
    view! {
        <div class="tags-input">
            <Combobox label=k::quality::FINDING_RECORDS value=next find error on_change=add/>
            <span class="tags">{move || records.get().into_iter().map(pill).collect_view()}</span>
        </div>
    }
}
