//! A file that a job writes chunk by chunk.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// The file, and how long it is by what counts.
pub(super) struct Growing {
    file: File,
    length: u64,
}

impl Growing {
    /// Opens the file at `length` bytes; what was written after that belongs to a chunk that was not committed.
    pub(super) fn open(path: &Path, length: u64) -> io::Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        let mut growing = Self { file, length };
        growing.back_to(length)?;
        Ok(growing)
    }

    /// Forgets everything after `length` bytes.
    pub(super) fn back_to(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        Ok(())
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes; they are on disk afterwards, so that a checkpoint may count on them.
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            self.file.write_all(bytes)?;
            self.file.sync_data()?;
            self.length += bytes.len() as u64;
        }
        Ok(())
    }
}
