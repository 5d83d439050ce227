//! What apps of others were used for.

use actix_web::{HttpResponse, web::Path};
use serde_json::json;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::{Caller, Person},
    platform::jobs::NewestFirst,
    problem::Problem,
    records::parse_id,
};

const ABOUT: &str = "For 30 days. A request appears about a second after its answer.";

pub fn register(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let number = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    api.schema("AppRequest", json!({
        "type": "object", "description": "A request that came from an app.",
        "required": ["id", "at", "method", "route", "status", "micros", "ip", "request_id", "user_id"],
        "properties": {
            "id": id("Its place in the list."),
            "at": {"type": "string", "format": "date-time", "description": "When it came."},
            "method": text("Its method."),
            "route": text("The route that answered, with names in the place of ids."),
            "status": number("HTTP status of the answer."),
            "micros": number("How long it took, in microseconds."),
            "ip": text("From which address."),
            "request_id": text("Its id in logs and in the audit log."),
            "user_id": id("For whom it called.")
        }
    }));
    let all = Operation::get(
        "/apps/{id}/requests",
        "apps",
        "list_app_requests",
        "What an app was used for",
    )
    .about(&format!(
        "By everybody who let it in; for those who may change settings. {ABOUT}"
    ))
    .returns(200, "A page.", NewestFirst::schema("AppRequest"));
    api.add(NewestFirst::document(all), list_all);
    let own = Operation::get(
        "/connected-apps/{id}/requests",
        "apps",
        "list_connected_app_requests",
        "What an app that one has let in was used for",
    )
    .about(&format!(
        "In one's own name, while it is connected. {ABOUT}"
    ))
    .returns(200, "A page.", NewestFirst::schema("AppRequest"));
    api.add(NewestFirst::document(own), list_own);
}

async fn list_all(
    caller: Caller,
    id: Path<String>,
    Query(query): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let identity = &caller.state.identity;
    let items = identity.app_requests(&caller.principal, id, (before, limit), caller.now);
    Ok(NewestFirst::answer(&items.await?, limit))
}

async fn list_own(
    Person(caller): Person,
    id: Path<String>,
    Query(query): Query<NewestFirst>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (before, limit) = query.limits()?;
    let identity = &caller.state.identity;
    let items = identity.connected_app_requests(&caller.principal, id, (before, limit), caller.now);
    Ok(NewestFirst::answer(&items.await?, limit))
}
