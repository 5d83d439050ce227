//! What people do with a series: begin one, change or end it from one activity on, or all of it.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    choices,
    fault::{Fault, Faults},
    identity::access::Action,
    interaction::{
        activity::{OBJECT, recurs},
        recurrence::Recurrence,
    },
    platform::business_hours::instant_of,
    record::Document,
};
use relasi_persistence::store::{instant_micros, instant_text, text_of};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Series, begin, due_of, is_open};
use crate::{
    interaction::recurrence::{comes, moments},
    platform::business_hours::zone_of,
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// How an activity is to come again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// The rule; none for an activity that comes no more.
    pub recurrence: Option<String>,
    /// By which clock; that of the workspace when left out.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// How much of a series that it belongs to goes by the new rule.
    #[serde(default)]
    pub scope: Scope,
}

/// How much of a series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This one and those after it.
    #[default]
    Following,
    /// All that are still to do.
    All,
}

/// Makes an activity the first of a new series, or one that comes no more. A series that it belonged to ends before it,
/// or with all that is still to do of it: the first of these is then the first of the new one.
pub fn repeat(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    how: &Repeat,
) -> Result<Document> {
    let before = work.open(&OBJECT, id, version, Action::Edit)?;
    let plan = plan(work, &before, how)?;
    if let Some(mut former) = plan.former {
        former.close(work)?;
    }
    for (other, version) in plan.gone {
        work.trash(&OBJECT, other, Some(version))?;
    }
    let new = plan.rule.as_ref().map(|_| Uuid::now_v7());
    let (first, version) = plan.first;
    let after = work.change(&OBJECT, first, Some(version), "updated", |_, _| {
        let rule = plan.rule.as_ref().map(ToString::to_string);
        let mut members = Document::new();
        members.insert("recurrence".into(), json!(rule));
        members.insert("series_id".into(), json!(new));
        if let Some(at) = plan.starts {
            members.insert("due_at".into(), json!(instant_text(at.timestamp_micros())));
        }
        Ok(members)
    })?;
    if let Some(new) = new {
        begin(work, new, &after, plan.zone)?;
    }
    Ok(after)
}

/// What another rule does to a series.
pub(super) struct Plan {
    pub(super) rule: Option<Recurrence>,
    pub(super) zone: Tz,
    /// What the activity belonged to.
    former: Option<Series>,
    /// The first of the new series, or the one that comes no more, with its version.
    pub(super) first: (Uuid, i64),
    /// When it comes.
    pub(super) starts: Option<DateTime<Utc>>,
    /// Those that go, with their versions.
    pub(super) gone: Vec<(Uuid, i64)>,
}

/// What is to be done, before anything is.
pub(super) fn plan(work: &mut Work<'_>, before: &Document, how: &Repeat) -> Result<Plan> {
    if !is_open(before) {
        return Err(Refusal::Conflict("activity_is_done"));
    }
    let rule = check(before, how)?;
    let zone = match &how.time_zone {
        Some(name) => name.parse().unwrap_or(Tz::UTC),
        None => zone_of(work.conn, work.access.workspace_id)?,
    };
    let id = member_id(before, "id").ok_or(Refusal::NotFound)?;
    let version = before.get("version").and_then(Value::as_i64);
    let mut first = (id, version.unwrap_or_default());
    let mut starts = due_of(before);
    let mut gone = Vec::new();
    let former = of(work, before)?;
    if let Some(former) = &former {
        let open = concerned(work, former, before, how.scope)?;
        let all = how.scope == Scope::All && rule.is_some();
        if let Some((one, version, due)) = open.first().filter(|_| all) {
            (first, starts) = ((*one, *version), Some(*due));
        }
        let others = open.iter().filter(|(one, ..)| *one != first.0);
        gone.extend(others.map(|(one, version, _)| (*one, *version)));
    }
    if let (Some(rule), Some(due)) = (&rule, starts) {
        if !comes(rule, due, zone) {
            return Err(Fault::field("recurrence", "not_recurrence").into());
        }
        // Of a series the days are the rule's, also that of its first one.
        if former.is_some() {
            let just_before = due - TimeDelta::microseconds(1);
            let next = moments(rule, due, zone, just_before).next();
            starts = next.or(starts);
        }
    }
    Ok(Plan {
        rule,
        zone,
        former,
        first,
        starts,
        gone,
    })
}

fn check(before: &Document, how: &Repeat) -> Result<Option<Recurrence>> {
    let mut faults = Faults::default();
    let zone = how.time_zone.as_deref();
    faults.check(
        zone.is_some_and(choices::bad_time_zone),
        "time_zone",
        "not_time_zone",
    );
    let rule = how.recurrence.as_deref().map(str::parse::<Recurrence>);
    let rule = rule.transpose();
    faults.check(rule.is_err(), "recurrence", "not_recurrence");
    let suits = recurs(&text_of(before, "kind")) && due_of(before).is_some();
    let wanted = matches!(rule, Ok(Some(_)));
    faults.check(wanted && !suits, "recurrence", "recurrence_needs_due");
    faults.into_result()?;
    Ok(rule.ok().flatten())
}

/// The series that an activity belongs to.
fn of(work: &mut Work<'_>, activity: &Document) -> Result<Option<Series>> {
    match member_id(activity, "series_id") {
        Some(series) => Series::find(work, series),
        None => Ok(None),
    }
}

fn needed(work: &mut Work<'_>, activity: &Document) -> Result<Series> {
    of(work, activity)?.ok_or(Refusal::Conflict("activity_not_in_series"))
}

/// Those that a verb on one activity concerns.
fn concerned(
    work: &mut Work<'_>,
    series: &Series,
    activity: &Document,
    scope: Scope,
) -> Result<Vec<(Uuid, i64, DateTime<Utc>)>> {
    let from = due_of(activity).filter(|_| scope == Scope::Following);
    series.open_ones(work, from)
}

/// Changes an activity of a series and those after it, or all. The time of day may be another one, the days may not:
/// those are the rule's.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    (scope, patch): (Scope, &Document),
) -> Result<Document> {
    let before = work.open(&OBJECT, id, version, Action::Edit)?;
    let mut series = needed(work, &before)?;
    if !is_open(&before) {
        return Err(Refusal::Conflict("activity_is_done"));
    }
    let time = new_time(&before, patch, &series)?;
    let zone = series.zone;
    let moved = |at: DateTime<Utc>| {
        let local = at.with_timezone(&zone).naive_local();
        let time = time.map_or(local.time(), |time| time.time());
        instant_of(zone, local.date().and_time(time))
    };
    let mut answer = None;
    for (one, version, due) in concerned(work, &series, &before, scope)? {
        let mut patch = patch.clone();
        if time.is_some() {
            let at = moved(due).timestamp_micros();
            patch.insert("due_at".into(), json!(instant_text(at)));
        }
        let after = work.revise(&OBJECT, one, Some(version), patch)?;
        if one == id {
            answer = Some(after);
        }
    }
    if time.is_some() {
        series.shift(work, moved)?;
    }
    answer.ok_or(Refusal::NotFound)
}

/// The new time on the wall, where a patch brings one.
fn new_time(before: &Document, patch: &Document, series: &Series) -> Result<Option<NaiveDateTime>> {
    let Some(due) = patch.get("due_at") else {
        return Ok(None);
    };
    let new = due.as_str().and_then(instant_micros);
    let new = new.and_then(DateTime::from_timestamp_micros);
    let local = |at: DateTime<Utc>| at.with_timezone(&series.zone).naive_local();
    match (new.map(local), due_of(before).map(local)) {
        (Some(new), Some(old)) if new.date() == old.date() => Ok(Some(new).filter(|_| new != old)),
        (Some(_), Some(_)) => Err(Fault::field("due_at", "series_keeps_days").into()),
        _ => Err(Fault::field("due_at", "not_instant").into()),
    }
}

/// Puts an activity of a series and those after it, or all that are still to do, into the trash. No more are made.
pub fn end(work: &mut Work<'_>, id: Uuid, version: Option<i64>, scope: Scope) -> Result<()> {
    let before = work.open(&OBJECT, id, version, Action::Delete)?;
    let mut series = needed(work, &before)?;
    series.close(work)?;
    for (one, version, _) in concerned(work, &series, &before, scope)? {
        work.trash(&OBJECT, one, Some(version))?;
    }
    Ok(())
}
