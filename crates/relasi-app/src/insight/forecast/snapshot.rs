//! The job that notes every night how the open deals stand: sums by month, owner, stage and category, and of each deal what
//! differs from the day before.
//!
//! A day is noted once, whoever tries: its row in `forecast_days` is written by the same transaction. What was missed while
//! nobody was there is not made up; the next night notes how things stand then.
//!
//! It also sees to it that what is kept by weeks about stages is what the moves add up to.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Utc, Weekday};
use relasi_domain::insight::forecast::{CHANCE_SQL, Outcome, category_sql};
use relasi_persistence::{Conn, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::outcomes;
use crate::{
    platform::{
        business_hours::zone_of,
        jobs::{Handler, JobContext, JobError, NewJob, Plan, Registry, Step},
    },
    records::Work,
    refusal::Result,
    sales::weeks,
};

const KIND: &str = "forecast.snapshot";

/// The day on which what holds now ends.
const NOW: &str = "9999-12-31";

/// So many days back each one is kept; of those before, Mondays and firsts of months.
const EACH_DAY: u64 = 35;

/// Soon after midnight, when the day begins.
const PLAN: Plan = Plan {
    name: KIND,
    cron: "10 0 * * *",
    job: || NewJob {
        dedupe_key: Some("all".to_owned()),
        ..NewJob::new(KIND, "forecast", json!({}))
    },
};

struct Noting;

/// Adds what notes every night.
pub fn handlers(registry: Registry) -> Registry {
    registry.with(Noting).with_plan(PLAN)
}

impl Handler for Noting {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let workspace = context.job().workspace_id;
        let now = Utc::now();
        // Moves of two years are read outside the transaction that writes: nobody waits for that.
        let (day, outcomes) = context.rows().read_blocking(|conn| {
            let day = now.with_timezone(&zone_of(conn, workspace)?).date_naive();
            let outcomes = outcomes::count(conn, workspace, now)?;
            Ok::<_, JobError>((day, outcomes))
        })?;
        if context
            .rows()
            .read_blocking(|conn| weeks::are_wrong(conn, workspace))?
        {
            context.chunk(move |conn| {
                weeks::count_anew(conn, workspace)?;
                Ok(Step {
                    checkpoint: json!({}),
                    value: (),
                    done: 0,
                    total: 0,
                })
            })?;
        }
        let deals = context.chunk(move |conn| {
            let noted = (day, now.timestamp_micros());
            let deals = take(conn, workspace, noted, Source::Now, &outcomes)?;
            Ok(Step {
                checkpoint: json!({}),
                value: deals,
                done: deals.unwrap_or_default(),
                total: 0,
            })
        })?;
        Ok(json!({"day": day, "deals": deals}))
    }
}

/// Where it is read how deals stood.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// In the deals.
    Now,
    /// In the moves before a moment; all else is as it is now.
    Before(i64),
}

impl Source {
    /// ` FROM …` open deals `d` with their stages `s`.
    fn push(self, statement: &mut Statement) {
        let Self::Before(at) = self else {
            statement.push(
                " FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id \
                 WHERE d.status = 'open' AND d.deleted_at IS NULL",
            );
            return;
        };
        statement
            .push(" FROM deals d JOIN stage_changes c ON c.workspace_id = d.workspace_id AND c.deal_id = d.id AND c.at < ")
            .bind(at)
            .push(
                " JOIN stages s ON s.workspace_id = c.workspace_id AND s.id = c.to_stage_id \
                 WHERE s.kind = 'open' AND d.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM stage_changes n \
                 WHERE n.workspace_id = d.workspace_id AND n.deal_id = d.id AND n.at < ",
            )
            .bind(at)
            .push(" AND (n.at > c.at OR (n.at = c.at AND n.id > c.id)))");
    }
}

/// Notes how the open deals stand; how many these are, or none when the day was noted before.
pub(super) fn take(
    conn: &mut Conn,
    workspace: Uuid,
    (day, at): (NaiveDate, i64),
    source: Source,
    outcomes: &BTreeMap<Uuid, Outcome>,
) -> Result<Option<i64>> {
    let mut first =
        Statement::new("INSERT INTO forecast_days (workspace_id, day, taken_at, deals) VALUES (");
    first.bind(workspace).push(", ").bind(day);
    first
        .push(", ")
        .bind(at)
        .push(", 0) ON CONFLICT (workspace_id, day) DO NOTHING");
    if conn.execute(&first)? == 0 {
        return Ok(None);
    }
    outcomes::keep(conn, workspace, day, outcomes)?;
    end_states(conn, workspace, day, source)?;
    begin_states(conn, workspace, day, source)?;
    let deals = add_up(conn, workspace, day, outcomes)?;
    let mut counted = Statement::new("UPDATE forecast_days SET deals = ");
    counted
        .bind(deals)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    counted.push(" AND day = ").bind(day);
    conn.execute(&counted)?;
    thin_out(conn, workspace, day)?;
    Ok(Some(deals))
}

/// States that hold no more end on the day.
fn end_states(conn: &mut Conn, workspace: Uuid, day: NaiveDate, source: Source) -> Result<()> {
    let mut statement = Statement::new("UPDATE deal_states SET to_day = ");
    statement
        .bind(day)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(&format!(" AND to_day = '{NOW}' AND NOT EXISTS (SELECT 1"));
    source.push(&mut statement);
    statement.push(&format!(
        " AND d.workspace_id = deal_states.workspace_id AND d.id = deal_states.deal_id \
         AND d.owner_id IS NOT DISTINCT FROM deal_states.owner_id AND d.team_id IS NOT DISTINCT FROM deal_states.team_id \
         AND s.id = deal_states.stage_id AND {} = deal_states.category AND {CHANCE_SQL} = deal_states.chance \
         AND d.currency = deal_states.currency AND coalesce(d.amount, 0) = deal_states.amount \
         AND d.close_date IS NOT DISTINCT FROM deal_states.close_date)",
        category_sql()
    ));
    conn.execute(&statement)?;
    Ok(())
}

/// Open deals without a state that holds get one.
fn begin_states(conn: &mut Conn, workspace: Uuid, day: NaiveDate, source: Source) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO deal_states (workspace_id, deal_id, from_day, to_day, owner_id, team_id, stage_id, category, chance, \
         currency, amount, close_date) SELECT d.workspace_id, d.id, ",
    );
    statement.bind(day).push(&format!(
        ", '{NOW}', d.owner_id, d.team_id, s.id, {}, {CHANCE_SQL}, d.currency, coalesce(d.amount, 0), d.close_date",
        category_sql()
    ));
    source.push(&mut statement);
    // The last state of each, by the key: no other index would do.
    statement.push(" AND d.workspace_id = ").bind(workspace).push(&format!(
        " AND coalesce((SELECT x.to_day FROM deal_states x WHERE x.workspace_id = d.workspace_id AND x.deal_id = d.id \
         ORDER BY x.from_day DESC LIMIT 1), '') <> '{NOW}'"
    ));
    conn.execute(&statement)?;
    Ok(())
}

/// Adds up the states that hold.
fn add_up(
    conn: &mut Conn,
    workspace: Uuid,
    day: NaiveDate,
    outcomes: &BTreeMap<Uuid, Outcome>,
) -> Result<i64> {
    let mut statement = Statement::new(
        "INSERT INTO forecast_snapshots (workspace_id, day, close_month, owner_id, team_id, stage_id, category, currency, deals, \
         amount, weighted, by_history) SELECT x.workspace_id, ",
    );
    statement.bind(day).push(
        ", coalesce(substr(x.close_date, 1, 7), ''), coalesce(x.owner_id, ''), coalesce(x.team_id, ''), x.stage_id, \
         x.category, x.currency, count(*), CAST(sum(x.amount) AS BIGINT), CAST(sum(x.amount * x.chance / 100) AS BIGINT), \
         CAST(NULL AS BIGINT) FROM deal_states x WHERE x.workspace_id = ",
    );
    statement.bind(workspace).push(" AND x.to_day > ").bind(day);
    statement
        .push(" AND x.from_day <= ")
        .bind(day)
        .push(" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8");
    conn.execute(&statement)?;
    for (stage, outcome) in outcomes.iter().filter(|(_, outcome)| outcome.is_enough()) {
        // The share in millionths: whole numbers are the same on every database.
        let millionths = (outcome.won + 1) * 1_000_000 / (outcome.closed + 2);
        let mut by_history =
            Statement::new("UPDATE forecast_snapshots SET by_history = amount / 1000000 * ");
        by_history
            .bind(millionths)
            .push(" + amount % 1000000 * ")
            .bind(millionths);
        by_history
            .push(" / 1000000 WHERE workspace_id = ")
            .bind(workspace)
            .push(" AND day = ")
            .bind(day);
        by_history.push(" AND stage_id = ").bind(*stage);
        conn.execute(&by_history)?;
    }
    let mut counted = Statement::new(
        "SELECT CAST(coalesce(sum(deals), 0) AS BIGINT) FROM forecast_snapshots WHERE workspace_id = ",
    );
    counted.bind(workspace).push(" AND day = ").bind(day);
    Ok(conn.row(&counted, |row| row.int(0))?.unwrap_or_default())
}

/// Whether the sums of a day are still there on another one: all days of the last weeks, then the first of each week and month.
pub(super) fn is_kept(day: NaiveDate, today: NaiveDate) -> bool {
    let recent = today.checked_sub_days(Days::new(EACH_DAY));
    recent.is_none_or(|recent| day > recent) || day.weekday() == Weekday::Mon || day.day() == 1
}

/// Sums of days that nobody asks for any more go; states of deals stay, as they are few.
fn thin_out(conn: &mut Conn, workspace: Uuid, day: NaiveDate) -> Result<()> {
    let last = day.checked_sub_days(Days::new(EACH_DAY)).unwrap_or(day);
    // A week at a time would do; two also catch up after a while of standing still.
    for back in 0..14 {
        let Some(old) = last.checked_sub_days(Days::new(back)) else {
            break;
        };
        if is_kept(old, day) {
            continue;
        }
        let mut gone = Statement::new("DELETE FROM forecast_snapshots WHERE workspace_id = ");
        gone.bind(workspace).push(" AND day = ").bind(old);
        conn.execute(&gone)?;
    }
    Ok(())
}

/// The first and the last day that was noted.
pub(super) fn span(work: &mut Work<'_>) -> Result<Option<(String, String)>> {
    let mut statement =
        Statement::new("SELECT min(day), max(day) FROM forecast_days WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    let found = work
        .conn
        .row(&statement, |row| Ok(row.opt_text(0)?.zip(row.opt_text(1)?)))?;
    Ok(found.flatten())
}
