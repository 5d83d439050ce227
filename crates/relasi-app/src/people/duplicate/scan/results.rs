//! What a scan found, in the table of pairs.

use relasi_domain::{people::duplicate::Verdict, record::Object};
use relasi_persistence::Statement;
use serde_json::json;
use uuid::Uuid;

use crate::records::Work;

/// Two records that are like enough.
pub(super) struct Pair {
    pub(super) left: Uuid,
    pub(super) right: Uuid,
    pub(super) verdict: Verdict,
}

/// Keeps pairs; those that somebody has decided about stay as they are.
pub(super) fn keep(
    work: &mut Work<'_>,
    object: &'static Object,
    job: Uuid,
    pairs: &[Pair],
) -> crate::Result<()> {
    for pair in pairs {
        let mut statement = Statement::new(
            "INSERT INTO duplicate_pairs (workspace_id, id, object, left_id, right_id, score, reasons, state, scan_id, found_at) VALUES (",
        );
        let (left, right) = (pair.left.min(pair.right), pair.left.max(pair.right));
        statement
            .bind(work.access.workspace_id)
            .push(", ")
            .bind(Uuid::now_v7())
            .push(", ")
            .bind(object.name);
        statement.push(", ").bind(left).push(", ").bind(right);
        statement
            .push(", ")
            .bind(i64::from(pair.verdict.score))
            .push(", ")
            .bind(json!(pair.verdict.reasons).to_string());
        statement
            .push(", 'open', ")
            .bind(job)
            .push(", ")
            .bind(work.now);
        statement.push(
            ") ON CONFLICT (workspace_id, object, left_id, right_id) DO UPDATE SET score = excluded.score, \
             reasons = excluded.reasons, scan_id = excluded.scan_id WHERE duplicate_pairs.state = 'open'",
        );
        work.conn.execute(&statement)?;
    }
    Ok(())
}

/// Forgets open pairs that the scan did not find again: their records have changed or gone.
pub(super) fn forget(work: &mut Work<'_>, object: &'static Object, job: Uuid) -> crate::Result<()> {
    let mut statement = Statement::new("DELETE FROM duplicate_pairs WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND object = ")
        .bind(object.name)
        .push(" AND state = 'open' AND scan_id <> ")
        .bind(job);
    work.conn.execute(&statement)?;
    Ok(())
}
