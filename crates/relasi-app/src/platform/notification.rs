//! What somebody should know: written with the change that causes it, read in the app.

use relasi_domain::record::{Guard, Object};
use relasi_persistence::{Conn, Statement, sql::Value as Sql, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    platform::bulk,
    records::{Change, Entries, Work, member_id},
    refusal::{Refusal, Result},
};

/// What a notification is about for its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Something for them.
    You,
    /// Somebody named them in a text.
    Mentions,
    /// A record that they follow.
    Following,
}

impl Topic {
    const ALL: [Self; 3] = [Self::You, Self::Mentions, Self::Following];

    /// Its code in JSON and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Mentions => "mentions",
            Self::Following => "following",
        }
    }

    /// The topic of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

/// Tells a member something.
pub fn notify(
    work: &mut Work<'_>,
    user: Uuid,
    topic: Topic,
    kind: &str,
    about: Option<(&str, Uuid)>,
    data: &Value,
) -> Result<()> {
    let to = (work.access.workspace_id, user);
    let at = work.now.into();
    put(work.conn, to, topic, kind, about, data, at)
}

/// Tells a member of a workspace something, where nobody in particular is at work, such as at the end of a job.
pub(crate) fn tell(
    conn: &mut Conn,
    (workspace, user): (Uuid, Uuid),
    kind: &str,
    about: Option<(&str, Uuid)>,
    data: &Value,
    at: Sql,
) -> Result<()> {
    put(conn, (workspace, user), Topic::You, kind, about, data, at)
}

fn put(
    conn: &mut Conn,
    (workspace, user): (Uuid, Uuid),
    topic: Topic,
    kind: &str,
    about: Option<(&str, Uuid)>,
    data: &Value,
    at: Sql,
) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO notifications (workspace_id, id, user_id, topic, kind, object, record_id, data, created_at) VALUES (",
    );
    statement.bind(workspace).push(", ").bind(Uuid::now_v7());
    statement
        .push(", ")
        .bind(user)
        .push(", ")
        .bind(topic.code());
    statement.push(", ").bind(kind);
    statement
        .push(", ")
        .bind(about.map(|(object, _)| object))
        .push(", ")
        .bind(about.map(|(_, id)| id));
    statement
        .push(", ")
        .bind(data.to_string())
        .push(", ")
        .bind(at)
        .push(")");
    conn.execute(&statement)?;
    Ok(())
}

/// Takes an unread notification of this kind about a record back, for one that says more; what it said.
pub(crate) fn take_back(
    work: &mut Work<'_>,
    user: Uuid,
    kind: &str,
    record: Uuid,
) -> Result<Option<Value>> {
    let mut statement = Statement::new("DELETE FROM notifications WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(user);
    statement
        .push(" AND read_at IS NULL AND record_id = ")
        .bind(record);
    statement
        .push(" AND kind = ")
        .bind(kind)
        .push(" RETURNING data");
    Ok(work.conn.row(&statement, |row| row.json(0))?)
}

/// Tells the new owner of a record that it is theirs now, unless they took it themselves.
pub(crate) fn assigned(
    work: &mut Work<'_>,
    object: &'static Object,
    change: &Change<'_>,
) -> Result<()> {
    let owner = member_id(&change.after, "owner_id");
    let Some(owner) =
        owner.filter(|owner| *owner != work.access.user_id && change.touched("owner_id"))
    else {
        return Ok(());
    };
    if object.guard != Guard::Records || bulk::is_cause(work.cause.as_deref()) {
        return Ok(());
    }
    let data = json!({"title": change.is(object.title), "by": work.access.user_id});
    let about = Some((object.name, change.id));
    notify(work, owner, Topic::You, "assigned", about, &data)
}

/// The caller's notifications, all or those of a topic, newest first, and how many of all are unread (counted up to 100).
pub fn list(
    work: &mut Work<'_>,
    topic: Option<Topic>,
    before: Option<(i64, String)>,
    limit: u32,
) -> Result<(Entries, i64)> {
    let mut statement = Statement::new(
        "SELECT created_at, id, kind, object, record_id, data, read_at, topic FROM notifications WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(work.access.user_id);
    if let Some(topic) = topic {
        statement.push(" AND topic = ").bind(topic.code());
    }
    if let Some((_, id)) = before {
        statement.push(" AND id < ").bind(id);
    }
    statement.push(" ORDER BY id DESC").limit(limit + 1);
    let rows = work.conn.rows(&statement, |row| {
        let item = json!({
            "id": row.text(1)?,
            "topic": row.text(7)?,
            "kind": row.text(2)?,
            "object": row.opt_text(3)?,
            "record_id": row.opt_text(4)?,
            "data": serde_json::from_str::<Value>(&row.text(5)?).unwrap_or(Value::Null),
            "created_at": instant_text(row.int(0)?),
            "read_at": row.opt_int(6)?.map(instant_text),
        });
        Ok((row.int(0)?, row.text(1)?, item))
    })?;
    let mut statement = Statement::new(
        "SELECT count(*) FROM (SELECT 1 AS one FROM notifications WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND user_id = ")
        .bind(work.access.user_id);
    statement.push(" AND read_at IS NULL LIMIT 100) AS unread");
    let unread = work.conn.row(&statement, |row| row.int(0))?.unwrap_or(0);
    Ok((Entries::of(rows, limit), unread))
}

/// Marks one notification of the caller as read, or all of them.
pub fn read(work: &mut Work<'_>, id: Option<Uuid>) -> Result<()> {
    let mut statement = Statement::new("UPDATE notifications SET read_at = ");
    statement
        .bind(work.now)
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    statement.push(" AND user_id = ").bind(work.access.user_id);
    match id {
        Some(id) => statement.push(" AND id = ").bind(id),
        None => statement.push(" AND read_at IS NULL"),
    };
    let touched = work.conn.execute(&statement)?;
    if touched == 0 && id.is_some() {
        Err(Refusal::NotFound)
    } else {
        Ok(())
    }
}
