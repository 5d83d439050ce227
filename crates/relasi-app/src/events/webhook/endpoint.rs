//! Endpoints as rows.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::platform::event::Pattern;
use relasi_persistence::{Conn, Row as Cells, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use super::super::Place;
use crate::{
    platform::vault::{Row, Vault, VaultError},
    refusal::Result,
};

/// The most endpoints of a workspace.
pub const MAX_ENDPOINTS: u32 = 50;
/// The most patterns of an endpoint.
pub const MAX_KINDS: usize = 50;
/// The longest description in characters.
pub const MAX_DESCRIPTION: usize = 200;

/// How long the former secret still signs after a new one was made.
pub(super) const BOTH: TimeDelta = TimeDelta::hours(24);

/// An endpoint as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up on every change.
    pub version: i64,
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which kinds it wants; all without any.
    pub kinds: Vec<String>,
    /// `active`, `paused` or `disabled`.
    pub state: String,
    /// Why it was disabled: `gone`, `failing` or `creator_left`.
    pub reason: Option<String>,
    /// Since when nothing has arrived.
    pub failing_since: Option<String>,
    /// Until when the secret before signs as well.
    pub former_secret_until: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// By whom; it sees what they see.
    pub created_by: Uuid,
    /// When it was last changed.
    pub updated_at: String,
    #[serde(skip)]
    pub(super) inner: Inner,
}

/// What of an endpoint is not shown.
#[derive(Debug, Clone)]
pub(super) struct Inner {
    pub(super) workspace: Uuid,
    pub(super) secret: String,
    pub(super) former_secret: Option<String>,
    pub(super) former_until: Option<i64>,
    pub(super) failing_since: Option<i64>,
    pub(super) place: Place,
}

const COLUMNS: &str = "id, version, url, description, kinds, state, reason, failing_since, former_until, created_at, \
    created_by, updated_at, workspace_id, secret, former_secret, place_seq, place_id";

impl Endpoint {
    fn read(row: &Cells<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            url: row.text(2)?,
            description: row.text(3)?,
            kinds: row.json(4)?,
            state: row.text(5)?,
            reason: row.opt_text(6)?,
            failing_since: row.opt_int(7)?.map(instant_text),
            former_secret_until: row.opt_int(8)?.map(instant_text),
            created_at: instant_text(row.int(9)?),
            created_by: row.id(10)?,
            updated_at: instant_text(row.int(11)?),
            inner: Inner {
                workspace: row.id(12)?,
                secret: row.text(13)?,
                former_secret: row.opt_text(14)?,
                former_until: row.opt_int(8)?,
                failing_since: row.opt_int(7)?,
                place: Place {
                    seq: row.int(15)?,
                    id: row.id(16)?,
                },
            },
        })
    }

    /// The patterns of its kinds.
    pub(super) fn patterns(&self) -> Vec<Pattern> {
        self.kinds
            .iter()
            .filter_map(|kind| Pattern::parse(kind))
            .collect()
    }

    /// The secrets that sign now, the newest first.
    pub(super) fn secrets(
        &self,
        vault: &Vault,
        now: DateTime<Utc>,
    ) -> std::result::Result<Vec<Vec<u8>>, VaultError> {
        let former = self.inner.former_secret.as_ref();
        let former = former.filter(|_| self.inner.former_until > Some(now.timestamp_micros()));
        [Some(&self.inner.secret), former]
            .into_iter()
            .flatten()
            .map(|sealed| vault.reveal(self.row(), sealed))
            .collect()
    }

    /// Its row, for secrets.
    pub(super) fn row(&self) -> Row {
        secret_row(self.inner.workspace, self.id)
    }
}

pub(super) fn secret_row(workspace: Uuid, id: Uuid) -> Row {
    Row {
        column: "webhook_endpoints.secret",
        id,
        workspace,
    }
}

fn select(workspace: Uuid) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM webhook_endpoints WHERE workspace_id = "
    ));
    statement.bind(workspace);
    statement
}

/// An endpoint by its id.
pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Endpoint>> {
    let mut statement = select(workspace);
    statement.push(" AND id = ").bind(id);
    Ok(conn.row(&statement, Endpoint::read)?)
}

/// The endpoints of a workspace, the oldest first.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<Endpoint>> {
    let mut statement = select(workspace);
    statement.push(" ORDER BY id").limit(MAX_ENDPOINTS);
    Ok(conn.rows(&statement, Endpoint::read)?)
}
