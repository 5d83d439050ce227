//! People and competitors of a deal, and its way through the stages.

use actix_web::{HttpResponse, web::Path};
use relasi_app::sales::{moves, parts};
use relasi_domain::{
    record::Object,
    sales::{deal_competitor, deal_contact},
};
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    caller::Caller,
    problem::Problem,
    records::{included, parse_id, schema::reference},
};

pub(super) fn register(api: &mut Api) {
    let people = Operation::get(
        "/deals/{id}/contacts",
        "deals",
        "contacts_of_deal",
        "People of a deal and their roles",
    )
    .about("At most 200, whoever they belong to. Made and changed as `deal-contacts`.")
    .returns(
        200,
        "The people.",
        page("DealContact", "People in their roles."),
    );
    api.add(people, |caller: Caller, id: Path<String>| {
        list(&deal_contact::OBJECT, caller, id)
    });
    let rivals = Operation::get(
        "/deals/{id}/competitors",
        "deals",
        "competitors_of_deal",
        "Competitors in a deal",
    )
    .about("At most 200, whoever they belong to. Made and changed as `deal-competitors`.")
    .returns(
        200,
        "The competitors.",
        page("DealCompetitor", "Competitors and how it stands with them."),
    );
    api.add(rivals, |caller: Caller, id: Path<String>| {
        list(&deal_competitor::OBJECT, caller, id)
    });
    register_way(api);
    let way = Operation::get(
        "/deals/{id}/stages",
        "deals",
        "stages_of_deal",
        "The way of a deal through its stages",
    )
    .about("Its moves are only ever added to. At most the latest 1,000.")
    .returns(200, "The way.", reference("DealWay"));
    api.add(way, get_way);
}

fn page(item: &str, about: &str) -> Value {
    json!({
        "type": "object", "description": about, "required": ["items", "included"],
        "properties": {
            "items": {"type": "array", "description": about, "items": reference(item)},
            "included": {"type": "object", "additionalProperties": true, "description": "Names by plural: `id` and `title`."}
        }
    })
}

fn register_way(api: &mut Api) {
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    let id = |about: &str| json!({"type": "string", "format": "uuid", "description": about});
    let id_or_none =
        |about: &str| json!({"type": ["string", "null"], "format": "uuid", "description": about});
    api.schema("DealWay", json!({
        "type": "object", "description": "Where a deal has been.", "required": ["items", "stages", "quiet_days"],
        "properties": {
            "items": {"type": "array", "description": "Its stays, the first one first.", "items": {
                "type": "object", "description": "A stay.", "required": ["id", "from_stage_id", "to_stage_id", "at", "by", "days"],
                "properties": {
                    "id": id("The move."), "from_stage_id": id_or_none("Where it came from; null when it was made."),
                    "to_stage_id": id("Where it stayed."),
                    "at": {"type": "string", "format": "date-time", "description": "When it came."},
                    "by": id_or_none("Who moved it."),
                    "days": whole("Whole days until it went on, until now, or until it was closed.")
                }
            }},
            "stages": {"type": "array", "description": "The time in each stage that it has been in.", "items": {
                "type": "object", "description": "All stays in a stage together.", "required": ["stage_id", "days", "visits"],
                "properties": {"stage_id": id("The stage."), "days": whole("Whole days."), "visits": whole("How often it came.")}
            }},
            "quiet_days": {"type": ["integer", "null"], "format": "int64", "description": "Days since it moved or something was done; null for a closed deal."}
        }
    }));
}

async fn list(
    object: &'static Object,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let (items, named) = caller
        .read_short(move |work| parts::of_deal(work, object, id))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"items": items, "included": included(named)})))
}

async fn get_way(caller: Caller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = parse_id(&id)?;
    let way = caller
        .read_short(move |work| moves::of_deal(work, id))
        .await?;
    Ok(HttpResponse::Ok().json(way))
}
