//! Accounts as rows.

use chrono::{DateTime, Utc};
use relasi_domain::identity::access::Action;
use relasi_persistence::{Conn, Row, Statement, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Emails, dkim, enclosed, pace::Plan, privacy::Privacy, secrets::Secrets};
use crate::{
    records::Work,
    refusal::{Refusal, Result},
};

/// The most accounts of a workspace, those of its members counted in.
pub(super) const MAX_ACCOUNTS: u32 = 500;

/// How the line to a server is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// From the first byte on.
    #[default]
    Implicit,
    /// After STARTTLS, and not without it.
    Required,
    /// Not at all: for servers in allowed networks.
    None,
}

impl Tls {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Required => "required",
            Self::None => "none",
        }
    }

    fn of(code: &str) -> Self {
        match code {
            "required" => Self::Required,
            "none" => Self::None,
            _ => Self::Implicit,
        }
    }
}

/// A mail server and how to sign in to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is kept private.
    pub tls: Tls,
    /// Who signs in; nobody when empty.
    pub user: String,
}

/// What of a key is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The selector.
    pub selector: String,
    /// Name of the DNS record.
    pub name: String,
    /// Text of the DNS record.
    pub value: String,
}

/// An account as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// The address that messages come from.
    pub address: String,
    /// The name beside it.
    pub sender_name: String,
    /// The member whose account it is; none for one of the workspace.
    pub user_id: Option<Uuid>,
    /// What others see of its messages.
    pub privacy: Privacy,
    /// Taken when nothing else is said.
    pub is_default: bool,
    /// `active` or `paused`.
    pub state: String,
    /// Where messages are sent by.
    pub smtp: Server,
    /// Where messages are fetched from; none when they are not.
    pub imap: Option<Server>,
    /// Messages in a minute at most.
    pub per_minute: i64,
    /// Messages in a day at most.
    pub daily_cap: i64,
    /// Messages in a minute to one mail domain at most.
    pub per_domain: i64,
    /// The plan by which it has fewer messages a day at first.
    pub warm_up: Option<Plan>,
    /// Bytes that the files of a message may have together.
    pub attachment_limit: u64,
    /// The mailbox that bounces come to, by addresses with `+`.
    pub bounce_address: Option<String>,
    /// What is to be published of the key that messages are signed with.
    pub dkim: Option<Published>,
    /// Messages of people who are no contacts make contacts of them.
    pub stores_unknown: bool,
    /// Code of what went wrong at sending, unless something was sent since.
    pub send_error: Option<String>,
    /// What the server said to it.
    pub send_reply: Option<String>,
    /// When that was.
    pub failed_at: Option<DateTime<Utc>>,
    /// When messages were last fetched.
    pub synced_at: Option<DateTime<Utc>>,
    /// Code of what went wrong at fetching, unless something was fetched since.
    pub sync_error: Option<String>,
    /// What the server said to it.
    pub sync_reply: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub(super) inner: Inner,
}

/// What of an account is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) workspace: Uuid,
    pub(super) sealed: String,
    pub(super) uid_validity: Option<i64>,
    pub(super) last_uid: i64,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner")
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, version, address, sender_name, user_id, privacy, is_default, state, smtp_host, smtp_port, \
    smtp_tls, smtp_user, imap_host, imap_port, imap_tls, imap_user, per_minute, daily_cap, bounce_address, dkim_selector, \
    dkim_public, stores_unknown, send_error, send_reply, failed_at, synced_at, sync_error, sync_reply, created_at, \
    created_by, updated_at, workspace_id, sealed, uid_validity, last_uid, per_domain, warm_up_since, warm_up_first, \
    warm_up_growth";

fn port(number: i64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

impl Account {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        let address = row.text(2)?;
        let imap_host = row.opt_text(12)?;
        let (imap_port, imap_tls, imap_user) = (row.int(13)?, row.text(14)?, row.text(15)?);
        let domain = domain_of(&address).to_owned();
        let dkim = row.opt_text(19)?.zip(row.opt_text(20)?);
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            sender_name: row.text(3)?,
            user_id: row.opt_id(4)?,
            privacy: Privacy::of(&row.text(5)?),
            is_default: row.bool(6)?,
            state: row.text(7)?,
            smtp: Server {
                host: row.text(8)?,
                port: port(row.int(9)?),
                tls: Tls::of(&row.text(10)?),
                user: row.text(11)?,
            },
            imap: imap_host.map(|host| Server {
                host,
                port: port(imap_port),
                tls: Tls::of(&imap_tls),
                user: imap_user,
            }),
            per_minute: row.int(16)?,
            daily_cap: row.int(17)?,
            per_domain: row.int(35)?,
            warm_up: warm_up(row)?,
            attachment_limit: enclosed::MAX_BYTES,
            bounce_address: row.opt_text(18)?,
            dkim: dkim.map(|(selector, public)| Published {
                name: format!("{selector}._domainkey.{domain}"),
                value: dkim::record(&public),
                selector,
            }),
            stores_unknown: row.bool(21)?,
            send_error: row.opt_text(22)?,
            send_reply: row.opt_text(23)?,
            failed_at: row.opt_at(24)?,
            synced_at: row.opt_at(25)?,
            sync_error: row.opt_text(26)?,
            sync_reply: row.opt_text(27)?,
            created_at: row.at(28)?,
            created_by: row.id(29)?,
            updated_at: row.at(30)?,
            inner: Inner {
                workspace: row.id(31)?,
                sealed: row.text(32)?,
                uid_validity: row.opt_int(33)?,
                last_uid: row.int(34)?,
            },
            address,
        })
    }

    /// The part of its address behind the `@`.
    pub(super) fn domain(&self) -> &str {
        domain_of(&self.address)
    }

    /// Passwords and keys.
    pub(super) fn secrets(&self, emails: &Emails) -> Result<Secrets> {
        let Inner {
            workspace, sealed, ..
        } = &self.inner;
        Secrets::reveal(&emails.0.vault, *workspace, self.id, sealed)
    }

    /// Whether somebody may write by it: everybody by one of the workspace.
    pub(super) fn serves(&self, who: Uuid) -> bool {
        self.user_id.is_none_or(|owner| owner == who)
    }
}

pub(super) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM email_accounts WHERE deleted_at IS NULL AND workspace_id = "
    ));
    statement.bind(workspace);
    statement
}

fn warm_up(row: &Row<'_>) -> std::result::Result<Option<Plan>, StoreError> {
    let since = row.opt_text(36)?.and_then(|day| day.parse().ok());
    let (first, growth) = (row.int(37)?, row.int(38)?);
    Ok(since.map(|since| Plan {
        since,
        first,
        growth,
    }))
}

/// An account by its id.
pub(super) fn by_id(
    conn: &mut Conn,
    workspace: Uuid,
    id: Uuid,
) -> std::result::Result<Option<Account>, StoreError> {
    let mut statement = select(workspace);
    statement.push(" AND id = ").bind(id);
    conn.row(&statement, Account::read)
}

/// The accounts that somebody may write by: those of the workspace and one's own, the default ones first.
pub(super) fn usable(work: &mut Work<'_>) -> Result<Vec<Account>> {
    let mut statement = select(work.access.workspace_id);
    statement
        .push(" AND (user_id IS NULL OR user_id = ")
        .bind(work.access.user_id)
        .push(") ORDER BY is_default DESC, id")
        .limit(MAX_ACCOUNTS);
    Ok(work.conn.rows(&statement, Account::read)?)
}

/// The accounts that the caller may write by.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Account>> {
    usable(work)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Account> {
    let found = by_id(work.conn, work.access.workspace_id, id)?;
    let me = work.access.user_id;
    found
        .filter(|account| account.serves(me))
        .ok_or(Refusal::NotFound)
}

/// One of them that the caller may change: one's own, and those of the workspace for those who may change settings.
pub fn mine(work: &mut Work<'_>, id: Uuid) -> Result<Account> {
    let found = find(work, id)?;
    if found.user_id.is_some() || work.access.may(Action::Settings) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden)
    }
}
