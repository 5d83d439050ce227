//! What holds for all rules of a workspace: who gets what none of them takes, and how soon leads should be answered.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::team,
    sales::speed::Clocks,
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    platform::business_hours::may,
    records::Work,
    refusal::Result,
    versioned::{differences_in, same_version},
};

/// The settings as the API shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Settings {
    /// Counts up on every change; 0 when nothing was ever set.
    pub version: i64,
    /// Who gets what no rule takes, and what nobody of a rule can take.
    pub default_user_id: Option<Uuid>,
    /// The limits within which leads should be answered.
    pub clocks: Clocks,
}

/// What changes the settings; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsPatch {
    /// Who gets what no rule takes; `null` for nobody in particular.
    #[serde(deserialize_with = "crate::versioned::said")]
    pub default_user_id: Option<Option<Uuid>>,
    /// The limits.
    pub clocks: Option<Clocks>,
}

pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Settings> {
    let mut statement = Statement::new(
        "SELECT version, default_user_id, clocks FROM routing_settings WHERE workspace_id = ",
    );
    statement.bind(workspace);
    let found = conn.row(&statement, |row| {
        let clocks: Option<Clocks> = row.opt_json(2)?;
        Ok(Settings {
            version: row.int(0)?,
            default_user_id: row.opt_id(1)?,
            clocks: clocks.unwrap_or_default(),
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// The limits within which the leads of a workspace should be answered.
pub(crate) fn clocks(conn: &mut Conn, workspace: Uuid) -> Result<Clocks> {
    Ok(of(conn, workspace)?.clocks)
}

/// The settings.
pub fn find(work: &mut Work<'_>) -> Result<Settings> {
    may(work)?;
    of(work.conn, work.access.workspace_id)
}

/// Changes the settings.
pub fn change(work: &mut Work<'_>, version: Option<i64>, patch: SettingsPatch) -> Result<Settings> {
    let before = find(work)?;
    same_version(version, before.version, &before)?;
    let after = Settings {
        version: before.version + 1,
        default_user_id: patch.default_user_id.unwrap_or(before.default_user_id),
        clocks: patch.clocks.unwrap_or_else(|| before.clocks.clone()),
    };
    check(work, &before, &after)?;
    put(work, &before, &after)?;
    let named = ["default_user_id", "clocks"];
    let changes = differences_in(named, &json!(before), &json!(after));
    let workspace = work.access.workspace_id;
    audit::note(
        work,
        "updated",
        "routing_settings",
        workspace,
        json!(changes),
    )?;
    Ok(after)
}

fn check(work: &mut Work<'_>, before: &Settings, after: &Settings) -> Result<()> {
    let mut faults = Faults::default();
    let named = after
        .default_user_id
        .filter(|_| after.default_user_id != before.default_user_id);
    if let Some(user) = named {
        let gone = work.store().members(&[user.to_string()])?.is_empty();
        faults.check(gone, "default_user_id", "no_such_record");
    }
    let mut found = Faults::default();
    after.clocks.check(&mut found);
    let teams = after.clocks.marks.iter().enumerate();
    for (place, team) in teams.filter_map(|(place, mark)| Some((place, mark.team_id?))) {
        let living = work.store().existing(&team::OBJECT, &[team.to_string()])?;
        if living.is_empty() {
            found.push(Fault::at(
                format!("/marks/{place}/team_id"),
                "no_such_record",
            ));
        }
    }
    faults
        .0
        .extend(found.pointing(|at| format!("/clocks{at}")).0);
    Ok(faults.into_result()?)
}

fn put(work: &mut Work<'_>, before: &Settings, after: &Settings) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO routing_settings (workspace_id, version, turn, default_user_id, clocks, updated_at) VALUES (",
    );
    statement.bind(work.access.workspace_id).push(", 1, 0, ");
    statement.bind(after.default_user_id);
    statement.push(", ").bind(json!(after.clocks).to_string());
    statement.push(", ").bind(work.now);
    statement.push(
        ") ON CONFLICT (workspace_id) DO UPDATE SET version = routing_settings.version + 1, \
         default_user_id = excluded.default_user_id, clocks = excluded.clocks, updated_at = excluded.updated_at \
         WHERE routing_settings.version = ",
    );
    statement.bind(before.version);
    match work.conn.execute(&statement)? {
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}
