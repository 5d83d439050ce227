//! Weeks before the first day that was noted, by the moves of deals up to then, and quotas to go with them: for the sample
//! data, whose past is made up.

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;
use relasi_domain::{filter::start_of_day, insight::forecast::months_within};
use relasi_persistence::Statement;

use super::{
    outcomes,
    snapshot::{Source, take},
};
use crate::{records::Work, refusal::Result};

/// Weeks back.
const WEEKS: u64 = 13;

/// What the caller should win in a month of the sample, as a share of what was won in the three months before.
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
    quotas(work, today)
}

fn has(work: &mut Work<'_>, table: &str) -> Result<bool> {
    let mut statement = Statement::new(format!("SELECT 1 FROM {table} WHERE workspace_id = "));
    statement.bind(work.access.workspace_id).limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_some())
}

/// A quota of each month of last year and this one for the caller: a little more than a usual month brought.
fn quotas(work: &mut Work<'_>, today: NaiveDate) -> Result<()> {
    let since = work
        .now
        .checked_sub_months(Months::new(6))
        .unwrap_or(work.now);
    let mut won = Statement::new(
        "SELECT CAST(coalesce(sum(d.amount), 0) AS BIGINT) FROM deals d JOIN workspaces w ON w.id = d.workspace_id \
         WHERE d.status = 'won' AND d.deleted_at IS NULL AND d.currency = w.currency AND d.workspace_id = ",
    );
    won.bind(work.access.workspace_id)
        .push(" AND d.closed_at >= ")
        .bind(since);
    let won = work.conn.row(&won, |row| row.int(0))?.unwrap_or_default();
    // Two digits are enough for a goal.
    let month = won / 6 * MORE / 100;
    let step = 10_i64.pow(month.max(1).ilog10().saturating_sub(1));
    let value = month / step * step;
    if value == 0 {
        return Ok(());
    }
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let Some((from, to)) = first(today.year() - 1).zip(first(today.year() + 1)) else {
        return Ok(());
    };
    for month in months_within(from, to) {
        let mut statement = Statement::new(
            "INSERT INTO quotas (workspace_id, kind, subject_id, measure, month, value, version, updated_at, updated_by) VALUES (",
        );
        statement
            .bind(work.access.workspace_id)
            .push(", 'person', ");
        statement.bind(work.access.user_id).push(", 'won_amount', ");
        statement
            .bind(month)
            .push(", ")
            .bind(value)
            .push(", 1, ")
            .bind(work.now);
        statement.push(", ").bind(work.access.user_id).push(")");
        work.conn.execute(&statement)?;
    }
    Ok(())
}

/// Takes all of it away: what was noted while the sample was there tells of it. Quotas that somebody changed stay.
pub(crate) fn clear(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut quotas = Statement::new("DELETE FROM quotas WHERE version = 1 AND workspace_id = ");
    quotas
        .bind(workspace)
        .push(" AND updated_at = (SELECT min(taken_at) FROM forecast_days WHERE workspace_id = ")
        .bind(workspace)
        .push(")");
    work.conn.execute(&quotas)?;
    for table in ["deal_states", "forecast_snapshots", "forecast_days"] {
        let mut statement = Statement::new(format!("DELETE FROM {table} WHERE workspace_id = "));
        statement.bind(workspace);
        work.conn.execute(&statement)?;
    }
    Ok(())
}
