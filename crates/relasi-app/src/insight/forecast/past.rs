//! Weeks before the first day that was noted, by the moves of deals up to then, and quotas to go with them: for the sample
//! data, whose past is made up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;
use relasi_domain::{
    commerce::money::share, filter::start_of_day, grouping::Unit, insight::forecast::months_within,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{
    outcomes,
    snapshot::{Source, take},
};
use crate::{records::Work, refusal::Result};

/// Weeks back.
const WEEKS: u64 = 13;

/// What somebody should win in a month of the sample, as a share of a usual month.
const MORE: i64 = 110;

/// Notes past weeks and today, unless days were noted before, and sets quotas unless there are any.
pub(crate) fn furnish(work: &mut Work<'_>, zone: Tz) -> Result<()> {
    let workspace = work.access.workspace_id;
    if has(work, "forecast_days")? || has(work, "quotas")? {
        return Ok(());
    }
    let today = work.now.with_timezone(&zone).date_naive();
    let outcomes = outcomes::count(work.conn, workspace, work.now)?;
    let at = work.micros();
    for week in (1..=WEEKS).rev() {
        let Some(day) = today.checked_sub_days(Days::new(7 * week)) else {
            continue;
        };
        let before = Source::Before(start_of_day(zone, day).timestamp_micros());
        take(work.conn, workspace, (day, at), before, &outcomes)?;
    }
    take(work.conn, workspace, (today, at), Source::Now, &outcomes)?;
    quotas(work, zone, today)
}

fn has(work: &mut Work<'_>, table: &str) -> Result<bool> {
    let mut statement = Statement::new(format!("SELECT 1 FROM {table} WHERE workspace_id = "));
    statement.bind(work.access.workspace_id).limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_some())
}

/// A quota of each month of last year and this one for everybody who won something, a little more than a usual month brought,
/// and for their teams what that comes to.
/// And what the caller said of this quarter and the last one.
fn quotas(work: &mut Work<'_>, zone: Tz, today: NaiveDate) -> Result<()> {
    let since = work
        .now
        .checked_sub_months(Months::new(6))
        .unwrap_or(work.now);
    let mut won = Statement::new(
        "SELECT d.owner_id, CAST(coalesce(sum(d.amount), 0) AS BIGINT) FROM deals d JOIN workspaces w ON w.id = d.workspace_id \
         WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.owner_id IS NOT NULL AND d.currency = w.currency \
         AND d.workspace_id = ",
    );
    won.bind(work.access.workspace_id)
        .push(" AND d.closed_at >= ")
        .bind(since);
    won.push(" GROUP BY d.owner_id ORDER BY d.owner_id");
    let won = work.conn.rows(&won, |row| Ok((row.id(0)?, row.int(1)?)))?;
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let Some((from, to)) = first(today.year() - 1).zip(first(today.year() + 1)) else {
        return Ok(());
    };
    let mut all = 0;
    let mut teams: BTreeMap<Uuid, i64> = BTreeMap::new();
    for (owner, won) in won {
        let value = round(won / 6 * MORE / 100);
        all += value;
        if let Some(team) = team_of(work, owner)? {
            *teams.entry(team).or_default() += value;
        }
        for month in months_within(from, to).into_iter().filter(|_| value > 0) {
            quota(work, ("person", owner), month, value)?;
        }
    }
    for (team, value) in teams.into_iter().filter(|(_, value)| *value > 0) {
        for month in months_within(from, to) {
            quota(work, ("team", team), month, value)?;
        }
    }
    calls(work, zone, today, all * 3)
}

fn team_of(work: &mut Work<'_>, user: Uuid) -> Result<Option<Uuid>> {
    let mut statement = Statement::new("SELECT team_id FROM memberships WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(user);
    let found = work.conn.row(&statement, |row| row.opt_id(0))?;
    Ok(found.flatten())
}

/// Two digits are enough for a goal.
fn round(amount: i64) -> i64 {
    let step = 10_i64.pow(amount.max(1).ilog10().saturating_sub(1));
    amount / step * step
}

fn quota(
    work: &mut Work<'_>,
    (kind, subject): (&str, Uuid),
    month: NaiveDate,
    value: i64,
) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO quotas (workspace_id, kind, subject_id, measure, month, value, version, updated_at, updated_by) VALUES (",
    );
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(kind)
        .push(", ")
        .bind(subject)
        .push(", 'won_amount', ");
    statement
        .bind(month)
        .push(", ")
        .bind(value)
        .push(", 1, ")
        .bind(work.now);
    statement.push(", ").bind(work.access.user_id).push(")");
    work.conn.execute(&statement)?;
    Ok(())
}

/// Ids of what the caller said, and of what share of the quota: first too much, then less.
const CALLS: [(Uuid, i64); 4] = [
    (
        Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0002_0001),
        105,
    ),
    (
        Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0002_0002),
        90,
    ),
    (
        Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0002_0003),
        110,
    ),
    (
        Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0002_0004),
        95,
    ),
];

fn calls(work: &mut Work<'_>, zone: Tz, today: NaiveDate, quarter: i64) -> Result<()> {
    let this = Unit::Quarter.first(today, Weekday::Mon);
    let last = this.checked_sub_months(Months::new(3)).unwrap_or(this);
    let begins = [(last, 0), (last, 40), (this, 0), (this, 40)];
    for ((id, share), (month, days)) in CALLS.into_iter().zip(begins) {
        // Said at the end of the day before, and once more in the middle of the quarter where that is over.
        let day = month.checked_add_days(Days::new(days)).unwrap_or(month);
        if quarter == 0 || day > today {
            continue;
        }
        let mut statement = Statement::new(
            "INSERT INTO forecast_calls (workspace_id, id, caller_id, month, months, amount, created_at) VALUES (",
        );
        statement.bind(work.access.workspace_id).push(", ").bind(id);
        statement.push(", ").bind(work.access.user_id);
        statement.push(", ").bind(month).push(", 3, ");
        statement.bind(round(quarter / 100 * share)).push(", ");
        let at = start_of_day(zone, day) - TimeDelta::hours(7);
        work.conn.execute(statement.bind(at).push(")"))?;
    }
    Ok(())
}

/// Takes away what was noted of the deals of one import, and what stood in no other deal. Quotas that somebody changed
/// stay.
pub(crate) fn clear(work: &mut Work<'_>, import: Uuid) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut quotas = Statement::new("DELETE FROM quotas WHERE version = 1 AND workspace_id = ");
    quotas
        .bind(workspace)
        .push(" AND updated_at = (SELECT min(taken_at) FROM forecast_days WHERE workspace_id = ")
        .bind(workspace)
        .push(")");
    work.conn.execute(&quotas)?;
    let mut calls = Statement::new("DELETE FROM forecast_calls WHERE workspace_id = ");
    calls.bind(workspace).push(" AND id IN (");
    calls.bind_all(CALLS.map(|(id, _)| id)).push(")");
    work.conn.execute(&calls)?;
    let noted = noted_sums(work, import)?;
    take_off(work, noted)?;
    for (day, deals) in noted_days(work, import)? {
        let mut rest = Statement::new("UPDATE forecast_days SET deals = deals - ");
        rest.bind(deals)
            .push(" WHERE workspace_id = ")
            .bind(workspace);
        rest.push(" AND day = ").bind(day.as_str());
        work.conn.execute(&rest)?;
        let mut empty =
            Statement::new("DELETE FROM forecast_days WHERE deals <= 0 AND workspace_id = ");
        empty.bind(workspace).push(" AND day = ").bind(day.as_str());
        work.conn.execute(&empty)?;
    }
    let mut states = Statement::new("DELETE FROM deal_states WHERE workspace_id = ");
    states
        .bind(workspace)
        .push(" AND deal_id IN (SELECT id FROM deals WHERE import_id IS NOT NULL AND import_id = ")
        .bind(import)
        .push(" AND workspace_id = ")
        .bind(workspace)
        .push(")");
    work.conn.execute(&states)?;
    Ok(())
}

/// What the key of a sum is made of, as it is worked out of states.
const KEY: [(&str, &str); 7] = [
    ("day", "f.day"),
    ("close_month", "coalesce(substr(x.close_date, 1, 7), '')"),
    ("owner_id", "coalesce(x.owner_id, '')"),
    ("team_id", "coalesce(x.team_id, '')"),
    ("stage_id", "x.stage_id"),
    ("category", "x.category"),
    ("currency", "x.currency"),
];

/// What the deals of an import add to a sum that was noted.
struct Noted {
    key: Vec<String>,
    deals: i64,
    amount: i64,
    weighted: i64,
}

/// ` FROM …` states `x` of the deals of an import on the days `f` that were noted.
fn push_states(work: &Work<'_>, import: Uuid, statement: &mut Statement) {
    statement
        .push(
            " FROM deal_states x JOIN deals d ON d.workspace_id = x.workspace_id AND d.id = x.deal_id \
             JOIN forecast_days f ON f.workspace_id = x.workspace_id AND x.from_day <= f.day AND x.to_day > f.day \
             WHERE d.import_id IS NOT NULL AND d.import_id = ",
        )
        .bind(import)
        .push(" AND x.workspace_id = ")
        .bind(work.access.workspace_id);
}

fn noted_sums(work: &mut Work<'_>, import: Uuid) -> Result<Vec<Noted>> {
    let columns = KEY.map(|(_, sql)| sql).join(", ");
    let mut statement = Statement::new(format!(
        "SELECT {columns}, count(*), CAST(sum(x.amount) AS BIGINT), CAST(sum(x.amount * x.chance / 100) AS BIGINT)"
    ));
    push_states(work, import, &mut statement);
    statement.push(" GROUP BY 1, 2, 3, 4, 5, 6, 7");
    let sums = work.conn.rows(&statement, |row| {
        let key: std::result::Result<Vec<String>, _> =
            (0..KEY.len()).map(|at| row.text(at)).collect();
        Ok(Noted {
            key: key?,
            deals: row.int(KEY.len())?,
            amount: row.int(KEY.len() + 1)?,
            weighted: row.int(KEY.len() + 2)?,
        })
    })?;
    Ok(sums)
}

fn noted_days(work: &mut Work<'_>, import: Uuid) -> Result<Vec<(String, i64)>> {
    let mut statement = Statement::new("SELECT f.day, count(*)");
    push_states(work, import, &mut statement);
    statement.push(" GROUP BY f.day");
    let days = work
        .conn
        .rows(&statement, |row| Ok((row.text(0)?, row.int(1)?)))?;
    Ok(days)
}

/// What was noted by one key: deals, amount, weighted amount, and what history says of the amount.
type Sum = (i64, i64, i64, Option<i64>);

fn sums(work: &mut Work<'_>) -> Result<BTreeMap<Vec<String>, Sum>> {
    let columns = KEY.map(|(column, _)| column).join(", ");
    let mut statement = Statement::new(format!(
        "SELECT {columns}, deals, amount, weighted, by_history FROM forecast_snapshots WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    let found = work.conn.rows(&statement, |row| {
        let key: std::result::Result<Vec<String>, _> =
            (0..KEY.len()).map(|at| row.text(at)).collect();
        let at = KEY.len();
        let sum = (
            row.int(at)?,
            row.int(at + 1)?,
            row.int(at + 2)?,
            row.opt_int(at + 3)?,
        );
        Ok((key?, sum))
    })?;
    Ok(found.into_iter().collect())
}

/// Takes deals out of the sums that were noted; a sum goes with the last of them, and days on which nothing else stood go
/// together. What history says of an amount is a share of it.
fn take_off(work: &mut Work<'_>, all: Vec<Noted>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut rest = sums(work)?;
    let mut less = Vec::new();
    for noted in all {
        match rest.remove(&noted.key) {
            Some(sum) if sum.0 > noted.deals => less.push((noted, sum)),
            Some(_) => less.push((noted, (0, 0, 0, None))),
            None => {}
        }
    }
    let still = less.iter().filter(|(_, sum)| sum.0 > 0);
    let still = still.map(|(noted, _)| &noted.key);
    let kept: BTreeSet<String> = rest.keys().chain(still).map(|key| key[0].clone()).collect();
    let gone: BTreeSet<&str> = less
        .iter()
        .map(|(noted, _)| noted.key[0].as_str())
        .filter(|day| !kept.contains(*day))
        .collect();
    if !gone.is_empty() {
        let mut days = Statement::new("DELETE FROM forecast_snapshots WHERE workspace_id = ");
        days.bind(workspace).push(" AND day IN (");
        days.bind_all(gone.iter().copied()).push(")");
        work.conn.execute(days.uncached())?;
    }
    for (noted, sum) in less
        .iter()
        .filter(|(noted, _)| kept.contains(&noted.key[0]))
    {
        shrink(work, noted, *sum)?;
    }
    Ok(())
}

/// What is left of a sum; nothing of one without deals.
fn shrink(work: &mut Work<'_>, noted: &Noted, sum: Sum) -> Result<()> {
    let (deals, amount, weighted, by_history) = sum;
    let mut statement = if deals == 0 {
        Statement::new("DELETE FROM forecast_snapshots")
    } else {
        let rest = amount - noted.amount;
        let by_history = by_history.map(|sum| share(sum, rest, amount).unwrap_or(0));
        let mut less = Statement::new("UPDATE forecast_snapshots SET deals = ");
        less.bind(deals - noted.deals)
            .push(", amount = ")
            .bind(rest);
        less.push(", weighted = ").bind(weighted - noted.weighted);
        less.push(", by_history = ").bind(by_history);
        less
    };
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    for ((column, _), value) in KEY.iter().zip(&noted.key) {
        statement
            .push(&format!(" AND {column} = "))
            .bind(value.as_str());
    }
    work.conn.execute(&statement)?;
    Ok(())
}
