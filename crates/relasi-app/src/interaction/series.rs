//! Activities that come again.
//!
//! Calls and meetings are made for the next three months, and each night the months go on; of tasks there is one to do,
//! and doing it makes the next. Each is an activity of its own: it is moved, changed and done as any other.

mod night;
mod outlook;
mod row;
mod verbs;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::{access::Access, role::Role},
    interaction::activity::{OBJECT, lasts},
    record::Document,
};
use relasi_persistence::{
    Statement,
    store::{instant_micros, instant_text, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::recurrence::moments;
use crate::{
    platform::business_hours::zone_of,
    records::{Batch, Change, Work, in_trash, member_id},
    refusal::Result,
};
use row::Series;

pub use night::handlers;
pub use outlook::{Outlook, outlook};
pub use verbs::{Repeat, Scope, change, end, repeat};

/// How far ahead calls and meetings are made.
const HORIZON: TimeDelta = TimeDelta::days(92);

/// The most that are made in one go; the night makes the next.
const AT_ONCE: usize = 100;

/// Begins and goes on with series, as activities are made, done and trashed.
pub(super) fn follow(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    for change in changes {
        let Some(series) = member_id(&change.after, "series_id") else {
            continue;
        };
        let was_open = change.before.as_ref().is_some_and(is_open);
        if change.before.is_none() && series == change.id {
            let zone = zone_of(work.conn, work.access.workspace_id)?;
            begin(work, series, &change.after, zone)?;
        } else if was_open && !is_open(&change.after) && !lasts(&text_of(&change.after, "kind")) {
            next_task(work, series, &change.after)?;
        }
    }
    Ok(())
}

/// Whether an activity is still to do.
fn is_open(activity: &Document) -> bool {
    activity.get("done_at").is_none_or(Value::is_null) && !in_trash(activity)
}

fn due_of(activity: &Document) -> Option<DateTime<Utc>> {
    let due = activity.get("due_at").and_then(Value::as_str);
    due.and_then(instant_micros)
        .and_then(DateTime::from_timestamp_micros)
}

/// Begins a series with its first activity.
fn begin(work: &mut Work<'_>, id: Uuid, first: &Document, zone: chrono_tz::Tz) -> Result<()> {
    let rule = text_of(first, "recurrence").parse();
    let (Ok(rule), Some(starts)) = (rule, due_of(first)) else {
        return Ok(());
    };
    let mut series = Series {
        id,
        rule,
        zone,
        starts,
        through: starts,
        ended: false,
    };
    series.insert(work)?;
    if lasts(&text_of(first, "kind")) && is_open(first) {
        fill(work, &mut series, first)?;
    }
    Ok(())
}

/// What is to be made next of a series.
struct Coming {
    new: Vec<DateTime<Utc>>,
    /// The last moment that was looked at.
    through: DateTime<Utc>,
    /// Nothing comes after it.
    ended: bool,
}

/// What is missing up to the horizon.
fn coming(series: &Series, now: DateTime<Utc>) -> Coming {
    let horizon = now.max(series.starts) + HORIZON;
    let mut new = Vec::new();
    let mut ended = true;
    for at in series.after(series.through) {
        if at > horizon || new.len() == AT_ONCE {
            ended = false;
            break;
        }
        new.push(at);
    }
    // What lies in the past was not made while the server stood still, and is no plan any more.
    let through = new.last().copied().unwrap_or(series.through);
    new.retain(|at| *at > now);
    Coming {
        new,
        through,
        ended,
    }
}

/// Makes what is missing up to the horizon, like the one given.
fn fill(work: &mut Work<'_>, series: &mut Series, like: &Document) -> Result<usize> {
    let Coming {
        new,
        through,
        ended,
    } = coming(series, work.now);
    series.advance(work, through, ended)?;
    make(work, series, like, &new)?;
    Ok(new.len())
}

/// Makes the next task once the one to do is done, or in the trash.
fn next_task(work: &mut Work<'_>, id: Uuid, like: &Document) -> Result<()> {
    let Some(mut series) = Series::find(work, id)?.filter(|series| !series.ended) else {
        return Ok(());
    };
    if !series.open_ones(work, None)?.is_empty() {
        return Ok(());
    }
    let next = series.after(series.through.max(work.now)).next();
    match next {
        Some(at) => {
            series.advance(work, at, false)?;
            make(work, &series, like, &[at])
        }
        None => series.advance(work, series.through, true),
    }
}

impl Series {
    fn after(&self, after: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> + use<> {
        moments(&self.rule, self.starts, self.zone, after)
    }

    /// Activities of the series that are still to do, from a moment on, with their versions.
    fn open_ones(
        &self,
        work: &mut Work<'_>,
        from: Option<DateTime<Utc>>,
    ) -> Result<Vec<(Uuid, i64, DateTime<Utc>)>> {
        let mut statement =
            Statement::new("SELECT id, version, due_at FROM activities WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(" AND series_id = ")
            .bind(self.id)
            .push(" AND done_at IS NULL AND deleted_at IS NULL AND due_at IS NOT NULL");
        if let Some(from) = from {
            statement.push(" AND due_at >= ").bind(from);
        }
        statement.push(" ORDER BY due_at, id").limit(row::MOST);
        let rows = work
            .conn
            .rows(&statement, |row| Ok((row.id(0)?, row.int(1)?, row.at(2)?)))?;
        Ok(rows)
    }
}

/// What each activity of a series has from the one before it.
const INHERITED: [&str; 16] = [
    "kind",
    "subject",
    "body",
    "contact_id",
    "company_id",
    "deal_id",
    "lead_id",
    "direction",
    "duration_minutes",
    "priority",
    "location",
    "all_day",
    "attendees",
    "members",
    "owner_id",
    "team_id",
];

/// Makes activities at these moments. The product makes them: whoever did the last one need not be able to plan for its
/// owner.
fn make(
    work: &mut Work<'_>,
    series: &Series,
    like: &Document,
    moments: &[DateTime<Utc>],
) -> Result<()> {
    if moments.is_empty() {
        return Ok(());
    }
    let access = everything(work.access);
    let mut work = Work {
        conn: &mut *work.conn,
        access: &access,
        now: work.now,
        cause: work.cause.clone(),
    };
    let template = template(&mut work, series, like)?;
    let one = |at: &DateTime<Utc>| {
        let mut body = template.clone();
        body.insert("due_at".into(), json!(instant_text(at.timestamp_micros())));
        body
    };
    let bodies = moments.iter().map(one).collect();
    let batch = Batch {
        historic: true,
        import_id: member_id(like, "import_id"),
    };
    work.create_many(&OBJECT, bodies, batch).map(drop)
}

fn everything(access: &Access) -> Access {
    access.clone().with_rights(Arc::new(Role::Owner.rights()))
}

/// Without what is gone by now, and without values of which each record has its own.
fn template(work: &mut Work<'_>, series: &Series, like: &Document) -> Result<Document> {
    let mut body = Document::new();
    for name in INHERITED {
        let Some(value) = like.get(name).filter(|value| !value.is_null()) else {
            continue;
        };
        let target = OBJECT.field(name).and_then(|field| field.target());
        let value = match target {
            Some(target) => living(work, target, value)?,
            None => value.clone(),
        };
        body.insert(name.to_owned(), value);
    }
    let unique = |name: &str| {
        let name = format!("custom.{name}");
        let field = work.access.whole(&OBJECT).field(&name);
        field.is_some_and(|field| field.custom.as_ref().is_some_and(|custom| custom.unique))
    };
    if let Some(Value::Object(custom)) = like.get("custom") {
        let mut custom = custom.clone();
        custom.retain(|name, value| !value.is_null() && !unique(name));
        body.insert("custom".into(), Value::Object(custom));
    }
    body.insert("recurrence".into(), json!(series.rule.to_string()));
    body.insert("series_id".into(), json!(series.id));
    Ok(body)
}

/// A reference, or several, without those whose record is not there any more.
fn living(work: &mut Work<'_>, target: &str, value: &Value) -> Result<Value> {
    let ids: Vec<String> = match value {
        Value::Array(ids) => ids
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect(),
    };
    if ids.is_empty() {
        return Ok(value.clone());
    }
    let there = match relasi_domain::object(target) {
        Some(target) => work.store().existing(target, &ids)?,
        None => work.store().members(&ids)?,
    };
    Ok(match value {
        Value::Array(_) => json!(
            ids.into_iter()
                .filter(|id| there.contains(id))
                .collect::<Vec<_>>()
        ),
        one if ids.iter().all(|id| there.contains(id)) => one.clone(),
        _ => Value::Null,
    })
}
