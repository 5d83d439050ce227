//! What became of the deals that have been in each stage: worked out every night, as reading all moves takes a while.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, Utc};
use relasi_domain::insight::forecast::Outcome;
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::refusal::Result;

/// How far back closed deals say something about the ones of now.
const BACK: Months = Months::new(24);

/// Outcomes by stage, and the day of which they are; none when no night has passed yet, and they are of now.
pub(super) fn read(
    conn: &mut Conn,
    workspace: Uuid,
    now: DateTime<Utc>,
) -> Result<(Option<String>, BTreeMap<Uuid, Outcome>)> {
    let mut statement = Statement::new(
        "SELECT stage_id, closed, won, day FROM stage_outcomes WHERE workspace_id = ",
    );
    statement.bind(workspace);
    let found = conn.rows(&statement, |row| {
        let outcome = Outcome {
            closed: row.int(1)?,
            won: row.int(2)?,
        };
        Ok((row.id(0)?, outcome, row.text(3)?))
    })?;
    let Some(day) = found.first().map(|(.., day)| day.clone()) else {
        return Ok((None, count(conn, workspace, now)?));
    };
    let found = found
        .into_iter()
        .map(|(stage, outcome, _)| (stage, outcome));
    Ok((Some(day), found.collect()))
}

/// Counts them: of all deals of the workspace, as the chance of a stage is one for everybody.
pub(super) fn count(
    conn: &mut Conn,
    workspace: Uuid,
    now: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, Outcome>> {
    let mut statement = Statement::new(
        "SELECT c.to_stage_id, count(DISTINCT d.id), count(DISTINCT CASE WHEN d.status = 'won' THEN d.id END) FROM deals d \
         JOIN stage_changes c ON c.workspace_id = d.workspace_id AND c.deal_id = d.id \
         WHERE d.status IN ('won', 'lost') AND d.deleted_at IS NULL AND d.workspace_id = ",
    );
    statement.bind(workspace);
    statement
        .push(" AND d.closed_at >= ")
        .bind(now.checked_sub_months(BACK).unwrap_or(now))
        .push(" GROUP BY c.to_stage_id");
    let found = conn.rows(&statement, |row| {
        Ok((
            row.id(0)?,
            Outcome {
                closed: row.int(1)?,
                won: row.int(2)?,
            },
        ))
    })?;
    Ok(found.into_iter().collect())
}

/// Keeps the outcomes of a day in place of those before.
pub(super) fn keep(
    conn: &mut Conn,
    workspace: Uuid,
    day: NaiveDate,
    outcomes: &BTreeMap<Uuid, Outcome>,
) -> Result<()> {
    let mut gone = Statement::new("DELETE FROM stage_outcomes WHERE workspace_id = ");
    gone.bind(workspace);
    conn.execute(&gone)?;
    for (stage, outcome) in outcomes {
        let mut statement = Statement::new(
            "INSERT INTO stage_outcomes (workspace_id, stage_id, day, closed, won) VALUES (",
        );
        statement
            .bind(workspace)
            .push(", ")
            .bind(*stage)
            .push(", ")
            .bind(day);
        statement.push(", ").bind(outcome.closed);
        statement.push(", ").bind(outcome.won).push(")");
        conn.execute(&statement)?;
    }
    Ok(())
}
