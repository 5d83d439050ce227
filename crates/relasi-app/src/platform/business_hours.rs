//! Calendars of a workspace: its hours, its days off, and which team works by which.

mod row;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use relasi_domain::{
    choices,
    fault::{Fault, Faults},
    identity::access::Action,
    platform::business_hours::{Calendar, Holiday, MAX_NAME, Week, check_holidays},
};
use relasi_persistence::{Conn, Statement, sql::Value as Sql};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub use self::row::{CalendarView, list};
use self::row::{all, by_id};
use crate::{
    audit,
    records::Work,
    refusal::{Refusal, Result},
    versioned::{differences_in, same_version, update},
};

/// Calendars of one workspace at most.
pub const MAX_CALENDARS: usize = 50;
/// Teams of one calendar at most.
pub const MAX_TEAMS: usize = 200;

/// What makes a calendar.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    /// What it is called.
    pub name: String,
    /// A name of the IANA data base; that of the workspace when none is given.
    pub time_zone: Option<String>,
    /// The hours of each day, from Monday.
    pub week: Week,
    /// Days on which nobody works.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// Teams that work by it.
    #[serde(default)]
    pub team_ids: Vec<Uuid>,
    /// It holds for all others; the first one does in any case.
    #[serde(default)]
    pub is_default: bool,
}

/// What changes a calendar; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarPatch {
    /// What it is called.
    pub name: Option<String>,
    /// A name of the IANA data base.
    pub time_zone: Option<String>,
    /// The hours of each day.
    pub week: Option<Week>,
    /// Days on which nobody works.
    pub holidays: Option<Vec<Holiday>>,
    /// Teams that work by it.
    pub team_ids: Option<Vec<Uuid>>,
    /// Makes it the one that holds for all others.
    pub is_default: Option<bool>,
}

pub(crate) fn may(work: &Work<'_>) -> Result<()> {
    if work.access.may(Action::Settings) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// One of the calendars.
pub fn find(work: &mut Work<'_>, id: Uuid) -> Result<CalendarView> {
    by_id(work.conn, work.access.workspace_id, id)?.ok_or(Refusal::NotFound)
}

/// The time zone of a workspace.
pub(crate) fn zone_of(conn: &mut Conn, workspace: Uuid) -> Result<Tz> {
    let mut statement = Statement::new("SELECT time_zone FROM workspaces WHERE id = ");
    statement.bind(workspace);
    let zone = conn.row(&statement, |row| row.text(0))?;
    Ok(zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC))
}

fn check(work: &mut Work<'_>, new: &NewCalendar) -> Result<()> {
    let mut faults = Faults::default();
    faults.check_name(&new.name, MAX_NAME);
    let zone = new.time_zone.as_deref();
    faults.check(
        zone.is_some_and(choices::bad_time_zone),
        "time_zone",
        "not_time_zone",
    );
    new.week.check("/week", &mut faults);
    check_holidays(&new.holidays, "/holidays", &mut faults);
    if new.team_ids.len() > MAX_TEAMS {
        faults.push(Fault::field("team_ids", "too_many").with("max", MAX_TEAMS));
    } else {
        check_teams(work, &new.team_ids, &mut faults)?;
    }
    Ok(faults.into_result()?)
}

fn check_teams(work: &mut Work<'_>, teams: &[Uuid], faults: &mut Faults) -> Result<()> {
    if teams.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = teams.iter().map(Uuid::to_string).collect();
    let living = work
        .store()
        .existing(&relasi_domain::identity::team::OBJECT, &ids)?;
    for (place, id) in ids.iter().enumerate() {
        let at = || format!("/team_ids/{place}");
        faults.wrong(!living.contains(id), at, "no_such_record");
        faults.wrong(ids[..place].contains(id), at, "named_twice");
    }
    Ok(())
}

/// Makes a calendar.
pub fn create(work: &mut Work<'_>, new: &NewCalendar) -> Result<CalendarView> {
    create_as(work, Uuid::now_v7(), new)
}

/// The same under an id that is known before.
pub(crate) fn create_as(work: &mut Work<'_>, id: Uuid, new: &NewCalendar) -> Result<CalendarView> {
    may(work)?;
    check(work, new)?;
    let workspace = work.access.workspace_id;
    let others = all(work.conn, workspace)?;
    if others.len() >= MAX_CALENDARS {
        return Err(Refusal::Conflict("too_many_calendars"));
    }
    let zone = match &new.time_zone {
        Some(zone) => zone.clone(),
        None => zone_of(work.conn, workspace)?.name().to_owned(),
    };
    let first = others.is_empty();
    let members: [(&str, Sql); 11] = [
        ("workspace_id", workspace.into()),
        ("id", id.into()),
        ("version", 1_i64.into()),
        ("name", new.name.trim().into()),
        ("time_zone", zone.into()),
        ("week", json!(new.week).to_string().into()),
        ("holidays", in_order(&new.holidays).to_string().into()),
        ("is_default", first.into()),
        ("created_at", work.now.into()),
        ("created_by", work.access.user_id.into()),
        ("updated_at", work.now.into()),
    ];
    let (columns, row): (Vec<&str>, Vec<Sql>) = members.into_iter().unzip();
    work.store()
        .insert_rows("business_calendars", &columns, &[row])?;
    put_teams(work, id, &new.team_ids)?;
    if new.is_default && !first {
        make_default(work, id)?;
    }
    let named = json!([{"field": "name", "old": null, "new": new.name.trim()}]);
    audit::note(work, "created", "business_calendar", id, named)?;
    find(work, id)
}

fn in_order(holidays: &[Holiday]) -> Value {
    let mut holidays = holidays.to_vec();
    holidays.sort_by_key(|holiday| holiday.day);
    json!(holidays)
}

/// Changes a calendar. What counts by it counts by the new hours from then on.
pub fn change(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    patch: CalendarPatch,
) -> Result<CalendarView> {
    may(work)?;
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    if before.is_default && patch.is_default == Some(false) {
        return Err(Fault::field("is_default", "read_only_member").into());
    }
    let new = NewCalendar {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        time_zone: Some(patch.time_zone.unwrap_or_else(|| before.time_zone.clone())),
        week: patch.week.unwrap_or_else(|| before.week.clone()),
        holidays: patch.holidays.unwrap_or_else(|| before.holidays.clone()),
        team_ids: patch.team_ids.unwrap_or_else(|| before.team_ids.clone()),
        is_default: patch.is_default.unwrap_or(before.is_default),
    };
    check(work, &new)?;
    let values: [(&str, Sql); 5] = [
        ("name", new.name.trim().into()),
        ("time_zone", new.time_zone.clone().into()),
        ("week", json!(new.week).to_string().into()),
        ("holidays", in_order(&new.holidays).to_string().into()),
        ("updated_at", work.now.into()),
    ];
    update(work, "business_calendars", (id, before.version), &values)?;
    put_teams(work, id, &new.team_ids)?;
    if new.is_default && !before.is_default {
        make_default(work, id)?;
    }
    let after = find(work, id)?;
    let named = [
        "name",
        "time_zone",
        "week",
        "holidays",
        "team_ids",
        "is_default",
    ];
    let changes = differences_in(named, &json!(before), &json!(after));
    audit::note(work, "updated", "business_calendar", id, json!(changes))?;
    Ok(after)
}

/// Removes a calendar; its teams work by the usual one then. The usual one goes last.
pub fn delete(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<()> {
    may(work)?;
    let before = find(work, id)?;
    same_version(version, before.version, &before)?;
    let workspace = work.access.workspace_id;
    if before.is_default && all(work.conn, workspace)?.len() > 1 {
        return Err(Refusal::Conflict("calendar_is_default"));
    }
    let mut statement = Statement::new("DELETE FROM business_calendars WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(id);
    work.conn.execute(&statement)?;
    let was = json!([{"field": "name", "old": before.name, "new": null}]);
    audit::note(work, "deleted", "business_calendar", id, was)
}

fn make_default(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("UPDATE business_calendars SET is_default = (id = ");
    statement.bind(id).push("), version = version + 1");
    statement
        .push(" WHERE workspace_id = ")
        .bind(work.access.workspace_id);
    statement
        .push(" AND is_default <> (id = ")
        .bind(id)
        .push(")");
    work.conn.execute(&statement)?;
    Ok(())
}

/// A team works by one calendar: that of another one loses it.
fn put_teams(work: &mut Work<'_>, id: Uuid, teams: &[Uuid]) -> Result<()> {
    let workspace = work.access.workspace_id;
    let mut gone = Statement::new("DELETE FROM team_calendars WHERE workspace_id = ");
    gone.bind(workspace).push(" AND (calendar_id = ").bind(id);
    if !teams.is_empty() {
        gone.push(" OR team_id IN (").bind_all(teams).push(")");
        gone.uncached();
    }
    gone.push(")");
    work.conn.execute(&gone)?;
    let rows: Vec<Vec<Sql>> = teams
        .iter()
        .map(|team| vec![workspace.into(), team.into(), id.into()])
        .collect();
    let columns = ["workspace_id", "team_id", "calendar_id"];
    Ok(work
        .store()
        .insert_rows("team_calendars", &columns, &rows)?)
}

/// The calendars of a workspace, ready to count by.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    usual: Calendar,
    teams: BTreeMap<Uuid, Calendar>,
}

impl Hours {
    /// Reads them. Without any, every hour counts.
    pub(crate) fn load(conn: &mut Conn, workspace: Uuid) -> Result<Self> {
        let usual = Calendar::always(zone_of(conn, workspace)?);
        let mut hours = Self {
            usual,
            teams: BTreeMap::new(),
        };
        for view in all(conn, workspace)? {
            let calendar = view.calendar();
            for team in &view.team_ids {
                hours.teams.insert(*team, calendar.clone());
            }
            if view.is_default {
                hours.usual = calendar;
            }
        }
        Ok(hours)
    }

    /// By which a team works.
    pub(crate) fn of(&self, team: Option<Uuid>) -> &Calendar {
        team.and_then(|team| self.teams.get(&team))
            .unwrap_or(&self.usual)
    }
}
