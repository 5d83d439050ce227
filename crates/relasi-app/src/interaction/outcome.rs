//! The outcomes of activities that a workspace works with.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    interaction::outcome::{self, Outcomes},
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    platform::custom_field,
    records::Work,
    refusal::{Refusal, Result},
    versioned::same_version,
};

/// The outcomes as the API shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct View {
    /// Counts up with each change; 0 while they are those of the product.
    pub version: i64,
    /// In the order in which they are offered.
    pub items: Outcomes,
}

/// All outcomes in place of the former ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOutcomes {
    /// In the order in which they are offered.
    pub items: Outcomes,
}

/// The outcomes that a workspace has chosen and their version; none while it has those of the product.
pub(crate) fn own(conn: &mut Conn, workspace: Uuid) -> Result<Option<(i64, Outcomes)>> {
    let mut statement =
        Statement::new("SELECT version, items FROM activity_outcomes WHERE workspace_id = ");
    statement.bind(workspace);
    Ok(conn.row(&statement, |row| Ok((row.int(0)?, row.json(1)?)))?)
}

/// The outcomes of the workspace.
pub fn read(work: &mut Work<'_>) -> Result<View> {
    let own = own(work.conn, work.access.workspace_id)?;
    Ok(own.map_or_else(View::default, |(version, items)| View { version, items }))
}

/// Sets the outcomes, for those who may change settings. One that an activity has can be retired, not removed.
pub fn change(work: &mut Work<'_>, version: Option<i64>, new: &NewOutcomes) -> Result<View> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let before = read(work)?;
    same_version(version, before.version, &before)?;
    let mut items = new.items.clone();
    outcome::tidy(&mut items);
    let mut faults = Faults::default();
    outcome::check(&items, &mut faults);
    faults.into_result()?;
    custom_field::changed(work)?;
    let kept = |code: &str| items.0.iter().any(|one| one.code() == code);
    for gone in before.items.0.iter().filter(|one| !kept(one.code())) {
        if is_used(work, gone.code())? {
            let fault = Fault::field("items", "outcome_in_use");
            return Err(fault.with("code", gone.code()).into());
        }
    }
    if items == before.items {
        return Ok(before);
    }
    store(work, &before, &items)?;
    let changes = json!([{"field": "items", "old": before.items, "new": items}]);
    let workspace = work.access.workspace_id;
    audit::note(work, "updated", "activity_outcomes", workspace, changes)?;
    read(work)
}

/// Whether an activity has an outcome, even one that lies in the trash.
fn is_used(work: &mut Work<'_>, code: &str) -> Result<bool> {
    let mut statement = Statement::new("SELECT 1 FROM activities WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND outcome = ")
        .bind(code)
        .limit(1);
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_some())
}

fn store(work: &mut Work<'_>, before: &View, items: &Outcomes) -> Result<()> {
    let (workspace, user) = (work.access.workspace_id, work.access.user_id);
    let mut statement = Statement::new(
        "INSERT INTO activity_outcomes (workspace_id, version, items, updated_at, updated_by) VALUES (",
    );
    statement
        .bind(workspace)
        .push(", 1, ")
        .bind(json!(items).to_string())
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(user)
        .push(
            ") ON CONFLICT (workspace_id) DO UPDATE SET version = activity_outcomes.version + 1, items = excluded.items, \
             updated_at = excluded.updated_at, updated_by = excluded.updated_by WHERE activity_outcomes.version = ",
        )
        .bind(before.version);
    match work.conn.execute(&statement)? {
        // Somebody else was quicker: the transaction is tried again and finds the other version.
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}
