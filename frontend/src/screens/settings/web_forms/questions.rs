//! The questions of a form.

use leptos::prelude::*;
use relasi_domain::field::FieldRef;
use relasi_domain::marketing::form::{MAKES, Question, can_ask};

use super::words_input::{WordsInput, Written};
use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::labels;
use crate::screens::settings::routing::tick;
use crate::ui::button::{Button, IconButton, Size};
use crate::ui::icon;
use crate::ui::select::{Choice, Select};

/// A question that is being written.
#[derive(Clone, Copy)]
pub struct Line {
    key: usize,
    field: RwSignal<String>,
    label: Written,
    help: Written,
    required: RwSignal<bool>,
}

impl Line {
    fn new(key: usize, question: &Question) -> Self {
        Self {
            key,
            field: RwSignal::new(question.field.clone()),
            label: Written::of(&question.label),
            help: Written::of(&question.help),
            required: RwSignal::new(question.required),
        }
    }

    pub(in crate::screens::settings) fn all(questions: &[Question]) -> Vec<Self> {
        let questions = questions.iter().enumerate();
        questions
            .map(|(key, question)| Self::new(key, question))
            .collect()
    }

    pub(in crate::screens::settings) fn question(self) -> Question {
        Question {
            field: self.field.get_untracked(),
            label: self.label.words(),
            help: self.help.words(),
            required: self.required.get_untracked(),
        }
    }
}

/// Fields that can be asked for; tracked.
fn choices() -> Vec<Choice> {
    let object = whole(MAKES);
    let fields = object
        .all_fields()
        .filter(|field| can_ask(&FieldRef::Built(field)));
    fields
        .map(|field| {
            let name = field.name.to_string();
            let label = labels::field(object, &name);
            Choice::new(name, label)
        })
        .collect()
}

/// A line for each question, with buttons that move it.
#[component]
pub fn Questions(lines: RwSignal<Vec<Line>>) -> impl IntoView {
    let add = move |()| {
        lines.update(|all| {
            let key = all.iter().map(|one| one.key + 1).max().unwrap_or(0);
            let asked: Vec<String> = all.iter().map(|one| one.field.get_untracked()).collect();
            let free = untrack(choices)
                .into_iter()
                .find(|one| !asked.contains(&one.value));
            let question = Question {
                field: free.map(|choice| choice.value).unwrap_or_default(),
                ..Question::default()
            };
            all.push(Line::new(key, &question));
        });
    };
    let up = move |key: usize| {
        lines.update(|all| {
            let place = all.iter().position(|one| one.key == key);
            if let Some(place) = place.filter(|place| *place > 0) {
                all.swap(place, place - 1);
            }
        });
    };
    let remove = move |key: usize| lines.update(|all| all.retain(|one| one.key != key));
    let fields = Signal::derive(choices);
    let name = move |one: Line| {
        let field = one.field.get();
        labels::field(whole(MAKES), &field)
    };
    view! {
        <fieldset class="stack form-questions">
            <legend>{k::web_forms::QUESTIONS}</legend>
            <For each=move || lines.get() key=|one| one.key children=move |one| view! {
                <div class="form-question">
                    <Select label=k::web_forms::FIELD value=one.field choices=fields/>
                    {tick(k::web_forms::REQUIRED, one.required)}
                    <span class="row">
                        <IconButton label=move || k::web_forms::up(&name(one)) icon=icon::ARROW_UP on_press=move |()| up(one.key)/>
                        <IconButton label=move || k::web_forms::remove(&name(one)) icon=icon::TRASH_2 on_press=move |()| remove(one.key)/>
                    </span>
                    <details>
                        <summary>{k::web_forms::OWN_WORDS}</summary>
                        <WordsInput label=k::web_forms::LABEL value=one.label/>
                        <WordsInput label=k::web_forms::HELP value=one.help/>
                    </details>
                </div>
            }/>
            <div class="row"><Button label=k::web_forms::ADD_QUESTION size=Size::Small icon=icon::PLUS on_press=add/></div>
        </fieldset>
    }
}
