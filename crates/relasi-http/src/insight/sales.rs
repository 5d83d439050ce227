//! Figures of sales.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Path},
};
use chrono::NaiveDate;
use futures_util::stream;
use relasi_app::insight::sales::{self, Request, RowsRequest, Which};
use relasi_domain::{
    fault::Fault,
    insight::sales::{REPORTS, Report},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    download,
    problem::Problem,
    records::{page, parse_id, schema::reference},
};

const TAG: &str = "insight";
const ONE: &str = "/insight/sales/{report}";

/// Query parameters of a report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    by: Option<String>,
    filter: Option<String>,
    pipeline_id: Option<String>,
}

/// Query parameters of the deals behind a figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsQuery {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    filter: Option<String>,
    stage_id: String,
    which: String,
    cursor: Option<String>,
}

fn of_period(operation: Operation) -> Operation {
    let day = || json!({"type": "string", "format": "date"});
    operation
        .query("from", "The first day, in the time zone of the workspace; the first of this quarter if not said.", day())
        .query("to", "The day after the last one; three months after `from` if not said.", day())
        .query("filter", "Only these deals (or activities, or leads), in the filter grammar.", json!({"type": "string"}))
}

fn of_report(path: &str, id: &str, summary: &str) -> Operation {
    let codes = REPORTS.map(|(_, code)| format!("`{code}`"));
    of_period(Operation::get(path, TAG, id, summary))
        .about(&format!(
            "Reports: {}. Every figure says how many records it is made of (`n`), and the filter of the list that opens \
             them. A value is null when what it would be divided by is nothing. Of deals and activities that the caller \
             may see; forbidden for roles that may not see the fields a report is made of. Formulas: `docs/insight.md`.",
            codes.join(", ")
        ))
        .query("by", "What it is grouped by, as for groups of lists: `owner_id`, `source`, `closed_at:month`; not for reports that have groups of their own.", json!({"type": "string"}))
        .query("pipeline_id", "The pipeline of `funnel`, `stage_time` and `pipeline_at`; the first one if not said.", json!({"type": "string", "format": "uuid"}))
}

pub(super) fn register(api: &mut Api) {
    schemas(api);
    api.add(
        of_report(ONE, "get_sales_report", "A report about sales").returns(
            200,
            "The report.",
            reference("SalesReport"),
        ),
        get_report,
    );
    let file = of_report(
        &format!("{ONE}/csv"),
        "get_sales_report_csv",
        "A report about sales as a file",
    )
    .returns_of(
        200,
        "A CSV file in UTF-8: a line for each figure.",
        "text/csv",
        json!({"type": "string", "description": "The file."}),
    );
    api.add(file, get_csv);
    let rows = of_period(Operation::get(
        "/insight/sales/{report}/rows",
        TAG,
        "list_sales_report_rows",
        "The deals behind a figure about a stage",
    ))
    .about("For `funnel`, `stage_time` and `pipeline_at`, whose deals no filter of the list can say; 50 a page, by id.")
    .query("stage_id", "The stage.", json!({"type": "string", "format": "uuid"}))
    .query("which", "Those that entered it, came further, stood in it before they were won, or were in it at the end of the period.", json!({"type": "string", "enum": ["entered", "further", "stood", "standing"]}))
    .query("cursor", "`next_cursor` of the page before.", json!({"type": "string"}))
    .returns(200, "A page.", reference("DealPage"));
    api.add(rows, get_rows);
}

fn schemas(api: &mut Api) {
    let text = |about: &str| json!({"type": "string", "description": about});
    let whole = |about: &str| json!({"type": "integer", "format": "int64", "description": about});
    api.schema("SalesFigure", json!({
        "type": "object", "description": "One figure.",
        "required": ["name", "unit", "currency", "value", "n", "filter"],
        "properties": {
            "name": text("Which one: `won`, `close_rate`, `median`."),
            "unit": {"type": "string", "enum": ["count", "money", "money_per_day", "share", "seconds"], "description": "Records, minor units of the currency, the same in a day, ten-thousandths, seconds."},
            "currency": {"type": ["string", "null"], "description": "ISO 4217 for money."},
            "value": {"type": ["integer", "null"], "format": "int64", "description": "The value; null when what it would be divided by is nothing."},
            "n": whole("Records that it is made of."),
            "filter": {"type": ["string", "null"], "description": "The filter that opens these in their list; null where only `rows` can say them."}
        }
    }));
    let figures = |about: &str| json!({"type": "array", "description": about, "items": reference("SalesFigure")});
    api.schema("SalesGroup", json!({
        "type": "object", "description": "What has a value in common.", "required": ["value", "label", "figures"],
        "properties": {
            "value": {"type": ["string", "boolean", "null"], "description": "A code, text, an id, the first day of a time; null for none."},
            "label": {"type": ["string", "null"], "description": "The name of the record or person, or the text."},
            "figures": figures("Its figures.")
        }
    }));
    api.schema("SalesReport", json!({
        "type": "object", "description": "A report about sales.",
        "required": ["report", "from", "to", "zone", "by", "rows_of", "figures", "groups", "formula"],
        "properties": {
            "report": text("Which one."),
            "from": {"type": "string", "format": "date", "description": "The first day."},
            "to": {"type": "string", "format": "date", "description": "The day after the last one."},
            "zone": text("The time zone in which these are meant."),
            "by": text("What the groups are by."),
            "rows_of": text("The list that the filters are of: `deals`, `activities`, `leads`."),
            "formula": text("How it is computed, in the caller's language."),
            "figures": figures("Over all groups."),
            "groups": {"type": "array", "description": "The groups, at most a hundred.", "items": reference("SalesGroup")}
        }
    }));
}

fn request(caller: &Caller, report: &str, query: ReportQuery) -> Result<Request, Problem> {
    let report = Report::parse(report).ok_or(relasi_app::Refusal::NotFound)?;
    Ok(Request {
        report,
        from: query.from,
        to: query.to,
        by: query.by,
        filter: query.filter,
        pipeline_id: query
            .pipeline_id
            .map(|id| id_at("pipeline_id", &id))
            .transpose()?,
        zone: caller.zone().unwrap_or(chrono_tz::UTC),
    })
}

fn id_at(name: &str, id: &str) -> Result<Uuid, Problem> {
    let fault = |_| Problem::fault(Fault::at(format!("?{name}"), "no_such_record"));
    Uuid::try_parse(id).map_err(fault)
}

async fn get_report(
    caller: Caller,
    http: HttpRequest,
    report: Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<HttpResponse, Problem> {
    let request = request(&caller, &report, query)?;
    let answer = caller
        .read_much(move |work| sales::report(work, &request))
        .await?;
    let formula = sales::formula(&answer, caller.language(&http));
    let mut body = json!(answer);
    body["formula"] = json!(formula);
    Ok(HttpResponse::Ok().json(body))
}

async fn get_csv(
    caller: Caller,
    http: HttpRequest,
    report: Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<HttpResponse, Problem> {
    let request = request(&caller, &report, query)?;
    let language = caller.language(&http);
    let name = format!("{}.csv", request.report.code());
    let bytes = caller
        .read_much(move |work| sales::csv(&sales::report(work, &request)?, language))
        .await?;
    Ok(download::csv(&name, stream::iter([Ok(Bytes::from(bytes))])))
}

async fn get_rows(
    caller: Caller,
    report: Path<String>,
    Query(query): Query<RowsQuery>,
) -> Result<HttpResponse, Problem> {
    let which = match query.which.as_str() {
        "entered" => Which::Entered,
        "further" => Which::Further,
        "stood" => Which::Stood,
        "standing" => Which::Standing,
        _ => {
            let fault = Fault::at("?which", "not_a_choice");
            return Err(Problem::fault(
                fault.with("choices", "entered, further, stood, standing"),
            ));
        }
    };
    let asked = ReportQuery {
        from: query.from,
        to: query.to,
        by: None,
        filter: query.filter,
        pipeline_id: None,
    };
    let request = RowsRequest {
        report: request(&caller, &report, asked)?,
        which,
        stage_id: id_at("stage_id", &query.stage_id)?,
        after: query.cursor.as_deref().map(parse_id).transpose()?,
    };
    if !request.report.report.has_stages() {
        return Err(relasi_app::Refusal::NotFound.into());
    }
    let listing = caller
        .read_much(move |work| sales::rows(work, &request))
        .await?;
    Ok(page(listing))
}
