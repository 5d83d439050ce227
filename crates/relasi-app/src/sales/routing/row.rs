//! Rules as rows.

use relasi_domain::sales::routing::{Method, Needs};
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::refusal::Result;

/// Rules of one workspace at most.
pub const MAX_RULES: usize = 100;
/// People that a rule names one by one at most.
pub const MAX_PEOPLE: usize = 200;

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
    /// Which leads it takes; all when empty.
    pub filter: String,
    /// How it chooses.
    pub method: Method,
    /// People that it names.
    pub user_ids: Vec<Uuid>,
    /// A team whose people count as well.
    pub team_id: Option<Uuid>,
    /// What it asks of them.
    pub needs: Needs,
    /// Who gets the lead when none of them can.
    pub fallback_id: Option<Uuid>,
    /// Whether it gives leads away.
    pub active: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

const COLUMNS: &str = "SELECT id, version, position, name, filter, method, user_ids, team_id, needs, fallback_id, active, \
     created_at, updated_at FROM routing_rules WHERE workspace_id = ";

impl Rule {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            position: row.int(2)?,
            name: row.text(3)?,
            filter: row.text(4)?,
            method: Method::from_code(&row.text(5)?).unwrap_or_default(),
            user_ids: row.json(6)?,
            team_id: row.opt_id(7)?,
            needs: row.json(8)?,
            fallback_id: row.opt_id(9)?,
            active: row.bool(10)?,
            created_at: instant_text(row.int(11)?),
            updated_at: instant_text(row.int(12)?),
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
