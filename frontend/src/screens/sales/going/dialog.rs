//! The dialog that asks for what a stage needs. It stays open until the deal went; what is missing or wrong stands at
//! its own input.

use std::collections::HashMap;

use leptos::prelude::*;
use relasi_domain::field::Write;
use relasi_domain::people::contact;
use relasi_domain::record::Document;
use relasi_domain::sales::deal_contact::ROLES;
use relasi_domain::sales::{deal::OBJECT, facts, stage};
use serde_json::{Value, json};

use super::end::{End, EndInputs};
use super::{Asking, Going, role_words};
use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::reference_input::ReferenceInput;
use crate::records::{Draft, RecordForm, store};
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;

/// Shown while something is asked for; `on_go` is told what was answered, and says what became of it.
#[component]
pub fn GoingDialog(
    /// The deal and its stage.
    asking: Asking,
    /// Sends the deal on its way.
    #[prop(into)]
    on_go: Callback<(Going, Document)>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let going = asking.going;
    Effect::new(move |_| open.set(going.with(Option::is_some)));
    let title = TextProp::from(move || {
        let words = |going: &Going| {
            let name = going.deal.title(&OBJECT);
            match going.kind() {
                "lost" => k::board::lost_title(&name),
                "won" if going.owes_reason() && going.missing().is_empty() => {
                    k::deals::win_title(&name)
                }
                _ => k::deals::needs_title(&going.stage.title(&stage::OBJECT)),
            }
        };
        going.with(|going| going.as_ref().map(words).unwrap_or_default())
    });
    view! {
        <Modal open title on_close=move |()| going.set(None)>
            {move || going.get().map(|going| view! { <GoingForm asking going on_go/> })}
        </Modal>
    }
}

/// What a form has inputs for: those fields and roles of the facts that may be told.
#[derive(Clone, PartialEq, Eq)]
struct Wanted {
    fields: Vec<&'static str>,
    roles: Vec<&'static str>,
}

impl Wanted {
    fn of<'s>(asked: impl Iterator<Item = &'s str>) -> Self {
        let asked: Vec<&str> = asked.collect();
        let mut wanted = Self {
            fields: Vec::new(),
            roles: Vec::new(),
        };
        for fact in asked {
            let role = fact.strip_prefix(facts::ROLE);
            let role = role.and_then(|name| ROLES.iter().find(|role| **role == name));
            let field = whole(&OBJECT).field(fact);
            let field = field.filter(|field| field.write != Write::Never);
            let (list, name) = match (role, field) {
                (Some(role), _) => (&mut wanted.roles, role.as_ref()),
                (None, Some(field)) => (&mut wanted.fields, field.name.as_ref()),
                (None, None) => continue,
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        wanted
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.roles.is_empty()
    }
}

#[component]
fn GoingForm(asking: Asking, going: Going, on_go: Callback<(Going, Document)>) -> impl IntoView {
    let currency = going.deal.value("currency").clone();
    let draft = Draft::new(Document::from_iter([("currency".to_owned(), currency)]));
    let people = Draft::new(Document::new());
    let (end, errors) = (End::of(&going), asking.errors);
    let stage_name = going.stage.title(&stage::OBJECT);
    let mark = match going.kind() {
        "lost" => k::board::MARK_LOST.get().to_owned(),
        "won" => k::deals::MARK_WON.get().to_owned(),
        _ => k::deals::move_to(&stage_name),
    };
    let needs = StoredValue::new(k::deals::needs_text(&going.deal.title(&OBJECT)));
    let kept = StoredValue::new(going);
    // What the person sees to be missing, and what the server knows besides.
    let wanted = Memo::new(move |_| {
        let demanded = asking.demanded.get();
        kept.with_value(|going| {
            let seen = going.missing().into_iter();
            Wanted::of(seen.chain(demanded.iter().map(String::as_str)))
        })
    });
    let save = move || {
        if asking.busy.get_untracked() {
            return;
        }
        let wanted = wanted.get_untracked();
        let lacking = lacking(&wanted, draft, people, end, &stage_name);
        if !lacking.is_empty() {
            return errors.put(lacking, None);
        }
        errors.clear();
        let mut told = told_of(&wanted, draft, people);
        told.extend(end.told());
        asking.sends(&told);
        on_go.run((kept.get_value(), told));
    };
    let picker = move |role: &'static str| {
        let label = TextProp::from(move || k::deals::role_who(&role_words(role)));
        view! { <ReferenceInput label hint="".into() name=role required=true draft=people error=errors.of(role) target=&contact::OBJECT/> }
    };
    let inputs = move || {
        let wanted = wanted.get();
        let asks = !wanted.is_empty();
        // What the server adds has the focus by its fault.
        let autofocus = asking.demanded.with_untracked(Vec::is_empty);
        view! {
            {asks.then(|| view! { <p class="secondary">{needs.get_value()}</p> })}
            <RecordForm object=&OBJECT fields=wanted.fields draft errors autofocus/>
            {wanted.roles.into_iter().map(picker).collect_view()}
        }
    };
    view! {
        <form class="stack" novalidate=true on:submit=move |event| { event.prevent_default(); save(); }>
            {inputs}
            {end.asked.then(|| view! { <EndInputs end errors/> })}
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| asking.going.set(None)/>
                <Button label=mark variant=Variant::Primary submit=true busy=asking.busy/>
            </div>
        </form>
    }
}

/// What is still to be told, by its input.
fn lacking(
    wanted: &Wanted,
    draft: Draft,
    people: Draft,
    end: End,
    stage: &str,
) -> HashMap<String, String> {
    let (written, named) = (draft.body(), people.body());
    let fields = wanted.fields.iter();
    let fields = fields.filter(|name| !written.contains_key(**name));
    let roles = wanted.roles.iter();
    let roles = roles.filter(|role| !named.contains_key(**role));
    let mut all: HashMap<String, String> = fields
        .chain(roles)
        .map(|name| ((*name).to_owned(), k::deals::fact_needed(stage)))
        .collect();
    if end.lacks_reason() {
        all.insert(
            "reason".to_owned(),
            k::board::REASON_MISSING.get().to_owned(),
        );
    }
    all
}

/// What was filled in, as members of the verb.
fn told_of(wanted: &Wanted, draft: Draft, people: Draft) -> Document {
    let mut written = draft.body();
    written.retain(|name, _| wanted.fields.contains(&name.as_str()));
    let named = people.body();
    let mut told = Document::new();
    if !written.is_empty() {
        told.insert("fields".to_owned(), store::nested(written));
    }
    if !named.is_empty() {
        let one = |(role, id): (String, Value)| json!({ "contact_id": id, "role": role });
        told.insert("contacts".to_owned(), named.into_iter().map(one).collect());
    }
    told
}
