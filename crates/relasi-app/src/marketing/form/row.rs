//! Forms as rows.

use relasi_domain::marketing::form::Design;
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::refusal::Result;

/// Forms of one workspace at most.
pub const MAX_FORMS: usize = 200;
/// The longest name.
pub const MAX_NAME: usize = 120;

/// A form as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// What it is called by those who work with it.
    pub name: String,
    /// The end of its address, `/f/<slug>`.
    pub slug: String,
    /// All that it shows and asks.
    pub design: Design,
    /// Whether it takes answers.
    pub active: bool,
    /// When it was made.
    pub created_at: String,
    /// By whom; leads are made by their rights.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
    /// Submissions that wait for somebody to look at them.
    pub held: i64,
    /// The workspace is told by the row, and not by the answer.
    #[serde(skip)]
    pub workspace_id: Uuid,
}

const COLUMNS: &str = "SELECT f.id, f.version, f.name, f.slug, f.design, f.active, f.created_at, f.created_by, f.updated_at, \
     (SELECT count(*) FROM form_submissions s WHERE s.workspace_id = f.workspace_id AND s.form_id = f.id AND s.state = 'held'), \
     f.workspace_id FROM forms f WHERE ";

impl Form {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            slug: row.text(3)?,
            design: row.json(4)?,
            active: row.bool(5)?,
            created_at: instant_text(row.int(6)?),
            created_by: row.id(7)?,
            updated_at: instant_text(row.int(8)?),
            held: row.int(9)?,
            workspace_id: row.id(10)?,
        })
    }
}

/// The forms of a workspace, the newest first.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Form>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("f.workspace_id = ").bind(workspace);
    statement.push(" ORDER BY f.id DESC");
    Ok(conn.rows(&statement, Form::read)?)
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Form>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("f.workspace_id = ").bind(workspace);
    statement.push(" AND f.id = ").bind(id);
    Ok(conn.row(&statement, Form::read)?)
}

/// The form of an address, of whichever workspace.
pub(super) fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Form>> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("f.slug = ").bind(slug);
    Ok(conn.row(&statement, Form::read)?)
}
