//! Comments of members on records.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{
    identity::access::{Action, RecordScope},
    interaction::{comment, discussed},
    record::{Document, Object},
};
use relasi_persistence::{Conn, Row, Statement, StoreError, Value as Sql, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    follow, living, may,
    mention::{self, excerpt},
};
use crate::{
    audit, outbox,
    platform::notification::{Topic, notify},
    records::{Entries, Work},
    refusal::{Refusal, Result},
};

/// How long what was removed can be brought back.
pub(super) const RESTORABLE: TimeDelta = TimeDelta::days(30);

const COLUMNS: &str =
    "id, version, object, record_id, body, created_at, created_by, edited_at, deleted_at";

/// A comment as it is stored.
struct Comment {
    id: Uuid,
    version: i64,
    object: String,
    record_id: Uuid,
    body: String,
    created_at: i64,
    created_by: Uuid,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl Comment {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            object: row.text(2)?,
            record_id: row.id(3)?,
            body: row.text(4)?,
            created_at: row.int(5)?,
            created_by: row.id(6)?,
            edited_at: row.opt_int(7)?,
            deleted_at: row.opt_int(8)?,
        })
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "version": self.version,
            "object": self.object,
            "record_id": self.record_id,
            "body": self.body,
            "created_at": instant_text(self.created_at),
            "created_by": self.created_by,
            "edited_at": self.edited_at.map(instant_text),
            "deleted_at": self.deleted_at.map(instant_text),
        })
    }

    fn document(&self) -> Document {
        match self.json() {
            Value::Object(document) => document,
            _ => Document::new(),
        }
    }

    fn subject(&self) -> Result<&'static Object> {
        discussed(&self.object).ok_or(Refusal::NotFound)
    }
}

/// Comments on a record, newest first.
pub fn list(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    before: Option<(i64, String)>,
    limit: u32,
) -> Result<Entries> {
    work.visible(object, id)?;
    may(work, &comment::OBJECT, Action::See)?;
    let mut statement = select(work);
    statement.push(" AND record_id = ").bind(id);
    statement.push(" AND deleted_at IS NULL");
    if let Some((_, id)) = before {
        statement.push(" AND id < ").bind(id);
    }
    statement.push(" ORDER BY id DESC").limit(limit + 1);
    let rows = work.conn.rows(&statement, |row| {
        let comment = Comment::read(row)?;
        Ok((comment.created_at, comment.id.to_string(), comment.json()))
    })?;
    Ok(Entries::of(rows, limit))
}

/// Comments on a record that the caller may see. Who is mentioned, who follows and who owns the record hear of it.
pub fn add(work: &mut Work<'_>, object: &'static Object, id: Uuid, body: &str) -> Result<Document> {
    let record = living(work, object, id)?;
    may(work, &comment::OBJECT, Action::Add)?;
    let body = comment::tidy(body)?;
    let mentioned = mention::check(work, object, &record, "", &body)?;
    let made = Comment {
        id: Uuid::now_v7(),
        version: 1,
        object: object.name.to_owned(),
        record_id: id,
        body,
        created_at: work.micros(),
        created_by: work.access.user_id,
        edited_at: None,
        deleted_at: None,
    };
    let columns = [
        "workspace_id",
        "id",
        "version",
        "object",
        "record_id",
        "body",
        "created_at",
        "created_by",
    ];
    let row: Vec<Sql> = vec![
        work.access.workspace_id.into(),
        made.id.into(),
        made.version.into(),
        object.name.into(),
        id.into(),
        made.body.as_str().into(),
        made.created_at.into(),
        made.created_by.into(),
    ];
    work.store().insert_rows("comments", &columns, &[row])?;
    note(work, "created", &made, json!([]))?;
    let about = (object.name, id);
    follow::add(work, about, work.access.user_id)?;
    let title = title(&record, object);
    let audience = follow::audience(work, object, id, true)?;
    mention::tell(work, &mentioned, about, &title, &made.body)?;
    let data = json!({"title": title, "by": work.access.user_id, "text": excerpt(&made.body)});
    for user in audience.difference(&mentioned) {
        notify(
            work,
            *user,
            Topic::Following,
            "commented",
            Some(about),
            &data,
        )?;
    }
    Ok(made.document())
}

/// Changes one's own comment; who is mentioned anew hears of it.
pub fn edit(work: &mut Work<'_>, id: Uuid, version: Option<i64>, body: &str) -> Result<Document> {
    let (found, record) = open(work, id, version, Action::Edit)?;
    let body = comment::tidy(body)?;
    if body == found.body {
        return Ok(found.document());
    }
    let object = found.subject()?;
    let mentioned = mention::check(work, object, &record, &found.body, &body)?;
    let changes = json!([{"field": "body", "old": found.body, "new": body}]);
    let now = work.micros();
    let changed = Comment {
        body,
        version: found.version + 1,
        edited_at: Some(now),
        ..found
    };
    save(work, &changed)?;
    note(work, "updated", &changed, changes)?;
    let about = (object.name, changed.record_id);
    let title = title(&record, object);
    mention::tell(work, &mentioned, about, &title, &changed.body)?;
    Ok(changed.document())
}

/// Removes a comment: one's own, or any for who may delete all.
pub fn remove(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let (found, _) = open(work, id, version, Action::Delete)?;
    let now = work.micros();
    let gone = Comment {
        version: found.version + 1,
        deleted_at: Some(now),
        ..found
    };
    save(work, &gone)?;
    note(
        work,
        "trashed",
        &gone,
        json!([{"field": "body", "old": gone.body, "new": null}]),
    )
}

/// Brings a removed comment back, within 30 days.
pub fn restore(work: &mut Work<'_>, id: Uuid) -> Result<Document> {
    let found = find(work, id)?;
    work.visible(found.subject()?, found.record_id)?;
    if !may_touch(work, &found, Action::Delete) {
        return Err(Refusal::Forbidden);
    }
    if found.deleted_at.is_none() {
        return Ok(found.document());
    }
    let back = Comment {
        version: found.version + 1,
        deleted_at: None,
        ..found
    };
    save(work, &back)?;
    note(
        work,
        "restored",
        &back,
        json!([{"field": "body", "old": null, "new": back.body}]),
    )?;
    Ok(back.document())
}

/// Forgets what nobody can bring back any more.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let mut statement =
        Statement::new("DELETE FROM comments WHERE deleted_at IS NOT NULL AND deleted_at <= ");
    statement.bind(now - RESTORABLE);
    conn.execute(&statement)?;
    Ok(())
}

fn select(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM comments WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

fn find(work: &mut Work<'_>, id: Uuid) -> Result<Comment> {
    let mut statement = select(work);
    statement.push(" AND id = ").bind(id);
    let found = work.conn.row(&statement, Comment::read)?;
    found.ok_or(Refusal::NotFound)
}

/// A comment that may be changed or removed, at the version that the caller knows, and the record that it is about.
fn open(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    action: Action,
) -> Result<(Comment, Document)> {
    let found = find(work, id)?;
    let record = living(work, found.subject()?, found.record_id)?;
    if found.deleted_at.is_some() {
        return Err(Refusal::NotFound);
    }
    if !may_touch(work, &found, action) {
        return Err(Refusal::Forbidden);
    }
    match version {
        None => Err(Refusal::VersionRequired),
        Some(version) if version == found.version => Ok((found, record)),
        Some(_) => Err(Refusal::Stale(Box::new(found.document()))),
    }
}

/// Nobody changes what another one has said; who may delete everything can remove it.
fn may_touch(work: &Work<'_>, comment: &Comment, action: Action) -> bool {
    let scope = work.access.scope(&comment::OBJECT, action);
    let own = comment.created_by == work.access.user_id && scope > RecordScope::None;
    own || (action == Action::Delete && scope == RecordScope::All)
}

fn save(work: &mut Work<'_>, comment: &Comment) -> Result<()> {
    let mut statement = Statement::new("UPDATE comments SET body = ");
    statement
        .bind(comment.body.as_str())
        .push(", version = ")
        .bind(comment.version);
    statement.push(", edited_at = ").bind(comment.edited_at);
    statement.push(", deleted_at = ").bind(comment.deleted_at);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(comment.id);
    statement.push(" AND version = ").bind(comment.version - 1);
    match work.conn.execute(&statement)? {
        0 => {
            let now = find(work, comment.id)?;
            Err(Refusal::Stale(Box::new(now.document())))
        }
        _ => Ok(()),
    }
}

fn note(work: &mut Work<'_>, verb: &str, comment: &Comment, changes: Value) -> Result<()> {
    audit::note(work, verb, "comment", comment.id, changes)?;
    let payload = json!({"version": comment.version, "object": comment.object, "record_id": comment.record_id});
    outbox::note(
        work,
        &format!("comment.{verb}"),
        "comment",
        comment.id,
        payload,
    )
}

fn title(record: &Document, object: &'static Object) -> String {
    relasi_persistence::store::text_of(record, object.title)
}
