//! How far discounts go without approval, and what new quotes begin with.

use std::collections::BTreeMap;

use relasi_domain::{
    commerce::exact::{Exact, ONE},
    fault::{Fault, Faults},
    identity::{
        access::Action,
        role::{MemberRole, Role},
    },
};
use relasi_persistence::{Conn, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::differences,
};

/// A hundred per cent.
const ALL: Exact = Exact(100 * ONE);
const MAX_TERMS: usize = 5_000;
const MAX_DAYS: u32 = 3_650;

/// The settings of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// So many days a new quote is valid.
    pub valid_days: u32,
    /// Terms of a new quote.
    pub terms: Option<String>,
    /// The largest discount in per cent that a role gives without approval, by the code or id of the role. Roles that are
    /// not named give any.
    pub discount_limits: BTreeMap<String, Exact>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            valid_days: 30,
            terms: None,
            discount_limits: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// How far a role goes without asking. Owners are asked by others and ask nobody.
    pub(super) fn limit(&self, role: MemberRole) -> Exact {
        if role == MemberRole::Built(Role::Owner) {
            return ALL;
        }
        let limit = self.discount_limits.get(&role.to_string());
        limit.copied().unwrap_or(ALL)
    }

    fn check(&self, known: &[Uuid], faults: &mut Faults) {
        let days = !(1..=MAX_DAYS).contains(&self.valid_days);
        faults.check(days, "valid_days", "out_of_range");
        let long = |terms: &String| terms.chars().count() > MAX_TERMS;
        if self.terms.as_ref().is_some_and(long) {
            faults.push(Fault::field("terms", "too_long").with("max", MAX_TERMS));
        }
        for (role, limit) in &self.discount_limits {
            let at = || format!("/discount_limits/{role}");
            let there = match MemberRole::parse(role) {
                Some(MemberRole::Built(_)) => true,
                Some(MemberRole::Made(id)) => known.contains(&id),
                None => false,
            };
            faults.wrong(!there, at, "no_such_record");
            faults.wrong(!(0..=ALL.0).contains(&limit.0), at, "not_percent");
        }
    }
}

/// The settings; what was never set is as usual.
pub(super) fn of(conn: &mut Conn, workspace: Uuid) -> Result<Settings> {
    let mut statement =
        Statement::new("SELECT settings FROM commerce_settings WHERE workspace_id = ");
    statement.bind(workspace);
    Ok(conn.row(&statement, |row| row.json(0))?.unwrap_or_default())
}

/// The settings; every member needs them to know what happens to a quote.
pub fn get(work: &mut Work<'_>) -> Result<Settings> {
    of(work.conn, work.access.workspace_id)
}

/// Sets them; for those who may change settings.
pub fn set(work: &mut Work<'_>, new: &Settings) -> Result<Settings> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let workspace = work.access.workspace_id;
    let mut roles = Statement::new("SELECT id FROM roles WHERE workspace_id = ");
    let known = work.conn.rows(roles.bind(workspace), |row| row.id(0))?;
    let mut faults = Faults::default();
    new.check(&known, &mut faults);
    faults.into_result()?;
    let old = of(work.conn, workspace)?;
    if old == *new {
        return Ok(old);
    }
    let mut statement = Statement::new(
        "INSERT INTO commerce_settings (workspace_id, settings, version, updated_at) VALUES (",
    );
    statement
        .bind(workspace)
        .push(", ")
        .bind(json!(new).to_string())
        .push(", 1, ")
        .bind(work.now)
        .push(
            ") ON CONFLICT (workspace_id) DO UPDATE SET settings = excluded.settings, \
             version = commerce_settings.version + 1, updated_at = excluded.updated_at",
        );
    work.conn.execute(&statement)?;
    let changes = differences(&json!(old), &json!(new));
    audit::note(
        work,
        "updated",
        "commerce_settings",
        workspace,
        json!(changes),
    )?;
    Ok(new.clone())
}
