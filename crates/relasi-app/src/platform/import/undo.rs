//! Takes back what an import wrote.

use std::collections::BTreeMap;

use relasi_domain::{
    identity::access::Access,
    people::company,
    record::{Document, Object},
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ImportState, ended, now,
    run::{Setting, cause},
    store,
};
use crate::{
    platform::jobs::{Ending, Handler, Job, JobContext, JobError, Step},
    records::{Work, member, set_member},
    refusal::{Refusal, Result},
};

/// Puts what the import made into the trash, and gives fields that it changed their former values where nobody has
/// changed them since.
pub(super) struct Undo;

/// Records taken back in one transaction.
const CHUNK: u32 = 100;

/// Where an undo goes on: through the changed records first, then the new ones, companies last.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    stage: Stage,
    after: Option<Uuid>,
    tally: Tally,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Changed,
    Made,
    Companies,
    Over,
}

/// What an undo did.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Tally {
    /// Records that went to the trash.
    trashed: u64,
    /// Records that got former values back.
    restored: u64,
    /// Records left as they are: changed since, needed by others, or out of reach of who undoes.
    kept: u64,
}

impl Handler for Undo {
    fn kind(&self) -> &'static str {
        "import.undo"
    }

    fn run(&self, context: &mut JobContext) -> std::result::Result<Value, JobError> {
        let setting = std::sync::Arc::new(Setting::read(context)?);
        let counts = setting.import.counts.unwrap_or_default();
        let total =
            i64::try_from(counts.created + counts.updated + counts.companies_created).unwrap_or(0);
        let mut at: Progress = context.checkpoint()?.unwrap_or_default();
        while at.stage != Stage::Over {
            let setting = std::sync::Arc::clone(&setting);
            at = context.chunk(move |conn| {
                let next = chunk(conn, &setting, at)?;
                let done = next.tally.trashed + next.tally.restored + next.tally.kept;
                Ok(Step {
                    value: next,
                    checkpoint: json!(next),
                    done: i64::try_from(done).unwrap_or(total).min(total),
                    total,
                })
            })?;
        }
        Ok(json!(at.tally))
    }

    fn ended(&self, conn: &mut Conn, job: &Job, ending: &Ending) -> Result<()> {
        ended::undo(conn, job, ending)
    }

    fn again(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        ended::again(conn, job, ImportState::Undoing)
    }
}

fn chunk(
    conn: &mut Conn,
    setting: &Setting,
    mut at: Progress,
) -> std::result::Result<Progress, JobError> {
    let (workspace, import) = (setting.workspace, setting.import.id);
    let is_companies = setting.object.name == company::OBJECT.name;
    let ids = match at.stage {
        Stage::Changed => store::changed(conn, workspace, import, at.after, CHUNK)?,
        Stage::Made => made(conn, setting, setting.object, at.after)?,
        Stage::Companies => made(conn, setting, &company::OBJECT, at.after)?,
        Stage::Over => return Ok(at),
    };
    for id in &ids {
        let fate = match at.stage {
            Stage::Changed => give_back(conn, setting, *id)?,
            Stage::Companies if needed(conn, workspace, *id)? => Fate::Kept,
            _ if at.stage == Stage::Made && is_companies && needed(conn, workspace, *id)? => {
                Fate::Kept
            }
            Stage::Made => trash(conn, setting, setting.object, *id)?,
            _ => trash(conn, setting, &company::OBJECT, *id)?,
        };
        match fate {
            Fate::Trashed => at.tally.trashed += 1,
            Fate::Restored => at.tally.restored += 1,
            Fate::Kept => at.tally.kept += 1,
        }
    }
    if ids.len() == CHUNK as usize {
        at.after = ids.last().copied();
    } else {
        at.after = None;
        at.stage = match at.stage {
            Stage::Changed => Stage::Made,
            Stage::Made if !is_companies => Stage::Companies,
            _ => Stage::Over,
        };
    }
    Ok(at)
}

enum Fate {
    Trashed,
    Restored,
    Kept,
}

/// Living records that the import made, by id.
fn made(
    conn: &mut Conn,
    setting: &Setting,
    object: &'static Object,
    after: Option<Uuid>,
) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new(format!(
        "SELECT id FROM {} WHERE deleted_at IS NULL AND import_id IS NOT NULL AND workspace_id = ",
        object.table
    ));
    statement
        .bind(setting.workspace)
        .push(" AND import_id = ")
        .bind(setting.import.id);
    statement
        .push(" AND id > ")
        .bind(after.unwrap_or_default())
        .push(" ORDER BY id")
        .limit(CHUNK);
    let ids = conn.rows(&statement, |row| row.text(0))?;
    Ok(ids
        .iter()
        .filter_map(|id| Uuid::try_parse(id).ok())
        .collect())
}

/// Whether a living contact, deal or company still refers to a company.
fn needed(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<bool> {
    for (table, column) in [
        ("contacts", "company_id"),
        ("deals", "company_id"),
        ("companies", "parent_id"),
    ] {
        let mut statement = Statement::new(format!(
            "SELECT 1 FROM {table} WHERE deleted_at IS NULL AND {column} IS NOT NULL AND {column} = "
        ));
        statement
            .bind(id)
            .push(" AND workspace_id = ")
            .bind(workspace)
            .limit(1);
        if conn.row(&statement, |row| row.int(0))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn work<'w>(conn: &'w mut Conn, access: &'w Access, import: Uuid) -> Work<'w> {
    Work {
        conn,
        access,
        now: now(),
        cause: Some(format!("undo:{}", cause(import))),
    }
}

fn version(document: &Document) -> Option<i64> {
    document.get("version").and_then(Value::as_i64)
}

fn trash(conn: &mut Conn, setting: &Setting, object: &'static Object, id: Uuid) -> Result<Fate> {
    let mut work = work(conn, &setting.access, setting.import.id);
    let Some(document) = work.store().find(object, id)? else {
        return Ok(Fate::Kept);
    };
    tolerant(work.trash(object, id, version(&document)), Fate::Trashed)
}

/// What must not stop an undo: a record that is gone, out of reach, or needed by others.
fn tolerant(result: Result<Document>, fate: Fate) -> Result<Fate> {
    match result {
        Ok(_) => Ok(fate),
        Err(
            Refusal::Forbidden | Refusal::NotFound | Refusal::Conflict(_) | Refusal::Invalid(_),
        ) => Ok(Fate::Kept),
        Err(other) => Err(other),
    }
}

/// Gives a record the values back that the import replaced, where they are still those of the import.
fn give_back(conn: &mut Conn, setting: &Setting, id: Uuid) -> Result<Fate> {
    let replaced = replaced(conn, setting, id)?;
    let mut work = work(conn, &setting.access, setting.import.id);
    let Some(document) = work.store().find(setting.object, id)? else {
        return Ok(Fate::Kept);
    };
    let untouched = replaced
        .into_iter()
        .filter(|(field, (_, new))| member(&document, field).unwrap_or(&Value::Null) == new);
    let mut patch = Document::new();
    for (field, (old, _)) in untouched {
        set_member(&mut patch, &field, old);
    }
    if patch.is_empty() {
        return Ok(Fate::Kept);
    }
    tolerant(
        work.revise(setting.object, id, version(&document), patch),
        Fate::Restored,
    )
}

/// Fields that the import changed, with the first value before and the last one after, by the audit log.
fn replaced(
    conn: &mut Conn,
    setting: &Setting,
    id: Uuid,
) -> Result<BTreeMap<String, (Value, Value)>> {
    let mut statement = Statement::new("SELECT changes FROM audit_entries WHERE workspace_id = ");
    statement
        .bind(setting.workspace)
        .push(" AND record_id = ")
        .bind(id);
    statement
        .push(" AND cause = ")
        .bind(cause(setting.import.id))
        .push(" ORDER BY id");
    let mut replaced: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    for changes in conn.rows(&statement, |row| row.text(0))? {
        let Ok(Value::Array(changes)) = serde_json::from_str(&changes) else {
            continue;
        };
        for change in changes {
            let Some(field) = change["field"].as_str() else {
                continue;
            };
            let (old, new) = (change["old"].clone(), change["new"].clone());
            replaced
                .entry(field.to_owned())
                .and_modify(|(_, last)| last.clone_from(&new))
                .or_insert((old, new));
        }
    }
    Ok(replaced)
}
