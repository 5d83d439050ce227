//! Speed to lead: until when somebody should have answered, who is told when nobody did, and how well that went.

mod clock;
mod report;
mod sheet;

pub use self::{
    clock::handlers,
    report::{Asked, By, Group, Report, report},
    sheet::sheet,
};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{record::Document, sales::speed::Clocks};
use relasi_persistence::store::{instant_micros, instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    platform::business_hours::Hours,
    records::{Change, Draft, Work, member_id},
    refusal::Result,
    sales::routing,
};

/// What came longer ago than this when it is entered waits for nobody: it brings its past with it.
const FRESH: TimeDelta = TimeDelta::days(1);

/// A member of new leads of an import by which their time begins all the same.
pub(crate) const STARTED: &str = "clock_started";

/// Leads in these states wait for an answer.
const WAITING: [&str; 4] = ["new", "working", "nurturing", "qualified"];

pub(super) fn instant(document: &Document, name: &str) -> Option<DateTime<Utc>> {
    let text = document.get(name)?.as_str()?;
    DateTime::from_timestamp_micros(instant_micros(text)?)
}

/// Whether a lead waits for an answer.
pub(super) fn waits(document: &Document) -> bool {
    let empty = |name: &str| document.get(name).is_none_or(Value::is_null);
    let status = document.get("status").and_then(Value::as_str);
    empty("first_response_at")
        && empty("deleted_at")
        && status.is_none_or(|status| WAITING.contains(&status))
}

/// Until when a lead should be answered: the last limit, in the business hours of its team.
fn due(clocks: &Clocks, hours: &Hours, made: DateTime<Utc>, team: Option<Uuid>) -> Option<Value> {
    let minutes = TimeDelta::minutes(clocks.last()?);
    let due = hours.of(team).after(made, minutes)?;
    Some(json!(instant_text(due.timestamp_micros())))
}

/// Whether the time of a new lead begins: those of an import are old news, unless whoever brings them says otherwise.
fn is_news(document: &Document) -> bool {
    let own = document.get("import_id").is_none_or(Value::is_null);
    own || document.contains_key(STARTED)
}

/// The time of new leads begins.
pub(crate) fn begin(work: &mut Work<'_>, drafts: &mut [Draft<'_>]) -> Result<()> {
    set_due(work, drafts)?;
    let asked = drafts.iter_mut().filter(|one| one.contains_key(STARTED));
    for draft in asked {
        draft.to_mut().remove(STARTED);
    }
    Ok(())
}

fn set_due(work: &mut Work<'_>, drafts: &mut [Draft<'_>]) -> Result<()> {
    let oldest = work.now - FRESH;
    let fresh = |draft: &Draft<'_>| {
        waits(draft)
            && is_news(draft)
            && draft.get("response_due_at").is_none_or(Value::is_null)
            && instant(draft, "created_at").is_some_and(|made| made >= oldest)
    };
    if !drafts.iter().any(fresh) {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    let clocks = routing::clocks(work.conn, workspace)?;
    let hours = Hours::load(work.conn, workspace)?;
    for draft in drafts.iter_mut().filter(|draft| fresh(draft)) {
        let made = instant(draft, "created_at").unwrap_or(work.now);
        let team = member_id(draft, "team_id");
        if let Some(due) = due(&clocks, &hours, made, team) {
            draft.to_mut().insert("response_due_at".into(), due);
        }
    }
    Ok(())
}

/// The same for a lead that goes to another team; none when it waits no more.
pub(crate) fn due_of(
    work: &mut Work<'_>,
    document: &Document,
    team: Option<Uuid>,
) -> Result<Option<Value>> {
    let made = instant(document, "created_at");
    let begun = document
        .get("response_due_at")
        .is_some_and(Value::is_string);
    let Some(made) = made.filter(|_| waits(document) && (begun || is_news(document))) else {
        return Ok(None);
    };
    let workspace = work.access.workspace_id;
    let clocks = routing::clocks(work.conn, workspace)?;
    let hours = Hours::load(work.conn, workspace)?;
    let team = team.or_else(|| member_id(document, "team_id"));
    Ok(due(&clocks, &hours, made, team))
}

/// Has an eye on new leads whose time has begun.
pub(crate) fn watch(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let new = changes
        .iter()
        .filter(|change| change.before.is_none() && !change.is("response_due_at").is_null());
    let new: Vec<Uuid> = new.map(|change| change.id).collect();
    if new.is_empty() {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    if !routing::clocks(work.conn, workspace)?.on {
        return Ok(());
    }
    for id in new {
        clock::start(work.conn, workspace, id)?;
    }
    Ok(())
}
