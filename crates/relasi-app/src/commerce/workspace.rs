//! What documents need to know of the workspace.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use relasi_domain::locale::Language;
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use crate::refusal::{Refusal, Result};

/// A workspace as the one who sells.
#[derive(Debug, Clone)]
pub(crate) struct Seller {
    /// Its name.
    pub(crate) name: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// The language of what it shares.
    pub(crate) language: Language,
    /// By whose clocks it works.
    pub(crate) zone: Tz,
}

impl Seller {
    /// The day that it is there.
    pub(crate) fn day(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }
}

/// The workspace of this id.
pub(crate) fn seller(conn: &mut Conn, workspace: Uuid) -> Result<Seller> {
    let mut statement =
        Statement::new("SELECT name, currency, language, time_zone FROM workspaces WHERE id = ");
    statement.bind(workspace);
    let found = conn.row(&statement, |row| {
        Ok(Seller {
            name: row.text(0)?,
            currency: row.text(1)?,
            language: Language::from_tag(&row.text(2)?).unwrap_or_default(),
            zone: row.text(3)?.parse().unwrap_or(Tz::UTC),
        })
    })?;
    found.ok_or(Refusal::NotFound)
}
