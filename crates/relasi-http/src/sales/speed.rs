//! Speed to lead: figures, and the leads behind them as a file.

use actix_web::{HttpResponse, web::Bytes};
use chrono::NaiveDate;
use futures_util::stream;
use relasi_app::sales::speed::{self, Asked, By};
use relasi_domain::fault::Fault;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api::{Api, Operation},
    body::Query,
    caller::Caller,
    download,
    events::schema::{object, text},
    problem::Problem,
    records::schema::reference,
};

const TAG: &str = "reports";

pub(super) fn register(api: &mut Api) {
    register_schemas(api);
    let figures = Operation::get(
        "/reports/speed-to-lead",
        TAG,
        "get_speed_to_lead",
        "How soon leads are answered",
    )
    .about(
        "First human answer minus creation, over the leads that were created in the half-open period [from, to), that the \
         caller sees and whose time was counted. Medians are over answered leads; shares over those whose limit has passed \
         or that were answered. What nothing can be said of is null.",
    )
    .query("by", "By what it is split.", json!({"type": "string", "enum": ["owner", "source"], "default": "owner"}))
    .returns(200, "The figures.", reference("SpeedToLead"));
    api.add(days(figures), get_report);
    let file = Operation::get(
        "/reports/speed-to-lead/file",
        TAG,
        "export_speed_to_lead",
        "The leads behind it as a CSV file",
    )
    .returns_of(
        200,
        "A CSV file in UTF-8.",
        "text/csv",
        json!({"type": "string", "description": "The file."}),
    );
    api.add(days(file), get_file);
}

fn days(operation: Operation) -> Operation {
    let day = json!({"type": "string", "format": "date"});
    operation
        .query(
            "from",
            "The first day; 30 days before the end when left out.",
            day.clone(),
        )
        .query(
            "to",
            "The day after the last one; tomorrow when left out.",
            day,
        )
}

fn register_schemas(api: &mut Api) {
    let count = |about: &str| json!({"type": "integer", "description": about});
    let some =
        |about: &str| json!({"type": ["integer", "null"], "format": "int64", "description": about});
    let limit =
        json!({"type": "integer", "format": "int64", "description": "The limit in minutes."});
    api.schema("SpeedShare", object("The share that was answered in time.", json!({
        "minutes": limit, "n": count("Leads that can be judged by it."), "met": count("Those answered in time."),
        "share": some("Their share in ten-thousandths.")
    })));
    let shares = |about: &str| json!({"type": "array", "description": about, "items": reference("SpeedShare")});
    api.schema("Speeds", object("How soon leads were answered.", json!({
        "n": count("Leads."), "answered": count("Those of them that were answered."), "median": some("Seconds until the answer, the median."),
        "p90": some("Seconds until the answer of nine in ten."), "within": shares("By limit.")
    })));
    let mut figures: Value = json!({"wall": reference("Speeds"), "business": reference("Speeds")});
    let mut group = figures.clone();
    group["key"] = json!({"type": ["string", "null"], "description": "The id of a person, or a source; null for leads without."});
    api.schema("SpeedGroup", object("Leads of one owner or source.", group));
    let day = |about: &str| json!({"type": "string", "format": "date", "description": about});
    figures["from"] = day("The first day.");
    figures["to"] = day("The day after the last one.");
    figures["time_zone"] = text("Where days begin.");
    figures["limits"] = json!({"type": "array", "description": "In minutes.", "items": {"type": "integer", "format": "int64"}});
    figures["curve"] = object(
        "How many were answered by when.",
        json!({"wall": shares("By wall clock."), "business": shares("In business hours.")}),
    );
    figures["by"] = text("By what it is split.");
    figures["groups"] = json!({"type": "array", "description": "The one with the most leads first.", "items": reference("SpeedGroup")});
    figures["filter"] = text("The filter of the lead list that shows the rows behind it.");
    api.schema(
        "SpeedToLead",
        object(
            "Speed to lead, by wall clock and in business hours.",
            figures,
        ),
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    from: Option<String>,
    to: Option<String>,
    by: Option<String>,
}

impl Wanted {
    fn asked(&self) -> Result<Asked, Problem> {
        let by = match self.by.as_deref() {
            None | Some("owner") => By::Owner,
            Some("source") => By::Source,
            Some(_) => {
                let fault = Fault::at("?by", "not_a_choice").with("choices", "owner, source");
                return Err(Problem::fault(fault));
            }
        };
        Ok(Asked {
            from: day(self.from.as_deref(), "?from")?,
            to: day(self.to.as_deref(), "?to")?,
            by,
        })
    }
}

fn day(text: Option<&str>, at: &str) -> Result<Option<NaiveDate>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let day = relasi_domain::text::iso_day(text);
    day.map(Some)
        .ok_or_else(|| Problem::fault(Fault::at(at, "not_date")))
}

async fn get_report(caller: Caller, Query(wanted): Query<Wanted>) -> Result<HttpResponse, Problem> {
    let asked = wanted.asked()?;
    let found = caller
        .read_much(move |work| speed::report(work, asked))
        .await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn get_file(caller: Caller, Query(wanted): Query<Wanted>) -> Result<HttpResponse, Problem> {
    if wanted.by.is_some() {
        return Err(Problem::fault(Fault::at("?by", "unknown_parameter")));
    }
    let asked = wanted.asked()?;
    let bytes = caller
        .read_much(move |work| speed::sheet(work, asked))
        .await?;
    let whole = stream::iter([Ok(Bytes::from(bytes))]);
    Ok(download::csv("speed-to-lead.csv", whole))
}
