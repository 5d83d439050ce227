//! The figures that somebody who sells, leads or owns looks at, in one answer.

use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use relasi_app::insight::board::{self, Of, Request};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "insight";
pub(super) const KINDS: [&str; 3] = ["workspace", "team", "person"];

pub(super) fn register(api: &mut Api) {
    schemas(api);
    let day = || json!({"type": "string", "format": "date"});
    let get = Operation::get("/insight/sales-board", TAG, "get_sales_board", "The sales board")
        .about(
            "Quota, won, forecast, close rate, activities and deals that need attention of a period beside another one: of \
             whom suits the caller when nobody is named, by team and person where there are more. Every figure says of how \
             many records it is made and opens them by a filter of the list of deals; `activities` by one of activities. \
             Forbidden for roles that may not see amounts or how deals end. Formulas: `docs/insight.md`.",
        )
        .query("from", "The first day, in the time zone of the workspace; the first of this quarter if not said.", day())
        .query("to", "The day after the last one; three months after `from` if not said.", day())
        .query("against_from", "The first day of the period beside it; that before if not said.", day())
        .query("against_to", "The day after its last one; to be said together.", day())
        .query("kind", "Whose: all that the caller sees, a team, a person with those who report to them.", json!({"type": "string", "enum": KINDS}))
        .query("id", "Which team or person.", json!({"type": "string", "format": "uuid"}))
        .returns(200, "The board.", reference("SalesBoard"));
    api.add(get, get_board);
}

fn schemas(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let some_text = |about: &str| json!({"type": ["string", "null"], "description": about});
    let day = |about: &str| json!({"type": "string", "format": "date", "description": about});
    let all = |about: &str, of: &str| -> Value {
        json!({"type": "array", "description": about, "items": reference(of)})
    };
    api.schema("SalesBoardLine", json!({
        "type": "object", "description": "The figures of somebody.", "required": ["kind", "id", "label", "figures"],
        "properties": {
            "kind": {"type": "string", "enum": KINDS, "description": "All that the caller sees, a team, a person."},
            "id": {"type": ["string", "null"], "format": "uuid", "description": "The team or person; null for all, and for deals of nobody."},
            "label": some_text("What they are called."),
            "figures": all("`quota`, `won`, `won_before`, `attainment`, `gap`, `commit`, `best_case`, `pipeline`, `weighted`, `call`, `coverage`, `won_count`, `open_count`, `close_rate`, `close_rate_before`, `activities`, `activities_before`, `attention`; without those whose fields the caller may not see.", "SalesFigure")
        }
    }));
    api.schema("SalesBoardChoice", json!({
        "type": "object", "description": "A team or person that can be asked for.", "required": ["id", "label", "team_id"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "Which one."}, "label": text("What they are called."),
            "team_id": {"type": ["string", "null"], "format": "uuid", "description": "The team of a person."}
        }
    }));
    api.schema("SalesBoard", json!({
        "type": "object", "description": "The sales board.",
        "required": ["audience", "from", "to", "against", "zone", "currency", "lacking", "filter", "teams", "people", "total", "by_team", "by_person", "formulas"],
        "properties": {
            "audience": {"type": "string", "enum": ["seller", "lead", "owner"], "description": "For whom it is chosen when nobody says whose: who sells, who leads others, who sees and settles everything."},
            "from": day("The first day."), "to": day("The day after the last one."),
            "against": {"type": "object", "description": "The period beside it.", "required": ["from", "to"], "properties": {"from": day("The first day."), "to": day("The day after the last one.")}},
            "zone": text("The time zone in which these are meant."), "currency": text("In which all amounts are; ISO 4217."),
            "lacking": {"type": "array", "description": "Currencies of deals for which there is no rate; these are left out.", "items": {"type": "string"}},
            "filter": text("The filter that takes what it is about, for reports about the same; empty for all."),
            "teams": all("Teams that can be asked for.", "SalesBoardChoice"), "people": all("People who can be asked for.", "SalesBoardChoice"),
            "total": reference("SalesBoardLine"), "by_team": all("By team, where there is more than one.", "SalesBoardLine"),
            "by_person": all("By person, where there may be more than one.", "SalesBoardLine"),
            "formulas": {"type": "object", "description": "What each figure means, in the caller's language.", "additionalProperties": {"type": "string"}}
        }
    }));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    against_from: Option<NaiveDate>,
    against_to: Option<NaiveDate>,
    kind: Option<String>,
    id: Option<String>,
}

/// Whose figures are asked for.
pub(super) fn of(kind: Option<&str>, id: Option<&str>) -> Result<Option<Of>, Fault> {
    let id = || {
        let id = id.and_then(|id| Uuid::try_parse(id).ok());
        id.ok_or_else(|| Fault::at("?id", "no_such_record"))
    };
    Ok(match kind {
        None => None,
        Some("workspace") => Some(Of::Everything),
        Some("team") => Some(Of::Team(id()?)),
        Some("person") => Some(Of::Person(id()?)),
        Some(_) => {
            let fault = Fault::at("?kind", "not_a_choice");
            return Err(fault.with("choices", KINDS.join(", ")));
        }
    })
}

async fn get_board(
    caller: Caller,
    http: HttpRequest,
    Query(query): Query<BoardQuery>,
) -> Result<HttpResponse, Problem> {
    let against = match (query.against_from, query.against_to) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => return Err(Problem::fault(Fault::at("?against_to", "not_a_period"))),
    };
    let request = Request {
        from: query.from,
        to: query.to,
        against,
        of: of(query.kind.as_deref(), query.id.as_deref()).map_err(Problem::fault)?,
        zone: caller.zone().unwrap_or(chrono_tz::UTC),
    };
    let language = caller.language(&http);
    let found = caller
        .read_much(move |work| board::board(work, &request))
        .await?;
    Ok(HttpResponse::Ok().json(board::shown_in(&found, language)))
}
