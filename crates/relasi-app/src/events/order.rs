//! The order of events.
//!
//! An event has the number of the transaction that wrote it, and only those are read whose transaction, and every one
//! before it, has ended. So nothing appears before a place that a reader has passed (decision 7).

use relasi_persistence::{Conn, Dialect, Row, Statement, StoreError, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::refusal::Result;

/// A place in the order: that of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number that the event was given.
    pub seq: i64,
    /// Its id, which orders events of one transaction.
    pub id: Uuid,
}

impl Place {
    /// Before every event.
    pub const START: Self = Self {
        seq: i64::MIN / 2,
        id: Uuid::nil(),
    };
}

/// Something that happened to a record.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where it stands.
    pub place: Place,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// `<object>.<verb>`.
    pub kind: String,
    /// What it is about, for example `contact` or `file`.
    pub object: String,
    /// Which one.
    pub record_id: Uuid,
    /// Version, names of changed fields, who did it; for comments and files also the record that they belong to.
    pub payload: Value,
}

const COLUMNS: &str = "seq, id, at, kind, object, record_id, payload";

impl Event {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            place: Place {
                seq: row.int(0)?,
                id: row.id(1)?,
            },
            at: row.int(2)?,
            kind: row.text(3)?,
            object: row.text(4)?,
            record_id: row.id(5)?,
            payload: row.json(6)?,
        })
    }

    /// The record that a comment or file belongs to.
    pub fn about(&self) -> Option<(&str, Uuid)> {
        let object = self.payload["object"].as_str()?;
        let id = Uuid::try_parse(self.payload["record_id"].as_str()?).ok()?;
        Some((object, id))
    }

    /// As the API shows it.
    pub fn shown(&self) -> Value {
        let about = self
            .about()
            .map(|(object, id)| json!({"object": object, "id": id}));
        json!({
            "id": self.place.id,
            "at": instant_text(self.at),
            "kind": self.kind,
            "object": self.object,
            "record_id": self.record_id,
            "version": self.payload["version"],
            "changed": self.payload.get("changed").cloned().unwrap_or_else(|| json!([])),
            "actor_id": self.payload["actor_id"],
            "about": about,
        })
    }
}

/// Leaves out events whose order is not settled yet. SQLite has one writer: what is committed there is settled.
pub(super) fn push_settled(statement: &mut Statement, dialect: Dialect) {
    if dialect == Dialect::Postgres {
        statement.push(" AND seq < pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
    }
}

/// The events of a workspace after a place, in their order.
pub fn read_after(
    conn: &mut Conn,
    workspace: Uuid,
    place: Place,
    limit: u32,
) -> Result<Vec<Event>> {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM outbox_events WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement.push(" AND (seq, id) > (").bind(place.seq);
    statement.push(", ").bind(place.id).push(")");
    push_settled(&mut statement, conn.dialect());
    statement.push(" ORDER BY seq, id").limit(limit);
    Ok(conn.rows(&statement, Event::read)?)
}

/// The place of the newest event of a workspace that is settled; the start when it has none.
pub fn newest(conn: &mut Conn, workspace: Uuid) -> Result<Place> {
    last(conn, workspace, true)
}

/// The place of the newest event of a workspace, settled or not: all that anybody could know of by now is before it.
/// Who begins here does not get what was written before, but may miss what is being written at this moment.
pub(super) fn written(conn: &mut Conn, workspace: Uuid) -> Result<Place> {
    last(conn, workspace, false)
}

fn last(conn: &mut Conn, workspace: Uuid, settled: bool) -> Result<Place> {
    let mut statement = Statement::new("SELECT seq, id FROM outbox_events WHERE workspace_id = ");
    statement.bind(workspace);
    if settled {
        push_settled(&mut statement, conn.dialect());
    }
    statement.push(" ORDER BY seq DESC, id DESC").limit(1);
    let found = conn.row(&statement, place)?;
    Ok(found.unwrap_or(Place::START))
}

/// Whether nothing is missing after a place: its event is still there, where it was. The sweep keeps the one before
/// those that it leaves, and a database that was restored from elsewhere numbers anew.
pub(super) fn is_known(conn: &mut Conn, workspace: Uuid, place: Place) -> Result<bool> {
    if place == Place::START {
        return Ok(true);
    }
    let mut statement = Statement::new("SELECT seq, id FROM outbox_events WHERE workspace_id = ");
    statement.bind(workspace);
    statement.push(" AND seq = ").bind(place.seq);
    statement.push(" AND id = ").bind(place.id);
    Ok(conn.row(&statement, |_| Ok(()))?.is_some())
}

pub(super) fn place(row: &Row<'_>) -> std::result::Result<Place, StoreError> {
    Ok(Place {
        seq: row.int(0)?,
        id: row.id(1)?,
    })
}
