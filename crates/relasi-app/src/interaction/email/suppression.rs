//! Addresses that nothing is sent to.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::{access::Action, email::Address},
};
use relasi_persistence::{Conn, Row, Statement, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Emails;
use crate::{
    audit,
    platform::{privacy, vault::Vault},
    records::Work,
    refusal::{Refusal, Result},
};

/// How many times in a row an address may be out of reach for now before nothing more is sent to it.
const SOFT_BOUNCES: i64 = 3;

/// An address that nothing is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Its id.
    pub id: Uuid,
    /// The address, in lower case.
    pub address: String,
    /// `hard_bounce`, `soft_bounces`, `complaint`, `unsubscribe` or `manual`.
    pub reason: String,
    /// What the mail server said, or who added it noted.
    pub detail: Option<String>,
    /// The message that came back.
    pub email_id: Option<Uuid>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Who added it; nobody when it came about by itself.
    pub created_by: Option<Uuid>,
}

/// An address to send nothing to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSuppression {
    /// The address.
    pub address: String,
    /// Why.
    #[serde(default)]
    pub reason: Wish,
    /// More about it.
    #[serde(default)]
    pub detail: Option<String>,
}

/// Reasons that people give.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Somebody decided it.
    #[default]
    Manual,
    /// Who reads there does not want any more.
    Unsubscribe,
    /// Who reads there has complained.
    Complaint,
}

impl Wish {
    fn code(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Unsubscribe => "unsubscribe",
            Self::Complaint => "complaint",
        }
    }
}

const COLUMNS: &str = "id, address, reason, detail, email_id, created_at, created_by";
const MAX_DETAIL: usize = 500;

fn read(row: &Row<'_>) -> std::result::Result<Suppression, StoreError> {
    Ok(Suppression {
        id: row.id(0)?,
        address: row.text(1)?,
        reason: row.text(2)?,
        detail: row.opt_text(3)?,
        email_id: row.opt_id(4)?,
        created_at: row.at(5)?,
        created_by: row.opt_id(6)?,
    })
}

/// The form in which addresses are compared.
pub(super) fn key(address: &str) -> String {
    let parsed = Address::parse(address).map(|address| address.key);
    parsed.unwrap_or_else(|| address.trim().to_lowercase())
}

fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM email_suppressions WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement
}

/// Suppressions from the newest on, those before `before` when it is given, for those who may change settings.
pub fn list(
    work: &mut Work<'_>,
    address: Option<&str>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Suppression>> {
    may(work)?;
    let mut statement = select(work.access.workspace_id);
    if let Some(address) = address {
        statement.push(" AND address = ").bind(key(address));
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before);
    }
    statement.push(" ORDER BY id DESC").limit(limit);
    Ok(work.conn.rows(&statement, read)?)
}

/// Sends nothing more to an address. One that is there already stays as it is.
pub fn suppress(work: &mut Work<'_>, new: &NewSuppression) -> Result<Suppression> {
    may(work)?;
    let mut faults = Faults::default();
    let address = Address::parse(&new.address);
    faults.check(address.is_none(), "address", "not_email");
    let detail = new.detail.as_deref().map(str::trim);
    if detail.is_some_and(|detail| detail.chars().count() > MAX_DETAIL) {
        faults.push(Fault::field("detail", "too_long").with("max", MAX_DETAIL));
    }
    faults.into_result()?;
    let address = address.map(|address| address.key).unwrap_or_default();
    let workspace = work.access.workspace_id;
    let row = New {
        address: &address,
        reason: new.reason.code(),
        detail,
        email: None,
        by: Some(work.access.user_id),
    };
    if let Some(id) = insert(work.conn, workspace, &row, work.now)? {
        let what = json!([{"field": "address", "old": null, "new": address}]);
        audit::note(work, "created", "email_suppression", id, what)?;
    }
    let mut one = select(workspace);
    one.push(" AND address = ").bind(address);
    work.conn.row(&one, read)?.ok_or(Refusal::NotFound)
}

/// Lets messages go to an address again.
pub fn remove(work: &mut Work<'_>, emails: &Emails, id: Uuid) -> Result<()> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let mut one = select(workspace);
    one.push(" AND id = ").bind(id);
    let found = work.conn.row(&one, read)?.ok_or(Refusal::NotFound)?;
    let mut gone = Statement::new("DELETE FROM email_suppressions WHERE workspace_id = ");
    gone.bind(workspace).push(" AND id = ").bind(id);
    work.conn.execute(&gone)?;
    reached(work.conn, workspace, &found.address)?;
    privacy::lift(work.conn, &emails.0.vault, workspace, &found.address)?;
    let what = json!([{"field": "address", "old": found.address, "new": null}]);
    audit::note(work, "deleted", "email_suppression", id, what)
}

/// Those of some addresses that nothing is sent to, also since somebody who had one was erased.
pub(super) fn among(
    conn: &mut Conn,
    vault: &Vault,
    workspace: Uuid,
    addresses: &[String],
) -> Result<Vec<String>> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement =
        Statement::new("SELECT address FROM email_suppressions WHERE workspace_id = ");
    statement.bind(workspace).push(" AND address IN (");
    statement
        .bind_all(addresses.iter().map(String::as_str))
        .push(")")
        .uncached();
    let mut barred = conn.rows(&statement, |row| row.text(0))?;
    barred.extend(privacy::suppressed(conn, vault, workspace, addresses)?);
    Ok(barred)
}

struct New<'a> {
    address: &'a str,
    reason: &'a str,
    detail: Option<&'a str>,
    email: Option<Uuid>,
    by: Option<Uuid>,
}

fn insert(
    conn: &mut Conn,
    workspace: Uuid,
    new: &New<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let mut statement = Statement::new(
        "INSERT INTO email_suppressions (workspace_id, id, address, reason, detail, email_id, created_at, created_by) \
         VALUES (",
    );
    statement.bind(workspace).push(", ").bind(id);
    statement.push(", ").bind(new.address);
    statement.push(", ").bind(new.reason);
    statement.push(", ").bind(new.detail);
    statement.push(", ").bind(new.email);
    statement.push(", ").bind(now);
    statement.push(", ").bind(new.by);
    statement.push(") ON CONFLICT DO NOTHING");
    Ok((conn.execute(&statement)? == 1).then_some(id))
}

/// What came back from an address: for good, or for now.
pub(super) fn bounced(
    conn: &mut Conn,
    workspace: Uuid,
    (address, email): (&str, Uuid),
    (is_hard, detail): (bool, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let address = key(address);
    let mut reason = "hard_bounce";
    if !is_hard {
        reason = "soft_bounces";
        let mut count = Statement::new(
            "INSERT INTO email_soft_bounces (workspace_id, address, times, last_at) VALUES (",
        );
        count.bind(workspace).push(", ").bind(address.as_str());
        count.push(", 1, ").bind(now);
        count.push(
            ") ON CONFLICT (workspace_id, address) DO UPDATE SET times = email_soft_bounces.times + 1, \
             last_at = excluded.last_at RETURNING times",
        );
        let times = conn.row(&count, |row| row.int(0))?.unwrap_or_default();
        if times < SOFT_BOUNCES {
            return Ok(());
        }
    }
    let detail: String = detail.chars().take(MAX_DETAIL).collect();
    let row = New {
        address: &address,
        reason,
        detail: Some(&detail),
        email: Some(email),
        by: None,
    };
    if let Some(id) = insert(conn, workspace, &row, now)? {
        let what = json!([{"field": "address", "old": null, "new": address}, {"field": "reason", "old": null, "new": reason}]);
        let about = ("email_suppression", id);
        audit::by_itself(conn, workspace, now, "created", about, &what)?;
    }
    Ok(())
}

/// Somebody wrote from there, or somebody says it is good again: the count begins anew.
pub(super) fn reached(conn: &mut Conn, workspace: Uuid, address: &str) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM email_soft_bounces WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND address = ")
        .bind(key(address));
    conn.execute(&statement)?;
    Ok(())
}
