//! What is asked before a deal goes to a stage: what the stage needs, and why the deal ended.

use leptos::prelude::*;
use relasi_domain::field::{Write, is_nothing};
use relasi_domain::people::contact;
use relasi_domain::record::Document;
use relasi_domain::sales::deal_contact::{self, ROLES};
use relasi_domain::sales::{competitor, deal::OBJECT, facts, stage, texts};
use serde_json::{Value, json};

use crate::api::FormErrors;
use crate::i18n::{Key, k};
use crate::records::fields::{is_open, whole};
use crate::records::reference_input::ReferenceInput;
use crate::records::{Draft, Record, RecordForm, labels, store};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, Variant};
use crate::ui::dialog::Modal;
use crate::ui::select::{Choice, Select};
use crate::ui::tag::Tone;
use crate::ui::text_input::{TextArea, TextInput};

/// Reasons to choose from in pipelines that have none of their own.
const REASONS: [Key; 6] = [
    k::board::REASON_PRICE,
    k::board::REASON_RIVAL,
    k::board::REASON_BUDGET,
    k::board::REASON_TIME,
    k::board::REASON_FIT,
    k::board::REASON_SILENCE,
];

/// A deal that is about to go to a stage.
#[derive(Clone, PartialEq, Debug)]
pub struct Going {
    /// The deal as it is.
    pub deal: Record,
    /// Where it goes.
    pub stage: Record,
    /// The pipeline of both.
    pub pipeline: Option<Record>,
}

impl Going {
    fn kind(&self) -> &str {
        self.stage.text("kind").unwrap_or("open")
    }

    /// Something has to be told first.
    pub fn asks(&self) -> bool {
        self.is_lost() || self.owes_reason() || !self.missing().is_empty()
    }

    fn is_lost(&self) -> bool {
        self.kind() == "lost"
    }

    fn owes_reason(&self) -> bool {
        let wanted = |pipeline: &Record| pipeline.value("win_reason_required") == true;
        self.kind() == "won" && self.pipeline.as_ref().is_some_and(wanted)
    }

    /// What the stage asks for and the deal does not tell.
    pub fn missing(&self) -> Vec<&str> {
        missing(&self.stage, &self.deal)
    }

    /// The reasons of the pipeline for this end.
    fn reasons(&self) -> Vec<String> {
        let list = format!("{}_reasons", self.kind());
        let pipeline = self.pipeline.as_ref();
        let known = texts(pipeline.map(|pipeline| pipeline.value(&list)));
        known.map(str::to_owned).collect()
    }

    /// The verb that takes it there.
    pub fn verb(&self) -> &'static str {
        let closed = self
            .deal
            .text("status")
            .is_some_and(|status| status != "open");
        match self.kind() {
            "lost" => "lose",
            "won" => "win",
            _ if closed => "reopen",
            _ => "move",
        }
    }

    /// What the verb is told, with what was told here.
    pub fn body(&self, told: Document) -> Value {
        let mut body = told;
        match self.verb() {
            "move" | "reopen" => _ = body.insert("stage_id".to_owned(), self.stage.id().into()),
            "lose" => _ = body.entry("reason").or_insert_with(|| "".into()),
            _ => {}
        }
        Value::Object(body)
    }
}

/// What a stage asks for and a deal does not tell, as far as the person sees it.
pub fn missing<'s>(stage: &'s Record, deal: &Record) -> Vec<&'s str> {
    let asked = facts::of_stage(&stage.fields);
    asked.filter(|fact| !is_known(fact, deal)).collect()
}

/// Whether a deal tells a fact; custom members stand beside the others here.
pub fn is_known(fact: &str, deal: &Record) -> bool {
    match fact.strip_prefix(facts::ROLE) {
        Some(_) => facts::is_known(fact, &deal.fields, (&OBJECT).into()),
        None if whole(&OBJECT).field(fact).is_none() => true,
        None if fact == "next_step" && !deal.value("next_step_at").is_null() => true,
        None => !is_nothing(deal.value(fact)),
    }
}

/// A fact in words; tracked.
pub fn fact_words(fact: &str) -> String {
    match fact.strip_prefix(facts::ROLE) {
        Some(role) => k::deals::has_role(&role_words(role)),
        // A planned one will do as well as words.
        None if fact == "next_step" => labels::field(&OBJECT, "next_step_at"),
        None => labels::field(whole(&OBJECT), fact),
    }
}

/// A role in words; tracked.
pub fn role_words(role: &str) -> String {
    labels::choice(&deal_contact::OBJECT, "role", role)
}

/// Shown while `going` is something; `on_go` is told what was answered.
#[component]
pub fn GoingDialog(
    /// The deal and its stage; closing sets it to `None`.
    going: RwSignal<Option<Going>>,
    /// Sends the deal on its way.
    #[prop(into)]
    on_go: Callback<(Going, Document)>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(going.with(Option::is_some)));
    let title = TextProp::from(move || {
        let words = |going: &Going| {
            let name = going.deal.title(&OBJECT);
            match going.kind() {
                "lost" => k::board::lost_title(&name),
                "won" if going.missing().is_empty() => k::deals::win_title(&name),
                _ => k::deals::needs_title(&going.stage.title(&stage::OBJECT)),
            }
        };
        going.with(|going| going.as_ref().map(words).unwrap_or_default())
    });
    view! {
        <Modal open title on_close=move |()| going.set(None)>
            {move || going.get().map(|going| view! { <GoingForm going open on_go/> })}
        </Modal>
    }
}

/// The fields of a form that are asked for by name.
fn asked_fields(going: &Going) -> Vec<&'static str> {
    let missing = going.missing().into_iter();
    let fields = missing.filter_map(|fact| whole(&OBJECT).field(fact));
    let fields = fields.filter(|field| field.write != Write::Never);
    fields.map(|field| field.name.as_ref()).collect()
}

fn asked_roles(going: &Going) -> Vec<&'static str> {
    let missing = going.missing();
    let roles = ROLES.iter().map(AsRef::as_ref);
    let asked = |role: &&str| missing.contains(&format!("{}{role}", facts::ROLE).as_str());
    roles.filter(asked).collect()
}

#[component]
fn GoingForm(
    going: Going,
    open: RwSignal<bool>,
    on_go: Callback<(Going, Document)>,
) -> impl IntoView {
    let (fields, roles) = (asked_fields(&going), asked_roles(&going));
    let (asks_fields, asks_roles) = (!fields.is_empty(), !roles.is_empty());
    let currency = going.deal.value("currency").clone();
    let draft = Draft::new(Document::from_iter([("currency".to_owned(), currency)]));
    let people = Draft::new(Document::new());
    let end = End::of(&going);
    let lacking = RwSignal::new(false);
    let mark = match going.kind() {
        "lost" => k::board::MARK_LOST.get().to_owned(),
        "won" => k::deals::MARK_WON.get().to_owned(),
        _ => k::deals::move_to(&going.stage.title(&stage::OBJECT)),
    };
    let needs = k::deals::needs_text(&going.deal.title(&OBJECT));
    let inputs = fields.clone();
    let pickers = roles.clone();
    let kept = StoredValue::new(going);
    let save = move || {
        let told = told_of(draft, people, &fields, &roles);
        lacking.set(told.is_none());
        let why = end.told();
        let (Some(mut told), Some(why)) = (told, why) else {
            return;
        };
        told.extend(why);
        open.set(false);
        on_go.run((kept.get_value(), told));
    };
    let picker = move |role: &'static str| {
        let label = TextProp::from(move || k::deals::role_who(&role_words(role)));
        view! { <ReferenceInput label hint="".into() name=role required=true draft=people error=Signal::stored(None) target=&contact::OBJECT/> }
    };
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); save(); }>
            <Show when=move || lacking.get()><Banner text=k::deals::FILL_ALL tone=Tone::Bad/></Show>
            {(asks_fields || asks_roles).then(|| view! { <p class="secondary">{needs}</p> })}
            {asks_fields.then(|| view! { <RecordForm object=&OBJECT fields=inputs draft errors=FormErrors::default() autofocus=true/> })}
            {pickers.into_iter().map(picker).collect_view()}
            {kept.with_value(|going| going.is_lost() || going.owes_reason()).then(|| view! { <EndInputs end/> })}
            <div class="row-end">
                <Button label=k::common::CANCEL on_press=move |()| open.set(false)/>
                <Button label=mark variant=Variant::Primary submit=true/>
            </div>
        </form>
    }
}

/// What was filled in; none while something is missing.
fn told_of(draft: Draft, people: Draft, fields: &[&str], roles: &[&str]) -> Option<Document> {
    let mut written = draft.body();
    written.retain(|name, _| fields.contains(&name.as_str()));
    let named = people.body();
    if fields.iter().any(|name| !written.contains_key(*name))
        || roles.iter().any(|role| !named.contains_key(*role))
    {
        return None;
    }
    let mut told = Document::new();
    if !written.is_empty() {
        told.insert("fields".to_owned(), store::nested(written));
    }
    if !named.is_empty() {
        let one = |(role, id): (String, Value)| json!({ "contact_id": id, "role": role });
        told.insert("contacts".to_owned(), named.into_iter().map(one).collect());
    }
    Some(told)
}

/// Why a deal ends, as it is being written.
#[derive(Clone, Copy)]
struct End {
    lost: bool,
    asked: bool,
    reasons: StoredValue<Vec<String>>,
    reason: RwSignal<String>,
    comment: RwSignal<String>,
    rival: Draft,
    missing: RwSignal<bool>,
}

impl End {
    fn of(going: &Going) -> Self {
        Self {
            lost: going.is_lost(),
            asked: going.is_lost() || going.owes_reason(),
            reasons: StoredValue::new(going.reasons()),
            reason: RwSignal::default(),
            comment: RwSignal::default(),
            rival: Draft::new(Document::new()),
            missing: RwSignal::new(false),
        }
    }

    /// The members of the verb; none while the reason is missing.
    fn told(self) -> Option<Document> {
        let mut told = Document::new();
        if !self.asked {
            return Some(told);
        }
        let why = self.reason.with_untracked(|text| text.trim().to_owned());
        self.missing.set(why.is_empty());
        if why.is_empty() {
            return None;
        }
        told.insert("reason".to_owned(), why.into());
        let comment = self.comment.with_untracked(|text| text.trim().to_owned());
        if !comment.is_empty() {
            told.insert("comment".to_owned(), comment.into());
        }
        told.extend(self.rival.body());
        Some(told)
    }
}

#[component]
fn EndInputs(end: End) -> impl IntoView {
    let error = Signal::derive(move || {
        let missing = end.missing.get();
        missing.then(|| k::board::REASON_MISSING.get().to_owned())
    });
    let listed = end.reasons.with_value(|all| !all.is_empty());
    let choices = Signal::derive(move || {
        let none = Choice::new("", k::deals::CHOOSE_REASON.get());
        let all = end.reasons.get_value();
        let all = all
            .into_iter()
            .map(|reason| Choice::new(reason.clone(), reason));
        std::iter::once(none).chain(all).collect::<Vec<_>>()
    });
    let usual = move |word: Key| {
        let pressed = move || end.reason.with(|now| now == word.get());
        view! {
            <button type="button" class="btn small" aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_| { end.reason.set(word.get().to_owned()); end.missing.set(false); }>{word}</button>
        }
    };
    let reason = if listed {
        view! { <Select label=k::board::REASON value=end.reason choices error required=true/> }
            .into_any()
    } else {
        view! {
            <TextInput label=k::board::REASON value=end.reason error required=true autofocus=true/>
            {end.lost.then(|| view! { <div class="row" role="group" aria-label=k::board::REASON>{REASONS.map(usual)}</div> })}
        }
        .into_any()
    };
    let rival_label = TextProp::from(move || labels::field(&OBJECT, "lost_to_id"));
    view! {
        {reason}
        {(end.lost && is_open(&OBJECT, "lost_to_id")).then(|| view! {
            <ReferenceInput label=rival_label hint="".into() name="competitor_id" required=false draft=end.rival error=Signal::stored(None) target=&competitor::OBJECT/>
        })}
        {is_open(&OBJECT, "closed_note").then(|| view! { <TextArea label=k::deals::COMMENT value=end.comment limit=2_000_usize/> })}
    }
}

#[cfg(test)]
mod tests {
    use super::Going;
    use crate::records::Record;
    use serde_json::{Value, json};

    fn going(status: &str, kind: &str, more: Value) -> Going {
        let record = |value: Value| serde_json::from_value::<Record>(value).unwrap();
        let mut stage = json!({ "id": "s", "kind": kind });
        if let (Some(stage), Some(more)) = (stage.as_object_mut(), more.as_object()) {
            stage.extend(more.clone());
        }
        Going {
            deal: record(json!({ "status": status, "contact_roles": ["user"] })),
            stage: record(stage),
            pipeline: None,
        }
    }

    #[test]
    fn picks_the_verb() {
        for (from, to, verb) in [
            ("open", "open", "move"),
            ("open", "won", "win"),
            ("open", "lost", "lose"),
            ("won", "open", "reopen"),
            ("lost", "won", "win"),
        ] {
            assert_eq!(going(from, to, json!({})).verb(), verb, "{from} to {to}");
        }
    }

    #[test]
    fn asks_for_what_is_missing() {
        let needs = json!({ "required_fields": ["amount", "role:user", "role:champion"] });
        let going = going("open", "open", needs);
        assert_eq!(going.missing(), ["amount", "role:champion"]);
        assert!(going.asks());
    }
}
