//! Schemas of call lists and of working on them.

use relasi_domain::interaction::call_list::{MAX_MEMBERS, MAX_NAME, MAX_SCRIPT, OBJECTS, State};
use serde_json::{Value, json};

use crate::{
    api::Api,
    events::schema::{id, object, some_text, some_time, text, time, whole},
    records::schema::reference,
};

fn some_id(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "uuid", "description": about})
}

fn partial(about: &str, properties: &Value) -> Value {
    json!({"type": "object", "description": about, "additionalProperties": false, "properties": properties})
}

fn writable() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "description": "Its name."},
        "script": {"type": ["string", "null"], "maxLength": MAX_SCRIPT, "description": "What to say."},
        "owner_id": id("Who answers for it; who makes it when nobody is named."),
        "team_id": some_id("The team that works on it."),
        "members": {"type": "array", "maxItems": MAX_MEMBERS, "description": "Who works on it beside them.", "items": {"type": "string", "format": "uuid"}}
    })
}

pub(super) fn register(api: &mut Api) {
    let people = OBJECTS.map(|object| object.name);
    let of = json!({"type": "string", "enum": people, "description": "What stands in it."});
    let patch = partial(
        "What changes a call list; what is left out stays.",
        &writable(),
    );
    api.schema("CallListPatch", patch);
    let mut new = writable();
    new["object"] = of.clone();
    let mut new = partial("What makes a call list.", &new);
    new["required"] = json!(["name", "object"]);
    api.schema("NewCallList", new);
    let progress = json!({
        "total": whole("All of them."), "waiting": whole("Still to be called."), "later": whole("To be called again at a time."),
        "done": whole("Called."), "skipped": whole("Not called."),
        "reached": whole("How many of the last calls count as reached, by their outcome."),
        "outcomes": {"type": "object", "description": "How the last calls went: how many by outcome.", "additionalProperties": {"type": "integer", "description": "How many."}}
    });
    let progress = object(
        "How far it has come, as far as one sees its people.",
        progress,
    );
    api.schema("CallListProgress", progress);
    let mut list = writable();
    list["object"] = of;
    list["id"] = id("The list.");
    list["version"] = whole("Counts up on every change of the list itself.");
    list["progress"] = reference("CallListProgress");
    list["created_at"] = time("When it was made.");
    list["created_by"] = id("By whom.");
    list["updated_at"] = time("When it was last changed.");
    api.schema(
        "CallList",
        object("People who are called one after the other.", list),
    );
    register_entry(api);
}

fn register_entry(api: &mut Api) {
    let states = State::ALL.map(State::code);
    let entry = json!({
        "id": id("The entry."), "list_id": id("The list."), "record_id": id("Who is called: a contact or a lead."),
        "title": text("What they are called; empty for roles that do not see it."),
        "place": whole("Its place in the list."),
        "state": {"type": "string", "enum": states, "description": "Where it stands."},
        "call_at": some_time("When they are called again."),
        "taken_by": some_id("Who has them before them."), "taken_until": some_time("Until when nobody else gets them."),
        "calls": whole("How often they were called from this list."),
        "activity_id": some_id("The last call."), "worked_by": some_id("Who worked on it last."), "worked_at": some_time("When.")
    });
    api.schema("CallListEntry", object("Somebody in a call list.", entry));
    let maybe = |name: &str, about: &str| json!({"oneOf": [reference(name), {"type": "null"}], "description": about});
    let next = json!({
        "entry": maybe("CallListEntry", "Who is called; null when nobody is left for now."),
        "next_at": some_time("When somebody is to be called again, when nobody is left for now."),
        "list": reference("CallList")
    });
    api.schema("NextCall", object("Who is called next.", next));
    let step = json!({
        "kind": {"type": ["string", "null"], "enum": ["task", "call", "meeting", null], "description": "A task when nothing is said."},
        "subject": text("What it is about."), "due_at": time("When it is due.")
    });
    let mut step = partial("Something to do after a call.", &step);
    step["required"] = json!(["subject", "due_at"]);
    api.schema("CallNextStep", step);
    let call = json!({
        "outcome": text("How it went: an outcome of calls."),
        "duration_minutes": {"type": ["integer", "null"], "description": "How long it took."},
        "subject": some_text("What it was about; the name of the list when nothing is said."),
        "body": some_text("What was said."),
        "call_again_at": some_time("When to call again; they come back then."),
        "next_step": maybe("CallNextStep", "What comes of it."),
        "custom": {"type": ["object", "null"], "description": "Fields that the workspace has added to activities."}
    });
    let mut call = partial("What came of a call.", &call);
    call["required"] = json!(["outcome"]);
    api.schema("LoggedCall", call);
    let left = json!({
        "entry": reference("CallListEntry"), "activity": reference("Activity"),
        "next_step": maybe("Activity", "What comes of it.")
    });
    api.schema("LoggedEntry", object("What a logged call left.", left));
    let to = json!({
        "state": {"type": "string", "enum": ["waiting", "later", "skipped"], "description": "Where it goes."},
        "call_at": some_time("With `later`: when.")
    });
    let mut to = partial("Where an entry goes without a call.", &to);
    to["required"] = json!(["state"]);
    api.schema("CallListMove", to);
}
