//! What holds for all scores: the bands of the grades, how good a model must be, and which one is switched on.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    sales::score::{Bands, test::LEAST_AUC},
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{job, model};
use crate::{
    audit,
    platform::{business_hours::may, jobs},
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version},
};

/// The settings as rows have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Settings {
    /// Counts up on every change; 0 when nothing was ever set.
    pub(super) version: i64,
    /// The least points of the grades.
    pub(super) bands: Bands,
    /// The area under the curve that a model must have, in ten-thousandths.
    pub(super) least_auc: i64,
    /// The model that is switched on.
    pub(super) model_id: Option<Uuid>,
    /// Counts what all leads are to be worked out anew for.
    #[serde(skip)]
    pub(super) revision: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: 0,
            bands: Bands::default(),
            least_auc: LEAST_AUC,
            model_id: None,
            revision: 0,
        }
    }
}

/// What changes the settings; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsPatch {
    /// The least points of the grades.
    pub bands: Option<Bands>,
    /// The area under the curve that a model must have, in ten-thousandths.
    pub least_auc: Option<i64>,
    /// The model that is switched on; `null` for none.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub model_id: Option<Option<Uuid>>,
}

pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Settings> {
    let mut statement = Statement::new(
        "SELECT version, bands, least_auc, model_id, revision FROM score_settings WHERE workspace_id = ",
    );
    statement.bind(workspace);
    let found = conn.row(&statement, |row| {
        Ok(Settings {
            version: row.int(0)?,
            bands: row.json(1)?,
            least_auc: row.int(2)?,
            model_id: row.opt_id(3)?,
            revision: row.int(4)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Leads of a grade.
#[derive(Debug, Clone, Serialize)]
pub struct Grade {
    /// Which; none for those without a score.
    pub grade: Option<String>,
    /// Leads that are still open.
    pub count: i64,
}

/// The settings, and how the open leads are spread over the grades.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    #[serde(flatten)]
    settings: Settings,
    grades: Vec<Grade>,
    /// Whether leads are being worked out anew.
    working: bool,
}

impl Overview {
    /// The version of the settings.
    pub fn version(&self) -> i64 {
        self.settings.version
    }
}

/// The settings with what they come to.
pub fn overview(work: &mut Work<'_>) -> Result<Overview> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let mut spread = Statement::new(
        "SELECT grade, count(*) FROM leads WHERE deleted_at IS NULL AND status NOT IN ('unqualified', 'converted') \
         AND workspace_id = ",
    );
    spread
        .bind(workspace)
        .push(" GROUP BY grade ORDER BY grade");
    let grades = work.conn.rows(&spread, |row| {
        Ok(Grade {
            grade: row.opt_text(0)?,
            count: row.int(1)?,
        })
    })?;
    Ok(Overview {
        settings: of(work.conn, workspace)?,
        grades,
        working: job::is_at_work(work.conn, workspace)?,
    })
}

/// Changes the settings.
pub fn change(
    work: &mut Work<'_>,
    version: Option<i64>,
    patch: &SettingsPatch,
) -> Result<Overview> {
    may(work)?;
    let workspace = work.access.workspace_id;
    let before = of(work.conn, workspace)?;
    same_version(version, before.version, &before)?;
    let after = Settings {
        version: before.version + 1,
        bands: patch.bands.unwrap_or(before.bands),
        least_auc: patch.least_auc.unwrap_or(before.least_auc),
        model_id: patch.model_id.unwrap_or(before.model_id),
        revision: before.revision,
    };
    check(work, &before, &after)?;
    put(work, &before, &after)?;
    if (after.bands, after.model_id) != (before.bands, before.model_id) {
        revise(work.conn, workspace, work.now)?;
    }
    let named = ["bands", "least_auc", "model_id"];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "score_settings", workspace, json!(changes))?;
    overview(work)
}

/// A model can be switched on once it was good enough in its test.
fn check(work: &mut Work<'_>, before: &Settings, after: &Settings) -> Result<()> {
    let mut faults = Faults::default();
    after.bands.check(&mut faults);
    if !(5_000..=9_900).contains(&after.least_auc) {
        faults.push(Fault::field("least_auc", "out_of_range"));
    }
    let named = after.model_id.filter(|_| after.model_id != before.model_id);
    let mut good = true;
    if let Some(id) = named {
        match model::by_id(work.conn, work.access.workspace_id, id)? {
            Some(model) => good = model.test.holds(after.least_auc),
            None => faults.push(Fault::field("model_id", "no_such_record")),
        }
    }
    faults.into_result()?;
    if good {
        Ok(())
    } else {
        Err(Refusal::Conflict("model_not_good_enough"))
    }
}

fn put(work: &mut Work<'_>, before: &Settings, after: &Settings) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO score_settings (workspace_id, version, revision, bands, least_auc, model_id, updated_at) VALUES (",
    );
    statement.bind(work.access.workspace_id).push(", 1, 0, ");
    statement.bind(json!(after.bands).to_string());
    statement.push(", ").bind(after.least_auc);
    statement.push(", ").bind(after.model_id);
    statement.push(", ").bind(work.now);
    statement.push(
        ") ON CONFLICT (workspace_id) DO UPDATE SET version = score_settings.version + 1, bands = excluded.bands, \
         least_auc = excluded.least_auc, model_id = excluded.model_id, updated_at = excluded.updated_at \
         WHERE score_settings.version = ",
    );
    statement.bind(before.version);
    match work.conn.execute(&statement)? {
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}

/// Switches the model off that is on.
pub(super) fn switch_off(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<()> {
    let mut statement = Statement::new(
        "UPDATE score_settings SET model_id = NULL, version = version + 1, updated_at = ",
    );
    statement
        .bind(now)
        .push(" WHERE workspace_id = ")
        .bind(workspace);
    conn.execute(&statement)?;
    revise(conn, workspace, now)
}

/// What scores follow from has changed: all leads are worked out anew.
pub(super) fn revise(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO score_settings (workspace_id, version, revision, bands, least_auc, updated_at) VALUES (",
    );
    statement.bind(workspace).push(", 0, 1, ");
    statement.bind(json!(Bands::default()).to_string());
    statement.push(", ").bind(LEAST_AUC);
    statement.push(", ").bind(now);
    statement.push(
        ") ON CONFLICT (workspace_id) DO UPDATE SET revision = score_settings.revision + 1 RETURNING revision",
    );
    let revision = conn.row(&statement, |row| row.int(0))?;
    jobs::enqueue(conn, workspace, job::anew(revision))?;
    Ok(())
}
