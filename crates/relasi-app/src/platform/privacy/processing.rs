//! The record of processing activities (GDPR article 30, UU PDP article 31, PDPA section 39): entries in words, and a draft
//! of what the workspace really has.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::Action,
    locale::{self, Language},
};
use relasi_persistence::{Row, Statement, StoreError, store::instant_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    people::consent,
    platform::{
        import::disk,
        spreadsheet::{self, harmless},
    },
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version},
};

/// Entries that a workspace may have.
pub const MAX_ENTRIES: i64 = 200;

const LONGEST: usize = 2_000;

/// The columns of an entry, in their order.
pub const FIELDS: [&str; 9] = [
    "name",
    "purpose",
    "legal_basis",
    "people",
    "data",
    "recipients",
    "transfers",
    "retention",
    "security",
];

/// What an entry says; each in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// What is done.
    pub name: String,
    /// What for.
    pub purpose: String,
    /// On what it rests.
    pub legal_basis: String,
    /// Categories of people.
    pub people: String,
    /// Categories of data.
    pub data: String,
    /// Who receives them.
    pub recipients: String,
    /// Into which countries they go.
    pub transfers: String,
    /// How long they are kept.
    pub retention: String,
    /// How they are kept safe.
    pub security: String,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// Counts up with each change.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub words: Words,
    /// When it changed last.
    pub updated_at: String,
    /// By whom.
    pub updated_by: Uuid,
}

const SELECT: &str = "SELECT id, version, entry, updated_at, updated_by FROM processing_entries WHERE workspace_id = ";

impl Entry {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            version: row.int(1)?,
            words: row.json(2)?,
            updated_at: instant_text(row.int(3)?),
            updated_by: row.id(4)?,
        })
    }
}

fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn check(words: &Words) -> Result<()> {
    let mut faults = Faults::default();
    faults.check(words.name.trim().is_empty(), "name", "required");
    let all = json!(words);
    for field in FIELDS {
        let text = all[field].as_str().unwrap_or_default();
        if text.chars().count() > LONGEST {
            faults.push(Fault::field(field, "too_long").with("max", LONGEST));
        }
    }
    Ok(faults.into_result()?)
}

/// All entries, the oldest first.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Entry>> {
    may(work)?;
    let mut all = Statement::new(SELECT);
    all.bind(work.access.workspace_id).push(" ORDER BY id");
    Ok(work.conn.rows(&all, Entry::read)?)
}

fn find(work: &mut Work<'_>, id: Uuid) -> Result<Entry> {
    let mut one = Statement::new(SELECT);
    one.bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.row(&one, Entry::read)?.ok_or(Refusal::NotFound)
}

/// Adds an entry.
pub fn create(work: &mut Work<'_>, words: &Words) -> Result<Entry> {
    may(work)?;
    check(words)?;
    let mut count = Statement::new("SELECT count(*) FROM processing_entries WHERE workspace_id = ");
    count.bind(work.access.workspace_id);
    if work.conn.row(&count, |row| row.int(0))?.unwrap_or(0) >= MAX_ENTRIES {
        return Err(Refusal::Conflict("too_many_entries"));
    }
    let id = Uuid::now_v7();
    let mut insert = Statement::new(
        "INSERT INTO processing_entries (workspace_id, id, version, entry, created_at, updated_at, updated_by) VALUES (",
    );
    insert
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(id)
        .push(", 1, ")
        .bind(json!(words).to_string());
    insert
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(work.now)
        .push(", ")
        .bind(work.access.user_id)
        .push(")");
    work.conn.execute(&insert)?;
    audit::note(
        work,
        "created",
        "processing_entry",
        id,
        json!([{"field": "name", "old": null, "new": words.name}]),
    )?;
    find(work, id)
}

fn open(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Entry> {
    let before = find(work, id)?;
    may(work)?;
    same_version(version, before.version, &before)?;
    Ok(before)
}

/// Changes an entry: members that are left out stay.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: &BTreeMap<String, String>,
) -> Result<Entry> {
    let before = open(work, id, version)?;
    let mut all = json!(before.words);
    for (name, text) in patch {
        if !FIELDS.contains(&name.as_str()) {
            return Err(Fault::field(name, "unknown_field")
                .with("field", name)
                .into());
        }
        all[name] = json!(text);
    }
    let words: Words =
        serde_json::from_value(all).map_err(|error| StoreError::Other(error.to_string()))?;
    check(&words)?;
    let mut update =
        Statement::new("UPDATE processing_entries SET version = version + 1, entry = ");
    update
        .bind(json!(words).to_string())
        .push(", updated_at = ")
        .bind(work.now);
    update
        .push(", updated_by = ")
        .bind(work.access.user_id)
        .push(" WHERE workspace_id = ");
    update
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
    let (old, new) = (json!(before.words), json!(words));
    let changed = differences_in(FIELDS, &old, &new);
    audit::note(work, "updated", "processing_entry", id, json!(changed))?;
    find(work, id)
}

/// Removes an entry.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = open(work, id, version)?;
    let mut delete = Statement::new("DELETE FROM processing_entries WHERE workspace_id = ");
    delete
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&delete)?;
    audit::note(
        work,
        "deleted",
        "processing_entry",
        id,
        json!([{"field": "name", "old": before.words.name, "new": null}]),
    )
}

fn say(language: Language, key: &str) -> String {
    locale::text(language, &format!("processing.{key}"))
        .unwrap_or_default()
        .to_owned()
}

/// What the workspace really has, as entries to begin with: one for each purpose in use, and one for its members. Webhooks
/// are recipients; rules that run say how long things are kept. Nothing is stored.
pub fn draft(work: &mut Work<'_>, language: Language) -> Result<Vec<Words>> {
    may(work)?;
    let mut hooks = Statement::new(
        "SELECT url FROM webhook_endpoints WHERE state = 'active' AND workspace_id = ",
    );
    hooks.bind(work.access.workspace_id).push(" ORDER BY id");
    let hooks = work.conn.rows(&hooks, |row| row.text(0))?;
    let hosts = hooks
        .iter()
        .filter_map(|hook| url::Url::parse(hook).ok()?.host_str().map(str::to_owned));
    let mut recipients = vec![say(language, "draft_recipients")];
    recipients.extend(hosts);
    recipients.dedup();
    let mut rules =
        Statement::new("SELECT object, months FROM retention_rules WHERE workspace_id = ");
    rules
        .bind(work.access.workspace_id)
        .push(" AND active = ")
        .bind(true)
        .push(" ORDER BY months, id");
    let rules = work
        .conn
        .rows(&rules, |row| Ok((row.text(0)?, row.int(1)?)))?;
    let kept = rules.iter().map(|(object, months)| {
        let object = locale::text(language, &format!("object.{object}"))
            .unwrap_or(object)
            .to_owned();
        let params = BTreeMap::from([("object", object), ("months", months.to_string())]);
        locale::format(language, "processing.draft_rule", &params).unwrap_or_default()
    });
    let kept: Vec<String> = kept.collect();
    let retention = if kept.is_empty() {
        say(language, "draft_keep")
    } else {
        kept.join("; ")
    };
    let security = say(language, "draft_security");
    let mut entries: Vec<Words> = Vec::new();
    for purpose in consent::list(work)?
        .into_iter()
        .filter(|purpose| !purpose.retired)
    {
        entries.push(Words {
            purpose: if purpose.description.is_empty() {
                purpose.name.clone()
            } else {
                purpose.description
            },
            name: purpose.name,
            legal_basis: say(language, &format!("basis.{}", purpose.legal_basis)),
            people: say(language, "draft_people"),
            data: say(language, "draft_data"),
            recipients: recipients.join(", "),
            transfers: String::new(),
            retention: retention.clone(),
            security: security.clone(),
        });
    }
    entries.push(Words {
        name: say(language, "draft_members"),
        purpose: say(language, "draft_members_purpose"),
        legal_basis: say(language, "basis.contract"),
        people: say(language, "draft_members"),
        data: say(language, "draft_members_data"),
        recipients: say(language, "draft_recipients"),
        transfers: String::new(),
        retention: say(language, "draft_keep"),
        security,
    });
    Ok(entries)
}

/// The record as a CSV file.
pub fn csv(work: &mut Work<'_>, language: Language) -> Result<Vec<u8>> {
    let entries = list(work)?;
    let mut writer = spreadsheet::piece(&mut csv::WriterBuilder::new(), true);
    let mut write = || {
        writer.write_record(FIELDS.map(|field| say(language, field)))?;
        for entry in &entries {
            let all = json!(entry.words);
            writer.write_record(
                FIELDS.map(|field| harmless(all[field].as_str().unwrap_or_default())),
            )?;
        }
        Ok::<_, csv::Error>(())
    };
    write().map_err(|error| disk(error.into()))?;
    spreadsheet::bytes(writer).map_err(disk)
}
