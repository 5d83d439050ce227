//! A workspace into a file.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use chrono::{DateTime, Utc};
use relasi_persistence::{
    Conn,
    transfer::{TABLES, Table, read},
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    FORMAT, MANIFEST, Manifest, Part, VERSION,
    contents::{self, Kept},
    part_name, parts,
};
use crate::{
    platform::{
        import::{disk, hexadecimal, remove},
        storage::Waiting,
    },
    refusal::{Refusal, Result},
};

/// Writes a workspace as `conn`, a snapshot, sees it into a file, which is there whole or not at all. `step` is told how many of
/// how many parts are through and may stop it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such workspace; those of `step` and of the disk.
pub fn export<E: From<Refusal> + From<relasi_persistence::StoreError>>(
    conn: &mut Conn,
    storage: &Waiting,
    workspace: Uuid,
    to: &Path,
    now: DateTime<Utc>,
    mut step: impl FnMut(usize, usize) -> std::result::Result<(), E>,
) -> std::result::Result<Manifest, E> {
    let part = to.with_extension("part");
    let written = whole(conn, storage, workspace, &part, now, &mut step);
    let manifest = written.inspect_err(|_| remove(&part))?;
    fs::rename(&part, to).map_err(disk)?;
    if let Some(folder) = to.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(disk)?;
    }
    Ok(manifest)
}

fn whole<E: From<Refusal>>(
    conn: &mut Conn,
    storage: &Waiting,
    workspace: Uuid,
    to: &Path,
    now: DateTime<Utc>,
    step: &mut impl FnMut(usize, usize) -> std::result::Result<(), E>,
) -> std::result::Result<Manifest, E> {
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        workspace_id: workspace,
        workspace_name: String::new(),
        custom_fields: Vec::new(),
        parts: Vec::with_capacity(TABLES.len()),
        missing: Vec::new(),
    };
    let file = BufWriter::with_capacity(1 << 16, File::create(to).map_err(disk)?);
    let mut zip = ZipWriter::new(file);
    let mut contents = Vec::new();
    for (place, table) in TABLES.iter().enumerate() {
        step(place, parts())?;
        let part = write(conn, &mut zip, table, &mut manifest, &mut contents)?;
        if table.name == "workspaces" && part.rows != 1 {
            return Err(Refusal::NotFound.into());
        }
        manifest.parts.push(part);
    }
    manifest.missing = contents::write(storage, workspace, &mut zip, &contents)?;
    finish(zip, &manifest).map_err(disk)?;
    Ok(manifest)
}

fn options() -> SimpleFileOptions {
    // Tables of much more than four gigabytes are thinkable.
    SimpleFileOptions::default().large_file(true)
}

fn write(
    conn: &mut Conn,
    zip: &mut ZipWriter<BufWriter<File>>,
    table: &Table,
    manifest: &mut Manifest,
    contents: &mut Vec<Kept>,
) -> Result<Part> {
    zip.start_file(part_name(table.name), options())
        .map_err(|error| disk(error.into()))?;
    let mut lines = BufWriter::with_capacity(1 << 16, zip);
    let (mut hash, mut rows, mut line) = (Sha256::new(), 0, Vec::new());
    let workspace = manifest.workspace_id;
    read(conn, table, workspace, |row| {
        line.clear();
        serde_json::to_writer(&mut line, row).map_err(|error| disk(error.into()))?;
        line.push(b'\n');
        hash.update(&line);
        rows += 1;
        note(manifest, table, row);
        contents.extend(Kept::of(table, row));
        lines.write_all(&line).map_err(disk)
    })?;
    lines.flush().map_err(disk)?;
    Ok(Part {
        table: table.name.to_owned(),
        rows,
        sha256: hexadecimal(&hash.finalize()),
    })
}

/// What the manifest tells of the rows.
fn note(manifest: &mut Manifest, table: &Table, row: &Map<String, Value>) {
    match table.name {
        "workspaces" => {
            let name = row.get("name").and_then(Value::as_str);
            name.unwrap_or_default()
                .clone_into(&mut manifest.workspace_name);
        }
        "custom_fields" => manifest.custom_fields.push(row.clone()),
        _ => {}
    }
}

fn finish(mut zip: ZipWriter<BufWriter<File>>, manifest: &Manifest) -> io::Result<()> {
    zip.start_file(MANIFEST, options())?;
    serde_json::to_writer_pretty(&mut zip, manifest)?;
    let file = zip
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}
