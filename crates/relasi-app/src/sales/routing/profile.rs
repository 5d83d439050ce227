//! How members work: languages, skills, territories, how much they take, and until when they are away.

use relasi_domain::{fault::Faults, identity::access::Action, sales::routing::Profile};
use relasi_persistence::{Conn, Statement};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences, same_version},
};

/// A profile as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileView {
    /// Whose.
    pub user_id: Uuid,
    /// Counts up on every change; 0 when nothing was ever said.
    pub version: i64,
    /// How they work.
    #[serde(flatten)]
    pub profile: Profile,
}

/// The profiles that were ever written.
pub(super) fn all(conn: &mut Conn, workspace: Uuid) -> Result<Vec<(Uuid, ProfileView)>> {
    let mut statement = Statement::new(
        "SELECT user_id, version, languages, skills, territories, max_open, max_per_day, away_until, \
         alerts_by_mail FROM work_profiles WHERE workspace_id = ",
    );
    statement.bind(workspace).push(" ORDER BY user_id");
    let rows = conn.rows(&statement, |row| {
        let view = ProfileView {
            user_id: row.id(0)?,
            version: row.int(1)?,
            profile: Profile {
                languages: row.json(2)?,
                skills: row.json(3)?,
                territories: row.json(4)?,
                max_open: row.opt_int(5)?,
                max_per_day: row.opt_int(6)?,
                away_until: row.opt_at(7)?,
                alerts_by_mail: row.bool(8)?,
            },
        };
        Ok((view.user_id, view))
    })?;
    Ok(rows)
}

/// The profiles of all active members, for everybody who is one.
pub fn list(work: &mut Work<'_>) -> Result<Vec<ProfileView>> {
    let workspace = work.access.workspace_id;
    let mut written = all(work.conn, workspace)?;
    let mut members = Statement::new("SELECT user_id FROM memberships WHERE active = ");
    members
        .bind(true)
        .push(" AND workspace_id = ")
        .bind(workspace);
    members.push(" ORDER BY user_id");
    let users = work.conn.rows(&members, |row| row.id(0))?;
    let profiles = users.into_iter().map(|user| {
        let known = written.iter().position(|(id, _)| *id == user);
        known.map_or_else(
            || ProfileView {
                user_id: user,
                version: 0,
                profile: Profile::default(),
            },
            |place| written.swap_remove(place).1,
        )
    });
    Ok(profiles.collect())
}

/// Sets the profile of a member: one's own, or anybody's for those who may change settings.
pub fn change(
    work: &mut Work<'_>,
    user: Uuid,
    version: Option<i64>,
    new: &Profile,
) -> Result<ProfileView> {
    if user != work.access.user_id && !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    let before = list(work)?.into_iter().find(|one| one.user_id == user);
    let before = before.ok_or(Refusal::NotFound)?;
    same_version(version, before.version, &before)?;
    let new = tidy(new);
    let mut faults = Faults::default();
    new.check(&mut faults);
    faults.into_result()?;
    if new == before.profile {
        return Ok(before);
    }
    put(work, &before, &new)?;
    let changes = differences(&json!(before.profile), &json!(new));
    audit::note(work, "updated", "work_profile", user, json!(changes))?;
    Ok(ProfileView {
        version: before.version + 1,
        profile: new,
        ..before
    })
}

fn tidy(profile: &Profile) -> Profile {
    let mut profile = profile.clone();
    for list in [
        &mut profile.languages,
        &mut profile.skills,
        &mut profile.territories,
    ] {
        for entry in list.iter_mut() {
            *entry = entry.trim().to_owned();
        }
        let mut seen = Vec::new();
        list.retain(|entry| {
            let new = !seen.contains(entry);
            seen.push(entry.clone());
            new
        });
    }
    profile
}

fn put(work: &mut Work<'_>, before: &ProfileView, new: &Profile) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO work_profiles (workspace_id, user_id, version, languages, skills, territories, max_open, max_per_day, \
         away_until, alerts_by_mail, updated_at) VALUES (",
    );
    statement
        .bind(work.access.workspace_id)
        .push(", ")
        .bind(before.user_id);
    statement
        .push(", 1, ")
        .bind(json!(new.languages).to_string());
    statement.push(", ").bind(json!(new.skills).to_string());
    statement
        .push(", ")
        .bind(json!(new.territories).to_string());
    statement.push(", ").bind(new.max_open);
    statement.push(", ").bind(new.max_per_day);
    statement.push(", ").bind(new.away_until);
    statement.push(", ").bind(new.alerts_by_mail);
    statement.push(", ").bind(work.now);
    statement.push(
        ") ON CONFLICT (workspace_id, user_id) DO UPDATE SET version = work_profiles.version + 1, \
         languages = excluded.languages, skills = excluded.skills, territories = excluded.territories, \
         max_open = excluded.max_open, max_per_day = excluded.max_per_day, away_until = excluded.away_until, alerts_by_mail = excluded.alerts_by_mail, \
         updated_at = excluded.updated_at WHERE work_profiles.version = ",
    );
    statement.bind(before.version);
    match work.conn.execute(&statement)? {
        0 => Err(work.conn.overtaken().into()),
        _ => Ok(()),
    }
}
