//! Which deals came to the stages of a pipeline: whole weeks as they are kept, and the moves of the days beside them.

use std::collections::BTreeMap;

use relasi_domain::{identity::access::Access, sales::way::by_weeks};
use relasi_persistence::{Conn, Dialect, Statement};
use uuid::Uuid;

use super::among::{Among, WEEKS, one_each, push_stages};
use crate::refusal::Result;

/// Deals that came to a stage, and those of them of which something holds.
type Entered = BTreeMap<String, (i64, i64)>;

/// Deals that came to the stages of a pipeline in a stretch of time, each once, and those of them that came further then or
/// later.
pub(crate) fn entered(
    conn: &mut Conn,
    (among, pipeline): (&Among<'_>, Uuid),
    (from, to): (i64, i64),
) -> Result<Entered> {
    let mut found = Entered::new();
    let dialect = conn.dialect();
    let mut read =
        |statement: &Statement, sign: i64| read_pairs(conn, statement, (sign, &mut found));
    let whole = (from, to);
    let of = (among.access, pipeline);
    if among.by_weeks() {
        let (weeks, rests) = by_weeks(whole);
        read(&sum_of_weeks((among, pipeline), weeks, dialect), 1)?;
        let owned = by_time(one_each(dialect), &among.owned(dialect));
        for (rest, sign) in rests {
            read(&first_moves(of, rest, &owned), sign)?;
        }
        read(&later_moves(among.access, whole, &owned), 1)?;
        if let Some(shared) = among.shared(dialect) {
            read(&first_moves(of, whole, &by_deal(&shared)), 1)?;
            read(&later_moves(among.access, whole, &by_deal(&shared)), 1)?;
        }
    } else {
        let all = by_time("deals", &among.all(dialect));
        read(&first_moves(of, whole, &all), 1)?;
        read(&later_moves(among.access, whole, &all), 1)?;
    }
    Ok(found)
}

fn sum_of_weeks(
    (among, pipeline): (&Among<'_>, Uuid),
    (first, last): (i64, i64),
    dialect: Dialect,
) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT d.stage_id, CAST(sum(d.entered) AS BIGINT), CAST(sum(d.further) AS BIGINT){WEEKS}"
    ));
    statement
        .bind(among.access.workspace_id)
        .push(" AND d.week >= ")
        .bind(first)
        .push(" AND d.week < ")
        .bind(last)
        .push(" AND d.stage_id");
    push_stages(among.access, pipeline, &mut statement);
    among.push_weeks(dialect, &mut statement);
    statement.push(" GROUP BY d.stage_id");
    statement
}

/// Deals that have been in the stages of a pipeline and are closed by now, and those of them that are won: all that somebody may
/// see.
pub(crate) fn closed(conn: &mut Conn, access: &Access, pipeline: Uuid) -> Result<Entered> {
    let among = Among::new(access, None);
    let dialect = conn.dialect();
    let mut statement = Statement::new(format!(
        "SELECT d.stage_id, CAST(sum(d.closed) AS BIGINT), CAST(sum(d.won) AS BIGINT){WEEKS}"
    ));
    statement.bind(access.workspace_id).push(" AND d.stage_id");
    push_stages(access, pipeline, &mut statement);
    among.push_weeks(dialect, &mut statement);
    statement.push(" GROUP BY d.stage_id");
    let mut found = Entered::new();
    read_pairs(conn, &statement, (1, &mut found))?;
    if let Some(shared) = among.shared(dialect) {
        let mut statement = Statement::new(
            "SELECT c.to_stage_id, count(*), CAST(sum(CASE WHEN d.status = 'won' THEN 1 ELSE 0 END) AS BIGINT)",
        );
        statement
            .append(&by_deal(&shared))
            .push(" AND d.workspace_id = ")
            .bind(access.workspace_id)
            .push(" AND d.status IN ('won', 'lost') AND c.first_at IS NULL AND c.to_stage_id");
        push_stages(access, pipeline, &mut statement);
        statement.push(" GROUP BY c.to_stage_id");
        read_pairs(conn, &statement, (1, &mut found))?;
    }
    found.retain(|_, (closed, _)| *closed > 0);
    Ok(found)
}

fn read_pairs(
    conn: &mut Conn,
    statement: &Statement,
    (sign, found): (i64, &mut Entered),
) -> Result<()> {
    let rows = conn.rows(statement, |row| {
        Ok((row.text(0)?, row.int(1)?, row.int(2)?))
    })?;
    for (stage, all, some) in rows {
        let sum = found.entry(stage).or_default();
        sum.0 += sign * all;
        sum.1 += sign * some;
    }
    Ok(())
}

/// ` FROM … WHERE …` moves `c` of deals `d`, looked for by the time of the moves.
fn by_time(table: &str, deals: &Statement) -> Statement {
    let mut from = Statement::new(format!(" FROM stage_changes c CROSS JOIN {table} d"));
    from.append(&joined(deals));
    from
}

/// The same for few deals, whose moves are looked for.
fn by_deal(deals: &Statement) -> Statement {
    let mut from = Statement::new(" FROM deals d CROSS JOIN stage_changes c");
    from.append(&joined(deals));
    from
}

fn joined(deals: &Statement) -> Statement {
    let mut joined = Statement::new(" WHERE d.workspace_id = c.workspace_id AND d.id = c.deal_id");
    joined.append(deals);
    joined
}

/// Moves by which deals came to a stage for the first time.
fn first_moves(
    (access, pipeline): (&Access, Uuid),
    (from, to): (i64, i64),
    moves: &Statement,
) -> Statement {
    let mut statement =
        Statement::new("SELECT c.to_stage_id, count(*), CAST(sum(c.further) AS BIGINT)");
    statement
        .append(moves)
        .push(" AND c.workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND d.workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND c.first_at IS NULL AND c.at >= ")
        .bind(from)
        .push(" AND c.at < ")
        .bind(to)
        .push(" AND c.to_stage_id");
    push_stages(access, pipeline, &mut statement);
    statement.push(" GROUP BY c.to_stage_id");
    statement
}

/// Deals that came again to a stage where they came for the first time before: each once, and further if it came further after
/// any of these moves. Of all pipelines, as these are few: by the stages, another index would be used.
fn later_moves(access: &Access, (from, to): (i64, i64), moves: &Statement) -> Statement {
    let mut statement = Statement::new(
        "SELECT m.to_stage_id, count(*), CAST(sum(m.further) AS BIGINT) FROM (SELECT c.to_stage_id, max(c.further) AS further",
    );
    statement
        .append(moves)
        .push(" AND c.workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND d.workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND c.first_at < ")
        .bind(from)
        .push(" AND c.first_at IS NOT NULL AND c.at >= ")
        .bind(from)
        .push(" AND c.at < ")
        .bind(to);
    statement.push(" GROUP BY c.to_stage_id, c.deal_id) m GROUP BY m.to_stage_id");
    statement
}
