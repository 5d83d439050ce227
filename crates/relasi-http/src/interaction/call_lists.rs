//! Call lists, and working on them.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    interaction::call_list::{self, Call, CallListPatch, Move, NewCallList},
    records::Work,
};
use relasi_domain::{
    fault::Fault,
    interaction::call_list::{MAX_ENTRIES, State},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "call lists";
const ALL: &str = "/call-lists";
const ONE: &str = "/call-lists/{id}";
const ENTRY: &str = "/call-list-entries/{id}";

pub(super) fn register(api: &mut Api) {
    let all = Operation::get(ALL, TAG, "list_call_lists", "People who are called one after the other")
        .about("The lists that one works on: their own, those they are named in, those of their teams; all for those who may change settings.")
        .returns(200, "A page, the newest first.", NewestFirst::schema("CallList"));
    api.add(NewestFirst::document(all), list);
    let make = Operation::post(ALL, TAG, "create_call_list", "Make a call list")
        .about(&format!(
            "People come onto it by a bulk operation (`call_list`): those that are named, or all of a filter as it is at that time; at most {MAX_ENTRIES}, each once."
        ))
        .body(reference("NewCallList"))
        .returns(201, "The list.", reference("CallList"));
    api.add(make, create);
    let get = Operation::get(ONE, TAG, "get_call_list", "Get a call list").returns(
        200,
        "The list.",
        reference("CallList"),
    );
    api.add(get, find);
    let patch = Operation::patch(ONE, TAG, "update_call_list", "Change a call list")
        .about("By its owner, and by those who may change settings.")
        .if_match()
        .body(reference("CallListPatch"))
        .returns(200, "The list.", reference("CallList"));
    api.add(patch, change);
    let remove = Operation::delete(ONE, TAG, "delete_call_list", "Remove a call list")
        .about("The calls stay. By its owner, and by those who may change settings.")
        .if_match()
        .returns_nothing("It is gone.");
    api.add(remove, delete);
    register_entries(api);
}

fn register_entries(api: &mut Api) {
    let states = State::ALL.map(State::code);
    let all = Operation::get(&format!("{ONE}/entries"), TAG, "list_call_list_entries", "Who stands in a call list")
        .about("In their order. Who lies in the trash, or may not be seen, is left out.")
        .query("state", "Only those.", json!({"type": "string", "enum": states}))
        .query("limit", "Entries per page.", json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}))
        .query("after", "`next_after` of the page before.", json!({"type": "integer", "minimum": 0}))
        .returns(200, "A page.", json!({
            "type": "object", "description": "A page, in the order of the list.", "required": ["items", "next_after"],
            "properties": {
                "items": {"type": "array", "description": "The entries.", "items": reference("CallListEntry")},
                "next_after": {"type": ["integer", "null"], "description": "Where the next page begins; null on the last one."}
            }
        }));
    api.add(all, entries);
    let next_one = Operation::post(&format!("{ONE}/next"), TAG, "take_next_of_call_list", "Take who is called next")
        .about("Nobody else gets them for 15 minutes. Asked again, it is the same one until they are called, put aside or given back. Who is to be called again by now comes first.")
        .returns(200, "Who is called.", reference("NextCall"));
    api.add(next_one, next);
    let log_one = Operation::post(&format!("{ENTRY}/log"), TAG, "log_call_of_entry", "Log a call and go on")
        .about("Writes the call, what comes of it and the entry in one transaction: `done`, or `later` with `call_again_at`. 409 `call_entry_taken` while somebody else has them, `call_entry_done` once they were called or are skipped.")
        .body(reference("LoggedCall"))
        .returns(200, "What it left.", reference("LoggedEntry"));
    api.add(log_one, log);
    let move_one = Operation::post(&format!("{ENTRY}/move"), TAG, "move_call_list_entry", "Put somebody aside, or back")
        .about("`waiting` gives back or opens again, `later` needs `call_at`, `skipped` is not called. 409 `call_entry_taken` while somebody else has them.")
        .body(reference("CallListMove"))
        .returns(200, "The entry.", reference("CallListEntry"));
    api.add(move_one, move_to);
    let remove = Operation::delete(
        ENTRY,
        TAG,
        "delete_call_list_entry",
        "Take somebody off a call list",
    )
    .about("By those who may change the list. The calls stay.")
    .returns_nothing("They are off the list.");
    api.add(remove, delete_entry);
}

async fn list(caller: Caller, page: Query<NewestFirst>) -> Result<HttpResponse, Problem> {
    let (before, limit) = page.0.limits()?;
    let found = caller
        .read(move |work| call_list::list(work, before, limit))
        .await?;
    Ok(NewestFirst::answer(&found, limit))
}

async fn create(caller: Caller, body: Body<NewCallList>) -> Result<HttpResponse, Problem> {
    let make =
        |work: &mut Work<'_>, new: &_| call_list::create(work, new).map(|made| (made.id, made));
    caller.make(body, ALL, make).await
}

async fn find(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let find =
        |work: &mut Work<'_>, id| call_list::find(work, id).map(|found| (found.version, found));
    caller.show(&id, find).await
}

async fn change(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
    body: Body<CallListPatch>,
) -> Result<HttpResponse, Problem> {
    caller.change(&id, version, body, call_list::change).await
}

async fn delete(
    caller: Caller,
    id: Path<String>,
    version: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller.remove(&id, version, call_list::delete).await
}

/// Query parameters of entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryQuery {
    state: Option<String>,
    limit: Option<u32>,
    after: Option<i64>,
}

async fn entries(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<EntryQuery>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (limit, after) = (query.limit.unwrap_or(50), query.after.unwrap_or(0));
    if !(1..=200).contains(&limit) {
        let fault = Fault::at("?limit", "out_of_range").with("max", 200);
        return Err(Problem::fault(fault));
    }
    let state = query.state.as_deref().map(State::of);
    if state == Some(None) {
        let choices = State::ALL.map(State::code).join(", ");
        let fault = Fault::at("?state", "not_a_choice").with("choices", choices);
        return Err(Problem::fault(fault));
    }
    let items = caller
        .read(move |work| call_list::entries(work, id, state.flatten(), after, limit))
        .await?;
    let full = items.len() >= limit as usize;
    let next = items.last().filter(|_| full).map(|last| last.place);
    Ok(HttpResponse::Ok().json(json!({"items": items, "next_after": next})))
}

/// A body that says nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn next(
    caller: Caller,
    id: Path<String>,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| call_list::next(work, id).map(|next| done(&next));
    caller.write(&body.bytes, work).await
}

async fn log(caller: Caller, id: Path<String>, body: Body<Call>) -> Result<HttpResponse, Problem> {
    let (id, call) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| call_list::log(work, id, &call).map(|left| done(&left));
    caller.write(&body.bytes, work).await
}

async fn move_to(
    caller: Caller,
    id: Path<String>,
    body: Body<Move>,
) -> Result<HttpResponse, Problem> {
    let (id, to) = (parse_id(&id)?, body.value);
    let work =
        move |work: &mut Work<'_>| call_list::move_to(work, id, &to).map(|moved| done(&moved));
    caller.write(&body.bytes, work).await
}

async fn delete_entry(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let work = move |work: &mut Work<'_>| {
        call_list::remove(work, id)?;
        Ok(Answer::nothing())
    };
    caller.write(&[], work).await
}

fn done(what: &impl Serialize) -> Answer {
    Answer {
        status: 200,
        body: json!(what).to_string(),
        ..Answer::default()
    }
}
