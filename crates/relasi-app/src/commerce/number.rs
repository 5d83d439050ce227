//! Numbers of documents, one after the other.

use relasi_persistence::Statement;

use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// The next number of a series. It is taken in the transaction that uses it: when that fails the number is still there
/// for the next one, and others wait for its end.
pub(super) fn next(work: &mut Work<'_>, series: &str) -> Result<i64> {
    let mut take = Statement::new("INSERT INTO number_series (workspace_id, name, last) VALUES (");
    take.bind(work.access.workspace_id)
        .push(", ")
        .bind(series)
        .push(
            ", 1) ON CONFLICT (workspace_id, name) DO UPDATE SET last = number_series.last + 1 \
             RETURNING last",
        );
    let taken = work.conn.row(&take, |row| row.int(0))?;
    taken.ok_or(Refusal::NotFound)
}
