//! What those who lead others say will be won, beside what is computed. Nothing that was said is changed: the newest call
//! of a period counts, and what stood on any night before is known.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    insight::forecast::{months_of, period_of},
    sales::deal,
};
use relasi_persistence::Statement;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Asked,
    people::{Person, below, members},
    quotas::MAX_VALUE,
};
use crate::{
    audit,
    platform::exchange_rate,
    records::Work,
    refusal::{Refusal, Result},
};

/// Whose number it can be.
const SUBJECTS: [&str; 2] = ["workspace", "person"];
/// The longest note.
pub const MAX_NOTE: usize = 500;
/// Calls of a period that are shown, the newest.
const SHOWN: u32 = 200;

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Which one.
    pub id: Uuid,
    /// Who said it.
    pub caller_id: Uuid,
    /// What they are called.
    pub caller: String,
    /// `workspace`, or `person`: this one with all who report to them.
    pub kind: &'static str,
    /// Whose number it is; that of the workspace is the workspace's.
    pub subject_id: Uuid,
    /// What they are called; empty for the workspace.
    pub subject: String,
    /// What will be won in the period, in minor units; none takes back what was said.
    pub amount: Option<i64>,
    /// Why.
    pub note: Option<String>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
}

/// Somebody for whom the caller may say a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `workspace` or `person`.
    pub kind: &'static str,
    /// Which one.
    pub id: Uuid,
    /// What they are called; empty for the workspace.
    pub label: String,
}

/// The calls of a period.
#[derive(Debug, Clone, Serialize)]
pub struct Calls {
    /// `2026-11`, `2026-Q4` or `2026`.
    pub period: String,
    /// In which amounts are; ISO 4217.
    pub currency: String,
    /// For whom the caller may say a number, the caller's own first.
    pub subjects: Vec<Subject>,
    /// The newest first.
    pub items: Vec<Call>,
}

/// What somebody says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCall {
    /// `2026-11`, `2026-Q4` or `2026`.
    pub period: String,
    /// `workspace` or `person`.
    pub kind: String,
    /// Which person; not needed for the workspace.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// What will be won in the period, in minor units; null takes back what was said.
    pub amount: Option<i64>,
    /// Why.
    #[serde(default)]
    pub note: Option<String>,
}

/// Whose calls somebody sees and for whom they say a number.
pub(super) struct Standing {
    pub(super) members: Vec<Person>,
    below: BTreeSet<Uuid>,
    everything: bool,
}

pub(super) fn standing(work: &mut Work<'_>) -> Result<Standing> {
    let members = members(work)?;
    let below = below(&members, work.access.user_id);
    let everything = work.access.may(Action::Settings) && work.access.sees_everything();
    Ok(Standing {
        members,
        below,
        everything,
    })
}

impl Standing {
    /// Those for whom the caller may say a number.
    fn subjects(&self, work: &Work<'_>) -> Vec<Subject> {
        let me = work.access.user_id;
        let mut all = Vec::new();
        if self.everything {
            all.push(Subject {
                kind: "workspace",
                id: work.access.workspace_id,
                label: String::new(),
            });
        }
        let leads = |person: &&Person| person.id == me && !self.below.is_empty();
        let rest = |person: &&Person| {
            person.id != me && person.active && (self.everything || self.below.contains(&person.id))
        };
        let mut people: Vec<&Person> = self.members.iter().filter(rest).collect();
        people.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        let own = self.members.iter().filter(leads);
        all.extend(own.chain(people).map(|person| Subject {
            kind: "person",
            id: person.id,
            label: person.name.clone(),
        }));
        all
    }

    fn name(&self, id: Uuid) -> String {
        let found = self.members.iter().find(|person| person.id == id);
        found.map(|person| person.name.clone()).unwrap_or_default()
    }
}

fn may_look(work: &Work<'_>) -> Result<()> {
    let hidden = |name| work.access.hides(&deal::OBJECT, name);
    if ["amount", "status", "closed_at"].into_iter().any(hidden) {
        return Err(Refusal::Forbidden);
    }
    Ok(())
}

/// The first month of a period, and how many it has.
pub(super) fn span(months: &[NaiveDate]) -> Option<(NaiveDate, i64)> {
    Some((*months.first()?, i64::try_from(months.len()).ok()?))
}

/// What was said of a period, the newest first, as far as it is for the caller.
pub(super) fn read(
    work: &mut Work<'_>,
    standing: &Standing,
    (month, months): (NaiveDate, i64),
    limit: Option<u32>,
) -> Result<Vec<Call>> {
    let mut statement = Statement::new(
        "SELECT c.id, c.caller_id, c.subject_id, c.amount, c.note, c.created_at FROM forecast_calls c WHERE c.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND c.month = ")
        .bind(month);
    statement.push(" AND c.months = ").bind(months);
    if !standing.everything {
        let mut seen: Vec<Uuid> = standing.below.iter().copied().collect();
        seen.push(work.access.user_id);
        statement
            .push(" AND c.caller_id IN (")
            .bind_all(seen)
            .push(")")
            .uncached();
    }
    statement.push(" ORDER BY c.created_at DESC, c.id DESC");
    if let Some(limit) = limit {
        statement.push(" ").limit(limit);
    }
    let rows = work.conn.rows(&statement, |row| {
        let (amount, note) = (row.opt_int(3)?, row.opt_text(4)?);
        Ok((
            row.id(0)?,
            row.id(1)?,
            row.opt_id(2)?,
            amount,
            note,
            row.at(5)?,
        ))
    })?;
    let call =
        |(id, caller_id, subject, amount, note, created_at): (_, Uuid, Option<Uuid>, _, _, _)| {
            Call {
                id,
                caller_id,
                caller: standing.name(caller_id),
                kind: if subject.is_some() {
                    "person"
                } else {
                    "workspace"
                },
                subject_id: subject.unwrap_or(work.access.workspace_id),
                subject: subject.map(|id| standing.name(id)).unwrap_or_default(),
                amount,
                note,
                created_at,
            }
        };
    Ok(rows.into_iter().map(call).collect())
}

/// The calls of a period, and for whom the caller may say one.
///
/// # Errors
/// A fault of the period; forbidden for who may not see what deals are worth and how they end.
pub fn calls(work: &mut Work<'_>, period: &str) -> Result<Calls> {
    may_look(work)?;
    let months = months_of(period).ok_or_else(|| Fault::at("?period", "not_a_period"))?;
    let standing = standing(work)?;
    let items = match span(&months) {
        Some(span) => read(work, &standing, span, Some(SHOWN))?,
        None => Vec::new(),
    };
    let today = work.now.date_naive();
    Ok(Calls {
        period: period.to_owned(),
        currency: exchange_rate::of_day(work, today)?.own().to_owned(),
        subjects: standing.subjects(work),
        items,
    })
}

/// Notes what the caller says of a period.
///
/// # Errors
/// Faults of what is said; forbidden for who leads nobody.
pub fn call(work: &mut Work<'_>, new: &NewCall) -> Result<Call> {
    may_look(work)?;
    let standing = standing(work)?;
    let subjects = standing.subjects(work);
    if subjects.is_empty() {
        return Err(Refusal::Forbidden);
    }
    let mut faults = Faults::default();
    let months = months_of(&new.period).unwrap_or_default();
    faults.check(months.is_empty(), "period", "not_a_period");
    let wrong = new
        .amount
        .is_some_and(|amount| !(0..=MAX_VALUE).contains(&amount));
    faults.check(wrong, "amount", "out_of_range");
    let note = new
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > MAX_NOTE) {
        faults.push(Fault::field("note", "too_long").with("max", MAX_NOTE));
    }
    let subject = match new.kind.as_str() {
        "workspace" => subjects.iter().find(|one| one.kind == "workspace"),
        _ => subjects
            .iter()
            .find(|one| one.kind == "person" && Some(one.id) == new.id),
    };
    if !SUBJECTS.contains(&new.kind.as_str()) {
        faults.push(Fault::field("kind", "not_a_choice").with("choices", SUBJECTS.join(", ")));
    } else if subject.is_none() {
        let at = if new.kind == "workspace" {
            "kind"
        } else {
            "id"
        };
        faults.push(Fault::field(at, "no_such_record"));
    }
    faults.into_result()?;
    let (Some(subject), Some((month, count))) = (subject, span(&months)) else {
        return Err(Refusal::NotFound);
    };
    let made = Call {
        id: Uuid::now_v7(),
        caller_id: work.access.user_id,
        caller: standing.name(work.access.user_id),
        kind: subject.kind,
        subject_id: subject.id,
        subject: subject.label.clone(),
        amount: new.amount,
        note: note.map(str::to_owned),
        // As it is stored, and shown from then on.
        created_at: DateTime::from_timestamp_micros(work.micros()).unwrap_or(work.now),
    };
    let of = (made.kind == "person").then_some(made.subject_id);
    let mut statement = Statement::new(
        "INSERT INTO forecast_calls (workspace_id, id, caller_id, subject_id, month, months, amount, note, created_at) VALUES (",
    );
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(made.id);
    statement
        .push(", ")
        .bind(made.caller_id)
        .push(", ")
        .bind(of);
    statement.push(", ").bind(month).push(", ").bind(count);
    statement
        .push(", ")
        .bind(made.amount)
        .push(", ")
        .bind(made.note.clone());
    statement.push(", ").bind(made.created_at).push(")");
    work.conn.execute(&statement)?;
    let field = format!("{} {}", made.subject, new.period);
    let changes = json!([{"field": field.trim(), "old": null, "new": made.amount}]);
    audit::note(work, "created", "forecast_call", made.id, changes)?;
    Ok(made)
}

/// What holds of a period: of everybody the newest number for each subject, the caller's own first.
pub(super) fn standing_calls(work: &mut Work<'_>, asked: &Asked) -> Result<Vec<Call>> {
    let months = period_of(asked.period.from, asked.period.to).and_then(|name| months_of(&name));
    let Some(span) = months.as_deref().and_then(span) else {
        return Ok(Vec::new());
    };
    let standing = standing(work)?;
    let me = work.access.user_id;
    let mut held = newest(read(work, &standing, span, None)?);
    held.sort_by_key(|call| call.caller_id != me);
    Ok(held)
}

/// Of each who says something of somebody, what was said last, unless it was taken back.
fn newest(calls: Vec<Call>) -> Vec<Call> {
    let mut seen = BTreeSet::new();
    let mut held = calls;
    held.retain(|call| seen.insert((call.caller_id, call.subject_id)));
    held.retain(|call| call.amount.is_some());
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: u128, caller: u128, subject: u128, amount: Option<i64>) -> Call {
        Call {
            id: Uuid::from_u128(id),
            caller_id: Uuid::from_u128(caller),
            caller: String::new(),
            kind: "person",
            subject_id: Uuid::from_u128(subject),
            subject: String::new(),
            amount,
            note: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_newest_number_holds_until_it_is_taken_back() {
        let said = vec![
            call(5, 1, 1, Some(300)),
            call(4, 1, 2, None),
            call(3, 1, 2, Some(70)),
            call(2, 8, 2, Some(60)),
            call(1, 1, 1, Some(200)),
        ];
        let held: Vec<u128> = newest(said).iter().map(|call| call.id.as_u128()).collect();
        assert_eq!(held, [5, 2]);
    }
}
