//! Verbs of deals.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{
    records::Work,
    sales::verbs::{self, Along, End, Known, NewRole},
};
use relasi_domain::{record::Document, sales::deal_contact::ROLES};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Body,
    caller::{Caller, IfMatch},
    problem::Problem,
    records::{answer, parse_id, schema::reference},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToStage {
    stage_id: Uuid,
    #[serde(default)]
    fields: Document,
    #[serde(default)]
    contacts: Vec<NewRole>,
}

impl ToStage {
    fn along(&self) -> Along {
        Along {
            fields: self.fields.clone(),
            contacts: self.contacts.clone(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Won {
    reason: Option<String>,
    comment: Option<String>,
    fields: Document,
    contacts: Vec<NewRole>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lost {
    reason: String,
    comment: Option<String>,
    competitor_id: Option<Uuid>,
    #[serde(default)]
    fields: Document,
    #[serde(default)]
    contacts: Vec<NewRole>,
}

/// Registers the verbs.
pub(super) fn register(api: &mut Api) {
    api.add(
        verb("move", "Move a deal to another stage", to_stage()),
        |caller, id, version, body: Body<ToStage>| {
            let to = body.value.clone();
            run(caller, id, version, body, move |work, deal| {
                verbs::move_to(work, deal, to.stage_id, &to.along())
            })
        },
    );
    api.add(
        verb("win", "Win a deal", won()),
        |caller, id, version, body: Body<Won>| {
            let won = body.value.clone();
            run(caller, id, version, body, move |work, deal| {
                win(work, deal, &won)
            })
        },
    );
    api.add(
        verb("lose", "Lose a deal", lost()),
        |caller, id, version, body: Body<Lost>| {
            let lost = body.value.clone();
            run(caller, id, version, body, move |work, deal| {
                lose(work, deal, &lost)
            })
        },
    );
    api.add(
        verb("reopen", "Open a closed deal again", to_stage()),
        |caller, id, version, body: Body<ToStage>| {
            let to = body.value.clone();
            run(caller, id, version, body, move |work, deal| {
                verbs::reopen(work, deal, to.stage_id, &to.along())
            })
        },
    );
}

fn win(work: &mut Work<'_>, deal: Known, won: &Won) -> relasi_app::Result<Document> {
    let end = End {
        reason: won.reason.clone(),
        comment: won.comment.clone(),
        competitor_id: None,
    };
    let along = Along {
        fields: won.fields.clone(),
        contacts: won.contacts.clone(),
    };
    verbs::win(work, deal, &end, &along)
}

fn lose(work: &mut Work<'_>, deal: Known, lost: &Lost) -> relasi_app::Result<Document> {
    let end = End {
        reason: Some(lost.reason.clone()),
        comment: lost.comment.clone(),
        competitor_id: lost.competitor_id,
    };
    let along = Along {
        fields: lost.fields.clone(),
        contacts: lost.contacts.clone(),
    };
    verbs::lose(work, deal, &end, &along)
}

fn verb(name: &str, summary: &str, body: Value) -> Operation {
    Operation::post(
        &format!("/deals/{{id}}/{name}"),
        "deals",
        &format!("{name}_deal"),
        summary,
    )
    .about(
        "What the stage asks for (`required_fields`) can come along in `fields` and `contacts`; what is missing is refused \
         with a fault for each, below `/fields` and at `/contacts`.",
    )
    .if_match()
    .body(body)
    .returns(200, "The deal.", reference("Deal"))
}

/// A body with its own members, and those that every verb of deals takes.
fn body(about: &str, required: &[&str], own: Value) -> Value {
    let mut properties = own;
    properties["fields"] = json!({
        "type": "object", "additionalProperties": true, "description": "Members of the deal that change along, as in a patch."
    });
    let codes: Vec<&str> = ROLES.iter().map(AsRef::as_ref).collect();
    properties["contacts"] = json!({
        "type": "array", "description": "People who get a role in the deal.", "items": {
            "type": "object", "description": "A person and their role.", "required": ["contact_id", "role"], "additionalProperties": false,
            "properties": {
                "contact_id": {"type": "string", "format": "uuid", "description": "The person."},
                "role": {"type": "string", "enum": codes, "description": "What they do in the deal."}
            }
        }
    });
    json!({"type": "object", "description": about, "required": required, "additionalProperties": false, "properties": properties})
}

fn to_stage() -> Value {
    let stage = json!({"type": "string", "format": "uuid", "description": "A stage of the deal's pipeline."});
    body(
        "The stage to go to.",
        &["stage_id"],
        json!({"stage_id": stage}),
    )
}

fn comment() -> Value {
    json!({"type": ["string", "null"], "maxLength": 2_000, "description": "What else is to be said of it."})
}

fn won() -> Value {
    let reason = json!({"type": ["string", "null"], "maxLength": 250, "description": "Why it was won: one of the pipeline's `won_reasons`, where it has some."});
    body("Why.", &[], json!({"reason": reason, "comment": comment()}))
}

fn lost() -> Value {
    let reason = json!({"type": "string", "maxLength": 250, "description": "Why the deal was lost: one of the pipeline's `lost_reasons`, where it has some."});
    let rival = json!({"type": ["string", "null"], "format": "uuid", "description": "The competitor who won it."});
    let own = json!({"reason": reason, "comment": comment(), "competitor_id": rival});
    body("Why.", &["reason"], own)
}

async fn run<T>(
    caller: Caller,
    id: Path<String>,
    IfMatch(version): IfMatch,
    body: Body<T>,
    verb: impl Fn(&mut Work<'_>, Known) -> relasi_app::Result<Document> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    caller
        .write(&body.bytes, move |work| {
            let done = verb(work, (id, version))?;
            Ok(answer(work, &relasi_domain::sales::deal::OBJECT, done))
        })
        .await
}
