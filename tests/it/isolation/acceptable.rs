//! Bodies that operations take.

use chrono::Utc;
use relasi_domain::OBJECTS;
use relasi_tests::{Client, Method};
use serde_json::{Value, json};
use uuid::Uuid;

use super::SECRET;
use crate::bodies::{first_stage, id, make, minimal};

/// A body that the operation takes, so that nothing but the id is in its way.
pub fn acceptable(stranger: &Client, method: &Method, path: &str) -> Value {
    let parts: Vec<&str> = path.trim_start_matches("/api/v1/").split('/').collect();
    match (parts[0], parts.last().copied().unwrap_or_default()) {
        ("deals", "move" | "reopen") => json!({"stage_id": first_stage(stranger)["id"]}),
        ("activities", "repeat") => json!({"recurrence": null}),
        ("activities", "change-series") => json!({"scope": "all", "changes": {}}),
        ("activities", "end-series") => json!({"scope": "all"}),
        ("activities", "reminders") => json!({"items": []}),
        ("leads", "move") => json!({"status": "working"}),
        ("leads", "qualify") => json!({"stage": "mql"}),
        ("leads", "tick") => json!({"item_id": Uuid::now_v7(), "done": true}),
        ("contacts" | "companies" | "leads", "merge") => {
            let object = match parts[0] {
                "contacts" => "contact",
                "leads" => "lead",
                _ => "company",
            };
            json!({"loser_id": make(stranger, object)["id"], "loser_version": 1})
        }
        ("job-schedules", "{id}") => json!({"paused": true}),
        ("call-list-entries", "log") => json!({"outcome": "reached"}),
        ("call-list-entries", "move") => json!({"state": "skipped"}),
        ("forms", "release" | "discard") => json!({"submission_id": Uuid::now_v7()}),
        ("inbound-hooks", "replay") => json!({"request_id": Uuid::now_v7()}),
        ("email-accounts", "{id}") => json!({"sender_name": "Stolen"}),
        ("contacts" | "leads", "emails") => {
            json!({"to": ["a@x.example"], "subject": "Stolen", "text": "Stolen"})
        }
        ("webhook-endpoints" | "inbound-hooks", "{id}") => json!({"state": "paused"}),
        ("webhook-endpoints", "resend") => json!({"delivery_id": Uuid::now_v7()}),
        ("webhook-endpoints", "replay") => json!({"since": Utc::now()}),
        ("quality-steps", "findings") => json!({"text": "Stolen", "severity": "low"}),
        (
            "quality-audits" | "business-calendars" | "routing-rules" | "score-rules" | "forms"
            | "booking-pages" | "call-lists" | "apps" | "files" | "passkeys" | "consent-purposes"
            | "retention-rules" | "processing-entries",
            "{id}",
        )
        | ("roles", _) => {
            json!({"name": "Stolen"})
        }
        ("workspace", "security") => {
            json!({"require_second_factor": false, "allowed_networks": []})
        }
        ("quality-steps", "{id}") => json!({"state": "done"}),
        ("quality-findings", "{id}") => json!({"text": "Stolen"}),
        ("deals" | "quotes", "lines") => json!({"lines": []}),
        ("pipelines", "merge-reasons") => json!({"kind": "lost", "from": ["a"], "to": "Stolen"}),
        ("deals", "lose") | ("quotes", "reject") | ("leads", "return" | "disqualify") => {
            json!({"reason": "No budget"})
        }
        ("members", "hand-over") | ("work-profiles", "{id}") => json!({}),
        ("members", _) => json!({"role": "read_only"}),
        ("comments", "{id}") | (_, "comments") => json!({"body": "Stolen"}),
        (plural, "{id}") if *method == Method::PUT => {
            let object = OBJECTS
                .iter()
                .find(|object| object.plural == plural)
                .expect("an object");
            let mut whole = minimal(stranger, object.name);
            let members = whole.as_object_mut().unwrap();
            members.retain(|name, _| {
                object
                    .field(name)
                    .is_some_and(|f| f.write == relasi_domain::field::Write::Always)
            });
            whole
        }
        ("imports", "sheets") => json!({"sheet": 1, "object": "contact"}),
        (plural, "{id}") if *method == Method::PATCH && plural != "imports" => {
            let object = OBJECTS
                .iter()
                .find(|object| object.plural == plural)
                .expect("an object");
            json!({object.title: "Stolen"})
        }
        _ => json!({}),
    }
}

/// A role with the secret for its name.
pub(super) fn role(client: &Client) -> String {
    let body = json!({"name": SECRET, "rights": {"records": {"see": "own"}}});
    id(&client.post("roles", &body).ok(201))
}
