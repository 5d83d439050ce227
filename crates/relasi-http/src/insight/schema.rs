//! Schemas of scores, queues and reviews.

use relasi_domain::insight::quality::{OBJECTS, Queue, SEVERITIES, STATES, STEPS};
use serde_json::{Value, json};

use crate::{
    api::Api,
    records::schema::{anything, reference},
};

/// The objects that are measured.
pub(super) fn objects() -> Value {
    json!({"type": "string", "enum": OBJECTS.map(|object| object.name), "description": "Whose records."})
}

fn queues() -> Vec<Value> {
    let all = OBJECTS.iter().flat_map(|object| Queue::of(object));
    let mut all: Vec<Queue> = all.copied().collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|queue| json!(queue)).collect()
}

fn id(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn day(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date", "description": about})
}

fn time(about: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": about})
}

fn some_time(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

fn text(about: &str, max: usize) -> Value {
    json!({"type": "string", "maxLength": max, "description": about})
}

fn whole(about: &str) -> Value {
    json!({"type": "integer", "format": "int64", "description": about})
}

fn share(about: &str) -> Value {
    json!({"type": ["integer", "null"], "minimum": 0, "maximum": 10_000, "description": format!("{about}, in ten-thousandths; null where there is nothing to measure.")})
}

fn named(name: &str, about: &str) -> Value {
    let mut codes: Vec<&str> = match name {
        "state" => STATES.to_vec(),
        "step" => STEPS.to_vec(),
        _ => SEVERITIES.to_vec(),
    };
    codes.dedup();
    json!({"type": "string", "enum": codes, "description": about})
}

pub(super) fn register(api: &mut Api) {
    register_scores(api);
    register_settings(api);
    register_audits(api);
    register_steps(api);
    register_changes(api);
}

fn register_scores(api: &mut Api) {
    api.schema("QualityPoint", json!({
        "type": "object", "description": "What was measured on a day.",
        "required": ["day", "measured_at", "records", "complete", "valid", "unique", "fresh", "score"],
        "properties": {
            "day": {"type": "string", "format": "date", "description": "The day (UTC)."},
            "measured_at": time("When exactly."), "records": whole("Records that were looked at."),
            "complete": share("Fields that should be filled and are"),
            "valid": share("Records with nothing wrong"), "unique": share("Records without an open pair"),
            "fresh": share("Records touched within twelve months"), "score": share("The weighted mean")
        }
    }));
    api.schema("QualityQueue", json!({
        "type": "object", "description": "Something to work through.", "required": ["queue", "count", "filter"],
        "properties": {
            "queue": {"type": "string", "enum": queues(), "description": "Which one."},
            "count": {"type": ["integer", "null"], "description": "Records at the last measurement, null before the first; pairs as of now, up to 1,000."},
            "filter": {"type": ["string", "null"], "description": "Its records in the ordinary list; null for pairs, and where no field is asked for."}
        }
    }));
    api.schema("QualityOfObject", json!({
        "type": "object", "description": "How good the records of an object are.",
        "required": ["object", "last", "before", "queues", "lacking"],
        "properties": {
            "object": objects(),
            "last": {"description": "The last measurement; null before the first.", "oneOf": [reference("QualityPoint"), {"type": "null"}]},
            "before": share("The score a month before, or the oldest one since"),
            "queues": {"type": "array", "description": "What there is to do.", "items": reference("QualityQueue")},
            "lacking": {"type": "object", "description": "Records that lack a field, by its name.", "additionalProperties": {"type": "integer"}}
        }
    }));
    api.schema("Quality", json!({
        "type": "object", "description": "How good the records are.", "required": ["objects", "job_id"],
        "properties": {
            "objects": {"type": "array", "description": "By object.", "items": reference("QualityOfObject")},
            "job_id": some_id("A measurement that waits or runs.")
        }
    }));
}

fn register_settings(api: &mut Api) {
    let weight = |about: &str| json!({"type": "integer", "minimum": 0, "maximum": 100, "description": about});
    api.schema("QualityMeasure", json!({
        "type": "object", "description": "How the records of an object are measured.",
        "required": ["weights", "fields"], "additionalProperties": false,
        "properties": {
            "weights": {
                "type": "object", "description": "How much each share counts; not all 0.",
                "required": ["complete", "valid", "unique", "fresh"], "additionalProperties": false,
                "properties": {"complete": weight("Of `complete`."), "valid": weight("Of `valid`."), "unique": weight("Of `unique`."), "fresh": weight("Of `fresh`.")}
            },
            "fields": {"type": "array", "maxItems": 40, "description": "Fields that should be filled, custom ones as `custom.tier`.", "items": {"type": "string"}}
        }
    }));
    let each = OBJECTS.map(|object| (object.name.to_owned(), reference("QualityMeasure")));
    api.schema("QualitySettings", json!({
        "type": "object", "description": "How each object is measured.", "additionalProperties": false,
        "properties": serde_json::Map::from_iter(each)
    }));
}

fn register_audits(api: &mut Api) {
    api.schema("QualityAudit", json!({
        "type": "object", "description": "A guided review of all data.",
        "required": ["id", "version", "name", "owner_id", "due_date", "created_at", "created_by", "finished_at", "finished_by", "scores", "reaudit_date"],
        "properties": {
            "id": id("The review."), "version": whole("Counts up on every change of the review itself; also the ETag."),
            "name": text("What it is called.", 200), "owner_id": id("Who answers for it."),
            "due_date": day("When it should be finished."), "created_at": time("When it was begun."), "created_by": some_id("By whom."),
            "finished_at": some_time("When it was finished; null while it is open."), "finished_by": some_id("By whom."),
            "scores": anything("`QualityPoint`s by object as they were when it was finished; null while it is open."),
            "reaudit_date": day("When the next one is due."),
            "steps": {"type": "array", "description": "The seven steps; not in a list.", "items": reference("QualityStep")}
        }
    }));
    api.schema("NewQualityAudit", json!({
        "type": "object", "description": "What makes a review.", "required": ["name"], "additionalProperties": false,
        "properties": {
            "name": text("What it is called.", 200),
            "owner_id": some_id("Who answers for it and does its steps; the caller when left out."),
            "due_date": day("When it should be finished.")
        }
    }));
}

fn register_steps(api: &mut Api) {
    api.schema("QualityStep", json!({
        "type": "object", "description": "A step of a review.",
        "required": ["id", "audit_id", "number", "step", "version", "state", "reason", "owner_id", "due_date"],
        "properties": {
            "id": id("The step."), "audit_id": id("The review."), "number": whole("Its place, from 1 on."),
            "step": named("step", "What is done in it."), "version": whole("Counts up on every change."),
            "state": named("state", "Where it stands."),
            "reason": {"type": ["string", "null"], "description": "Why it was skipped."},
            "owner_id": some_id("Who does it."), "due_date": day("When it should be done."),
            "findings": {"type": "array", "description": "What came to light; only within a review.", "items": reference("QualityFinding")}
        }
    }));
    let some = |about: &str| json!({"type": ["string", "null"], "description": about});
    api.schema("QualityFinding", json!({
        "type": "object", "description": "What came to light in a step.",
        "required": ["id", "step_id", "version", "text", "severity", "object", "record_id", "queue", "resolved_at", "created_at", "created_by"],
        "properties": {
            "id": id("The finding."), "step_id": id("The step."), "version": whole("Counts up on every change."),
            "text": text("What was found.", 2_000), "severity": named("severity", "How much it matters."),
            "object": some("Whose records it is about."), "record_id": some_id("The record that shows it."),
            "queue": some("The queue that it is in."), "resolved_at": some_time("When it was put right."),
            "created_at": time("When it was written down."), "created_by": some_id("By whom.")
        }
    }));
    api.schema("NewQualityFinding", json!({
        "type": "object", "description": "What makes a finding.", "required": ["text", "severity"], "additionalProperties": false,
        "properties": {
            "text": text("What was found.", 2_000), "severity": named("severity", "How much it matters."),
            "object": some("Whose records it is about; needed with a record or a queue."),
            "record_id": some_id("A record that shows it."), "queue": some("A queue that it is in.")
        }
    }));
}

fn register_changes(api: &mut Api) {
    let patch = |about: &str, properties: Value| json!({"type": "object", "description": about, "additionalProperties": false, "properties": properties});
    api.schema("QualityAuditPatch", patch("Changes of a review; what is left out stays.", json!({
        "name": text("What it is called.", 200), "owner_id": id("Who answers for it."),
        "due_date": day("When it should be finished."), "reaudit_date": day("When the next one is due; of a finished one.")
    })));
    api.schema(
        "QualityAuditFinish",
        patch(
            "How a review is finished.",
            json!({
                "reaudit_date": day("When the next one is due; in a year when left out.")
            }),
        ),
    );
    api.schema("QualityStepPatch", patch("Changes of a step; what is left out stays.", json!({
        "state": named("state", "Where it stands."),
        "reason": {"type": ["string", "null"], "maxLength": 500, "description": "Why it is skipped; needed then."},
        "owner_id": some_id("Who does it."), "due_date": day("When it should be done.")
    })));
    api.schema("QualityFindingPatch", patch("Changes of a finding; what is left out stays.", json!({
        "text": text("What was found.", 2_000), "severity": named("severity", "How much it matters."),
        "resolved": {"type": "boolean", "description": "Whether it is put right."}
    })));
}
