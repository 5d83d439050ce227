//! Who can see single records, and why.

use actix_web::{HttpResponse, web::Path};
use relasi_app::interaction::who;
use relasi_domain::record::{Object, Record};
use serde_json::{Value, json};

use super::operation;
use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::{
        entries::{EntriesQuery, document_paging, next_cursor},
        parse_id,
        schema::reference,
    },
};

pub(super) fn register(api: &mut Api) {
    api.schema("RecordSeer", seer());
}

pub(super) fn register_of<R: Record>(api: &mut Api) {
    let all = operation(
        Operation::get,
        R::OBJECT,
        "access",
        "access_to",
        "Who can see",
    );
    let all = document_paging(all)
        .about(
            "Active members by name, what each may do with it and why they see it, and which of its fields their role closes \
             to them, for whoever sees it: who is a member is known to every member. Fields that are hidden from who asks are \
             not named.",
        )
        .returns(
            200,
            "A page, by name.",
            json!({
                "type": "object", "description": "A page.", "required": ["items", "next_cursor"],
                "properties": {
                    "items": {"type": "array", "description": "The members.", "items": reference("RecordSeer")},
                    "next_cursor": {"type": ["string", "null"], "description": "Cursor of the next page; null on the last one."}
                }
            }),
        );
    api.add(
        all,
        |caller: Caller, id: Path<String>, query: Query<EntriesQuery>| {
            list(R::OBJECT, caller, id, query.0)
        },
    );
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
    query: EntriesQuery,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (after, limit) = query.limits()?;
    let (items, next) = caller
        .read(move |work| who::who(work, object, id, after, limit))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items, "next_cursor": next_cursor(next)})))
}

fn seer() -> Value {
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    json!({
        "type": "object", "description": "A member who can see a record.",
        "required": ["user_id", "member_id", "full_name", "role", "role_name", "may", "reasons", "fields"],
        "properties": {
            "user_id": id("The person."),
            "member_id": id("The membership."),
            "full_name": {"type": "string", "description": "The name."},
            "role": {"type": "string", "description": "Code of a built-in role, id of another one."},
            "role_name": {"type": ["string", "null"], "description": "What a role of the workspace's own is called."},
            "may": {
                "type": "array", "description": "What they may do with it.",
                "items": {"type": "string", "enum": ["see", "edit", "delete", "export"], "description": "An action."}
            },
            "reasons": {
                "type": "array", "description": "Why they see it; each by itself would do.",
                "items": {
                    "type": "object", "description": "A reason.", "required": ["kind"],
                    "properties": {
                        "kind": {
                            "type": "string", "enum": ["owner", "team", "reports", "role", "share"],
                            "description": "It is theirs, it is their team's, its owner reports to them, their role sees all, it is shared with them."
                        },
                        "team_id": {"type": ["string", "null"], "format": "uuid", "description": "The team, with `team` and with `share` of a team."},
                        "user_id": id("With `reports`: the owner."),
                        "share_id": id("With `share`: the share."),
                        "by": id("With `share`: who gave it."),
                        "until": {"type": ["string", "null"], "format": "date-time", "description": "With `share`: until when."},
                        "may_edit": {"type": "boolean", "description": "With `share`: to change it as well."}
                    }
                }
            },
            "fields": {
                "type": "array", "description": "The fields that their role closes to them; all others they see, and change as far as the record.",
                "items": {
                    "type": "object", "description": "A field.", "required": ["field", "right"],
                    "properties": {
                        "field": {"type": "string", "description": "Its name."},
                        "right": {"type": "string", "enum": ["hidden", "see"], "description": "They know of none, or only see it."}
                    }
                }
            }
        }
    })
}
