//! Schemas of forms and of what was sent.

use relasi_app::marketing::form::{MAX_NAME, STATES};
use relasi_domain::marketing::form::{
    MAX_CONSENTS, MAX_LONG, MAX_ORIGINS, MAX_QUESTIONS, MAX_SHORT,
};
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::schema::{id, object, some_text, some_time, text, time, whole},
    records::schema::reference,
};

pub(super) fn words(about: &str, max: usize) -> Value {
    let text = |about: &str| json!({"type": "string", "maxLength": max, "description": about});
    json!({"type": "object", "description": about, "additionalProperties": false, "properties": {
        "en": text("In English."), "id": text("In Indonesian."), "th": text("In Thai.")
    }})
}

pub(super) fn partial(about: &str, properties: &Value) -> Value {
    json!({"type": "object", "description": about, "additionalProperties": false, "properties": properties})
}

/// The questions and consents of forms and booking pages.
pub(super) fn asked() -> (Value, Value) {
    let mut question = partial(
        "A field of the lead.",
        &json!({
            "field": text("The field, `custom.tier` for one of the workspace's own. Text, numbers, days, yes or no, choices, addresses and numbers can be asked."),
            "label": words("What is asked; the name of the field when nothing is said.", MAX_SHORT),
            "help": words("What helps to answer.", MAX_LONG),
            "required": {"type": "boolean", "description": "Whether an answer is needed."}
        }),
    );
    question["required"] = json!(["field"]);
    let mut consent = partial(
        "A box to tick, never ticked before.",
        &json!({
            "purpose_id": id("The purpose."),
            "text": words("What one agrees to; kept as proof.", MAX_LONG),
            "required": {"type": "boolean", "description": "Whether the form is only taken with it."}
        }),
    );
    consent["required"] = json!(["purpose_id", "text"]);
    let questions = json!({"type": "array", "maxItems": MAX_QUESTIONS, "description": "In their order.", "items": question});
    let consents = json!({"type": "array", "maxItems": MAX_CONSENTS, "description": "What one may agree to.", "items": consent});
    (questions, consents)
}

fn design() -> Value {
    let (questions, consents) = asked();
    partial(
        "All that a form shows and asks.",
        &json!({
            "title": words("The heading.", MAX_SHORT),
            "intro": words("What stands below it.", MAX_LONG),
            "questions": questions,
            "consents": consents,
            "button": words("What stands on the button.", MAX_SHORT),
            "thanks": words("What is said afterwards.", MAX_LONG),
            "redirect_url": some_text("Where one is led afterwards in place of the thanks; `https` only."),
            "origins": {"type": "array", "maxItems": MAX_ORIGINS, "description": "Web sites that may show the form within their pages: `https://kopi.example`.", "items": {"type": "string"}},
            "source": some_text("Source that its leads get."),
            "campaign": some_text("Campaign that its leads get.")
        }),
    )
}

pub(super) fn register(api: &mut Api) {
    api.schema("FormDesign", design());
    let name = json!({"type": "string", "minLength": 1, "maxLength": MAX_NAME, "description": "What it is called by those who work with it."});
    let active = json!({"type": "boolean", "description": "Whether it takes answers."});
    let writable = json!({"name": name, "design": reference("FormDesign"), "active": active});
    let mut new = partial(
        "What makes a form; a plain one when no design is given.",
        &writable,
    );
    new["required"] = json!(["name"]);
    api.schema("NewForm", new);
    api.schema(
        "FormPatch",
        partial("What changes a form; what is left out stays.", &writable),
    );
    let mut whole_form = writable;
    whole_form["id"] = id("The form.");
    whole_form["version"] = whole("Counts up on every change.");
    whole_form["slug"] = text("The end of its address, `/f/<slug>`.");
    whole_form["created_at"] = time("When it was made.");
    whole_form["created_by"] = id("By whom; leads are made by their rights.");
    whole_form["updated_at"] = time("When it was last changed.");
    whole_form["held"] = whole("Submissions that wait for somebody to look at them.");
    api.schema("Form", object("A form on the web.", whole_form));
    register_submission(api);
}

fn register_submission(api: &mut Api) {
    let consent = object(
        "What was agreed to.",
        json!({
            "purpose_id": id("The purpose."), "text": text("The words that were shown."), "language": text("Their language.")
        }),
    );
    let some_id =
        |about: &str| json!({"type": ["string", "null"], "format": "uuid", "description": about});
    let submission = json!({
        "id": id("The submission."), "received_at": time("When it came."),
        "state": {"type": "string", "enum": STATES, "description": "`taken`, it made a lead; `added`, it added to an open one of the same address; `held`, it waits for somebody to look at it."},
        "reason": some_text("Why it is held: `trap`, a field was filled in that people do not see; `too_fast`; `links`, it names many; `refused`, the workspace's rules refuse the lead; `nobody_here`."),
        "answers": {"type": "object", "description": "Members of the lead."},
        "consents": {"type": "array", "description": "What was agreed to, as proof.", "items": consent},
        "language": text("The language of the page."), "referrer": some_text("The page that led to the form."),
        "lead_id": some_id("The lead."), "decided_at": some_time("When somebody let it through."), "decided_by": some_id("Who.")
    });
    api.schema(
        "Submission",
        object("Something that was sent to a form.", submission),
    );
}
