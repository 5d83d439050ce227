//! Schemas of pairs, reasons and thresholds.

use serde_json::{Value, json};

use crate::{api::Api, records::schema::reference};

/// The objects whose records are compared.
pub(super) fn objects() -> Value {
    json!({"type": "string", "enum": ["contact", "company", "lead"], "description": "Whose records."})
}

/// A contact, a company or a lead.
pub(super) fn either(about: &str) -> Value {
    json!({"description": about, "oneOf": [reference("Contact"), reference("Company"), reference("Lead")]})
}

pub(super) fn register(api: &mut Api) {
    let score = || json!({"type": "integer", "minimum": 0, "maximum": 100, "description": "How likely both are the same."});
    let sure = || json!({"type": "boolean", "description": "From the threshold of certainty on."});
    let reasons = || json!({"type": "array", "description": "Why, the weightiest first.", "items": reference("DuplicateReason")});
    api.schema("DuplicateReason", json!({
        "type": "object", "description": "A point for or against two records being the same.",
        "required": ["field", "agreement", "points"],
        "properties": {
            "field": {"type": "string", "description": "`name`, `email`, `phone`, `domain`, `tax_id`, `birth_date`, `company`, `address`, `city`, `postal_code`, `country`, or the name of a field of the workspace's own that marks duplicates, such as `custom.member_no`."},
            "agreement": {"type": "string", "enum": ["same", "swapped", "similar", "sound", "part", "different"], "description": "`swapped` the same words in another order, `sound` spoken alike, `part` one has a part of the other."},
            "points": {"type": "integer", "description": "What it adds to the score."}
        }
    }));
    api.schema("Similar", json!({
        "type": "object", "description": "A record like one that is not saved yet.",
        "required": ["object", "id", "title", "score", "sure", "reasons", "record"],
        "properties": {
            "object": objects(),
            "id": {"type": "string", "format": "uuid", "description": "The record."},
            "title": {"type": "string", "description": "Its name."},
            "score": score(), "sure": sure(), "reasons": reasons(), "record": either("The record itself.")
        }
    }));
    let time = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    api.schema("DuplicatePair", json!({
        "type": "object", "description": "Two records that may be the same.",
        "required": ["id", "object", "score", "sure", "reasons", "state", "found_at", "decided_at", "decided_by", "records"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The pair."},
            "object": objects(), "score": score(), "sure": sure(), "reasons": reasons(),
            "state": {"type": "string", "enum": ["open", "not_same", "merged"], "description": "What somebody decided."},
            "found_at": time("When it was found first."),
            "decided_at": time("When somebody decided."),
            "decided_by": {"type": ["string", "null"], "format": "uuid", "description": "Who decided."},
            "records": {"type": "array", "minItems": 2, "maxItems": 2, "description": "Both records.", "items": either("A record.")}
        }
    }));
    let limit = |about: &str| json!({"type": "integer", "minimum": 1, "maximum": 100, "description": about});
    api.schema("DuplicateThresholds", json!({
        "type": "object", "description": "From which scores on pairs are shown and count as certain.",
        "required": ["review", "sure"], "additionalProperties": false,
        "properties": {"review": limit("Pairs below are not shown."), "sure": limit("Pairs from here on are as good as certain; not below `review`.")}
    }));
    register_merges(api);
}

fn register_merges(api: &mut Api) {
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let time = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let who =
        |about: &str| json!({"type": ["string", "null"], "format": "uuid", "description": about});
    api.schema("Merge", json!({
        "type": "object", "description": "Two records that became one.",
        "required": ["id", "object", "survivor_id", "loser_id", "merged_at", "merged_by", "undone_at", "undone_by", "undoable_until"],
        "properties": {
            "id": id("The merge."), "object": objects(),
            "survivor_id": id("The record that stayed."), "loser_id": id("The record that went into the trash."),
            "merged_at": time("When."), "merged_by": who("By whom."),
            "undone_at": time("When it was undone."), "undone_by": who("By whom it was undone."),
            "undoable_until": time("Until when it can be undone.")
        }
    }));
    api.schema("MergeOrder", json!({
        "type": "object", "description": "What is merged into the record of the path.",
        "required": ["loser_id", "loser_version"], "additionalProperties": false,
        "properties": {
            "loser_id": id("The record that goes into the trash."),
            "loser_version": {"type": "integer", "description": "Its version."},
            "fields": {
                "type": "object", "description": "Whose value a field gets. Without a choice the record keeps what it has, takes over what it has not, and lists are joined.",
                "additionalProperties": {"type": "string", "enum": ["survivor", "loser", "both"]}
            }
        }
    }));
    api.schema("MergeLeft", json!({
        "type": "object", "description": "What an undo left as it is, because it was changed since.",
        "required": ["object", "id", "title", "field"],
        "properties": {
            "object": {"type": "string", "description": "Its object."}, "id": id("The record."),
            "title": {"type": "string", "description": "Its name."}, "field": {"type": "string", "description": "The field that kept its value."}
        }
    }));
}
