//! What was measured: the last scores with their queues, and how they went.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, Utc};
use relasi_domain::{
    fault::Fault,
    insight::quality::{OBJECTS, Queue, Shares, Weights},
    record::Object,
};
use relasi_persistence::{
    Conn, Row, Statement, StoreError, sql::Value as Sql, store::instant_text,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{may_look, measure::KIND, measured, settings, tally::Tally};
use crate::{people::duplicate::open_pairs, records::Work, refusal::Result};

/// How far open pairs are counted.
const PAIRS: u32 = 1_000;
/// Days of which scores are told at most.
const MOST_DAYS: u32 = 732;

/// What was measured on a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Point {
    /// The day (UTC).
    pub day: String,
    /// When exactly.
    pub measured_at: String,
    /// Records that were looked at.
    pub records: i64,
    /// Shares in ten-thousandths.
    #[serde(flatten)]
    pub shares: Shares,
    /// Their weighted mean in ten-thousandths.
    pub score: Option<i64>,
    #[serde(skip)]
    counts: Counts,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Counts {
    queues: BTreeMap<Queue, i64>,
    lacking: BTreeMap<String, i64>,
}

/// A queue with what is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct QueueView {
    /// Which one.
    pub queue: Queue,
    /// Records at the last measurement; pairs are counted now, up to a thousand.
    pub count: Option<i64>,
    /// Its records in the ordinary list; none for pairs.
    pub filter: Option<String>,
}

/// How good the records of an object are.
#[derive(Debug, Clone, Serialize)]
pub struct Quality {
    /// The object.
    pub object: &'static str,
    /// The last measurement; none before the first.
    pub last: Option<Point>,
    /// The score a month before it, or the oldest one since.
    pub before: Option<i64>,
    /// What there is to do.
    pub queues: Vec<QueueView>,
    /// Records that lack a field, by its name, at the last measurement.
    pub lacking: BTreeMap<String, i64>,
}

/// Everything on one page.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// By object.
    pub objects: Vec<Quality>,
    /// A measurement that waits or runs.
    pub job_id: Option<Uuid>,
}

/// Keeps what was measured, in place of what was measured earlier on the day.
pub(super) fn keep(
    conn: &mut Conn,
    workspace: Uuid,
    object: &Object,
    day: NaiveDate,
    (tally, weights): (&Tally, Weights),
) -> Result<()> {
    let shares = tally.shares(object);
    let counts = Counts {
        queues: tally.queues.clone(),
        lacking: tally.lacking.clone(),
    };
    let columns = "measured_at, records, complete, valid, uniq, fresh, score, queues";
    let mut statement = Statement::new(format!(
        "INSERT INTO quality_scores (workspace_id, object, day, {columns}) VALUES ("
    ));
    let values: [Sql; 11] = [
        workspace.into(),
        object.name.into(),
        day.into(),
        Utc::now().into(),
        tally.records.into(),
        shares.complete.into(),
        shares.valid.into(),
        shares.unique.into(),
        shares.fresh.into(),
        shares.score(weights).into(),
        json!(counts).to_string().into(),
    ];
    statement.bind_all(values);
    statement.push(") ON CONFLICT (workspace_id, object, day) DO UPDATE SET ");
    let set = columns
        .split(", ")
        .map(|name| format!("{name} = excluded.{name}"));
    statement.push(&set.collect::<Vec<_>>().join(", "));
    conn.execute(&statement)?;
    Ok(())
}

const COLUMNS: &str = "day, measured_at, records, complete, valid, uniq, fresh, score, queues";

fn read(row: &Row<'_>) -> std::result::Result<Point, StoreError> {
    Ok(Point {
        day: row.text(0)?,
        measured_at: instant_text(row.int(1)?),
        records: row.int(2)?,
        shares: Shares {
            complete: row.opt_int(3)?,
            valid: row.opt_int(4)?,
            unique: row.opt_int(5)?,
            fresh: row.opt_int(6)?,
        },
        score: row.opt_int(7)?,
        counts: row.json(8)?,
    })
}

fn of_object(work: &Work<'_>, object: &str) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM quality_scores WHERE workspace_id = "
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND object = ")
        .bind(object);
    statement
}

/// The last scores of all objects, and what there is to do.
pub fn overview(work: &mut Work<'_>) -> Result<Overview> {
    may_look(work)?;
    let settings = settings::of(work.conn, work.access)?;
    let mut objects = Vec::new();
    for object in OBJECTS {
        let last = last(work, object)?;
        let before = match &last {
            Some(last) => month_before(work, object, last)?,
            None => None,
        };
        let counts = last.as_ref().map(|last| last.counts.clone());
        let mut queues = Vec::new();
        for queue in Queue::of(object) {
            let count = match queue {
                Queue::Duplicates => Some(open_pairs(work, object, PAIRS)?),
                queue => counts
                    .as_ref()
                    .map(|counts| counts.queues.get(queue).copied().unwrap_or(0)),
            };
            let measure = settings.get(object.name);
            queues.push(QueueView {
                queue: *queue,
                count,
                filter: measure.and_then(|measure| queue.filter(object, measure)),
            });
        }
        objects.push(Quality {
            object: object.name,
            last,
            before,
            queues,
            lacking: {
                let mut lacking = counts.map(|counts| counts.lacking).unwrap_or_default();
                lacking.retain(|name, _| !work.access.hides(object, name));
                lacking
            },
        });
    }
    Ok(Overview {
        objects,
        job_id: running(work)?,
    })
}

fn last(work: &mut Work<'_>, object: &Object) -> Result<Option<Point>> {
    let mut statement = of_object(work, object.name);
    statement.push(" ORDER BY day DESC").limit(1);
    Ok(work.conn.row(&statement, read)?)
}

fn month_before(work: &mut Work<'_>, object: &Object, last: &Point) -> Result<Option<i64>> {
    let Ok(day) = last.day.parse::<NaiveDate>() else {
        return Ok(None);
    };
    let mut statement = of_object(work, object.name);
    statement
        .push(" AND day >= ")
        .bind(day - Days::new(30))
        .push(" AND day < ")
        .bind(day);
    statement.push(" ORDER BY day").limit(1);
    Ok(work
        .conn
        .row(&statement, read)?
        .and_then(|point| point.score))
}

fn running(work: &mut Work<'_>) -> Result<Option<Uuid>> {
    let mut statement =
        Statement::new("SELECT id FROM jobs WHERE due_at IS NOT NULL AND workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND kind = ")
        .bind(KIND)
        .push(" AND dedupe_key = 'all'");
    Ok(work.conn.row(&statement, |row| row.id(0))?)
}

/// The scores of an object, day by day, the oldest first.
pub fn history(work: &mut Work<'_>, object: &str, days: u32) -> Result<Vec<Point>> {
    may_look(work)?;
    if measured(object).is_none() {
        let names = OBJECTS.map(|object| object.name).join(", ");
        return Err(Fault::at("?object", "not_a_choice")
            .with("choices", names)
            .into());
    }
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Fault::at("?days", "out_of_range")
            .with("max", MOST_DAYS)
            .into());
    }
    let from = work.now.date_naive() - Days::new(u64::from(days));
    let mut statement = of_object(work, object);
    statement
        .push(" AND day > ")
        .bind(from)
        .push(" ORDER BY day");
    Ok(work.conn.rows(&statement, read)?)
}

/// The last scores by object, as an audit keeps them.
pub(super) fn frozen(work: &mut Work<'_>) -> Result<Value> {
    let mut scores = serde_json::Map::new();
    for object in OBJECTS {
        if let Some(point) = last(work, object)? {
            scores.insert(object.name.to_owned(), json!(point));
        }
    }
    Ok(Value::Object(scores))
}

#[cfg(test)]
mod tests {
    use relasi_domain::people::duplicate;

    use super::*;

    #[test]
    fn only_compared_objects_have_pairs() {
        for object in OBJECTS {
            let compared = duplicate::OBJECTS.iter().any(|one| one.name == object.name);
            assert_eq!(
                Queue::of(object).contains(&Queue::Duplicates),
                compared,
                "{}",
                object.name
            );
        }
    }
}
