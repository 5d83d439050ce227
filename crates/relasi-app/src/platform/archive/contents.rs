//! Contents of files on their way into an archive and out of it.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Seek, Write},
};

use relasi_persistence::transfer::Table;
use serde_json::{Map, Value};
use uuid::Uuid;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::manifest::damaged;
use crate::{
    platform::{import::disk, storage::Waiting},
    refusal::{Refusal, Result},
};

/// A content and what its row says of it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) sha256: String,
}

impl Kept {
    /// The content of a row of a table; none for other tables.
    pub(super) fn of(table: &Table, row: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let id = text("content_id").filter(|_| table.name == "file_versions")?;
        Some(Self {
            id: Uuid::try_parse(id).ok()?,
            sha256: text("sha256")?.to_owned(),
        })
    }

    fn part(&self) -> String {
        format!("files/{}", self.id)
    }
}

/// Writes contents into an archive. Those that are lost are told by their ids, for the manifest to say so.
pub(super) fn write<W: Write + Seek>(
    storage: &Waiting,
    workspace: Uuid,
    zip: &mut ZipWriter<W>,
    contents: &[Kept],
) -> Result<Vec<Uuid>> {
    // What is in them is mostly packed already.
    let options = SimpleFileOptions::default()
        .large_file(true)
        .compression_method(CompressionMethod::Stored);
    let mut missing = Vec::new();
    for kept in contents {
        match storage.open(workspace, kept.id) {
            Ok(content) => {
                zip.start_file(kept.part(), options)
                    .map_err(|error| disk(error.into()))?;
                let mut buffered = BufWriter::with_capacity(1 << 16, &mut *zip);
                storage.copy(content, &mut buffered)?;
                buffered.flush().map_err(disk)?;
            }
            Err(Refusal::NotFound) => {
                log::warn!("the content {} of a file is lost", kept.id);
                missing.push(kept.id);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

/// Puts contents of an archive into their place. When one is not what its row says, none stays.
pub(super) fn read(
    storage: &Waiting,
    workspace: Uuid,
    archive: &mut ZipArchive<BufReader<File>>,
    contents: &[Kept],
    missing: &[Uuid],
) -> Result<()> {
    for (place, kept) in contents.iter().enumerate() {
        if missing.contains(&kept.id) {
            continue;
        }
        let taken = archive.by_name(&kept.part()).map_err(|_| damaged());
        let taken = taken.and_then(|mut part| storage.take(workspace, kept.id, &mut part));
        let same = taken.and_then(|content| {
            if content.sha256 == kept.sha256 {
                Ok(())
            } else {
                Err(damaged())
            }
        });
        if let Err(error) = same {
            remove(storage, workspace, &contents[..=place]);
            return Err(error);
        }
    }
    Ok(())
}

/// Takes contents out of their place again.
pub(super) fn remove(storage: &Waiting, workspace: Uuid, contents: &[Kept]) {
    for kept in contents {
        storage.remove(workspace, kept.id);
    }
}
