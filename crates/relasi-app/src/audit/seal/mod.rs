//! Seals over the audit log, by which a change of what was written is noticed.
//!
//! A seal has the SHA-256 of all entries since the seal before it, and a chain value over itself and that one. Who
//! changes, removes, adds or exchanges sealed entries has to make every later seal anew, and the anchors, which lie
//! outside the database, still tell it. Entries are sealed once they are old enough for every write of their time to have
//! ended.

mod anchor;
mod empty;
mod verify;

use chrono::{DateTime, TimeDelta, Utc};
use relasi_persistence::{Conn, Database, Row, Statement, StoreError};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use anchor::{Anchor, anchor, anchors, heads};
pub(crate) use empty::empty;
pub use verify::{Finding, Verified, verify};

use super::log::first_id;
use crate::{platform::import::hexadecimal, refusal::Result};

/// How old an entry must be: longer than any write takes from its first entry to its commit.
const SETTLED: TimeDelta = TimeDelta::minutes(10);

/// Entries under one seal at most: what a finding narrows a change down to.
const ENTRIES: u32 = 1_000;

/// What stands before the first seal.
const BEGINNING: &str = "";

/// A seal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Counts from 1 in each workspace.
    pub number: i64,
    /// When it was made, in microseconds since 1970.
    pub at: i64,
    /// The last entry under it.
    pub last_id: String,
    /// How many entries are under it.
    pub entries: i64,
    /// Over those entries.
    pub digest: String,
    /// Over this seal and all before it.
    pub chain: String,
    /// How the digest is made: 2 goes over the digests of what changed, so that these can be emptied; 1 over the whole.
    pub scheme: i64,
}

impl Seal {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            number: row.int(0)?,
            at: row.int(1)?,
            last_id: row.text(2)?,
            entries: row.int(3)?,
            digest: row.text(4)?,
            chain: row.text(5)?,
            scheme: row.int(6)?,
        })
    }

    /// The chain value that it must have after the one before it.
    fn linked(&self, before: &str) -> String {
        let mut hash = Sha256::new();
        for part in [before, &self.last_id, &self.digest] {
            piece(&mut hash, Some(part));
        }
        for number in [self.number, self.at, self.entries] {
            hash.update(number.to_be_bytes());
        }
        hexadecimal(&hash.finalize())
    }
}

const SEAL: &str = "number, at, last_id, entries, digest, chain, scheme";

/// The scheme of new seals.
const SCHEME: i64 = 2;

/// Ids of all workspaces.
pub(super) fn workspaces(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let all = Statement::new("SELECT id FROM workspaces ORDER BY id");
    Ok(conn.rows(&all, |row| row.id(0))?)
}

/// The newest seal of a workspace.
pub fn head(conn: &mut Conn, workspace: Uuid) -> Result<Option<Seal>> {
    let mut newest = Statement::new(format!(
        "SELECT {SEAL} FROM audit_seals WHERE workspace_id = "
    ));
    newest
        .bind(workspace)
        .push(" ORDER BY number DESC")
        .limit(1);
    Ok(conn.row(&newest, Seal::read)?)
}

/// Seals what is old enough in every workspace; how many seals that made.
pub async fn sweep(database: &Database, now: DateTime<Utc>) -> Result<usize> {
    let all = database.across().read(workspaces).await?;
    let mut made = 0;
    for workspace in all {
        while database
            .within(workspace)
            .write(move |conn| next(conn, workspace, now))
            .await?
        {
            made += 1;
        }
    }
    Ok(made)
}

/// Makes the next seal of a workspace; `false` when there is nothing to seal, or another server has just done it.
pub(super) fn next(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let before = head(conn, workspace)?;
    let after = before.as_ref().map_or("", |seal| &seal.last_id);
    let until = first_id(now.checked_sub_signed(SETTLED)).to_string();
    let (last_id, entries, digest) = covered(conn, workspace, (after, &until), SCHEME)?;
    if entries == 0 {
        return Ok(false);
    }
    let mut seal = Seal {
        number: before.as_ref().map_or(1, |seal| seal.number + 1),
        at: now.timestamp_micros(),
        last_id,
        entries,
        digest,
        chain: String::new(),
        scheme: SCHEME,
    };
    seal.chain = seal.linked(before.as_ref().map_or(BEGINNING, |seal| &seal.chain));
    let mut insert = Statement::new(format!(
        "INSERT INTO audit_seals (workspace_id, {SEAL}) VALUES ("
    ));
    insert.bind(workspace).push(", ").bind(seal.number);
    insert.push(", ").bind(seal.at).push(", ");
    insert.bind(&seal.last_id).push(", ").bind(seal.entries);
    insert
        .push(", ")
        .bind(&seal.digest)
        .push(", ")
        .bind(&seal.chain);
    insert.push(", ").bind(seal.scheme);
    insert.push(") ON CONFLICT DO NOTHING");
    Ok(conn.execute(&insert)? == 1)
}

/// What a digest is made of.
const COVERED: &str = "id, at, action, object, record_id, actor_id, cause, changes, erased";

/// The last id, number and digest of the first [`ENTRIES`] entries after one id and up to another.
fn covered(
    conn: &mut Conn,
    workspace: Uuid,
    (after, until): (&str, &str),
    scheme: i64,
) -> Result<(String, i64, String)> {
    let mut statement = Statement::new(format!(
        "SELECT {COVERED} FROM audit_entries WHERE workspace_id = "
    ));
    statement.bind(workspace).push(" AND id > ").bind(after);
    statement
        .push(" AND id <= ")
        .bind(until)
        .push(" ORDER BY id");
    statement.limit(ENTRIES);
    let (mut last, mut entries, mut hash) = (String::new(), 0, Sha256::new());
    conn.for_each(&statement, |row| {
        hash.update(entry_digest(row, scheme)?);
        last = row.text(0)?;
        entries += 1;
        Ok(())
    })?;
    Ok((last, entries, hexadecimal(&hash.finalize())))
}

/// The digest of one entry: every column of it, each with its length before it, so that nothing can move from one to
/// another. What an emptied one was stands in its digests; one that says something beside them is not as it was.
fn entry_digest(row: &Row<'_>, scheme: i64) -> std::result::Result<[u8; 32], StoreError> {
    let (changes, erased) = (row.opt_text(7)?, row.opt_text(8)?);
    let digests = erased.as_deref().map(|erased| erased.split_once(':'));
    let what = match digests {
        None => None,
        Some(Some((what, whole))) if changes.as_deref() == Some(EMPTIED) => {
            if scheme < SCHEME {
                return Ok(bytes(whole));
            }
            Some(what.to_owned())
        }
        Some(_) => return Ok([0; 32]),
    };
    let mut hash = Sha256::new();
    piece(&mut hash, Some(&row.text(0)?));
    hash.update(row.int(1)?.to_be_bytes());
    for place in 2..7 {
        piece(&mut hash, row.opt_text(place)?.as_deref());
    }
    if scheme < SCHEME {
        piece(&mut hash, changes.as_deref());
    } else {
        let what = what.unwrap_or_else(|| digest_of(changes.as_deref().unwrap_or_default()));
        piece(&mut hash, Some(&what));
    }
    Ok(hash.finalize().into())
}

/// What an emptied entry says.
const EMPTIED: &str = "[]";

fn digest_of(text: &str) -> String {
    hexadecimal(&Sha256::digest(text))
}

/// A digest out of its digits; what is none fits nothing.
fn bytes(digits: &str) -> [u8; 32] {
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().enumerate() {
        let two = digits.get(place * 2..place * 2 + 2);
        *byte = two
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .unwrap_or_default();
    }
    digest
}

fn piece(hash: &mut Sha256, text: Option<&str>) {
    let length = text.map_or(u64::MAX, |text| text.len() as u64);
    hash.update(length.to_be_bytes());
    hash.update(text.unwrap_or_default());
}
