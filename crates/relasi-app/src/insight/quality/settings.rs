//! How the records of a workspace are measured.

use std::collections::BTreeMap;

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Access, Action},
    insight::quality::{Measure, OBJECTS},
};
use relasi_persistence::{Conn, Statement};
use serde_json::json;
use uuid::Uuid;

use super::{may_look, measured};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
};

/// How each object is measured, by its name.
pub type Settings = BTreeMap<String, Measure>;

/// The settings of a workspace; what was never set is as usual, and fields that are gone are left out.
pub(super) fn of(conn: &mut Conn, access: &Access) -> Result<Settings> {
    Ok(known(whole(conn, access)?, access))
}

/// Without the fields that may not be seen.
fn known(mut settings: Settings, access: &Access) -> Settings {
    for object in OBJECTS {
        if let Some(measure) = settings.get_mut(object.name) {
            measure.fields.retain(|name| !access.hides(object, name));
        }
    }
    settings
}

/// With all fields.
fn whole(conn: &mut Conn, access: &Access) -> Result<Settings> {
    let mut own = read(conn, access.workspace_id)?;
    let measure = |object: &&'static relasi_domain::record::Object| {
        let own = own.remove(object.name);
        let mut measure = own.unwrap_or_else(|| Measure::usual(object));
        let shape = access.whole(object);
        measure.fields.retain(|name| shape.field(name).is_some());
        (object.name.to_owned(), measure)
    };
    Ok(OBJECTS.iter().map(measure).collect())
}

fn read(conn: &mut Conn, workspace: Uuid) -> Result<Settings> {
    let mut statement =
        Statement::new("SELECT settings FROM quality_settings WHERE workspace_id = ");
    statement.bind(workspace);
    Ok(conn.row(&statement, |row| row.json(0))?.unwrap_or_default())
}

/// How the records of the workspace are measured.
pub fn settings(work: &mut Work<'_>) -> Result<Settings> {
    may_look(work)?;
    of(work.conn, work.access)
}

/// Sets how objects are measured, those that are named; for those who may change settings. It counts from the next
/// measurement on.
pub fn change(work: &mut Work<'_>, new: &Settings) -> Result<Settings> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let mut faults = Faults::default();
    for (name, measure) in new {
        match measured(name) {
            Some(object) => {
                measure.check(work.access.shape(object), &format!("/{name}"), &mut faults);
            }
            None => faults.push(Fault::field(name, "unknown_member")),
        }
    }
    faults.into_result()?;
    let old = whole(work.conn, work.access)?;
    let mut all = old.clone();
    for (name, measure) in new {
        let mut measure = measure.clone();
        // Fields that the caller does not know stay as they were.
        if let (Some(object), Some(old)) = (measured(name), old.get(name)) {
            let hidden = old
                .fields
                .iter()
                .filter(|name| work.access.hides(object, name));
            measure.fields.extend(hidden.cloned());
        }
        all.insert(name.clone(), measure);
    }
    if all == old {
        return Ok(known(all, work.access));
    }
    let mut statement =
        Statement::new("INSERT INTO quality_settings (workspace_id, settings) VALUES (");
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(json!(all).to_string())
        .push(") ON CONFLICT (workspace_id) DO UPDATE SET settings = excluded.settings");
    work.conn.execute(&statement)?;
    let differs = |(name, measure): &(&String, &Measure)| old.get(*name) != Some(*measure);
    let changes = all
        .iter()
        .filter(differs)
        .map(|(name, measure)| json!({"field": name, "old": old.get(name), "new": measure}));
    let changes = changes.collect();
    let workspace = work.access.workspace_id;
    audit::note(work, "updated", "quality_settings", workspace, changes)?;
    Ok(known(all, work.access))
}
