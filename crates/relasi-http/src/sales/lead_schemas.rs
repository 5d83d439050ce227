//! Schemas of what leads are asked and what they become.

use serde_json::{Value, json};

use super::leads::{id_of, object, stages};
use crate::{api::Api, records::schema::reference};

pub(super) fn register(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let flag = |about: &str| json!({"type": "boolean", "description": about});
    let filter = json!({"type": ["string", "null"], "description": "What a lead must be like, in the grammar of lists; none for what somebody ticks off."});
    let mut item = json!({
        "id": id_of("Its id."), "stage": stages("For whom it is asked."), "label": text("What it is called."),
        "required": flag("Whether nobody is qualified without it."), "filter": filter
    });
    api.schema("NewLeadChecklistItem", json!({
        "type": "object", "description": "An item of the checklist.", "required": ["stage", "label"], "additionalProperties": false, "properties": item
    }));
    let all = ["id", "stage", "label", "required", "filter"];
    api.schema("LeadChecklistItem", json!({
        "type": "object", "description": "An item of the checklist.", "required": all, "properties": item
    }));
    api.schema("LeadChecklist", json!({
        "type": "object", "description": "What is asked of a lead.", "required": ["version", "items"], "properties": {
            "version": {"type": "integer", "format": "int64", "description": "Counts up with each change."},
            "items": {"type": "array", "description": "The items, in their order.", "items": reference("LeadChecklistItem")}
        }
    }));
    item["done"] = flag("Whether the lead has it.");
    item["at"] = json!({"type": ["string", "null"], "format": "date-time", "description": "When it was ticked off."});
    item["by"] = json!({"type": ["string", "null"], "format": "uuid", "description": "By whom."});
    let all: Vec<&str> = all.into_iter().chain(["done", "at", "by"]).collect();
    api.schema("LeadChecklistStanding", json!({
        "type": "object", "description": "How an item stands with a lead.", "required": all, "properties": item
    }));
    let alike = |about: &str, of: &str| json!({"type": "array", "description": about, "items": reference(of)});
    api.schema("LeadMatches", json!({
        "type": "object", "description": "What looks like a lead.", "required": ["contacts", "companies"], "properties": {
            "contacts": alike("People, the likest first.", "Similar"),
            "companies": alike("Companies, the likest first.", "Similar")
        }
    }));
    api.schema("LeadConversion", conversion());
    api.schema("ConversionLeft", json!({
        "type": "object", "description": "What stays as it is.", "required": ["object", "id", "title", "field"], "properties": {
            "object": text("Its object."), "id": id_of("The record."), "title": text("What it is called."),
            "field": {"type": ["string", "null"], "description": "The field that kept its value; null when the record as a whole stays."}
        }
    }));
    api.schema("UndoneConversion", json!({
        "type": "object", "description": "An undone conversion.", "required": ["lead", "left"], "properties": {
            "lead": reference("Lead"),
            "left": {"type": "array", "description": "What stays, because it was changed since.", "items": reference("ConversionLeft")}
        }
    }));
}

fn conversion() -> Value {
    let one = |about: &str, properties: &Value| object(about, &[], properties);
    let contact = json!({"id": id_of("One that is there.")});
    let company = json!({
        "id": id_of("One that is there."),
        "name": {"type": "string", "maxLength": 200, "description": "What a new one is called; as the lead says when it is left out."}
    });
    let deal = json!({
        "name": {"type": "string", "maxLength": 200, "description": "What it is about; the company or person when it is left out."},
        "pipeline_id": id_of("Its pipeline; the first one when it is left out."),
        "amount": {"type": "integer", "format": "int64", "description": "In minor units."},
        "currency": {"type": "string", "description": "ISO 4217; that of the pipeline when it is left out."},
        "close_date": {"type": "string", "format": "date", "description": "When it should close."}
    });
    object(
        "What a lead is to become.",
        &[],
        &json!({
            "contact": one("The person; a new one when no id is given.", &contact),
            "company": one("Their company; none when it is left out, a new one when no id is given.", &company),
            "deal": one("A deal; none when it is left out.", &deal),
            "allow_duplicates": {"type": "boolean", "description": "Makes new ones even when they look like ones that are there."}
        }),
    )
}
