//! Attaching files, renaming them, and taking them away.

use relasi_domain::{identity::access::Action, interaction::file, record::Object};
use relasi_persistence::{Statement, Value as Sql};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{File, may, may_add, may_add_version, may_edit, seen};
use crate::{
    audit, outbox,
    platform::storage::Content,
    records::Work,
    refusal::{Refusal, Result},
    timeline,
};

/// A content that has arrived, and what it is called.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub content_id: Uuid,
    /// What it is.
    pub content: Content,
}

/// Attaches a file to a record that the caller may change.
pub fn add(
    work: &mut Work<'_>,
    object: &'static Object,
    record: Uuid,
    arrived: &Arrived,
) -> Result<File> {
    may_add(work, object, record)?;
    let id = Uuid::now_v7();
    let columns = [
        "workspace_id",
        "id",
        "version",
        "object",
        "record_id",
        "name",
        "number",
        "created_at",
        "created_by",
    ];
    let row: Vec<Sql> = vec![
        work.access.workspace_id.into(),
        id.into(),
        1.into(),
        object.name.into(),
        record.into(),
        arrived.name.as_str().into(),
        1.into(),
        work.now.into(),
        work.access.user_id.into(),
    ];
    work.store().insert_rows("files", &columns, &[row])?;
    insert_version(work, id, 1, arrived)?;
    let made = seen(work, id)?;
    note(work, "created", &made, json!([]))?;
    show(work, &made)?;
    Ok(made)
}

/// Adds a version to a file; it takes the new name, and the former versions stay.
pub fn add_version(work: &mut Work<'_>, id: Uuid, arrived: &Arrived) -> Result<File> {
    lock(work, id)?;
    let before = may_add_version(work, id)?;
    let number = before.number + 1;
    insert_version(work, id, number, arrived)?;
    let mut after = before.clone();
    after.name.clone_from(&arrived.name);
    after.number = number;
    save(work, &after)?;
    let after = seen(work, id)?;
    let changes = json!([{"field": "number", "old": before.number, "new": number}]);
    note(work, "updated", &after, changes)?;
    Ok(after)
}

/// Gives a file another name.
pub fn rename(work: &mut Work<'_>, id: Uuid, version: Option<i64>, name: &str) -> Result<File> {
    let before = open(work, id, version)?;
    let name = file::tidy_name(name, "/name")?;
    file::fits_name(&name, &before.now.content_type, "/name")?;
    if name == before.name {
        return Ok(before);
    }
    let changes = json!([{"field": "name", "old": before.name, "new": name}]);
    save(work, &File { name, ..before })?;
    let after = seen(work, id)?;
    note(work, "updated", &after, changes)?;
    Ok(after)
}

/// Takes a file away; it can be brought back for 30 days.
pub fn remove(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = open(work, id, version)?;
    let now = work.micros();
    let changes = json!([{"field": "name", "old": before.name, "new": null}]);
    save(
        work,
        &File {
            deleted_at: Some(now),
            ..before
        },
    )?;
    let gone = seen(work, id)?;
    timeline::remove_about(work, id)?;
    note(work, "trashed", &gone, changes)
}

/// Brings a file back.
pub fn restore(work: &mut Work<'_>, id: Uuid) -> Result<File> {
    lock(work, id)?;
    let before = seen(work, id)?;
    may_add(work, before.subject()?, before.record_id)?;
    if before.deleted_at.is_none() {
        return Ok(before);
    }
    save(
        work,
        &File {
            deleted_at: None,
            ..before
        },
    )?;
    let back = seen(work, id)?;
    note(
        work,
        "restored",
        &back,
        json!([{"field": "name", "old": null, "new": back.name}]),
    )?;
    show(work, &back)?;
    Ok(back)
}

/// A file that may be changed, at the version that the caller knows.
fn open(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<File> {
    let found = seen(work, id)?;
    let object = found.subject()?;
    let record = super::living(work, object, found.record_id)?;
    if found.deleted_at.is_some() {
        return Err(Refusal::NotFound);
    }
    may(work, &file::OBJECT, Action::Edit)?;
    if !may_edit(work, object, &record)? {
        return Err(Refusal::Forbidden);
    }
    match version {
        None => Err(Refusal::VersionRequired),
        Some(version) if version == found.version => Ok(found),
        Some(_) => Err(stale(&found)),
    }
}

fn stale(now: &File) -> Refusal {
    // Addresses of contents are for who reads; who writes gets the state alone.
    match now.json(&|_| String::new()) {
        Value::Object(document) => Refusal::Stale(Box::new(document)),
        _ => Refusal::NotFound,
    }
}

fn save(work: &mut Work<'_>, file: &File) -> Result<()> {
    let mut statement = Statement::new("UPDATE files SET version = version + 1, name = ");
    statement
        .bind(file.name.as_str())
        .push(", number = ")
        .bind(file.number);
    statement.push(", deleted_at = ").bind(file.deleted_at);
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(file.id);
    statement.push(" AND version = ").bind(file.version);
    match work.conn.execute(&statement)? {
        0 => Err(stale(&seen(work, file.id)?)),
        _ => Ok(()),
    }
}

/// Two that bring a version of the same file come one after the other.
fn lock(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("UPDATE files SET version = version WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

fn insert_version(work: &mut Work<'_>, id: Uuid, number: i64, arrived: &Arrived) -> Result<()> {
    let columns = [
        "workspace_id",
        "file_id",
        "number",
        "content_id",
        "content_type",
        "size",
        "sha256",
        "created_at",
        "created_by",
    ];
    let row: Vec<Sql> = vec![
        work.access.workspace_id.into(),
        id.into(),
        number.into(),
        arrived.content_id.into(),
        arrived.content.kind.as_str().into(),
        i64::try_from(arrived.content.size)
            .unwrap_or(i64::MAX)
            .into(),
        arrived.content.sha256.as_str().into(),
        work.now.into(),
        work.access.user_id.into(),
    ];
    work.store()
        .insert_rows("file_versions", &columns, &[row])?;
    Ok(())
}

/// Puts a file on the timeline of its record.
fn show(work: &mut Work<'_>, file: &File) -> Result<()> {
    let event = timeline::Event {
        subject: (file.subject()?.name, file.record_id),
        kind: "file.added",
        at: work.micros(),
        about: ("file", file.id),
        data: json!({"name": file.name}),
    };
    timeline::add(work, &[event])
}

fn note(work: &mut Work<'_>, verb: &str, file: &File, changes: Value) -> Result<()> {
    audit::note(work, verb, "file", file.id, changes)?;
    let payload = json!({
        "version": file.version, "object": file.object, "record_id": file.record_id,
    });
    outbox::note(work, &format!("file.{verb}"), "file", file.id, payload)
}
