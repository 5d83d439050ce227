//! Versions of quotes as they were sent, with their links.

use chrono::{DateTime, Utc};
use relasi_domain::{
    commerce::{line::Line, quote::OBJECT},
    record::Document,
};
use relasi_persistence::{Conn, Statement};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    document::{Printed, printed},
    lines,
    lines::Owner,
    workspace::Seller,
};
use crate::{
    identity::Secret,
    platform::vault::Vault,
    records::{Work, member_id},
    refusal::{Refusal, Result},
};

/// What is told of a version.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// When it was sent last.
    pub sent_at: DateTime<Utc>,
    /// By whom.
    pub sent_by: Option<Uuid>,
    /// When it was looked at first.
    pub viewed_at: Option<DateTime<Utc>>,
    /// accepted or declined.
    pub outcome: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who signed it.
    pub signer: Option<String>,
    /// What was said with it.
    pub comment: Option<String>,
    /// SHA-256 of what was sent.
    pub digest: String,
    /// What it came to, in minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
}

/// The link of a version, found again by the server's keys and kept nowhere: it changes with each sending.
fn link(vault: &Vault, workspace: Uuid, quote: Uuid, (number, sent_at): (i64, i64)) -> Vec<Secret> {
    let text = format!("{quote}|{number}|{sent_at}");
    let marks = vault.marks(workspace, "quote_link", &text);
    marks
        .iter()
        .filter_map(|mark| Some(Secret::of(workspace, bytes(mark)?)))
        .collect()
}

fn bytes(hexadecimal: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        let pair = hexadecimal.get(place * 2..place * 2 + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// Writes the version that a quote is at, as it is sent now.
pub(super) fn freeze(
    work: &mut Work<'_>,
    vault: &Vault,
    quote: &Document,
    seller: &Seller,
    lines: Vec<Line>,
) -> Result<()> {
    let id = member_id(quote, "id").unwrap_or_default();
    let (workspace, now) = (work.access.workspace_id, work.micros());
    let printed = printed(work, quote, seller, lines, Some(seller.day(work.now)))?;
    let secret = link(vault, workspace, id, (printed.revision, now));
    let hash = secret.first().map(Secret::hash);
    let json = json!(printed).to_string();
    let mut statement = Statement::new(
        "INSERT INTO quote_versions (workspace_id, quote_id, number, contact_id, document, digest, sent_at, sent_by, \
         valid_until, token_hash) VALUES (",
    );
    statement
        .bind(workspace)
        .push(", ")
        .bind(id)
        .push(", ")
        .bind(printed.revision);
    statement
        .push(", ")
        .bind(member_id(quote, "contact_id"))
        .push(", ")
        .bind(json.as_str())
        .push(", ")
        .bind(Printed::digest(&json));
    statement
        .push(", ")
        .bind(now)
        .push(", ")
        .bind(work.access.user_id)
        .push(", ")
        .bind(printed.valid_until)
        .push(", ")
        .bind(hash);
    // What was sent stays as it was sent; only its link is another one.
    statement.push(
        ") ON CONFLICT (workspace_id, quote_id, number) DO UPDATE SET sent_at = excluded.sent_at, \
         sent_by = excluded.sent_by, token_hash = excluded.token_hash",
    );
    work.conn.execute(&statement)?;
    Ok(())
}

/// The token of the link of the version that a quote is at, for who may send it; none before it was sent.
pub fn token(work: &mut Work<'_>, vault: &Vault, id: Uuid) -> Result<String> {
    work.visible(&OBJECT, id)?;
    let found = token_of(work.conn, vault, (work.access.workspace_id, id))?;
    found.ok_or(Refusal::NotFound)
}

/// The same, whoever asks.
pub(super) fn token_of(
    conn: &mut Conn,
    vault: &Vault,
    (workspace, id): (Uuid, Uuid),
) -> Result<Option<String>> {
    let mut statement = Statement::new(
        "SELECT number, sent_at, token_hash FROM quote_versions WHERE workspace_id = ",
    );
    statement
        .bind(workspace)
        .push(" AND quote_id = ")
        .bind(id)
        .push(" ORDER BY number DESC")
        .limit(1);
    let found = conn.row(&statement, |row| {
        Ok((row.int(0)?, row.int(1)?, row.opt_text(2)?))
    })?;
    let Some((number, sent_at, hash)) = found else {
        return Ok(None);
    };
    let known = link(vault, workspace, id, (number, sent_at));
    let found = known.into_iter().find(|link| Some(link.hash()) == hash);
    Ok(found.map(|link| link.reveal()))
}

/// The versions of a quote that the caller may see, the newest first.
pub fn list(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Version>> {
    // Who may not see what it comes to sees no versions either.
    lines::get(work, Owner::Quote, id)?;
    let mut statement = Statement::new(
        "SELECT number, sent_at, sent_by, viewed_at, outcome, decided_at, signer, comment, digest, document \
         FROM quote_versions WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND quote_id = ")
        .bind(id)
        .push(" ORDER BY number DESC");
    let versions = work.conn.rows(&statement, |row| {
        let document: Value = row.json(9)?;
        Ok(Version {
            number: row.int(0)?,
            sent_at: row.at(1)?,
            sent_by: row.opt_id(2)?,
            viewed_at: row.opt_at(3)?,
            outcome: row.opt_text(4)?,
            decided_at: row.opt_at(5)?,
            signer: row.opt_text(6)?,
            comment: row.opt_text(7)?,
            digest: row.text(8)?,
            total: document["totals"]["total"].as_i64().unwrap_or_default(),
            currency: document["currency"].as_str().unwrap_or_default().to_owned(),
        })
    })?;
    Ok(versions)
}

/// A version as it was sent.
pub fn get(work: &mut Work<'_>, id: Uuid, number: i64) -> Result<Printed> {
    lines::get(work, Owner::Quote, id)?;
    document(work.conn, work.access.workspace_id, (id, number))
}

pub(super) fn document(
    conn: &mut Conn,
    workspace: Uuid,
    (id, number): (Uuid, i64),
) -> Result<Printed> {
    let mut statement = Statement::new("SELECT document FROM quote_versions WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND quote_id = ")
        .bind(id)
        .push(" AND number = ")
        .bind(number);
    let found = conn.row(&statement, |row| row.json(0))?;
    found.ok_or(Refusal::NotFound)
}
