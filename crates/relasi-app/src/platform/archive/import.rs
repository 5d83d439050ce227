//! A workspace out of a file, all of it or nothing.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use relasi_domain::{OBJECTS, fault::Fault};
use relasi_persistence::{
    Conn, Database, Statement, StoreError,
    store::Store,
    transfer::{TABLES, Table, Writer, note_setup, users_there},
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zip::ZipArchive;

use super::{
    MANIFEST, Manifest, Part,
    contents::{self, Kept},
    manifest::damaged,
    part_name,
};
use crate::{
    platform::{
        import::{disk, hexadecimal},
        storage::Waiting,
    },
    refusal::{Refusal, Result},
    sales::weeks,
};

/// Bytes of the manifest.
const MAX_MANIFEST: u64 = 16 << 20;

/// Bytes of a row.
const MAX_ROW: u64 = 64 << 20;

type Row = Map<String, Value>;
type Archive = ZipArchive<BufReader<File>>;

/// Makes the workspace of a file in this database, with the ids, versions and times that it had. Its people have no
/// password here until they are given one.
///
/// # Errors
/// Faults at `/file`: `archive_damaged`, `archive_newer`, `archive_workspace_there`, `archive_person_there` when somebody
/// with the address of a member is known here as another person.
pub fn import(
    database: &Database,
    storage: &Waiting,
    from: &Path,
    now: DateTime<Utc>,
) -> Result<Manifest> {
    let mut archive = open(from)?;
    let manifest = manifest(&mut archive)?;
    let workspace = manifest.workspace_id;
    database
        .within(workspace)
        .read_now(|conn| not_there(conn, workspace))?;
    let contents = contents_of(&mut archive, &manifest)?;
    contents::read(
        storage,
        workspace,
        &mut archive,
        &contents,
        &manifest.missing,
    )?;
    let (path, told) = (PathBuf::from(from), manifest.clone());
    let _room = database.expect_bulk()?;
    let written = database
        .within(workspace)
        .write_bulk(move |conn| whole(conn, &path, &told, now));
    if written.is_err() {
        contents::remove(storage, workspace, &contents);
    }
    written.map(|()| manifest)
}

/// The contents that the rows of a file tell of.
fn contents_of(archive: &mut Archive, manifest: &Manifest) -> Result<Vec<Kept>> {
    let mut contents = Vec::new();
    for (table, part) in carried(manifest).filter(|(table, _)| table.name == "file_versions") {
        rows(archive, part, |row| {
            contents.extend(Kept::of(table, row));
            Ok(())
        })?;
    }
    Ok(contents)
}

fn not_there(conn: &mut Conn, workspace: Uuid) -> Result<()> {
    let mut there = Statement::new("SELECT 1 FROM workspaces WHERE id = ");
    there.bind(workspace);
    match conn.row(&there, |_| Ok(()))? {
        Some(()) => Err(Fault::field("file", "archive_workspace_there").into()),
        None => Ok(()),
    }
}

fn open(path: &Path) -> Result<Archive> {
    let file = File::open(path).map_err(disk)?;
    let archive =
        ZipArchive::new(BufReader::with_capacity(1 << 16, file)).map_err(|_| damaged())?;
    Ok(archive)
}

fn manifest(archive: &mut Archive) -> Result<Manifest> {
    let part = archive.by_name(MANIFEST).map_err(|_| damaged())?;
    let manifest: Manifest =
        serde_json::from_reader(part.take(MAX_MANIFEST)).map_err(|_| damaged())?;
    manifest.check()?;
    // A table that this program does not know holds what would be lost.
    let known = |part: &Part| TABLES.iter().any(|table| table.name == part.table);
    if manifest.parts.iter().all(known) {
        Ok(manifest)
    } else {
        Err(Fault::field("file", "archive_newer").into())
    }
}

fn whole(conn: &mut Conn, path: &Path, manifest: &Manifest, now: DateTime<Utc>) -> Result<()> {
    not_there(conn, manifest.workspace_id)?;
    let mut archive = open(path)?;
    for (table, part) in carried(manifest) {
        if table.name == "users" {
            check_people(conn, &mut archive, part)?;
        }
        let mut writer = Writer::new(conn, table, manifest.workspace_id)?;
        rows(&mut archive, part, |row| Ok(writer.add(conn, row)?))?;
        writer.flush(conn)?;
    }
    for (table, part) in carried(manifest).filter(|(table, _)| !table.later.is_empty()) {
        let writer = Writer::new(conn, table, manifest.workspace_id)?;
        rows(&mut archive, part, |row| Ok(writer.refer(conn, row)?))?;
    }
    for object in OBJECTS {
        Store::of_workspace(conn, manifest.workspace_id).title_values(object)?;
    }
    weeks::count_anew(conn, manifest.workspace_id)?;
    Ok(note_setup(conn, manifest.workspace_id, now)?)
}

/// The tables of a file in the order in which they go in.
fn carried(manifest: &Manifest) -> impl Iterator<Item = (&'static Table, &Part)> {
    TABLES.iter().filter_map(|table| {
        let part = manifest.parts.iter().find(|part| part.table == table.name);
        Some((table, part?))
    })
}

/// One address is one person.
fn check_people(conn: &mut Conn, archive: &mut Archive, part: &Part) -> Result<()> {
    let mut people = Vec::new();
    rows(archive, part, |row| {
        let text = |name: &str| {
            row.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        people.push((text("email_key"), text("id")));
        Ok(())
    })?;
    let keys: Vec<String> = people.iter().map(|(key, _)| key.clone()).collect();
    let there = users_there(conn, &keys)?;
    let clash = people
        .iter()
        .find(|(key, id)| there.get(key).is_some_and(|known| known != id));
    match clash {
        None => Ok(()),
        Some((email, _)) => Err(Fault::field("file", "archive_person_there")
            .with("email", email)
            .into()),
    }
}

/// Each row of a table; in the end they must be as many as the manifest says, and the very same.
fn rows(
    archive: &mut Archive,
    part: &Part,
    mut take: impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    let lines = archive
        .by_name(&part_name(&part.table))
        .map_err(|_| damaged())?;
    let mut lines = BufReader::with_capacity(1 << 16, lines);
    let (mut hash, mut count, mut line) = (Sha256::new(), 0, Vec::new());
    loop {
        line.clear();
        let read = (&mut lines).take(MAX_ROW).read_until(b'\n', &mut line);
        match read.map_err(unreadable)? {
            0 => break,
            _ if line.last() != Some(&b'\n') => return Err(damaged()),
            _ => {}
        }
        hash.update(&line);
        count += 1;
        let row: Row = serde_json::from_slice(&line).map_err(|_| damaged())?;
        take(&row).map_err(odd)?;
    }
    if count == part.rows && hexadecimal(&hash.finalize()) == part.sha256 {
        Ok(())
    } else {
        Err(damaged())
    }
}

fn unreadable(error: io::Error) -> Refusal {
    if error.raw_os_error().is_some() {
        disk(error)
    } else {
        damaged()
    }
}

/// What a database does not take is a fault of the file.
fn odd(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Store(StoreError::Other(error)) => {
            log::warn!("a row of an archive was refused: {error}");
            damaged()
        }
        other => other,
    }
}
