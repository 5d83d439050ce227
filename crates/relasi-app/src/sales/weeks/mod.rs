//! What came to each stage and left it, week by week, kept with each write: reports about years add up weeks and read only
//! the moves of the days beside them.

mod among;
mod anew;
mod entered;
mod standing;
mod won;

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    record::Document,
    sales::way::{Mark, Place, WEEK, marks},
};
use relasi_persistence::{Dialect, Statement, StoreError, row::Row, store::text_of};
use uuid::Uuid;

use super::totals::Parts;
use crate::{
    records::{Change, Work, in_trash},
    refusal::Result,
};

pub(crate) use among::Among;
pub(crate) use anew::are_wrong;
pub use anew::count_anew;
pub(super) use anew::reordered;
pub(crate) use entered::{closed, entered};
pub(crate) use standing::{push_standing, standing};
pub(crate) use won::{Stood, stood};

/// What decides where a deal counts, and for how much.
const FIELDS: [&str; 9] = [
    "stage_id",
    "status",
    "closed_at",
    "amount",
    "currency",
    "probability",
    "owner_id",
    "team_id",
    "deleted_at",
];

/// Deals whose moves are read at once.
const AT_ONCE: usize = 500;

/// Rows that a statement writes on PostgreSQL.
const ROWS: usize = 50;

/// A move as it is kept.
struct Kept {
    id: Uuid,
    from: Option<String>,
    to: String,
    at: i64,
    mark: Mark,
}

/// Where moves count: stage, week, currency, owner, team.
type Cell = (String, i64, [String; 3]);

/// What they come to: deals that came for the first time, those of them that came further, are closed by now, are won, and
/// what came less what left.
#[derive(Default, PartialEq, Eq)]
struct Sum {
    entered: i64,
    further: i64,
    closed: i64,
    won: i64,
    parts: Parts,
}

type Cells = BTreeMap<Cell, Sum>;

/// Adds what changed to the weeks. The moves that came with the changes are there by now.
pub(crate) fn follow(
    work: &mut Work<'_>,
    changes: &[Change<'_>],
    new: &BTreeSet<Uuid>,
) -> Result<()> {
    let counts = |change: &&Change<'_>| {
        change.before.is_none() || FIELDS.iter().any(|name| change.touched(name))
    };
    let changes: Vec<&Change<'_>> = changes.iter().filter(counts).collect();
    let mut cells = Cells::new();
    for changes in changes.chunks(AT_ONCE) {
        hold(work, changes)?;
        let mut moves = read(work, changes)?;
        let several = |moves: &Vec<Kept>| moves.len() > 1;
        let moved = changes.iter().any(|change| change.touched("stage_id"));
        let places = if moved && moves.values().any(several) {
            places(work)?
        } else {
            BTreeMap::new()
        };
        let mut further = Vec::new();
        for change in changes {
            let Some(moves) = moves.get_mut(&change.id) else {
                continue;
            };
            if let Some(before) = &change.before {
                let known = moves.iter().filter(|one| !new.contains(&one.id));
                count(&mut cells, before, known, -1);
            }
            if change.touched("stage_id") && moves.len() > 1 {
                further.extend(mark(work, moves, &places)?);
            }
            let moves: &[Kept] = moves;
            count(&mut cells, &change.after, moves.iter(), 1);
            won::follow(work, change, moves)?;
        }
        came_further(work, &further)?;
    }
    let cells: Vec<(Cell, Sum)> = cells
        .into_iter()
        .filter(|(_, sum)| *sum != Sum::default())
        .collect();
    let together = match work.conn.dialect() {
        // Kept prepared, one costs next to nothing there.
        Dialect::Sqlite => 1,
        Dialect::Postgres => ROWS,
    };
    for cells in cells.chunks(together) {
        add(work, cells)?;
    }
    Ok(())
}

/// Lets nobody put the stages of these deals into another order until the transaction ends. Before anything is read: what is
/// read has to be as it is while nobody does.
fn hold(work: &mut Work<'_>, changes: &[&Change<'_>]) -> Result<()> {
    if work.conn.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let workspace = work.access.workspace_id;
    let mut stages = Statement::new("SELECT id FROM stages WHERE workspace_id = ");
    stages
        .bind(workspace)
        .push(" AND id IN (SELECT to_stage_id FROM stage_changes WHERE workspace_id = ")
        .bind(workspace);
    push_deals(changes, &mut stages);
    stages.push(") ORDER BY id FOR KEY SHARE");
    work.conn.rows(&stages, |row| row.text(0))?;
    Ok(())
}

/// ` AND deal_id` is one of those that changed.
fn push_deals(changes: &[&Change<'_>], statement: &mut Statement) {
    if let [one] = changes {
        statement.push(" AND deal_id = ").bind(one.id);
        return;
    }
    statement.push(" AND deal_id IN (");
    statement
        .bind_all(changes.iter().map(|change| change.id))
        .push(")")
        .uncached();
}

/// The moves of the deals that changed, in order.
fn read(work: &mut Work<'_>, changes: &[&Change<'_>]) -> Result<BTreeMap<Uuid, Vec<Kept>>> {
    let mut statement = Statement::new(
        "SELECT deal_id, id, from_stage_id, to_stage_id, at, first_at, further FROM stage_changes WHERE workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    push_deals(changes, &mut statement);
    statement.push(" ORDER BY deal_id, at, id");
    let kept = |row: &Row<'_>| -> std::result::Result<(Uuid, Kept), StoreError> {
        let mark = Mark {
            first_at: row.opt_int(5)?,
            further: row.int(6)? != 0,
        };
        let kept = Kept {
            id: row.id(1)?,
            from: row.opt_text(2)?,
            to: row.text(3)?,
            at: row.int(4)?,
            mark,
        };
        Ok((row.id(0)?, kept))
    };
    let mut moves: BTreeMap<Uuid, Vec<Kept>> = BTreeMap::new();
    for (deal, one) in work.conn.rows(&statement, kept)? {
        moves.entry(deal).or_default().push(one);
    }
    Ok(moves)
}

/// The places of all stages, those in the trash as well.
fn places(work: &mut Work<'_>) -> Result<BTreeMap<String, Place>> {
    let mut statement =
        Statement::new("SELECT id, pipeline_id, kind FROM stages WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" ORDER BY pipeline_id, position, id");
    let found = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?))
    })?;
    let place = |(number, (id, pipeline, kind)): (usize, (String, String, String))| {
        let lost = kind == "lost";
        (
            id,
            Place {
                pipeline,
                number,
                lost,
            },
        )
    };
    Ok(found.into_iter().enumerate().map(place).collect())
}

/// Marks the moves of a deal anew, where that makes a difference; those that have only to be told that it came further.
fn mark(
    work: &mut Work<'_>,
    moves: &mut [Kept],
    places: &BTreeMap<String, Place>,
) -> Result<Vec<Uuid>> {
    let passed: Vec<(&str, i64)> = moves.iter().map(|one| (one.to.as_str(), one.at)).collect();
    let marks = marks(&passed, places);
    // Most of them only learn that their deal came further.
    let mut further = Vec::new();
    for (one, mark) in moves.iter_mut().zip(marks) {
        if one.mark == mark {
            continue;
        }
        let was = std::mem::replace(&mut one.mark, mark);
        if mark.further && was.first_at == mark.first_at {
            further.push(one.id);
            continue;
        }
        let mut statement = Statement::new("UPDATE stage_changes SET first_at = ");
        statement.bind(mark.first_at).push(", further = ");
        statement
            .bind(i64::from(mark.further))
            .push(" WHERE workspace_id = ");
        statement
            .bind(work.access.workspace_id)
            .push(" AND id = ")
            .bind(one.id);
        work.conn.execute(&statement)?;
    }
    Ok(further)
}

fn came_further(work: &mut Work<'_>, moves: &[Uuid]) -> Result<()> {
    if moves.is_empty() {
        return Ok(());
    }
    let mut statement =
        Statement::new("UPDATE stage_changes SET further = 1 WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id IN (")
        .bind_all(moves.iter().copied())
        .push(")");
    if moves.len() > 1 {
        statement.uncached();
    }
    work.conn.execute(&statement)?;
    Ok(())
}

fn count<'m>(cells: &mut Cells, deal: &Document, moves: impl Iterator<Item = &'m Kept>, sign: i64) {
    if in_trash(deal) {
        return;
    }
    let whose = ["currency", "owner_id", "team_id"].map(|name| text_of(deal, name));
    let status = text_of(deal, "status");
    for one in moves {
        let came = (one.to.clone(), one.at / WEEK, whose.clone());
        let sum = cells.entry(came).or_default();
        sum.parts.add(deal, sign);
        if one.mark.first_at.is_none() {
            sum.entered += sign;
            sum.further += sign * i64::from(one.mark.further);
            sum.closed += sign * i64::from(status != "open");
            sum.won += sign * i64::from(status == "won");
        }
        if let Some(from) = &one.from {
            let left = (from.clone(), one.at / WEEK, whose.clone());
            cells.entry(left).or_default().parts.add(deal, -sign);
        }
    }
}

fn add(work: &mut Work<'_>, cells: &[(Cell, Sum)]) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO stage_weeks (workspace_id, stage_id, week, currency, owner_id, team_id, \
         entered, further, closed, won, count, amount, own_amount, own_weighted) VALUES ",
    );
    for (number, ((stage, week, whose), sum)) in cells.iter().enumerate() {
        statement
            .push(if number == 0 { "(" } else { "), (" })
            .bind(work.access.workspace_id)
            .push(", ")
            .bind(stage)
            .push(", ")
            .bind(*week);
        for part in whose {
            statement.push(", ").bind(part);
        }
        let Parts {
            count,
            amount,
            own_amount,
            own_weighted,
        } = sum.parts;
        for number in [
            sum.entered,
            sum.further,
            sum.closed,
            sum.won,
            count,
            amount,
            own_amount,
            own_weighted,
        ] {
            statement.push(", ").bind(number);
        }
    }
    if cells.len() > 1 {
        statement.uncached();
    }
    statement.push(
        ") ON CONFLICT (workspace_id, stage_id, week, currency, owner_id, team_id) DO UPDATE SET \
         entered = stage_weeks.entered + excluded.entered, further = stage_weeks.further + excluded.further, \
         closed = stage_weeks.closed + excluded.closed, won = stage_weeks.won + excluded.won, \
         count = stage_weeks.count + excluded.count, amount = stage_weeks.amount + excluded.amount, \
         own_amount = stage_weeks.own_amount + excluded.own_amount, own_weighted = stage_weeks.own_weighted + excluded.own_weighted",
    );
    work.conn.execute(&statement)?;
    Ok(())
}
