//! What stood in the stages of a pipeline: whole weeks as they are kept, and the moves of the days after them.

use std::collections::BTreeMap;

use relasi_domain::{
    identity::access::Access,
    sales::way::{Rest, nearest_week},
};
use relasi_persistence::{Conn, Statement, StoreError, row::Row};
use uuid::Uuid;

use super::among::{Among, WEEKS, one_each, push_stages};
use crate::{
    refusal::Result,
    sales::totals::{Parts, of_one},
};

/// Sums of the parts of [`of_one`], in the order of [`Parts`].
const SUMS: &str = "CAST(sum(d.count) AS BIGINT), CAST(sum(d.amount) AS BIGINT), \
     CAST(sum(d.own_amount) AS BIGINT), CAST(sum(d.own_weighted) AS BIGINT)";

/// By stage and currency.
pub(crate) type Standing = BTreeMap<(String, String), Parts>;

/// What stood in the stages of a pipeline before a moment. Amounts and chances are those of now.
pub(crate) fn standing(
    conn: &mut Conn,
    (among, pipeline): (&Among<'_>, Uuid),
    before: i64,
) -> Result<Standing> {
    let mut found = Standing::new();
    let of = (among.access, pipeline);
    let dialect = conn.dialect();
    if among.by_weeks() {
        let (week, rest) = nearest_week(before);
        whole_weeks(conn, (among, pipeline), week, &mut found)?;
        add_moves(conn, among, rest, &mut found)?;
        if let Some(shared) = among.shared(dialect) {
            one_by_one(conn, of, before, &shared, &mut found)?;
        }
    } else {
        one_by_one(conn, of, before, &among.all(dialect), &mut found)?;
    }
    // The moves of the days lead out of other pipelines and into them as well.
    let mut stages = Statement::new("SELECT id FROM stages WHERE workspace_id = ");
    stages.bind(among.access.workspace_id);
    stages.push(" AND pipeline_id = ").bind(pipeline);
    let stages = conn.rows(&stages, |row| row.text(0))?;
    found.retain(|(stage, _), parts| parts.count > 0 && stages.contains(stage));
    Ok(found)
}

fn parts(row: &Row<'_>, at: usize) -> std::result::Result<Parts, StoreError> {
    Ok(Parts {
        count: row.int(at)?,
        amount: row.int(at + 1)?,
        own_amount: row.int(at + 2)?,
        own_weighted: row.int(at + 3)?,
    })
}

fn whole_weeks(
    conn: &mut Conn,
    (among, pipeline): (&Among<'_>, Uuid),
    week: i64,
    found: &mut Standing,
) -> Result<()> {
    let mut statement = Statement::new(format!("SELECT d.stage_id, d.currency, {SUMS}{WEEKS}"));
    statement
        .bind(among.access.workspace_id)
        .push(" AND d.week < ")
        .bind(week)
        .push(" AND d.stage_id");
    push_stages(among.access, pipeline, &mut statement);
    among.push_weeks(conn.dialect(), &mut statement);
    statement.push(" GROUP BY d.stage_id, d.currency");
    let sums = conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, parts(row, 2)?))
    })?;
    for (stage, currency, parts) in sums {
        found.entry((stage, currency)).or_default().merge(parts, 1);
    }
    Ok(())
}

/// The moves of a few days: what came, and what left.
fn add_moves(
    conn: &mut Conn,
    among: &Among<'_>,
    ((from, to), sign): Rest,
    found: &mut Standing,
) -> Result<()> {
    let mut statement = Statement::new(format!(
        "SELECT d.from_stage_id, d.to_stage_id, d.currency, {SUMS} FROM (SELECT c.from_stage_id, c.to_stage_id, d.currency, {} \
         FROM stage_changes c CROSS JOIN {} d WHERE d.workspace_id = c.workspace_id AND d.id = c.deal_id AND c.workspace_id = ",
        of_one("d"),
        one_each(conn.dialect())
    ));
    statement
        .bind(among.access.workspace_id)
        .push(" AND c.to_stage_id IN (SELECT id FROM stages WHERE workspace_id = ")
        .bind(among.access.workspace_id)
        .push(") AND c.at >= ")
        .bind(from)
        .push(" AND c.at < ")
        .bind(to)
        .append(&among.owned(conn.dialect()))
        .push(") d GROUP BY d.from_stage_id, d.to_stage_id, d.currency");
    let moves = conn.rows(&statement, |row| {
        Ok((row.opt_text(0)?, row.text(1)?, row.text(2)?, parts(row, 3)?))
    })?;
    for (left, came, currency, parts) in moves {
        if let Some(left) = left {
            found
                .entry((left, currency.clone()))
                .or_default()
                .merge(parts, -sign);
        }
        found
            .entry((came, currency))
            .or_default()
            .merge(parts, sign);
    }
    Ok(())
}

/// Deals with the last move of each, by the index of its moves.
fn one_by_one(
    conn: &mut Conn,
    (access, pipeline): (&Access, Uuid),
    before: i64,
    taken: &Statement,
    found: &mut Standing,
) -> Result<()> {
    let mut statement = Statement::new(format!(
        "SELECT d.stage_id, d.currency, {SUMS} FROM (SELECT s.id AS stage_id, d.currency, {}",
        of_one("d")
    ));
    push_standing(access, before, &mut statement);
    statement
        .append(taken)
        .push(" AND s.pipeline_id = ")
        .bind(pipeline)
        .push(") d GROUP BY d.stage_id, d.currency");
    let sums = conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, parts(row, 2)?))
    })?;
    for (stage, currency, parts) in sums {
        found.entry((stage, currency)).or_default().merge(parts, 1);
    }
    Ok(())
}

/// ` FROM … WHERE …` the deals `d` with the stages `s` in which they stood before a moment.
pub(crate) fn push_standing(access: &Access, before: i64, statement: &mut Statement) {
    statement
        .push(
            " FROM deals d CROSS JOIN stages s WHERE s.workspace_id = d.workspace_id AND s.id = (SELECT c.to_stage_id FROM stage_changes c \
             WHERE c.workspace_id = d.workspace_id AND c.deal_id = d.id AND c.at < ",
        )
        .bind(before)
        .push(" ORDER BY c.at DESC, c.id DESC LIMIT 1) AND d.workspace_id = ")
        .bind(access.workspace_id);
}
