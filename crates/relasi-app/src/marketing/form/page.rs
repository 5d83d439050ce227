//! A form as somebody sees it who does not belong to the workspace, and the seal of the page that they were shown.

use chrono::{DateTime, TimeDelta, Utc};
use relasi_domain::{locale::Language, shape::Customs};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::row::{Form, by_slug};
use crate::{
    platform::{
        custom_field::of_workspace,
        vault::{Row, Vault},
    },
    refusal::Result,
};

/// The longest slug that is looked for.
const MAX_SLUG: usize = 64;

/// A page that is older than this is shown anew.
const LASTS: TimeDelta = TimeDelta::hours(24);

/// A form with what is needed to show it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The form.
    pub form: Form,
    /// The fields that its workspace added.
    pub customs: Customs,
    /// The language of its workspace.
    pub language: Language,
}

/// The form of an address; none when there is none or it takes nothing.
pub fn open(conn: &mut Conn, slug: &str) -> Result<Option<Shown>> {
    if !is_slug(slug) {
        return Ok(None);
    }
    let Some(form) = by_slug(conn, slug)? else {
        return Ok(None);
    };
    Ok(Some(Shown {
        customs: of_workspace(conn, form.workspace_id)?,
        language: language_of(conn, form.workspace_id)?,
        form,
    }))
}

/// Whether an address may be one of ours at all.
pub(in crate::marketing) fn is_slug(slug: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    slug.len() <= MAX_SLUG && slug.bytes().all(plain)
}

/// The language of a workspace.
pub(in crate::marketing) fn language_of(conn: &mut Conn, workspace: Uuid) -> Result<Language> {
    let mut statement = Statement::new("SELECT language FROM workspaces WHERE id = ");
    statement.bind(workspace);
    let language = conn.row(&statement, |row| row.text(0))?;
    let language = language.as_deref().and_then(Language::from_tag);
    Ok(language.unwrap_or_default())
}

/// A page that somebody was shown: by its id it is taken once, by its time one sees how long they took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Which one.
    pub id: Uuid,
    /// When it was shown.
    pub at: DateTime<Utc>,
}

fn row(form: &Form) -> Row {
    Row {
        column: "forms.page",
        id: form.id,
        workspace: form.workspace_id,
    }
}

impl Page {
    /// A new one.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::now_v7(),
            at: now,
        }
    }

    /// In the form in which it goes to the browser: nobody can make one up, or use that of another form.
    pub fn seal(self, vault: &Vault, form: &Form) -> String {
        self.seal_for(vault, row(form))
    }

    /// The same for a page of another kind.
    pub(in crate::marketing) fn seal_for(self, vault: &Vault, of: Row) -> String {
        let text = format!("{}|{}", self.id, self.at.timestamp_micros());
        vault.seal(of, text.as_bytes())
    }

    /// Reads one that came back; none when it was made up or is too old.
    pub(super) fn read(
        vault: &Vault,
        form: &Form,
        sealed: &str,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        Self::read_for(vault, row(form), sealed, now)
    }

    /// The same for a page of another kind.
    pub(in crate::marketing) fn read_for(
        vault: &Vault,
        of: Row,
        sealed: &str,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let text = vault.reveal(of, sealed).ok()?;
        let text = String::from_utf8(text).ok()?;
        let (id, at) = text.split_once('|')?;
        let page = Self {
            id: Uuid::try_parse(id).ok()?,
            at: DateTime::from_timestamp_micros(at.parse().ok()?)?,
        };
        (page.at <= now && now - page.at <= LASTS).then_some(page)
    }
}
