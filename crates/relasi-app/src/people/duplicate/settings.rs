//! From which scores on pairs are shown and count as certain.

use relasi_domain::{fault::Fault, identity::access::Action, people::duplicate::Thresholds};
use relasi_persistence::Statement;
use serde_json::json;

use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
};

/// The thresholds of the workspace.
pub fn thresholds(work: &mut Work<'_>) -> Result<Thresholds> {
    let mut statement =
        Statement::new("SELECT review, sure FROM duplicate_settings WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    let score = |value: i64| u8::try_from(value.clamp(0, 100)).unwrap_or(100);
    let found = work.conn.row(&statement, |row| {
        Ok(Thresholds {
            review: score(row.int(0)?),
            sure: score(row.int(1)?),
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Sets the thresholds; for those who may change settings. Pairs found so far stay until the next scan.
pub fn change(work: &mut Work<'_>, new: Thresholds) -> Result<Thresholds> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    if !new.is_valid() {
        return Err(Fault::field("sure", "bad_thresholds").into());
    }
    let old = thresholds(work)?;
    if old == new {
        return Ok(old);
    }
    let mut statement =
        Statement::new("INSERT INTO duplicate_settings (workspace_id, review, sure) VALUES (");
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(i64::from(new.review))
        .push(", ")
        .bind(i64::from(new.sure));
    statement.push(
        ") ON CONFLICT (workspace_id) DO UPDATE SET review = excluded.review, sure = excluded.sure",
    );
    work.conn.execute(&statement)?;
    let changes = json!([
        {"field": "review", "old": old.review, "new": new.review},
        {"field": "sure", "old": old.sure, "new": new.sure},
    ]);
    let workspace = work.access.workspace_id;
    audit::note(work, "updated", "duplicate_settings", workspace, changes)?;
    Ok(new)
}
