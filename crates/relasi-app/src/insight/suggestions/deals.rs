//! Open deals that need somebody's attention, the most urgent money first.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use relasi_domain::{
    insight::sales::nearest_rank,
    sales::{
        attention::{Known, Reason, USUAL_SILENCE, Why, reasons, urgency},
        deal,
    },
};
use relasi_persistence::Statement;
use serde::Serialize;
use serde_json::Value;

use super::{super::home::push_reach, MOST, rests};
use crate::{platform::exchange_rate, records::Work, refusal::Result, sales::totals::sees_amounts};

/// Open deals that are looked at: the largest.
const LOOKED_AT: u32 = 300;
/// Won deals that tell how much silence is usual: the newest.
const COMPARED: u32 = 100;
/// Fewer do not tell.
const LEAST_COMPARED: usize = 5;

/// A deal that needs attention.
#[derive(Debug, Clone, Serialize)]
pub struct Needy {
    /// Which one.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// In minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// The company.
    pub company_id: Option<String>,
    /// The person.
    pub contact_id: Option<String>,
    /// Whose it is.
    pub owner_id: Option<String>,
    /// Why, the most urgent first.
    pub reasons: Vec<Reason>,
    /// How urgent they are together.
    pub urgency: i64,
}

/// The caller's own deals, or all that they see, in the order of amount × urgency.
pub fn deals(work: &mut Work<'_>, all: bool, zone: Tz) -> Result<Vec<Needy>> {
    if work.access.hides(&deal::OBJECT, "name") {
        return Ok(Vec::new());
    }
    let today = work.now.with_timezone(&zone).date_naive();
    let usual = usual(work)?;
    let mut found = open(work, all)?;
    let pushed = pushed(work, &found)?;
    let resting = rests::mine(work, &deal::OBJECT)?;
    found.retain(|(deal, _)| !resting.contains(&deal.id));
    let hides = |name: &str| work.access.hides(&deal::OBJECT, name);
    let hidden = |why: Why| match why {
        Why::Overdue | Why::Pushed => hides("close_date"),
        Why::Rotting | Why::Silent => hides("last_activity_at") || hides("stage_since"),
        Why::NoNextStep => hides("next_step_at"),
        Why::NoDecisionMaker => hides("contact_roles"),
    };
    let now = work.now;
    let mut needy: Vec<Needy> = found
        .into_iter()
        .filter_map(|(mut deal, mut known)| {
            known.pushed = pushed.get(&deal.id).copied().unwrap_or(0);
            deal.reasons = reasons(&known, today, now, usual);
            deal.reasons.retain(|reason| !hidden(reason.why));
            deal.urgency = urgency(&deal.reasons);
            (!deal.reasons.is_empty()).then_some(deal)
        })
        .collect();
    let rates = exchange_rate::of_day(work, today)?;
    let worth = |deal: &Needy| {
        let own = deal
            .amount
            .and_then(|amount| rates.own_amount(amount, &deal.currency));
        own.unwrap_or(0).max(1).saturating_mul(deal.urgency)
    };
    needy.sort_by_cached_key(|deal| (std::cmp::Reverse(worth(deal)), deal.id.clone()));
    needy.truncate(MOST);
    if !sees_amounts(work.access) {
        for deal in &mut needy {
            deal.amount = None;
        }
    }
    let hides = |name: &str| work.access.hides(&deal::OBJECT, name);
    let (no_company, no_contact) = (hides("company_id"), hides("contact_id"));
    for deal in &mut needy {
        deal.company_id = deal.company_id.take().filter(|_| !no_company);
        deal.contact_id = deal.contact_id.take().filter(|_| !no_contact);
    }
    Ok(needy)
}

fn open(work: &mut Work<'_>, all: bool) -> Result<Vec<(Needy, Known)>> {
    let mut statement = Statement::new(
        "SELECT d.id, d.name, d.amount, d.currency, d.company_id, d.contact_id, d.owner_id, d.close_date, d.next_step_at, \
         d.stage_since, d.last_activity_at, d.created_at, s.rotting_days, d.contact_roles FROM deals d \
         JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id \
         WHERE d.status = 'open' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    if !all {
        statement
            .push(" AND d.owner_id = ")
            .bind(work.access.user_id);
    }
    push_reach(work.access, &deal::OBJECT, "d", &mut statement);
    statement
        .push(" ORDER BY coalesce(d.amount, 0) DESC, d.id")
        .limit(LOOKED_AT);
    Ok(work.conn.rows(&statement, |row| {
        let roles: Vec<String> = row.json(13)?;
        let known = Known {
            close_date: row.opt_text(7)?.and_then(|day| day.parse().ok()),
            next_step_at: row.opt_at(8)?,
            stage_since: row.opt_at(9)?,
            last_activity_at: row.opt_at(10)?,
            made: row.at(11)?,
            rotting_days: row.opt_int(12)?,
            has_decision_maker: roles.iter().any(|role| role == "decision_maker"),
            pushed: 0,
        };
        let deal = Needy {
            id: row.text(0)?,
            name: row.text(1)?,
            amount: row.opt_int(2)?,
            currency: row.text(3)?,
            company_id: row.opt_text(4)?,
            contact_id: row.opt_text(5)?,
            owner_id: row.opt_text(6)?,
            reasons: Vec::new(),
            urgency: 0,
        };
        Ok((deal, known))
    })?)
}

/// How often the close dates of deals were put off, by their history.
fn pushed(work: &mut Work<'_>, deals: &[(Needy, Known)]) -> Result<BTreeMap<String, i64>> {
    let mut times: BTreeMap<String, i64> = BTreeMap::new();
    if deals.is_empty() {
        return Ok(times);
    }
    let ids = deals.iter().map(|(deal, _)| &deal.id);
    let mut statement = Statement::new(
        "SELECT record_id, changes FROM audit_entries WHERE object = 'deal' AND changes LIKE '%\"close_date\"%' \
         AND workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    statement
        .push(" AND record_id IN (")
        .bind_all(ids)
        .push(")")
        .limit(5_000);
    work.conn.for_each(statement.uncached(), |row| {
        let changes: Value = row.json(1)?;
        if later(&changes) {
            *times.entry(row.text(0)?).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(times)
}

/// Whether a change puts the close date off.
fn later(changes: &Value) -> bool {
    let all = changes.as_array().into_iter().flatten();
    let day = |value: &Value| value.as_str()?.parse::<NaiveDate>().ok();
    all.filter(|change| change["field"] == "close_date")
        .any(|change| {
            day(&change["old"])
                .zip(day(&change["new"]))
                .is_some_and(|(old, new)| new > old)
        })
}

/// Days of silence that three of four deals stayed below that were won within a year, in the mean of their contacts.
fn usual(work: &mut Work<'_>) -> Result<i64> {
    let mut statement = Statement::new(
        "SELECT d.closed_at - d.created_at, (SELECT count(*) FROM activities a WHERE a.workspace_id = d.workspace_id \
         AND a.deal_id = d.id AND a.done_at IS NOT NULL AND a.deleted_at IS NULL) FROM deals d \
         WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND d.closed_at >= ")
        .bind(work.now - TimeDelta::days(365))
        .push(" ORDER BY d.closed_at DESC, d.id")
        .limit(COMPARED);
    let mut days = work.conn.rows(&statement, |row| {
        let took = TimeDelta::microseconds(row.int(0)?).num_days().max(0);
        Ok(took / (row.int(1)? + 1))
    })?;
    if days.len() < LEAST_COMPARED {
        return Ok(USUAL_SILENCE);
    }
    days.sort_unstable();
    Ok(nearest_rank(&days, 75).unwrap_or(USUAL_SILENCE).max(3))
}
