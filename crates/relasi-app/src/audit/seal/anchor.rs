//! The newest seals, noted outside the database: a line of JSON for each workspace, once a day.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use relasi_persistence::{Conn, store::instant_text};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{head, workspaces};
use crate::{platform::import::disk, refusal::Result};

/// A seal as it was at some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// When it was noted.
    pub at: String,
    /// Whose log.
    pub workspace_id: Uuid,
    /// Its number.
    pub number: i64,
    /// Its chain value, which stands for the whole log up to it.
    pub chain: String,
}

/// The newest seals of all workspaces.
pub fn heads(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Anchor>> {
    let mut all = Vec::new();
    for workspace_id in workspaces(conn)? {
        if let Some(seal) = head(conn, workspace_id)? {
            all.push(Anchor {
                at: instant_text(now.timestamp_micros()),
                workspace_id,
                number: seal.number,
                chain: seal.chain,
            });
        }
    }
    Ok(all)
}

/// Notes the newest seals at the end of a file; those that stand there already are left out.
pub fn anchor(conn: &mut Conn, file: &Path, now: DateTime<Utc>) -> Result<()> {
    let known = anchors(file)?;
    let is_new = |new: &Anchor| !known.iter().any(|old| old.chain == new.chain);
    let new: Vec<Anchor> = heads(conn, now)?.into_iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for anchor in &new {
        serde_json::to_writer(&mut lines, anchor).map_err(|error| disk(error.into()))?;
        lines.push(b'\n');
    }
    let write = || {
        let mut file = File::options().create(true).append(true).open(file)?;
        file.write_all(&lines)?;
        file.sync_all()
    };
    write().map_err(disk)
}

/// The anchors of a file; none when it is not there.
pub fn anchors(file: &Path) -> Result<Vec<Anchor>> {
    let file = match File::open(file) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(disk(error)),
    };
    let lines = BufReader::new(file).lines();
    let read = |line: io::Result<String>| {
        let anchor = serde_json::from_str(&line?);
        Ok(anchor?)
    };
    lines.map(read).collect::<io::Result<_>>().map_err(disk)
}
