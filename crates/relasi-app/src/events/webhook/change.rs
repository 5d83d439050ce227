//! Endpoints made, changed and removed, by those who may change the settings.

use relasi_domain::{
    fault::{Fault, Faults},
    identity::access::{Action, RecordScope},
    platform::event::Pattern,
};
use relasi_persistence::{Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Webhooks,
    endpoint::{self, Endpoint, MAX_DESCRIPTION, MAX_ENDPOINTS, MAX_KINDS},
    reach::MAX_URL,
    secret,
};
use crate::{
    audit,
    events::order,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version, update},
};

/// What makes an endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEndpoint {
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Which kinds it wants; all without any.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// What changes an endpoint; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EndpointPatch {
    /// Where events are sent.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Which kinds it wants.
    pub kinds: Option<Vec<String>>,
    /// `active` or `paused`.
    pub state: Option<Wish>,
}

/// States that people choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Events are sent.
    Active,
    /// They wait.
    Paused,
}

impl Wish {
    fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }
}

pub(super) fn may(work: &Work<'_>) -> Result<()> {
    // What is sent is what the member behind a key sees: a key that reads nothing has nothing sent.
    let reads = work.access.rights().reach(Action::See) > RecordScope::None;
    if work.access.may(Action::Settings) && reads {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// The endpoints of the workspace.
pub fn list(work: &mut Work<'_>) -> Result<Vec<Endpoint>> {
    may(work)?;
    endpoint::all(work.conn, work.access.workspace_id)
}

/// One of them.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<Endpoint> {
    may(work)?;
    let found = endpoint::by_id(work.conn, work.access.workspace_id, id)?;
    found.ok_or(Refusal::NotFound)
}

/// One of them at the version that the caller knows.
pub(super) fn open(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Endpoint> {
    let found = find(work, id)?;
    same_version(version, found.version, &found)?;
    Ok(found)
}

fn check(hooks: &Webhooks, url: &str, description: &str, kinds: &[String]) -> Result<()> {
    let mut faults = Faults::default();
    if url.chars().count() > MAX_URL {
        faults.push(Fault::field("url", "too_long").with("max", MAX_URL));
    } else if let Err(no) = hooks.reach.check(url) {
        faults.push(Fault::field("url", no.0));
    }
    if description.chars().count() > MAX_DESCRIPTION {
        faults.push(Fault::field("description", "too_long").with("max", MAX_DESCRIPTION));
    }
    if kinds.len() > MAX_KINDS {
        faults.push(Fault::field("kinds", "too_many").with("max", MAX_KINDS));
    }
    for (place, kind) in kinds.iter().enumerate() {
        faults.wrong(
            Pattern::parse(kind).is_none(),
            || format!("/kinds/{place}"),
            "not_event_kind",
        );
    }
    Ok(faults.into_result()?)
}

/// Makes an endpoint; it gets what happens from now on, as far as who makes it may see it.
pub fn create(work: &mut Work<'_>, hooks: &Webhooks, new: &NewEndpoint) -> Result<Endpoint> {
    may(work)?;
    check(hooks, &new.url, &new.description, &new.kinds)?;
    let workspace = work.access.workspace_id;
    if endpoint::all(work.conn, workspace)?.len() >= MAX_ENDPOINTS as usize {
        return Err(Refusal::Conflict("too_many_webhooks"));
    }
    let id = Uuid::now_v7();
    let sealed = hooks
        .vault
        .seal(endpoint::secret_row(workspace, id), &secret::new());
    let place = order::written(work.conn, workspace)?;
    let members: [(&str, Sql); 14] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("url", new.url.as_str().into()),
        ("description", new.description.as_str().into()),
        ("kinds", json!(new.kinds).to_string().into()),
        ("state", "active".into()),
        ("secret", sealed.into()),
        ("place_seq", place.seq.into()),
        ("place_id", place.id.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
        ("reason", Sql::NULL_TEXT),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store()
        .insert_rows("webhook_endpoints", &columns, &[row])?;
    note(work, "created", id, &json!([]))?;
    find(work, id)
}

/// Changes an endpoint. One that was disabled and is made active begins with what happens from then on; one that was
/// paused goes on where it stopped.
pub fn change(
    work: &mut Work<'_>,
    hooks: &Webhooks,
    id: Uuid,
    version: Option<i64>,
    patch: &EndpointPatch,
) -> Result<Endpoint> {
    let before = open(work, id, version)?;
    let url = patch.url.as_ref().unwrap_or(&before.url);
    let description = patch.description.as_ref().unwrap_or(&before.description);
    let kinds = patch.kinds.as_ref().unwrap_or(&before.kinds);
    check(hooks, url, description, kinds)?;
    let state = patch
        .state
        .map_or(before.state.as_str(), |wish| wish.code());
    let mut values: Vec<(&str, Sql)> = vec![
        ("url", url.as_str().into()),
        ("description", description.as_str().into()),
        ("kinds", json!(kinds).to_string().into()),
        ("state", state.into()),
    ];
    if before.state == "disabled" && state != "disabled" {
        let place = order::written(work.conn, work.access.workspace_id)?;
        values.push(("reason", Sql::NULL_TEXT));
        values.push(("failing_since", Sql::NULL_INTEGER));
        values.push(("place_seq", place.seq.into()));
        values.push(("place_id", place.id.into()));
    }
    let asked = json!({"url": url, "description": description, "kinds": kinds, "state": state});
    let changes = differences(&json!(before), &asked);
    if changes.is_empty() {
        return Ok(before);
    }
    write(work, &before, &values)?;
    note(work, "updated", id, &json!(changes))?;
    find(work, id)
}

/// Removes an endpoint with its deliveries.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    let before = open(work, id, version)?;
    let mut statement = Statement::new("DELETE FROM webhook_endpoints WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    statement.push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "url", "old": before.url, "new": null}]);
    note(work, "deleted", id, &was)
}

/// Writes values into the row of the version that was read.
pub(super) fn write(work: &mut Work<'_>, before: &Endpoint, values: &[(&str, Sql)]) -> Result<()> {
    let at = (before.id, before.version);
    let mut values = values.to_vec();
    values.push(("updated_at", work.now.into()));
    update(work, "webhook_endpoints", at, &values)
}

pub(super) fn note(work: &mut Work<'_>, action: &str, id: Uuid, changes: &Value) -> Result<()> {
    audit::note(work, action, "webhook_endpoint", id, changes.clone())
}
