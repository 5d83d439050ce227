//! How long deals of the sample may stand still before they are quiet. Stages that stay get it back, unless somebody has
//! changed them.

use relasi_persistence::Statement;
use uuid::Uuid;

use super::Setting;
use crate::{records::Work, refusal::Result, sales::deal::follow_quiet};

/// Days, for a stage that says nothing.
const DAYS: i64 = 21;

/// Gives it to the open stages that deals go through, in a workspace where nothing was noted yet: the moment of the first
/// note says afterwards that it was given here.
pub(super) fn furnish(work: &mut Work<'_>, setting: &Setting<'_>) -> Result<()> {
    let mut noted = Statement::new("SELECT 1 FROM forecast_days WHERE workspace_id = ");
    noted.bind(work.access.workspace_id).limit(1);
    if work.conn.row(&noted, |row| row.int(0))?.is_some() {
        return Ok(());
    }
    for stage in &setting.sales.open {
        let mut statement = Statement::new("UPDATE stages SET rotting_days = ");
        statement.bind(DAYS).push(", updated_at = ").bind(work.now);
        statement
            .push(" WHERE version = 1 AND rotting_days IS NULL AND workspace_id = ")
            .bind(work.access.workspace_id)
            .push(" AND id = ")
            .bind(*stage);
        work.conn.execute(&statement)?;
        follow_quiet(work, "stage_id", *stage)?;
    }
    Ok(())
}

/// Takes it from the stages that stay; before the notes go.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut statement =
        Statement::new("SELECT id FROM stages WHERE version = 1 AND workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND rotting_days = ")
        .bind(DAYS);
    statement
        .push(" AND updated_at = (SELECT min(taken_at) FROM forecast_days WHERE workspace_id = ")
        .bind(workspace)
        .push(")");
    let given: Vec<Uuid> = work.conn.rows(&statement, |row| row.id(0))?;
    for stage in given {
        let mut statement =
            Statement::new("UPDATE stages SET rotting_days = NULL WHERE workspace_id = ");
        statement.bind(workspace).push(" AND id = ").bind(stage);
        work.conn.execute(&statement)?;
        follow_quiet(work, "stage_id", stage)?;
    }
    Ok(())
}
