//! What a workspace uses data of people for.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    text::sort_key,
};
use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{BASES, channels};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version},
};

/// Purposes that a workspace may have, retired ones too.
pub const MAX_PURPOSES: i64 = 50;

/// The longest texts in characters.
const MAX_NAME: usize = 120;
const MAX_DESCRIPTION: usize = 1_000;
const MAX_WORDING: usize = 4_000;

/// A purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Purpose {
    /// Its id.
    pub id: Uuid,
    /// Counts up with each change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// What is done, in words.
    pub description: String,
    /// One of [`BASES`].
    pub legal_basis: String,
    /// Channels that are used for it.
    pub channels: Vec<String>,
    /// What people are shown when they are asked.
    pub wording: String,
    /// Counts the changes of the wording.
    pub wording_version: i64,
    /// Nobody is asked for it any more.
    pub retired: bool,
    /// When it was made.
    pub created_at: String,
}

/// A new purpose.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewPurpose {
    /// What it is called.
    pub name: String,
    /// What is done, in words.
    pub description: String,
    /// One of [`BASES`].
    pub legal_basis: String,
    /// Channels that are used for it.
    pub channels: Vec<String>,
    /// What people are shown.
    pub wording: String,
}

/// What changes a purpose; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PurposePatch {
    /// What it is called.
    pub name: Option<String>,
    /// What is done, in words.
    pub description: Option<String>,
    /// One of [`BASES`].
    pub legal_basis: Option<String>,
    /// Channels that are used for it.
    pub channels: Option<Vec<String>>,
    /// What people are shown.
    pub wording: Option<String>,
    /// Whether nobody is asked for it any more.
    pub retired: Option<bool>,
}

const SELECT: &str = "SELECT id, version, name, description, legal_basis, channels, wording, wording_version, retired_at, \
     created_at FROM consent_purposes WHERE workspace_id = ";

impl Purpose {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            name: row.text(2)?,
            description: row.text(3)?,
            legal_basis: row.text(4)?,
            channels: row.json(5)?,
            wording: row.text(6)?,
            wording_version: row.int(7)?,
            retired: row.opt_int(8)?.is_some(),
            created_at: instant_text(row.int(9)?),
        })
    }
}

impl NewPurpose {
    fn tidy(mut self) -> Self {
        for text in [&mut self.name, &mut self.description, &mut self.wording] {
            *text = text.trim().to_owned();
        }
        // In one order, each once.
        let wanted = std::mem::take(&mut self.channels);
        let known = channels().filter(|channel| wanted.iter().any(|one| one == channel));
        let unknown = wanted
            .iter()
            .filter(|one| !channels().any(|known| known == one.as_str()));
        self.channels = known.map(str::to_owned).chain(unknown.cloned()).collect();
        self
    }

    fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        faults.check(self.name.is_empty(), "name", "required");
        let long = [
            ("name", &self.name, MAX_NAME),
            ("description", &self.description, MAX_DESCRIPTION),
            ("wording", &self.wording, MAX_WORDING),
        ];
        for (field, text, max) in long {
            if text.chars().count() > max {
                faults.push(Fault::field(field, "too_long").with("max", max));
            }
        }
        if !BASES.contains(&self.legal_basis.as_str()) {
            faults.push(
                Fault::field("legal_basis", "not_a_choice").with("choices", BASES.join(", ")),
            );
        }
        faults.check(self.channels.is_empty(), "channels", "required");
        if !self
            .channels
            .iter()
            .all(|channel| channels().any(|known| known == channel))
        {
            let known: Vec<&str> = channels().collect();
            faults.push(Fault::field("channels", "not_a_choice").with("choices", known.join(", ")));
        }
        Ok(faults.into_result()?)
    }
}

/// All purposes, retired ones last, by name.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Purpose>> {
    let mut all = Statement::new(SELECT);
    all.bind(work.access.workspace_id);
    all.push(" ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, name_key, id");
    Ok(work.conn.rows(&all, Purpose::read)?)
}

/// A purpose of the workspace.
pub(super) fn find(work: &mut Work<'_>, id: Uuid) -> Result<Purpose> {
    let mut one = Statement::new(SELECT);
    one.bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.row(&one, Purpose::read)?.ok_or(Refusal::NotFound)
}

fn may_change(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Refuses a name that another purpose has.
fn refuse_same(work: &mut Work<'_>, id: Uuid, name: &str) -> Result<()> {
    let mut same = Statement::new("SELECT 1 FROM consent_purposes WHERE workspace_id = ");
    same.bind(work.access.workspace_id)
        .push(" AND name_key = ")
        .bind(sort_key(name));
    same.push(" AND id <> ").bind(id);
    match work.conn.row(&same, |_| Ok(()))? {
        Some(()) => Err(Fault::field("name", "already_exists").into()),
        None => Ok(()),
    }
}

/// Makes a purpose, for those who may change settings.
pub fn create(work: &mut Work<'_>, new: &NewPurpose) -> Result<Purpose> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(work: &mut Work<'_>, id: Uuid, new: &NewPurpose) -> Result<Purpose> {
    may_change(work)?;
    let new = new.clone().tidy();
    new.check()?;
    refuse_same(work, id, &new.name)?;
    let mut count = Statement::new("SELECT count(*) FROM consent_purposes WHERE workspace_id = ");
    count.bind(work.access.workspace_id);
    if work.conn.row(&count, |row| row.int(0))?.unwrap_or(0) >= MAX_PURPOSES {
        return Err(Refusal::Conflict("too_many_purposes"));
    }
    let mut insert = Statement::new(
        "INSERT INTO consent_purposes (workspace_id, id, version, name, name_key, description, legal_basis, channels, \
         wording, wording_version, created_at, created_by, updated_at) VALUES (",
    );
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(id)
        .push(", 1, ")
        .bind(&new.name);
    insert
        .push(", ")
        .bind(sort_key(&new.name))
        .push(", ")
        .bind(&new.description);
    insert
        .push(", ")
        .bind(&new.legal_basis)
        .push(", ")
        .bind(json!(new.channels).to_string());
    insert
        .push(", ")
        .bind(&new.wording)
        .push(", 1, ")
        .bind(work.now);
    insert
        .push(", ")
        .bind(work.access.user_id)
        .push(", ")
        .bind(work.now)
        .push(")");
    work.conn.execute(&insert)?;
    audit::note(
        work,
        "created",
        "consent_purpose",
        id,
        json!([{"field": "name", "old": null, "new": new.name}]),
    )?;
    find(work, id)
}

/// Changes a purpose, or retires it. Notes that were made keep the wording that was shown.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &PurposePatch,
) -> Result<Purpose> {
    let before = find(work, id)?;
    may_change(work)?;
    same_version(version, before.version, &before)?;
    let patch = patch.clone();
    let new = NewPurpose {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        description: patch
            .description
            .unwrap_or_else(|| before.description.clone()),
        legal_basis: patch
            .legal_basis
            .unwrap_or_else(|| before.legal_basis.clone()),
        channels: patch.channels.unwrap_or_else(|| before.channels.clone()),
        wording: patch.wording.unwrap_or_else(|| before.wording.clone()),
    };
    let new = new.tidy();
    new.check()?;
    refuse_same(work, id, &new.name)?;
    let retired = patch.retired.unwrap_or(before.retired);
    let worded = before.wording_version + i64::from(new.wording != before.wording);
    let mut update = Statement::new("UPDATE consent_purposes SET version = version + 1, name = ");
    update
        .bind(&new.name)
        .push(", name_key = ")
        .bind(sort_key(&new.name));
    update
        .push(", description = ")
        .bind(&new.description)
        .push(", legal_basis = ")
        .bind(&new.legal_basis);
    update
        .push(", channels = ")
        .bind(json!(new.channels).to_string())
        .push(", wording = ")
        .bind(&new.wording);
    update
        .push(", wording_version = ")
        .bind(worded)
        .push(", updated_at = ")
        .bind(work.now);
    update
        .push(", retired_at = ")
        .bind(retired.then_some(work.now));
    update
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    if work
        .conn
        .execute(update.push(" AND version = ").bind(before.version))?
        == 0
    {
        return Err(work.conn.overtaken().into());
    }
    let after = find(work, id)?;
    let (old, new) = (json!(before), json!(after));
    let named = [
        "name",
        "description",
        "legal_basis",
        "channels",
        "wording",
        "retired",
    ];
    let changed = differences_in(named, &old, &new);
    audit::note(work, "updated", "consent_purpose", id, json!(changed))?;
    Ok(after)
}
