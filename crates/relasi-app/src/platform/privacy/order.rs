//! Having a person erased: what it would mean, and the order.

use relasi_domain::{
    fault::{Fault, Faults},
    record::Document,
    sales::lead::CONVERTED,
};
use relasi_persistence::{
    Statement,
    personal::{Erase, MAP},
    store::text_of,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Circle, Known, Person, erase, job, list, may_erase, retention};
use crate::{
    audit,
    platform::jobs::{self, NewJob},
    records::{Work, in_trash, member_id},
    refusal::{Refusal, Result},
};

/// The longest reason in characters.
const MAX_REASON: usize = 500;

/// What erasing somebody would mean.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The name that is to be typed.
    pub name: String,
    /// Rows that would go or be emptied, by table.
    pub erased: Vec<Rows>,
    /// Rows that would stay without the person.
    pub kept: Vec<Rows>,
}

/// Rows of a table.
#[derive(Debug, Clone, Serialize)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// How many.
    pub rows: i64,
}

/// The order to erase somebody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The person's name, typed, so that nobody else is meant.
    #[serde(default)]
    pub name: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// What was begun.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Started {
    /// The erasure.
    pub id: Uuid,
    /// The job that does it.
    pub job_id: Uuid,
}

/// What erasing a person would mean, for those who may do it.
pub fn preview(work: &mut Work<'_>, person: Person) -> Result<Preview> {
    may_erase(work.access)?;
    let object = person.known.object();
    let record = work.visible(object, person.id)?;
    refuse_converted(person, &record)?;
    let workspace = work.access.workspace_id;
    let circle = Circle::of(work.conn, workspace, person)?;
    let ids = circle.all();
    let mut erased = Vec::new();
    for table in MAP {
        if table.by.is_empty() || matches!(table.erase, Erase::Loose | Erase::Activities) {
            continue;
        }
        let mut rows = 0;
        for ids in ids.chunks(500) {
            let mut count = Statement::new(format!(
                "SELECT count(*) FROM {} WHERE workspace_id = ",
                table.name
            ));
            count
                .bind(workspace)
                .push(" AND ")
                .append(&erase::belonging(table, ids));
            rows += work.conn.row(&count, |row| row.int(0))?.unwrap_or(0);
        }
        push(&mut erased, table.name, rows);
    }
    push(&mut erased, "activities", number(circle.own.len()));
    let mut kept = Vec::new();
    push(&mut kept, "activities", number(circle.shared.len()));
    push(&mut kept, "deals", number(circle.deals.len()));
    let name = text_of(&record, object.title);
    Ok(Preview { name, erased, kept })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn push(into: &mut Vec<Rows>, table: &'static str, rows: i64) {
    if rows > 0 {
        into.push(Rows { table, rows });
    }
}

/// Puts the person into the trash, where nobody works with them any more, and a job in that erases them for good.
///
/// # Errors
/// Faults at `/name` (`name_differs`) and `/reason`; a conflict while the person is being erased.
pub fn start(work: &mut Work<'_>, person: Person, order: &Order) -> Result<Started> {
    may_erase(work.access)?;
    let object = person.known.object();
    let record = work.visible(object, person.id)?;
    refuse_converted(person, &record)?;
    check(&text_of(&record, object.title), order)?;
    begin(work, person.known, record, order.reason.trim())
}

/// Whoever became a contact is erased as that: a lead is a part of them.
pub(super) fn refuse_converted(person: Person, record: &Document) -> Result<()> {
    if person.known == Known::Lead && text_of(record, "status") == CONVERTED {
        return Err(Refusal::Conflict("lead_is_contact"));
    }
    Ok(())
}

/// Begins without a typed name, for a rule that somebody switched on after they had seen what it reaches.
pub(super) fn begin(
    work: &mut Work<'_>,
    known: Known,
    record: Document,
    reason: &str,
) -> Result<Started> {
    may_erase(work.access)?;
    let object = known.object();
    let id = member_id(&record, "id").ok_or(Refusal::NotFound)?;
    let workspace = work.access.workspace_id;
    if list::is_running(work.conn, workspace, id)? {
        return Err(Refusal::Conflict("erasure_running"));
    }
    if !retention::held(work.conn, workspace, &[id.to_string()])?.is_empty() {
        return Err(Refusal::Conflict("person_on_hold"));
    }
    if !in_trash(&record) {
        work.put_away(object, record)?;
    }
    let erasure = Uuid::now_v7();
    let payload = job::Payload {
        erasure,
        contact: id,
        known,
    };
    let new = NewJob {
        created_by: Some(work.access.user_id),
        ..NewJob::new(job::KIND, "privacy", json!(payload))
    };
    let job_id = jobs::enqueue(work.conn, workspace, new)?;
    list::begin(work, erasure, Person { known, id }, reason, job_id)?;
    audit::note(work, "erasure_ordered", object.name, id, json!([]))?;
    Ok(Started {
        id: erasure,
        job_id,
    })
}

fn check(name: &str, order: &Order) -> Result<()> {
    let mut faults = Faults::default();
    if order.name.trim() != name.trim() {
        faults.push(Fault::field("name", "name_differs").with("name", name));
    }
    let reason = order.reason.trim();
    faults.check(reason.is_empty(), "reason", "required");
    if reason.chars().count() > MAX_REASON {
        faults.push(Fault::field("reason", "too_long").with("max", MAX_REASON));
    }
    Ok(faults.into_result()?)
}
