//! Calendars as rows.

use relasi_domain::platform::business_hours::{Calendar, Holiday, Week};
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::{records::Work, refusal::Result};

/// A calendar as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct CalendarView {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Where its clocks hang.
    pub time_zone: String,
    /// The hours of each day, from Monday.
    pub week: Week,
    /// Days on which nobody works.
    pub holidays: Vec<Holiday>,
    /// Teams that work by it.
    pub team_ids: Vec<Uuid>,
    /// Whether it holds for all others.
    pub is_default: bool,
    /// When it was made.
    pub created_at: String,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
}

const COLUMNS: &str = "SELECT id, version, name, time_zone, week, holidays, is_default, created_at, created_by, updated_at \
     FROM business_calendars WHERE workspace_id = ";

impl CalendarView {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            time_zone: row.text(3)?,
            week: row.json(4)?,
            holidays: row.json(5)?,
            team_ids: Vec::new(),
            is_default: row.bool(6)?,
            created_at: instant_text(row.int(7)?),
            created_by: row.id(8)?,
            updated_at: instant_text(row.int(9)?),
        })
    }

    /// Ready to count by.
    pub(super) fn calendar(&self) -> Calendar {
        let zone = self.time_zone.parse().unwrap_or(chrono_tz::UTC);
        Calendar::new(zone, self.week.clone(), &self.holidays)
    }
}

/// The calendars of a workspace, the oldest first.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<CalendarView>> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace).push(" ORDER BY id");
    let mut calendars = conn.rows(&statement, CalendarView::read)?;
    if calendars.is_empty() {
        return Ok(calendars);
    }
    let mut teams =
        Statement::new("SELECT calendar_id, team_id FROM team_calendars WHERE workspace_id = ");
    teams.bind(workspace).push(" ORDER BY team_id");
    for (id, team) in conn.rows(&teams, |row| Ok((row.id(0)?, row.id(1)?)))? {
        let calendar = calendars.iter_mut().find(|calendar| calendar.id == id);
        if let Some(calendar) = calendar {
            calendar.team_ids.push(team);
        }
    }
    Ok(calendars)
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<CalendarView>> {
    let found = all(conn, workspace)?;
    Ok(found.into_iter().find(|calendar| calendar.id == id))
}

/// The calendars, for all members: everybody may know when others work.
pub fn list(work: &mut Work<'_>) -> Result<Vec<CalendarView>> {
    all(work.conn, work.access.workspace_id)
}
