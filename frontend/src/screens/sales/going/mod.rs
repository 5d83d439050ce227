//! What is asked before a deal goes to a stage: what the stage needs, and why the deal ended.

mod asking;
mod dialog;
mod end;

use relasi_domain::field::is_nothing;
use relasi_domain::record::Document;
use relasi_domain::sales::deal_contact;
use relasi_domain::sales::{deal::OBJECT, facts, texts};
use serde_json::Value;

use crate::i18n::k;
use crate::records::fields::whole;
use crate::records::{Record, labels};

pub use asking::Asking;
pub use dialog::GoingDialog;

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
