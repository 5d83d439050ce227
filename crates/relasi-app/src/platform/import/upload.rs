//! A file on its way in: written to disk piece by piece, looked at while it passes.

use std::{
    fs::{self, DirEntry, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use encoding_rs::Encoding;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::encoding::Detector;
use crate::{Refusal, Result};

/// Where files of workspaces lie: `<root>/<workspace>/<id>`.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    /// Largest upload in bytes.
    limit: u64,
}

impl Files {
    /// The files below `root`, for example `<data dir>/files`, none larger than `limit` bytes.
    pub fn new(root: impl Into<PathBuf>, limit: u64) -> Self {
        Self {
            root: root.into(),
            limit,
        }
    }

    /// The path of an uploaded file.
    pub fn path(&self, workspace: Uuid, id: Uuid) -> PathBuf {
        self.root.join(workspace.to_string()).join(id.to_string())
    }

    /// Removes the files of an import that nobody will need.
    pub fn discard(&self, workspace: Uuid, id: Uuid) {
        match self.kept(workspace) {
            Ok(kept) => kept
                .iter()
                .filter(|file| file.import == id)
                .for_each(|file| remove(&file.path)),
            Err(error) => log::warn!("an uploaded file could not be removed: {error}"),
        }
    }

    /// Where a file that is no table itself lies beside the tables that are made of it.
    pub(super) fn source_path(&self, workspace: Uuid, id: Uuid) -> PathBuf {
        self.path(workspace, id).with_extension(SOURCE)
    }

    /// The path of the rows of a sheet; those of the first, or of a file without sheets, lie where files are uploaded.
    pub(super) fn table_path(&self, workspace: Uuid, id: Uuid, sheet: usize) -> PathBuf {
        let path = self.path(workspace, id);
        match sheet {
            0 => path,
            _ => path.with_extension(format!("{SHEET}{sheet}")),
        }
    }

    /// The path of the rows that an import rejected.
    pub(super) fn rejected_path(&self, workspace: Uuid, id: Uuid) -> PathBuf {
        self.path(workspace, id).with_extension(REJECTED)
    }

    /// The workspaces that have files.
    pub(in crate::platform) fn workspaces(&self) -> io::Result<Vec<Uuid>> {
        let folders = entries(&self.root)?.into_iter();
        let ids = folders.filter_map(|folder| Uuid::try_parse(folder.file_name().to_str()?).ok());
        Ok(ids.collect())
    }

    /// The files of a workspace's imports; others are not ours.
    pub(super) fn kept(&self, workspace: Uuid) -> io::Result<Vec<Kept>> {
        let files = entries(&self.root.join(workspace.to_string()))?.into_iter();
        Ok(files.filter_map(|file| Kept::of(&file)).collect())
    }

    /// Begins an upload.
    pub fn upload(&self, workspace: Uuid, id: Uuid) -> io::Result<Upload> {
        let path = self.path(workspace, id);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Upload {
            file: Some(File::create_new(&path)?),
            path,
            limit: self.limit,
            size: 0,
            hash: Sha256::new(),
            detector: Detector::default(),
        })
    }
}

/// What the name of a file with rejected rows ends in.
const REJECTED: &str = "rejected";

/// What the name of a workbook ends in.
const SOURCE: &str = "source";

/// What stands before the number of a sheet at the end of the name of its table.
const SHEET: &str = "sheet";

/// What lies in a folder, which need not be there.
pub(in crate::platform) fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        found => found?.collect(),
    }
}

/// A file of an import.
#[derive(Debug)]
pub(super) struct Kept {
    /// Whose it is, if that import was ever stored.
    pub(super) import: Uuid,
    pub(super) path: PathBuf,
    /// What a run reads, which nobody needs after it; rejected rows and workbooks with more sheets are kept longer.
    pub(super) is_upload: bool,
    pub(super) written_at: DateTime<Utc>,
}

impl Kept {
    /// Nothing when it has the name of no import or is gone by now.
    fn of(file: &DirEntry) -> Option<Self> {
        let path = file.path();
        let extension = match path.extension() {
            Some(extension) => extension.to_str()?,
            None => "",
        };
        let is_upload = extension.is_empty() || extension.starts_with(SHEET);
        if !is_upload && ![REJECTED, SOURCE].contains(&extension) {
            return None;
        }
        let written_at = file.metadata().and_then(|data| data.modified()).ok()?;
        Some(Self {
            import: Uuid::try_parse(path.file_stem()?.to_str()?).ok()?,
            is_upload,
            written_at: written_at.into(),
            path,
        })
    }
}

/// A file that is being uploaded; removed again unless it is finished.
pub struct Upload {
    file: Option<File>,
    path: PathBuf,
    limit: u64,
    size: u64,
    hash: Sha256,
    detector: Detector,
}

/// What is known of a file once it is there.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// Where it lies.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// In which encoding its text seems to be.
    pub encoding: &'static Encoding,
}

impl Upload {
    /// Adds the next bytes.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] beyond the limit; faults of the disk as faults of the store.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(Refusal::TooLarge);
        }
        self.hash.update(bytes);
        self.detector.feed(bytes);
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(disk)?;
        }
        Ok(())
    }

    /// Ends the upload; the file is on disk for good afterwards. `thai` prefers Thai where an encoding is in doubt.
    pub fn finish(mut self, thai: bool) -> Result<Uploaded> {
        if let Some(file) = self.file.take() {
            file.sync_all().map_err(disk)?;
        }
        if let Some(folder) = self.path.parent() {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(disk)?;
        }
        Ok(Uploaded {
            path: std::mem::take(&mut self.path),
            size: self.size,
            sha256: hexadecimal(&std::mem::take(&mut self.hash).finalize()),
            encoding: std::mem::take(&mut self.detector).finish(thai),
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            remove(&self.path);
        }
    }
}

/// Removes a file that is no longer needed; one that can't be removed costs room and nothing else.
pub(in crate::platform) fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        log::warn!("an uploaded file could not be removed: {error}");
    }
}

pub(crate) fn disk(error: io::Error) -> Refusal {
    Refusal::Store(error.into())
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(limit: u64) -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path(), limit);
        (folder, files)
    }

    #[test]
    fn a_finished_upload_stays_with_its_size_and_hash() {
        let (_folder, files) = files(10);
        let mut upload = files.upload(Uuid::nil(), Uuid::max()).unwrap();
        upload.write(b"ab").unwrap();
        upload.write(b"c").unwrap();
        let uploaded = upload.finish(false).unwrap();
        assert_eq!(fs::read(&uploaded.path).unwrap(), b"abc");
        assert_eq!(uploaded.size, 3);
        assert_eq!(
            uploaded.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn too_much_is_refused_and_nothing_is_left() {
        let (_folder, files) = files(2);
        let mut upload = files.upload(Uuid::nil(), Uuid::max()).unwrap();
        upload.write(b"ab").unwrap();
        assert!(matches!(upload.write(b"c"), Err(Refusal::TooLarge)));
        drop(upload);
        assert!(!files.path(Uuid::nil(), Uuid::max()).exists());
    }
}
