//! Addresses and numbers of people who were erased, as keyed digests: an import is told, and nobody can read them.

use std::collections::BTreeSet;

use relasi_domain::text::{email_key, phone_key};
use relasi_persistence::{Conn, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::{platform::vault::Vault, refusal::Result};

/// Notes the addresses and numbers of somebody who is erased.
pub(super) fn note(
    conn: &mut Conn,
    vault: &Vault,
    (workspace, erasure): (Uuid, Uuid),
    keys: &[(&'static str, String)],
    now: i64,
) -> Result<u64> {
    let mut noted = 0;
    for (kind, key) in keys {
        let Some(mark) = vault.marks(workspace, kind, key).into_iter().next() else {
            continue;
        };
        let mut insert = Statement::new(
            "INSERT INTO erasure_marks (workspace_id, mark, kind, erasure_id, created_at) VALUES (",
        );
        insert
            .bind(workspace)
            .push(", ")
            .bind(mark)
            .push(", ")
            .bind(*kind);
        insert.push(", ").bind(erasure).push(", ").bind(now);
        noted += conn.execute(insert.push(") ON CONFLICT DO NOTHING"))? as u64;
    }
    Ok(noted)
}

/// Which of some records have an address or number of somebody who asked to be erased, by their places.
pub(crate) fn marked<'d>(
    conn: &mut Conn,
    vault: &Vault,
    workspace: Uuid,
    records: impl IntoIterator<Item = (usize, [Option<&'d Value>; 2])>,
) -> Result<BTreeSet<usize>> {
    let mut any = Statement::new("SELECT 1 FROM erasure_marks WHERE workspace_id = ");
    if conn
        .row(any.bind(workspace).limit(1), |_| Ok(()))?
        .is_none()
    {
        return Ok(BTreeSet::new());
    }
    let mut wanted: Vec<(String, usize)> = Vec::new();
    for (place, [emails, phones]) in records {
        let keys = values(emails).map(|email| ("email", email_key(email)));
        let keys = keys.chain(values(phones).map(|phone| ("phone", phone_key(phone))));
        for (kind, key) in keys {
            let marks = vault.marks(workspace, kind, &key);
            wanted.extend(marks.into_iter().map(|mark| (mark, place)));
        }
    }
    let mut found = BTreeSet::new();
    for some in wanted.chunks(500) {
        let mut statement = Statement::new("SELECT mark FROM erasure_marks WHERE workspace_id = ");
        statement.bind(workspace).push(" AND mark IN (");
        statement
            .bind_all(some.iter().map(|(mark, _)| mark))
            .push(")")
            .uncached();
        let there: BTreeSet<String> = conn
            .rows(&statement, |row| row.text(0))?
            .into_iter()
            .collect();
        let places = some.iter().filter(|(mark, _)| there.contains(mark));
        found.extend(places.map(|(_, place)| *place));
    }
    Ok(found)
}

/// Whether a record has one.
pub(crate) fn is_marked(
    conn: &mut Conn,
    vault: &Vault,
    workspace: Uuid,
    record: &Value,
) -> Result<bool> {
    let own = [(0, [record.get("emails"), record.get("phones")])];
    Ok(!marked(conn, vault, workspace, own)?.is_empty())
}

fn values(points: Option<&Value>) -> impl Iterator<Item = &str> {
    let points = points.and_then(Value::as_array).into_iter().flatten();
    points.filter_map(|point| point["value"].as_str())
}
