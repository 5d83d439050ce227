//! Schemas of bulk operations.

use serde_json::{Value, json};

use crate::{
    api::Api,
    records::schema::{anything, reference},
};

const OBJECTS: [&str; 7] = [
    "contact", "company", "lead", "deal", "product", "quote", "activity",
];
/// The same, and what else is given to another owner when somebody leaves.
const WORKED_ON: [&str; 8] = [
    "contact",
    "company",
    "lead",
    "deal",
    "activity",
    "contact_role",
    "relationship",
    "tag",
];
const ACTIONS: [&str; 9] = [
    "edit",
    "owner",
    "tag",
    "stage",
    "reason",
    "call_list",
    "delete",
    "restore",
    "export",
];

pub(super) fn register(api: &mut Api) {
    api.schema("BulkOrder", order());
    api.schema("BulkPreview", preview());
    api.schema("BulkCounts", counts());
    api.schema("BulkUndoCounts", undo_counts());
    api.schema("BulkOperation", operation());
}

fn number(about: &str) -> Value {
    json!({"type": "integer", "description": about})
}

fn text(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn time(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn choice(codes: &[&str], about: &str) -> Value {
    json!({"type": "string", "enum": codes, "description": about})
}

fn order() -> Value {
    json!({
        "type": "object", "description": "What is to be done to which records.", "required": ["object", "action", "target"],
        "properties": {
            "object": choice(&OBJECTS, "What the records are."),
            "action": choice(&ACTIONS, "What is done: `edit` fields, give to another `owner`, `tag`, move deals to a `stage`, give closed ones another `reason`, put people onto a `call_list`, `delete` into the trash, `restore` from it, `export` into a file."),
            "parameters": {
                "type": "object", "additionalProperties": true,
                "description": "What the action needs. `edit`: `changes`, a merge patch. `owner`: `owner_id`. `tag`: `add` and `remove`, lists of tags. `stage`: `stage_id`, and `lost_reason` for a stage that means lost, `won_reason` for one that means won. `reason`: `lost_reason`, `won_reason` or both. `call_list`: `list_id`, a list of the same kind of people. `export`: `columns`, names of fields, all when empty; `language` of headings; `format`, one of `csv`, `xlsx`, `vcard` and `vcard3` (contacts), `ical` (activities)."
            },
            "target": {
                "type": "object", "description": "Which records: `ids`, or all of the list that the others describe.",
                "properties": {
                    "ids": {"type": ["array", "null"], "minItems": 1, "maxItems": 1000, "description": "The records themselves.", "items": {"type": "string", "format": "uuid"}},
                    "filter": text("Filter in the filter grammar."),
                    "q": text("Search text."),
                    "sort": text("Order of the rows of an export.")
                }
            }
        }
    })
}

fn preview() -> Value {
    json!({
        "type": "object", "description": "How many records an operation would concern.", "required": ["matched", "permitted"],
        "properties": {"matched": reference("Count"), "permitted": reference("Count")}
    })
}

fn counts() -> Value {
    json!({
        "type": "object", "description": "What became of the records.", "required": ["total", "done", "unchanged", "refused"],
        "properties": {
            "total": number("Records that the target reaches."),
            "done": number("Were changed, or stand in the exported file."),
            "unchanged": number("Were as wanted already."),
            "refused": number("Stay as they are; `/refused` says why.")
        }
    })
}

fn undo_counts() -> Value {
    json!({
        "type": "object", "description": "What an undo did.", "required": ["restored", "kept"],
        "properties": {
            "restored": number("Records that got back what they had."),
            "kept": number("Records left as they are: changed since, or out of reach of who undoes.")
        }
    })
}

fn operation() -> Value {
    json!({
        "type": "object", "description": "Work on many records at once.",
        "required": ["id", "object", "action", "parameters", "target", "state", "counts", "undo_counts", "undo_until", "error", "job_id", "created_at", "created_by", "updated_at", "finished_at"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The operation; the history of records names it as `bulk:<id>`."},
            "object": choice(&WORKED_ON, "What the records are."),
            "action": choice(&ACTIONS, "What is done."),
            "parameters": anything("What the action needs."),
            "target": {
                "type": "object", "description": "Which records.", "required": ["selected", "filter", "q", "sort"],
                "properties": {
                    "selected": {"type": ["integer", "null"], "description": "How many were named; null for a list."},
                    "filter": text("Filter of the list."),
                    "q": text("Search text of the list."),
                    "sort": text("Order of the list.")
                }
            },
            "state": choice(&["running", "done", "failed", "cancelled", "undoing", "undone"], "Where it stands."),
            "counts": reference("BulkCounts"),
            "undo_counts": {"oneOf": [reference("BulkUndoCounts"), {"type": "null"}], "description": "What the undo has done so far."},
            "undo_until": time("Until when it can be undone; null when there is nothing to undo."),
            "error": text("Code of the error that ended the last job."),
            "job_id": {"type": ["string", "null"], "format": "uuid", "description": "The last job."},
            "created_at": time("When it was asked for."),
            "created_by": {"type": "string", "format": "uuid", "description": "By whom."},
            "updated_at": time("Last change."),
            "finished_at": time("When its run ended.")
        }
    })
}
