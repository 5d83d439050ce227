//! Pairs that were found: looked at, and said not to be the same.

use std::collections::BTreeSet;

use relasi_domain::{
    identity::access::Action,
    record::{Document, Object},
};
use relasi_persistence::{
    Row, Statement, StoreError,
    store::{instant_text, push_visible},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{comparable, thresholds};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
};

/// Which pairs are asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `contact` or `company`.
    pub object: String,
    /// `open` or `not_same`.
    pub state: String,
    /// Those with this record only.
    pub record_id: Option<Uuid>,
    /// Score and id of the last one of the page before.
    pub after: Option<(i64, Uuid)>,
    /// Pairs per page.
    pub limit: u32,
}

/// A page of pairs, the likest first.
#[derive(Debug)]
pub struct Pairs {
    /// The pairs, each with its records.
    pub items: Vec<Value>,
    /// Score and id of the last one, when more follow.
    pub next: Option<(i64, Uuid)>,
}

const COLUMNS: &str = "p.id, p.left_id, p.right_id, p.score, p.reasons, p.state, p.found_at, p.decided_at, p.decided_by";

struct Pair {
    id: String,
    left: String,
    right: String,
    score: i64,
    shown: Value,
}

impl Pair {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        let (id, score) = (row.text(0)?, row.int(3)?);
        let shown = json!({
            "id": id,
            "score": score,
            "reasons": serde_json::from_str::<Value>(&row.text(4)?).unwrap_or(Value::Null),
            "state": row.text(5)?,
            "found_at": instant_text(row.int(6)?),
            "decided_at": row.opt_int(7)?.map(instant_text),
            "decided_by": row.opt_text(8)?,
        });
        Ok(Self {
            id,
            left: row.text(1)?,
            right: row.text(2)?,
            score,
            shown,
        })
    }
}

/// One page of pairs whose records are both there and may both be seen.
pub fn list(work: &mut Work<'_>, wanted: &Wanted) -> Result<Pairs> {
    let object = comparable(&wanted.object, "?object")?;
    let mut statement = of_living(work, object, COLUMNS);
    statement.push(" AND p.state = ").bind(&wanted.state);
    if let Some(id) = wanted.record_id {
        statement
            .push(" AND (p.left_id = ")
            .bind(id)
            .push(" OR p.right_id = ")
            .bind(id)
            .push(")");
    }
    if let Some((score, id)) = wanted.after {
        statement
            .push(" AND p.score <= ")
            .bind(score)
            .push(" AND (p.score < ")
            .bind(score);
        statement.push(" OR p.id < ").bind(id).push(")");
    }
    statement
        .push(" ORDER BY p.score DESC, p.id DESC")
        .limit(wanted.limit + 1);
    let mut pairs = work.conn.rows(&statement, Pair::read)?;
    let more = pairs.len() > wanted.limit as usize;
    pairs.truncate(wanted.limit as usize);
    let next = pairs
        .last()
        .filter(|_| more)
        .and_then(|pair| Some((pair.score, Uuid::try_parse(&pair.id).ok()?)));
    Ok(Pairs {
        items: with_records(work, object, pairs)?,
        next,
    })
}

/// How many pairs wait for somebody, counted up to `cap`.
pub fn open_pairs(work: &mut Work<'_>, object: &'static Object, cap: u32) -> Result<i64> {
    let mut statement = Statement::new("SELECT count(*) FROM (");
    let inner = of_living(work, object, "1 AS one");
    statement
        .append(&inner)
        .push(" AND p.state = 'open'")
        .limit(cap)
        .push(") AS counted");
    Ok(work.conn.row(&statement, |row| row.int(0))?.unwrap_or(0))
}

/// `SELECT … FROM … WHERE …` for pairs of records that are there and may be seen.
fn of_living(work: &Work<'_>, object: &'static Object, columns: &str) -> Statement {
    let table = object.table;
    let side = |alias: &str, column: &str| {
        format!(
            " JOIN {table} {alias} ON {alias}.workspace_id = p.workspace_id AND {alias}.id = p.{column} AND {alias}.deleted_at IS NULL"
        )
    };
    let (left, right) = (side("l", "left_id"), side("r", "right_id"));
    let mut statement = Statement::new(format!(
        "SELECT {columns} FROM duplicate_pairs p{left}{right} WHERE p.workspace_id = "
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND p.object = ")
        .bind(object.name);
    let limit = work.access.limit(object, Action::See);
    push_visible(&limit, "l", &mut statement);
    push_visible(&limit, "r", &mut statement);
    statement
}

fn with_records(
    work: &mut Work<'_>,
    object: &'static Object,
    pairs: Vec<Pair>,
) -> Result<Vec<Value>> {
    let ids: BTreeSet<String> = pairs
        .iter()
        .flat_map(|pair| [pair.left.clone(), pair.right.clone()])
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let documents: Vec<Document> = work.store().find_all(object, &ids)?;
    let access = work.access;
    let record = |id: &str| {
        let found = documents.iter().find(|document| document["id"] == id);
        found.map(|document| access.seen(object, document.clone()))
    };
    let limits = thresholds(work)?;
    let shown = pairs.into_iter().map(|pair| {
        let mut shown = pair.shown;
        if let Some(reasons) = shown["reasons"].as_array_mut() {
            reasons.retain(|reason| {
                let field = reason["field"].as_str().unwrap_or_default();
                !access.hides(object, field)
                    && compared(field)
                        .iter()
                        .all(|name| !access.hides(object, name))
            });
        }
        shown["object"] = json!(object.name);
        shown["sure"] = json!(pair.score >= i64::from(limits.sure));
        shown["records"] = json!([record(&pair.left), record(&pair.right)]);
        shown
    });
    Ok(shown.collect())
}

/// The fields that are compared for a reason.
fn compared(reason: &str) -> &[&str] {
    match reason {
        "email" => &["emails"],
        "phone" => &["phones"],
        "domain" => &["domain", "website"],
        "company" => &["company_id", "company_name"],
        "city" => &["city", "postal_code"],
        "birth_date" => &["birth_date"],
        "address" => &["address"],
        "country" => &["country"],
        "tax_id" => &["tax_id"],
        _ => &[],
    }
}

/// A pair by its id, when both records may be seen.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Value> {
    let mut statement = Statement::new("SELECT object FROM duplicate_pairs WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    let name = work
        .conn
        .row(&statement, |row| row.text(0))?
        .ok_or(Refusal::NotFound)?;
    let object = relasi_domain::object(&name).ok_or(Refusal::NotFound)?;
    let mut statement = of_living(work, object, COLUMNS);
    statement.push(" AND p.id = ").bind(id);
    let pair = work
        .conn
        .row(&statement, Pair::read)?
        .ok_or(Refusal::NotFound)?;
    with_records(work, object, vec![pair])?
        .pop()
        .ok_or(Refusal::NotFound)
}

/// Remembers that two records are not the same, or forgets it. For those who may change one of the two.
pub fn decide(work: &mut Work<'_>, id: Uuid, not_same: bool) -> Result<Value> {
    let pair = find(work, id)?;
    let object = comparable(pair["object"].as_str().unwrap_or_default(), "")?;
    let records = pair["records"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    let records = records.cloned().collect();
    if work.reached(object, Action::Edit, records)?.is_empty() {
        return Err(Refusal::Forbidden);
    }
    let state = if not_same { "not_same" } else { "open" };
    if pair["state"] == state {
        return Ok(pair);
    }
    let mut statement = Statement::new("UPDATE duplicate_pairs SET state = ");
    statement
        .bind(state)
        .push(", decided_at = ")
        .bind(not_same.then_some(work.now));
    statement
        .push(", decided_by = ")
        .bind(not_same.then_some(work.access.user_id));
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    let changes = json!([{"field": "state", "old": pair["state"], "new": state}]);
    audit::note(work, "decided", "duplicate_pair", id, changes)?;
    find(work, id)
}
