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

/// Addresses that nothing was to be sent to, of people who were erased.
const SUPPRESSED: &str = "email_suppressed";

/// Notes those addresses of somebody who is erased that nothing is sent to: that stays so, if they ever come back.
pub(super) fn note_suppressed(
    conn: &mut Conn,
    vault: &Vault,
    erasure: (Uuid, Uuid),
    keys: &[(&'static str, String)],
    now: i64,
) -> Result<u64> {
    let emails = keys.iter().filter(|(kind, _)| *kind == "email");
    let emails: Vec<&str> = emails.map(|(_, key)| key.as_str()).collect();
    if emails.is_empty() {
        return Ok(0);
    }
    let mut statement =
        Statement::new("SELECT address FROM email_suppressions WHERE workspace_id = ");
    statement
        .bind(erasure.0)
        .push(" AND address IN (")
        .bind_all(emails)
        .push(")")
        .uncached();
    let barred = conn.rows(&statement, |row| Ok((SUPPRESSED, row.text(0)?)))?;
    note(conn, vault, erasure, &barred, now)
}

/// Those of some addresses that nothing was to be sent to when their owners were erased.
pub(crate) fn suppressed(
    conn: &mut Conn,
    vault: &Vault,
    workspace: Uuid,
    addresses: &[String],
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for address in addresses {
        let mut statement = marked_as(vault, workspace, address, "SELECT 1");
        if conn.row(statement.limit(1), |_| Ok(()))?.is_some() {
            found.push(address.clone());
        }
    }
    Ok(found)
}

/// Lets messages go to an address again.
pub(crate) fn lift(conn: &mut Conn, vault: &Vault, workspace: Uuid, address: &str) -> Result<()> {
    conn.execute(&marked_as(vault, workspace, address, "DELETE"))?;
    Ok(())
}

fn marked_as(vault: &Vault, workspace: Uuid, address: &str, what: &str) -> Statement {
    let mut statement = Statement::new(format!("{what} FROM erasure_marks WHERE workspace_id = "));
    let marks = vault.marks(workspace, SUPPRESSED, address);
    statement
        .bind(workspace)
        .push(" AND mark IN (")
        .bind_all(marks)
        .push(")")
        .uncached();
    statement
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
