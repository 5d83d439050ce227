//! The weeks made of all moves: where others than the application wrote moves, and where stages change places.

use relasi_domain::{record::Document, sales::way::WEEK};
use relasi_persistence::{Conn, Dialect, Statement, store::text_of};
use serde_json::Value;
use uuid::Uuid;

use super::won;
use crate::{
    records::{Change, Work, member_id},
    refusal::Result,
    sales::totals::of_one,
};

/// Counts all moves of a workspace.
pub fn count_anew(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    if conn.dialect() == Dialect::Postgres {
        // Of rows that have just come nothing is known, and each move would be compared with each.
        conn.execute_batch("ANALYZE stages; ANALYZE deals; ANALYZE stage_changes")?;
    }
    let mut first = Statement::new(
        "UPDATE stage_changes SET first_at = (SELECT min(e.at) FROM stage_changes e WHERE e.workspace_id = stage_changes.workspace_id \
         AND e.deal_id = stage_changes.deal_id AND e.to_stage_id = stage_changes.to_stage_id \
         AND (e.at < stage_changes.at OR (e.at = stage_changes.at AND e.id < stage_changes.id))) WHERE workspace_id = ",
    );
    conn.execute(first.bind(workspace))?;
    won::count_anew(conn, workspace)?;
    count(conn, workspace, None)
}

/// Counts the moves of a pipeline again when its stages stand in another order, or are lost or not: what comes further has
/// changed.
pub(in crate::sales) fn reordered(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    for change in changes {
        let Some(before) = &change.before else {
            // Nothing has moved into a new stage, and the others stand as they did.
            continue;
        };
        if !["position", "kind"].iter().any(|name| change.touched(name)) {
            continue;
        }
        let Some(pipeline) = member_id(&change.after, "pipeline_id") else {
            continue;
        };
        if order(work, pipeline, before)? != order(work, pipeline, &change.after)? {
            lock(work.conn, work.access.workspace_id, pipeline)?;
            count(work.conn, work.access.workspace_id, Some(pipeline))?;
        }
    }
    Ok(())
}

/// The stages of a pipeline in order, one of them as in a document, and whether they are lost.
fn order(work: &mut Work<'_>, pipeline: Uuid, of: &Document) -> Result<Vec<(String, bool)>> {
    let mut statement =
        Statement::new("SELECT id, position, kind FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline);
    let id = text_of(of, "id");
    let mut stages = work.conn.rows(&statement, |row| {
        Ok((row.int(1)?, row.text(0)?, row.text(2)? == "lost"))
    })?;
    for (position, stage, lost) in &mut stages {
        if *stage == id {
            *position = of.get("position").and_then(Value::as_i64).unwrap_or(0);
            *lost = text_of(of, "kind") == "lost";
        }
    }
    stages.sort();
    let order = stages.into_iter();
    Ok(order.map(|(_, stage, lost)| (stage, lost)).collect())
}

/// Lets nobody write about deals of the pipeline meanwhile: those who do hold the stages that these were in.
fn lock(conn: &mut Conn, workspace: Uuid, pipeline: Uuid) -> Result<()> {
    if conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let mut stages = Statement::new("SELECT id FROM stages WHERE workspace_id = ");
    stages
        .bind(workspace)
        .push(" AND pipeline_id = ")
        .bind(pipeline)
        .push(" ORDER BY id FOR UPDATE");
    conn.rows(&stages, |row| row.text(0))?;
    Ok(())
}

/// `WHERE` the stage in a column is one of the workspace, or of one of its pipelines.
fn push_of(column: &str, (workspace, pipeline): (Uuid, Option<Uuid>), statement: &mut Statement) {
    statement.push(" WHERE workspace_id = ").bind(workspace);
    if let Some(pipeline) = pipeline {
        statement
            .push(&format!(
                " AND {column} IN (SELECT id FROM stages WHERE workspace_id = "
            ))
            .bind(workspace)
            .push(" AND pipeline_id = ")
            .bind(pipeline)
            .push(")");
    }
}

fn count(conn: &mut Conn, workspace: Uuid, pipeline: Option<Uuid>) -> Result<()> {
    let of = (workspace, pipeline);
    let mut further = Statement::new(
        "UPDATE stage_changes SET further = CASE WHEN EXISTS (SELECT 1 FROM stage_changes n \
         JOIN stages t ON t.workspace_id = n.workspace_id AND t.id = n.to_stage_id \
         JOIN stages s ON s.workspace_id = t.workspace_id AND s.pipeline_id = t.pipeline_id \
         WHERE n.workspace_id = stage_changes.workspace_id AND n.deal_id = stage_changes.deal_id AND n.at >= stage_changes.at \
         AND s.id = stage_changes.to_stage_id AND t.kind <> 'lost' \
         AND (t.position > s.position OR (t.position = s.position AND t.id > s.id))) THEN 1 ELSE 0 END",
    );
    push_of("to_stage_id", of, &mut further);
    conn.execute(&further)?;
    let mut gone = Statement::new("DELETE FROM stage_weeks");
    push_of("stage_id", of, &mut gone);
    conn.execute(&gone)?;
    let mut all = Statement::new(format!("INSERT INTO stage_weeks ({KEY}, {SUMS}) "));
    push_counted(of, &mut all);
    conn.execute(&all)?;
    Ok(())
}

/// What a week of a stage is known by.
const KEY: &str = "workspace_id, stage_id, week, currency, owner_id, team_id";

/// What is kept about it.
const SUMS: &str = "entered, further, closed, won, count, amount, own_amount, own_weighted";

/// `SELECT …` weeks as the moves of the workspace, or of one of its pipelines, add up to.
fn push_counted(of: (Uuid, Option<Uuid>), statement: &mut Statement) {
    statement.push(&format!(
        "SELECT {KEY}, sum(entered) AS entered, sum(further) AS further, sum(closed) AS closed, sum(won) AS won, sum(sign) AS count, \
         sum(sign * amount) AS amount, sum(sign * own_amount) AS own_amount, sum(sign * own_weighted) AS own_weighted FROM (SELECT c.workspace_id, c.stage_id, c.at / {WEEK} AS week, t.currency, \
         coalesce(t.owner_id, '') AS owner_id, coalesce(t.team_id, '') AS team_id, c.entered, c.entered * c.further AS further, \
         CASE WHEN t.status IN ('won', 'lost') THEN c.entered ELSE 0 END AS closed, \
         CASE WHEN t.status = 'won' THEN c.entered ELSE 0 END AS won, c.sign, {} FROM (\
         SELECT workspace_id, deal_id, to_stage_id AS stage_id, at, CASE WHEN first_at IS NULL THEN 1 ELSE 0 END AS entered, further, 1 AS sign \
         FROM stage_changes",
        of_one("t")
    ));
    push_of("to_stage_id", of, statement);
    statement.push(
        " UNION ALL SELECT workspace_id, deal_id, from_stage_id, at, 0, 0, -1 FROM stage_changes",
    );
    push_of("from_stage_id", of, statement);
    statement.push(&format!(
        " AND from_stage_id IS NOT NULL) c JOIN deals t ON t.workspace_id = c.workspace_id AND t.id = c.deal_id \
         WHERE t.deleted_at IS NULL) m GROUP BY {KEY}"
    ));
}

/// Whether the weeks of a workspace are not what its moves add up to: a node of the release before wrote while this one came,
/// or a hand in the database.
pub(crate) fn are_wrong(conn: &mut Conn, workspace: Uuid) -> Result<bool> {
    let sums: Vec<&str> = SUMS.split(", ").collect();
    let of = |how: &dyn Fn(&str) -> String, between: &str| {
        let all: Vec<String> = sums.iter().map(|sum| how(sum)).collect();
        all.join(between)
    };
    let less = of(&|sum| format!("-{sum} AS {sum}"), ", ");
    let differs = of(&|sum| format!("sum({sum}) <> 0"), " OR ");
    // What is counted less what is kept leaves nothing.
    let mut statement = Statement::new(format!("SELECT 1 FROM (SELECT {KEY}, {SUMS} FROM ("));
    push_counted((workspace, None), &mut statement);
    statement
        .push(&format!(
            ") n UNION ALL SELECT {KEY}, {less} FROM stage_weeks WHERE workspace_id = "
        ))
        .bind(workspace);
    statement.push(&format!(") d GROUP BY {KEY} HAVING {differs} LIMIT 1"));
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}
