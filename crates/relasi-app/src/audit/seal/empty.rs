//! Emptying entries about somebody who is erased: what they said goes, their digests stay.

use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::{COVERED, EMPTIED, digest_of, entry_digest};
use crate::{platform::import::hexadecimal, refusal::Result};

/// Entries emptied in one go.
const SOME: u32 = 500;

/// Empties the entries of a workspace for which a condition holds; how many.
pub(crate) fn empty(conn: &mut Conn, workspace: Uuid, condition: &Statement) -> Result<u64> {
    let mut emptied = 0;
    loop {
        let mut statement = Statement::new(format!(
            "SELECT {COVERED} FROM audit_entries WHERE erased IS NULL AND changes <> '{EMPTIED}' AND workspace_id = "
        ));
        statement.bind(workspace).push(" AND (").append(condition);
        statement.push(")").limit(SOME).uncached();
        let found = conn.rows(&statement, |row| {
            let what = digest_of(&row.text(7)?);
            let whole = hexadecimal(&entry_digest(row, 1)?);
            Ok((row.text(4)?, row.text(0)?, format!("{what}:{whole}")))
        })?;
        if found.is_empty() {
            return Ok(emptied);
        }
        for (record, id, digests) in found {
            let mut update = Statement::new(format!(
                "UPDATE audit_entries SET changes = '{EMPTIED}', erased = "
            ));
            update.bind(digests).push(" WHERE workspace_id = ");
            update.bind(workspace).push(" AND record_id = ");
            update.bind(record).push(" AND id = ").bind(id);
            emptied += conn.execute(&update)? as u64;
        }
    }
}
