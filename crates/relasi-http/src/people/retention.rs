//! How long records are kept, and whom nothing happens to meanwhile.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    platform::privacy::{
        Person,
        retention::{self, NewRule, RulePatch},
    },
    records::Work,
};
use relasi_domain::{people::contact, record::Record, sales::lead};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{
        parse_id,
        schema::{anything, reference},
    },
};

const TAG: &str = "personal data";

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let (all, one) = ("/retention-rules", "/retention-rules/{id}");
    let list = Operation::get(
        all,
        TAG,
        "list_retention_rules",
        "Rules by which records go",
    )
    .about("For those who may change settings.")
    .returns(200, "The rules.", items("RetentionRule"));
    api.add(list, get_rules);
    let create = Operation::post(all, TAG, "create_retention_rule", "Make a rule")
        .about("For those who may change settings; one that erases needs the right to erase people. It does not run before it is switched on. 409 `too_many_rules` from 20 on.")
        .body(reference("NewRetentionRule"))
        .returns(201, "The rule.", reference("RetentionRule"));
    api.add(create, create_rule);
    let patch = Operation::patch(
        one,
        TAG,
        "update_retention_rule",
        "Change a rule, switch it on or off",
    )
    .about("It runs each night with the rights of who changed it last.")
    .if_match()
    .body(reference("RetentionRulePatch"))
    .returns(200, "The rule.", reference("RetentionRule"));
    api.add(patch, change_rule);
    let delete = Operation::delete(one, TAG, "delete_retention_rule", "Remove a rule")
        .about("What it did stays done.")
        .if_match()
        .returns_nothing("Removed.");
    api.add(delete, delete_rule);
    let reach = Operation::get(
        "/retention-rules/{id}/preview",
        TAG,
        "preview_retention_rule",
        "How much a rule would reach now",
    )
    .returns(200, "The number.", reference("RetentionReach"));
    api.add(reach, get_reach);
    let holds = Operation::get(
        "/retention-holds",
        TAG,
        "list_retention_holds",
        "People of whom nothing is removed",
    )
    .about("For those who may change settings. The newest 500.")
    .returns(200, "The holds.", items("RetentionHold"));
    api.add(holds, get_holds);
    register_holds::<contact::Contact>(api);
    register_holds::<lead::Lead>(api);
}

/// Holds of people who are records of this object.
fn register_holds<R: Record>(api: &mut Api) {
    let (object, path) = (R::OBJECT, format!("/{}/{{id}}/hold", R::OBJECT.plural));
    let of_leads = object.name == lead::OBJECT.name;
    let about = "For those who may change settings: no rule touches the person, and nobody erases them, until the hold is lifted.";
    let also = " It holds for the contact that they become. 409 `lead_is_contact` once they have become one.";
    let about = if of_leads {
        format!("{about}{also}")
    } else {
        about.to_owned()
    };
    let hold = Operation::put(
        &path,
        TAG,
        &format!("hold_{}", object.name),
        "Hold a person",
    )
    .about(&about)
    .body(reference("HoldReason"))
    .returns_nothing("Held.");
    api.add(hold, put_hold::<R>);
    let release = Operation::delete(
        &path,
        TAG,
        &format!("release_{}", object.name),
        "Lift the hold of a person",
    )
    .returns_nothing("Lifted.");
    api.add(release, delete_hold::<R>);
}

fn items(of: &str) -> Value {
    json!({
        "type": "object", "description": "All of them.", "required": ["items"],
        "properties": {"items": {"type": "array", "description": "All of them.", "items": reference(of)}}
    })
}

fn members() -> Value {
    json!({
        "name": {"type": "string", "description": "What it is called."},
        "object": {"type": "string", "enum": ["contact", "lead", "activity", "file"], "description": "What it is for."},
        "months": {"type": "integer", "minimum": 1, "maximum": 1200, "description": "Contacts, and leads who became none: since the last contact, or the last change where there never was one. Activities: since they were done. Files: since they were added."},
        "filter": {"type": "string", "description": "Which contacts or leads; all when empty."},
        "action": {"type": "string", "enum": ["trash", "erase", "list"], "description": "`erase` is for contacts and leads; `list` only counts, for somebody to look."}
    })
}

fn register_schemas(api: &mut Api) {
    let mut whole = members();
    whole["id"] = json!({"type": "string", "format": "uuid", "description": "The rule."});
    whole["version"] =
        json!({"type": "integer", "format": "int64", "description": "Counts up with each change."});
    whole["active"] = json!({"type": "boolean", "description": "It runs each night."});
    whole["run_as"] = json!({"type": "string", "format": "uuid", "description": "Whose rights hold when it runs."});
    whole["last_run_at"] = json!({"type": ["string", "null"], "format": "date-time", "description": "When it ran last."});
    whole["last_result"] = anything("What came of that: `found`, `done`, `refused`, `held`.");
    let required: Vec<String> = whole
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    api.schema("RetentionRule", json!({"type": "object", "description": "A rule by which records go.", "required": required, "properties": whole}));
    api.schema("NewRetentionRule", json!({
        "type": "object", "description": "A new rule.", "required": ["name", "object", "months", "action"], "properties": members()
    }));
    let mut patch = members();
    if let Some(members) = patch.as_object_mut() {
        members.remove("object");
        members.insert(
            "active".into(),
            json!({"type": "boolean", "description": "Whether it runs each night."}),
        );
    }
    api.schema("RetentionRulePatch", json!({"type": "object", "description": "What changes; what is left out stays.", "properties": patch}));
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    api.schema("RetentionReach", json!({
        "type": "object", "description": "How much a rule would reach now.", "required": ["count", "more", "held"], "properties": {
            "count": whole("Records."), "more": {"type": "boolean", "description": "There are more than were counted."},
            "held": whole("How many of the first 500 are left out because of a hold.")
        }
    }));
    api.schema("HoldReason", json!({
        "type": "object", "description": "Why.", "required": ["reason"], "properties": {"reason": {"type": "string", "description": "At most 500 characters."}}
    }));
    let text = |about: &str| json!({"type": "string", "description": about});
    api.schema("RetentionHold", json!({
        "type": "object", "description": "A person of whom nothing is removed.", "required": ["contact_id", "lead_id", "title", "reason", "created_at", "created_by"],
        "properties": {
            "contact_id": {"type": ["string", "null"], "format": "uuid", "description": "The person, as a contact."},
            "lead_id": {"type": ["string", "null"], "format": "uuid", "description": "The person, as a lead alone."}, "title": text("Their name."), "reason": text("Why."),
            "created_at": {"type": "string", "format": "date-time", "description": "Since when."},
            "created_by": {"type": "string", "format": "uuid", "description": "By whom."}
        }
    }));
}

async fn get_rules(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(retention::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create_rule(caller: Caller, body: Body<NewRule>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        Ok(Answer::versioned(
            201,
            &json!(retention::create(work, &new)?),
        ))
    };
    caller.write(&body.bytes, work).await
}

async fn change_rule(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<RulePatch>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, retention::change).await
}

/// An answer without a body.
fn nothing() -> Answer {
    Answer {
        status: 204,
        ..Answer::default()
    }
}

async fn delete_rule(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, retention::delete).await
}

async fn get_reach(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let reach = caller.read(move |work| retention::reach(work, id)).await?;
    Ok(HttpResponse::Ok().json(reach))
}

async fn get_holds(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(retention::holds).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reason {
    reason: String,
}

/// Somebody who is a record of this object.
fn person<R: Record>(id: &Path<String>) -> Result<Person, Problem> {
    let id = parse_id(id)?;
    Ok(if R::OBJECT.name == lead::OBJECT.name {
        Person::lead(id)
    } else {
        Person::contact(id)
    })
}

async fn put_hold<R: Record>(
    caller: Caller,
    id: Path<String>,
    body: Body<Reason>,
) -> Result<HttpResponse, Problem> {
    let (person, reason) = (person::<R>(&id)?, body.value.reason);
    let work = move |work: &mut Work<'_>| {
        retention::hold(work, person, &reason)?;
        Ok(nothing())
    };
    caller.write(&body.bytes, work).await
}

async fn delete_hold<R: Record>(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let person = person::<R>(&id)?;
    let work = move |work: &mut Work<'_>| {
        retention::release(work, person)?;
        Ok(nothing())
    };
    caller.write(&[], work).await
}
