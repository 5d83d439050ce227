//! Who stands above and below whom.

use actix_web::{HttpResponse, web::Path};
use relasi_app::people::structure;
use serde_json::json;

use crate::{
    api::{Api, Operation},
    caller::Caller,
    problem::Problem,
    records::{parse_id, schema::reference},
};

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let family = Operation::get(
        "/companies/{id}/family",
        "companies",
        "get_family_of_company",
        "The companies above and below a company, and the open deals of the group",
    )
    .about(
        "At most 20 companies above, 100 directly below and 500 taken together; what the caller may not see is left \
         out. Further down: the same for a company below.",
    )
    .returns(200, "The companies.", reference("CompanyFamily"));
    api.add(family, get_family);
    let line = Operation::get(
        "/contacts/{id}/reporting-line",
        "contacts",
        "get_reporting_line_of_contact",
        "To whom a person reports today, and who reports to them",
    )
    .about(
        "By relationships of the kind `reports_to`, today being the day in the caller's time zone. At most ten people \
         above and 100 directly below. Who reports to several is shown below the first by name.",
    )
    .returns(200, "The people.", reference("Tree"));
    api.add(line, get_line);
}

fn register_schemas(api: &mut Api) {
    let nodes = |about: &str| json!({"type": "array", "description": about, "items": reference("TreeNode")});
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let more = |about: &str| json!({"type": "boolean", "description": about});
    api.schema("TreeNode", json!({
        "type": "object", "description": "A company or person of a tree.",
        "required": ["id", "title", "subtitle", "has_below"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The record."},
            "title": {"type": "string", "description": "Its name."},
            "subtitle": {"type": ["string", "null"], "description": "City of a company, job title of a person."},
            "has_below": {"type": "boolean", "description": "Something is below it."}
        }
    }));
    let tree = || {
        json!({
            "above": nodes("From the top down."), "below": nodes("Directly below, by name."),
            "more": more("More are below than are told.")
        })
    };
    api.schema(
        "Tree",
        json!({
            "type": "object", "description": "What is next to a record in its tree.",
            "required": ["above", "below", "more"], "properties": tree()
        }),
    );
    let mut properties = tree();
    properties["group"] = json!({
        "type": "object", "description": "The company and all below it, taken together.",
        "required": ["companies", "more", "open"],
        "properties": {
            "companies": whole("How many, itself included."), "more": more("There are more than were taken together."),
            "open": {"type": "array", "description": "Open deals that the caller may see.", "items": {
                "type": "object", "description": "Deals of one currency.", "required": ["currency", "count", "amount"],
                "properties": {
                    "currency": {"type": "string", "description": "ISO 4217."},
                    "count": whole("Deals."), "amount": {"type": ["integer", "null"], "format": "int64", "description": "In minor units; null for who may not see amounts."}
                }
            }}
        }
    });
    api.schema(
        "CompanyFamily",
        json!({
            "type": "object", "description": "The companies next to a company.",
            "required": ["above", "below", "more", "group"], "properties": properties
        }),
    );
}

async fn get_family(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (tree, group) = caller
        .read_much(move |work| structure::family(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({
        "above": tree.above, "below": tree.below, "more": tree.more, "group": group,
    })))
}

async fn get_line(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let zone = caller.zone().unwrap_or(chrono_tz::UTC);
    let day = caller.now.with_timezone(&zone).date_naive();
    let tree = caller
        .read_much(move |work| structure::reporting_line(work, id, day))
        .await?;
    Ok(HttpResponse::Ok().json(tree))
}
