//! What people agreed to, and the purposes that they are asked for.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    idempotency::Answer,
    people::consent::{self, NewNote, NewPurpose, PurposePatch, Subject},
    records::Work,
};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::{Body, Query},
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{parse_id, schema::reference},
};

const TAG: &str = "consent";

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let all = "/consent-purposes";
    let list = Operation::get(all, TAG, "list_consent_purposes", "What data of people is used for")
        .about("Retired ones last.")
        .returns(200, "The purposes.", json!({
            "type": "object", "description": "The purposes.", "required": ["items"],
            "properties": {"items": {"type": "array", "description": "The purposes.", "items": reference("ConsentPurpose")}}
        }));
    api.add(list, get_purposes);
    let create = Operation::post(all, TAG, "create_consent_purpose", "Make a purpose")
        .about("For those who may change settings. 409 `too_many_purposes` from 50 on.")
        .body(reference("NewConsentPurpose"))
        .returns(201, "The purpose.", reference("ConsentPurpose"));
    api.add(create, create_purpose);
    let patch = Operation::patch(
        "/consent-purposes/{id}",
        TAG,
        "update_consent_purpose",
        "Change or retire a purpose",
    )
    .about("For those who may change settings. What was noted keeps the wording that was shown.")
    .if_match()
    .body(reference("ConsentPurposePatch"))
    .returns(200, "The purpose.", reference("ConsentPurpose"));
    api.add(patch, change_purpose);
    register_of(api, consent::CONTACT);
    register_of(api, consent::LEAD);
}

/// Registers the consents of one object's records.
fn register_of(api: &mut Api, of: Subject) {
    let (name, plural) = (of.object.name, of.object.plural);
    let path = format!("/{plural}/{{id}}/consents");
    let get = Operation::get(&path, TAG, &format!("get_consents_of_{name}"), &format!("What a {name} agreed to"))
        .about("How each purpose and channel stands, and everything that was noted, the newest first, of those too who were merged into the person.")
        .returns(200, "The consents.", reference("Consents"));
    api.add(get, move |caller: Caller, id: Path<String>| {
        get_consents(caller, of, id)
    });
    let note = Operation::post(&path, TAG, &format!("note_consent_of_{name}"), &format!("Note what a {name} agreed to or took back"))
        .about("For those who may change the record. Nothing is overwritten: the newest note counts. 409 `purpose_retired` when consent is given to a retired purpose; it can still be taken back.")
        .body(reference("NewConsent"))
        .returns(201, "The consents.", reference("Consents"));
    api.add(
        note,
        move |caller: Caller, id: Path<String>, body: Body<NewNote>| add_note(caller, of, id, body),
    );
    // Contacts were asked about first.
    let operation = if name == "contact" {
        "may_contact".to_owned()
    } else {
        format!("may_contact_{name}")
    };
    let may = Operation::get(
        &format!("/{plural}/{{id}}/may-contact"),
        TAG,
        &operation,
        &format!("Whether a {name} may be contacted"),
    )
    .about("Asked by whoever is about to send something.")
    .query(
        "purpose",
        "Id of the purpose.",
        json!({"type": "string", "format": "uuid"}),
    )
    .query("channel", "The channel.", json!({"type": "string"}))
    .returns(200, "The answer.", reference("MayContact"));
    api.add(
        may,
        move |caller: Caller, id: Path<String>, asked: Query<Asked>| {
            get_may_contact(caller, of, id, asked)
        },
    );
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn maybe(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn id_of(about: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": about})
}

fn channels(about: &str) -> Value {
    let known: Vec<&str> = consent::channels().collect();
    json!({"type": "array", "description": about, "items": {"type": "string", "enum": known}})
}

fn purpose_members() -> Value {
    json!({
        "name": text("What it is called."),
        "description": text("What is done, in words."),
        "legal_basis": {"type": "string", "enum": consent::BASES, "description": "On what the use of data rests."},
        "channels": channels("Channels that are used for it."),
        "wording": text("What people are shown when they are asked.")
    })
}

fn register_schemas(api: &mut Api) {
    let instant =
        |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let mut whole = purpose_members();
    whole["id"] = id_of("The purpose.");
    whole["version"] =
        json!({"type": "integer", "format": "int64", "description": "Counts up with each change."});
    whole["wording_version"] = json!({"type": "integer", "format": "int64", "description": "Counts the changes of the wording."});
    whole["retired"] =
        json!({"type": "boolean", "description": "Nobody is asked for it any more."});
    whole["created_at"] = instant("When it was made.");
    let required: Vec<String> = whole
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    api.schema("ConsentPurpose", json!({
        "type": "object", "description": "What data of people is used for.", "required": required, "properties": whole
    }));
    api.schema("NewConsentPurpose", json!({
        "type": "object", "description": "A new purpose.", "required": ["name", "legal_basis", "channels"], "properties": purpose_members()
    }));
    let mut patch = purpose_members();
    patch["retired"] =
        json!({"type": "boolean", "description": "Whether nobody is asked for it any more."});
    api.schema("ConsentPurposePatch", json!({
        "type": "object", "description": "What changes; what is left out stays.", "properties": patch
    }));
    api.schema("NewConsent", json!({
        "type": "object", "description": "What somebody agreed to or took back.", "required": ["purpose_id", "state"], "properties": {
            "purpose_id": id_of("For what."),
            "channels": channels("By which channels; all of the purpose when none is named."),
            "state": {"type": "string", "enum": ["given", "withdrawn"], "description": "Agreed or taken back."},
            "at": instant("When; now unless it is said."),
            "source": {"type": "string", "enum": consent::SOURCES, "description": "How; `api` unless it is said."},
            "proof": text("The text that was shown; that of the purpose unless it is said."),
            "note": text("What else there is to say."),
            "ip": text("From which network address it came."),
            "file_id": id_of("A file of the contact that proves it.")
        }
    }));
    api.schema("ConsentNote", json!({
        "type": "object", "description": "Something that was noted.",
        "required": ["id", "purpose_id", "channel", "state", "at", "source", "proof", "proof_version", "note", "ip", "file_id", "recorded_at", "recorded_by"],
        "properties": {
            "id": id_of("The note."), "purpose_id": id_of("For what."), "channel": text("By which channel."),
            "state": {"type": "string", "enum": ["given", "withdrawn"], "description": "Agreed or taken back."},
            "at": instant("When it was said."), "source": text("How."),
            "proof": maybe("The text that was shown."),
            "proof_version": {"type": ["integer", "null"], "format": "int64", "description": "Which version of the purpose's wording that was."},
            "note": maybe("What else there is to say."), "ip": maybe("From which network address."),
            "file_id": {"type": ["string", "null"], "format": "uuid", "description": "A file that proves it."},
            "recorded_at": instant("When it was noted."), "recorded_by": id_of("By whom.")
        }
    }));
    api.schema("ConsentState", json!({
        "type": "object", "description": "How a purpose and channel stand.", "required": ["purpose_id", "channel", "state", "since", "allowed"],
        "properties": {
            "purpose_id": id_of("The purpose."), "channel": text("The channel."),
            "state": {"type": "string", "enum": ["given", "withdrawn", "never_asked"], "description": "How it stands."},
            "since": {"type": ["string", "null"], "format": "date-time", "description": "Since when."},
            "allowed": {"type": "boolean", "description": "Whether the person may be contacted."}
        }
    }));
    let list = |about: &str, of: &str| json!({"type": "array", "description": about, "items": reference(of)});
    api.schema("Consents", json!({
        "type": "object", "description": "What a person agreed to.", "required": ["purposes", "current", "history", "asked_to_be_erased"],
        "properties": {
            "purposes": list("The purposes.", "ConsentPurpose"), "current": list("How each stands.", "ConsentState"),
            "history": list("What was noted, the newest first.", "ConsentNote"),
            "asked_to_be_erased": {"type": "boolean", "description": "An address or number is that of somebody who asked to be erased."}
        }
    }));
    api.schema("MayContact", json!({
        "type": "object", "description": "Whether a person may be contacted.", "required": ["allowed", "reason"], "properties": {
            "allowed": {"type": "boolean", "description": "Whether one may."},
            "reason": {"type": "string", "description": "Why.", "enum": ["given", "withdrawn", "never_asked", "other_basis", "purpose_retired", "channel_not_used", "in_trash"]}
        }
    }));
}

async fn get_purposes(caller: Caller) -> Result<HttpResponse, Problem> {
    let items = caller.read_short(consent::list).await?;
    Ok(HttpResponse::Ok().json(json!({"items": items})))
}

async fn create_purpose(caller: Caller, body: Body<NewPurpose>) -> Result<HttpResponse, Problem> {
    let new = body.value;
    let work =
        move |work: &mut Work<'_>| Ok(Answer::versioned(201, &json!(consent::create(work, &new)?)));
    caller.write(&body.bytes, work).await
}

async fn change_purpose(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<PurposePatch>,
) -> Result<HttpResponse, Problem> {
    let (id, patch) = (parse_id(&id)?, body.value);
    let work = move |work: &mut Work<'_>| {
        let purpose = consent::change(work, id, version, &patch)?;
        Ok(Answer::versioned(200, &json!(purpose)))
    };
    caller.write(&body.bytes, work).await
}

async fn get_consents(
    caller: Caller,
    of: Subject,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let vault = caller.state.webhooks.vault.clone();
    let view = caller
        .read_short(move |work| consent::view(work, &vault, of, id))
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

async fn add_note(
    caller: Caller,
    of: Subject,
    id: Path<String>,
    body: Body<NewNote>,
) -> Result<HttpResponse, Problem> {
    let (id, new) = (parse_id(&id)?, body.value);
    let vault = caller.state.webhooks.vault.clone();
    let work = move |work: &mut Work<'_>| {
        consent::note(work, of, id, &new)?;
        let view = consent::view(work, &vault, of, id)?;
        Ok(Answer {
            status: 201,
            body: json!(view).to_string(),
            ..Answer::default()
        })
    };
    caller.write(&body.bytes, work).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    purpose: Option<Uuid>,
    channel: Option<String>,
}

async fn get_may_contact(
    caller: Caller,
    of: Subject,
    id: Path<String>,
    Query(asked): Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let missing = |name: &str| Problem::fault(Fault::at(format!("?{name}"), "required"));
    let purpose = asked.purpose.ok_or_else(|| missing("purpose"));
    let channel = asked.channel.ok_or_else(|| missing("channel"));
    let (purpose, channel) = match (purpose, channel) {
        (Ok(purpose), Ok(channel)) => (purpose, channel),
        (Err(problem), _) | (_, Err(problem)) => {
            // Whoever may not know of the person learns nothing else.
            caller
                .read_short(move |work| work.get(of.object, id).map(drop))
                .await?;
            return Err(problem);
        }
    };
    let verdict = caller
        .read_short(move |work| consent::may_contact_record(work, of, id, &channel, purpose))
        .await?;
    Ok(HttpResponse::Ok().json(verdict))
}
