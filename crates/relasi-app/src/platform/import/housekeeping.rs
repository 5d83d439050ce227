//! Files of imports that nobody will read again.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Statement, StoreError};
use uuid::Uuid;

use super::{
    Files, ImportState,
    upload::{Kept, disk, remove},
};
use crate::refusal::Result;

/// How long the files of an import are kept after its last change.
const KEEP: TimeDelta = TimeDelta::days(30);

/// How long a file may be without an import: it is still coming in, or its server died before the import was stored.
const UNCLAIMED: TimeDelta = TimeDelta::days(1);

/// Files looked up in one go.
const CHUNK: usize = 500;

/// Whether the files of an import that changed last at this time may be gone.
pub(super) fn is_expired(updated_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    updated_at < now - KEEP
}

/// Removes what is no longer needed: uploads of imports that are over, which only undoing and the rejected rows may
/// follow; everything of imports that nobody has touched for long; uploads that never became an import. Answers how
/// many files that were.
pub fn sweep(conn: &mut Conn, files: &Files, now: DateTime<Utc>) -> Result<usize> {
    let mut removed = 0;
    for workspace in files.workspaces().map_err(disk)? {
        let kept = files.kept(workspace).map_err(disk)?;
        for kept in kept.chunks(CHUNK) {
            let imports = standing(conn, workspace, kept)?;
            for file in kept {
                if needless(file, imports.get(&file.import), now) {
                    remove(&file.path);
                    removed += 1;
                }
            }
        }
    }
    Ok(removed)
}

/// Where an import stands, and since when.
type Standing = (ImportState, DateTime<Utc>);

fn standing(
    conn: &mut Conn,
    workspace: Uuid,
    files: &[Kept],
) -> std::result::Result<HashMap<Uuid, Standing>, StoreError> {
    let mut statement =
        Statement::new("SELECT id, state, updated_at FROM imports WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id IN (");
    statement
        .bind_all(files.iter().map(|file| file.import))
        .push(")")
        .uncached();
    let rows = conn.rows(&statement, |row| {
        let standing = (ImportState::from_code(&row.text(1)?)?, row.at(2)?);
        Ok((row.id(0)?, standing))
    })?;
    Ok(rows.into_iter().collect())
}

fn needless(file: &Kept, import: Option<&Standing>, now: DateTime<Utc>) -> bool {
    let Some((state, updated_at)) = import else {
        return file.written_at < now - UNCLAIMED;
    };
    let over = state.is_undoable() || *state == ImportState::Undone;
    if file.is_upload && over {
        return true;
    }
    // What a job is working with stays, however long it takes.
    (over || state.is_open()) && is_expired(*updated_at, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_as_long_as_somebody_may_need_them() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let file = |is_upload, age| Kept {
            import: Uuid::nil(),
            path: "x".into(),
            is_upload,
            written_at: now - age,
        };
        let (upload, rows) = (
            file(true, TimeDelta::days(90)),
            file(false, TimeDelta::days(90)),
        );
        let (fresh, old) = (now - TimeDelta::days(29), now - TimeDelta::days(31));
        for (state, of_fresh, of_old) in [
            (ImportState::Uploaded, [false, false], [true, true]),
            (ImportState::Checking, [false, false], [false, false]),
            (ImportState::Checked, [false, false], [true, true]),
            (ImportState::Running, [false, false], [false, false]),
            (ImportState::Done, [true, false], [true, true]),
            (ImportState::Failed, [true, false], [true, true]),
            (ImportState::Cancelled, [true, false], [true, true]),
            (ImportState::Undoing, [false, false], [false, false]),
            (ImportState::Undone, [true, false], [true, true]),
        ] {
            for (at, expected) in [(fresh, of_fresh), (old, of_old)] {
                let found = [&upload, &rows].map(|file| needless(file, Some(&(state, at)), now));
                assert_eq!(found, expected, "{state:?} since {at}");
            }
        }
        for (age, expected) in [(TimeDelta::hours(23), false), (TimeDelta::hours(25), true)] {
            for is_upload in [true, false] {
                assert_eq!(needless(&file(is_upload, age), None, now), expected);
            }
        }
    }
}
