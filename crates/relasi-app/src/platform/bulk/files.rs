//! The files of operations: ids to work through, refused records, exports.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::{Format, OperationState, operation::KEEP};
use crate::{
    platform::import::{Files, disk, entries, remove},
    refusal::Result,
};

/// The ids of all records of an operation.
const IDS: &str = "ids";
/// The records that refused.
const REFUSED: &str = "refused";
/// The rows of a workbook that is still to be made of them, and one that is being made.
const ROWS: &str = "rows";
const PART: &str = "part";

/// How long a file may be without an operation.
const UNCLAIMED: TimeDelta = TimeDelta::days(1);

/// Files looked up in one go.
const CHUNK: usize = 500;

/// Bytes of an id.
const WIDTH: usize = 16;

pub(super) fn ids_path(files: &Files, workspace: Uuid, operation: Uuid) -> PathBuf {
    files.path(workspace, operation).with_extension(IDS)
}

pub(super) fn refused_path(files: &Files, workspace: Uuid, operation: Uuid) -> PathBuf {
    files.path(workspace, operation).with_extension(REFUSED)
}

pub(super) fn rows_path(files: &Files, workspace: Uuid, operation: Uuid) -> PathBuf {
    files.path(workspace, operation).with_extension(ROWS)
}

pub(super) fn export_path(
    files: &Files,
    workspace: Uuid,
    operation: Uuid,
    format: Format,
) -> PathBuf {
    let path = files.path(workspace, operation);
    path.with_extension(format.extension())
}

/// Makes sure that a new file is still there after the power has failed.
pub(super) fn keep(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Ids on their way into a file.
pub(super) struct IdWriter {
    path: PathBuf,
    file: BufWriter<File>,
    count: u64,
}

impl IdWriter {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 16, File::create(path)?),
            count: 0,
        })
    }

    pub(super) fn add(&mut self, id: Uuid) -> io::Result<()> {
        self.count += 1;
        self.file.write_all(id.as_bytes())
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The ids are on disk afterwards, so that a checkpoint may count on them.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        keep(&self.path)
    }
}

/// Ids by their place.
pub(super) struct Ids(File);

impl Ids {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(File::open(path)?))
    }

    /// At most `count` ids from a place on; none at the end.
    pub(super) fn read(&mut self, place: u64, count: usize) -> io::Result<Vec<Uuid>> {
        self.0.seek(SeekFrom::Start(place * WIDTH as u64))?;
        let mut bytes = Vec::with_capacity(count * WIDTH);
        (&self.0)
            .take((count * WIDTH) as u64)
            .read_to_end(&mut bytes)?;
        let (whole, _) = bytes.as_chunks::<WIDTH>();
        Ok(whole.iter().map(|id| Uuid::from_bytes(*id)).collect())
    }
}

/// Removes the files of operations that are over and can't be undone any more, and files without an operation.
/// Answers how many that were.
pub fn sweep(conn: &mut Conn, files: &Files, now: DateTime<Utc>) -> Result<usize> {
    let mut removed = 0;
    for workspace in files.workspaces().map_err(disk)? {
        let root = files.path(workspace, Uuid::nil());
        let folder = root.parent().unwrap_or(&root);
        let kept: Vec<Kept> = entries(folder)
            .map_err(disk)?
            .iter()
            .filter_map(Kept::of)
            .collect();
        for kept in kept.chunks(CHUNK) {
            let standing = standing(conn, workspace, kept)?;
            for file in kept {
                if needless(file, standing.get(&file.operation), now) {
                    remove(&file.path);
                    removed += 1;
                }
            }
        }
    }
    Ok(removed)
}

struct Kept {
    operation: Uuid,
    path: PathBuf,
    written_at: DateTime<Utc>,
}

impl Kept {
    /// Nothing when it has the name of no operation or is gone by now.
    fn of(file: &fs::DirEntry) -> Option<Self> {
        let path = file.path();
        let extension = path.extension()?.to_str()?;
        let exported = Format::ALL.iter().any(|one| one.extension() == extension);
        if !exported && ![IDS, REFUSED, ROWS, PART].contains(&extension) {
            return None;
        }
        let written_at = file.metadata().and_then(|data| data.modified()).ok()?;
        Some(Self {
            operation: Uuid::try_parse(path.file_stem()?.to_str()?).ok()?,
            written_at: written_at.into(),
            path,
        })
    }
}

type Standing = (OperationState, DateTime<Utc>);

fn standing(conn: &mut Conn, workspace: Uuid, files: &[Kept]) -> Result<HashMap<Uuid, Standing>> {
    let mut statement =
        Statement::new("SELECT id, state, updated_at FROM bulk_operations WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id IN (");
    statement
        .bind_all(files.iter().map(|file| file.operation))
        .push(")")
        .uncached();
    let rows = conn.rows(&statement, |row| {
        let standing = (OperationState::from_code(&row.text(1)?)?, row.at(2)?);
        Ok((row.id(0)?, standing))
    })?;
    Ok(rows.into_iter().collect())
}

fn needless(file: &Kept, standing: Option<&Standing>, now: DateTime<Utc>) -> bool {
    match standing {
        None => file.written_at < now - UNCLAIMED,
        // What a job is working with stays, however long it takes.
        Some((state, updated_at)) => !state.is_busy() && *updated_at < now - KEEP,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_by_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w").join("a.ids");
        let all: Vec<Uuid> = (0..10).map(Uuid::from_u128).collect();
        let mut writer = IdWriter::create(&path).unwrap();
        for id in &all {
            writer.add(*id).unwrap();
        }
        assert_eq!(writer.count(), 10);
        writer.finish().unwrap();
        let mut ids = Ids::open(&path).unwrap();
        assert_eq!(ids.read(0, 4).unwrap(), all[..4]);
        assert_eq!(ids.read(8, 4).unwrap(), all[8..]);
        assert!(ids.read(10, 4).unwrap().is_empty());
    }

    #[test]
    fn files_stay_as_long_as_somebody_may_need_them() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let file = |age| Kept {
            operation: Uuid::nil(),
            path: "x".into(),
            written_at: now - age,
        };
        let old = file(TimeDelta::days(90));
        for (state, days, gone) in [
            (OperationState::Running, 31, false),
            (OperationState::Undoing, 31, false),
            (OperationState::Done, 29, false),
            (OperationState::Done, 31, true),
            (OperationState::Undone, 31, true),
        ] {
            let standing = (state, now - TimeDelta::days(days));
            assert_eq!(
                needless(&old, Some(&standing), now),
                gone,
                "{state:?} {days}"
            );
        }
        assert!(!needless(&file(TimeDelta::hours(23)), None, now));
        assert!(needless(&file(TimeDelta::hours(25)), None, now));
    }
}
