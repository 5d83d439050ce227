//! Single records that somebody shares with a member or a team beyond what roles reach.

use chrono::{DateTime, Utc};
use relasi_domain::{
    fault::{Fault, Faults},
    identity::{access::Action, team},
    interaction::discussed,
    record::{Document, Object},
};
use relasi_persistence::{Row, Statement, StoreError, Value as Sql, store::instant_text};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::living;
use crate::{
    audit,
    platform::notification::{Topic, notify},
    records::{Work, owned_by},
    refusal::{Refusal, Result},
};

/// The most shares of one record.
const MOST: usize = 100;
/// The most people of a team who are told.
const MOST_TOLD: u32 = 200;

const COLUMNS: &str =
    "id, object, record_id, user_id, team_id, may_edit, until_at, created_at, created_by";

/// What is given: to whom, what, and for how long.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The member.
    #[serde(default)]
    pub user_id: Option<Uuid>,
    /// Or the team.
    #[serde(default)]
    pub team_id: Option<Uuid>,
    /// To change the record as well, and not only to see it.
    #[serde(default)]
    pub may_edit: bool,
    /// Until when; none for no end.
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
}

impl Given {
    fn to(&self) -> Result<Uuid> {
        match (self.user_id, self.team_id) {
            (Some(_), Some(_)) => Err(Fault::field("team_id", "share_with_one").into()),
            (None, None) => Err(Fault::field("user_id", "required").into()),
            (user, team) => user.or(team).ok_or(Refusal::NotFound),
        }
    }
}

/// A share as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) id: Uuid,
    object: String,
    record_id: Uuid,
    pub(super) user: Option<Uuid>,
    pub(super) team: Option<Uuid>,
    pub(super) may_edit: bool,
    pub(super) until: Option<i64>,
    created_at: i64,
    pub(super) created_by: Uuid,
}

impl Share {
    fn read(row: &Row<'_>) -> std::result::Result<Self, StoreError> {
        Ok(Self {
            id: row.id(0)?,
            object: row.text(1)?,
            record_id: row.id(2)?,
            user: row.opt_id(3)?,
            team: row.opt_id(4)?,
            may_edit: row.bool(5)?,
            until: row.opt_int(6)?,
            created_at: row.int(7)?,
            created_by: row.id(8)?,
        })
    }

    /// What it gives, as the audit log tells it.
    fn given(&self) -> Value {
        json!({
            "user_id": self.user,
            "team_id": self.team,
            "may_edit": self.may_edit,
            "until": self.until.map(instant_text),
        })
    }

    fn json(&self) -> Value {
        let mut json = self.given();
        json["id"] = json!(self.id);
        json["object"] = json!(self.object);
        json["record_id"] = json!(self.record_id);
        json["created_at"] = json!(instant_text(self.created_at));
        json["created_by"] = json!(self.created_by);
        json
    }

    /// The member or team.
    fn to(&self) -> Uuid {
        self.user.or(self.team).unwrap_or_default()
    }

    /// Whether it holds now.
    fn holds(&self, now: i64) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// With whom a record is shared, the last first, and whether the caller may share it.
pub fn list(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<(Vec<Value>, bool)> {
    let record = work.visible(object, id)?;
    let shares = holding(work, id)?;
    let may = may_share(work, object, &record);
    Ok((shares.iter().map(Share::json).collect(), may))
}

/// What is shared of a record now.
pub(super) fn holding(work: &mut Work<'_>, id: Uuid) -> Result<Vec<Share>> {
    let now = work.micros();
    let mut shares = of(work, id)?;
    shares.retain(|share| share.holds(now));
    Ok(shares)
}

/// Who may change a record by whose it is shares it. What one has by a share is not passed on.
fn may_share(work: &Work<'_>, object: &'static Object, record: &Document) -> bool {
    work.access
        .allows(object, Action::Edit, &owned_by(object, record))
}

/// Gives a share, or changes the one that the same member or team has.
pub fn give(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    given: &Given,
) -> Result<Value> {
    let record = living(work, object, id)?;
    if !may_share(work, object, &record) {
        return Err(Refusal::Forbidden);
    }
    let to = given.to()?;
    check(work, given)?;
    work.store().lock(object, id)?;
    let before = of(work, id)?;
    let now = work.micros();
    let old = before.iter().find(|one| one.to() == to);
    let share = Share {
        id: old.map_or_else(Uuid::now_v7, |old| old.id),
        object: object.name.to_owned(),
        record_id: id,
        user: given.user_id,
        team: given.team_id,
        may_edit: given.may_edit,
        until: given.until.map(|until| until.timestamp_micros()),
        created_at: now,
        created_by: work.access.user_id,
    };
    if let Some(same) = old.filter(|old| old.given() == share.given()) {
        return Ok(same.json());
    }
    if old.is_none() && before.len() >= MOST {
        return Err(Fault::at("", "too_many").with("max", MOST).into());
    }
    remove(work, share.id)?;
    insert(work, &share)?;
    let former = old.map_or(Value::Null, Share::given);
    note(work, "shared", (object, id), former, share.given())?;
    if old.is_none_or(|old| !old.holds(now)) {
        tell(work, (object, id), &record, &share)?;
    }
    Ok(share.json())
}

/// Takes a share back: for who may give it, and for the member who has it.
pub fn take(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = select(work);
    statement.push(" AND id = ").bind(id);
    let share = work.conn.row(&statement, Share::read)?;
    let share = share.ok_or(Refusal::NotFound)?;
    let object = discussed(&share.object).ok_or(Refusal::NotFound)?;
    let record = work.visible(object, share.record_id)?;
    if share.user != Some(work.access.user_id) && !may_share(work, object, &record) {
        return Err(Refusal::Forbidden);
    }
    remove(work, id)?;
    let about = (object, share.record_id);
    note(work, "unshared", about, share.given(), Value::Null)
}

fn check(work: &mut Work<'_>, given: &Given) -> Result<()> {
    let mut faults = Faults::default();
    if let Some(user) = given.user_id {
        let ids = [user.to_string()];
        let active = !work.store().members(&ids)?.is_empty();
        faults.check(!active, "user_id", "no_such_record");
        faults.check(user == work.access.user_id, "user_id", "share_with_oneself");
    }
    if let Some(team) = given.team_id {
        let ids = [team.to_string()];
        let living = !work.store().existing(&team::OBJECT, &ids)?.is_empty();
        faults.check(!living, "team_id", "no_such_record");
    }
    let over = given.until.is_some_and(|until| until <= work.now);
    faults.check(over, "until", "share_ended");
    Ok(faults.into_result()?)
}

fn select(work: &Work<'_>) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {COLUMNS} FROM record_shares WHERE workspace_id = "
    ));
    statement.bind(work.access.workspace_id);
    statement
}

fn of(work: &mut Work<'_>, record: Uuid) -> Result<Vec<Share>> {
    let mut statement = select(work);
    statement
        .push(" AND record_id = ")
        .bind(record)
        .push(" ORDER BY created_at DESC, to_id");
    Ok(work.conn.rows(&statement, Share::read)?)
}

fn remove(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    let mut statement = Statement::new("DELETE FROM record_shares WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND id = ")
        .bind(id);
    work.conn.execute(&statement)?;
    Ok(())
}

fn insert(work: &mut Work<'_>, share: &Share) -> Result<()> {
    let columns = [
        "workspace_id",
        "id",
        "object",
        "record_id",
        "to_id",
        "user_id",
        "team_id",
        "may_edit",
        "until_at",
        "created_at",
        "created_by",
    ];
    let row: Vec<Sql> = vec![
        work.access.workspace_id.into(),
        share.id.into(),
        share.object.as_str().into(),
        share.record_id.into(),
        share.to().into(),
        share.user.into(),
        share.team.into(),
        share.may_edit.into(),
        share.until.into(),
        share.created_at.into(),
        share.created_by.into(),
    ];
    work.store()
        .insert_rows("record_shares", &columns, &[row])?;
    Ok(())
}

/// In the history of the record; it is no write of it.
fn note(
    work: &mut Work<'_>,
    action: &str,
    (object, id): (&'static Object, Uuid),
    old: Value,
    new: Value,
) -> Result<()> {
    let old = named(work, old)?;
    let new = named(work, new)?;
    let changes = json!([{"field": "share", "old": old, "new": new}]);
    audit::note(work, action, object.name, id, changes)
}

/// With the name of the member or team, as it is now: the log shows it to who may not look it up.
fn named(work: &mut Work<'_>, mut given: Value) -> Result<Value> {
    let names = match (given["user_id"].as_str(), given["team_id"].as_str()) {
        (Some(user), _) => work.store().user_names(&[user.to_owned()])?,
        (None, Some(team)) => work.store().titles(&team::OBJECT, &[team.to_owned()])?,
        (None, None) => return Ok(given),
    };
    given["name"] = json!(names.into_iter().next().map(|named| named.title));
    Ok(given)
}

fn tell(
    work: &mut Work<'_>,
    (object, id): (&'static Object, Uuid),
    record: &Document,
    share: &Share,
) -> Result<()> {
    let users = match (share.user, share.team) {
        (Some(user), _) => vec![user],
        (None, Some(team)) => members_of(work, team)?,
        (None, None) => Vec::new(),
    };
    let title = relasi_persistence::store::text_of(record, object.title);
    let data = json!({"title": title, "by": work.access.user_id, "may_edit": share.may_edit});
    let about = Some((object.name, id));
    for user in users {
        if user != work.access.user_id {
            notify(work, user, Topic::You, "shared", about, &data)?;
        }
    }
    Ok(())
}

/// The active members of a team, whether it is their main one or a further one.
pub(crate) fn members_of(work: &mut Work<'_>, team: Uuid) -> Result<Vec<Uuid>> {
    let workspace = work.access.workspace_id;
    let mut statement =
        Statement::new("SELECT m.user_id FROM memberships m WHERE m.workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND m.active = ")
        .bind(true)
        .push(" AND (m.team_id = ")
        .bind(team)
        .push(" OR m.id IN (SELECT t.membership_id FROM member_teams t WHERE t.workspace_id = ")
        .bind(workspace)
        .push(" AND t.team_id = ")
        .bind(team)
        .push(")) ORDER BY m.user_id")
        .limit(MOST_TOLD);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}
