//! The members of a workspace as routing sees them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use relasi_domain::{
    filter::start_of_day,
    identity::role::Role,
    sales::{lead, routing::Profile},
};
use relasi_persistence::{Conn, Statement};
use uuid::Uuid;

use super::profile;
use crate::refusal::Result;

/// Somebody who may get leads.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    pub(super) active: bool,
    /// The main team first.
    pub(super) teams: Vec<Uuid>,
    pub(super) profile: Profile,
    /// Open leads and those of today, once somebody asked.
    load: Option<(i64, i64)>,
}

/// Everybody who is or was a member.
#[derive(Debug)]
pub(super) struct People {
    workspace: Uuid,
    by_id: BTreeMap<Uuid, Person>,
    /// The oldest active owner of the workspace.
    pub(super) owner: Option<Uuid>,
    today: DateTime<Utc>,
}

/// As the index over open leads says it.
const OPEN: &str = "deleted_at IS NULL AND status IN ('new', 'working', 'nurturing', 'qualified')";

impl People {
    pub(super) fn load(
        conn: &mut Conn,
        workspace: Uuid,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut members = Statement::new(
            "SELECT user_id, active, team_id, role, id FROM memberships WHERE workspace_id = ",
        );
        members.bind(workspace).push(" ORDER BY created_at, id");
        let rows = conn.rows(&members, |row| {
            Ok((
                row.id(0)?,
                row.bool(1)?,
                row.opt_id(2)?,
                row.text(3)?,
                row.id(4)?,
            ))
        })?;
        let mut by_id = BTreeMap::new();
        let mut by_membership = BTreeMap::new();
        let mut owner = None;
        for (user, active, team, role, membership) in rows {
            if active && role == Role::Owner.code() {
                owner = owner.or(Some(user));
            }
            let person = Person {
                active,
                teams: team.into_iter().collect(),
                ..Person::default()
            };
            by_id.insert(user, person);
            by_membership.insert(membership, user);
        }
        let mut more =
            Statement::new("SELECT membership_id, team_id FROM member_teams WHERE workspace_id = ");
        more.bind(workspace)
            .push(" ORDER BY membership_id, team_id");
        for (membership, team) in conn.rows(&more, |row| Ok((row.id(0)?, row.id(1)?)))? {
            let user = by_membership.get(&membership);
            if let Some(person) = user.and_then(|user| by_id.get_mut(user)) {
                person.teams.push(team);
            }
        }
        for (user, profile) in profile::all(conn, workspace)? {
            if let Some(person) = by_id.get_mut(&user) {
                person.profile = profile.profile;
            }
        }
        let today = now.with_timezone(&zone).date_naive();
        Ok(Self {
            workspace,
            by_id,
            owner,
            today: start_of_day(zone, today),
        })
    }

    pub(super) fn get(&self, user: Uuid) -> Option<&Person> {
        self.by_id.get(&user)
    }

    /// Whether somebody takes anything at this time.
    pub(super) fn is_here(&self, user: Uuid, now: DateTime<Utc>) -> bool {
        self.get(user).is_some_and(|person| {
            person.active && person.profile.away_until.is_none_or(|until| until <= now)
        })
    }

    /// The people of a team, by their ids.
    pub(super) fn of_team(&self, team: Uuid) -> impl Iterator<Item = Uuid> {
        let members = self
            .by_id
            .iter()
            .filter(move |(_, person)| person.active && person.teams.contains(&team));
        members.map(|(user, _)| *user)
    }

    /// Open leads and those of today of some people; what was given away meanwhile counts.
    pub(super) fn know_loads(&mut self, conn: &mut Conn, users: &[Uuid]) -> Result<()> {
        let unknown: Vec<Uuid> = users
            .iter()
            .filter(|user| self.get(**user).is_some_and(|p| p.load.is_none()))
            .copied()
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let open = self.count(conn, &unknown, OPEN, None)?;
        let today = self.count(conn, &unknown, "deleted_at IS NULL", Some(self.today))?;
        for user in unknown {
            let of = |counts: &BTreeMap<Uuid, i64>| counts.get(&user).copied().unwrap_or(0);
            let load = (of(&open), of(&today));
            if let Some(person) = self.by_id.get_mut(&user) {
                person.load = Some(load);
            }
        }
        Ok(())
    }

    fn count(
        &self,
        conn: &mut Conn,
        users: &[Uuid],
        which: &str,
        since: Option<DateTime<Utc>>,
    ) -> Result<BTreeMap<Uuid, i64>> {
        let mut statement = Statement::new(format!(
            "SELECT owner_id, count(*) FROM {} WHERE workspace_id = ",
            lead::OBJECT.table
        ));
        statement.bind(self.workspace).push(" AND owner_id IN (");
        statement.bind_all(users).push(") AND ").push(which);
        if let Some(since) = since {
            statement.push(" AND created_at >= ").bind(since);
        }
        statement.push(" GROUP BY owner_id").uncached();
        let counts = conn.rows(&statement, |row| Ok((row.id(0)?, row.int(1)?)))?;
        Ok(counts.into_iter().collect())
    }

    pub(super) fn load_of(&self, user: Uuid) -> (i64, i64) {
        self.get(user).and_then(|p| p.load).unwrap_or_default()
    }

    /// Counts a lead that somebody has just got.
    pub(super) fn gave(&mut self, user: Uuid) {
        let load = self.by_id.get_mut(&user).and_then(|p| p.load.as_mut());
        if let Some((open, today)) = load {
            *open += 1;
            *today += 1;
        }
    }
}
