//! Files that are kept with records, each with the versions that it had.

mod content;
mod write;

use relasi_domain::{
    identity::access::Action,
    interaction::{discussed, file},
    record::Object,
};
use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{email::Attachment, living, may, may_edit};
use crate::{
    records::{Entries, Work},
    refusal::{Refusal, Result},
};

pub use content::{Located, located, purge, unknown};
pub use write::{Arrived, add, add_version, remove, rename, restore};

/// A file with its present version.
#[derive(Debug, Clone)]
pub struct File {
    id: Uuid,
    version: i64,
    object: String,
    record_id: Uuid,
    name: String,
    number: i64,
    created_at: i64,
    created_by: Uuid,
    deleted_at: Option<i64>,
    now: Version,
}

/// A version of a file.
#[derive(Debug, Clone)]
struct Version {
    number: i64,
    content_id: Uuid,
    content_type: String,
    size: i64,
    sha256: String,
    created_at: i64,
    created_by: Uuid,
}

const COLUMNS: &str = "f.id, f.version, f.object, f.record_id, f.name, f.number, f.created_at, f.created_by, f.deleted_at, \
     v.number, v.content_id, v.content_type, v.size, v.sha256, v.created_at, v.created_by";

impl File {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            object: row.text(2)?,
            record_id: row.id(3)?,
            name: row.text(4)?,
            number: row.int(5)?,
            created_at: row.int(6)?,
            created_by: row.id(7)?,
            deleted_at: row.opt_int(8)?,
            now: Version::read(row, 9)?,
        })
    }

    /// As the API shows it; `address` makes an address of a content.
    pub fn json(&self, address: &dyn Fn(Uuid) -> String) -> Value {
        let mut json = self.now.json(address);
        json["id"] = json!(self.id);
        json["version"] = json!(self.version);
        json["object"] = json!(self.object);
        json["record_id"] = json!(self.record_id);
        json["name"] = json!(self.name);
        json["updated_at"] = json["created_at"].take();
        json["updated_by"] = json["created_by"].take();
        json["created_at"] = json!(instant_text(self.created_at));
        json["created_by"] = json!(self.created_by);
        json["deleted_at"] = json!(self.deleted_at.map(instant_text));
        json
    }

    /// Its optimistic lock.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    fn subject(&self) -> Result<&'static Object> {
        discussed(&self.object).ok_or(Refusal::NotFound)
    }
}

impl Version {
    fn read(row: &Row<'_>, at: usize) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            number: row.int(at)?,
            content_id: row.id(at + 1)?,
            content_type: row.text(at + 2)?,
            size: row.int(at + 3)?,
            sha256: row.text(at + 4)?,
            created_at: row.int(at + 5)?,
            created_by: row.id(at + 6)?,
        })
    }

    fn json(&self, address: &dyn Fn(Uuid) -> String) -> Value {
        json!({
            "number": self.number,
            "content_type": self.content_type,
            "is_picture": file::is_picture(&self.content_type),
            "size": self.size,
            "sha256": self.sha256,
            "created_at": instant_text(self.created_at),
            "created_by": self.created_by,
            "content_url": address(self.content_id),
        })
    }
}

/// A page of files.
#[derive(Debug)]
pub struct Files {
    /// The files.
    pub items: Vec<File>,
    /// Where the next page begins.
    pub next: Option<(i64, String)>,
}

/// Files of a record, newest first; those in the trash when asked for.
pub fn list(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    trashed: bool,
    before: Option<(i64, String)>,
    limit: u32,
) -> Result<Files> {
    work.visible(object, id)?;
    may(work, &file::OBJECT, Action::See)?;
    let mut statement = select(work);
    statement.push(" AND f.record_id = ").bind(id);
    statement.push(if trashed {
        " AND f.deleted_at IS NOT NULL"
    } else {
        " AND f.deleted_at IS NULL"
    });
    if let Some((_, id)) = before {
        statement.push(" AND f.id < ").bind(id);
    }
    statement.push(" ORDER BY f.id DESC").limit(limit + 1);
    let found = work.conn.rows(&statement, File::read)?;
    let rows = found
        .iter()
        .map(|file| (file.created_at, file.id.to_string(), Value::Null));
    let next = Entries::of(rows.collect(), limit).next;
    let items = found.into_iter().take(limit as usize).collect();
    Ok(Files { items, next })
}

/// A file whose record the caller may see, with all of its versions, the newest first, as the API shows it.
pub fn get(
    work: &mut Work<'_>,
    id: Uuid,
    address: &dyn Fn(Uuid) -> String,
) -> Result<(Value, i64)> {
    let found = seen(work, id)?;
    let mut statement = Statement::new(
        "SELECT number, content_id, content_type, size, sha256, created_at, created_by FROM file_versions \
         WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND file_id = ")
        .bind(id);
    statement.push(" ORDER BY number DESC").limit(MOST_VERSIONS);
    let versions = work.conn.rows(&statement, |row| Version::read(row, 0))?;
    let mut json = found.json(address);
    json["versions"] = versions
        .iter()
        .map(|version| version.json(address))
        .collect();
    Ok((json, found.version))
}

/// Versions that a file may have.
const MOST_VERSIONS: u32 = 200;

fn select(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM files f JOIN file_versions v ON v.workspace_id = f.workspace_id AND v.file_id = f.id \
         AND v.number = f.number WHERE f.workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

/// A file, in the trash or not, of a record that the caller may see.
fn seen(work: &mut Work<'_>, id: Uuid) -> Result<File> {
    may(work, &file::OBJECT, Action::See)?;
    let mut statement = select(work);
    statement.push(" AND f.id = ").bind(id);
    let found = work.conn.row(&statement, File::read)?;
    let found = found.ok_or(Refusal::NotFound)?;
    work.visible(found.subject()?, found.record_id)?;
    Ok(found)
}

/// The present version of a file that is not in the trash, to go with a message.
pub(crate) fn present(work: &mut Work<'_>, id: Uuid) -> Result<Attachment> {
    let found = seen(work, id)?;
    if found.deleted_at.is_some() {
        return Err(Refusal::NotFound);
    }
    Ok(Attachment {
        name: found.name,
        size: u64::try_from(found.now.size).unwrap_or_default(),
        file_id: Some(found.id),
        number: Some(found.number),
    })
}

/// Refuses early, before a file is taken in, who may not attach one to a record.
pub fn may_add(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<()> {
    let record = living(work, object, id)?;
    may(work, &file::OBJECT, Action::Add)?;
    if may_edit(work, object, &record)? {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// The same for a further version of a file.
pub fn may_add_version(work: &mut Work<'_>, id: Uuid) -> Result<File> {
    let found = seen(work, id)?;
    may_add(work, found.subject()?, found.record_id)?;
    if found.deleted_at.is_some() {
        return Err(Refusal::NotFound);
    }
    if found.number >= i64::from(MOST_VERSIONS) {
        return Err(Refusal::Conflict("too_many_versions"));
    }
    Ok(found)
}
