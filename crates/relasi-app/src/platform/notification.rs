//! What somebody should know: written with the change that causes it, read in the app.

mod choice;
mod inbox;

pub use choice::{choose, muted};
pub use inbox::{Which, list, read, snooze};

use relasi_domain::record::{Guard, Object};
use relasi_persistence::{Conn, Statement, sql::Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    platform::bulk,
    records::{Change, Work, member_id},
    refusal::Result,
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
    if !choice::wants(conn, (workspace, user), kind)? {
        return Ok(());
    }
    let mut statement = Statement::new(
        "INSERT INTO notifications (workspace_id, id, user_id, topic, kind, object, record_id, data, created_at, \
         shows_at) VALUES (",
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
        .bind(at.clone())
        .push(", ")
        .bind(at)
        .push(")");
    conn.execute(&statement)?;
    Ok(())
}

/// Takes an unread notification of this kind about a record back, for one that says more; what it said. What its reader
/// has put off stays so.
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
        .push(" AND shows_at <= ")
        .bind(work.now)
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
