//! Verbs of leads, their checklist, and whom they look like.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    records::Work,
    sales::lead::{
        checklist::{self, NewChecklist},
        convert, hand_off, matches, undo, verbs,
    },
};
use relasi_domain::{
    record::Document,
    sales::{checklist::Stage, lead::OBJECT},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lead_schemas;
use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

const TAG: &str = "leads";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToStatus {
    status: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Qualified {
    stage: Stage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticked {
    item_id: Uuid,
    done: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) fn register(api: &mut Api) {
    lead_schemas::register(api);
    register_states(api);
    register_hand_off(api);
    register_conversion(api);
    register_checklist(api);
}

pub(super) fn object(about: &str, required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "description": about, "required": required, "additionalProperties": false, "properties": properties})
}

fn nothing() -> Value {
    object("Nothing.", &[], &json!({}))
}

fn reason(about: &str) -> Value {
    object(
        "Why.",
        &["reason"],
        &json!({"reason": {"type": "string", "maxLength": 250, "description": about}}),
    )
}

pub(super) fn id_of(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

pub(super) fn stages(about: &str) -> Value {
    json!({"type": "string", "enum": Stage::ALL.map(Stage::code), "description": about})
}

fn verb(path: &str, id: &str, summary: &str, body: Value) -> Operation {
    Operation::post(&format!("/leads/{{id}}/{path}"), TAG, id, summary)
        .if_match()
        .body(body)
}

fn of_lead(operation: Operation) -> Operation {
    operation.returns(200, "The lead.", reference("Lead"))
}

fn register_states(api: &mut Api) {
    let status = object(
        "The state to go to.",
        &["status"],
        &json!({"status": {"type": "string", "enum": verbs::WORKABLE, "description": "The other states have verbs of their own."}}),
    );
    let moved = verb("move", "move_lead", "Move a lead to another state", status);
    api.add(
        of_lead(moved),
        |caller, id, version, body: Body<ToStatus>| {
            let status = body.value.status.clone();
            run(caller, id, version, body, move |work, id, version| {
                verbs::move_to(work, id, version, &status)
            })
        },
    );
    let stage = object(
        "By whom.",
        &["stage"],
        &json!({"stage": stages("By marketing (`mql`) or sales (`sql`).")}),
    );
    let qualify = verb("qualify", "qualify_lead", "Call a lead qualified", stage).about(
        "Refused while required items of the checklist are open: a fault `checklist_item_open` at `/checklist/{item}` for each.",
    );
    api.add(
        of_lead(qualify),
        |caller: Caller, id, version, body: Body<Qualified>| {
            let (stage, zone) = (body.value.stage, caller.zone());
            run(caller, id, version, body, move |work, id, version| {
                verbs::qualify(work, id, version, stage, zone)
            })
        },
    );
    let disqualify = verb(
        "disqualify",
        "disqualify_lead",
        "Say that nothing will come of a lead",
        reason("Why nothing will come of it."),
    );
    api.add(
        of_lead(disqualify),
        |caller, id, version, body: Body<Reason>| {
            let reason = body.value.reason.clone();
            run(caller, id, version, body, move |work, id, version| {
                verbs::disqualify(work, id, version, &reason)
            })
        },
    );
    let reopen = verb(
        "reopen",
        "reopen_lead",
        "Work on an unqualified lead again",
        nothing(),
    );
    api.add(
        of_lead(reopen),
        |caller, id, version, body: Body<Nothing>| run(caller, id, version, body, verbs::reopen),
    );
}

fn register_hand_off(api: &mut Api) {
    let order = object(
        "To whom.",
        &[],
        &json!({
            "owner_id": id_of("A member, who owns it from now on."),
            "team_id": id_of("A team, of which whoever accepts it owns it."),
            "note": {"type": "string", "maxLength": 1000, "description": "What goes along."}
        }),
    );
    let over = verb(
        "hand-off",
        "hand_off_lead",
        "Hand a lead over to sales",
        order,
    )
    .about("To a member, a team or both. Who gets it is told. One that nobody has decided on yet is handed on.");
    api.add(
        of_lead(over),
        |caller, id, version, body: Body<hand_off::Order>| {
            let order = body.value.clone();
            run(caller, id, version, body, move |work, id, version| {
                hand_off::hand_off(work, id, version, &order)
            })
        },
    );
    let accept = verb(
        "accept",
        "accept_lead",
        "Take on a lead that was handed over",
        nothing(),
    );
    api.add(
        of_lead(accept),
        |caller, id, version, body: Body<Nothing>| run(caller, id, version, body, hand_off::accept),
    );
    let back = verb(
        "return",
        "return_lead",
        "Give a lead back that was handed over",
        reason("Why it comes back."),
    )
    .about("To who had it before; also when it was accepted.");
    api.add(of_lead(back), |caller, id, version, body: Body<Reason>| {
        let reason = body.value.reason.clone();
        run(caller, id, version, body, move |work, id, version| {
            hand_off::give_back(work, id, version, &reason)
        })
    });
}

fn register_conversion(api: &mut Api) {
    let found = Operation::get(
        "/leads/{id}/matches",
        TAG,
        "list_matches_of_lead",
        "Contacts and companies that a lead may be",
    )
    .about("By the rules for duplicates, the likest first, at most ten of each.")
    .returns(200, "What looks like it.", reference("LeadMatches"));
    api.add(found, get_matches);
    let convert = verb(
        "convert",
        "convert_lead",
        "Make a contact of a lead",
        reference("LeadConversion"),
    )
    .about(
        "With its company and a deal where that is wanted, in one step that can be undone for 30 days. A contact that is \
         there gets what it lacks. Activities, comments, files and consents go along; faults of what is made point below \
         `/contact`, `/company` and `/deal`.",
    );
    api.add(
        of_lead(convert),
        |caller, id, version, body: Body<convert::Order>| {
            let order = body.value.clone();
            run(caller, id, version, body, move |work, id, version| {
                convert::convert(work, id, version, &order)
            })
        },
    );
    let undone = verb(
        "undo-conversion",
        "undo_conversion_of_lead",
        "Make a lead of a contact again",
        nothing(),
    )
    .about("For 30 days. What the conversion made goes into the trash unless somebody changed it or something belongs to it since.")
    .returns(200, "What came of it.", reference("UndoneConversion"));
    api.add(undone, undo_conversion);
}

fn register_checklist(api: &mut Api) {
    let path = "/lead-checklist";
    let get = Operation::get(
        path,
        TAG,
        "get_lead_checklist",
        "What is asked of a lead before it is qualified",
    )
    .returns(200, "The checklist.", reference("LeadChecklist"));
    api.add(get, get_checklist);
    let items = json!({"items": {"type": "array", "maxItems": relasi_domain::sales::checklist::MAX_ITEMS, "description": "All items, in their order.", "items": reference("NewLeadChecklistItem")}});
    let put = Operation::put(
        path,
        TAG,
        "set_lead_checklist",
        "Set what is asked of a lead before it is qualified",
    )
    .about("For those who may change settings. Items keep what was ticked off by their `id`; one without an `id` is new.")
    .if_match()
    .body(object("All items.", &["items"], &items))
    .returns(200, "The checklist.", reference("LeadChecklist"));
    api.add(put, set_checklist);
    let list = json!({"type": "object", "description": "The items.", "required": ["items"], "properties": {
        "items": {"type": "array", "description": "In their order.", "items": reference("LeadChecklistStanding")}
    }});
    let of = Operation::get(
        "/leads/{id}/checklist",
        TAG,
        "get_checklist_of_lead",
        "How the checklist stands with a lead",
    )
    .returns(200, "The items.", list.clone());
    api.add(of, checklist_of);
    let ticked = json!({
        "item_id": id_of("The item."),
        "done": {"type": "boolean", "description": "Whether the lead has it."}
    });
    let tick = Operation::post(
        "/leads/{id}/tick",
        TAG,
        "tick_lead",
        "Tick an item of the checklist off",
    )
    .about("409 `checklist_item_by_filter` for items that go by what the lead is like.")
    .body(object("What is done.", &["item_id", "done"], &ticked))
    .returns(200, "The items.", list);
    api.add(tick, tick_item);
}

async fn run<T>(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<T>,
    verb: impl Fn(&mut Work<'_>, Uuid, Option<i64>) -> relasi_app::Result<Document>
    + Send
    + Sync
    + 'static,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let done = verb(work, id, version)?;
        Ok(answer(work, &OBJECT, done))
    };
    caller.write(&body.bytes, work).await
}

async fn get_matches(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let found = caller
        .read_much(move |work| matches::of_lead(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn undo_conversion(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        let undone = undo::undo(work, id, version)?;
        Ok(Answer {
            status: 200,
            version: undone.lead.get("version").and_then(Value::as_i64),
            body: json!(undone).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

async fn get_checklist(caller: Caller) -> Result<HttpResponse, Problem> {
    let found = caller.read_short(checklist::read).await?;
    let version = crate::caller::etag(found.version);
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", version))
        .json(found))
}

async fn set_checklist(
    caller: Caller,
    IfMatch(version): IfMatch,
    body: Body<NewChecklist>,
) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work = move |work: &mut Work<'_>| {
        let changed = checklist::change(work, version, &new)?;
        Ok(Answer::versioned(200, &json!(changed)))
    };
    caller.write(&body.bytes, work).await
}

async fn checklist_of(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (id, zone) = (parse_id(&id)?, caller.zone());
    let items = caller
        .read_short(move |work| checklist::of_lead(work, id, zone))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn tick_item(
    caller: Caller,
    id: Path<String>,
    body: Body<Ticked>,
) -> Result<HttpResponse, Problem> {
    let (id, zone) = (parse_id(&id)?, caller.zone());
    let Ticked { item_id, done } = body.value;
    let work = move |work: &mut Work<'_>| {
        let items = checklist::tick(work, id, item_id, done, zone)?;
        Ok(Answer {
            status: 200,
            body: json!({"items": items}).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}
