//! Operations as rows.

use relasi_persistence::{Conn, Row, Statement, StoreError, sql::Value as Sql, store::Store};
use serde::Serialize;
use uuid::Uuid;

use super::{Counts, Operation, OperationState, UndoCounts};

type Stored<T> = std::result::Result<T, StoreError>;

const COLUMNS: [&str; 14] = [
    "workspace_id",
    "id",
    "object",
    "target",
    "task",
    "state",
    "counts",
    "undo_counts",
    "error",
    "job_id",
    "created_at",
    "created_by",
    "updated_at",
    "finished_at",
];

fn read(row: &Row<'_>) -> Stored<Operation> {
    let object = row.text(2)?;
    Ok(Operation {
        id: row.id(1)?,
        object: relasi_domain::object(&object)
            .ok_or_else(|| StoreError::Other(format!("unknown object {object}")))?,
        target: row.json(3)?,
        task: row.json(4)?,
        state: OperationState::from_code(&row.text(5)?)?,
        counts: row.json(6)?,
        undo_counts: row.opt_json(7)?,
        error: row.opt_text(8)?,
        job_id: row.opt_id(9)?,
        created_at: row.at(10)?,
        created_by: row.id(11)?,
        updated_at: row.at(12)?,
        finished_at: row.opt_at(13)?,
    })
}

fn text(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.to_string()))
}

/// Adds an operation.
pub(super) fn insert(conn: &mut Conn, workspace: Uuid, operation: &Operation) -> Stored<()> {
    let undo = operation.undo_counts.as_ref().map(text).transpose()?;
    let row: Vec<Sql> = vec![
        workspace.into(),
        operation.id.into(),
        operation.object.name.into(),
        text(&operation.target)?.into(),
        text(&operation.task)?.into(),
        operation.state.code().into(),
        text(&operation.counts)?.into(),
        undo.as_deref().into(),
        operation.error.as_deref().into(),
        operation.job_id.into(),
        operation.created_at.into(),
        operation.created_by.into(),
        operation.updated_at.into(),
        operation.finished_at.into(),
    ];
    let mut store = Store::of_workspace(conn, workspace);
    store.insert_rows("bulk_operations", &COLUMNS, &[row])
}

fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {} FROM bulk_operations WHERE workspace_id = ",
        COLUMNS.join(", ")
    ));
    statement.bind(workspace);
    statement
}

/// An operation by its id.
pub(super) fn find(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Stored<Option<Operation>> {
    let mut statement = select(workspace);
    statement.push(" AND id = ").bind(id);
    conn.row(&statement, read)
}

/// Operations from the newest on, those before `before` when it is given; only those of one person when `created_by`
/// is.
pub(super) fn list(
    conn: &mut Conn,
    workspace: Uuid,
    created_by: Option<Uuid>,
    before: Option<Uuid>,
    limit: u32,
) -> Stored<Vec<Operation>> {
    let mut statement = select(workspace);
    if let Some(person) = created_by {
        statement.push(" AND created_by = ").bind(person);
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    conn.rows(&statement, read)
}

/// Writes what may change of an operation; `false` when it stands elsewhere than `expected` by now.
pub(super) fn update(
    conn: &mut Conn,
    workspace: Uuid,
    operation: &Operation,
    expected: OperationState,
) -> Stored<bool> {
    let mut statement = Statement::new("UPDATE bulk_operations SET state = ");
    statement
        .bind(operation.state.code())
        .push(", counts = ")
        .bind(text(&operation.counts)?)
        .push(", undo_counts = ")
        .bind(operation.undo_counts.as_ref().map(text).transpose()?)
        .push(", error = ")
        .bind(operation.error.as_deref())
        .push(", job_id = ")
        .bind(operation.job_id)
        .push(", updated_at = ")
        .bind(operation.updated_at)
        .push(", finished_at = ")
        .bind(operation.finished_at);
    statement
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id = ")
        .bind(operation.id)
        .push(" AND state = ")
        .bind(expected.code());
    Ok(conn.execute(&statement)? == 1)
}

/// Notes the counts of a run, in the transaction of the chunk that they cover.
pub(super) fn count(conn: &mut Conn, workspace: Uuid, id: Uuid, counts: &Counts) -> Stored<()> {
    set(conn, workspace, id, "counts", text(counts)?)
}

/// Notes the counts of an undo, in the transaction of the chunk that they cover.
pub(super) fn count_undo(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
    counts: &UndoCounts,
) -> Stored<()> {
    set(conn, workspace, id, "undo_counts", text(counts)?)
}

fn set(conn: &mut Conn, workspace: Uuid, id: Uuid, column: &str, value: String) -> Stored<()> {
    let mut statement = Statement::new(format!("UPDATE bulk_operations SET {column} = "));
    statement
        .bind(value)
        .push(" WHERE workspace_id = ")
        .bind(workspace)
        .push(" AND id = ")
        .bind(id);
    conn.execute(&statement).map(drop)
}
