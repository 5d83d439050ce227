//! Figures of sales, each by its definition, with how many records it is made of and the filter that opens them.

mod file;
mod funnel;
mod goal;
mod grouped;
mod growth;
mod leads;
mod rows;
mod stages;
mod standing;
mod velocity;

use chrono::NaiveDate;
use chrono_tz::Tz;
use relasi_domain::{
    fault::Fault,
    insight::sales::{Period, Report, Spread},
    interaction::activity,
    record::Object,
    sales::{deal, lead, pipeline},
};
use relasi_persistence::Statement;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use file::{csv, formula};
pub use rows::{RowsRequest, Which, rows};

use crate::{
    records::{ListRequest, Work},
    refusal::{Refusal, Result},
    sales::weeks::Among,
};

/// What a client asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which report.
    pub report: Report,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last one.
    pub to: Option<NaiveDate>,
    /// What it is grouped by, where that can be chosen.
    pub by: Option<String>,
    /// Only these deals, or activities.
    pub filter: Option<String>,
    /// The pipeline of reports about stages; the first one if not said.
    pub pipeline_id: Option<Uuid>,
    /// The time zone of the workspace.
    pub zone: Tz,
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Records.
    Count,
    /// Minor units of its currency.
    Money,
    /// Minor units of its currency in a day.
    MoneyPerDay,
    /// Ten-thousandths.
    Share,
    /// Seconds.
    Seconds,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Which one.
    pub name: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// ISO 4217 for money.
    pub currency: Option<String>,
    /// The value; none when what it would be divided by is nothing.
    pub value: Option<i64>,
    /// Records that it is made of.
    pub n: i64,
    /// The filter that opens these, where the list has one.
    pub filter: Option<String>,
}

/// The figures of what has a value in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The value: a code, text, an id, a day.
    pub value: Value,
    /// The name of the record or person.
    pub label: Option<String>,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A report.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// Which one.
    pub report: &'static str,
    /// Its period.
    #[serde(flatten)]
    pub period: Period,
    /// The time zone in which its days are meant.
    pub zone: String,
    /// What its groups are by.
    pub by: String,
    /// The plural name of the object whose filters it has.
    pub rows_of: &'static str,
    /// Figures over all groups.
    pub figures: Vec<Figure>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// What is known before any figure: the request with its period, and what is asked of the deals.
struct Asked {
    period: Period,
    list: ListRequest,
    amounts: bool,
}

/// The figures of a report.
///
/// # Errors
/// Faults of the parameters; forbidden for who may not see the fields that it is made of.
pub fn report(work: &mut Work<'_>, request: &Request) -> Result<Answer> {
    let object = rows_of(request.report);
    let asked = ask(work, request, object)?;
    let (by, figures, groups) = match request.report {
        Report::Results => {
            let found = grouped::results(work, &asked, by(request))?;
            goal::add(work, &asked, found)?
        }
        Report::Cohort => grouped::cohort(work, &asked, by(request))?,
        Report::LostReasons => grouped::lost_reasons(work, &asked)?,
        Report::Activities => grouped::activities(work, &asked, by(request))?,
        Report::Outcomes => grouped::outcomes(work, &asked)?,
        Report::Cycle => stages::cycle(work, &asked, by(request))?,
        Report::StageTime => {
            let pipeline = pipeline(work, request)?;
            stages::time(work, &asked, pipeline)?
        }
        Report::Funnel => {
            let pipeline = pipeline(work, request)?;
            funnel::of(work, &asked, pipeline)?
        }
        Report::Velocity => velocity::of(work, &asked)?,
        Report::PipelineAt => {
            let pipeline = pipeline(work, request)?;
            standing::at(work, &asked, pipeline)?
        }
        Report::Sources => leads::brought(work, &asked, "source")?,
        Report::Campaigns => leads::brought(work, &asked, "campaign")?,
        Report::LeadPeople => leads::people(work, &asked)?,
        Report::Growth => growth::of(work, &asked)?,
    };
    Ok(Answer {
        report: request.report.code(),
        period: asked.period,
        zone: request.zone.name().to_owned(),
        by,
        rows_of: object.plural,
        figures,
        groups,
    })
}

fn by(request: &Request) -> &str {
    let usual = request.report.by().unwrap_or_default();
    request.by.as_deref().unwrap_or(usual)
}

fn rows_of(report: Report) -> &'static Object {
    match report {
        Report::Activities | Report::Outcomes => &activity::OBJECT,
        report if report.is_of_leads() => &lead::OBJECT,
        _ => &deal::OBJECT,
    }
}

fn ask(work: &Work<'_>, request: &Request, object: &'static Object) -> Result<Asked> {
    let of_deals = [
        "status",
        "closed_at",
        "stage_id",
        "pipeline_id",
        "lost_reason",
    ];
    let fields: &[&str] = match object.name {
        "activity" => &["kind", "done_at"],
        "lead" => &[
            "status",
            "source",
            "campaign",
            "owner_id",
            "sql_at",
            "first_response_at",
        ],
        _ => &of_deals,
    };
    let unseen = request.report == Report::Outcomes && work.access.hides(object, "outcome");
    let deals_too = object.name == "lead"
        && of_deals
            .iter()
            .any(|name| work.access.hides(&deal::OBJECT, name));
    if unseen || deals_too || fields.iter().any(|name| work.access.hides(object, name)) {
        return Err(Refusal::Forbidden);
    }
    let today = work.now.with_timezone(&request.zone).date_naive();
    let period = Period::new(request.from, request.to, today)?;
    if request.by.is_some() && request.report.by().is_none() {
        return Err(Fault::at("?by", "not_groupable")
            .with("field", by(request))
            .into());
    }
    let list = ListRequest {
        filter: request.filter.clone(),
        zone: Some(request.zone),
        ..ListRequest::default()
    };
    work.check_list(object, &list)?;
    let amounts = !work.access.hides(&deal::OBJECT, "amount");
    Ok(Asked {
        period,
        list,
        amounts,
    })
}

impl Asked {
    /// The filter of the request together with another one.
    fn with(&self, filter: &str) -> String {
        match self.list.filter.as_deref().map(str::trim) {
            Some(own) if !own.is_empty() => format!("({own}) and {filter}"),
            _ => filter.to_owned(),
        }
    }

    /// The same as a list.
    fn list_with(&self, filter: &str) -> ListRequest {
        ListRequest {
            filter: Some(self.with(filter)),
            ..self.list.clone()
        }
    }

    /// The deals that it is about.
    fn among<'a>(&self, work: &Work<'a>) -> Result<Among<'a>> {
        let filter = work.condition(&deal::OBJECT, &self.list)?;
        Ok(Among::new(work.access, filter))
    }

    /// Deals of a status that were closed in the period.
    fn closed(&self, status: &str) -> String {
        let closed = self.period.filter("closed_at");
        format!("status = {status} and {closed}")
    }
}

/// The pipeline that is asked for, or the first one.
fn pipeline(work: &mut Work<'_>, request: &Request) -> Result<Uuid> {
    let mut statement = Statement::new("SELECT id FROM pipelines WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND deleted_at IS NULL");
    if let Some(id) = request.pipeline_id {
        statement.push(" AND id = ").bind(id);
    }
    statement.push(" ORDER BY position, id").limit(1);
    let found = work.conn.row(&statement, |row| row.id(0))?;
    found.ok_or_else(|| {
        Fault::at("?pipeline_id", "no_such_record")
            .with("object", pipeline::OBJECT.name)
            .into()
    })
}

/// Figures that say how seconds spread.
fn spread(values: &mut [i64], filter: Option<&str>) -> Vec<Figure> {
    let spread = Spread::of(values);
    let parts = [
        ("mean", spread.mean),
        ("median", spread.median),
        ("p90", spread.p90),
    ];
    let figure = |(name, value)| Figure {
        name,
        unit: Unit::Seconds,
        currency: None,
        value,
        n: spread.n,
        filter: filter.map(str::to_owned),
    };
    parts.into_iter().map(figure).collect()
}

/// A number of records.
fn count(name: &'static str, n: i64, filter: Option<String>) -> Figure {
    Figure {
        name,
        unit: Unit::Count,
        currency: None,
        value: Some(n),
        n,
        filter,
    }
}
