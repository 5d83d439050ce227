//! Rules as rows.

use relasi_domain::sales::score::Happening;
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::refusal::Result;

/// Rules of one workspace at most.
pub const MAX_RULES: usize = 100;

/// A rule as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// Its place among the rules, from 0.
    pub position: i64,
    /// What it is called.
    pub name: String,
    /// Which leads it is about; all when empty.
    pub filter: String,
    /// What must have happened to them.
    pub happening: Option<Happening>,
    /// What it gives.
    pub points: i64,
    /// Days after which its points expire.
    pub days: Option<i64>,
    /// Whether it counts.
    pub active: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

const COLUMNS: &str = "SELECT id, version, position, name, filter, happening, points, days, active, created_at, \
     updated_at FROM score_rules WHERE workspace_id = ";

impl Rule {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        let happening = row.opt_text(5)?;
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            position: row.int(2)?,
            name: row.text(3)?,
            filter: row.text(4)?,
            happening: happening.as_deref().and_then(Happening::from_code),
            points: row.int(6)?,
            days: row.opt_int(7)?,
            active: row.bool(8)?,
            created_at: instant_text(row.int(9)?),
            updated_at: instant_text(row.int(10)?),
        })
    }
}

/// The rules of a workspace in their order.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Rule>> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace).push(" ORDER BY position, id");
    Ok(conn.rows(&statement, Rule::read)?)
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Rule>> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace).push(" AND id = ").bind(id);
    Ok(conn.row(&statement, Rule::read)?)
}
