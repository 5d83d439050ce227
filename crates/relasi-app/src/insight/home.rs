//! What somebody should see first in the morning.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    filter::start_of_day,
    identity::access::{Access, Action},
    interaction::activity,
    record::Object,
    sales::deal,
};
use relasi_persistence::{Statement, store::push_visible};
use serde::Serialize;
use uuid::Uuid;

use super::board::{Audience, Of, Whose, choices};
use crate::{
    records::{ListRequest, Listing, Work},
    refusal::Result,
    sales::totals,
};

/// Money of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// ISO 4217.
    pub currency: String,
    /// Deals counted.
    pub count: i64,
    /// In minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// Amount times the chance of its stage, in minor units.
    pub weighted: Option<i64>,
}

/// Whose deals are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// `workspace` (everything that the caller sees), `team` or `person`.
    pub kind: &'static str,
    /// The team, or the person with those who report to them.
    pub id: Option<Uuid>,
    /// What they are called.
    pub label: Option<String>,
    /// The filter that takes their deals; empty for everything.
    pub filter: String,
}

/// The figures and steps of the home screen.
#[derive(Debug)]
pub struct Home {
    /// The caller's open steps up to the end of tomorrow, earliest first.
    pub tasks: Listing,
    /// The caller's steps that are overdue.
    pub overdue: i64,
    /// The caller's steps due today.
    pub due_today: i64,
    /// The caller's open deals without a next step.
    pub deals_without_next_step: i64,
    /// For whom it is chosen whose deals are counted when nobody says so.
    pub audience: Audience,
    /// Whose deals the sums are about.
    pub whose: Counted,
    /// Their open deals, of those that the caller may see.
    pub open: Vec<Sum>,
    /// Their deals won since the first of this month, of those that the caller may see.
    pub won_this_month: Vec<Sum>,
}

/// Gathers the home screen of the caller. The sums are about whoever is named, or else about whom suits the caller, as on
/// the sales board.
///
/// # Errors
/// A team or person that the caller does not know.
pub fn of(work: &mut Work<'_>, whose: Option<Of>, zone: Tz) -> Result<Home> {
    let today = work.now.with_timezone(&zone).date_naive();
    let start = start_of_day(zone, today);
    let end = start_of_day(zone, today.succ_opt().unwrap_or(today));
    let month = start_of_day(zone, today.with_day(1).unwrap_or(today));
    let access = work.access;
    let hides =
        |object: &Object, names: &[&str]| names.iter().any(|name| access.hides(object, name));
    let timeless = hides(&activity::OBJECT, &["due_at", "done_at"]);
    let (tasks, overdue, due_today) = if timeless {
        (Listing::default(), 0, 0)
    } else {
        (
            work.list(&activity::OBJECT, &steps(access, zone))?,
            due(work, None, work.now)?,
            due(work, Some(start), end)?,
        )
    };
    let choices = choices(work)?;
    // Whose a deal is tells nothing to who may not see it.
    let nameless = hides(&deal::OBJECT, &["owner_id", "team_id"]);
    let of = whose.or_else(|| nameless.then_some(Of::Everything));
    let whose = choices.whose(work, of)?;
    let (kind, id, label) = choices.name(&whose);
    Ok(Home {
        audience: choices.audience,
        whose: Counted {
            kind,
            id,
            label,
            filter: whose.filter(),
        },
        tasks,
        overdue,
        due_today,
        deals_without_next_step: if hides(&deal::OBJECT, &["next_step_at"]) {
            0
        } else {
            without_step(work)?
        },
        open: open_deals(work, &whose)?,
        won_this_month: won_since(work, &whose, month)?,
    })
}

fn steps(access: &Access, zone: Tz) -> ListRequest {
    let about = ["contact", "company", "deal", "lead"].into_iter();
    let about = about.filter(|name| !access.hides(&activity::OBJECT, &format!("{name}_id")));
    ListRequest {
        filter: Some("owner_id = me and done_at is empty and due_at <= tomorrow".to_owned()),
        sort: Some("due_at".to_owned()),
        limit: Some(30),
        include: Some(about.collect::<Vec<_>>().join(",")),
        zone: Some(zone),
        ..ListRequest::default()
    }
}

fn due(work: &mut Work<'_>, from: Option<DateTime<Utc>>, to: DateTime<Utc>) -> Result<i64> {
    let mut statement = Statement::new("SELECT count(*) FROM activities WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND owner_id = ")
        .bind(work.access.user_id);
    statement
        .push(" AND done_at IS NULL AND deleted_at IS NULL AND due_at < ")
        .bind(to);
    if let Some(from) = from {
        statement.push(" AND due_at >= ").bind(from);
    }
    Ok(work.conn.row(&statement, |row| row.int(0))?.unwrap_or(0))
}

fn without_step(work: &mut Work<'_>) -> Result<i64> {
    let mut statement = Statement::new("SELECT count(*) FROM deals WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND owner_id = ")
        .bind(work.access.user_id);
    statement.push(" AND next_step_at IS NULL AND status = 'open' AND deleted_at IS NULL");
    Ok(work.conn.row(&statement, |row| row.int(0))?.unwrap_or(0))
}

fn open_deals(work: &mut Work<'_>, whose: &Whose) -> Result<Vec<Sum>> {
    let mut statement = Statement::new(format!("SELECT d.currency, {}", totals::PARTS));
    let theirs = |alias: &str, statement: &mut Statement| whose.push(alias, statement);
    totals::push_totals(work.access, &theirs, &mut statement);
    statement
        .push(" WHERE s.kind = 'open' GROUP BY d.currency, s.probability HAVING sum(d.count) > 0 ORDER BY d.currency");
    let parts = work.conn.rows(&statement, |row| {
        let (parts, weighted) = totals::Parts::read(row, 1)?;
        Ok(Sum {
            currency: row.text(0)?,
            count: parts.count,
            amount: Some(parts.amount),
            weighted: Some(weighted),
        })
    })?;
    let mut sums: Vec<Sum> = Vec::new();
    for part in parts {
        match sums.last_mut().filter(|sum| sum.currency == part.currency) {
            Some(sum) => {
                sum.count += part.count;
                sum.amount = sum.amount.zip(part.amount).map(|(one, other)| one + other);
                sum.weighted = sum
                    .weighted
                    .zip(part.weighted)
                    .map(|(one, other)| one + other);
            }
            None => sums.push(part),
        }
    }
    Ok(seen(work, sums))
}

/// Sums without what the caller may not see.
fn seen(work: &Work<'_>, mut sums: Vec<Sum>) -> Vec<Sum> {
    if !totals::sees_amounts(work.access) {
        for sum in &mut sums {
            (sum.amount, sum.weighted) = (None, None);
        }
    }
    sums
}

fn won_since(work: &mut Work<'_>, whose: &Whose, since: DateTime<Utc>) -> Result<Vec<Sum>> {
    let mut statement = Statement::new(
        "SELECT d.currency, count(*), CAST(coalesce(sum(d.amount), 0) AS BIGINT), CAST(coalesce(sum(d.amount), 0) AS BIGINT) FROM deals d WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.closed_at >= ")
        .bind(since);
    whose.push("d", &mut statement);
    push_reach(work.access, &deal::OBJECT, "d", &mut statement);
    statement.push(" GROUP BY d.currency ORDER BY d.currency");
    sums(work, &statement)
}

/// `AND …` for the records of `alias` that the caller may see.
pub(crate) fn push_reach(
    access: &Access,
    object: &'static Object,
    alias: &str,
    statement: &mut Statement,
) {
    push_visible(&access.limit(object, Action::See), alias, statement);
}

fn sums(work: &mut Work<'_>, statement: &Statement) -> Result<Vec<Sum>> {
    let sums = work.conn.rows(statement, |row| {
        Ok(Sum {
            currency: row.text(0)?,
            count: row.int(1)?,
            amount: Some(row.int(2)?),
            weighted: Some(row.int(3)?),
        })
    })?;
    Ok(seen(work, sums))
}
