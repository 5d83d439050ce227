//! What was learnt, as rows.

use relasi_domain::sales::score::{bayes::Counts, test::Figures};
use relasi_persistence::{Conn, Row, Statement, StoreError, store::instant_text};
use serde::Serialize;
use uuid::Uuid;

use crate::{platform::business_hours::may, records::Work, refusal::Result};

/// Models that are told of: the newest.
const SHOWN: u32 = 20;
/// Examinations of a model that are told of: the newest.
const EXAMINED: u32 = 24;

/// A version of the model with its test.
#[derive(Debug, Clone, Serialize)]
pub struct Model {
    /// `UUIDv7`.
    pub id: Uuid,
    /// Counts up from 1.
    pub number: i64,
    /// When it was learnt.
    pub learned_at: String,
    /// Who asked for it.
    pub learned_by: Option<Uuid>,
    /// The newest lead that it was learnt from was made at this time; those after it are what it is tested with.
    pub newest_at: String,
    /// Its test.
    pub test: Figures,
    /// Whether it may be switched on.
    pub good: bool,
    /// How it did later, the newest first.
    pub examinations: Vec<Examination>,
}

/// A model looked at again.
#[derive(Debug, Clone, Serialize)]
pub struct Examination {
    /// When.
    pub at: String,
    /// `holds`, `fell`, or `too_few`.
    pub verdict: String,
    /// How it did.
    pub test: Figures,
}

const COLUMNS: &str = "SELECT id, number, learned_at, learned_by, newest_at, test FROM score_models WHERE workspace_id = ";

fn read(row: &Row<'_>) -> std::result::Result<Model, StoreError> {
    Ok(Model {
        id: row.id(0)?,
        number: row.int(1)?,
        learned_at: instant_text(row.int(2)?),
        learned_by: row.opt_id(3)?,
        newest_at: instant_text(row.int(4)?),
        test: row.json(5)?,
        good: false,
        examinations: Vec::new(),
    })
}

/// The newest models with how they did.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Model>> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let least = super::settings::of(work.conn, workspace)?.least_auc;
    let mut statement = Statement::new(COLUMNS);
    statement
        .bind(workspace)
        .push(" ORDER BY number DESC")
        .limit(SHOWN);
    let mut models = work.conn.rows(&statement, read)?;
    for model in &mut models {
        model.good = model.test.holds(least);
        model.examinations = examinations(work.conn, workspace, model.id)?;
    }
    Ok(models)
}

fn examinations(conn: &mut Conn, workspace: Uuid, model: Uuid) -> Result<Vec<Examination>> {
    let mut statement =
        Statement::new("SELECT at, verdict, test FROM score_examinations WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND model_id = ")
        .bind(model);
    statement.push(" ORDER BY id DESC").limit(EXAMINED);
    Ok(conn.rows(&statement, |row| {
        Ok(Examination {
            at: instant_text(row.int(0)?),
            verdict: row.text(1)?,
            test: row.json(2)?,
        })
    })?)
}

pub(super) fn by_id(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Model>> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace).push(" AND id = ").bind(id);
    Ok(conn.row(&statement, read)?)
}

/// What a model has counted.
pub(super) fn counts(conn: &mut Conn, workspace: Uuid, id: Uuid) -> Result<Option<Counts>> {
    let mut statement = Statement::new("SELECT counts FROM score_models WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    Ok(conn.row(&statement, |row| row.json(0))?)
}
